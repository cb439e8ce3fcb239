import HostedConnection
import Messaging
import NetworkSimulator
import PartnerDomain
import PartnerService
import Schema
import ServiceKit
import ServiceTesting
import Store
import Testing

@Suite("The network simulator")
struct NetworkSimulatorTests {
    /// The device alone, on a log of its own.
    private final class Device {
        let broker = MemoryBroker()
        let clock = ManualClock()
        let node: Node<NetworkApplication>
        let port = PortID(bits: ID128(milliseconds: 9, kind: PortKind.code, sequence: 0, random: 12))
        private var messages: UInt64 = 0

        init(_ faults: FaultRule = .none) throws {
            node = try Node(broker, clock, migrations: try NetworkMigrations.all()) { connection throws(StoreError) in
                try NetworkApplication(connection, faults: faults)
            }
        }

        func ask(_ version: UInt64, vlan: UInt32? = 100, rate: UInt32 = 200, _ forwarding: PortForwarding = .pass) throws {
            messages += 1
            var order = NetworkStateDesired()
            order.connectionID = ConnectionID(port)
            order.portID = port
            order.circuitID = CircuitID(bits: ID128(milliseconds: 1, kind: CircuitKind.code, sequence: 0, random: 1))
            order.version = version
            order.vlanID = vlan
            order.rateMbps = rate
            order.forwarding = forwarding
            broker.add(order, id: messageID(messages), source: "partner-service", to: .networkCommands)
            while try node.turn() {}
        }

        var view: DeviceView? { get throws { try node.read { reader in try DeviceQueries(reader).device(ConnectionID(port)) } } }

        var log: [DeviceChange] {
            get throws { try node.read { reader in try DeviceQueries(reader).changes(PageRequest(size: 100)).items } }
        }

        /// What it answered: the version it has, or the one that it refused, below zero.
        var answers: [Int64] {
            get throws {
                let batch = broker.records(of: .networkEvents)
                return try batch.records.map { record in
                    let envelope = try EventEnvelope(record: record, in: batch)
                    return envelope.type == .networkApplied
                        ? Int64(try NetworkApplied(decoding: envelope, in: batch).version)
                        : -Int64(try NetworkFailed(decoding: envelope, in: batch).version)
                }
            }
        }
    }

    @Test("R-205: the highest version counts; a repeat is answered again, an older one changes nothing") func versions() throws {
        let device = try Device()
        try device.ask(1)
        try device.ask(3, vlan: 300)
        try device.ask(3, vlan: 300)
        try device.ask(2, vlan: 200)
        #expect(try device.view?.version == 3)
        #expect(try device.view?.vlanID == 300)
        #expect(try device.answers == [1, 3, 3, 3])
        #expect(try device.log.map(\.version) == [1, 3])
        try device.ask(4, .removed)
        #expect(try device.view?.vlanID == nil)
        #expect(try device.view?.forwarding == "removed")
    }

    @Test("Every change stands in the log with its time and what was asked for") func log() throws {
        let device = try Device()
        try device.ask(1)
        device.clock.advance(by: .seconds(5))
        try device.ask(2, rate: 500, .block)
        let log = try device.log
        #expect(log.map(\.forwarding) == ["pass", "block"])
        #expect(log.map(\.rateMbps) == [200, 500])
        let times = log.compactMap { $0.at?.instant }
        #expect(times.count == 2 && times[1] - times[0] >= .seconds(5))
    }

    @Test("Refusals by VLAN, port and share of ports, for as many attempts as it is told") func faults() throws {
        var rules = [FaultRule](repeating: .none, count: 3)
        rules[0].vlans = [VLANID(stored: 100)]
        rules[1].connections = [ConnectionID(try Device().port)]
        rules[2].oneIn = 1
        for var rule in rules {
            rule.attempts = 2
            rule.isTransient = true
            let device = try Device(rule)
            for _ in 0..<3 { try device.ask(1) }
            #expect(try device.answers == [-1, -1, 1])
            #expect(try device.log.map(\.outcome) == ["failed", "failed", "applied"])
        }
        var other = FaultRule()
        other.vlans = [VLANID(stored: 7)]
        #expect(!other.refuses(vlan: VLANID(stored: 100), of: ConnectionID(try Device().port), attempt: 1))
    }

    @Test("A state that takes its time is answered when it is there, over a restart too; only the last one asked for counts")
    func delay() throws {
        var slow = FaultRule()
        slow.delay = .seconds(10)
        let device = try Device(slow)
        try device.ask(1)
        try device.ask(2, vlan: 200)
        #expect(try device.answers.isEmpty)
        try device.node.restart()
        device.clock.advance(by: .seconds(30))
        while try device.node.turn() {}
        #expect(try device.answers == [2])
        #expect(try device.view?.vlanID == 200)
    }

    @Test("A state without what a device must be told is a dead letter") func incomplete() throws {
        let device = try Device()
        try device.ask(0)
        try device.ask(1, vlan: nil)
        try device.ask(1, rate: 0)
        try device.ask(1, .unspecified)
        #expect(try device.view == nil)
        #expect(try device.node.deadLetterCauses().count == 4)
    }

    @Test("Only staff tells it what to refuse, and VLANs that are none are refused") func commands() throws {
        let device = try Device()
        let stranger = try device.node.refusal(NetworkCommand(faults: DeviceFaults(), by: .account(Network.carrier)))
        #expect(stranger.error.code == "forbidden")
        let wrong = try device.node.refusal(NetworkCommand(faults: DeviceFaults(vlanIDs: [3_000]), by: Network.staff))
        #expect(wrong.error.field == "vlanIds")
    }
}

@Suite("partner-service and access devices")
struct DeviceFlowTests {
    @Test("R-205, R-072: a port is active with its payment; the device has it then, with VLAN and rate") func activation() throws {
        let network = try Network()
        let circuit = try network.circuit()
        let pending = try network.offer(circuit)
        try network.settle()
        #expect(try network.device(pending) == nil, "nothing passes on a port that is only offered")
        let port = try network.connectedPort(circuit, vlan: 300, bandwidth: 500)
        #expect(try network.deviceLog(port) == ["applied pass 300 500"])
        let view = try #require(try network.partnerView(port))
        #expect(view.forwarding == "pass" && view.deviceDesired == 1 && view.deviceApplied == 1)
        #expect(try network.history(port).partner.contains("network_applied"))
    }

    @Test("A device that refuses does not keep a port from being active; it is shown, and asked again by an operator") func refused() throws
    {
        let network = try Network()
        try network.refuse(DeviceFaults(vlanIDs: [100], reason: "no such circuit"))
        let port = try network.connectedPort(try network.circuit(), hasVBR: false)
        let view = try #require(try network.partnerView(port))
        #expect(view.status == "Active")
        #expect(view.deviceFailure == "no such circuit")
        #expect(view.waitingFor == "the access device, which has not taken \"pass, VLAN 100, 200 Mbit/s\": no such circuit")
        try network.pass(.seconds(7_200))
        #expect(try network.deviceLog(port).count == 1, "a refusal for good is not tried again by itself")
        try network.refuse(DeviceFaults())
        let retry = DeviceRetryInput(portID: port)
        #expect(
            try network.partner.refusal(PartnerCommand(.retryDevices([retry]), by: .account(Network.carrier))).error.code == "forbidden")
        try network.partner.ok(PartnerCommand(.retryDevices([retry]), by: Network.staff))
        try network.settle()
        #expect(try network.partnerView(port)?.deviceFailure == "")
        #expect(try network.device(port)?.forwarding == "pass")
        #expect(try network.partnerView(port)?.waitingFor.contains("to create a VBR") == true)
    }

    @Test("A refusal that may pass is tried again by a timer, over a restart too") func transient() throws {
        let network = try Network()
        try network.refuse(DeviceFaults(vlanIDs: [100], attempts: 3, transient: true, reason: "busy"))
        let port = try network.connectedPort(try network.circuit())
        try network.partner.restart()
        for _ in 0..<4 { try network.pass(.seconds(45)) }
        #expect(try network.deviceLog(port).map { $0.prefix(7) } == ["failed ", "failed ", "failed ", "applied"])
        #expect(try network.partnerView(port)?.deviceFailure == "")
        #expect(try network.history(port).partner.count { $0 == "network_failed" } == 1, "one line for one reason")
    }

    @Test("Answers about ports of nobody are passed over, and answers without a version are dead letters") func strangers() throws {
        let network = try Network()
        let port = try network.connectedPort(try network.circuit())
        let unknown = PortID(bits: ID128(milliseconds: 1, kind: PortKind.code, sequence: 0, random: 1))
        network.broker.add(NetworkApplied(portID: unknown, version: 1), id: messageID(1), source: "device", to: .networkEvents)
        network.broker.add(
            NetworkFailed(portID: port, version: 1, reason: "late"), id: messageID(2), source: "device", to: .networkEvents)
        network.broker.add(NetworkApplied(portID: port), id: messageID(3), source: "device", to: .networkEvents)
        try network.settle()
        #expect(try network.partnerView(port)?.deviceFailure == "")
        #expect(try network.partner.deadLetterCauses().count == 1)
    }

    @Test("Without access devices nothing is sent to them") func without() throws {
        let network = try Network(policy: .standard)
        let port = try network.connectedPort(try network.circuit())
        #expect(network.broker.records(of: .networkCommands).records.isEmpty)
        let view = try #require(try network.partnerView(port))
        #expect(view.forwarding == "pass" && view.deviceApplied == view.deviceDesired)
        try network.partner.ok(network.changeVLAN(port, to: 200))
        try network.settle()
        try network.expectVLAN(200, of: port)
    }
}

import HostedConnection
import Messaging
import Schema
import ServiceTesting
import Store
import TenantService
import Testing

@Suite("What tenant-service makes of messages that are early or do not fit")
struct MessageTests {
    @Test("Everything about a port waits for its tenant's account, and runs in order when it comes") func waitsForAccount() throws {
        let fixture = try TenantFixture()
        let late = AccountID(number: 2_000_000_000_000_002)
        let port = fixture.port(1)
        try fixture.tell(fixture.offer(port, payer: .partner, to: late).placed(1), about: port, id: 10)
        let paid = PaymentResult(
            connectionID: ConnectionID(port), portID: port, subscriptionID: SubscriptionID(of: port),
            chargeID: SubscriptionID(of: port).charge(attempt: 1), outcome: .settled, amountMinor: 12_000, currency: "EUR")
        try fixture.tell(paid.placed(2), about: port, id: 11)
        #expect(fixture.node.statistics.parkedNow == 2)
        try fixture.node.restart()
        #expect(fixture.node.statistics.heldChannels == 1)
        try fixture.register(late)
        #expect(fixture.node.statistics.parkedNow == 0)
        #expect(fixture.node.statistics.heldChannels == 0)
        #expect(try fixture.view(port)?.billing == "paid")
        #expect(try fixture.view(port)?.amountMinor == 12_000)
    }

    @Test("A gap waits; the missing message lets what is parked run") func gap() throws {
        let fixture = try TenantFixture()
        let port = fixture.port(1)
        try fixture.tell(fixture.offer(port).placed(1), about: port, id: 10)
        try fixture.node.ok(TenantCommand(.accept([AcceptanceInput(portID: port)]), by: TenantFixture.staff))
        let activated = PortActivated(connectionID: ConnectionID(port), portID: port).placed(3)
        try fixture.tell(activated, about: port, id: 12)
        #expect(try fixture.view(port)?.service == "allocated")
        let between = PortOffered(portID: port)
        var skippable = between.placed(2)
        skippable.common.skippable = true
        // A type of a later version that may be passed over.
        var batch = RecordBatch()
        Array(port.description.utf8).withUnsafeBytes { key in
            skippable.protobufBytes().withUnsafeBytes { body in
                batch.appendEvent(
                    topic: .partner, key: key, id: messageID(11), source: "partner-service", type: .portOffered, body: body)
            }
        }
        let header = try #require(batch.headers.first { batch.text($0.name) == "ce_type" })
        let name = Array("hostedconnections.v1.PortPainted".utf8)
        try #require(name.count == Int(header.value.count))
        batch.bytes.replaceSubrange(Int(header.value.start)..<Int(header.value.start) + name.count, with: name)
        fixture.broker.append(batch.records[0], of: batch, timestamp: 0)
        try fixture.node.turn()
        #expect(fixture.node.statistics.skipped == 1)
        #expect(try fixture.view(port)?.service == "enabled")
    }

    @Test("A second offer, a broken offer and an activation before acceptance are dead letters") func misfits() throws {
        let fixture = try TenantFixture()
        let ports = (1...3).map { fixture.port(UInt64($0)) }
        try fixture.tell(fixture.offer(ports[0]).placed(1), about: ports[0], id: 10)
        try fixture.tell(fixture.offer(ports[0]).placed(2), about: ports[0], id: 11)
        var broken = fixture.offer(ports[1])
        broken.vlanID = nil
        try fixture.tell(broken.placed(1), about: ports[1], id: 12)
        try fixture.tell(fixture.offer(ports[2]).placed(1), about: ports[2], id: 13)
        try fixture.tell(PortActivated(connectionID: ConnectionID(ports[2]), portID: ports[2]).placed(2), about: ports[2], id: 14)
        #expect(try fixture.node.deadLetterCauses() == ["contradicts_state", "contradicts_state", "contradicts_state"])
        #expect(try fixture.view(ports[0])?.acceptance == "unconfirmed")
        #expect(try fixture.view(ports[1]) == nil)
        #expect(try fixture.view(ports[2])?.service == "allocated")
        #expect(try fixture.node.rows(of: "port_history") == 2)
    }

    @Test("A refused acceptance ends the offer on this side too") func acceptRefused() throws {
        let fixture = try TenantFixture()
        let port = fixture.port(1)
        try fixture.tell(fixture.offer(port, payer: .partner).placed(1), about: port, id: 10)
        try fixture.node.ok(TenantCommand(.accept([AcceptanceInput(portID: port)]), by: .account(TenantFixture.customer)))
        let refused = AcceptRefused(
            connectionID: ConnectionID(port), portID: port, code: "offer_not_pending", text: "The offer is withdrawn")
        try fixture.tell(refused.placed(2), about: port, id: 11)
        #expect(try fixture.view(port)?.status == "Withdrawn")
        let again = try fixture.node.refusal(
            TenantCommand(.accept([AcceptanceInput(portID: port)]), by: .account(TenantFixture.customer)))
        #expect(again.error.code == "offer_not_pending")
    }

    @Test("R-059, R-090: a VBR on a port that is not active is refused with what the port waits for; in bulk the others are made")
    func routers() throws {
        let fixture = try TenantFixture()
        let ports = [fixture.port(1), fixture.port(2)]
        for (number, port) in ports.enumerated() {
            try fixture.tell(fixture.offer(port, payer: .partner).placed(1), about: port, id: UInt64(10 + number))
        }
        try fixture.node.ok(TenantCommand(.accept([AcceptanceInput(portID: ports[1])]), by: TenantFixture.staff))
        let subscription = SubscriptionID(of: ports[1])
        let payment = PaymentResult(
            connectionID: ConnectionID(ports[1]), portID: ports[1], subscriptionID: subscription,
            chargeID: subscription.charge(attempt: 1), outcome: .settled, amountMinor: 1, currency: "EUR")
        try fixture.tell(payment.placed(2), about: ports[1], id: 19)
        try fixture.tell(PortActivated(connectionID: ConnectionID(ports[1]), portID: ports[1]).placed(3), about: ports[1], id: 20)
        let inputs = ports.map {
            VBRInput(portID: $0, cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252")
        }
        let answers = try fixture.node.ok(
            TenantCommand(.createVBRs(inputs + [inputs[1]]), by: .account(TenantFixture.customer), as: .bulk), as: VBRAnswers.self)
        #expect(answers.items.map { $0.error?.code ?? "" } == ["port_not_active", "", "port_has_vbr"])
        #expect(answers.items[0].error?.next == "It waits for you to accept")
        #expect(answers.items[2].error?.object == answers.items[1].vbr?.vbrID.description)
        #expect(try fixture.node.rows(of: "vbr") == 1)
    }
}

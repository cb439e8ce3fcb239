import FoundationEssentials
import Glibc
import HostedConnection
import Kafka
import Messaging
import PartnerService
import Schema
import ServiceKit
import Store
import Synchronization
import TenantService

// CPU of both services' engines and databases alone: the whole lifecycle in one process on one thread, over the log in memory,
// on database files with `synchronous=FULL`. Usage: engine-bench [LIFECYCLES] [PER BATCH]

/// Thread CPU in seconds.
func cpu() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

struct BenchError: Error { let text: String }

final class Bench {
    let folder: String
    let broker = MemoryBroker()
    let clock = SystemClock()
    let partnerLog: MemoryLog
    let tenantLog: MemoryLog
    let partner: Engine<PartnerApplication>
    let tenant: Engine<TenantApplication>
    var billed: [TopicPartition: Int64] = [:]
    var mint: IdentifierMint
    var partnerCPU = 0.0
    var tenantCPU = 0.0

    init() throws {
        folder = "/tmp/engine-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        partnerLog = MemoryLog(broker, clock: clock)
        tenantLog = MemoryLog(broker, clock: clock)
        let random = SystemRandom()
        mint = IdentifierMint { random.next() }
        let partnerStore = try StoreConfiguration(location: .file("\(folder)/partner.db")).openWriter()
        try Migrator.apply(PartnerMigrations.all(), to: partnerStore, at: clock.now())
        partner = try Engine(
            PartnerApplication(partnerStore), connection: partnerStore, log: partnerLog, clock: clock, incarnation: "1",
            random: { random.next() })
        let tenantStore = try StoreConfiguration(location: .file("\(folder)/tenant.db")).openWriter()
        try Migrator.apply(TenantMigrations.all(), to: tenantStore, at: clock.now())
        tenant = try Engine(
            TenantApplication(tenantStore), connection: tenantStore, log: tenantLog, clock: clock, incarnation: "1",
            random: { random.next() })
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func partner<Answer: WireMessage>(_ action: PartnerCommand.Action, _ answer: Answer.Type = Answer.self) throws -> Answer {
        let before = cpu()
        defer { partnerCPU += cpu() - before }
        let body = Mutex<[UInt8]>([])
        let command = CommandRequest(PartnerCommand(action, by: .staff(name: "bench"), as: .minimalBulk), actor: "operator:bench") {
            answer in
            body.withLock { $0 = answer.body }
        }
        try partner.turn(partnerLog, commands: [command], perPartition: 2_000)
        return try read(body.withLock { $0 })
    }

    func tenant<Answer: WireMessage>(_ action: TenantCommand.Action, _ answer: Answer.Type = Answer.self) throws -> Answer {
        let before = cpu()
        defer { tenantCPU += cpu() - before }
        let body = Mutex<[UInt8]>([])
        let command = CommandRequest(TenantCommand(action, by: .staff(name: "bench"), as: .minimalBulk), actor: "operator:bench") {
            answer in
            body.withLock { $0 = answer.body }
        }
        try tenant.turn(tenantLog, commands: [command], perPartition: 2_000)
        return try read(body.withLock { $0 })
    }

    private func read<Answer: WireMessage>(_ body: [UInt8]) throws -> Answer {
        do throws(CodecError) {
            return try Answer(json: body)
        } catch {
            defer { fflush(nil) }
            print("unexpected answer: \(String(decoding: body.prefix(500), as: UTF8.self))")
            throw error
        }
    }

    func turnPartner() throws {
        let before = cpu()
        try partner.turn(partnerLog, perPartition: 2_000)
        partnerCPU += cpu() - before
    }

    func turnTenant() throws {
        let before = cpu()
        try tenant.turn(tenantLog, perPartition: 2_000)
        tenantCPU += cpu() - before
    }

    /// Settles every charge.
    func bill() throws {
        var batch = RecordBatch()
        for number in 0..<Topic.partitionCount {
            let partition = TopicPartition(.billingRequests, number)
            broker.read(partition, from: billed[partition] ?? 0, limit: 10_000, into: &batch)
            billed[partition] = broker.endOffset(of: partition)
        }
        var answers = RecordBatch()
        for record in batch.records {
            let request = try ChargeRequested(decoding: EventEnvelope(record: record, in: batch), in: batch)
            var event = ChargeSettled()
            event.subscriptionID = request.subscriptionID
            event.chargeID = request.chargeID
            event.payerAccountID = request.payerAccountID
            event.version = 1
            event.amountMinor = 9900
            event.currency = "CNY"
            event.occurredAt = Timestamp(clock.now())
            event.protobufBytes().withUnsafeBytes { body in
                answers.appendEvent(
                    topic: .billingEvents, key: event.subscriptionID, id: mint.mint(at: clock.now()), source: "billing",
                    type: .chargeSettled, body: body)
            }
        }
        for record in answers.records { broker.append(record, of: answers, timestamp: clock.now().microseconds) }
    }

    func run(_ lifecycles: Int, perBatch: Int) throws {
        let carrier = AccountID(number: 1_000_000_000_000_001)
        let customer = AccountID(number: 2_000_000_000_000_001)
        var accounts: AccountAnswers = try partner(
            .registerAccounts([AccountInput(accountID: carrier, name: "carrier", carrier: "China Telecom", site: "s", regions: ["r"])]))
        accounts.items += try tenant(
            .registerAccounts([AccountInput(accountID: customer, name: "customer", site: "s", regions: ["r"])]), AccountAnswers.self
        ).items
        let application = PrivilegeApplicationInput(for: carrier, dayFrom: clock.now(), reason: "benchmark")
        let _: PrivilegeApplicationAnswers = try partner(.applyForPrivileges([application]))
        for answer in accounts.items where answer.error != nil { print("\(answer)") }
        try turnPartner()
        try turnTenant()
        let inputs = (0...lifecycles / 2900).map { number in
            CircuitInput(name: "c\(number)", partnerAccountID: carrier, region: "r", accessPoint: "a", bandwidthMbps: 1_000_000)
        }
        let circuits: CircuitAnswers = try partner(.registerCircuits(inputs))
        partnerCPU = 0
        tenantCPU = 0
        let start = MonotonicInstant.now
        for first in stride(from: 0, to: lifecycles, by: perBatch) {
            let offers = (first..<min(first + perBatch, lifecycles)).map { number in
                OfferInput(
                    circuitID: circuits.items[number / 2900].circuit?.circuitID ?? .none, tenantAccountID: customer,
                    vlanID: UInt32(number % 2900 + 1), bandwidthMbps: 100)
            }
            let offered: PortAnswers = try partner(.offer(offers))
            let ports = offered.items.compactMap { $0.port?.portID }
            try turnTenant()
            let _: PortAnswers = try tenant(.accept(ports.map { AcceptanceInput(portID: $0) }))
            try bill()
            try turnTenant()
            try turnPartner()
            try turnTenant()
            let routers: VBRAnswers = try tenant(
                .createVBRs(
                    ports.map { VBRInput(portID: $0, cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252") }))
            if let error = routers.items.first(where: { $0.error != nil })?.error { throw BenchError(text: error.text) }
            try turnPartner()
        }
        let seconds = (MonotonicInstant.now - start).inSeconds
        let thousands = Double(lifecycles) / 1000
        print("lifecycles \(lifecycles), wall \(seconds) s")
        print("partner CPU s per 1,000: \(partnerCPU / thousands)")
        print("tenant  CPU s per 1,000: \(tenantCPU / thousands)")
        print(partner.currentStatistics())
        print(tenant.currentStatistics())
    }
}

func runBench() throws {
    let arguments = CommandLine.arguments
    let lifecycles = arguments.count > 1 ? Int(arguments[1]) ?? 20_000 : 20_000
    let perBatch = arguments.count > 2 ? Int(arguments[2]) ?? 500 : 500
    try Bench().run(lifecycles, perBatch: perBatch)
}

try runBench()

import Accounts
public import HostedConnection
public import Messaging
public import PartnerDomain
import SagaRecords
public import Schema
public import Store
import TransformationSaga

/// partner-service on the engine: the carrier's circuits and the ports it offers on them.
public final class PartnerApplication: EngineApplication {
    public typealias Command = PartnerCommand

    /// The service's name as the source of its messages.
    public static let name = "partner-service"

    let tables: SupplyTables
    let policy: PartnerPolicy
    private let retention: PartnerRetention

    /// - Parameters:
    ///   - connection: the writer of a database with ``PartnerMigrations`` applied.
    ///   - policy: what the operator has decided.
    ///   - retention: how long what is over stays readable.
    public init(
        _ connection: any StoreConnection, policy: PartnerPolicy = .standard, retention: PartnerRetention = PartnerRetention()
    ) throws(StoreError) {
        tables = try SupplyTables(connection, sagasKeepFor: retention.sagas)
        self.policy = policy
        self.retention = retention
        tables.sagas.serve(self)
    }

    public let source = PartnerApplication.name
    public let topics: [Topic: TopicRole] = [
        .tenant: .channels(source: "tenant-service"), .accounts: .shared(with: "tenant-service"), .billingEvents: .foreign,
        .networkEvents: .foreign,
    ]
    public let deadLetterTopic: Topic? = .partnerDeadLetters

    // MARK: Channels

    public func handled(_ channel: ChannelKey) throws(StoreError) -> ChannelPosition {
        if channel.topic == .accounts { return try tables.accounts.handled(channel.account) }
        if let vbr = channel.connection.pushedVBR { return try tables.pushedVBRs.read(vbr) { $0.channel.handled } ?? .beginning }
        return try tables.ports.read(channel.port) { $0.channel.handled } ?? .beginning
    }

    public func advance(_ channel: ChannelKey, to position: ChannelPosition) throws(StoreError) -> Bool {
        if channel.topic == .accounts { return try tables.accounts.advance(channel.account, to: position) }
        if let vbr = channel.connection.pushedVBR {
            return try tables.pushedVBRs.change(vbr) { row in row.channel.handled = position } != nil
        }
        return try tables.ports.change(channel.port) { row in row.channel.handled = position } != nil
    }

    // MARK: Work

    public func handle(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        switch message.topic {
        case .accounts: try tables.accounts.handle(message, step)
        case .billingEvents: try handleBilling(message, step)
        case .networkEvents: try handleNetwork(message, step)
        default: try handleTenant(message, step)
        }
    }

    public func execute(_ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        switch command.action {
        case .registerAccounts(let items): try registerAccounts(items, command, step)
        case .storeToken(let account, let hash, let text): try storeToken(of: account, hash: hash, text: text, command, step)
        case .registerCircuits(let items): try registerCircuits(items, command, step)
        case .offer(let items): try offer(items, command, step)
        case .offerOn(let circuit, let item): try offer(on: circuit, item, command, step)
        case .applyForPrivileges(let items): try applyForPrivileges(items, command, step)
        case .registerAccessDevices(let items): try registerAccessDevices(items, command, step)
        case .createResourceGroups(let items): try createResourceGroups(items, command, step)
        case .changeCircuits(let items): try changeCircuits(items, command, step)
        case .changeAccounts(let items): try changeAccounts(items, command, step)
        case .closeAccounts(let items): try closeAccounts(items, command, step)
        case .tellTenants(let items): try tellTenants(items, command, step)
        case .tagPorts(let items): try tagPorts(items, command, step)
        case .changePayers(let items): try changePayers(items, command, step)
        case .retryCharges(let items): try retryCharges(items, command, step)
        case .retryDevices(let items): try retryDevices(items, command, step)
        case .direct(let saga, let input): try take(input, for: saga, command, step)
        case .withdraw(let items): try withdraw(items, command, step)
        case .terminate(let items): try terminate(items, command, step)
        case .recover(let items): try recover(items, command, step)
        case .delete(let items): try delete(items, command, step)
        case .terminateVBRs(let items): try order(items, to: "terminate", command, step, RouterOrderRules.terminate)
        case .recoverVBRs(let items): try order(items, to: "recover", command, step, RouterOrderRules.recover)
        case .deleteVBRs(let items): try order(items, to: "delete", command, step, RouterOrderRules.delete)
        case .request(let items): try request(items, command, step)
        case .refuseRequest(let id, let reason):
            try endRequest(
                id, { request, party, now throws(Refusal) in try RequestRules.refuse(request, by: party, reason: reason, now: now) },
                command, step)
        case .withdrawRequest(let id, let reason):
            try endRequest(
                id, { request, party, now throws(Refusal) in try RequestRules.withdraw(request, by: party, reason: reason, now: now) },
                command, step)
        case .changeVLANs(let items): try changeVLANs(items, command, step)
        case .changeBandwidths(let items): try changeBandwidths(items, command, step)
        case .cancelBandwidthChanges(let items): try cancelBandwidthChanges(items, command, step)
        case .transform(let items): try transform(items, command, step)
        case .confirm(let items): try confirm(items, command, step)
        case .cancelTransformations(let items): try cancelTransformations(items, command, step)
        case .transformMany(let input): try transformMany(input, command, step)
        case .pauseBatch(let id): try orderBatch(id, command, step) { batch throws(Refusal) in try batch.pause() }
        case .resumeBatch(let id): try orderBatch(id, command, step) { batch throws(Refusal) in try batch.resume() }
        case .pushVBRs(let items): try pushVBRs(items, command, step)
        case .setPushedBandwidths(let items): try setBandwidths(items, command, step)
        case .attest(let items): try attest(items, command, step)
        case .terminatePushed(let items): try orderPushed(items, to: "terminate", command, step, PushedVBRRules.terminate)
        case .recoverPushed(let items): try orderPushed(items, to: "recover", command, step, PushedVBRRules.recover)
        case .deletePushed(let items): try orderPushed(items, to: "delete", command, step, PushedVBRRules.delete)
        case .retryPushedDevices(let items): try retryPushedDevices(items, command, step)
        case .refundFees(let items): try refundFees(items, command, step)
        }
    }

    /// Whether an event of another system is about something this service holds; others are counted and passed.
    public func concerns(_ message: InboundMessage) throws(StepFailure) -> Bool {
        message.topic == .networkEvents ? try concernsDevice(message) : try concernsBilling(message)
    }

    public func fire(_ timer: TimerKey, _ step: Step) throws(StepFailure) {
        if try tables.sagas.fire(timer, step) { return }
        if let (purpose, account) = AccountTimer.account(of: timer) {
            switch purpose {
            case .followLock: try followLock(of: account, step)
            }
        }
        guard let purpose = PortTimer(rawValue: timer.name) else { return }
        if timer.owner.kind == VBRKind.code, purpose == .deviceRetry { return try retryDevice(ofPushed: VBRID(bits: timer.owner), step) }
        guard timer.owner.kind == PortKind.code,
            let row = try port(PortID(bits: timer.owner))
        else { return }
        switch purpose {
        case .deviceRetry: try retryDevice(row, step)
        case .offerLapse: try lapse(row, step)
        case .bandwidthPayment: try endBandwidthPayment(row, step)
        // The access device's state follows from the time too.
        case .expiryGrace: _ = try apply(SupplyDecision(row.port), to: row, step)
        }
    }

    // MARK: Batches

    public func purge(at now: Instant, limit: Int64) throws(StoreError) -> Int {
        let applications = try tables.onboarding.purge(appliedBefore: now - retention.privilegeApplications, atMost: limit)
        let batches = try tables.batches.purge(endedBefore: now - retention.sagas, atMost: limit)
        return try tables.sagas.purge(at: now, limit: limit) + applications + batches
    }
    public func flush() throws(StoreError) { try tables.flush() }
    public func committed() { tables.committed() }
    public func discard() { tables.discard() }
}

extension ChannelKey {
    /// The port whose row keeps the channel of a connection that began with one: the connection has its id.
    var port: PortID { PortID(bits: connection.bits) }
}

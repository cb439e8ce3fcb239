import Accounts
import HostedConnection
public import Messaging
public import Schema
public import Store
public import TenantDomain

/// tenant-service on the engine: the tenants' offers, acceptances, payments and VBRs.
public final class TenantApplication: EngineApplication {
    public typealias Command = TenantCommand

    /// The service's name as the source of its messages.
    public static let name = "tenant-service"

    let tables: DemandTables
    let policy: TenantPolicy

    /// - Parameters:
    ///   - connection: the writer of a database with ``TenantMigrations`` applied.
    ///   - policy: what the operator has decided.
    public init(_ connection: any StoreConnection, policy: TenantPolicy = .standard) throws(StoreError) {
        tables = try DemandTables(connection)
        self.policy = policy
    }

    public let source = TenantApplication.name
    public let topics: [Topic: TopicRole] = [
        .partner: .channels(source: "partner-service"), .accounts: .shared(with: "partner-service"), .billingEvents: .foreign,
    ]
    public let deadLetterTopic: Topic? = .tenantDeadLetters

    // MARK: Channels

    public func handled(_ channel: ChannelKey) throws(StoreError) -> ChannelPosition {
        if channel.topic == .accounts { return try tables.accounts.handled(channel.account) }
        return try tables.ports.read(channel.port) { $0.channel.handled } ?? .beginning
    }

    public func advance(_ channel: ChannelKey, to position: ChannelPosition) throws(StoreError) -> Bool {
        if channel.topic == .accounts { return try tables.accounts.advance(channel.account, to: position) }
        return try tables.ports.change(channel.port) { row in row.channel.handled = position } != nil
    }

    // MARK: Work

    public func handle(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        switch message.topic {
        case .accounts: try tables.accounts.handle(message, step)
        case .billingEvents: try handleBilling(message, step)
        default: try handlePartner(message, step)
        }
    }

    public func execute(_ command: TenantCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        switch command.action {
        case .registerAccounts(let items): try registerAccounts(items, command, step)
        case .storeToken(let account, let hash, let text): try storeToken(of: account, hash: hash, text: text, command, step)
        case .accept(let items): try accept(items, command, step)
        case .retryCharges(let items): try retryCharges(items, command, step)
        case .createVBRs(let items): try createVBRs(items, command, step)
        case .changeVBRs(let items): try changeVBRs(items, command, step)
        case .deleteVBRs(let items): try deleteVBRs(items, command, step)
        case .tagPorts(let items): try tagPorts(items, command, step)
        case .changeAccounts(let items): try changeAccounts(items, command, step)
        case .closeAccounts(let items): try closeAccounts(items, command, step)
        case .reject(let items): try reject(items, command, step)
        case .terminate(let items): try terminate(items, command, step)
        case .recover(let items): try recover(items, command, step)
        case .delete(let items): try delete(items, command, step)
        case .request(let items): try request(items, command, step)
        case .refuseRequest(let id, let reason):
            try endRequest(
                id, { request, party, now throws(Refusal) in try RequestRules.refuse(request, by: party, reason: reason, now: now) },
                command, step)
        case .withdrawRequest(let id, let reason):
            try endRequest(
                id, { request, party, now throws(Refusal) in try RequestRules.withdraw(request, by: party, reason: reason, now: now) },
                command, step)
        case .rejectBandwidthChanges(let items): try rejectBandwidthChanges(items, command, step)
        }
    }

    public func fire(_ timer: TimerKey, _ step: Step) throws(StepFailure) {
        guard let (purpose, account) = AccountTimer.account(of: timer) else { return }
        switch purpose {
        case .followLock: try followLock(of: account, step)
        }
    }

    // MARK: Batches

    public func flush() throws(StoreError) { try tables.flush() }
    public func committed() { tables.committed() }
    public func discard() { tables.discard() }
}

extension ChannelKey {
    /// The port whose row keeps the channel: a connection has its first port's id.
    var port: PortID { PortID(bits: connection.bits) }
}

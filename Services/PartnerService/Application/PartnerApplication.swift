import Accounts
import HostedConnection
public import Messaging
public import PartnerDomain
public import Schema
public import Store

/// partner-service on the engine: the carrier's circuits and the ports it offers on them.
public final class PartnerApplication: EngineApplication {
    public typealias Command = PartnerCommand

    /// The service's name as the source of its messages.
    public static let name = "partner-service"

    let tables: SupplyTables
    let policy: PartnerPolicy

    /// - Parameters:
    ///   - connection: the writer of a database with ``PartnerMigrations`` applied.
    ///   - policy: what the operator has decided.
    public init(_ connection: any StoreConnection, policy: PartnerPolicy = .standard) throws(StoreError) {
        tables = try SupplyTables(connection)
        self.policy = policy
    }

    public let source = PartnerApplication.name
    public let topics: [Topic: TopicRole] = [
        .tenant: .channels(source: "tenant-service"), .accounts: .shared(with: "tenant-service"), .billingEvents: .foreign,
    ]
    public let deadLetterTopic: Topic? = .partnerDeadLetters

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
        default: try handleTenant(message, step)
        }
    }

    public func execute(_ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        switch command.action {
        case .registerAccounts(let items): try registerAccounts(items, command, step)
        case .storeToken(let account, let hash, let text): try storeToken(of: account, hash: hash, text: text, command, step)
        case .registerCircuits(let items): try registerCircuits(items, command, step)
        case .offer(let items): try offer(items, command, step)
        case .retryCharges(let items): try retryCharges(items, command, step)
        }
    }

    public func fire(_ timer: TimerKey, _ step: Step) throws(StepFailure) {
        if let (purpose, account) = AccountTimer.account(of: timer) {
            switch purpose {
            case .followLock: try followLock(of: account, step)
            }
        }
        guard timer.owner.kind == PortKind.code, let purpose = PortTimer(rawValue: timer.name),
            let row = try port(PortID(bits: timer.owner))
        else { return }
        switch purpose {
        // The access device's state follows from the time too.
        case .expiryGrace: _ = try apply(SupplyDecision(row.port), to: row, step)
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

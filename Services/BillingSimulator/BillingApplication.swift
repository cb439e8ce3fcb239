import HostedConnection
public import Messaging
public import Schema
public import Store

/// The billing simulator on the engine: a stand-in for a billing system in the demo and in tests. It decides each charge once;
/// a repeated request is answered the same again.
public final class BillingApplication: EngineApplication {
    public typealias Command = BillingCommand

    /// The simulator's name as the source of its events.
    public static let name = "billing-simulator"

    let tables: BillingTables
    let prices: PriceList
    let declining: DeclineRule

    /// - Parameter connection: the writer of a database with ``BillingMigrations`` applied.
    public init(
        _ connection: any StoreConnection, prices: PriceList = .standard, declining: DeclineRule = .never
    ) throws(StoreError) {
        tables = try BillingTables(connection)
        self.prices = prices
        self.declining = declining
    }

    public let source = BillingApplication.name
    public let topics: [Topic: TopicRole] = [.billingRequests: .foreign]
    /// What it can't read is kept in its table alone.
    public let deadLetterTopic: Topic? = nil

    public func concerns(_ message: InboundMessage) -> Bool { true }

    public func handle(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        switch message.type {
        case .chargeRequested: try charge(try message.decode(ChargeRequested.self), step)
        case .refundRequested: try refund(try message.decode(RefundRequested.self), step)
        case .stopRequested: try stop(try message.decode(StopRequested.self), step)
        default:
            throw .refused(Refusal(.contradictsState, "\(message.type.fullName) does not belong on \(message.topic.baseName)"))
        }
    }

    public func execute(_ command: BillingCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "act as the billing system")
        return switch command.action {
        case .expire(let subscription): CommandAnswer(status: 200, try expire(subscription, step).view)
        case .renew(let subscription): CommandAnswer(status: 200, try renew(subscription, step).view)
        case .lock(let account, let isLocked): CommandAnswer(status: 200, try lock(account, isLocked, step).view)
        case .enableOutboundBilling(let account): CommandAnswer(status: 200, try enableOutboundBilling(account, step).view)
        }
    }

    // MARK: Nothing of these

    public func handled(_ channel: ChannelKey) -> ChannelPosition { .beginning }
    public func advance(_ channel: ChannelKey, to position: ChannelPosition) -> Bool { false }
    public func fire(_ timer: TimerKey, _ step: Step) {}

    // MARK: Batches

    public func flush() throws(StoreError) { try tables.flush() }
    public func committed() { tables.committed() }
    public func discard() { tables.discard() }
}

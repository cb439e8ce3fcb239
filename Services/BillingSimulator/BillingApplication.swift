import HostedConnection
public import Messaging
public import Schema
public import Store

/// The billing simulator on the engine: a stand-in for a billing system in the demo and in tests. It decides each charge once;
/// a repeated request is answered the same again.
public final class BillingApplication: EngineApplication {
    /// It takes no commands.
    public typealias Command = Never

    /// The simulator's name as the source of its events.
    public static let name = "billing-simulator"

    private let ledger: RowCache<LedgerRow>
    private let prices: PriceList
    private let declining: DeclineRule
    /// Rows kept in memory from batch to batch.
    private static var rowsKept: Int { 20_000 }

    /// - Parameter connection: the writer of a database with ``BillingMigrations`` applied.
    public init(
        _ connection: any StoreConnection, prices: PriceList = .standard, declining: DeclineRule = .never
    ) throws(StoreError) {
        ledger = try RowCache(connection)
        self.prices = prices
        self.declining = declining
    }

    public let source = BillingApplication.name
    public let topics: [Topic: TopicRole] = [.billingRequests: .foreign]
    /// What it can't read is kept in its table alone.
    public let deadLetterTopic: Topic? = nil

    /// Every charge and refund; that a subscription stops needs no answer.
    public func concerns(_ message: InboundMessage) -> Bool { message.type != .stopRequested }

    public func handle(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        switch message.type {
        case .chargeRequested: try charge(try message.decode(ChargeRequested.self), step)
        case .refundRequested: try refund(try message.decode(RefundRequested.self), step)
        default:
            throw .refused(Refusal(.contradictsState, "\(message.type.fullName) does not belong on \(message.topic.baseName)"))
        }
    }

    private func charge(_ request: ChargeRequested, _ step: Step) throws(StepFailure) {
        for (isSet, field) in [
            (request.subscriptionID.isSet, "subscriptionId"), (request.chargeID.bits.attempt > 0, "chargeId"),
            (request.payerAccountID.isSet, "payerAccountId"), (request.bandwidthMbps > 0, "bandwidthMbps"),
        ] where !isSet {
            throw .refused(Refusal(.missingField, "A charge without \(field)", field: field))
        }
        if var row = try stored({ () throws(StoreError) in try ledger.row(request.chargeID) }) {
            row.requests += 1
            try stored { () throws(StoreError) in _ = try ledger.replace(row) }
            answer(row, step)
        } else {
            var row = LedgerRow(request, prices: prices, declining: declining, now: step.now)
            row.requests = 1
            try stored { () throws(StoreError) in try ledger.insert(row) }
            answer(row, step)
        }
    }

    /// Tells how a charge was decided; a charge that was refunded since was settled at its time.
    private func answer(_ row: LedgerRow, _ step: Step) {
        let occurredAt = Timestamp(row.decidedAt)
        let version = UInt64(row.charge.bits.attempt) * 2 - 1
        if row.outcome == .declined {
            step.send(
                ChargeDeclined(
                    subscriptionID: row.subscription, chargeID: row.charge, payerAccountID: row.payer, version: version,
                    occurredAt: occurredAt, reason: row.reason),
                on: .billingEvents, about: row.subscription)
        } else {
            step.send(
                ChargeSettled(
                    subscriptionID: row.subscription, chargeID: row.charge, payerAccountID: row.payer, version: version,
                    occurredAt: occurredAt, amountMinor: row.amount.minor, currency: row.amount.currency,
                    paidUntil: row.paidUntil.map(Timestamp.init)),
                on: .billingEvents, about: row.subscription)
        }
    }

    private func refund(_ request: RefundRequested, _ step: Step) throws(StepFailure) {
        guard var row = try stored({ () throws(StoreError) in try ledger.row(request.chargeID) }), row.outcome != .declined else {
            throw .refused(
                Refusal(.contradictsState, "Charge \(request.chargeID) was never settled", object: request.chargeID.description))
        }
        if row.outcome == .settled {
            row.outcome = .refunded
            row.reason = request.reason
            try stored { () throws(StoreError) in _ = try ledger.replace(row) }
        }
        step.send(
            RefundSettled(
                subscriptionID: row.subscription, chargeID: row.charge, payerAccountID: row.payer,
                version: UInt64(row.charge.bits.attempt) * 2, occurredAt: Timestamp(step.now), amountMinor: row.amount.minor,
                currency: row.amount.currency, reason: row.reason, refundID: request.refundID),
            on: .billingEvents, about: row.subscription)
    }

    // MARK: Nothing of these

    public func handled(_ channel: ChannelKey) -> ChannelPosition { .beginning }
    public func advance(_ channel: ChannelKey, to position: ChannelPosition) -> Bool { false }
    public func execute(_ command: Never, _ step: Step) -> CommandAnswer {}
    public func fire(_ timer: TimerKey, _ step: Step) {}

    // MARK: Batches

    public func flush() throws(StoreError) { try ledger.flush() }

    public func committed() {
        if ledger.count > Self.rowsKept { ledger.clear() }
    }

    public func discard() { ledger.clear() }
}

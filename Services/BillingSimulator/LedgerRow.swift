import HostedConnection
import Schema
import Store

/// How a charge was decided.
enum LedgerOutcome: UInt8 {
    case settled = 1
    case declined = 2
    case refunded = 3

    var name: String {
        switch self {
        case .settled: "settled"
        case .declined: "declined"
        case .refunded: "refunded"
        }
    }
}

/// What a charge is for.
enum ChargeReason: UInt8 {
    /// The first paid time of a subscription.
    case first = 1
    /// More bandwidth until the end of the paid time: the difference.
    case upgrade = 2
    /// The next paid time.
    case renewal = 3

    var name: String {
        switch self {
        case .first: "first"
        case .upgrade: "upgrade"
        case .renewal: "renewal"
        }
    }
}

/// One charge in the ledger.
struct LedgerRow: StoredRow {
    var charge: ChargeID
    var subscription: SubscriptionID
    var payer: AccountID
    var port: PortID
    var region: String
    var bandwidth: Bandwidth
    var kind: ChargeReason
    var amount: Amount
    var outcome: LedgerOutcome
    var reason: String
    /// The version of the event that told it.
    var version: UInt64
    var requests: UInt32 = 0
    var decidedAt: Instant
    /// What is paid for; nil if nothing is.
    var paid: Range<Instant>?
    var refunded: Int64 = 0
    var refundedAt: Instant?

    var key: ChargeID { charge }

    /// Gives back what is unused of it: of whole days, the one that has begun among them.
    mutating func refund(at now: Instant, reason: String) {
        guard let paid, outcome == .settled else { return }
        let days = Self.days(from: paid.lowerBound, to: paid.upperBound)
        let left = min(Self.days(from: now, to: paid.upperBound), days)
        outcome = .refunded
        refunded = days == 0 ? 0 : amount.minor * left / days
        refundedAt = now
        self.reason = reason
    }

    private static func days(from start: Instant, to end: Instant) -> Int64 {
        let day: Int64 = 86_400_000_000
        return max(end.microseconds - start.microseconds + day - 1, 0) / day
    }

    static let columns = """
        charge_id, subscription_id, payer_account, port_id, region, bandwidth_mbps, kind, amount_minor, currency, outcome, reason, \
        version, requests, decided_at, paid_from, paid_until, refunded_minor, refunded_at
        """
    static let selectSQL = "SELECT \(columns) FROM ledger WHERE charge_id = ?1"
    static let insertSQL =
        "INSERT INTO ledger (\(columns)) VALUES (\((1...18).map { "?\($0)" }.joined(separator: ", ")))"
    static let updateSQL = """
        UPDATE ledger SET outcome = ?2, reason = ?3, requests = ?4, refunded_minor = ?5, refunded_at = ?6 WHERE charge_id = ?1
        """
    static let deleteSQL = "DELETE FROM ledger WHERE charge_id = ?1"

    static func bindKey(_ key: ChargeID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, charge)
        statement.bind(2, subscription)
        statement.bind(3, payer)
        statement.bind(4, port)
        statement.bindText(5, region)
        statement.bind(6, Int64(bandwidth.megabitsPerSecond))
        statement.bind(7, Int64(kind.rawValue))
        statement.bind(8, amount.minor)
        statement.bindText(9, amount.currency)
        statement.bind(10, Int64(outcome.rawValue))
        statement.bindText(11, reason)
        statement.bind(12, Int64(bitPattern: version))
        statement.bind(13, Int64(requests))
        statement.bind(14, decidedAt)
        statement.bind(15, paid?.lowerBound)
        statement.bind(16, paid?.upperBound)
        statement.bind(17, refunded)
        statement.bind(18, refundedAt)
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, charge)
        statement.bind(2, Int64(outcome.rawValue))
        statement.bindText(3, reason)
        statement.bind(4, Int64(requests))
        statement.bind(5, refunded)
        statement.bind(6, refundedAt)
    }

    /// A charge of a subscription as it was decided.
    init(
        _ charge: ChargeID, of subscription: SubscriptionRow, _ kind: ChargeReason, bandwidth: Bandwidth, amount: Amount,
        outcome: LedgerOutcome, reason: String = "", paid: Range<Instant>?, now: Instant
    ) {
        self.charge = charge
        self.subscription = subscription.id
        payer = subscription.payer
        port = subscription.port
        region = subscription.region
        self.bandwidth = bandwidth
        self.kind = kind
        self.amount = amount
        self.outcome = outcome
        self.reason = reason
        version = subscription.version
        decidedAt = now
        self.paid = paid
    }

    init(row: any StoreRow) throws(StoreError) {
        guard let kind = ChargeReason(rawValue: UInt8(truncatingIfNeeded: row.int64(6))),
            let outcome = LedgerOutcome(rawValue: UInt8(truncatingIfNeeded: row.int64(9)))
        else { throw .corrupt("ledger has kind \(row.int64(6)) and outcome \(row.int64(9))") }
        self.kind = kind
        self.outcome = outcome
        charge = try row.identifier(0)
        subscription = try row.identifier(1)
        payer = row.account(2)
        port = try row.identifier(3)
        region = try row.text(4)
        bandwidth = Bandwidth(stored: row.int64(5))
        amount = Amount(minor: row.int64(7), currency: try row.text(8))
        reason = try row.text(10)
        version = UInt64(bitPattern: row.int64(11))
        requests = UInt32(truncatingIfNeeded: row.int64(12))
        decidedAt = row.instant(13)
        if let from = row.optionalInstant(14), let until = row.optionalInstant(15) { paid = from..<max(from, until) }
        refunded = row.int64(16)
        refundedAt = row.optionalInstant(17)
    }

    var entry: LedgerEntry {
        LedgerEntry(
            chargeID: charge, subscriptionID: subscription, payerAccountID: payer, portID: port, region: region,
            bandwidthMbps: bandwidth.megabitsPerSecond, amountMinor: amount.minor, currency: amount.currency, outcome: outcome.name,
            reason: reason, requests: requests, decidedAt: Timestamp(decidedAt), kind: kind.name,
            paidUntil: paid.map { Timestamp($0.upperBound) }, refundedMinor: refunded, refundedAt: refundedAt.map(Timestamp.init))
    }
}

import HostedConnection
import Schema
import Store

/// How a charge was decided.
enum LedgerOutcome: Int64 {
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

/// One charge in the ledger.
struct LedgerRow: StoredRow {
    var charge: ChargeID
    var subscription: SubscriptionID
    var payer: AccountID
    var port: PortID
    var region: String
    var bandwidth: Bandwidth
    var amount: Amount
    var outcome: LedgerOutcome
    var reason: String
    var requests: UInt32
    var decidedAt: Instant
    var paidUntil: Instant?

    var key: ChargeID { charge }

    static let columns = """
        charge_id, subscription_id, payer_account, port_id, region, bandwidth_mbps, amount_minor, currency, outcome, reason, \
        requests, decided_at, paid_until
        """
    static let selectSQL = "SELECT \(columns) FROM ledger WHERE charge_id = ?1"
    static let insertSQL = "INSERT INTO ledger (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    static let updateSQL = "UPDATE ledger SET outcome = ?2, reason = ?3, requests = ?4 WHERE charge_id = ?1"
    static let deleteSQL = "DELETE FROM ledger WHERE charge_id = ?1"

    static func bindKey(_ key: ChargeID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, charge)
        statement.bind(2, subscription)
        statement.bind(3, payer)
        statement.bind(4, port)
        statement.bindText(5, region)
        statement.bind(6, Int64(bandwidth.megabitsPerSecond))
        statement.bind(7, amount.minor)
        statement.bindText(8, amount.currency)
        statement.bind(9, outcome.rawValue)
        statement.bindText(10, reason)
        statement.bind(11, Int64(requests))
        statement.bind(12, decidedAt)
        statement.bind(13, paidUntil)
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, charge)
        statement.bind(2, outcome.rawValue)
        statement.bindText(3, reason)
        statement.bind(4, Int64(requests))
    }

    /// Decides a charge.
    init(_ request: ChargeRequested, prices: PriceList, declining rule: DeclineRule, now: Instant) {
        charge = request.chargeID
        subscription = request.subscriptionID
        payer = request.payerAccountID
        port = request.portID
        region = request.region
        bandwidth = Bandwidth(megabitsPerSecond: request.bandwidthMbps)
        requests = 0
        decidedAt = now
        if rule.declines(request) {
            outcome = .declined
            amount = Amount(minor: 0, currency: prices.currency)
            reason = rule.reason
            paidUntil = nil
        } else {
            outcome = .settled
            amount = prices.price(of: bandwidth)
            reason = ""
            paidUntil = now.oneMonthLater
        }
    }

    init(row: any StoreRow) throws(StoreError) {
        guard let outcome = LedgerOutcome(rawValue: row.int64(8)) else { throw .corrupt("ledger has outcome \(row.int64(8))") }
        self.outcome = outcome
        charge = try row.identifier(0)
        subscription = try row.identifier(1)
        payer = row.account(2)
        port = try row.identifier(3)
        region = try row.text(4)
        bandwidth = Bandwidth(stored: row.int64(5))
        amount = Amount(minor: row.int64(6), currency: try row.text(7))
        reason = try row.text(9)
        requests = UInt32(truncatingIfNeeded: row.int64(10))
        decidedAt = row.instant(11)
        paidUntil = row.optionalInstant(12)
    }

    var entry: LedgerEntry {
        LedgerEntry(
            chargeID: charge, subscriptionID: subscription, payerAccountID: payer, portID: port, region: region,
            bandwidthMbps: bandwidth.megabitsPerSecond, amountMinor: amount.minor, currency: amount.currency, outcome: outcome.name,
            reason: reason, requests: requests, decidedAt: Timestamp(decidedAt))
    }
}

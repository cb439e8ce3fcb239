import HostedConnection
import Schema
import Store

/// Where a subscription stands in the simulator.
enum BilledState: UInt8 {
    case unpaid = 1
    case paid = 2
    case expired = 3
    case refunded = 4
    case stopped = 5

    var name: String {
        switch self {
        case .unpaid: "unpaid"
        case .paid: "paid"
        case .expired: "expired"
        case .refunded: "refunded"
        case .stopped: "stopped"
        }
    }

    /// Nothing is charged for it any more.
    var isEnded: Bool { self == .refunded || self == .stopped }
}

/// A subscription that something was asked about.
struct SubscriptionRow: StoredRow {
    var id: SubscriptionID
    var payer: AccountID
    var port: PortID
    var region: String
    var state = BilledState.unpaid
    /// Of the last event about it.
    var version: UInt64 = 0
    /// What is paid for; 0 before anything is.
    var bandwidth = Bandwidth(megabitsPerSecond: 0)
    var paidUntil: Instant?
    var lastAttempt: UInt8 = 0
    var renewals: UInt8 = 0
    var endedAt: Instant?
    var reason = ""
    /// Its one refund; version 0 before it is asked for.
    var refundID = ""
    var refundVersion: UInt64 = 0
    var refunded: Int64 = 0
    var refundRequests: UInt32 = 0

    var key: SubscriptionID { id }

    /// Attempts below this are the services' to number; renewals are billing's own.
    static let firstRenewal: UInt8 = 128

    init(_ id: SubscriptionID, payer: AccountID, region: String = "") {
        self.id = id
        self.payer = payer
        port = id.port
        self.region = region
    }

    /// Every charge of it that can be in the ledger.
    var charges: [ChargeID] {
        ((1...max(lastAttempt, 1)).map { $0 } + (0..<renewals).map { Self.firstRenewal + $0 }).map { id.charge(attempt: $0) }
    }

    mutating func end(as state: BilledState, reason: String, at now: Instant) {
        self.state = state
        self.reason = reason
        endedAt = now
    }

    static let columns = """
        id, payer_account, port_id, region, state, version, bandwidth_mbps, paid_until, last_attempt, renewals, ended_at, reason, \
        refund_id, refund_version, refunded_minor, refund_requests
        """
    static let selectSQL = "SELECT \(columns) FROM subscription WHERE id = ?1"
    static let insertSQL =
        "INSERT INTO subscription (\(columns)) VALUES (\((1...16).map { "?\($0)" }.joined(separator: ", ")))"
    static let updateSQL = """
        UPDATE subscription SET payer_account = ?2, port_id = ?3, region = ?4, state = ?5, version = ?6, bandwidth_mbps = ?7, \
        paid_until = ?8, last_attempt = ?9, renewals = ?10, ended_at = ?11, reason = ?12, refund_id = ?13, refund_version = ?14, \
        refunded_minor = ?15, refund_requests = ?16 WHERE id = ?1
        """
    static let deleteSQL = "DELETE FROM subscription WHERE id = ?1"

    static func bindKey(_ key: SubscriptionID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, id)
        statement.bind(2, payer)
        statement.bind(3, port)
        statement.bindText(4, region)
        statement.bind(5, Int64(state.rawValue))
        statement.bind(6, Int64(bitPattern: version))
        statement.bind(7, Int64(bandwidth.megabitsPerSecond))
        statement.bind(8, paidUntil)
        statement.bind(9, Int64(lastAttempt))
        statement.bind(10, Int64(renewals))
        statement.bind(11, endedAt)
        statement.bindText(12, reason)
        statement.bindText(13, refundID)
        statement.bind(14, Int64(bitPattern: refundVersion))
        statement.bind(15, refunded)
        statement.bind(16, Int64(refundRequests))
    }

    func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    init(row: any StoreRow) throws(StoreError) {
        guard let state = BilledState(rawValue: UInt8(truncatingIfNeeded: row.int64(4))) else {
            throw .corrupt("a subscription has state \(row.int64(4))")
        }
        id = try row.identifier(0)
        payer = row.account(1)
        port = try row.identifier(2)
        region = try row.text(3)
        self.state = state
        version = UInt64(bitPattern: row.int64(5))
        bandwidth = Bandwidth(stored: row.int64(6))
        paidUntil = row.optionalInstant(7)
        lastAttempt = UInt8(truncatingIfNeeded: row.int64(8))
        renewals = UInt8(truncatingIfNeeded: row.int64(9))
        endedAt = row.optionalInstant(10)
        reason = try row.text(11)
        refundID = try row.text(12)
        refundVersion = UInt64(bitPattern: row.int64(13))
        refunded = row.int64(14)
        refundRequests = UInt32(truncatingIfNeeded: row.int64(15))
    }

    var view: BilledSubscriptionView {
        BilledSubscriptionView(
            subscriptionID: id, payerAccountID: payer, portID: port, state: state.name, version: version,
            bandwidthMbps: bandwidth.megabitsPerSecond, paidUntil: paidUntil.map(Timestamp.init), endedAt: endedAt.map(Timestamp.init),
            reason: reason, refundID: refundID, refundedMinor: refunded, refundRequests: refundRequests)
    }
}

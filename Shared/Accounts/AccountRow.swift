public import HostedConnection
public import Messaging
public import Schema
public import Store

/// Whether an account is locked for arrears, as the highest version of billing's facts about it says.
public struct Arrears: Equatable, Sendable {
    public var isLocked: Bool
    public var version: UInt64

    public init(isLocked: Bool = false, version: UInt64 = 0) {
        self.isLocked = isLocked
        self.version = version
    }
}

/// An account as it stands in the database: its facts, who holds it, and the channel its facts travel on.
public struct AccountRow: StoredRow, Equatable, Sendable {
    public var facts: KnownAccount
    /// Whether this service holds the account; otherwise the row is a copy.
    public var isHeld: Bool
    public var registeredAt: Instant
    /// What billing says of a held account's arrears.
    public var arrears = Arrears()
    public var channel: ChannelState

    init(_ facts: KnownAccount, isHeld: Bool, registeredAt: Instant) {
        self.facts = facts
        self.isHeld = isHeld
        self.registeredAt = registeredAt
        channel = ChannelState()
    }

    public var key: AccountID { facts.id }

    static let columns = """
        account_id, name, is_partner, carrier, site, regions, outbound_billing, is_closed, version, is_held, registered_at, \
        is_locked, lock_version, sent_epoch, sent_sequence, handled_epoch, handled_sequence, product_permission, extra_mbps, \
        transformed_payment
        """
    public static let selectSQL = "SELECT \(columns) FROM account WHERE account_id = ?1"
    public static let insertSQL = """
        INSERT INTO account (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, \
        ?18, ?19, ?20)
        """
    public static let updateSQL = """
        UPDATE account SET name = ?2, is_partner = ?3, carrier = ?4, site = ?5, regions = ?6, outbound_billing = ?7, \
        is_closed = ?8, version = ?9, is_held = ?10, registered_at = ?11, is_locked = ?12, lock_version = ?13, \
        sent_epoch = ?14, sent_sequence = ?15, handled_epoch = ?16, handled_sequence = ?17, product_permission = ?18, \
        extra_mbps = ?19, transformed_payment = ?20 WHERE account_id = ?1
        """
    public static let deleteSQL = "DELETE FROM account WHERE account_id = ?1"

    public static func bindKey(_ key: AccountID, to statement: any StoreStatement) { statement.bind(1, key) }

    public func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, facts.id)
        statement.bindText(2, facts.name)
        statement.bind(3, facts.isPartner)
        statement.bindText(4, facts.carrier)
        statement.bindText(5, facts.site)
        statement.bindText(6, facts.regions.joined(separator: ","))
        statement.bind(7, facts.outboundBilling)
        statement.bind(8, facts.isClosed)
        statement.bind(9, Int64(bitPattern: facts.version))
        statement.bind(10, isHeld)
        statement.bind(11, registeredAt)
        statement.bind(12, arrears.isLocked)
        statement.bind(13, Int64(bitPattern: arrears.version))
        statement.bind(14, Int64(bitPattern: channel.sent.epoch))
        statement.bind(15, Int64(bitPattern: channel.sent.sequence))
        statement.bind(16, Int64(bitPattern: channel.handled.epoch))
        statement.bind(17, Int64(bitPattern: channel.handled.sequence))
        statement.bind(18, facts.hasProductPermission)
        statement.bindText(19, facts.extraBandwidths.map { String($0.megabitsPerSecond) }.joined(separator: ","))
        statement.bind(20, facts.mayPayForTransformed)
    }

    public func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    public init(row: any StoreRow) throws(StoreError) {
        facts = KnownAccount(
            id: row.account(0), name: try row.text(1), isPartner: row.bool(2), carrier: try row.text(3), site: try row.text(4),
            regions: try row.text(5).split(separator: ",").map(String.init), outboundBilling: row.bool(6), isClosed: row.bool(7),
            hasProductPermission: row.bool(17), mayPayForTransformed: row.bool(19),
            extraBandwidths: try row.text(18).split(separator: ",").compactMap { UInt32($0).map(Bandwidth.init(megabitsPerSecond:)) },
            version: UInt64(bitPattern: row.int64(8)))
        isHeld = row.bool(9)
        registeredAt = row.instant(10)
        arrears = Arrears(isLocked: row.bool(11), version: UInt64(bitPattern: row.int64(12)))
        channel = ChannelState(sent: row.position(13), handled: row.position(15))
    }

    /// The account as APIs show it.
    public var view: AccountView {
        AccountView(
            accountID: facts.id, name: facts.name, role: facts.isPartner ? .partner : .tenant, carrier: facts.carrier,
            site: facts.site, regions: facts.regions, outboundBilling: facts.outboundBilling, version: facts.version,
            held: isHeld, registeredAt: Timestamp(registeredAt), productPermission: facts.hasProductPermission,
            extraBandwidthsMbps: facts.extraBandwidths.map(\.megabitsPerSecond), closed: facts.isClosed, locked: arrears.isLocked,
            transformedPayment: facts.mayPayForTransformed)
    }
}

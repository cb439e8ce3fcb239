import HostedConnection
import PartnerDomain
import Store

/// An access device as it stands in the database.
struct AccessDeviceRow: StoredRow {
    var device: AccessDevice

    var key: NamedKey { NamedKey(partner: device.partner, name: device.name) }

    static let columns = "partner_account, name, id, location, registered_at"
    static let selectSQL = "SELECT \(columns) FROM access_device WHERE partner_account = ?1 AND name = ?2"
    static let insertSQL = "INSERT INTO access_device (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5)"
    static let updateSQL = "UPDATE access_device SET id = ?3, location = ?4, registered_at = ?5 WHERE partner_account = ?1 AND name = ?2"
    static let deleteSQL = "DELETE FROM access_device WHERE partner_account = ?1 AND name = ?2"

    static func bindKey(_ key: NamedKey, to statement: any StoreStatement) {
        statement.bind(1, key.partner)
        statement.bindText(2, key.name)
    }

    func bindInsert(to statement: any StoreStatement) {
        Self.bindKey(key, to: statement)
        statement.bind(3, device.id)
        statement.bindText(4, device.location)
        statement.bind(5, device.registeredAt)
    }

    func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    init(_ device: AccessDevice) { self.device = device }

    init(row: any StoreRow) throws(StoreError) {
        device = AccessDevice(
            id: try row.identifier(2), partner: row.account(0), name: try row.text(1), location: try row.text(3),
            registeredAt: row.instant(4))
    }
}

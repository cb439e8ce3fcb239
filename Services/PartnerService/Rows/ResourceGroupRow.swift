import HostedConnection
import PartnerDomain
import Store

/// A resource group as it stands in the database.
struct ResourceGroupRow: StoredRow {
    var group: ResourceGroup

    var key: NamedKey { NamedKey(partner: group.partner, name: group.name) }

    static let columns = "partner_account, name, id, description, created_at"
    static let selectSQL = "SELECT \(columns) FROM resource_group WHERE partner_account = ?1 AND name = ?2"
    static let insertSQL = "INSERT INTO resource_group (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5)"
    static let updateSQL = "UPDATE resource_group SET id = ?3, description = ?4, created_at = ?5 WHERE partner_account = ?1 AND name = ?2"
    static let deleteSQL = "DELETE FROM resource_group WHERE partner_account = ?1 AND name = ?2"

    static func bindKey(_ key: NamedKey, to statement: any StoreStatement) {
        statement.bind(1, key.partner)
        statement.bindText(2, key.name)
    }

    func bindInsert(to statement: any StoreStatement) {
        Self.bindKey(key, to: statement)
        statement.bind(3, group.id)
        statement.bindText(4, group.description)
        statement.bind(5, group.createdAt)
    }

    func bindUpdate(to statement: any StoreStatement) { bindInsert(to: statement) }

    init(_ group: ResourceGroup) { self.group = group }

    init(row: any StoreRow) throws(StoreError) {
        group = ResourceGroup(
            id: try row.identifier(2), partner: row.account(0), name: try row.text(1), description: try row.text(3),
            createdAt: row.instant(4))
    }
}

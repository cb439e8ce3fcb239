import Accounts
import HostedConnection
import Messaging
import PortRecords
import Store
import TenantDomain

/// The rows that tenant-service works on in a batch.
final class DemandTables {
    let accounts: AccountBook
    let ports: RowCache<PortRow>
    let vbrs: RowCache<VBRRow>
    let pushed: RowCache<PushedConnectionRow>
    let history: HistoryJournal
    let liveConnections: LiveConnectionQuery
    let charged: ChargedPorts
    let requests: RequestTable
    /// Rows kept in memory from batch to batch: a port's next message mostly comes soon.
    private static var rowsKept: Int { 10_000 }

    init(_ connection: any StoreConnection) throws(StoreError) {
        accounts = try AccountBook(connection, holdsPartners: false)
        ports = try RowCache(connection)
        vbrs = try RowCache(connection)
        pushed = try RowCache(connection)
        history = try HistoryJournal(connection)
        liveConnections = try LiveConnectionQuery(
            connection, table: "port", owner: "tenant_account",
            pushed: "SELECT id FROM vbr WHERE account = ?1 AND state <> 3 AND port_id IS NULL")
        charged = try ChargedPorts(connection, table: "port", owner: "tenant_account", payer: .tenant)
        requests = try RequestTable(connection)
    }

    /// Writes what changed, what others refer to first.
    func flush() throws(StoreError) {
        try accounts.flush()
        try ports.flush()
        try vbrs.flush()
        try pushed.flush()
        try history.flush()
        try requests.flush()
    }

    func committed() {
        accounts.committed()
        requests.committed()
        ports.forgetOldest(keeping: Self.rowsKept)
        vbrs.forgetOldest(keeping: Self.rowsKept)
        pushed.forgetOldest(keeping: Self.rowsKept)
    }

    func discard() {
        accounts.discard()
        requests.discard()
        ports.clear()
        vbrs.clear()
        pushed.clear()
        history.clear()
    }
}

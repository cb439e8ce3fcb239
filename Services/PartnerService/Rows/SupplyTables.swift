import Accounts
import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Store

/// The rows that partner-service works on in a batch.
final class SupplyTables {
    let accounts: AccountBook
    let circuits: CircuitTable
    let ports: RowCache<PortRow>
    let allocations: RowCache<AllocationRow>
    let history: InsertBuffer<HistoryLine>
    let charged: ChargedPorts
    /// Rows kept in memory from batch to batch: a port's next message mostly comes soon.
    private static var rowsKept: Int { 20_000 }

    init(_ connection: any StoreConnection) throws(StoreError) {
        accounts = try AccountBook(connection, holdsPartners: true)
        circuits = try CircuitTable(connection)
        ports = try RowCache(connection)
        allocations = try RowCache(connection)
        history = try InsertBuffer(connection)
        charged = try ChargedPorts(connection, owner: "partner_account", payer: .partner)
    }

    /// Writes what changed, what others refer to first.
    func flush() throws(StoreError) {
        try accounts.flush()
        try circuits.flush()
        try ports.flush()
        try allocations.flush()
        try history.flush()
    }

    func committed() {
        accounts.committed()
        circuits.committed()
        if ports.count > Self.rowsKept { ports.clear() }
        if allocations.count > Self.rowsKept { allocations.clear() }
    }

    func discard() {
        accounts.discard()
        circuits.discard()
        ports.clear()
        allocations.clear()
        history.clear()
    }
}

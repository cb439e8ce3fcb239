import Accounts
import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import SagaRecords
import Store

/// The rows that partner-service works on in a batch.
final class SupplyTables {
    let accounts: AccountBook
    let circuits: CircuitTable
    let onboarding: OnboardingTables
    let ports: RowCache<PortRow>
    let allocations: RowCache<AllocationRow>
    let history: HistoryJournal
    let livePorts: LivePortQuery
    let charged: ChargedPorts
    let requests: RequestTable
    let sagas: SagaRunner
    private let portByVBR: any StoreStatement
    /// Rows kept in memory from batch to batch: a port's next message mostly comes soon.
    private static var rowsKept: Int { 10_000 }

    init(_ connection: any StoreConnection) throws(StoreError) {
        accounts = try AccountBook(connection, holdsPartners: true)
        circuits = try CircuitTable(connection)
        onboarding = try OnboardingTables(connection)
        ports = try RowCache(connection)
        allocations = try RowCache(connection)
        history = try HistoryJournal(connection)
        livePorts = try LivePortQuery(connection, owner: "partner_account")
        charged = try ChargedPorts(connection, owner: "partner_account", payer: .partner)
        requests = try RequestTable(connection)
        sagas = try SagaRunner(connection, catalogue: PartnerSagas.catalogue)
        portByVBR = try connection.prepare("SELECT id FROM port WHERE vbr_id = ?1")
    }

    /// The port that has this VBR, as far as it is written: a VBR is known outside once its batch is committed.
    func portOfVBR(_ vbr: VBRID) throws(StoreError) -> PortID? {
        guard vbr.isSet else { return nil }
        portByVBR.bind(1, vbr)
        return try portByVBR.first { row throws(StoreError) in try row.identifier(0, as: PortKind.self) }
    }

    /// Writes what changed, what others refer to first.
    func flush() throws(StoreError) {
        try accounts.flush()
        try circuits.flush()
        try onboarding.flush()
        try ports.flush()
        try allocations.flush()
        try history.flush()
        try requests.flush()
        try sagas.flush()
    }

    func committed() {
        accounts.committed()
        circuits.committed()
        onboarding.committed()
        requests.committed()
        sagas.committed()
        ports.forgetOldest(keeping: Self.rowsKept)
        if allocations.count > Self.rowsKept { allocations.clear() }
    }

    func discard() {
        accounts.discard()
        circuits.discard()
        onboarding.discard()
        requests.discard()
        sagas.discard()
        ports.clear()
        allocations.clear()
        history.clear()
    }
}

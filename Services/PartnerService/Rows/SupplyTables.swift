import Accounts
import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import SagaRecords
import Store
import TransformationSaga

/// The rows that partner-service works on in a batch.
final class SupplyTables {
    let accounts: AccountBook
    let circuits: CircuitTable
    let onboarding: OnboardingTables
    let ports: RowCache<PortRow>
    let pushedVBRs: RowCache<PushedVBRRow>
    let allocations: RowCache<AllocationRow>
    let history: HistoryJournal
    let liveConnections: LiveConnectionQuery
    let charged: ChargedPorts
    let requests: RequestTable
    let sagas: SagaRunner
    let batches: TransformationBatchTable
    private let portByVBR: any StoreStatement
    private let unlimitedVBR: any StoreStatement
    /// Rows kept in memory from batch to batch: a port's next message mostly comes soon.
    private static var rowsKept: Int { 10_000 }

    /// - Parameter sagasKeepFor: how long sagas that are over stay readable.
    init(_ connection: any StoreConnection, sagasKeepFor: Duration) throws(StoreError) {
        accounts = try AccountBook(connection, holdsPartners: true)
        circuits = try CircuitTable(connection)
        onboarding = try OnboardingTables(connection)
        ports = try RowCache(connection)
        pushedVBRs = try RowCache(connection)
        allocations = try RowCache(connection)
        history = try HistoryJournal(connection)
        liveConnections = try LiveConnectionQuery(
            connection, table: "port_state", owner: "partner_account",
            pushed: "SELECT id FROM pushed_vbr WHERE partner_account = ?1 AND state <> 3 AND attached_at IS NULL")
        charged = try ChargedPorts(connection, table: "port_state", owner: "partner_account", payer: .partner)
        requests = try RequestTable(connection)
        sagas = try SagaRunner(connection, catalogue: PartnerSagas.catalogue, keepFor: sagasKeepFor)
        batches = try TransformationBatchTable(connection)
        portByVBR = try connection.prepare("SELECT id FROM port_state WHERE vbr_id = ?1")
        unlimitedVBR = try connection.prepare(
            "SELECT id FROM pushed_vbr WHERE circuit_id = ?1 AND bandwidth_mbps IS NULL AND state <> 3 ORDER BY id LIMIT 1")
    }

    /// The port that has this VBR, as far as it is written: a VBR is known outside once its batch is committed.
    func portOfVBR(_ vbr: VBRID) throws(StoreError) -> PortID? {
        guard vbr.isSet else { return nil }
        portByVBR.bind(1, vbr)
        return try portByVBR.first { row throws(StoreError) in try row.identifier(0, as: PortKind.self) }
    }

    /// A pushed VBR without a bandwidth on a circuit, the oldest one.
    func unlimitedVBR(on circuit: CircuitID) throws(StoreError) -> VBRID? {
        // One of this batch is not in the database yet.
        try flush()
        unlimitedVBR.bind(1, circuit)
        return try unlimitedVBR.first { row throws(StoreError) in try row.identifier(0, as: VBRKind.self) }
    }

    /// Writes what changed, what others refer to first.
    func flush() throws(StoreError) {
        try accounts.flush()
        try circuits.flush()
        try onboarding.flush()
        try pushedVBRs.flush()
        try ports.flush()
        try allocations.flush()
        try history.flush()
        try requests.flush()
        try sagas.flush()
        try batches.flush()
    }

    func committed() {
        accounts.committed()
        circuits.committed()
        onboarding.committed()
        requests.committed()
        sagas.committed()
        batches.committed()
        ports.forgetOldest(keeping: Self.rowsKept)
        if pushedVBRs.count > Self.rowsKept { pushedVBRs.clear() }
        if allocations.count > Self.rowsKept { allocations.clear() }
    }

    func discard() {
        accounts.discard()
        circuits.discard()
        onboarding.discard()
        requests.discard()
        sagas.discard()
        batches.discard()
        ports.clear()
        pushedVBRs.clear()
        allocations.clear()
        history.clear()
    }
}

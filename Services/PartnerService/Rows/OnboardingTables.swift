import HostedConnection
import PartnerDomain
import Store

/// What a partner needs before it offers ports, as a batch works on it.
final class OnboardingTables {
    let privileges: RowCache<PrivilegeRow>
    let applications: InsertBuffer<PrivilegeApplicationRow>
    let resourceGroups: RowCache<ResourceGroupRow>
    let accessDevices: RowCache<AccessDeviceRow>
    private let readiness: ReadinessQuery
    /// What offers were judged by, kept until a circuit or an access device of the partner's changes.
    private var readinessFacts: [AccountID: ReadinessFacts] = [:]
    /// Rows of a kind kept in memory from batch to batch.
    private static var rowsKept: Int { 10_000 }

    init(_ connection: any StoreConnection) throws(StoreError) {
        privileges = try RowCache(connection)
        applications = try InsertBuffer(connection)
        resourceGroups = try RowCache(connection)
        accessDevices = try RowCache(connection)
        readiness = try ReadinessQuery(connection)
    }

    func set(_ privilege: Privilege) throws(StoreError) {
        let row = PrivilegeRow(privilege)
        if try !privileges.replace(row) { try privileges.insert(row) }
    }

    /// What a partner's readiness is judged by.
    /// - Parameter flush: writes what the batch has changed, so that it is counted.
    func readinessFacts(
        of partner: AccountID, _ limits: NetworkLimits, flush: () throws(StoreError) -> Void
    ) throws(StoreError) -> ReadinessFacts {
        if let known = readinessFacts[partner] { return known }
        try flush()
        let facts = try readiness.facts(of: partner, limits)
        if readinessFacts.count >= Self.rowsKept { readinessFacts.removeAll() }
        readinessFacts[partner] = facts
        return facts
    }

    /// A circuit or an access device of the partner's has changed.
    func forgetReadiness(of partner: AccountID) { readinessFacts[partner] = nil }

    func flush() throws(StoreError) {
        try privileges.flush()
        try applications.flush()
        try resourceGroups.flush()
        try accessDevices.flush()
    }

    func committed() {
        if privileges.count > Self.rowsKept { privileges.clear() }
        if resourceGroups.count > Self.rowsKept { resourceGroups.clear() }
        if accessDevices.count > Self.rowsKept { accessDevices.clear() }
    }

    func discard() {
        privileges.clear()
        applications.clear()
        resourceGroups.clear()
        accessDevices.clear()
        readinessFacts.removeAll()
    }
}

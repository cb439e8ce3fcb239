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
    private let purgeApplications: any StoreStatement
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
        purgeApplications = try connection.prepare(
            """
            DELETE FROM privilege_application
            WHERE applied_at < ?1 AND id IN (SELECT id FROM privilege_application ORDER BY id LIMIT ?2)
            """)
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

    /// Removes applications made before this moment. What they have granted is long over: it lasts a day at most.
    /// - Returns: how many went.
    func purge(appliedBefore limit: Instant, atMost count: Int64) throws(StoreError) -> Int {
        purgeApplications.bind(1, limit)
        purgeApplications.bind(2, count)
        return try purgeApplications.run()
    }

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

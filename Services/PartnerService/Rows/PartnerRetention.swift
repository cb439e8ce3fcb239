public import Messaging

/// How long the partner's side keeps what is over.
public struct PartnerRetention: Equatable, Sendable {
    /// Sagas that have ended, and batches of transformations.
    public var sagas: Duration
    /// Decided applications for the privilege, counted from the application.
    public var privilegeApplications: Duration

    public init(sagas: Duration = .seconds(90 * 86_400), privilegeApplications: Duration = .seconds(1_096 * 86_400)) {
        self.sagas = sagas
        self.privilegeApplications = privilegeApplications
    }
}

extension AgedTable {
    /// The applications for the privilege.
    public static let privilegeApplications = AgedTable(
        "privilege_application", "SELECT applied_at FROM privilege_application ORDER BY id LIMIT 1")

    /// The batches of transformations that are over.
    public static let transformationBatches = AgedTable(
        "transformation_batch", "SELECT MIN(ended_at) FROM transformation_batch WHERE ended_at IS NOT NULL")
}

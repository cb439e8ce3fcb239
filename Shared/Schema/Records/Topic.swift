/// The topics the services use: one table for the services, the broker, `hcctl topics` and the AsyncAPI file.
public enum Topic: UInt8, CaseIterable, Sendable {
    case partner
    case tenant
    case accounts
    case notifications
    case billingRequests
    case billingEvents
    case networkCommands
    case networkEvents
    case partnerDeadLetters
    case tenantDeadLetters

    /// The name without the configurable prefix.
    public var baseName: String {
        switch self {
        case .partner: "hosted-connections.partner"
        case .tenant: "hosted-connections.tenant"
        case .accounts: "hosted-connections.accounts"
        case .notifications: "hosted-connections.notifications"
        case .billingRequests: "billing.requests"
        case .billingEvents: "billing.events"
        case .networkCommands: "network.commands"
        case .networkEvents: "network.events"
        case .partnerDeadLetters: "hosted-connections.partner-service.dead-letters"
        case .tenantDeadLetters: "hosted-connections.tenant-service.dead-letters"
        }
    }

    public func name(prefix: String) -> String { prefix + baseName }

    /// Partitions of every topic, unless whoever creates the topics chooses another count. That of a live topic is never changed: it
    /// decides which partition a key goes to.
    public static let partitionCount: Int32 = 6
    /// The counts that can be chosen.
    public static let partitionCounts = 1...10_000
    /// The largest record a topic takes, in bytes.
    public static let maximumMessageBytes = 1_048_576
    /// How long the broker keeps records, in milliseconds: 7 days.
    public static let retentionMilliseconds: Int64 = 604_800_000
}

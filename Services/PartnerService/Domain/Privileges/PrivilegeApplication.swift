public import HostedConnection

/// What an application asks for; the code stands in the database.
public enum AppliedPrivilege: UInt8, Sendable, CaseIterable {
    case valid = 1
    case invalid = 2
}

/// An application as it is made.
public struct PrivilegeForm: Equatable, Sendable {
    /// Empty for the only one there is.
    public var quota: String
    /// nil when it was not given, which is refused.
    public var applied: AppliedPrivilege?
    public var effective: Instant?
    public var expires: Instant?
    public var reason: String
    public var notifies: Bool

    public init(
        quota: String = "", applied: AppliedPrivilege?, effective: Instant? = nil, expires: Instant? = nil, reason: String,
        notifies: Bool = false
    ) {
        self.quota = quota
        self.applied = applied
        self.effective = effective
        self.expires = expires
        self.reason = reason
        self.notifies = notifies
    }
}

/// An application that was decided; kept for audit.
public struct PrivilegeApplication: Equatable, Sendable {
    public var id: ApplicationID
    public var account: AccountID
    public var applied: AppliedPrivilege
    /// The time asked for; nil for a revocation without one.
    public var effective: Instant?
    public var expires: Instant?
    public var reason: String
    public var notifies: Bool
    /// The code of its refusal; empty if it was not refused.
    public var refusal: String
    public var appliedAt: Instant
    /// The account or operator that applied.
    public var appliedBy: String

    public init(
        id: ApplicationID, account: AccountID, applied: AppliedPrivilege, effective: Instant?, expires: Instant?, reason: String,
        notifies: Bool, refusal: String, appliedAt: Instant, appliedBy: String
    ) {
        self.id = id
        self.account = account
        self.applied = applied
        self.effective = effective
        self.expires = expires
        self.reason = reason
        self.notifies = notifies
        self.refusal = refusal
        self.appliedAt = appliedAt
        self.appliedBy = appliedBy
    }

    /// The word in APIs.
    public var decision: String {
        guard refusal.isEmpty else { return "refused" }
        return applied == .valid ? "granted" : "revoked"
    }
}

public import HostedConnection

/// The one privilege there is: offering shared ports, of whatever bandwidth.
public enum PrivilegeQuota {
    public static let id = "ec/can_buy_1G_vpconn"
    public static let name = "can_buy_1G_vpconn"
    public static let product = "Express Connect"
    /// What applications show of it.
    public static let description = "\(product): \(name), offering shared ports to tenants"
}

/// A time from an instant on until before another.
public struct PrivilegeWindow: Equatable, Sendable {
    public var effective: Instant
    public var expires: Instant

    public init(effective: Instant, expires: Instant) {
        self.effective = effective
        self.expires = expires
    }

    /// How long a privilege lasts at most from its application on.
    public static let longest = Duration.seconds(86_400)

    /// The time that an application asks for, cut to what it can get.
    public init(effective: Instant, expires: Instant, appliedAt: Instant) {
        self.init(effective: effective, expires: min(expires, appliedAt + Self.longest))
    }

    public var isEmpty: Bool { effective >= expires }

    /// Whether it is open now: the only place that compares a privilege with the clock.
    public func isOpen(at now: Instant) -> Bool { effective <= now && now < expires }
}

/// What a partner's privilege is, as its last application has left it.
public struct Privilege: Equatable, Sendable {
    public var account: AccountID
    /// The application that decided it.
    public var application: ApplicationID
    public var window: PrivilegeWindow

    public init(account: AccountID, application: ApplicationID, window: PrivilegeWindow) {
        self.account = account
        self.application = application
        self.window = window
    }
}

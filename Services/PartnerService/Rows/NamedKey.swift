import HostedConnection

/// What a partner has under a name of its own.
struct NamedKey: Hashable, Comparable {
    var partner: AccountID
    var name: String

    static func < (a: Self, b: Self) -> Bool { a.partner == b.partner ? a.name < b.name : a.partner.number < b.partner.number }
}

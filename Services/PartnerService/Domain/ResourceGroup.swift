public import HostedConnection

/// A group that a partner puts its ports into.
public struct ResourceGroup: Equatable, Sendable {
    public var id: ResourceGroupID
    public var partner: AccountID
    /// Unique with its partner; offers name it.
    public var name: String
    public var description: String
    public var createdAt: Instant

    public init(id: ResourceGroupID, partner: AccountID, name: String, description: String, createdAt: Instant) {
        self.id = id
        self.partner = partner
        self.name = name
        self.description = description
        self.createdAt = createdAt
    }
}

/// The rules for making a resource group.
public enum ResourceGroupRules {
    /// The longest description in characters.
    public static let descriptionLimit = 256

    /// - Parameter known: the partner's group of that name, if there is one: the same again changes nothing.
    public static func create(
        _ name: String, _ description: String, of partner: KnownAccount, known: ResourceGroup?, id: ResourceGroupID, now: Instant
    ) throws(Refusal) -> ResourceGroup {
        guard !partner.isClosed else {
            throw Refusal(
                .accountClosed, "The partner account \(partner.id) is closed", field: "partnerAccountId", object: partner.id.description)
        }
        guard !name.isEmpty else {
            throw Refusal(.missingField, "A resource group needs its name", field: "name", next: "Give the group's name")
        }
        try Refusal.check(name, field: "name", limit: OfferRules.nameLimit)
        try Refusal.check(description, field: "description", limit: descriptionLimit)
        guard let known else {
            return ResourceGroup(id: id, partner: partner.id, name: name, description: description, createdAt: now)
        }
        guard known.description == description else {
            throw Refusal(
                .resourceGroupExists, "The partner has a resource group named \(name) with another description", field: "name",
                object: known.id.description, next: "Give the same description, or another name")
        }
        return known
    }
}

public import HostedConnection
public import Schema

/// The rules for the facts of an account.
public enum AccountRegistration {
    /// The longest name of an account, carrier, site or region in characters.
    public static let nameLimit = 128

    /// The facts of an account that is registered with the service that holds its side's accounts.
    public static func check(_ input: AccountInput, isPartner: Bool) throws(Refusal) -> KnownAccount {
        guard input.accountID.isSet else {
            throw Refusal(.missingField, "An account needs its ID", field: "accountId", next: "Give its 16-digit account ID")
        }
        for (field, text) in [("name", input.name), ("site", input.site)] where text.isEmpty {
            throw Refusal(.missingField, "An account needs a \(field)", field: field, next: "Give the account's \(field)")
        }
        guard isPartner != input.carrier.isEmpty else {
            throw isPartner
                ? Refusal(
                    .missingField, "A partner account needs its carrier", field: "carrier",
                    next: "Give the carrier that the account stands for")
                : Refusal(.invalidValue, "A tenant account has no carrier", field: "carrier", next: "Leave the carrier out")
        }
        for (field, text) in [("name", input.name), ("site", input.site), ("carrier", input.carrier)] {
            try Refusal.check(text, field: field, limit: nameLimit)
        }
        try check(regions: input.regions)
        return KnownAccount(
            id: input.accountID, name: input.name, isPartner: isPartner, carrier: input.carrier, site: input.site,
            regions: input.regions, outboundBilling: input.outboundBilling, version: 1)
    }

    static func check(regions: [String]) throws(Refusal) {
        for region in regions {
            try Refusal.check(region, field: "regions", limit: nameLimit)
            guard !region.isEmpty, !region.contains(",") else {
                throw Refusal(
                    .invalidValue, "\"\(region)\" is not the name of a region", field: "regions",
                    next: "Give names such as eu-central-1")
            }
        }
    }

    /// The facts that the other service publishes.
    /// - Parameter isPartner: which side the other service's accounts are on.
    static func check(_ event: AccountRegistered, isPartner: Bool) throws(Refusal) -> KnownAccount {
        guard event.role == (isPartner ? .partner : .tenant), event.accountID.isSet, event.version > 0 else {
            throw Refusal(
                .contradictsState, "an account of the other side without its role, id or version", object: event.accountID.description)
        }
        return KnownAccount(
            id: event.accountID, name: event.name, isPartner: isPartner, carrier: event.carrier, site: event.site,
            regions: event.regions, outboundBilling: event.outboundBilling, version: event.version)
    }
}

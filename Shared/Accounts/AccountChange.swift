public import HostedConnection
public import Schema

/// The rules for changing the facts of an account that is held here.
public enum AccountChange {
    /// The facts as they are after the change; the version is left to the caller.
    /// - Throws: ``RefusalCode/forbidden`` for what staff alone changes.
    public static func apply(
        _ input: AccountChangeInput, to facts: KnownAccount, by caller: Caller
    ) throws(Refusal) -> KnownAccount {
        guard !facts.isClosed else {
            throw Refusal(
                .accountClosed, "The account \(facts.id) is closed", field: "accountId", object: facts.id.description)
        }
        var changed = facts
        if let name = input.name {
            guard !name.isEmpty else {
                throw Refusal(.missingField, "An account needs a name", field: "name", next: "Give the account's name")
            }
            try Refusal.check(name, field: "name", limit: AccountRegistration.nameLimit)
            changed.name = name
        }
        if let regions = input.regions?.items {
            try requireStaff(caller, facts, "regions")
            try AccountRegistration.check(regions: regions)
            changed.regions = regions
        }
        if let isEnabled = input.outboundBilling {
            try require(!facts.isPartner, facts, "outboundBilling", "a tenant")
            changed.outboundBilling = isEnabled
        }
        if let isGiven = input.productPermission {
            try require(facts.isPartner, facts, "productPermission", "a partner")
            try requireStaff(caller, facts, "productPermission")
            changed.hasProductPermission = isGiven
        }
        if let isGiven = input.transformedPayment {
            try require(facts.isPartner, facts, "transformedPayment", "a partner")
            try requireStaff(caller, facts, "transformedPayment")
            changed.mayPayForTransformed = isGiven
        }
        if let bandwidths = input.extraBandwidths?.mbps {
            try require(facts.isPartner, facts, "extraBandwidths", "a partner")
            try requireStaff(caller, facts, "extraBandwidths")
            changed.extraBandwidths = try opened(bandwidths)
        }
        return changed
    }

    private static func opened(_ megabits: [UInt32]) throws(Refusal) -> [Bandwidth] {
        let catalogue = BandwidthCatalogue.onRequest
        for number in megabits where !catalogue.contains(Bandwidth(megabitsPerSecond: number)) {
            throw Refusal(
                .bandwidthNotOffered, "\(number) Mbit/s is no specification that can be opened to a partner", field: "extraBandwidths",
                next: "Choose from \(catalogue.list) Mbit/s")
        }
        return Set(megabits).sorted().map(Bandwidth.init(megabitsPerSecond:))
    }

    private static func requireStaff(_ caller: Caller, _ facts: KnownAccount, _ field: String) throws(Refusal) {
        if case .staff = caller { return }
        throw Refusal(
            .forbidden, "Only the carrier's staff changes \(field)", field: field, object: facts.id.description,
            next: "Ask your account manager")
    }

    private static func require(_ isRight: Bool, _ facts: KnownAccount, _ field: String, _ who: String) throws(Refusal) {
        guard isRight else {
            throw Refusal(
                .invalidValue, "Only \(who) has \(field)", field: field, object: facts.id.description, next: "Leave it out")
        }
    }
}

public import HostedConnection
public import PartnerDomain

/// What a transformation is judged by besides the VBR.
public struct TransformationGround: Equatable, Sendable {
    /// The circuit's partner; nil if the account is not held here.
    public var partner: KnownAccount?
    /// The VBR's circuit.
    public var circuit: Circuit
    /// nil if the account is not known.
    public var tenant: KnownAccount?
    public var privilege: Privilege?
    /// nil where readiness is not enforced.
    public var readiness: ReadinessFacts?

    public init(
        partner: KnownAccount?, circuit: Circuit, tenant: KnownAccount?, privilege: Privilege? = nil, readiness: ReadinessFacts? = nil
    ) {
        self.partner = partner
        self.circuit = circuit
        self.tenant = tenant
        self.privilege = privilege
        self.readiness = readiness
    }
}

/// A transformation that nothing is in the way of.
public struct CheckedTransformation: Equatable, Sendable {
    /// What the port will have: the VBR's cap (R-118).
    public var bandwidth: Bandwidth
}

/// The preconditions of a transformation (R-110 – R-117).
public enum TransformationRules {
    /// Whether the VBR can be transformed.
    /// - Parameter payer: who pays for the port; the tenant unless the partner says otherwise (R-116).
    /// - Throws: the first of ``obstacles(_:payer:on:policy:now:)``, with the codes of the others.
    public static func check(
        _ vbr: PushedVBR, payer: PayingParty = .tenant, on ground: TransformationGround, policy: PartnerPolicy, now: Instant
    ) throws(Refusal) -> CheckedTransformation {
        let obstacles = obstacles(vbr, payer: payer, on: ground, policy: policy, now: now)
        if var first = obstacles.first {
            let others = obstacles.dropFirst().map(\.code.rawValue).joined(separator: ", ")
            if !others.isEmpty { first.next = "\(first.next.map { "\($0); " } ?? "")also in the way: \(others)" }
            throw first
        }
        guard let bandwidth = vbr.bandwidth else { throw noBandwidth(vbr) }
        return CheckedTransformation(bandwidth: bandwidth)
    }

    /// Everything that is in the way, in the order of A-10: carrier, existence, site, privilege, circuit, and then the VBR's own
    /// preconditions. Nothing of it depends on the rest of the circuit: VLAN and bandwidth are the VBR's already (R-118).
    public static func obstacles(
        _ vbr: PushedVBR, payer: PayingParty = .tenant, on ground: TransformationGround, policy: PartnerPolicy, now: Instant
    ) -> [Refusal] {
        var found = Obstacles()
        if let partner = ground.partner { found.note { () throws(Refusal) in try policy.carriers.require(partner) } }
        found.note { () throws(Refusal) in try vbr.requireFree() }
        guard let partner = ground.partner else { return found.refusals + [unknown(vbr.partner, "partner")] }
        guard let tenant = ground.tenant else { return found.refusals + [unknown(vbr.tenant, "tenant")] }
        let parties = ConnectionParties(partner, ground.circuit, tenant)
        found.note { () throws(Refusal) in try parties.checkOpen() }
        found.note { () throws(Refusal) in try parties.checkSite() }
        found.note { () throws(Refusal) in try PrivilegeRules.require(ground.privilege, for: .creation, now: now) }
        found.note { () throws(Refusal) in try ReadinessRules.require(partner, ground.readiness, policy.readiness) }
        found.note { () throws(Refusal) in try parties.checkDeployed() }
        found.note { () throws(Refusal) in try checkEnabled(vbr) }
        found.note { () throws(Refusal) in try checkInformed(vbr) }
        found.note { () throws(Refusal) in try checkOutboundBilling(tenant) }
        let catalogue = policy.catalogue.opened(with: partner.extraBandwidths)
        found.note { () throws(Refusal) in try checkBandwidth(vbr, catalogue) }
        found.note { () throws(Refusal) in try checkPayer(payer, partner) }
        return found.refusals
    }

    /// What is in the way, collected.
    private struct Obstacles {
        var refusals: [Refusal] = []

        mutating func note(_ check: () throws(Refusal) -> Void) {
            do throws(Refusal) {
                try check()
            } catch {
                refusals.append(error)
            }
        }
    }

    // MARK: The VBR

    /// A-18; what is deleted is refused before.
    private static func checkEnabled(_ vbr: PushedVBR) throws(Refusal) {
        guard vbr.state == .enabled || vbr.state == .deleting || vbr.state == .deleted else {
            throw Refusal(
                .vbrNotActive, "VBR \(vbr.id) is \(vbr.state.status)", field: "vbrId", object: vbr.id.description,
                next: "Recover it first")
        }
    }

    /// R-111, A-19
    private static func checkInformed(_ vbr: PushedVBR) throws(Refusal) {
        guard vbr.informed != nil else {
            throw Refusal(
                .tenantNotInformed, "There is no record that the tenant \(vbr.tenant) was told of the upgrade of VBR \(vbr.id)",
                field: "vbrId", object: vbr.id.description, next: "Tell the tenant, then record when and how with an attestation")
        }
    }

    /// R-112
    private static func checkOutboundBilling(_ tenant: KnownAccount) throws(Refusal) {
        guard tenant.outboundBilling else {
            throw Refusal(
                .outboundBillingOff, "The tenant \(tenant.id) has not enabled billing for outbound data transfer", field: "vbrId",
                object: tenant.id.description, next: "Have the tenant enable it")
        }
    }

    /// R-113 – R-115, A-20
    private static func checkBandwidth(_ vbr: PushedVBR, _ catalogue: BandwidthCatalogue) throws(Refusal) {
        guard vbr.supportsBandwidth else {
            throw Refusal(
                .bandwidthNotConfigurable, "VBR \(vbr.id) does not support the configuration of a bandwidth", field: "vbrId",
                object: vbr.id.description, next: "Offer the tenant a shared port of its own instead")
        }
        guard let bandwidth = vbr.bandwidth else { throw noBandwidth(vbr) }
        guard catalogue.contains(bandwidth) else {
            throw Refusal(
                .bandwidthNotOffered, "VBR \(vbr.id) has \(bandwidth), which is not an offered specification", field: "vbrId",
                object: vbr.id.description, next: "Set an offered bandwidth first: \(catalogue.list) Mbit/s")
        }
    }

    private static func noBandwidth(_ vbr: PushedVBR) -> Refusal {
        Refusal(
            .bandwidthNotSet, "VBR \(vbr.id) has no bandwidth: its speed is unlimited", field: "vbrId", object: vbr.id.description,
            next: "Set a bandwidth first")
    }

    // MARK: The accounts

    /// R-117
    private static func checkPayer(_ payer: PayingParty, _ partner: KnownAccount) throws(Refusal) {
        guard payer == .tenant || partner.mayPayForTransformed else {
            throw Refusal(
                .payerNotPermitted, "The partner \(partner.id) may not pay for transformed ports", field: "payer",
                object: partner.id.description, next: "Let the tenant pay, or get the permission from the business manager")
        }
    }

    private static func unknown(_ account: AccountID, _ role: String) -> Refusal {
        Refusal(
            .accountUnknown, "The \(role) account \(account) is not known", field: "vbrId", object: account.description,
            next: "Have the account registered")
    }
}

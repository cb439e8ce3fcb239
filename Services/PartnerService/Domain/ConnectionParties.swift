public import HostedConnection

/// Who and what a new connection is between: its partner, circuit and tenant, judged in the order of A-10.
public struct ConnectionParties {
    let partner: KnownAccount
    let circuit: Circuit
    let tenant: KnownAccount

    /// - Parameter what: what shall be made, at the beginning of a sentence.
    static func checkNamed(circuit: CircuitID, tenant: AccountID, by what: String) throws(Refusal) {
        guard tenant.isSet else {
            // R-007
            throw Refusal(
                .missingField, "\(what) needs the tenant's account", field: "tenantAccountId",
                next: "Give the tenant's 16-digit account ID")
        }
        guard circuit.isSet else {
            throw Refusal(.missingField, "\(what) needs a circuit", field: "circuitId", next: "Give the ID of one of your circuits")
        }
    }

    /// Checks existence, site and region.
    init(circuit id: CircuitID, tenant account: AccountID, _ ground: OfferGround) throws(Refusal) {
        guard let circuit = ground.circuit, let partner = ground.partner else {
            throw Refusal(
                .notFound, "Circuit \(id) was not found", field: "circuitId", object: id.description,
                next: "List your circuits and choose one of them")
        }
        guard let tenant = ground.tenant, !tenant.isPartner else {
            throw Refusal(
                .accountUnknown, "No tenant account \(account) is known", field: "tenantAccountId", object: account.description,
                next: "Check the account ID, or have the account registered with tenant-service")
        }
        self.init(partner, circuit, tenant)
        try checkOpen()
        try checkSite()
    }

    public init(_ partner: KnownAccount, _ circuit: Circuit, _ tenant: KnownAccount) {
        self.partner = partner
        self.circuit = circuit
        self.tenant = tenant
    }

    /// Whoever gives and gets a connection has an account that is open.
    public func checkOpen() throws(Refusal) {
        guard !tenant.isClosed else {
            throw Refusal(
                .accountClosed, "The tenant account \(tenant.id) is closed", field: "tenantAccountId", object: tenant.id.description)
        }
        guard !partner.isClosed else {
            throw Refusal(.accountClosed, "The partner account \(partner.id) is closed", field: "circuitId", object: partner.id.description)
        }
    }

    /// Both are on one site (R-008 – R-010) and may use the circuit's region (R-012).
    public func checkSite() throws(Refusal) {
        guard tenant.site == partner.site else {
            // R-008 – R-010: the guide's text.
            throw Refusal(
                .crossSite, "Cross-site pushing of shared ports is not allowed", field: "tenantAccountId",
                object: tenant.id.description,
                next: "The partner is on site \(partner.site), the tenant on site \(tenant.site): use accounts of one site")
        }
        // R-012
        for (account, field) in [(tenant, "tenantAccountId"), (partner, "circuitId")] where !account.mayUse(region: circuit.region) {
            throw Refusal(
                .regionMismatch, "The account \(account.id) does not use region \(circuit.region)", field: field,
                object: account.id.description,
                next: "Choose a circuit in one of the account's regions: \(account.regions.joined(separator: ", "))")
        }
    }

    /// Checks that the circuit takes one more connection.
    func checkCircuit(_ limits: NetworkLimits) throws(Refusal) {
        try checkDeployed()
        try limits.checkOneMore(on: circuit)
    }

    public func checkDeployed() throws(Refusal) {
        guard circuit.isDeployed else {
            // R-011
            throw Refusal(
                .circuitNotDeployed, "Circuit \(circuit.name) is not deployed as a physical connection", field: "circuitId",
                object: circuit.id.description, next: "Deploy the circuit first, or choose another")
        }
    }
}

extension VLANID {
    /// A VLAN as it was given.
    /// - Parameter what: what needs it, at the beginning of a sentence.
    init(given number: UInt32?, by what: String) throws(Refusal) {
        guard let number else {
            // R-045
            throw Refusal(
                .missingField, "\(what) needs a VLAN ID", field: "vlanId", next: "Give a VLAN from 0 to 2999; 0 is a routed interface")
        }
        guard let vlan = VLANID(number) else {
            // R-044
            throw Refusal(.invalidValue, "VLAN \(number) is not from 0 to 2999", field: "vlanId", next: "Give a VLAN from 0 to 2999")
        }
        self = vlan
    }
}

import Accounts
import HostedConnection
import Messaging
import PartnerDomain
import Schema
import Store

extension PartnerApplication {
    func registerAccounts(_ items: [AccountInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "register accounts")
        return try step.carryOut(items, as: command.shape, answering: AccountAnswers.self) { item throws(StepFailure) in
            try tables.accounts.register(item, step)
        }
    }

    func storeToken(
        of account: AccountID, hash: [UInt8], text: String, _ command: PartnerCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "issue tokens")
        return CommandAnswer(status: 201, try tables.accounts.store(tokenHash: hash, text: text, of: account, step))
    }

    func registerCircuits(_ items: [CircuitInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: CircuitAnswers.self) { item throws(StepFailure) in
            try register(item, by: command.caller, step)
        }
    }

    private func register(_ item: CircuitInput, by caller: Caller, _ step: Step) throws(StepFailure) -> ItemOutcome<CircuitView> {
        let form = CircuitForm(
            partner: caller.partner(named: item.partnerAccountID), name: item.name, region: item.region, accessPoint: item.accessPoint,
            capacityMbps: item.bandwidthMbps, isDeployed: item.deployed ?? true)
        let partner = try heldAccount(form.partner)
        let circuit = try ruled { () throws(Refusal) in
            try CircuitRules.register(
                form, id: step.mint(), partner: partner, isAllowed: caller.mayActFor(form.partner), limits: policy.limits,
                now: step.now)
        }
        if let known = try stored({ () throws(StoreError) in try tables.circuits.circuit(named: form.name, of: form.partner) }) {
            return ItemOutcome(CircuitView(try ruled { () throws(Refusal) in try CircuitRules.repeated(form, known) }), isNew: false)
        }
        try stored { () throws(StoreError) in try tables.circuits.insert(circuit) }
        tables.onboarding.forgetReadiness(of: circuit.partner)
        return ItemOutcome(CircuitView(circuit), isNew: true)
    }

    func offer(_ items: [OfferInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try offer(item, by: command.caller, step)
        }
    }

    /// Offers a port from the circuit's own place, which the body need not name again.
    func offer(on circuit: CircuitID, _ item: OfferInput, _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        guard !item.circuitID.isSet || item.circuitID == circuit else {
            throw .refused(
                Refusal(
                    .invalidValue, "The request names circuit \(item.circuitID) under circuit \(circuit)", field: "circuitId",
                    object: circuit.description, next: "Leave the circuit out of the body"))
        }
        var item = item
        item.circuitID = circuit
        return try offer([item], command, step)
    }

    private func offer(_ item: OfferInput, by caller: Caller, _ step: Step) throws(StepFailure) -> ItemOutcome<PortView> {
        let offer = try ruled { () throws(Refusal) in try Offer(item) }
        let ground = try ground(of: offer, by: caller)
        if let circuit = ground.circuit { try step.requireRegion(circuit.region, of: circuit.id.description) }
        let checked = try ruled { () throws(Refusal) in try OfferRules.check(offer, on: ground, policy: policy, now: step.now) }
        guard var circuit = ground.circuit else { throw .store(.misuse("an offer was checked without its circuit")) }
        let place = AllocationRow.Key(circuit: circuit.id, vlan: checked.vlan)
        let holder = try stored { () throws(StoreError) in try tables.allocations.row(place)?.connection }
        let unlimited = try stored { () throws(StoreError) in
            circuit.unlimited > 0 && !policy.allowsOversubscribed ? try tables.unlimitedVBR(on: circuit.id) : nil
        }
        let id = step.mint(PortKind.self)
        let decision = try ruled { () throws(Refusal) in
            try circuit.allocate(vlan: checked.vlan, bandwidth: checked.bandwidth, holder: holder, besides: unlimited)
            var decision = try OfferRules.offer(checked, on: circuit, id: id, now: step.now)
            OfferEndingRules.arm(&decision, policy: policy, now: step.now)
            return decision
        }
        var row = PortRow(decision.port)
        try perform(decision, on: &row, step)
        try stored { () throws(StoreError) in
            try tables.circuits.replace(circuit)
            try tables.ports.insert(row)
            try tables.allocations.insert(
                AllocationRow(circuit.id, checked.vlan, connection: row.port.connection, bandwidth: checked.bandwidth))
        }
        if row.port.subscription.id.isSet { step.release(.subscription(row.port.subscription.id)) }
        return ItemOutcome(try shown(row, step), isNew: true)
    }

    /// What an offer is judged by; all of it is in memory but what is used for the first time.
    private func ground(of offer: Offer, by caller: Caller) throws(StepFailure) -> OfferGround {
        var ground = try parties(on: offer.circuit, tenant: offer.tenant, by: caller)
        guard let partner = ground.partner else { return ground }
        ground.privilege = try privilege(of: partner.id)
        ground.readiness = try enforcedReadiness(of: partner.id)
        if !offer.resourceGroup.isEmpty {
            let group = NamedKey(partner: partner.id, name: offer.resourceGroup)
            ground.hasResourceGroup = try stored { () throws(StoreError) in
                try tables.onboarding.resourceGroups.row(group) != nil
            }
        }
        if offer.twin.isSet, let twin = try port(offer.twin)?.port, twin.partner == partner.id { ground.twin = twin }
        return ground
    }

    /// Who and what a new connection is between, as far as the caller may know of it.
    func parties(on circuit: CircuitID, tenant: AccountID, by caller: Caller) throws(StepFailure) -> OfferGround {
        let circuit = try stored { () throws(StoreError) in circuit.isSet ? try tables.circuits.circuit(circuit) : nil }
        let account: AccountID? = if case .account(let own) = caller { own } else { circuit?.partner }
        return OfferGround(
            partner: try account.map { account throws(StepFailure) in try heldAccount(account) } ?? nil,
            circuit: circuit.flatMap { caller.mayActFor($0.partner) ? $0 : nil },
            tenant: try stored { () throws(StoreError) in tenant.isSet ? try tables.accounts.facts(of: tenant) : nil })
    }

    func retryCharges(_ items: [ChargeInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "retry the charge", step) { row throws(StepFailure) in
                let region = try circuit(row.port.circuit).region
                let decision = try ruled { () throws(Refusal) in try PaymentRules.retry(row.port, region: region, now: step.now) }
                return try apply(decision, to: row, step)
            }
        }
    }

    /// An account's facts if this service holds it.
    func heldAccount(_ id: AccountID) throws(StepFailure) -> KnownAccount? {
        try stored { () throws(StoreError) in try tables.accounts.holds(id) ? try tables.accounts.facts(of: id) : nil }
    }
}

extension Offer {
    /// - Throws: ``RefusalCode/invalidValue`` for a payer that is neither side.
    init(_ item: OfferInput) throws(Refusal) {
        let payer: PayingParty
        switch item.payer {
        //
        case .unspecified, .tenant: payer = .tenant
        case .partner: payer = .partner
        case .unrecognized:
            throw Refusal(
                .invalidValue, "The payer is the partner or the tenant", field: "payer", next: "Use PAYER_PARTNER or PAYER_TENANT")
        }
        self.init(
            circuit: item.circuitID, tenant: item.tenantAccountID, vlan: item.vlanID, bandwidthMbps: item.bandwidthMbps, payer: payer,
            name: item.name, resourceGroup: item.resourceGroup, tags: item.tags, twin: item.redundantWith)
    }
}

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
            partner: item.partnerAccountID, name: item.name, region: item.region, accessPoint: item.accessPoint,
            capacityMbps: item.bandwidthMbps, isDeployed: item.deployed ?? true)
        let partner = try heldAccount(form.partner)
        let circuit = try ruled { () throws(Refusal) in
            try CircuitRules.register(
                form, id: step.mint(), partner: partner, isAllowed: caller.mayActFor(form.partner), now: step.now)
        }
        if let known = try stored({ () throws(StoreError) in try tables.circuits.circuit(named: form.name, of: form.partner) }) {
            return ItemOutcome(CircuitView(try ruled { () throws(Refusal) in try CircuitRules.repeated(form, known) }), isNew: false)
        }
        try stored { () throws(StoreError) in try tables.circuits.insert(circuit) }
        return ItemOutcome(CircuitView(circuit), isNew: true)
    }

    func offer(_ items: [OfferInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try offer(item, by: command.caller, step)
        }
    }

    private func offer(_ item: OfferInput, by caller: Caller, _ step: Step) throws(StepFailure) -> ItemOutcome<PortView> {
        let offer = try ruled { () throws(Refusal) in try Offer(item) }
        let circuit = try stored { () throws(StoreError) in
            offer.circuit.isSet ? try tables.circuits.circuit(offer.circuit) : nil
        }
        let partner = try circuit.map { circuit throws(StepFailure) in try heldAccount(circuit.partner) } ?? nil
        let tenant = try stored { () throws(StoreError) in
            offer.tenant.isSet ? try tables.accounts.facts(of: offer.tenant) : nil
        }
        let checked = try ruled { () throws(Refusal) in
            try OfferRules.check(
                offer, circuit: circuit, isAllowed: circuit.map { caller.mayActFor($0.partner) } ?? false, partner: partner,
                tenant: tenant, catalogue: policy.catalogue)
        }
        guard var circuit else { throw .store(.misuse("an offer was checked without its circuit")) }
        let place = AllocationRow.Key(circuit: circuit.id, vlan: checked.vlan)
        let holder = try stored { () throws(StoreError) in try tables.allocations.row(place)?.connection }
        let id = step.mint(PortKind.self)
        let decision = try ruled { () throws(Refusal) in
            try circuit.allocate(vlan: checked.vlan, bandwidth: checked.bandwidth, holder: holder)
            var decision = try OfferRules.offer(checked, on: circuit, id: id, now: step.now)
            OfferEndingRules.arm(&decision, policy: policy, now: step.now)
            return decision
        }
        var row = PortRow(decision.port)
        perform(decision, on: &row, step)
        try stored { () throws(StoreError) in
            try tables.circuits.replace(circuit)
            try tables.ports.insert(row)
            try tables.allocations.insert(
                AllocationRow(circuit.id, checked.vlan, connection: row.port.connection, bandwidth: checked.bandwidth))
        }
        if row.port.subscription.id.isSet { step.release(.subscription(row.port.subscription.id)) }
        return ItemOutcome(
            PortView(row.port, region: circuit.region, accessPoint: circuit.accessPoint), isNew: true)
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
    private func heldAccount(_ id: AccountID) throws(StepFailure) -> KnownAccount? {
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
            name: item.name, resourceGroup: item.resourceGroup)
    }
}

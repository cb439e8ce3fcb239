import Accounts
import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Schema
import Store

extension PartnerApplication {
    /// A partner that a command names, or whose token it carries: for a caller that may not act for it, it is not there.
    func heldPartner(_ account: AccountID, for caller: Caller, field: String) throws(StepFailure) -> KnownAccount {
        let account = caller.partner(named: account)
        guard account.isSet else {
            throw .refused(
                Refusal(.missingField, "No partner account is named", field: field, next: "Give its 16-digit account ID"))
        }
        guard caller.mayActFor(account), let partner = try heldAccount(account) else {
            throw .refused(
                Refusal(
                    .accountUnknown, "No partner account \(account) is held here", field: field, object: account.description,
                    next: "Register the account first"))
        }
        return partner
    }

    /// What offers of the partner's are judged by where readiness is enforced.
    func enforcedReadiness(of partner: AccountID) throws(StepFailure) -> ReadinessFacts? {
        guard policy.readiness.isEnforced else { return nil }
        return try stored { () throws(StoreError) in
            try tables.onboarding.readinessFacts(of: partner, policy.limits) { () throws(StoreError) in try tables.flush() }
        }
    }

    func registerAccessDevices(
        _ items: [AccessDeviceInput], _ command: PartnerCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: AccessDeviceAnswers.self) { item throws(StepFailure) in
            let partner = try heldPartner(item.partnerAccountID, for: command.caller, field: "partnerAccountId")
            let devices = tables.onboarding.accessDevices
            let known = try stored { () throws(StoreError) in try devices.row(NamedKey(partner: partner.id, name: item.name))?.device }
            let device = try ruled { () throws(Refusal) in
                let form = AccessDeviceForm(
                    name: item.name, location: item.location, managesBandwidth: item.bandwidthManagement,
                    monitorsTraffic: item.trafficMonitoring)
                return try AccessDeviceRules.register(form, of: partner, known: known, id: step.mint(), now: step.now)
            }
            if known == nil {
                try stored { () throws(StoreError) in try devices.insert(AccessDeviceRow(device)) }
                tables.onboarding.forgetReadiness(of: partner.id)
            }
            return ItemOutcome(AccessDeviceView(device), isNew: known == nil)
        }
    }

    func createResourceGroups(
        _ items: [ResourceGroupInput], _ command: PartnerCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: ResourceGroupAnswers.self) { item throws(StepFailure) in
            let partner = try heldPartner(item.partnerAccountID, for: command.caller, field: "partnerAccountId")
            let groups = tables.onboarding.resourceGroups
            let known = try stored { () throws(StoreError) in try groups.row(NamedKey(partner: partner.id, name: item.name))?.group }
            let group = try ruled { () throws(Refusal) in
                try ResourceGroupRules.create(
                    item.name, item.description, of: partner, known: known, id: step.mint(), now: step.now)
            }
            if known == nil { try stored { () throws(StoreError) in try groups.insert(ResourceGroupRow(group)) } }
            return ItemOutcome(ResourceGroupView(group), isNew: known == nil)
        }
    }

    func changeCircuits(_ items: [CircuitChangeInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: CircuitAnswers.self) { item throws(StepFailure) in
            guard
                let circuit = try stored({ () throws(StoreError) in
                    item.circuitID.isSet ? try tables.circuits.circuit(item.circuitID) : nil
                }), command.caller.mayActFor(circuit.partner)
            else { throw .refused(.noCircuit(item.circuitID)) }
            try step.requireRegion(circuit.region, of: circuit.id.description)
            let namesake = try stored { () throws(StoreError) in
                try item.name.map { name throws(StoreError) in try tables.circuits.circuit(named: name, of: circuit.partner) } ?? nil
            }
            let changed = try ruled { () throws(Refusal) in
                let change = CircuitChange(name: item.name, capacityMbps: item.bandwidthMbps, isDeployed: item.deployed)
                return try CircuitRules.change(circuit, change, namesake: namesake, limits: policy.limits)
            }
            if changed != circuit {
                try stored { () throws(StoreError) in
                    try tables.circuits.replace(changed)
                    // Under its new name it is found by a query, and its old one is free for others.
                    if changed.name != circuit.name { try tables.flush() }
                }
                tables.onboarding.forgetReadiness(of: circuit.partner)
            }
            return ItemOutcome(CircuitView(changed), isNew: false)
        }
    }

    func changeAccounts(_ items: [AccountChangeInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: AccountAnswers.self) { item throws(StepFailure) in
            try tables.accounts.change(item, by: command.caller, step)
        }
    }

    func closeAccounts(_ items: [AccountClosureInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "close accounts")
        return try step.carryOut(items, as: command.shape, answering: AccountAnswers.self) { item throws(StepFailure) in
            let connection = try stored { () throws(StoreError) in
                try tables.flush()
                return try tables.liveConnections.connection(of: item.accountID)
            }
            return try tables.accounts.close(item.accountID, by: command.caller, blockedBy: connection, step)
        }
    }
}

extension Caller {
    /// The partner that a command is about: the one it names, otherwise the caller itself.
    func partner(named account: AccountID) -> AccountID {
        if !account.isSet, case .account(let own) = self { own } else { account }
    }
}

extension Refusal {
    /// A circuit that is not there, or not for this caller.
    static func noCircuit(_ id: CircuitID) -> Refusal {
        guard id.isSet else {
            return Refusal(.missingField, "No circuit is named", field: "circuitId", next: "Give the ID of one of your circuits")
        }
        return Refusal(
            .notFound, "Circuit \(id) was not found", field: "circuitId", object: id.description,
            next: "List your circuits and choose one of them")
    }
}

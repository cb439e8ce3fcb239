import HostedConnection
import Messaging
import PartnerDomain
import Schema
import Store

extension PartnerApplication {
    /// What a partner's privilege is; it stays in memory from command to command.
    func privilege(of partner: AccountID) throws(StepFailure) -> Privilege? {
        try stored { () throws(StoreError) in try tables.onboarding.privileges.row(partner)?.privilege }
    }

    func applyForPrivileges(
        _ items: [PrivilegeApplicationInput], _ command: PartnerCommand, _ step: Step
    ) throws(StepFailure) -> CommandAnswer {
        try step.carryOut(items, as: command.shape, answering: PrivilegeApplicationAnswers.self) { item throws(StepFailure) in
            let partner = try heldPartner(item.accountID, for: command.caller, field: "accountId")
            let current = try privilege(of: partner.id)
            let decision = try ruled { () throws(Refusal) in
                try PrivilegeRules.decide(
                    try PrivilegeForm(item), of: partner, current: current, carriers: policy.carriers, id: step.mint(),
                    actor: command.caller.actor, now: step.now)
            }
            tables.onboarding.applications.append(PrivilegeApplicationRow(decision.application))
            if let privilege = decision.privilege { try stored { () throws(StoreError) in try tables.onboarding.set(privilege) } }
            if let notice = decision.notice { step.send(notice, on: .notifications, about: notice.accountID) }
            if let refusal = decision.refusal { return .refused(refusal) }
            return ItemOutcome(PrivilegeApplicationView(decision.application), isNew: true)
        }
    }
}

extension PrivilegeForm {
    /// - Throws: ``RefusalCode/invalidValue`` for a value that is neither valid nor invalid.
    init(_ item: PrivilegeApplicationInput) throws(Refusal) {
        let applied: AppliedPrivilege?
        switch item.applied {
        case .unspecified: applied = nil
        case .valid: applied = .valid
        case .invalid: applied = .invalid
        case .unrecognized:
            throw Refusal(
                .invalidValue, "The quota applied for is valid or invalid", field: "applied",
                next: "Use APPLIED_QUOTAS_VALID or APPLIED_QUOTAS_INVALID")
        }
        self.init(
            quota: item.quotaID, applied: applied, effective: item.effectiveAt?.instant, expires: item.expiresAt?.instant,
            reason: item.reason, notifies: item.notifyResult)
    }
}

import HostedConnection
import PartnerDomain
import Schema

extension PrivilegeApplicationView {
    /// An application as APIs show it; quota ID and description are the system's.
    init(_ application: PrivilegeApplication) {
        self.init(
            applicationID: application.id, accountID: application.account, quotaID: PrivilegeQuota.id,
            description: PrivilegeQuota.description, applied: application.applied == .valid ? .valid : .invalid,
            effectiveAt: application.effective.map(Timestamp.init), expiresAt: application.expires.map(Timestamp.init),
            reason: application.reason, notifyResult: application.notifies, decision: application.decision,
            refusal: application.refusal, appliedAt: Timestamp(application.appliedAt), appliedBy: application.appliedBy)
    }
}

extension PrivilegeView {
    /// A partner's privilege as APIs show it; nil for one that was never granted.
    init(_ account: AccountID, _ privilege: Privilege?, at now: Instant) {
        self.init(
            accountID: account, quotaID: PrivilegeQuota.id, description: PrivilegeQuota.description,
            valid: privilege?.window.isOpen(at: now) ?? false, effectiveAt: privilege.map { Timestamp($0.window.effective) },
            expiresAt: privilege.map { Timestamp($0.window.expires) }, applicationID: privilege?.application ?? .none)
    }
}

extension ReadinessView {
    init(_ account: AccountID, _ findings: [ReadinessFinding], isEnforced: Bool) {
        self.init(
            accountID: account, ready: findings.allSatisfy(\.isMet), enforced: isEnforced,
            clauses: findings.map {
                ReadinessClause(clause: $0.clause.rawValue, rule: $0.clause.rule, met: $0.isMet, missing: $0.missing ?? "")
            })
    }
}

extension AccessDeviceView {
    init(_ device: AccessDevice) {
        self.init(
            deviceID: device.id, partnerAccountID: device.partner, name: device.name, location: device.location,
            bandwidthManagement: true, trafficMonitoring: true, registeredAt: Timestamp(device.registeredAt))
    }
}

extension ResourceGroupView {
    init(_ group: ResourceGroup) {
        self.init(
            resourceGroupID: group.id, partnerAccountID: group.partner, name: group.name, description: group.description,
            createdAt: Timestamp(group.createdAt))
    }
}

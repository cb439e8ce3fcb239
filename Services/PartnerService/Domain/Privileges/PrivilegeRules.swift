public import HostedConnection
public import Schema

/// What became of an application.
public struct PrivilegeDecision: Equatable, Sendable {
    public var application: PrivilegeApplication
    /// The privilege as it is now; nil if the application leaves it as it was.
    public var privilege: Privilege?
    /// Why it was refused.
    public var refusal: Refusal?
    /// What the partner is told, if it wants to be.
    public var notice: PrivilegeDecided?
}

/// The rules for the privilege of offering shared ports.
public enum PrivilegeRules {
    /// The longest reason in characters.
    public static let reasonLimit = 1_000

    /// What needs the privilege; nothing else does.
    public enum Act: Sendable {
        case creation
        case bandwidthChange
    }

    // MARK: Applying

    /// Decides an application at once.
    ///
    /// What is not a complete application is thrown and leaves no trace; a complete one is kept, also when it is refused.
    /// - Parameters:
    ///   - current: the privilege before.
    ///   - actor: who applies.
    public static func decide(
        _ form: PrivilegeForm, of partner: KnownAccount, current: Privilege?, carriers: EligibleCarriers, id: ApplicationID,
        actor: String, now: Instant
    ) throws(Refusal) -> PrivilegeDecision {
        let (applied, window) = try complete(form, of: partner, now: now)
        var application = PrivilegeApplication(
            id: id, account: partner.id, applied: applied, effective: form.effective, expires: form.expires, reason: form.reason,
            notifies: form.notifies, refusal: "", appliedAt: now, appliedBy: actor)
        do throws(Refusal) {
            try carriers.require(partner)
        } catch {
            application.refusal = error.code.rawValue
            return PrivilegeDecision(
                application: application, privilege: nil, refusal: error, notice: notice(of: application, nil, error.text))
        }
        var privilege = current ?? Privilege(account: partner.id, application: id, window: window)
        privilege.application = id
        switch applied {
        case .valid: privilege.window = window
        // it ceases at once, and when it was valid stays readable.
        case .invalid: privilege.window.expires = min(privilege.window.expires, now)
        }
        return PrivilegeDecision(
            application: application, privilege: privilege, refusal: nil, notice: notice(of: application, privilege, ""))
    }

    /// What the form asks for, if it is complete.
    private static func complete(
        _ form: PrivilegeForm, of partner: KnownAccount, now: Instant
    ) throws(Refusal) -> (applied: AppliedPrivilege, window: PrivilegeWindow) {
        guard !partner.isClosed else {
            throw Refusal(
                .accountClosed, "The partner account \(partner.id) is closed", field: "accountId", object: partner.id.description)
        }
        guard form.quota.isEmpty || form.quota == PrivilegeQuota.id else {
            //
            throw Refusal(
                .quotaUnknown, "\"\(form.quota)\" is not the quota of shared ports", field: "quotaId",
                next: "Apply for \(PrivilegeQuota.id), or leave the quota ID out")
        }
        guard let applied = form.applied else {
            throw Refusal(
                .missingField, "An application asks for a valid or an invalid quota", field: "applied",
                next: "Use APPLIED_QUOTAS_VALID or APPLIED_QUOTAS_INVALID")
        }
        guard !form.reason.isEmpty else {
            throw Refusal(
                .missingField, "An application needs its reason", field: "reason",
                next: "Name yourself, the tenant with its account ID, and the wanted Mbit/s")
        }
        try Refusal.check(form.reason, field: "reason", limit: reasonLimit)
        guard applied == .valid else { return (applied, PrivilegeWindow(effective: now, expires: now)) }
        //
        guard let effective = form.effective else { throw missing("effectiveAt") }
        guard let expires = form.expires else { throw missing("expiresAt") }
        let window = PrivilegeWindow(effective: effective, expires: expires, appliedAt: now)
        guard !window.isEmpty, window.expires > now else {
            throw Refusal(
                .invalidValue, "The privilege would never be valid: it lasts a day from the application at most", field: "expiresAt",
                next: "Give a time that begins before its end and lies within the next 24 hours")
        }
        return (applied, window)
    }

    private static func missing(_ field: String) -> Refusal {
        Refusal(
            .missingField, "A valid quota needs its effective and expiration time", field: field,
            next: "Give both, within the next 24 hours")
    }

    private static func notice(of application: PrivilegeApplication, _ privilege: Privilege?, _ text: String) -> PrivilegeDecided? {
        guard application.notifies else { return nil }
        var message = PrivilegeDecided()
        message.accountID = application.account
        message.quotaID = PrivilegeQuota.id
        message.valid = application.applied == .valid && application.refusal.isEmpty
        message.effectiveAt = privilege.map { Timestamp($0.window.effective) }
        message.expiresAt = privilege.map { Timestamp($0.window.expires) }
        message.text = text
        return message
    }

    // MARK: Needing it

    /// - Throws: ``RefusalCode/privilegeExpired`` with the guide's text for the act, which misleads, and a hint that does not
    ///
    public static func require(_ privilege: Privilege?, for act: Act, now: Instant) throws(Refusal) {
        if let privilege, privilege.window.isOpen(at: now) { return }
        throw Refusal(
            .privilegeExpired, text(of: act), field: "bandwidthMbps", object: privilege?.application.description,
            next: "\(state(of: privilege, now)): apply for \(PrivilegeQuota.id) again with POST /admin/v1/privilege-applications")
    }

    private static func text(of act: Act) -> String {
        switch act {
        case .creation: "The specified bandwidth value is incorrect"
        case .bandwidthChange: "Invalid Bandwidth parameter"
        }
    }

    private static func state(of privilege: Privilege?, _ now: Instant) -> String {
        guard let privilege else { return "The privilege of offering shared ports was never granted" }
        return now < privilege.window.effective && !privilege.window.isEmpty
            ? "The privilege of offering shared ports is not valid yet" : "The privilege of offering shared ports has expired"
    }
}

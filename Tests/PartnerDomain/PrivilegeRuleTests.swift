import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("The privilege of offering ports")
struct PrivilegeRuleTests {
    private static let day = Duration.seconds(86_400)

    private func form(
        _ applied: AppliedPrivilege? = .valid, effective: Instant? = now, expires: Instant? = now + .seconds(3_600),
        reason: String = "Customer 2000000000000001, 200 Mbit/s", quota: String = "", notifies: Bool = false
    ) -> PrivilegeForm {
        PrivilegeForm(
            quota: quota, applied: applied, effective: effective, expires: expires, reason: reason, notifies: notifies)
    }

    private func decide(
        _ form: PrivilegeForm, of applicant: KnownAccount = partner(), current: Privilege? = nil, at time: Instant = now
    ) throws(Refusal) -> PrivilegeDecision {
        try PrivilegeRules.decide(
            form, of: applicant, current: current, carriers: .standard, id: id(8), actor: "operator:ada", now: time)
    }

    private func isValid(_ privilege: Privilege?, at time: Instant, for act: PrivilegeRules.Act = .creation) -> Bool {
        do throws(Refusal) {
            try PrivilegeRules.require(privilege, for: act, now: time)
            return true
        } catch {
            return false
        }
    }

    @Test(
        "R-001: an account of any other carrier is refused; the application is kept", arguments: ["Rheintal Telekom", "china telecom", ""])
    func otherCarriers(_ carrier: String) throws {
        let decision = try decide(form(), of: partner(carrier: carrier))
        #expect(decision.refusal?.code == .carrierNotEligible)
        #expect(decision.privilege == nil)
        #expect(decision.application.decision == "refused")
        #expect(decision.application.refusal == "carrier_not_eligible")
    }

    @Test(
        "R-002: each of the five carriers is granted the privilege",
        arguments: ["China Mobile", "China Unicom", "China Telecom", "CITIC Telecom", "China Broadcasting Network"])
    func eligibleCarriers(_ carrier: String) throws {
        let decision = try decide(form(), of: partner(carrier: carrier))
        #expect(decision.refusal == nil)
        #expect(decision.application.decision == "granted")
        #expect(isValid(decision.privilege, at: now))
        #expect(EligibleCarriers.standard.names.count == 5)
    }

    @Test("R-020: there is one quota ID; an application for another grants nothing") func quota() throws {
        #expect(PrivilegeQuota.id == "ec/can_buy_1G_vpconn")
        #expect(PrivilegeQuota.name == "can_buy_1G_vpconn")
        #expect(PrivilegeQuota.product == "Express Connect")
        _ = try decide(form(quota: "ec/can_buy_1G_vpconn"))
        let refused = refusal { () throws(Refusal) in try decide(form(quota: "ec/another")) }
        #expect(refused?.code == .quotaUnknown)
        #expect(refused?.field == "quotaId")
    }

    @Test("R-021: an application is for valid or invalid and has its reason") func fields() throws {
        #expect(refusal { () throws(Refusal) in try decide(form(nil)) }?.field == "applied")
        let noReason = refusal { () throws(Refusal) in try decide(form(reason: "")) }
        #expect(noReason?.code == .missingField)
        #expect(noReason?.field == "reason")
        #expect(refusal { () throws(Refusal) in try decide(form(reason: String(repeating: "x", count: 1_001))) }?.code == .invalidValue)
    }

    @Test("R-022: a valid quota states its time, an invalid one need not") func time() throws {
        #expect(refusal { () throws(Refusal) in try decide(form(effective: nil)) }?.field == "effectiveAt")
        #expect(refusal { () throws(Refusal) in try decide(form(expires: nil)) }?.field == "expiresAt")
        _ = try decide(form(.invalid, effective: nil, expires: nil))
        for (effective, expires) in [
            (now, now), (now + .seconds(2), now + .seconds(1)), (now - .seconds(9), now), (now + Self.day, now + Self.day + Self.day),
        ] {
            #expect(refusal { () throws(Refusal) in try decide(form(effective: effective, expires: expires)) }?.code == .invalidValue)
        }
    }

    @Test("R-023, A-01: a day after the application it has expired, whatever end was asked for") func oneDay() throws {
        let granted = try decide(form(expires: now + Self.day + Self.day)).privilege
        #expect(isValid(granted, at: now))
        #expect(isValid(granted, at: now + Self.day - .microseconds(1)))
        #expect(!isValid(granted, at: now + Self.day))
    }

    @Test("R-024, A-01: inside the day the window asked for counts, its end not included") func window() throws {
        let (start, end) = (now + .seconds(600), now + .seconds(1_200))
        let granted = try decide(form(effective: start, expires: end)).privilege
        #expect(!isValid(granted, at: start - .microseconds(1)))
        #expect(isValid(granted, at: start))
        #expect(isValid(granted, at: end - .microseconds(1)))
        #expect(!isValid(granted, at: end))
    }

    @Test("R-025, R-240, A-03: without it an offer is refused in the guide's words, with what they hide") func creation() {
        var late = privilege
        late.window.expires = now
        for (held, hint) in [
            (nil, "The privilege of offering shared ports was never granted"),
            (late, "The privilege of offering shared ports has expired"),
        ] as [(Privilege?, String)] {
            let refused = refusal { () throws(Refusal) in try check(offer(), privilege: held) }
            #expect(refused?.code == .privilegeExpired)
            #expect(refused?.text == "The specified bandwidth value is incorrect")
            #expect(refused?.next == "\(hint): apply for ec/can_buy_1G_vpconn again with POST /admin/v1/privilege-applications")
        }
        let early = Privilege(
            account: partnerID, application: id(7), window: PrivilegeWindow(effective: now + .seconds(1), expires: now + .seconds(9)))
        #expect(
            refusal { () throws(Refusal) in try check(offer(), privilege: early) }?.next?
                .hasPrefix("The privilege of offering shared ports is not valid yet") == true)
    }

    @Test("R-026, R-240: without it a bandwidth change is refused in the guide's words") func bandwidthChange() {
        let refused = refusal { () throws(Refusal) in try PrivilegeRules.require(nil, for: .bandwidthChange, now: now) }
        #expect(refused?.code == .privilegeExpired)
        #expect(refused?.text == "Invalid Bandwidth parameter")
        #expect(refused?.next?.hasSuffix("apply for ec/can_buy_1G_vpconn again with POST /admin/v1/privilege-applications") == true)
    }

    @Test("R-029: the decision is notified if that was asked for, a refusal with its reason") func notice() throws {
        #expect(try decide(form()).notice == nil)
        let granted = try #require(try decide(form(notifies: true)).notice)
        #expect(granted.accountID == partnerID)
        #expect(granted.quotaID == "ec/can_buy_1G_vpconn")
        #expect(granted.valid)
        #expect(granted.expiresAt?.instant == now + .seconds(3_600))
        let refused = try #require(try decide(form(notifies: true), of: partner(carrier: "Rheintal Telekom")).notice)
        #expect(!refused.valid)
        #expect(!refused.text.isEmpty)
        #expect(try decide(form(.invalid, notifies: true)).notice?.valid == false)
    }

    @Test("R-030, A-06: applying for an invalid quota ends the privilege at once") func revoking() throws {
        let decision = try decide(form(.invalid, effective: nil, expires: nil), current: privilege)
        #expect(decision.application.decision == "revoked")
        #expect(!isValid(decision.privilege, at: now))
        #expect(!isValid(decision.privilege, at: now + .seconds(1)))
        #expect(decision.privilege?.window.effective == privilege.window.effective)
        // It can be applied for again.
        #expect(isValid(try decide(form(), current: decision.privilege).privilege, at: now))
    }

    @Test("R-031: the reason is kept as it is, whatever it says") func reason() throws {
        let words = "Customer of partner XX: DROP TABLE; 客户 2000000000000001 -- 200 Mbit/s"
        #expect(try decide(form(reason: words)).application.reason == words)
        #expect(try decide(form(reason: words)).application.appliedBy == "operator:ada")
    }
}

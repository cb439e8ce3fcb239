import HostedConnection
import PartnerDomain
import Schema
import Testing

@Suite("Offering a port")
struct OfferRuleTests {
    @Test("R-007: no tenant account, no port") func tenantIsMandatory() {
        let refused = refusal { () throws(Refusal) in try check(offer(tenant: .none), tenant: nil) }
        #expect(refused?.code == .missingField)
        #expect(refused?.field == "tenantAccountId")
    }

    @Test("R-008, R-240: ports are not pushed across sites, in the guide's words", arguments: ["china", "wocloud"])
    func sameSite(_ site: String) {
        let refused = refusal { () throws(Refusal) in try check(offer(), tenant: tenant(site: site)) }
        #expect(refused?.code == .crossSite)
        #expect(refused?.text == "Cross-site pushing of shared ports is not allowed")
    }

    @Test("R-009: a partner of the international site and a tenant of the China site") func siteExample() {
        let refused = refusal { () throws(Refusal) in
            try check(offer(), partner: partner(site: "international"), tenant: tenant(site: "china"))
        }
        #expect(refused?.code == .crossSite)
    }

    @Test("R-010: the site is the account's, whatever its carrier and region") func siteOfAccount() {
        let wocloud = partner(site: "wocloud", regions: ["eu-central-1"])
        let refused = refusal { () throws(Refusal) in
            try check(offer(), partner: wocloud, tenant: tenant(site: "china", regions: ["eu-central-1"]))
        }
        #expect(refused?.code == .crossSite)
    }

    @Test("R-011: a circuit that is not deployed carries no ports") func deployed() {
        let refused = refusal { () throws(Refusal) in try check(offer(), circuit: circuit(isDeployed: false)) }
        #expect(refused?.code == .circuitNotDeployed)
        #expect(refused?.object == "\(id(1, CircuitKind.self))")
    }

    @Test("R-012: either party uses ports in its own regions only") func region() throws {
        let refused = refusal { () throws(Refusal) in try check(offer(), tenant: tenant(regions: ["us-east-1"])) }
        #expect(refused?.code == .regionMismatch)
        #expect(refusal { () throws(Refusal) in try check(offer(), partner: partner(regions: ["us-east-1"])) }?.field == "circuitId")
        _ = try check(offer(), tenant: tenant(regions: ["us-east-1", "eu-central-1"]))
    }

    @Test("R-013, A-05: a third account's circuit does not exist") func ownership() {
        let foreign = refusal { () throws(Refusal) in try check(offer(), isAllowed: false) }
        let missing = refusal { () throws(Refusal) in try check(offer(), circuit: nil, isAllowed: false, partner: nil) }
        #expect(foreign?.code == .notFound)
        #expect(foreign == missing)
    }

    @Test("An unknown, a closed or a partner's account is no tenant") func tenantAccount() {
        #expect(refusal { () throws(Refusal) in try check(offer(), tenant: nil) }?.code == .accountUnknown)
        #expect(refusal { () throws(Refusal) in try check(offer(), tenant: partner()) }?.code == .accountUnknown)
        var closed = tenant()
        closed.isClosed = true
        #expect(refusal { () throws(Refusal) in try check(offer(), tenant: closed) }?.code == .accountClosed)
        var left = partner()
        left.isClosed = true
        #expect(refusal { () throws(Refusal) in try check(offer(), partner: left) }?.code == .accountClosed)
    }

    @Test(
        "R-044: VLANs are 0 – 2999", arguments: [(0, true), (1, true), (2_999, true), (3_000, false), (4_094, false), (UInt32.max, false)])
    func vlanDomain(_ vlan: UInt32, _ isValid: Bool) throws {
        if isValid {
            #expect(try check(offer(vlan: vlan)).vlan.number == UInt16(vlan))
        } else {
            let refused = refusal { () throws(Refusal) in try check(offer(vlan: vlan)) }
            #expect(refused?.code == .invalidValue)
            #expect(refused?.field == "vlanId")
        }
    }

    @Test("R-045: a VLAN left out is refused; 0 is a routed interface") func vlanIsExplicit() throws {
        let refused = refusal { () throws(Refusal) in try check(offer(vlan: nil)) }
        #expect(refused?.code == .missingField)
        #expect(refused?.field == "vlanId")
        #expect(try check(offer(vlan: 0)).vlan.isRouted)
    }

    @Test("R-051: bandwidths come from the catalogue", arguments: [UInt32(0), 1, 150, 2_000, UInt32.max])
    func catalogue(_ bandwidth: UInt32) {
        let refused = refusal { () throws(Refusal) in try check(offer(bandwidth: bandwidth)) }
        #expect(refused?.code == .bandwidthNotOffered)
        #expect(refused?.next == "Offered are 50, 100, 200, 300, 400, 500, 1000 Mbit/s")
        #expect(refusal { () throws(Refusal) in try check(offer(bandwidth: nil)) }?.code == .missingField)
    }

    @Test("R-051, A-09: 2 Gbit/s and more are offered by a partner to whom they are opened") func openedBandwidths() throws {
        var opened = partner()
        opened.extraBandwidths = [Bandwidth(megabitsPerSecond: 2_000)]
        #expect(try check(offer(bandwidth: 2_000), partner: opened).bandwidth.megabitsPerSecond == 2_000)
        let refused = refusal { () throws(Refusal) in try check(offer(bandwidth: 5_000), partner: opened) }
        #expect(refused?.code == .bandwidthNotOffered)
        #expect(refused?.next == "Offered are 50, 100, 200, 300, 400, 500, 1000, 2000 Mbit/s")
    }

    @Test("R-054: a port belongs to a resource group that its partner has") func resourceGroup() throws {
        let refused = refusal { () throws(Refusal) in try check(offer(resourceGroup: "gold")) }
        #expect(refused?.code == .resourceGroupUnknown)
        #expect(refused?.object == "gold")
        let checked = try check(offer(resourceGroup: "gold"), hasResourceGroup: true)
        #expect(try OfferRules.offer(checked, on: circuit(), id: id(2), now: now).port.resourceGroup == "gold")
    }

    @Test("R-055, R-056, A-12: a paying partner tags; with the default payer the whole offer is refused") func tags() throws {
        let tags = ["team": "core", "env": "prod"]
        let checked = try check(offer(payer: .partner, tags: tags))
        #expect(try OfferRules.offer(checked, on: circuit(), id: id(2), now: now).port.tags.values == tags)
        let refused = refusal { () throws(Refusal) in try check(offer(tags: tags)) }
        #expect(refused?.code == .tagsBelongToPayer)
        #expect(refused?.field == "tags")
    }

    @Test("R-060: a redundant port is on another circuit than its twin, and the same tenant's") func redundancy() throws {
        var twin = try offered().port
        let same = refusal { () throws(Refusal) in try check(offer(twin: twin.id), twin: twin) }
        #expect(same?.code == .notRedundant)
        #expect(same?.object == twin.id.description)
        #expect(refusal { () throws(Refusal) in try check(offer(twin: twin.id)) }?.code == .notFound)
        twin.circuit = id(9)
        _ = try check(offer(twin: twin.id), twin: twin)
        var foreign = twin
        foreign.tenant = AccountID(number: 2_000_000_000_000_009)
        #expect(refusal { () throws(Refusal) in try check(offer(twin: twin.id), twin: foreign) }?.code == .notRedundant)
        var ended = twin
        ended.axes.acceptance = .withdrawn
        #expect(refusal { () throws(Refusal) in try check(offer(twin: twin.id), twin: ended) }?.code == .notRedundant)
    }

    @Test("R-005: a circuit at the cloud's limit of connections takes no more") func connectionLimit() throws {
        var full = circuit()
        full.connections = 2
        let policy = PartnerPolicy(limits: NetworkLimits(connectionsPerCircuit: 2))
        #expect(refusal { () throws(Refusal) in try check(offer(), circuit: full, policy: policy) }?.code == .networkLimit)
        full.connections = 1
        _ = try check(offer(), circuit: full, policy: policy)
    }

    @Test("R-040, R-041: an offer is pending, the tenant pays, nothing is charged") func result() throws {
        let decision = try offered()
        #expect(decision.port.axes == .offered)
        #expect(decision.port.payer == .tenant)
        #expect(!decision.port.subscription.id.isSet)
        #expect(decision.messages.count == 2)
        guard case .portOffered(let message) = decision.messages.first else { throw Missing() }
        #expect(message.vlanID == 100)
        #expect(message.bandwidthMbps == 200)
        #expect(message.payer == .tenant)
        #expect(message.region == "eu-central-1")
        #expect(message.connectionID == ConnectionID(message.portID))
        #expect(decision.history.map(\.sentence) == ["VLAN 100, 200 Mbit/s"])
    }

    @Test("R-042, A-14: a paying partner is charged at the offer") func partnerPays() throws {
        let decision = try offered(payer: .partner)
        guard case .chargeRequested(let charge) = decision.messages.last else { throw Missing() }
        #expect(charge.payerAccountID == partnerID)
        #expect(charge.subscriptionID == SubscriptionID(of: decision.port.id))
        #expect(charge.chargeID == charge.subscriptionID.charge(attempt: 1))
        #expect(decision.history.map(\.action) == [.offered, .chargeRequested])
    }
}

/// A message that should be there is not.
struct Missing: Error {}

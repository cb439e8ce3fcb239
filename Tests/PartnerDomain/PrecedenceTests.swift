import HostedConnection
import PartnerDomain
import Testing

@Suite("The order of refusals")
struct PrecedenceTests {
    /// An offer and what it is judged by, with faults added one after the other.
    private struct Case {
        var offer = PartnerDomainTests.offer()
        var circuit: Circuit? = PartnerDomainTests.circuit()
        var partner = PartnerDomainTests.partner()
        var tenant = PartnerDomainTests.tenant()
        var privilege: Privilege? = PartnerDomainTests.privilege
        /// The connection that has the offer's VLAN.
        var holder: ConnectionID?

        func refusal() -> Refusal? {
            do throws(Refusal) {
                let ground = OfferGround(partner: partner, circuit: circuit, tenant: tenant, privilege: privilege)
                let checked = try OfferRules.check(offer, on: ground, policy: .standard, now: now)
                var circuit = circuit
                try circuit?.allocate(vlan: checked.vlan, bandwidth: checked.bandwidth, holder: holder)
                return nil
            } catch {
                return error
            }
        }
    }

    /// A place in the order of A-10.
    private struct Place {
        var name: String
        var code: RefusalCode
        var field: String?
        var fault: (inout Case) -> Void

        init(_ name: String, _ code: RefusalCode, field: String? = nil, _ fault: @escaping (inout Case) -> Void) {
            self.name = name
            self.code = code
            self.field = field
            self.fault = fault
        }
    }

    private static var order: [Place] {
        [
            Place("identity", .missingField, field: "tenantAccountId") { $0.offer.tenant = .none },
            Place("carrier", .carrierNotEligible) { $0.partner.carrier = "Rheintal Telekom" },
            Place("ownership and existence", .notFound) { $0.circuit = nil },
            Place("site", .crossSite) { $0.tenant.site = "china" },
            Place("privilege", .privilegeExpired) { $0.privilege = nil },
            Place("circuit state", .circuitNotDeployed) { $0.circuit?.isDeployed = false },
            Place("VLAN domain", .invalidValue, field: "vlanId") { $0.offer.vlan = 3_000 },
            Place("catalogue", .bandwidthNotOffered) { $0.offer.bandwidthMbps = 150 },
            Place("tags", .tagsBelongToPayer) { $0.offer.tags = ["team": "core"] },
            Place("resource group", .resourceGroupUnknown) { $0.offer.resourceGroup = "gold" },
            Place("VLAN conflict", .vlanInUse) { $0.holder = ConnectionID(id(5, PortKind.self)) },
            Place("capacity", .insufficientBandwidth) { $0.circuit?.allocated = 1_000 },
        ]
    }

    @Test("R-007, R-008, R-025, A-10: of each two reasons the one that stands first is told") func pairs() {
        for first in Self.order.indices {
            for second in first..<Self.order.count {
                var judged = Case()
                Self.order[second].fault(&judged)
                Self.order[first].fault(&judged)
                let refused = judged.refusal()
                let place = Self.order[first]
                #expect(refused?.code == place.code, "\(place.name) before \(Self.order[second].name)")
                if let field = place.field { #expect(refused?.field == field) }
            }
        }
        #expect(Case().refusal() == nil)
    }

    @Test("A-10: who is refused for everything hears of one after the other, in this order") func all() {
        var judged = Case()
        for place in Self.order.reversed() { place.fault(&judged) }
        var repairs: [(inout Case) -> Void] = [
            { $0.offer.tenant = tenantID }, { $0.partner.carrier = "China Telecom" },
            {
                $0.circuit = circuit(isDeployed: false)
                $0.circuit?.allocated = 1_000
            },
            { $0.tenant.site = "international" }, { $0.privilege = privilege }, { $0.circuit?.isDeployed = true },
            { $0.offer.vlan = 100 }, { $0.offer.bandwidthMbps = 200 }, { $0.offer.tags = [:] }, { $0.offer.resourceGroup = "" },
            { $0.holder = nil }, { $0.circuit?.allocated = 0 },
        ]
        for place in Self.order {
            #expect(judged.refusal()?.code == place.code, "\(place.name)")
            repairs.removeFirst()(&judged)
        }
        #expect(judged.refusal() == nil)
    }
}

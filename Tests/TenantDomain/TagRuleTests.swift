import HostedConnection
import Schema
import TenantDomain
import Testing

@Suite("A tenant's tags")
struct TagRuleTests {
    @Test("R-055, R-056, A-12: the tenant tags what it pays for; what the partner pays for it does not") func tags() throws {
        let own = try offered()
        let tagged = try TagRules.tag(own, setting: ["cost": "42"], removing: [])
        #expect(tagged.port.tags.values == ["cost": "42"])
        #expect(tagged.messages.isEmpty)
        #expect(tagged.history.map(\.action) == [.tagged])
        let partners = try offered(payer: .partner)
        let refused = refusal { () throws(Refusal) in try TagRules.tag(partners, setting: ["cost": "42"], removing: []) }
        #expect(refused?.code == .tagsBelongToPayer)
        #expect(refused?.next == "Ask the partner \(partners.partner) to tag it")
    }
}

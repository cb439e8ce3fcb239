import HostedConnection
import Testing

@Suite("Quantities and words")
struct QuantityTests {
    @Test("R-044: VLANs are 0 – 2999", arguments: [(0, true), (1, true), (2999, true), (3000, false), (4095, false)] as [(UInt32, Bool)])
    func vlanDomain(number: UInt32, isValid: Bool) { #expect((VLANID(number) != nil) == isValid) }

    @Test("R-045: VLAN 0 is a routed interface, not an unset value")
    func routed() throws {
        #expect(try #require(VLANID(0)).isRouted)
        #expect(try !#require(VLANID(1)).isRouted)
    }

    @Test("R-051: the standard catalogue ends at 1 Gbit/s")
    func catalogue() {
        let catalogue = BandwidthCatalogue.standard
        #expect(catalogue.contains(Bandwidth(megabitsPerSecond: 1000)))
        #expect(!catalogue.contains(Bandwidth(megabitsPerSecond: 150)))
        #expect(!catalogue.contains(Bandwidth(megabitsPerSecond: 2000)))
        #expect(catalogue.list == "50, 100, 200, 300, 400, 500, 1000")
    }

    @Test(
        "IPv4 addresses are four numbers from 0 to 255",
        arguments: [
            ("10.0.0.1", true), ("255.255.255.255", true), ("0.0.0.0", true), ("10.0.0", false), ("10.0.0.0.1", false),
            ("10.0.0.256", false), ("10.0.0.01", false), ("10.0.0.", false), ("a.b.c.d", false), ("10.0.0.-1", false), ("", false),
        ])
    func addresses(text: String, isValid: Bool) {
        let address = IPv4Address(text)
        #expect((address != nil) == isValid)
        if let address { #expect(address.description == text) }
    }

    @Test("every code of a refusal is used once and has a category")
    func codes() {
        let codes = RefusalCode.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(RefusalCode.vlanInUse.category == .conflict)
        #expect(RefusalCode.notFound.category == .notFound)
    }
}

import HostedConnection
import Testing

@Suite("IPv6 addresses and prefixes")
struct IPv6AddressTests {
    @Test(
        "An address is read in all its forms and written in the canonical one",
        arguments: [
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2408:4004:cc:400::1", "2408:4004:cc:400::1"),
            ("2408:4004:00CC:0400:0000:0000:0000:0001", "2408:4004:cc:400::1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"), ("::ffff:10.0.0.1", "::ffff:a00:1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("1:2:3:4:5:6:10.0.0.1", "1:2:3:4:5:6:a00:1"), ("fe80::1:2", "fe80::1:2"),
        ])
    func forms(_ text: String, _ canonical: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.description == canonical)
        #expect(IPv6Address(canonical) == address)
    }

    @Test(
        "What is no address",
        arguments: [
            "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7:8::", "::1%eth0",
            "10.0.0.1", "1:10.0.0.1::", "::10.0.0.256", "1:2:3:4:5:6:7:10.0.0.1", "+1::", "1::2:", ":1::2", " ::1", "::١",
        ])
    func refused(_ text: String) { #expect(IPv6Address(text) == nil) }

    @Test("Prefixes hold their addresses and know bits beyond their length") func prefixes() throws {
        let prefix = try #require(IPv6Prefix("2408:4004:cc:400::/56"))
        #expect(prefix.subnet == prefix)
        #expect(try prefix.contains(#require(IPv6Address("2408:4004:cc:4ff::1"))))
        #expect(try !prefix.contains(#require(IPv6Address("2408:4004:cc:500::1"))))
        let untidy = try #require(IPv6Prefix("2408:4004:cc:400::1/126"))
        #expect(untidy.subnet.description == "2408:4004:cc:400::/126")
        #expect(untidy.subnet != untidy)
        for text in ["", "::", "::/", "::/0", "::/129", "::/1x", "::/-1", "::/+1", "::/01", "/1", "::/1/1"] {
            #expect(IPv6Prefix(text) == nil, "\(text)")
        }
        #expect(try !#require(IPv6Address("ff02::1")).isUnicast)
        #expect(try !#require(IPv6Address("::")).isUnicast)
        #expect(try !#require(IPv6Address("::1")).isUnicast)
        #expect(try #require(IPv6Address("fe80::1")).isUnicast)
    }
}

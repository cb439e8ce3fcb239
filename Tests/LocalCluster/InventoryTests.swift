import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

@Suite("Inventory files")
struct InventoryTests {
    private func read(_ text: String) throws(YAMLError) -> Inventory {
        try Inventory(YAMLDocument(text: text, file: "inventory.yaml"))
    }

    @Test("accounts, privileges and circuits are read with their roles and defaults")
    func reads() throws {
        let inventory = try read(
            """
            accounts:
              - {id: "1000000000000001", role: partner, name: Carrier, carrier: China Telecom, site: china, regions: [a, b]}
              - {id: "2000000000000001", role: tenant, name: Customer, site: china, outboundBilling: true}
            privileges:
              - {partner: "1000000000000001", reason: "Customer 2000000000000001, 100 Mbit/s"}
            circuits:
              - {name: c-1, partner: "1000000000000001", region: a, accessPoint: ap-1, bandwidthMbps: 10000}
              - {name: c-2, partner: "1000000000000001", region: a, accessPoint: ap-2, bandwidthMbps: 1000, deployed: false}
            """)
        #expect(inventory.accounts.map(\.role) == [.partner, .tenant])
        #expect(inventory.accounts[0].input.regions == ["a", "b"])
        #expect(!inventory.accounts[0].input.outboundBilling)
        #expect(inventory.accounts[1].input.outboundBilling)
        #expect(inventory.privileges.map(\.reason) == ["Customer 2000000000000001, 100 Mbit/s"])
        #expect(inventory.circuits.map(\.deployed) == [true, false])
        #expect(inventory.circuits.map(\.bandwidthMbps) == [10000, 1000])
        #expect(inventory.pushedVBRs.isEmpty)
    }

    @Test("R-110, R-111: pushed VBRs are read with or without a bandwidth, who pays their fee, and how the tenant was informed")
    func pushedVBRs() throws {
        let inventory = try read(
            """
            pushedVBRs:
              - {name: old-1, circuit: c-1, tenant: "2000000000000001", vlan: 0, bandwidthMbps: 150, cloudIpv4: 10.0.0.1,
                 clientIpv4: 10.0.0.2, subnetMask: 255.255.255.252, feePayer: partner, feePrepaid: true, informed: letter}
              - {circuit: c-2, tenant: "2000000000000001", vlan: 7, cloudIpv4: 10.0.0.1, clientIpv4: 10.0.0.2,
                 subnetMask: 255.255.255.252, supportsBandwidth: false}
            """)
        let (first, second) = (inventory.pushedVBRs[0], inventory.pushedVBRs[1])
        #expect(first.circuit == "c-1")
        #expect(first.input.vlanID == 0)
        #expect(first.input.bandwidthMbps == 150)
        #expect(first.input.feePayer == .partner && first.input.feePrepaid)
        #expect(first.informed == "letter")
        #expect(second.input.bandwidthMbps == nil)
        #expect(second.input.supportsBandwidth == false)
        #expect(second.input.feePayer == .unspecified && !second.input.feePrepaid)
        #expect(second.informed == nil)
    }

    @Test(
        "what is wrong is named with its place",
        arguments: [
            ("accounts: [{id: 12, role: tenant, name: x, site: s}]", "16 decimal digits"),
            ("accounts: [{id: \"2000000000000001\", role: boss, name: x, site: s}]", "role"),
            ("accounts: [{id: \"2000000000000001\", role: tenant, site: s}]", "name"),
            ("circuits: [{name: c, partner: \"1000000000000001\", region: a, accessPoint: p, bandwidthMbps: 0}]", "bandwidthMbps"),
            ("circuits: [{name: c, partner: \"1000000000000001\", region: a, accessPoint: p, bandwidthMbps: 1, colour: red}]", "colour"),
            ("privileges: [{partner: \"1000000000000001\"}]", "reason"),
            ("pushedVBRs: [{circuit: c, tenant: \"2000000000000001\", vlan: 3000}]", "vlan"),
            ("pushedVBRs: [{circuit: c, tenant: \"2000000000000001\", vlan: 1, bandwidthMbps: 0}]", "bandwidthMbps"),
            ("ports: []", "ports"),
        ])
    func refuses(text: String, place: String) {
        let error = #expect(throws: YAMLError.self) { try read(text) }
        #expect(error?.description.contains(place) == true, "\(String(describing: error))")
    }
}

import LocalCluster
import ServiceKit

/// What the demo starts from: two circuits at each of two access points, a partner, three tenants, two VBRs of
/// the old model.
enum ExampleInventory {
    static let text = """
        accounts:
          - {id: "1000000000000001", role: partner, name: Northern Carrier, carrier: China Telecom, site: china,
             regions: [cn-hangzhou], outboundBilling: true}
          - {id: "2000000000000001", role: tenant, name: Amber Foods, site: china, regions: [cn-hangzhou], outboundBilling: true}
          - {id: "2000000000000002", role: tenant, name: Birch Logistics, site: china, regions: [cn-hangzhou], outboundBilling: true}
          - {id: "2000000000000003", role: tenant, name: Cedar Health, site: china, regions: [cn-hangzhou], outboundBilling: true}
        privileges:
          - {partner: "1000000000000001", reason: "Customer of partner Northern Carrier: Amber Foods 2000000000000001, 100 Mbit/s"}
        circuits:
          - {name: hz-a-1, partner: "1000000000000001", region: cn-hangzhou, accessPoint: ap-cn-hangzhou-a, bandwidthMbps: 10000}
          - {name: hz-a-2, partner: "1000000000000001", region: cn-hangzhou, accessPoint: ap-cn-hangzhou-a, bandwidthMbps: 10000}
          - {name: hz-b-1, partner: "1000000000000001", region: cn-hangzhou, accessPoint: ap-cn-hangzhou-b, bandwidthMbps: 10000}
          - {name: hz-b-2, partner: "1000000000000001", region: cn-hangzhou, accessPoint: ap-cn-hangzhou-b, bandwidthMbps: 10000}
        pushedVBRs:
          - {name: birch-old-1, circuit: hz-b-1, tenant: "2000000000000002", vlan: 1001, bandwidthMbps: 200, cloudIpv4: 10.200.0.1,
             clientIpv4: 10.200.0.2, subnetMask: 255.255.255.252, feePrepaid: true, informed: "letter to the network department"}
          - {name: cedar-old-1, circuit: hz-b-2, tenant: "2000000000000003", vlan: 1002, bandwidthMbps: 150, cloudIpv4: 10.200.0.5,
             clientIpv4: 10.200.0.6, subnetMask: 255.255.255.252, feePayer: partner}

        """

    /// Writes the inventory beside the databases, where an operator may look at it, and reads it from there.
    static func load(into folder: String) throws -> Inventory {
        let file = "\(folder)/inventory.yaml"
        if !Files.exists(file) { try Files.write(text, to: file) }
        return try Inventory(path: file)
    }
}

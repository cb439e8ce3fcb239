import HTTPClient
import HostedConnection
import Schema
import Testing

@Suite("Offers at the API")
struct OfferTests {
    private func offer(_ vlan: String, on circuit: String?) -> String {
        let place = circuit.map { #""circuitId": "\#($0)", "# } ?? ""
        return #"{\#(place)"tenantAccountId": "\#(Fixture.tenant)", "vlanId": \#(vlan), "bandwidthMbps": 100}"#
    }

    @Test(
        "R-044, R-045: what is no VLAN is refused by name, null like one left out",
        arguments: [
            ("-1", "malformed_body"), ("1.5", "malformed_body"), (#""abc""#, "malformed_body"), ("true", "malformed_body"),
            ("4294967296", "malformed_body"), ("1e400", "malformed_body"), ("[1]", "malformed_body"), ("3000", "invalid_value"),
            ("null", "missing_field"),
        ])
    func vlans(_ vlan: String, _ code: String) throws {
        let fixture = try Fixture()
        let circuit = try fixture.registerPartner()
        try fixture.knowTenant()
        let response = try fixture.send("POST", "/admin/v1/ports", offer(vlan, on: circuit))
        #expect(response.status == 400)
        #expect(response.error?.code == code)
        #expect(response.error?.field == "vlanId")
        #expect(try fixture.get("/admin/v1/ports", as: PortList.self).items.isEmpty)
    }

    @Test("R-012, R-057: under the circuit's own path the same offer is taken, in the circuit's region only") func circuitPath() throws {
        let fixture = try Fixture()
        let circuit = try fixture.registerPartner()
        try fixture.knowTenant()
        let path = "/admin/v1/circuits/\(circuit)/ports"
        let elsewhere = try fixture.send("POST", "\(path)?region=other", offer("0", on: nil))
        #expect(elsewhere.status == 400)
        #expect(elsewhere.error?.code == "region_mismatch")
        let response = try fixture.send("POST", "\(path)?region=r", offer("0", on: nil))
        #expect(response.status == 201, "\(response.text)")
        let port = try PortView(json: response.body)
        #expect(port.circuitID.description == circuit)
        #expect(port.vlanID == 0)
        #expect(port.status == "Hosted")
        #expect(port.stage == "Pending for Acceptance")
        #expect(try fixture.send("POST", "/admin/v1/circuits/nonsense/ports", offer("1", on: nil)).status == 404)
    }

    @Test("R-021, R-025: the privilege is applied for, shown and needed; the description is not the applicant's to give")
    func privilege() throws {
        let fixture = try Fixture()
        let circuit = try fixture.registerPartner()
        try fixture.knowTenant()
        let path = "/admin/v1/accounts/\(Fixture.partner)/privilege"
        #expect(try fixture.get(path, as: PrivilegeView.self).valid)
        let described =
            #"{"accountId": "\#(Fixture.partner)", "applied": "APPLIED_QUOTAS_INVALID", "reason": "r", "description": "mine"}"#
        #expect(try fixture.send("POST", "/admin/v1/privilege-applications", described).error?.code == "malformed_body")
        let revocation = #"{"accountId": "\#(Fixture.partner)", "applied": "APPLIED_QUOTAS_INVALID", "reason": "r"}"#
        #expect(try fixture.send("POST", "/admin/v1/privilege-applications", revocation).status == 201)
        #expect(try !fixture.get(path, as: PrivilegeView.self).valid)
        #expect(try fixture.send("POST", "/admin/v1/ports", offer("1", on: circuit)).error?.code == "privilege_expired")
        let list = try fixture.get(
            "/admin/v1/privilege-applications?accountId=\(Fixture.partner)", as: PrivilegeApplicationList.self)
        #expect(list.items.map(\.decision) == ["granted", "revoked"])
        let one = try fixture.get(
            "/admin/v1/privilege-applications/\(list.items[0].applicationID)", as: PrivilegeApplicationView.self)
        #expect(one == list.items[0])
        #expect(try fixture.send("GET", "/admin/v1/accounts/\(Fixture.tenant)/privilege").status == 404)
    }

    @Test("Readiness, access devices, resource groups and redundancy are shown") func views() throws {
        let fixture = try Fixture()
        let circuit = try fixture.registerPartner()
        try fixture.knowTenant()
        let readiness = try fixture.get("/admin/v1/accounts/\(Fixture.partner)/readiness", as: ReadinessView.self)
        #expect(!readiness.ready)
        #expect(readiness.clauses.count == 6)
        let device = """
            {"partnerAccountId": "\(Fixture.partner)", "name": "sw", "bandwidthManagement": true, "trafficMonitoring": true}
            """
        #expect(try fixture.send("POST", "/admin/v1/access-devices", device).status == 201)
        #expect(try fixture.get("/admin/v1/access-devices", as: AccessDeviceList.self).items.map(\.name) == ["sw"])
        let group = #"{"partnerAccountId": "\#(Fixture.partner)", "name": "gold"}"#
        #expect(try fixture.send("POST", "/admin/v1/resource-groups", group).status == 201)
        #expect(try fixture.get("/admin/v1/resource-groups", as: ResourceGroupList.self).items.map(\.name) == ["gold"])
        #expect(try fixture.send("POST", "/admin/v1/ports", offer("1", on: circuit)).status == 201)
        let redundancy = try fixture.get("/admin/v1/redundancy?tenantAccountId=\(Fixture.tenant)", as: RedundancyView.self)
        #expect(!redundancy.redundant)
        #expect(redundancy.places.map(\.circuitName) == ["c1"])
        #expect(try fixture.send("GET", "/admin/v1/redundancy").status == 400)
    }
}

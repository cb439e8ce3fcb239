import HostedConnection
import Kafka
import Messaging
import PartnerService
import Schema
import ServiceTesting
import Store
import Testing

@Suite("Ports that are made of a pushed VBR share its connection")
struct TransformedPortTests {
    /// A pushed VBR, and a pending port that counts as made of it: written past the rules, which only a transformation does.
    private func made(_ fixture: PartnerFixture) throws -> (vbr: VBRID, port: PortID) {
        let input = PushedVBRInput(
            circuitID: fixture.circuit, tenantAccountID: PartnerFixture.customer, name: "edge", vlanID: 100, bandwidthMbps: 100,
            cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252")
        let vbr = try fixture.node.ok(PartnerCommand(.pushVBRs([input]), by: PartnerFixture.staff), as: PushedVBRView.self).vbrID
        let port = try fixture.offered(vlan: 101)
        for sql in [
            "UPDATE port SET origin_vbr = (SELECT id FROM pushed_vbr)", "UPDATE pushed_vbr SET port_id = (SELECT id FROM port)",
        ] {
            try fixture.node.connection.prepare(sql).run()
        }
        try fixture.node.restart()
        return (vbr, port)
    }

    private func tell(_ message: some EventMessage, _ sequence: UInt64, of vbr: VBRID, _ fixture: PartnerFixture) throws {
        fixture.broker.add(
            message.placed(sequence), id: messageID(100 + sequence), source: "tenant-service", to: .tenant, key: vbr.description)
        try fixture.node.turn()
    }

    /// The places of what partner-service has sent on the connection.
    private func places(_ vbr: VBRID, _ fixture: PartnerFixture) throws -> [UInt64] {
        let batch = fixture.broker.records(of: .partner)
        return try batch.records.filter { batch.text($0.key) == vbr.description }.map { record in
            let envelope = try EventEnvelope(record: record, in: batch)
            return envelope.type == .vbrPushed
                ? try VBRPushed(decoding: envelope, in: batch).common.sequence
                : try RequestMade(decoding: envelope, in: batch).common.sequence
        }
    }

    @Test("R-122: messages come and go on the VBR's channel, history goes on, and payment alone does not put the port into use")
    func sharesChannel() throws {
        let fixture = try PartnerFixture()
        let (vbr, port) = try made(fixture)
        let connection = ConnectionID(vbr)
        let subscription = SubscriptionID(of: port)
        try tell(PortAccepted(connectionID: connection, portID: port, subscriptionID: subscription), 1, of: vbr, fixture)
        let paid = PaymentResult(
            connectionID: connection, portID: port, subscriptionID: subscription, chargeID: subscription.charge(attempt: 1),
            outcome: .settled, amountMinor: 12_000, currency: "EUR")
        try tell(paid, 2, of: vbr, fixture)
        try fixture.node.restart()
        try tell(paid, 2, of: vbr, fixture)
        let view = try #require(try fixture.view(port))
        #expect(view.connectionID == connection)
        #expect(view.billing == "paid")
        #expect(view.service == "allocated")
        #expect(view.waitingFor == "the partner to confirm")
        #expect(try fixture.node.deadLetterCauses() == [])
        try fixture.node.ok(
            PartnerCommand(.request([RequestInput(portID: port, kind: .deletePort, reason: "please")]), by: PartnerFixture.staff))
        #expect(try places(vbr, fixture) == [1, 2], "the request follows the push")
        let history = try fixture.node.read { reader in try PartnerQueries(reader).history(of: port, for: PartnerFixture.staff) }
        #expect(history?.items.map(\.action).prefix(1) == ["vbr_pushed"])
        #expect(history?.items.map(\.action).suffix(3) == ["accepted", "charge_settled", "request_made"])
    }

    @Test("A message about the port under another connection is a dead letter, and holds that one alone") func strays() throws {
        let fixture = try PartnerFixture()
        let (vbr, port) = try made(fixture)
        let rejected = OfferRejected(connectionID: ConnectionID(port), portID: port, reason: "no")
        try fixture.tell(rejected.placed(1), about: port, id: 50)
        #expect(try fixture.node.deadLetterCauses() == ["contradicts_state"])
        try tell(OfferRejected(connectionID: ConnectionID(vbr), portID: port, reason: "no"), 1, of: vbr, fixture)
        #expect(try fixture.view(port)?.acceptance == "rejected")
        let circuit = try #require(
            try fixture.node.read { reader in try PartnerQueries(reader).circuit(fixture.circuit, of: PartnerFixture.staff) })
        #expect(circuit.connections == 2, "a VBR that is on no port goes on using what it has")
    }
}

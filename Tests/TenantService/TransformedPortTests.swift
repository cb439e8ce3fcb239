import HostedConnection
import Messaging
import Schema
import ServiceTesting
import Store
import TenantService
import Testing

@Suite("Ports that are made of a pushed VBR share its connection")
struct TransformedPortTests {
    private let vbr = VBRID(bits: ID128(milliseconds: 5, kind: VBRKind.code, sequence: 0, random: 5))
    private var connection: ConnectionID { ConnectionID(vbr) }

    private func push() -> VBRPushed {
        VBRPushed(
            connectionID: connection, vbrID: vbr,
            circuitID: CircuitID(bits: ID128(milliseconds: 1, kind: CircuitKind.code, sequence: 0, random: 1)),
            partnerAccountID: TenantFixture.carrier, tenantAccountID: TenantFixture.customer, region: "eu-central-1", accessPoint: "A",
            vlanID: 100, bandwidthMbps: 100, name: "edge", cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252",
            feePayer: .tenant, feePrepaid: true)
    }

    private func tell(_ message: some EventMessage, _ sequence: UInt64, _ fixture: TenantFixture) throws {
        fixture.broker.add(
            message.placed(sequence), id: messageID(100 + sequence), source: "partner-service", to: .partner, key: connection.description)
        try fixture.node.turn()
    }

    private func offer(_ port: PortID, payer: Payer, _ fixture: TenantFixture) -> PortOffered {
        var offer = fixture.offer(port, payer: payer)
        offer.connectionID = connection
        return offer
    }

    /// What tenant-service has sent on the connection, with the places.
    private func sent(_ fixture: TenantFixture) throws -> [String] {
        let batch = fixture.broker.records(of: .tenant)
        return try batch.records.filter { batch.text($0.key) == connection.description }.map { record in
            let envelope = try EventEnvelope(record: record, in: batch)
            return envelope.type.map { $0.fullName.split(separator: ".").last.map(String.init) ?? "" } ?? ""
        }
    }

    @Test("A second port follows a rejected first one on the same channel; a late word of the first is harmless") func secondPort() throws {
        let fixture = try TenantFixture()
        try tell(push(), 1, fixture)
        let (first, second) = (fixture.port(1), fixture.port(2))
        try tell(offer(first, payer: .tenant, fixture), 2, fixture)
        try tell(OfferEnded(connectionID: connection, portID: first, ending: .withdrawn), 3, fixture)
        #expect(try sent(fixture) == ["OfferEndSettled"])
        try tell(offer(second, payer: .partner, fixture), 4, fixture)
        try fixture.node.restart()
        try tell(AcceptRefused(connectionID: connection, portID: first, code: "x", text: "late"), 5, fixture)
        try fixture.node.ok(TenantCommand(.accept([AcceptanceInput(portID: second)]), by: .account(TenantFixture.customer)))
        let paid = PaymentResult(
            connectionID: connection, portID: second, subscriptionID: SubscriptionID(of: second),
            chargeID: SubscriptionID(of: second).charge(attempt: 1), outcome: .settled, amountMinor: 12_000, currency: "EUR")
        try tell(paid, 6, fixture)
        let saga = SagaID(bits: ID128(milliseconds: 8, kind: SagaKind.code, sequence: 0, random: 8))
        try tell(PortConfirmed(connectionID: connection, portID: second, vbrID: vbr, sagaID: saga), 7, fixture)
        try fixture.node.turn()
        #expect(try sent(fixture) == ["OfferEndSettled", "PortAccepted", "VBRAssociated"])
        #expect(try fixture.view(first)?.status == "Withdrawn")
        let port = try #require(try fixture.view(second))
        #expect(port.status == "Active")
        #expect(port.vbrID == vbr)
        #expect(port.connectionID == connection)
        let router = try #require(try fixture.node.read { reader in try TenantQueries(reader).vbr(vbr, of: TenantFixture.staff) })
        #expect(router.portID == second)
        #expect(router.fee?.state == "stopped", "R-125")
        #expect(router.cloudIPv4 == "10.0.0.1" && router.vlanID == 100 && router.bandwidthMbps == 100, "R-123")
        #expect(try fixture.node.deadLetterCauses() == [])
        let history = try fixture.node.read { reader in try TenantQueries(reader).history(of: second, for: TenantFixture.staff) }
        #expect(history?.items.first?.action == "vbr_pushed", "one connection, one history")
        #expect(history?.items.contains { $0.action == "vbr_associated" } == true)
        let stops = fixture.broker.records(of: .billingRequests).records.count
        #expect(stops == 1)
    }

    @Test("A port offered under another connection than it names, and a port of one connection under another, are dead letters")
    func strays() throws {
        let fixture = try TenantFixture()
        try tell(push(), 1, fixture)
        let port = fixture.port(1)
        try fixture.tell(fixture.offer(port).placed(1), about: port, id: 10)
        try tell(PortActivated(connectionID: connection, portID: port), 2, fixture)
        #expect(try fixture.node.deadLetterCauses() == ["contradicts_state"])
        #expect(try fixture.view(port)?.service == "allocated")
    }
}

import HostedConnection
import Messaging
import PartnerService
import Schema
import ServiceKit
import ServiceTesting
import Store

/// partner-service alone, with its carrier, a tenant's copied account and one circuit.
final class PartnerFixture {
    static let carrier = AccountID(number: 1_000_000_000_000_001)
    static let customer = AccountID(number: 2_000_000_000_000_001)
    static let staff = Caller.staff(name: "ada")

    let broker = MemoryBroker()
    let node: Node<PartnerApplication>
    let circuit: CircuitID

    init() throws {
        node = try Node(broker, ManualClock(), migrations: try PartnerMigrations.all()) { connection throws(StoreError) in
            try PartnerApplication(connection)
        }
        try node.ok(
            PartnerCommand(
                .registerAccounts([
                    AccountInput(accountID: Self.carrier, name: "Carrier", carrier: "China Telecom", site: "international")
                ]), by: Self.staff))
        try node.ok(
            PartnerCommand(
                .applyForPrivileges([PrivilegeApplicationInput(for: Self.carrier, dayFrom: ManualClock().now(), reason: "Test")]),
                by: Self.staff))
        broker.add(
            AccountRegistered(accountID: Self.customer, version: 1, name: "Customer", role: .tenant, site: "international").placed(1),
            id: messageID(1), source: "tenant-service", to: .accounts, key: Self.customer.description)
        try node.turn()
        circuit = try node.ok(
            PartnerCommand(
                .registerCircuits([
                    CircuitInput(
                        name: "FRA-1", partnerAccountID: Self.carrier, region: "eu-central-1", accessPoint: "A", bandwidthMbps: 1_000)
                ]), by: Self.staff), as: CircuitView.self
        ).circuitID
    }

    func offer(vlan: UInt32 = 100, payer: Payer = .tenant, name: String = "port") -> PartnerCommand {
        PartnerCommand(
            .offer([
                OfferInput(
                    circuitID: circuit, tenantAccountID: Self.customer, vlanID: vlan, bandwidthMbps: 100, payer: payer, name: name)
            ]), by: Self.staff)
    }

    func offered(vlan: UInt32 = 100, payer: Payer = .tenant) throws -> PortID {
        try node.ok(offer(vlan: vlan, payer: payer), as: PortView.self).portID
    }

    /// A message of tenant-service about a port.
    func tell(_ message: some EventMessage, about port: PortID, id: UInt64) throws {
        broker.add(message, id: messageID(id), source: "tenant-service", to: .tenant, key: port.description)
        try node.turn()
    }

    func view(_ port: PortID) throws -> PortView? {
        try node.read { reader in try PartnerQueries(reader).port(port, of: Self.staff) }
    }
}

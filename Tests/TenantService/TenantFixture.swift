import HostedConnection
import Messaging
import Schema
import ServiceKit
import ServiceTesting
import Store
import TenantService

/// tenant-service alone, with one tenant.
final class TenantFixture {
    static let carrier = AccountID(number: 1_000_000_000_000_001)
    static let customer = AccountID(number: 2_000_000_000_000_001)
    static let staff = Caller.staff(name: "ada")

    let broker = MemoryBroker()
    let node: Node<TenantApplication>

    init() throws {
        node = try Node(broker, ManualClock(), migrations: try TenantMigrations.all()) { connection throws(StoreError) in
            try TenantApplication(connection)
        }
        try register(Self.customer)
    }

    func register(_ account: AccountID) throws {
        try node.ok(
            TenantCommand(
                .registerAccounts([AccountInput(accountID: account, name: "Customer", site: "international")]), by: Self.staff))
    }

    func port(_ number: UInt64) -> PortID {
        PortID(bits: ID128(milliseconds: number, kind: PortKind.code, sequence: 0, random: number))
    }

    func offer(_ port: PortID, payer: Payer = .tenant, to tenant: AccountID = customer) -> PortOffered {
        PortOffered(
            connectionID: ConnectionID(port), portID: port,
            circuitID: CircuitID(bits: ID128(milliseconds: 1, kind: CircuitKind.code, sequence: 0, random: 1)),
            partnerAccountID: Self.carrier, tenantAccountID: tenant, region: "eu-central-1", accessPoint: "A", vlanID: 100,
            bandwidthMbps: 100, payer: payer, name: "port")
    }

    /// A message of partner-service about a port.
    func tell(_ message: some EventMessage, about port: PortID, id: UInt64) throws {
        broker.add(message, id: messageID(id), source: "partner-service", to: .partner, key: port.description)
        try node.turn()
    }

    func view(_ port: PortID) throws -> PortView? {
        try node.read { reader in try TenantQueries(reader).port(port, of: Self.staff) }
    }
}

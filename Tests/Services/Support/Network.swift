import BillingSimulator
import HostedConnection
import Kafka
import Messaging
import NetworkSimulator
import PartnerDomain
import PartnerService
import PortRecords
import Schema
import ServiceKit
import ServiceTesting
import Store
import Synchronization
import Testing
import TenantDomain
import TenantService

/// Both services and the simulators of billing and of access devices in one process, on one thread, over a log in memory.
final class Network {
    let broker = MemoryBroker()
    let clock = ManualClock()
    let partner: Node<PartnerApplication>
    let tenant: Node<TenantApplication>
    let billing: Node<BillingApplication>
    let network: Node<NetworkApplication>
    /// Whether the access devices do not answer for a while.
    var areDevicesSilent = false
    /// Whether billing does not answer for a while.
    var isBillingSilent = false

    static let carrier = AccountID(number: 1_000_000_000_000_001)
    static let otherCarrier = AccountID(number: 1_000_000_000_000_009)
    static let customer = AccountID(number: 2_000_000_000_000_001)
    static let otherCustomer = AccountID(number: 2_000_000_000_000_002)
    static let staff = Caller.staff(name: "ada")

    /// - Parameters:
    ///   - policy: what partner-service's operator has decided; with access devices by default.
    ///   - demand: what tenant-service's operator has decided.
    ///   - faults: what the access device refuses at first.
    ///   - registers: whether the usual accounts and their privileges are there at the beginning.
    init(
        declining rule: DeclineRule = .never, policy: PartnerPolicy = PartnerPolicy(hasAccessDevices: true), faults: FaultRule = .none,
        demand: TenantPolicy = .standard, registers: Bool = true
    ) throws {
        partner = try Node(broker, clock, migrations: try PartnerMigrations.all()) { connection throws(StoreError) in
            try PartnerApplication(connection, policy: policy)
        }
        tenant = try Node(broker, clock, migrations: try TenantMigrations.all()) { connection throws(StoreError) in
            try TenantApplication(connection, policy: demand)
        }
        billing = try Node(broker, clock, migrations: try BillingMigrations.all()) { connection throws(StoreError) in
            try BillingApplication(connection, declining: rule)
        }
        network = try Node(broker, clock, migrations: try NetworkMigrations.all()) { connection throws(StoreError) in
            try NetworkApplication(connection, faults: faults)
        }
        guard registers else { return }
        try registerAccounts()
    }

    func registerAccounts() throws {
        try partner.ok(
            PartnerCommand(
                .registerAccounts([
                    account(Self.carrier, carrier: "China Telecom"), account(Self.otherCarrier, carrier: "China Mobile"),
                ]), by: Self.staff, as: .bulk))
        try partner.ok(
            PartnerCommand(
                .applyForPrivileges([Self.carrier, Self.otherCarrier].map(privilege)), by: Self.staff, as: .bulk))
        try tenant.ok(
            TenantCommand(.registerAccounts([account(Self.customer), account(Self.otherCustomer)]), by: Self.staff, as: .bulk))
        try settle()
    }

    /// An application for the privilege of offering ports, for a day.
    func privilege(_ id: AccountID) -> PrivilegeApplicationInput {
        PrivilegeApplicationInput(for: id, dayFrom: clock.now(), reason: "Customer \(Self.customer), 200 Mbit/s")
    }

    func account(_ id: AccountID, carrier: String = "", site: String = "international") -> AccountInput {
        AccountInput(accountID: id, name: "Account \(id)", carrier: carrier, site: site, regions: ["eu-central-1"])
    }

    /// Lets everybody work until nothing is left to do.
    func settle() throws {
        for _ in 0..<1_000 {
            var worked = try partner.turn()
            worked = try tenant.turn() || worked
            if !isBillingSilent { worked = try billing.turn() || worked }
            if !areDevicesSilent { worked = try network.turn() || worked }
            if !worked { return }
            clock.advance(by: .milliseconds(1))
        }
        Issue.record("the services do not come to rest")
    }

    // MARK: The usual commands

    func circuit(_ name: String = "FRA-1", capacity: UInt32 = 10_000, by caller: Caller = staff) throws -> CircuitID {
        try partner.ok(
            PartnerCommand(
                .registerCircuits([
                    CircuitInput(
                        name: name, partnerAccountID: Self.carrier, region: "eu-central-1", accessPoint: "Frankfurt A",
                        bandwidthMbps: capacity)
                ]), by: caller), as: CircuitView.self
        ).circuitID
    }

    func offerInput(
        _ circuit: CircuitID, vlan: UInt32? = 100, bandwidth: UInt32? = 200, payer: Payer = .unspecified, to tenant: AccountID = customer
    ) -> OfferInput {
        OfferInput(circuitID: circuit, tenantAccountID: tenant, vlanID: vlan, bandwidthMbps: bandwidth, payer: payer, name: "port")
    }

    func offer(_ circuit: CircuitID, vlan: UInt32 = 100, bandwidth: UInt32 = 200, payer: Payer = .unspecified) throws -> PortID {
        try partner.ok(
            PartnerCommand(
                .offer([offerInput(circuit, vlan: vlan, bandwidth: bandwidth, payer: payer)]), by: .account(Self.carrier)),
            as: PortView.self
        ).portID
    }

    @discardableResult
    func accept(_ port: PortID, by caller: Caller = .account(customer)) throws -> PortView {
        try tenant.ok(TenantCommand(.accept([AcceptanceInput(portID: port)]), by: caller), as: PortView.self)
    }

    func vbrInput(_ port: PortID) -> VBRInput {
        VBRInput(portID: port, name: "router", cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252")
    }

    @discardableResult
    func createVBR(_ port: PortID) throws -> VBRView {
        try tenant.ok(TenantCommand(.createVBRs([vbrInput(port)]), by: .account(Self.customer)), as: VBRView.self)
    }

    // MARK: What both sides say

    func partnerView(_ port: PortID, of caller: Caller = staff) throws -> PortView? {
        try partner.read { reader in try PartnerQueries(reader).port(port, of: caller) }
    }

    func tenantView(_ port: PortID, of caller: Caller = staff) throws -> PortView? {
        try tenant.read { reader in try TenantQueries(reader).port(port, of: caller) }
    }

    /// How often somebody was told that an interruption lies ahead or is over.
    var interruptionsTold: Int {
        let batch = broker.records(of: .notifications)
        return batch.records.filter { record in
            let type = (try? EventEnvelope(record: record, in: batch))?.type
            return type == .interruptionAhead || type == .interruptionOver
        }.count
    }

    func ledger() throws -> [LedgerEntry] {
        try billing.read { reader in try LedgerQueries(reader).ledger(PageRequest(size: 1_000)).items }
    }

    func subscription(_ port: PortID) throws -> BilledSubscriptionView? {
        try billing.read { reader in try LedgerQueries(reader).subscription(SubscriptionID(of: port)) }
    }

    /// A port in normal use, its VBR with it.
    func connectedPort(vlan: UInt32 = 100, payer: Payer = .unspecified) throws -> (port: PortID, router: VBRID) {
        let port = try offer(try circuit(), vlan: vlan, payer: payer)
        try settle()
        try accept(port)
        try settle()
        let router = try createVBR(port).vbrID
        try settle()
        return (port, router)
    }

    func history(_ port: PortID) throws -> (partner: [String], tenant: [String]) {
        let supply = try #require(try partner.read { reader in try PartnerQueries(reader).history(of: port, for: Self.staff) })
        let demand = try #require(try tenant.read { reader in try TenantQueries(reader).history(of: port, for: Self.staff) })
        return (supply.items.map(\.action), demand.items.map(\.action))
    }

    /// Both sides and billing's ledger tell the same of a finished port.
    func expectComplete(_ port: PortID, attempts: UInt8 = 1, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let supply = try #require(try partnerView(port), sourceLocation: sourceLocation)
        let demand = try #require(try tenantView(port), sourceLocation: sourceLocation)
        for view in [supply, demand] {
            #expect(view.status == "Active", sourceLocation: sourceLocation)
            #expect(view.acceptance == "confirmed", sourceLocation: sourceLocation)
            #expect(view.service == "enabled", sourceLocation: sourceLocation)
            #expect(view.billing == "paid", sourceLocation: sourceLocation)
            #expect(view.association == "associated", sourceLocation: sourceLocation)
            #expect(view.waitingFor == "", sourceLocation: sourceLocation)
            #expect(view.vbrID.isSet, sourceLocation: sourceLocation)
        }
        #expect(supply.vbrID == demand.vbrID, sourceLocation: sourceLocation)
        #expect(supply.circuitID == demand.circuitID, sourceLocation: sourceLocation)
        #expect(supply.vlanID == demand.vlanID, sourceLocation: sourceLocation)
        #expect(supply.bandwidthMbps == demand.bandwidthMbps, sourceLocation: sourceLocation)
        #expect(supply.payer == demand.payer, sourceLocation: sourceLocation)
        #expect(supply.subscriptionID == demand.subscriptionID, sourceLocation: sourceLocation)
        #expect(supply.chargeID == demand.chargeID, sourceLocation: sourceLocation)
        #expect(supply.amountMinor == demand.amountMinor, sourceLocation: sourceLocation)
        #expect(supply.paidUntil == demand.paidUntil, sourceLocation: sourceLocation)
        #expect(supply.chargeID.bits.attempt == attempts, sourceLocation: sourceLocation)
        let settled = try ledger().filter { $0.subscriptionID == supply.subscriptionID && $0.outcome == "settled" }
        #expect(settled.map(\.chargeID) == [supply.chargeID], sourceLocation: sourceLocation)
        #expect(settled.first?.amountMinor == supply.amountMinor, sourceLocation: sourceLocation)
        #expect(settled.first?.portID == port, sourceLocation: sourceLocation)
    }
}

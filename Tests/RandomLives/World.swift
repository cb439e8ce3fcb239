import BillingSimulator
import HostedConnection
import Kafka
import Messaging
import NetworkSimulator
import PartnerDomain
import PartnerService
import Schema
import ServiceKit
import ServiceTesting
import Store
import TenantDomain
import TenantService

/// Both services and the simulators on a log in memory, with few circuits and VLANs, so that everybody is in everybody's way.
final class World {
    let broker = MemoryBroker()
    let clock = ManualClock()
    let partner: Node<PartnerApplication>
    let tenant: Node<TenantApplication>
    let billing: Node<BillingApplication>
    let network: Node<NetworkApplication>
    private(set) var circuitIDs: [CircuitID] = []
    /// What the access device refuses, also after a restart.
    private let device = Device()

    static let partners = [1, 2].map { AccountID(number: 1_000_000_000_000_000 + $0) }
    static let tenants = [1, 2, 3].map { AccountID(number: 2_000_000_000_000_000 + $0) }
    /// On another site than the partners.
    static let distantTenant = AccountID(number: 2_000_000_000_000_004)
    /// Registered nowhere.
    static let stranger = AccountID(number: 3_000_000_000_000_001)
    static let staff = Caller.staff(name: "ada")
    /// Partner and capacity of each circuit.
    static let circuits: [(partner: Int, capacity: UInt32)] = [(0, 1_600), (0, 700), (1, 1_000)]

    init(_ ground: Ground) throws {
        var rule = DeclineRule()
        rule.accounts = ground.declining.accounts
        rule.bandwidths = Set(ground.declining.bandwidths.map { Bandwidth(megabitsPerSecond: $0) })
        rule.attempts = ground.declining.attempts
        let policy = PartnerPolicy(
            mayWithdraw: ground.mayWithdraw, offerLifetime: ground.lifetime, bandwidthPaymentTime: Ground.paymentTime,
            hasAccessDevices: true)
        partner = try Node(broker, clock, migrations: try PartnerMigrations.all()) { connection throws(StoreError) in
            try PartnerApplication(connection, policy: policy)
        }
        tenant = try Node(broker, clock, migrations: try TenantMigrations.all()) { connection throws(StoreError) in
            try TenantApplication(connection, policy: TenantPolicy(mayReject: ground.mayReject))
        }
        billing = try Node(broker, clock, migrations: try BillingMigrations.all()) { connection throws(StoreError) in
            try BillingApplication(connection, declining: rule)
        }
        network = try Node(broker, clock, migrations: try NetworkMigrations.all()) { [device] connection throws(StoreError) in
            try NetworkApplication(connection, faults: device.faults)
        }
        try register()
    }

    private func register() throws {
        func account(_ id: AccountID, carrier: String = "", site: String = "international") -> AccountInput {
            AccountInput(accountID: id, name: "\(id)", carrier: carrier, site: site, regions: ["eu-central-1"])
        }
        let carriers = zip(Self.partners, ["China Telecom", "China Mobile"]).map { account($0, carrier: $1) }
        try partner.ok(PartnerCommand(.registerAccounts(carriers), by: Self.staff, as: .bulk))
        let customers = Self.tenants.map { account($0) } + [account(Self.distantTenant, site: "china")]
        try tenant.ok(TenantCommand(.registerAccounts(customers), by: Self.staff, as: .bulk))
        for (place, circuit) in Self.circuits.enumerated() {
            let input = CircuitInput(
                name: "circuit-\(place)", partnerAccountID: Self.partners[circuit.partner], region: "eu-central-1",
                accessPoint: "point-\(place)", bandwidthMbps: circuit.capacity)
            circuitIDs.append(try partner.ok(PartnerCommand(.registerCircuits([input]), by: Self.staff), as: CircuitView.self).circuitID)
        }
        try settle()
    }

    // MARK: Time

    /// Lets one of them work.
    /// - Returns: whether there was anything to do.
    @discardableResult
    func turn(_ who: Int, perPartition limit: Int = 500) throws -> Bool {
        switch who {
        case 0: try partner.turn(perPartition: limit)
        case 1: try tenant.turn(perPartition: limit)
        case 2: try billing.turn(perPartition: limit)
        default: try network.turn(perPartition: limit)
        }
    }

    /// Lets everybody work until nothing is left to do.
    func settle() throws {
        var idle = 0
        var who = 0
        var turns = 0
        while idle < 4 {
            idle = try turn(who) ? 0 : idle + 1
            who = (who + 1) % 4
            turns += 1
            if turns % 8 == 0 { clock.advance(by: .milliseconds(1)) }
            if turns > 4_000 { throw Unrest() }
        }
    }

    struct Unrest: Error {}

    func restart(_ who: Int) throws {
        switch who {
        case 0: try partner.restart()
        case 1: try tenant.restart()
        case 2: try billing.restart()
        default: try network.restart()
        }
    }

    private final class Device {
        var faults = FaultRule.none
    }

    /// Tells the access device what to refuse from now on.
    func refuse(_ faults: DeviceFaults) throws {
        device.faults = try FaultRule(faults)
        try network.ok(NetworkCommand(faults: faults, by: Self.staff))
    }
}

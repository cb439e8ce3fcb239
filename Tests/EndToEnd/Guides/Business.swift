import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

/// A carrier with two circuits of 1000 Mbit/s and one tenant, who share their system with others: the words in which the procedures
/// are told.
final class Business {
    static let site = "china"
    static let region = "cn-hangzhou"
    static let capacity: UInt32 = 1_000

    let stage: Stage
    let carrier: AccountID
    let tenant: AccountID
    /// Each acts as its own account, and as nobody else.
    let partner: AdminClient
    let customer: AdminClient
    let circuits: [CircuitID]
    let notices: NoticeBoard
    private var nextVLAN: UInt32 = 100

    /// Registers everything; the carrier has no privilege yet.
    init(on stage: Stage, _ notices: NoticeBoard) throws {
        self.stage = stage
        self.notices = notices
        let number = SharedStages.all.newNumber()
        carrier = AccountID(number: 1_000_000_000_001_000 + number)
        tenant = AccountID(number: 2_000_000_000_001_000 + number)
        partner = try Self.register(Self.account(carrier, carrier: "China Mobile"), at: stage.cluster.partner, stage)
        customer = try Self.register(Self.account(tenant), at: stage.cluster.tenant, stage)
        let circuits = CircuitsInput(
            items: [1, 2].map { [carrier] number in
                CircuitInput(
                    name: "circuit \(number)", partnerAccountID: carrier, region: Self.region, accessPoint: "ap-\(number)",
                    bandwidthMbps: Self.capacity)
            })
        self.circuits = try partner.post("/admin/v1/circuits:bulk", circuits, as: CircuitAnswers.self).items.compactMap {
            $0.circuit?.circuitID
        }
        try knows(tenant)
    }

    static func account(_ id: AccountID, carrier: String = "", site: String = site) -> AccountInput {
        AccountInput(accountID: id, name: "account \(id)", carrier: carrier, site: site, regions: [region], outboundBilling: true)
    }

    /// Registers an account as staff do.
    /// - Returns: a client that acts as the account.
    static func register(_ account: AccountInput, at node: ServiceNode, _ stage: Stage) throws -> AdminClient {
        let staff = try stage.client(node)
        let _: AccountView = try staff.post("/admin/v1/accounts", account)
        let issued: TokenView = try staff.post("/admin/v1/accounts/\(account.accountID):issue-token")
        return try AdminClient(baseURL: staff.baseURL, token: issued.token)
    }

    /// Waits until partner-service has heard of a tenant.
    func knows(_ tenant: AccountID) throws {
        let staff = try stage.partner
        _ = try until("partner-service knows \(tenant)") {
            (try? staff.get("/admin/v1/accounts/\(tenant)", as: AccountView.self)) != nil ? true : nil
        }
    }

    /// Both services and the ledger say the same of this carrier's ports, and nothing is left that could not be handled.
    func closeTheBooks() throws {
        let ports = Set(try LocalCluster.ports(partner).map(\.portID))
        let agrees = try eventually { try stage.cluster.agreement().agreement.differences.allSatisfy { !ports.contains($0.port) } }
        if !agrees {
            for difference in try stage.agree(within: .zero).agreement.differences where ports.contains(difference.port) {
                Issue.record("differs: \(difference)")
            }
        }
        for node in [stage.cluster.partner, stage.cluster.tenant] {
            #expect(try stage.deadLetters(node) == [])
            #expect(try stage.heldChannels(node) == [])
        }
    }

    // MARK: Commands

    /// The partner commands.
    @discardableResult
    func partner<Answer: WireMessage>(_ noun: String, _ input: some WireMessage, as answer: Answer.Type = PortView.self) throws -> Answer {
        try partner.post("/admin/v1/\(noun)", input)
    }

    /// The tenant commands.
    @discardableResult
    func tenant<Answer: WireMessage>(_ noun: String, _ input: some WireMessage, as answer: Answer.Type = PortView.self) throws -> Answer {
        try customer.post("/admin/v1/\(noun)", input)
    }

    /// How a command is refused, which it has to be.
    func refusal(_ command: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) throws -> ErrorDetail {
        let error = try #require(throws: ClusterError.self, sourceLocation: sourceLocation, performing: command)
        return try #require(error.refusal, "\(error)", sourceLocation: sourceLocation)
    }

    /// Checks that a command is refused with a stable code.
    func expectRefused(
        _ code: RefusalCode, sourceLocation: SourceLocation = #_sourceLocation, _ command: () throws -> Void
    ) throws {
        let detail = try refusal(command, sourceLocation: sourceLocation)
        #expect(detail.code == code.rawValue, "\(detail.line)", sourceLocation: sourceLocation)
    }

    // MARK: The privilege

    func privilege(from begin: Duration = .seconds(-60), until end: Duration, notifies: Bool = false) -> PrivilegeApplicationInput {
        let now = SystemClock().now()
        return PrivilegeApplicationInput(
            accountID: carrier, applied: .valid, effectiveAt: Timestamp(now + begin), expiresAt: Timestamp(now + end),
            reason: "Customer of partner \(carrier): account \(tenant). The customer requires 100 Mbit/s", notifyResult: notifies)
    }

    @discardableResult
    func apply(_ input: PrivilegeApplicationInput) throws -> PrivilegeApplicationView {
        try partner("privilege-applications", input, as: PrivilegeApplicationView.self)
    }

    /// Has the privilege for as long as one application gives it.
    func applyForADay() throws { try apply(privilege(until: .seconds(86_400))) }

    /// Waits until the privilege has run out.
    func privilegeExpires() throws {
        try apply(privilege(until: .milliseconds(500)))
        _ = try until("the privilege has expired") {
            try partner.get("/admin/v1/accounts/\(carrier)/privilege", as: PrivilegeView.self).valid ? nil : true
        }
    }

    // MARK: Ports

    /// The form of the panel as it is filled in at least.
    func form(vlan: UInt32? = nil, mbps: UInt32 = 100, payer: Payer = .unspecified, circuit: Int = 0) -> OfferInput {
        if vlan == nil { nextVLAN += 1 }
        return OfferInput(
            circuitID: circuits[circuit], tenantAccountID: tenant, vlanID: vlan ?? nextVLAN, bandwidthMbps: mbps, payer: payer)
    }

    /// A port that the tenant can accept.
    func offer(_ form: OfferInput) throws -> PortID {
        let port = try partner("ports", form).portID
        try stage.arrives(port)
        return port
    }

    func accept(_ port: PortID) throws { try tenant("acceptances", AcceptanceInput(portID: port)) }

    /// A port in normal use, without a VBR.
    func activePort(payer: Payer, mbps: UInt32 = 100) throws -> PortID {
        let port = try offer(form(mbps: mbps, payer: payer))
        try accept(port)
        try becomes("Active", port)
        return port
    }

    /// A port in normal use with its VBR.
    func connectedPort(payer: Payer, mbps: UInt32 = 100) throws -> (port: PortID, vbr: VBRID) {
        let port = try activePort(payer: payer, mbps: mbps)
        return (port, try createVBR(port).vbrID)
    }

    /// Waits until both parties read this word.
    func becomes(_ status: String, _ port: PortID) throws {
        for node in [stage.cluster.partner, stage.cluster.tenant] {
            try stage.port(port, at: node, becomes: status) { $0.status == status }
        }
    }

    /// Waits until no change of the port is under way on either side.
    func settles(_ port: PortID) throws {
        for node in [stage.cluster.partner, stage.cluster.tenant] {
            try stage.port(port, at: node, becomes: "unchanged") { !$0.sagaID.isSet }
        }
    }

    func seenByPartner(_ port: PortID) throws -> PortView { try partner.get("/admin/v1/ports/\(port)") }
    func seenByTenant(_ port: PortID) throws -> PortView { try customer.get("/admin/v1/ports/\(port)") }

    /// The actions of the port's history, the partner's and the tenant's.
    func history(_ port: PortID) throws -> (partner: [String], tenant: [String]) {
        let path = "/admin/v1/ports/\(port)/history"
        return (
            try partner.get(path, as: History.self).items.map(\.action), try customer.get(path, as: History.self).items.map(\.action)
        )
    }

    /// Mbit/s of a circuit that are promised.
    func allocated(circuit: Int = 0) throws -> UInt32 {
        try partner.get("/admin/v1/circuits/\(circuits[circuit])", as: CircuitView.self).allocatedMbps
    }

    // MARK: VBRs

    static func router(of port: PortID) -> VBRInput {
        VBRInput(portID: port, name: "router", cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252")
    }

    /// Creates the port's VBR, and waits until the partner knows it.
    @discardableResult
    func createVBR(_ port: PortID) throws -> VBRView {
        let router = try tenant("vbrs", Self.router(of: port), as: VBRView.self)
        try stage.port(port, at: stage.cluster.partner, becomes: "associated") { $0.vbrID == router.vbrID }
        return router
    }

    func router(_ vbr: VBRID) throws -> VBRView { try customer.get("/admin/v1/vbrs/\(vbr)") }

    /// Waits until the tenant's VBR is in this state, and the partner's copy of it.
    func becomes(_ state: String, _ vbr: VBRID, of port: PortID) throws {
        _ = try until("VBR \(vbr) becomes \(state)") { try router(vbr).state == state ? true : nil }
        try stage.port(port, at: stage.cluster.partner, becomes: "with a VBR that is \(state)") {
            state == "deleted" ? $0.association == "none" : $0.vbrState == state
        }
    }

    // MARK: The access device and billing

    /// What the access device did for a port: outcome, traffic, VLAN and Mbit/s. Not every state of a port waits for the device, so this
    /// waits until it has taken or refused what partner-service asked for last.
    func deviceLog(_ port: PortID) throws -> [String] {
        try stage.port(port, at: stage.cluster.partner, becomes: "followed by its access device") {
            $0.deviceApplied == $0.deviceDesired || !$0.deviceFailure.isEmpty
        }
        let simulator = try stage.client(try #require(stage.cluster.network))
        return try simulator.get("/admin/v1/changes?portId=\(port)&pageSize=1000", as: DeviceChanges.self).items.map {
            "\($0.outcome) \($0.forwarding) \($0.vlanID ?? 0) \($0.rateMbps)"
        }
    }

    /// Tells the access device what to refuse from now on.
    func deviceRefuses(_ faults: DeviceFaults) throws {
        let _: DeviceFaults = try stage.client(try #require(stage.cluster.network)).post("/admin/v1/device-faults", faults)
    }

    /// A port's charges in the ledger: outcome, kind and Mbit/s.
    func ledger(_ port: PortID) throws -> [String] {
        try charges(port).map { "\($0.outcome) \($0.kind) \($0.bandwidthMbps)" }
    }

    func charges(_ port: PortID) throws -> [LedgerEntry] { try LocalCluster.ledger(billing).filter { $0.portID == port } }

    func subscription(_ port: PortID) throws -> BilledSubscriptionView {
        try #require(try LocalCluster.subscriptions(billing).first { $0.portID == port })
    }

    /// The paid time is over, for billing and for both services.
    func expire(_ port: PortID) throws {
        let _: BilledSubscriptionView = try billing.post("/admin/v1/subscriptions/\(subscription(port).subscriptionID):expire")
        try becomes("Expired", port)
    }

    private var billing: AdminClient { get throws { try stage.client(try #require(stage.cluster.simulator)) } }
}

public import HostedConnection
public import Schema
public import ServiceKit

/// Accounts, their applications for the privilege of offering ports, circuits, and VBRs pushed on these, as they stand in a YAML file.
public struct Inventory: Sendable {
    public enum Role: String, CaseIterable, Sendable {
        case partner
        case tenant
    }

    public var accounts: [(role: Role, input: AccountInput)] = []
    public var circuits: [CircuitInput] = []
    public var pushedVBRs: [PushedVBREntry] = []
    /// Who applies for the privilege of offering ports, and why.
    public var privileges: [(partner: AccountID, reason: String)] = []

    /// - Throws: an error that names file, line and column.
    public init(path: String) throws(YAMLError) {
        try self.init(YAMLDocument(path: path))
    }

    public init(_ document: YAMLDocument) throws(YAMLError) {
        var root = try document.value.fields()
        for item in try root.takeIfPresent("accounts")?.list() ?? [] { accounts.append(try Self.account(item)) }
        for item in try root.takeIfPresent("privileges")?.list() ?? [] { privileges.append(try Self.privilege(item)) }
        for item in try root.takeIfPresent("circuits")?.list() ?? [] { circuits.append(try Self.circuit(item)) }
        for item in try root.takeIfPresent("pushedVBRs")?.list() ?? [] { pushedVBRs.append(try PushedVBREntry(item)) }
        try root.finish()
    }

    private static func account(_ value: YAMLValue) throws(YAMLError) -> (role: Role, input: AccountInput) {
        var fields = try value.fields()
        var input = AccountInput()
        input.accountID = try fields.take("id", accountForm)
        let role = try fields.take("role", ScalarForm<Role>.choice)
        input.name = try fields.take("name", .text)
        input.carrier = try fields.takeIfPresent("carrier", .text) ?? ""
        input.site = try fields.take("site", .text)
        input.outboundBilling = try fields.takeIfPresent("outboundBilling", .boolean) ?? false
        for region in try fields.takeIfPresent("regions")?.list() ?? [] { input.regions.append(try region.read(.text)) }
        try fields.finish()
        return (role, input)
    }

    private static func circuit(_ value: YAMLValue) throws(YAMLError) -> CircuitInput {
        var fields = try value.fields()
        var input = CircuitInput()
        input.name = try fields.take("name", .text)
        input.partnerAccountID = try fields.take("partner", accountForm)
        input.region = try fields.take("region", .text)
        input.accessPoint = try fields.take("accessPoint", .text)
        input.bandwidthMbps = UInt32(try fields.take("bandwidthMbps", .integer(in: 1...100_000_000)))
        input.deployed = try fields.takeIfPresent("deployed", .boolean) ?? true
        try fields.finish()
        return input
    }

    private static func privilege(_ value: YAMLValue) throws(YAMLError) -> (partner: AccountID, reason: String) {
        var fields = try value.fields()
        let partner = try fields.take("partner", accountForm)
        let reason = try fields.take("reason", .text)
        try fields.finish()
        return (partner, reason)
    }

    static let accountForm = ScalarForm<AccountID>(expecting: AccountID.expectation) { AccountID($0) }

    /// What stands there when an inventory is applied.
    public struct Applied: Sendable {
        public var circuits: [CircuitView]
        public var pushedVBRs: [PushedVBRView]
    }

    /// Registers everything; what is there already with the same facts is left as it is. Privileges are applied for each time: they
    /// last a day from now.
    /// - Returns: circuits and pushed VBRs as registered, in the file's order.
    @discardableResult
    public func apply(partner: AdminClient, tenant: AdminClient, at now: Instant) throws(ClusterError) -> Applied {
        for (role, client) in [(Role.partner, partner), (.tenant, tenant)] {
            var request = AccountsInput()
            request.items = accounts.filter { $0.role == role }.map(\.input)
            guard !request.items.isEmpty else { continue }
            let answers: AccountAnswers = try client.post("/admin/v1/accounts:bulk", request)
            for (item, answer) in zip(request.items, answers.items) {
                if let error = answer.error { throw ClusterError("account \(item.accountID): \(error.line)", code: error.code) }
            }
        }
        for (account, reason) in privileges {
            try partner.applyForPrivilege(of: account, at: now, reason: reason)
        }
        let circuits = try registerCircuits(partner)
        return Applied(circuits: circuits, pushedVBRs: try pushVBRs(partner, on: circuits))
    }

    private func registerCircuits(_ partner: AdminClient) throws(ClusterError) -> [CircuitView] {
        var request = CircuitsInput()
        request.items = circuits
        guard !circuits.isEmpty else { return [] }
        let answers: CircuitAnswers = try partner.post("/admin/v1/circuits:bulk", request)
        var views: [CircuitView] = []
        for (item, answer) in zip(circuits, answers.items) {
            if let error = answer.error { throw ClusterError("circuit \(item.name): \(error.line)", code: error.code) }
            if let circuit = answer.circuit { views.append(circuit) }
        }
        return views
    }
}

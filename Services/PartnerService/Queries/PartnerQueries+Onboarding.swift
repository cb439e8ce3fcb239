import Accounts
public import HostedConnection
public import PartnerDomain
import PortRecords
public import Schema
public import Store

extension PartnerQueries {
    // MARK: The privilege

    /// The applications that the caller may see, oldest first.
    /// - Parameter account: whose; nil for all.
    public func privilegeApplications(
        of account: AccountID?, for caller: Caller, _ page: PageRequest
    ) throws(StoreError) -> PrivilegeApplicationList {
        var views: [PrivilegeApplicationView] = []
        try rows(
            PrivilegeApplicationRow.columns, of: "privilege_application", owner: "account_id", only: account, for: caller, page
        ) { row throws(StoreError) in views.append(PrivilegeApplicationView(try PrivilegeApplicationRow(row: row).application)) }
        let next = page.close(&views) { $0.applicationID.bits }
        return PrivilegeApplicationList(items: views, nextPageToken: next)
    }

    /// nil if there is none that the caller may see.
    public func privilegeApplication(_ id: ApplicationID, of caller: Caller) throws(StoreError) -> PrivilegeApplicationView? {
        let statement = try reader.prepare("SELECT \(PrivilegeApplicationRow.columns) FROM privilege_application WHERE id = ?1")
        statement.bind(1, id)
        guard let application = try statement.first({ row throws(StoreError) in try PrivilegeApplicationRow(row: row).application }),
            caller.mayActFor(application.account)
        else { return nil }
        return PrivilegeApplicationView(application)
    }

    /// What a partner's privilege is; nil for an account that is not held here or not the caller's.
    public func privilege(of account: AccountID, for caller: Caller, at now: Instant) throws(StoreError) -> PrivilegeView? {
        guard try accounts.facts(of: account, for: caller) != nil else { return nil }
        let statement = try reader.prepare(PrivilegeRow.selectSQL)
        statement.bind(1, account)
        let privilege = try statement.first { row throws(StoreError) in try PrivilegeRow(row: row).privilege }
        return PrivilegeView(account, privilege, at: now)
    }

    // MARK: Readiness

    /// nil for an account that is not held here or not the caller's.
    public func readiness(of account: AccountID, for caller: Caller, _ policy: PartnerPolicy) throws(StoreError) -> ReadinessView? {
        guard let partner = try accounts.facts(of: account, for: caller) else { return nil }
        let facts = try ReadinessQuery(reader).facts(of: account, policy.limits)
        return ReadinessView(partner.id, ReadinessRules.report(partner, facts, policy.readiness), isEnforced: policy.readiness.isEnforced)
    }

    public func accessDevices(of caller: Caller, _ page: PageRequest) throws(StoreError) -> AccessDeviceList {
        var views: [AccessDeviceView] = []
        try rows(AccessDeviceRow.columns, of: "access_device", owner: "partner_account", only: nil, for: caller, page) {
            row throws(StoreError) in views.append(AccessDeviceView(try AccessDeviceRow(row: row).device))
        }
        let next = page.close(&views) { $0.deviceID.bits }
        return AccessDeviceList(items: views, nextPageToken: next)
    }

    public func resourceGroups(of caller: Caller, _ page: PageRequest) throws(StoreError) -> ResourceGroupList {
        var views: [ResourceGroupView] = []
        try rows(ResourceGroupRow.columns, of: "resource_group", owner: "partner_account", only: nil, for: caller, page) {
            row throws(StoreError) in views.append(ResourceGroupView(try ResourceGroupRow(row: row).group))
        }
        let next = page.close(&views) { $0.resourceGroupID.bits }
        return ResourceGroupList(items: views, nextPageToken: next)
    }

    // MARK: Redundancy

    /// How a tenant's ports that have not ended are spread over the circuits that the caller may see (R-060).
    public func redundancy(of tenant: AccountID, for caller: Caller) throws(StoreError) -> RedundancyView {
        let owner: AccountID? = if case .account(let account) = caller { account } else { nil }
        let ended = Acceptance.allCases.filter(\.isEnded).map { String($0.rawValue) }.joined(separator: ", ")
        let statement = try reader.prepare(
            """
            SELECT circuit.id, circuit.name, circuit.access_point, port.id \
            FROM \(PortPart.source) JOIN circuit ON circuit.id = port.circuit_id \
            WHERE port.tenant_account = ?1 AND port_state.acceptance NOT IN (\(ended)) \
            \(owner == nil ? "" : "AND port_state.partner_account = ?3 ")ORDER BY circuit.id, port.id LIMIT ?2
            """)
        statement.bind(1, tenant)
        statement.bind(2, Int64(PageRequest.sizes.upperBound))
        if let owner { statement.bind(3, owner) }
        var view = RedundancyView(tenantAccountID: tenant)
        try statement.query { row throws(StoreError) in
            let circuit = try row.identifier(0, as: CircuitKind.self)
            if view.places.last?.circuitID != circuit {
                view.places.append(
                    RedundancyPlace(circuitID: circuit, circuitName: try row.text(1), accessPoint: try row.text(2)))
            }
            view.places[view.places.count - 1].portIDs.append(try row.identifier(3))
        }
        view.redundant = view.places.count > 1
        view.acrossAccessPoints = Set(view.places.map(\.accessPoint)).count > 1
        return view
    }

    // MARK: Inside

    /// Reads a page of rows that have an id and an owner.
    private func rows(
        _ columns: String, of table: String, owner: String, only account: AccountID?, for caller: Caller, _ page: PageRequest,
        _ read: (any StoreRow) throws(StoreError) -> Void
    ) throws(StoreError) {
        var owners = account.map { [$0] } ?? []
        if case .account(let own) = caller { owners.append(own) }
        let conditions = owners.indices.map { "AND \(owner) = ?\($0 + 3) " }.joined()
        let statement = try reader.prepare("SELECT \(columns) FROM \(table) WHERE id > ?1 \(conditions)ORDER BY id LIMIT ?2")
        statement.bind(1, page.after)
        statement.bind(2, page.limit)
        for (place, owner) in owners.enumerated() { statement.bind(Int32(place + 3), owner) }
        try statement.query(read)
    }
}

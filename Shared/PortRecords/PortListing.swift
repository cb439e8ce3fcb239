public import HostedConnection
public import Store

/// Lists ports a page at a time. Each service says how it reads a row and which column its callers act as.
public struct PortListing<Row> {
    private let reader: any StoreConnection
    private let select: String
    private let owner: String
    private let partner: String
    private let region: String
    private let read: (any StoreRow) throws(StoreError) -> Row
    private let id: (Row) -> PortID

    /// - Parameters:
    ///   - select: the query without its conditions; the tables of ports are called `port` and `port_state` in it.
    ///   - owner: the column of the account that the answering service's callers act as.
    ///   - partner: the column of a port's partner.
    ///   - region: the column of a port's region.
    public init(
        _ reader: any StoreConnection, select: String, owner: String, partner: String, region: String,
        read: @escaping (any StoreRow) throws(StoreError) -> Row, id: @escaping (Row) -> PortID
    ) {
        self.reader = reader
        self.select = select
        self.owner = owner
        self.partner = partner
        self.region = region
        self.read = read
        self.id = id
    }

    private struct Condition {
        var text: String
        var bind: (any StoreStatement, Int32) -> Void

        init(_ text: String, _ bind: @escaping (any StoreStatement, Int32) -> Void) {
            self.text = text
            self.bind = bind
        }
    }

    /// A page of the ports that the caller may see, and the token of the next page.
    public func page(
        _ filter: PortFilter, of caller: Caller, _ page: PageRequest
    ) throws(StoreError) -> (rows: [Row], next: String) {
        let conditions = conditions(filter, caller) + [Condition("port.id >") { $0.bind($1, page.after) }]
        let text = conditions.enumerated().map { "\($0.element.text) ?\($0.offset + 1)" }.joined(separator: " AND ")
        let statement = try reader.prepare("\(select) WHERE \(text) ORDER BY port.id LIMIT ?\(conditions.count + 1)")
        for (number, condition) in conditions.enumerated() { condition.bind(statement, Int32(number + 1)) }
        statement.bind(Int32(conditions.count + 1), page.limit)
        var rows: [Row] = []
        try statement.query { row throws(StoreError) in rows.append(try read(row)) }
        let next = page.close(&rows) { id($0).bits }
        return (rows, next)
    }

    /// One port; nil if there is none or the caller may not see it.
    public func port(_ id: PortID, of caller: Caller) throws(StoreError) -> Row? {
        var conditions = [Condition("port.id =") { $0.bind($1, id) }]
        if case .account(let account) = caller { conditions.append(Condition("\(owner) =") { $0.bind($1, account) }) }
        let text = conditions.enumerated().map { "\($0.element.text) ?\($0.offset + 1)" }.joined(separator: " AND ")
        let statement = try reader.prepare("\(select) WHERE \(text)")
        for (number, condition) in conditions.enumerated() { condition.bind(statement, Int32(number + 1)) }
        return try statement.first(read)
    }

    private func conditions(_ filter: PortFilter, _ caller: Caller) -> [Condition] {
        var list: [Condition] = []
        if case .account(let account) = caller { list.append(Condition("\(owner) =") { $0.bind($1, account) }) }
        if let circuit = filter.circuit { list.append(Condition("port.circuit_id =") { $0.bind($1, circuit) }) }
        if let account = filter.partner { list.append(Condition("\(partner) =") { $0.bind($1, account) }) }
        if let tenant = filter.tenant { list.append(Condition("port.tenant_account =") { $0.bind($1, tenant) }) }
        if !filter.region.isEmpty { list.append(Condition("\(region) =") { $0.bindText($1, filter.region) }) }
        for (column, code) in [
            ("acceptance", filter.acceptance?.rawValue), ("service", filter.service?.rawValue),
            ("billing", filter.billing?.rawValue), ("association", filter.association?.rawValue),
        ] {
            if let code { list.append(Condition("port_state.\(column) =") { $0.bind($1, Int64(code)) }) }
        }
        return list
    }
}

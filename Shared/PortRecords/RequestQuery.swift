public import HostedConnection
public import Schema
public import Store

/// Reads the requests between the parties. Each answer hides what is not the caller's.
public struct RequestQuery {
    private let reader: any StoreConnection

    public init(_ reader: any StoreConnection) { self.reader = reader }

    /// A page of the requests that the caller has made or is asked.
    /// - Parameter standing: only those that stand there; all if nil.
    /// - Parameter port: only those about this port; all if nil.
    public func requests(
        _ standing: RequestStanding?, about port: PortID?, of caller: Caller, _ page: PageRequest
    ) throws(StoreError) -> RequestList {
        var conditions: [(text: (Int) -> String, bind: (any StoreStatement, Int32) -> Void)] = [
            ({ "id > ?\($0)" }, { $0.bind($1, page.after) })
        ]
        if let standing { conditions.append(({ "standing = ?\($0)" }, { $0.bind($1, Int64(standing.rawValue)) })) }
        if let port { conditions.append(({ "port_id = ?\($0)" }, { $0.bind($1, port) })) }
        if case .account(let account) = caller {
            conditions.append(({ "(partner_account = ?\($0) OR tenant_account = ?\($0))" }, { $0.bind($1, account) }))
        }
        let text = conditions.enumerated().map { $0.element.text($0.offset + 1) }.joined(separator: " AND ")
        let statement = try reader.prepare(
            "SELECT \(RequestRow.columns) FROM party_request WHERE \(text) ORDER BY id LIMIT ?\(conditions.count + 1)")
        for (number, condition) in conditions.enumerated() { condition.bind(statement, Int32(number + 1)) }
        statement.bind(Int32(conditions.count + 1), page.limit)
        var views: [RequestView] = []
        try statement.query { row throws(StoreError) in views.append(RequestView(try RequestRow(row: row).request)) }
        let next = page.close(&views) { $0.requestID.bits }
        return RequestList(items: views, nextPageToken: next)
    }

    /// nil if there is none that the caller may see.
    public func request(_ id: PartyRequestID, of caller: Caller) throws(StoreError) -> RequestView? {
        let statement = try reader.prepare(RequestRow.selectSQL)
        statement.bind(1, id)
        guard let request = try statement.first({ row throws(StoreError) in try RequestRow(row: row).request }),
            caller.mayActFor(request.partner) || caller.mayActFor(request.tenant)
        else { return nil }
        return RequestView(request)
    }
}

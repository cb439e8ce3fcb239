public import AdminAPI
public import HTTP
public import HostedConnection
public import Messaging
public import PortRecords
public import Schema
public import Store

/// How a service answers about its ports, on a reader's connection.
public protocol PortReading {
    init(_ reader: any StoreConnection) throws(StoreError)
    func ports(_ filter: PortFilter, of caller: Caller, _ page: PageRequest) throws(StoreError) -> PortList
    func port(_ id: PortID, of caller: Caller) throws(StoreError) -> Schema.PortView?
    func history(of id: PortID, for caller: Caller) throws(StoreError) -> History?
}

extension AdminRoutes {
    /// Adds the routes that show ports.
    public mutating func ports<Queries: PortReading & SendableMetatype>(_ queries: Queries.Type) throws(HTTPRouteError) {
        let query = QueryParameters.paging.union(PortFilter.names)
        try read("/admin/v1/ports", query: query, output: PortList.self) { request, reader throws(StepFailure) in
            let (filter, page) = try ruled { () throws(Refusal) in (try PortFilter(request.query), try request.query.page()) }
            let list = try stored { () throws(StoreError) in try Queries(reader).ports(filter, of: request.caller, page) }
            return CommandAnswer(status: 200, list)
        }
        try item("/admin/v1/ports/{id}", "port", PortID.self) { reader, id, caller throws(StoreError) in
            try Queries(reader).port(id, of: caller)
        }
        try item("/admin/v1/ports/{id}/history", "port", PortID.self) { reader, id, caller throws(StoreError) in
            try Queries(reader).history(of: id, for: caller)
        }
    }

    /// Adds the routes by which a payer has a declined charge tried again.
    public mutating func charges(
        retry: @escaping @Sendable ([ChargeInput], CommandShape, Caller) -> Command
    ) throws(HTTPRouteError) {
        try write("/admin/v1/charges", ChargeInput.self) { input, caller in retry([input], .single, caller) }
        try writeMany("/admin/v1/charges:bulk", ChargesInput.self) { input, shape, caller in retry(input.items, shape, caller) }
    }
}

extension PortFilter {
    /// The query parameters of a filter.
    static let names: Set<String> = [
        "circuitId", "partnerAccountId", "tenantAccountId", "region", "acceptance", "service", "billing", "association",
    ]

    init(_ query: QueryParameters) throws(Refusal) {
        self.init()
        circuit = try query.id("circuitId")
        partner = try query.id("partnerAccountId")
        tenant = try query.id("tenantAccountId")
        region = query["region"] ?? ""
        try take(
            acceptance: query["acceptance"] ?? "", service: query["service"] ?? "", billing: query["billing"] ?? "",
            association: query["association"] ?? "")
    }
}

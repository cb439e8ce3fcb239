public import AdminAPI
public import HTTP
public import HostedConnection
public import Schema
public import Store

/// How a service answers about VBRs, on a reader's connection.
public protocol VBRReading {
    init(_ reader: any StoreConnection) throws(StoreError)
    func vbrs(of caller: Caller, _ page: PageRequest) throws(StoreError) -> VBRList
    func vbr(_ id: VBRID, of caller: Caller) throws(StoreError) -> VBRView?
    func history(of id: VBRID, for caller: Caller) throws(StoreError) -> History?
}

extension AdminRoutes {
    /// Adds the routes that show VBRs.
    public mutating func vbrs<Queries: VBRReading & SendableMetatype>(_ queries: Queries.Type) throws(HTTPRouteError) {
        try list("/admin/v1/vbrs") { reader, request, page throws(StoreError) in
            try Queries(reader).vbrs(of: request.caller, page)
        }
        try item("/admin/v1/vbrs/{id}", "VBR", VBRID.self) { reader, id, caller throws(StoreError) in
            try Queries(reader).vbr(id, of: caller)
        }
        try item("/admin/v1/vbrs/{id}/history", "VBR", VBRID.self) { reader, id, caller throws(StoreError) in
            try Queries(reader).history(of: id, for: caller)
        }
    }
}

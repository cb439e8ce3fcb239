public import HTTP
public import HostedConnection
import Messaging
public import Schema
public import Store

extension AdminRoutes {
    /// Adds a route that lists things a page at a time.
    /// - Parameter isForStaff: for anybody else there is nothing at this path.
    public mutating func list<List: WireMessage>(
        _ pattern: String, isForStaff: Bool = false,
        _ find: @escaping @Sendable (any StoreConnection, ReadRequest, PageRequest) throws(StoreError) -> List
    ) throws(HTTPRouteError) {
        try read(pattern, query: QueryParameters.paging, isForStaff: isForStaff, output: List.self) { request, reader throws(StepFailure) in
            let page = try ruled { () throws(Refusal) in try request.query.page() }
            return CommandAnswer(status: 200, try stored { () throws(StoreError) in try find(reader, request, page) })
        }
    }

    /// Adds a route that shows one thing, by the `{id}` in its path.
    /// - Parameters:
    ///   - what: the thing's kind in the words of a refusal.
    ///   - isForStaff: for anybody else there is nothing at this path.
    ///   - find: nil if there is none that the caller may see.
    public mutating func item<ID: TextIdentifier, View: WireMessage>(
        _ pattern: String, _ what: String, _ id: ID.Type, isForStaff: Bool = false,
        _ find: @escaping @Sendable (any StoreConnection, ID, Caller) throws(StoreError) -> View?
    ) throws(HTTPRouteError) {
        try read(pattern, isForStaff: isForStaff, output: View.self) { request, reader throws(StepFailure) in
            let id = try ruled { () throws(Refusal) in try request.id(as: ID.self, of: what) }
            guard let view = try stored({ () throws(StoreError) in try find(reader, id, request.caller) }) else {
                throw .refused(.noSuch(what, id.description))
            }
            return CommandAnswer(status: 200, view)
        }
    }
}

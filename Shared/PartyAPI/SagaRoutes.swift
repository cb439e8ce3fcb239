public import AdminAPI
public import HTTP
public import HostedConnection
import Messaging
public import Saga
import SagaRecords
import Schema
import Store

extension AdminRoutes {
    /// Adds the routes that show sagas, and those by which operators get one on that is stuck. Staff only: for anybody else
    /// there is nothing at these paths.
    /// - Parameter take: makes the command that gives a saga an operator's input and answers with its `SagaView`.
    public mutating func sagas(
        _ catalogue: SagaCatalogue, take: @escaping @Sendable (SagaID, SagaInput, Caller) -> Command
    ) throws(HTTPRouteError) {
        let query = QueryParameters.paging.union(SagaFilter.names)
        try read("/admin/v1/sagas", query: query, isForStaff: true, output: SagaList.self) { request, reader throws(StepFailure) in
            let (filter, page) = try ruled { () throws(Refusal) in (try SagaFilter(request.query), try request.query.page()) }
            let list = try stored { () throws(StoreError) in try SagaQueries(reader, catalogue).sagas(filter, page) }
            return CommandAnswer(status: 200, list)
        }
        try item("/admin/v1/sagas/{id}", "saga", SagaID.self, isForStaff: true) { reader, id, _ throws(StoreError) in
            try SagaQueries(reader, catalogue).saga(id)
        }
        try item("/admin/v1/sagas/{id}/journal", "saga", SagaID.self, isForStaff: true) { reader, id, _ throws(StoreError) in
            try SagaQueries(reader, catalogue).journal(of: id)
        }
        try order("resume", take) { .resume(reason: $0) }
        try order("mark-done", take) { .markDone(reason: $0) }
        try order("skip", take) { .skip(reason: $0) }
        try order("cancel", take) { .cancel(reason: $0) }
    }

    private mutating func order(
        _ verb: String, _ take: @escaping @Sendable (SagaID, SagaInput, Caller) -> Command,
        _ input: @escaping @Sendable (String) -> SagaInput
    ) throws(HTTPRouteError) {
        try change("/admin/v1/sagas/{id}:\(verb)", "saga", SagaID.self, SagaOrder.self, isForStaff: true) { id, order, caller in
            take(id, input(order.reason), caller)
        }
    }
}

extension SagaFilter {
    /// The query parameters of a filter.
    static let names: Set<String> = ["phase", "connectionId", "definition", "overdue"]

    init(_ query: QueryParameters) throws(Refusal) {
        self.init()
        try take(phase: query["phase"] ?? "")
        connection = try query.id("connectionId")
        definition = query["definition"] ?? ""
        isOverdue = try query.flag("overdue")
    }
}

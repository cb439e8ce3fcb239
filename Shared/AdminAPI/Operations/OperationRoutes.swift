public import HTTP
import HostedConnection
public import Messaging
import Schema
import Store

extension AdminRoutes {
    /// Adds the operators' views of a service's messaging and what they can do about dead letters. Staff only: for anybody else
    /// there is nothing at these paths.
    /// - Parameter statistics: what the engine counts at this moment.
    public mutating func operations(statistics: @escaping @Sendable () -> EngineStatistics) throws(HTTPRouteError) {
        let filters = QueryParameters.paging.union(["state"])
        try read("/admin/v1/dead-letters", query: filters, isForStaff: true, output: DeadLetterList.self) {
            request, reader throws(StepFailure) in
            let (state, page) = try ruled { () throws(Refusal) in (try request.deadLetterState(), try request.query.page()) }
            return CommandAnswer(
                status: 200, try stored { () throws(StoreError) in try MessagingQueries(reader).deadLetters(state, page) })
        }
        try read("/admin/v1/dead-letters/{id}", isForStaff: true, output: DeadLetterView.self) { request, reader throws(StepFailure) in
            let id = try ruled { () throws(Refusal) in try request.number(of: "dead letter") }
            guard let view = try stored({ () throws(StoreError) in try MessagingQueries(reader).deadLetter(id) }) else {
                throw .refused(.noSuch("dead letter", "\(id)"))
            }
            return CommandAnswer(status: 200, view)
        }
        try read("/admin/v1/held-channels", isForStaff: true, output: HeldChannelList.self) { _, reader throws(StepFailure) in
            CommandAnswer(status: 200, try stored { () throws(StoreError) in try MessagingQueries(reader).heldChannels() })
        }
        try read("/admin/v1/messaging", isForStaff: true, output: MessagingView.self) { _, reader throws(StepFailure) in
            let partitions = try stored { () throws(StoreError) in try MessagingQueries(reader).partitions() }
            return CommandAnswer(status: 200, MessagingView(statistics(), partitions))
        }
        try order("/admin/v1/dead-letters/{id}:retry", .retry)
        try order("/admin/v1/dead-letters/{id}:discard", .discard)
    }

    /// An order needs no idempotency key: given again it finds no open dead letter and says so.
    private mutating func order(_ pattern: String, _ action: DeadLetterOrder.Action) throws(HTTPRouteError) {
        let context = context
        try add(AdminRoute(.post, pattern, isForStaff: true), bodyLimit: 1024) { request, responder in
            context.handle(request, responder) { caller, id throws(APIError) in
                guard caller.isStaff else { throw .notThere }
                _ = try QueryParameters(request, allowing: [])
                try RequestBody.expectEmpty(request)
                guard let number = request.parameters.value("id", as: Int64.self) else {
                    throw APIError(.noSuch("dead letter", request.parameters["id"] ?? ""))
                }
                context.mailbox.submit(
                    DeadLetterOrder(action, deadLetter: number, actor: caller.actor) { answer in
                        responder.respond(Rendering.response(answer, id))
                    })
            }
        }
    }
}

extension ReadRequest {
    fileprivate func deadLetterState() throws(Refusal) -> DeadLetterState? {
        guard let text = query["state"] else { return nil }
        guard let state = DeadLetterState.allCases.first(where: { $0.name == text }) else {
            let names = DeadLetterState.allCases.map(\.name).joined(separator: ", ")
            throw Refusal(.invalidValue, "\"\(text)\" is no state of a dead letter", field: "state", next: "Give one of \(names)")
        }
        return state
    }

    fileprivate func number(of what: String) throws(Refusal) -> Int64 {
        guard let number = path.value("id", as: Int64.self) else { throw Refusal.noSuch(what, path["id"] ?? "") }
        return number
    }
}

extension MessagingView {
    init(_ statistics: EngineStatistics, _ partitions: [PartitionView]) {
        self.init(
            epoch: statistics.epoch, outboxRows: UInt64(clamping: statistics.outboxRows),
            outboxUnacknowledged: UInt64(clamping: statistics.outboxUnacknowledged), parked: UInt64(clamping: statistics.parkedNow),
            heldChannels: UInt64(clamping: statistics.heldChannels), openDeadLetters: UInt64(clamping: statistics.openDeadLetters),
            partitions: partitions)
    }
}

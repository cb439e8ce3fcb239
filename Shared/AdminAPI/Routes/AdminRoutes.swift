public import HTTP
public import HostedConnection
public import Messaging
public import Schema
import ServiceKit
public import Store

/// The routes of one service's API. Each needs a bearer token.
public struct AdminRoutes<Command: Sendable>: Sendable {
    let context: AdminContext<Command>
    private var router = HTTPRouter()
    /// The routes added so far.
    public private(set) var added: [AdminRoute] = []

    public init(_ context: AdminContext<Command>) { self.context = context }

    /// Adds a route; every other way of adding one leads here.
    mutating func add(_ route: AdminRoute, bodyLimit: Int? = nil, _ handler: @escaping HTTPHandler) throws(HTTPRouteError) {
        try router.on(route.method, route.pattern, bodyLimit: bodyLimit, handler)
        added.append(route)
    }

    /// Bytes of a request's body: a thousand items have room.
    static var bodyLimit: Int { 4 << 20 }

    /// Adds a route that changes something: the JSON body is read as `Input`, and `make` makes the command of it.
    ///
    /// The request may have an `Idempotency-Key`, `?dryRun=true`, and `?region=` for the region that the caller works in. It is
    /// answered after the command's commit.
    public mutating func write<Input: WireMessage>(
        _ pattern: String, _ input: Input.Type, _ make: @escaping @Sendable (Input, Caller) -> Command
    ) throws(HTTPRouteError) {
        try command(pattern, input: Input.fullName) { request, caller throws(APIError) in
            make(try RequestBody.read(Input.self, from: request), caller)
        }
    }

    /// Adds a route that takes many items at once; each is answered by itself, with `Prefer: return=minimal` by its id or its
    /// refusal only. `make` is told which.
    public mutating func writeMany<Input: WireMessage>(
        _ pattern: String, _ input: Input.Type, _ make: @escaping @Sendable (Input, CommandShape, Caller) -> Command
    ) throws(HTTPRouteError) {
        try command(pattern, input: Input.fullName, isBulk: true) { request, caller throws(APIError) in
            make(try RequestBody.read(Input.self, from: request), PreferHeader.isMinimal(request) ? .minimalBulk : .bulk, caller)
        }
    }

    /// Adds a route that changes the one thing that the `{id}` in its path names; otherwise like ``write(_:_:_:)``.
    /// - Parameters:
    ///   - what: the thing's kind in the words of a refusal.
    ///   - isForStaff: for anybody else there is nothing at this path.
    public mutating func change<ID: TextIdentifier, Input: WireMessage>(
        _ pattern: String, _ what: String, _ id: ID.Type, _ input: Input.Type, isForStaff: Bool = false,
        _ make: @escaping @Sendable (ID, Input, Caller) -> Command
    ) throws(HTTPRouteError) {
        try command(pattern, input: Input.fullName, isForStaff: isForStaff) { request, caller throws(APIError) in
            if isForStaff, !caller.isStaff { throw .notThere }
            let text = request.parameters["id"] ?? ""
            guard let id = ID(text) else { throw APIError(.noSuch(what, text)) }
            return make(id, try RequestBody.read(Input.self, from: request), caller)
        }
    }

    /// Adds a route that does something to the one thing that the `{id}` in its path names, without a body; otherwise like
    /// ``write(_:_:_:)``.
    /// - Parameter what: the thing's kind in the words of a refusal.
    public mutating func act<ID: TextIdentifier>(
        _ pattern: String, _ what: String, _ id: ID.Type, _ make: @escaping @Sendable (ID, Caller) -> Command
    ) throws(HTTPRouteError) {
        try command(pattern) { request, caller throws(APIError) in
            try RequestBody.expectEmpty(request)
            let text = request.parameters["id"] ?? ""
            guard let id = ID(text) else { throw APIError(.noSuch(what, text)) }
            return make(id, caller)
        }
    }

    private mutating func command(
        _ pattern: String, input: String? = nil, isBulk: Bool = false, isForStaff: Bool = false,
        _ make: @escaping @Sendable (HTTPRequest, Caller) throws(APIError) -> Command
    ) throws(HTTPRouteError) {
        let context = context
        let route = AdminRoute(
            .post, pattern, query: QueryParameters.command, input: input, isBulk: isBulk, isForStaff: isForStaff)
        try add(route, bodyLimit: Self.bodyLimit) { request, responder in
            context.handle(request, responder) { caller, id throws(APIError) in
                let (isDryRun, region) = try QueryParameters.writing(request)
                let claim = try IdempotencyHeader.claim(of: request, caller: caller)
                let command = try make(request, caller)
                try context.submit(
                    CommandRequest(command, actor: caller.actor, idempotency: claim, region: region, isDryRun: isDryRun) { answer in
                        responder.respond(Rendering.response(answer, id))
                    })
            }
        }
    }

    /// Adds a route that reads the database, on a thread made for that.
    /// - Parameters:
    ///   - query: the query parameters it knows; others are refused.
    ///   - isForStaff: for anybody else there is nothing at this path.
    ///   - output: the message of the answer, where the caller knows it.
    ///   - answer: reads inside one transaction; a refusal, such as `not_found`, is the answer.
    public mutating func read(
        _ pattern: String, query: Set<String> = [], isForStaff: Bool = false, output: (any WireMessage.Type)? = nil,
        _ answer: @escaping @Sendable (ReadRequest, any StoreConnection) throws(StepFailure) -> CommandAnswer
    ) throws(HTTPRouteError) {
        let context = context
        let route = AdminRoute(.get, pattern, query: query, output: output?.fullName, isForStaff: isForStaff)
        try add(route) { request, responder in
            context.handle(request, responder) { caller, id throws(APIError) in
                if isForStaff, !caller.isStaff { throw .notThere }
                let parameters = try QueryParameters(request, allowing: query)
                let reading = ReadRequest(caller: caller, path: request.parameters, query: parameters)
                try context.read(id, responder) { reader throws(StepFailure) in try answer(reading, reader) }
            }
        }
    }

    /// Makes the service of HTTP's: these routes behind their tokens, the others as they are.
    /// - Parameter open: routes that need no token.
    public func service(open: HTTPRouter) -> some HTTPService { AdminService(routes: router, open: open, context: context) }
}

extension Caller {
    var isStaff: Bool { if case .staff = self { true } else { false } }
}

extension AdminContext {
    func read(
        _ id: RequestID, _ responder: HTTPResponder,
        _ answer: @escaping @Sendable (any StoreConnection) throws(StepFailure) -> CommandAnswer
    ) throws(APIError) {
        let logger = logger
        let job = ReadPool.Job { reader throws(StoreError) in
            do throws(StepFailure) {
                let found = try answer(reader)
                responder.respond(Rendering.response(found, id))
            } catch {
                switch error {
                case .store(let error): throw error
                case .refused(let refusal): responder.respond(Rendering.response(APIError(refusal), id))
                case .waiting, .undecodable:
                    // Only handlers of messages throw these.
                    logger.error("a reading failed", ["request": .string(id.text), "error": .string("\(error)")])
                    responder.respond(Rendering.response(.internalFault(id), id))
                }
            }
        } fail: { error in
            guard let error else {
                responder.respond(Rendering.response(.overloaded("The service is stopping"), id))
                return
            }
            logger.error("the database can't be read", ["request": .string(id.text), "error": .string(error.description)])
            responder.respond(Rendering.response(.internalFault(id), id))
        }
        guard reads.submit(job) else { throw .overloaded("Too many readings are waiting") }
    }
}

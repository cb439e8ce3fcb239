public import HostedConnection
public import Schema

/// What a command is answered: a status of HTTP's and a JSON body, kept with the idempotency key as it was sent.
public struct CommandAnswer: Sendable, Equatable {
    public var status: UInt16
    public var body: [UInt8]
    /// The command that is answered: the correlation of every message that comes of it. Commands are carried out one after the
    /// other, each with a greater id than those before it. Unset where none was carried out.
    public var command: CommandID

    public init(status: UInt16, body: [UInt8], command: CommandID = .none) {
        self.status = status
        self.body = body
        self.command = command
    }

    /// - Parameter emitsDefaults: whether fields without a value are shown too.
    public init(status: UInt16, _ message: some WireMessage, emitsDefaults: Bool = true) {
        self.init(status: status, body: message.jsonBytes(emitsDefaults: emitsDefaults))
    }
}

/// A caller's promise that a repeated request is the same request.
public struct IdempotencyClaim: Sendable, Hashable {
    /// Whose key it is: keys of different callers are different keys.
    public var caller: String
    public var key: String
    /// Digest of method, path and body.
    public var digest: [UInt8]

    public init(caller: String, key: String, digest: [UInt8]) {
        self.caller = caller
        self.key = key
        self.digest = digest
    }
}

extension IdempotencyClaim {
    /// Why the claim can't be kept; nil if it can.
    var refusal: Refusal? {
        guard key.utf8.contains(0) || caller.utf8.contains(0) else { return nil }
        return Refusal(.invalidValue, "The idempotency key holds a NUL", field: "Idempotency-Key", next: "Send it without")
    }
}

/// A command on its way to the engine.
public struct CommandRequest<Command: Sendable>: Sendable {
    public var command: Command
    /// Who acts, for histories and messages: an account id or an operator's name.
    public var actor: String
    public var idempotency: IdempotencyClaim?
    /// The region that the caller works in; empty when it has chosen none.
    public var region: String
    /// Answers as if the command were carried out, and changes nothing.
    public var isDryRun: Bool
    /// Called once, after the commit, on the engine's thread; must not block.
    public var reply: @Sendable (CommandAnswer) -> Void

    public init(
        _ command: Command, actor: String, idempotency: IdempotencyClaim? = nil, region: String = "", isDryRun: Bool = false,
        reply: @escaping @Sendable (CommandAnswer) -> Void
    ) {
        self.command = command
        self.actor = actor
        self.idempotency = idempotency
        self.region = region
        self.isDryRun = isDryRun
        self.reply = reply
    }
}

extension Refusal {
    /// The refusal inside a bulk answer.
    public var detail: ErrorDetail {
        var detail = ErrorDetail()
        detail.code = code.rawValue
        // What went wrong inside is for dead letters and logs, not for callers.
        detail.text = code == .internalError ? "The service could not carry this out" : text
        detail.field = field ?? ""
        detail.object = object ?? ""
        detail.next = next ?? ""
        return detail
    }

    /// The status of HTTP's for this kind of refusal.
    public var status: UInt16 {
        switch code.category {
        case .invalid: 400
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .conflict: 409
        case .unavailable: code == .internalError ? 500 : 503
        }
    }

    /// The refusal as a whole answer.
    public var answer: CommandAnswer {
        var body = ErrorBody()
        body.error = detail
        return CommandAnswer(status: status, body)
    }
}

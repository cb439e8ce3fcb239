/// One step of a saga: what is asked of whom, which reply it waits for, and how it is taken back.
public struct SagaStep: Hashable, Sendable {
    /// Names the step in journals, replies and diagrams; lower-case words with hyphens, unique in its definition, fixed for good.
    public let name: String
    /// Who is asked, such as `tenant-service`.
    public let party: String
    /// What is asked, in words for people.
    public let request: String
    /// What it waits for; nil for what is done as soon as it is asked.
    public let reply: SagaReply?
    public let wayBack: SagaWayBack

    public init(_ name: String, asks party: String, to request: String, awaits reply: SagaReply? = nil, wayBack: SagaWayBack) {
        self.name = name
        self.party = party
        self.request = request
        self.reply = reply
        self.wayBack = wayBack
    }

    /// How the step is taken back; nil where nothing is to be done or nothing can be.
    var undo: SagaUndo? { if case .undo(let undo) = wayBack { undo } else { nil } }
}

/// The reply that a step waits for.
public struct SagaReply: Hashable, Sendable {
    /// The message, in words for people.
    public let message: String
    /// Whether the one asked may say no.
    public let isRefusable: Bool
    public let patience: SagaPatience

    public init(_ message: String, isRefusable: Bool = true, patience: SagaPatience) {
        self.message = message
        self.isRefusable = isRefusable
        self.patience = patience
    }
}

/// How a step is taken back when the saga turns round.
public enum SagaWayBack: Hashable, Sendable {
    /// Nothing of it lasts, or what lasts does no harm; the reason is for people.
    case notNeeded(because: String)
    case undo(SagaUndo)
    /// Once this step is asked for, the saga only goes forward.
    case pointOfNoReturn
}

/// What takes a step back. It must do no harm where the step was never carried out: a step without an answer counts as
/// maybe done and is taken back too.
public struct SagaUndo: Hashable, Sendable {
    /// What is asked of the step's party, in words for people.
    public let request: String
    /// The reply it waits for, in words; nil for what is done as soon as it is asked.
    public let reply: String?
    public let pauses: SagaPauses
    /// How often it is asked before an operator has to look.
    public let attempts: UInt32

    public init(_ request: String, awaits reply: String? = nil, pauses: SagaPauses = .standard, attempts: UInt32 = 5) {
        self.request = request
        self.reply = reply
        self.pauses = pauses
        self.attempts = attempts
    }
}

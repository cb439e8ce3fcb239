/// What a saga asks of a step's party: to carry it out, or to take it back.
public struct SagaRequest: Hashable, Sendable {
    public enum Direction: UInt8, Sendable {
        case perform = 1
        case undo = 2
    }

    /// The step's name.
    public let step: String
    public let direction: Direction

    public init(_ direction: Direction, _ step: String) {
        self.step = step
        self.direction = direction
    }

    public static func perform(_ step: String) -> SagaRequest { SagaRequest(.perform, step) }
    public static func undo(_ step: String) -> SagaRequest { SagaRequest(.undo, step) }
}

/// What became of a request.
public enum SagaOutcome: Hashable, Sendable {
    case done
    /// It was not, and will not be, carried out; of an undoing: it failed this time.
    case refused(String)
    /// It has not been carried out so far, and whoever was asked may still do so; of an undoing: it failed this time.
    case hindered(String)
}

/// What moves a saga.
public enum SagaInput: Hashable, Sendable {
    case start
    case reply(SagaRequest, SagaOutcome)
    /// The timer armed with this generation has fired.
    case timer(generation: UInt32)
    /// Somebody wants it to turn back.
    case cancel(reason: String)
    /// An operator has what it waits for tried again.
    case resume(reason: String)
    /// An operator says that what it waits for is done.
    case markDone(reason: String)
    /// An operator has it go on without what it waits for.
    case skip(reason: String)

    /// Whether a person gives it, and may be refused it.
    public var isDirected: Bool {
        switch self {
        case .cancel, .resume, .markDone, .skip: true
        case .start, .reply, .timer: false
        }
    }
}

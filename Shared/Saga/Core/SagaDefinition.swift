/// The name and version of a definition: what an instance says about the rules it runs under.
public struct SagaVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let name: String
    public let number: UInt32

    public init(name: String, number: UInt32) {
        self.name = name
        self.number = number
    }

    public var description: String { "\(name) \(number)" }

    public static func < (a: Self, b: Self) -> Bool { a.name == b.name ? a.number < b.number : a.name < b.name }
}

/// A saga as data: its steps in the order in which they are carried out. Taken back they are in the reverse order.
public struct SagaDefinition: Hashable, Sendable {
    public let version: SagaVersion
    public let steps: [SagaStep]
    /// The place of the step from which there is no return; nil if every step can be taken back.
    let pointOfNoReturn: Int?

    /// Most steps of a definition: an instance remembers two bits a step.
    static let stepLimit = 31

    /// - Throws: what makes the definition unfit to run.
    public init(_ name: String, version number: UInt32, steps: [SagaStep]) throws(SagaDefinitionError) {
        version = SagaVersion(name: name, number: number)
        self.steps = steps
        pointOfNoReturn = steps.firstIndex { $0.wayBack == .pointOfNoReturn }
        try check()
    }

    /// The name of the step at a place; nil if there is none.
    public func name(ofStep place: Int) -> String? { steps.indices.contains(place) ? steps[place].name : nil }

    func index(of step: String) -> Int? { steps.firstIndex { $0.name == step } }

    /// Whether a saga that has asked for this step can only go forward.
    func isPastReturn(_ step: Int) -> Bool { pointOfNoReturn.map { step >= $0 } ?? false }

    // MARK: Checks

    private func check() throws(SagaDefinitionError) {
        guard Self.isWord(version.name) else { throw .name(version.name) }
        guard version.number >= 1 else { throw .version(version) }
        guard (1...Self.stepLimit).contains(steps.count) else { throw .stepCount(steps.count) }
        var names: Set<String> = []
        for (place, step) in steps.enumerated() {
            guard Self.isWord(step.name) else { throw .name(step.name) }
            guard names.insert(step.name).inserted else { throw .stepTwice(step.name) }
            guard !step.party.isEmpty, !step.request.isEmpty else { throw .wordless(step.name) }
            if let reply = step.reply { try Self.check(reply, of: step) }
            try Self.check(step.wayBack, of: step)
            if let pointOfNoReturn, place >= pointOfNoReturn { try checkBeyondReturn(step, isThePoint: place == pointOfNoReturn) }
        }
    }

    private static func isWord(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    }

    private static func check(_ reply: SagaReply, of step: SagaStep) throws(SagaDefinitionError) {
        guard !reply.message.isEmpty else { throw .wordless(step.name) }
        try check(reply.patience.pauses, of: step)
        switch reply.patience.limit {
        case .turnBack(let attempts), .insist(let attempts): guard attempts >= 1 else { throw .noAttempts(step.name) }
        case .keepWaiting, .inTime: break
        }
    }

    private static func check(_ wayBack: SagaWayBack, of step: SagaStep) throws(SagaDefinitionError) {
        switch wayBack {
        case .notNeeded(let reason): guard !reason.isEmpty else { throw .reasonless(step.name) }
        case .undo(let undo): try check(undo, of: step)
        case .pointOfNoReturn: break
        }
    }

    private static func check(_ undo: SagaUndo, of step: SagaStep) throws(SagaDefinitionError) {
        guard !undo.request.isEmpty, undo.reply?.isEmpty != true else { throw .wordless(step.name) }
        guard undo.attempts >= 1 else { throw .noAttempts(step.name) }
        try check(undo.pauses, of: step)
    }

    private static func check(_ pauses: SagaPauses, of step: SagaStep) throws(SagaDefinitionError) {
        guard pauses.first > .zero, pauses.longest >= pauses.first else { throw .pauses(step.name) }
    }

    /// Beyond the point of no return nothing may need a way back.
    private func checkBeyondReturn(_ step: SagaStep, isThePoint: Bool) throws(SagaDefinitionError) {
        if !isThePoint {
            guard case .notNeeded = step.wayBack else { throw .wayBackBeyondReturn(step.name) }
        }
        guard let reply = step.reply else { return }
        guard !reply.isRefusable else { throw .refusableBeyondReturn(step.name) }
        switch reply.patience.limit {
        case .turnBack, .inTime: throw .turnsBackBeyondReturn(step.name)
        case .keepWaiting, .insist: break
        }
    }
}

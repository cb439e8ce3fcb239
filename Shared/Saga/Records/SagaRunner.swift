public import HostedConnection
public import Messaging
public import Saga
public import Store

/// The sagas of one service: takes their inputs, has their owner carry out what they decide, and keeps them with their
/// journals and timers. It runs inside the engine's steps, like all that changes rows.
public final class SagaRunner {
    public let catalogue: SagaCatalogue
    private let table: SagaTable
    private let keepFor: Duration
    private weak var owner: (any SagaOwner)?

    /// The timer of a saga has the saga's id and this name.
    private static var timerName: UInt8 { 1 }
    /// How long a timer waits whose saga's definition this program does not know.
    private static var unknownPause: Duration { .seconds(3_600) }
    /// The longest reason that an operator or canceller may give, in characters.
    private static var reasonLimit: Int { 1_000 }

    /// - Parameters:
    ///   - connection: the writer of a database with ``SagaMigrations`` applied.
    ///   - keepFor: how long a saga that is over stays readable.
    public init(
        _ connection: any StoreConnection, catalogue: SagaCatalogue, keepFor: Duration = .seconds(90 * 86_400)
    ) throws(StoreError) {
        table = try SagaTable(connection)
        self.catalogue = catalogue
        self.keepFor = keepFor
    }

    /// Says who carries out the requests; to be called once, before the first input.
    public func serve(_ owner: some SagaOwner) { self.owner = owner }

    // MARK: Looking

    public func saga(_ id: SagaID) throws(StoreError) -> SagaInstance? { try table.saga(id) }

    /// The saga under way on a connection; there is one at most.
    public func running(on connection: ConnectionID) throws(StoreError) -> SagaInstance? { try table.running(on: connection) }

    // MARK: Inputs

    /// Begins a saga of this name, under its newest definition.
    /// - Parameter timeLimits: how long it waits at steps that are to be done in time, by their names.
    /// - Throws: ``RefusalCode/sagaRunning`` while another one is under way on the connection.
    @discardableResult
    public func start(
        _ name: String, about connection: ConnectionID, context: [UInt8] = [], timeLimits: [String: Duration] = [:], _ step: Step
    ) throws(StepFailure) -> SagaInstance {
        guard let definition = catalogue.newest(name) else { throw .store(.misuse("there is no saga \(name)")) }
        if let other = try stored({ () throws(StoreError) in try table.running(on: connection) }) {
            throw .refused(
                Refusal(
                    .sagaRunning, "\(other.version.name) \(other.id) is under way on \(connection)", object: other.id.description,
                    next: "Wait until it is over, or cancel it"))
        }
        let saga = SagaInstance(
            step.mint(), definition.version, about: connection, context: context, timeLimits: timeLimits, at: step.now)
        return try step.attemptParts { () throws(StepFailure) in
            try stored { () throws(StoreError) in try table.insert(saga) }
            return try take(.start, saga, definition, step)
        }
    }

    /// Takes a reply for the saga under way on a connection. Where this program does not know its definition the reply is kept for
    /// one that does: it stands in the journal, and the connection goes on.
    /// - Returns: the saga; nil if none is under way, and nothing is changed.
    @discardableResult
    public func reply(
        to request: SagaRequest, _ outcome: SagaOutcome, on connection: ConnectionID, _ step: Step
    ) throws(StepFailure) -> SagaInstance? {
        guard let saga = try stored({ () throws(StoreError) in try table.running(on: connection) }) else { return nil }
        return try take(.reply(request, outcome), saga, step)
    }

    /// Takes any input for a saga that is known by its id.
    @discardableResult
    public func take(_ input: SagaInput, for id: SagaID, _ step: Step) throws(StepFailure) -> SagaInstance {
        guard let saga = try stored({ () throws(StoreError) in try table.saga(id) }) else { throw .refused(.noSaga(id)) }
        return try take(input, saga, step)
    }

    /// Fires a saga's timer.
    /// - Returns: false if the timer is not a saga's.
    public func fire(_ timer: TimerKey, _ step: Step) throws(StepFailure) -> Bool {
        guard timer.owner.kind == SagaKind.code, timer.name == Self.timerName else { return false }
        guard let saga = try stored({ () throws(StoreError) in try table.saga(SagaID(bits: timer.owner)) }) else { return true }
        guard let definition = catalogue[saga.version] else {
            step.arm(timer, due: step.now + Self.unknownPause, generation: step.timerGeneration)
            return true
        }
        let generation = step.timerGeneration
        _ = try step.attemptParts { () throws(StepFailure) in try take(.timer(generation: generation), saga, definition, step) }
        return true
    }

    private func take(_ input: SagaInput, _ saga: SagaInstance, _ step: Step) throws(StepFailure) -> SagaInstance {
        guard let definition = catalogue[saga.version] else {
            if case .reply(let request, let outcome) = input { return try keep(request, outcome, for: saga, step) }
            throw .refused(
                Refusal(
                    .contradictsState, "\(saga.id) runs under \(saga.version), which this version of the service does not know",
                    object: saga.id.description, next: "Run a version that knows it"))
        }
        try ruled { () throws(Refusal) in try Self.check(input) }
        // What is refused must be so before rows are changed.
        _ = try ruled { () throws(Refusal) in try definition.decide(saga, input, by: step.actor, at: step.now) }
        if input.isDirected, let owner, try !owner.permits(input, for: saga, step) { return saga }
        return try step.attemptParts { () throws(StepFailure) in try take(input, saga, definition, step) }
    }

    private func keep(
        _ request: SagaRequest, _ outcome: SagaOutcome, for saga: SagaInstance, _ step: Step
    ) throws(StepFailure) -> SagaInstance {
        guard !saga.phase.isEnded else { return saga }
        let decision = saga.keeping(request, outcome, by: step.actor, at: step.now)
        try stored { () throws(StoreError) in try table.replace(decision.instance) }
        if let entry = decision.entry { table.append(entry, of: saga.id) }
        return decision.instance
    }

    /// Operators and cancellers say why.
    private static func check(_ input: SagaInput) throws(Refusal) {
        switch input {
        case .cancel(let reason), .resume(let reason), .markDone(let reason), .skip(let reason):
            guard !reason.isEmpty else {
                throw Refusal(.missingField, "The request does not say why", field: "reason", next: "Give a reason")
            }
            try Refusal.check(reason, field: "reason", limit: reasonLimit)
        case .start, .reply, .timer: return
        }
    }

    /// Takes what was kept for the saga, then the input, and then the replies to what these led to that are known at once.
    private func take(
        _ input: SagaInput, _ before: SagaInstance, _ definition: SagaDefinition, _ step: Step
    ) throws(StepFailure) -> SagaInstance {
        var saga = before
        var inputs = try inputs(input, after: saga, step)[...]
        while let next = inputs.popFirst() {
            let decision = try ruled { () throws(Refusal) in try definition.decide(saga, next.input, by: next.actor, at: step.now) }
            saga = decision.instance
            try stored { () throws(StoreError) in try table.replace(saga) }
            if let entry = decision.entry { table.append(entry, of: saga.id) }
            for effect in decision.effects {
                if let reply = try carryOut(effect, of: saga, step) { inputs.append((reply, step.actor)) }
            }
        }
        return saga
    }

    private func inputs(
        _ input: SagaInput, after saga: SagaInstance, _ step: Step
    ) throws(StepFailure) -> [(input: SagaInput, actor: String)] {
        guard saga.keptFrom > 0 else { return [(input, step.actor)] }
        let kept = try stored { () throws(StoreError) in try table.kept(for: saga) }
        return kept.map { ($0.input, $0.actor) } + [(input, step.actor)]
    }

    private func carryOut(_ effect: SagaEffect, of saga: SagaInstance, _ step: Step) throws(StepFailure) -> SagaInput? {
        guard let owner else { throw .store(.misuse("nobody serves the sagas")) }
        let timer = TimerKey(owner: saga.id.bits, name: Self.timerName)
        switch effect {
        case .request(let request, let attempt):
            return try owner.carryOut(request, attempt: attempt, of: saga, step).map { .reply(request, $0) }
        case .arm(let due, let generation): step.arm(timer, due: due, generation: generation)
        case .disarm: step.disarm(timer)
        case .alarm: try owner.raiseAlarm(for: saga, step)
        case .ended: try owner.ended(saga, step)
        }
        return nil
    }

    // MARK: Batches

    public func flush() throws(StoreError) { try table.flush() }

    /// The batch is committed: rows stay in memory for the next one, within bounds.
    public func committed() { table.committed() }

    public func discard() { table.discard() }

    /// Removes sagas whose time is over, with their journals.
    /// - Returns: how many sagas went.
    public func purge(at now: Instant, limit: Int64) throws(StoreError) -> Int {
        try table.purge(endedBefore: now - keepFor, atMost: limit)
    }
}

extension Refusal {
    /// A saga that is not there.
    public static func noSaga(_ id: SagaID) -> Refusal {
        Refusal(.notFound, "Saga \(id) was not found", object: id.description, next: "Look it up in the list")
    }
}

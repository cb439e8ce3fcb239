import HostedConnection
import Kafka
import Messaging
import Saga
import SagaRecords
import Schema
import ServiceKit
import ServiceTesting
import Store

/// What a test does with a saga.
enum ToyCommand: Sendable {
    case start(ConnectionID, definition: String = "vlan-change", timeLimits: [String: Duration] = [:])
    case reply(SagaRequest, SagaOutcome, on: ConnectionID)
    case take(SagaInput, for: SagaID)
    /// Several commands as items of one, each by itself.
    case bulk([ToyCommand])
}

/// A service that has sagas and nothing else. What it is told to answer at once, and where to fail, stands in a script.
final class ToyApplication: EngineApplication, SagaOwner {
    typealias Command = ToyCommand

    /// Shared with the test, over restarts.
    final class Script {
        /// Replies known at once.
        var answers: [SagaRequest: SagaOutcome] = [:]
        /// The request whose carrying out throws.
        var fault: SagaRequest?
        /// What a person's input comes to; nil: it is refused.
        var permission: Bool? = true
        /// Whether the next saga of a connection is started as soon as one has ended.
        var startsAgain = false
        var carriedOut: [String] = []
    }

    let source = "toy"
    let topics: [Topic: TopicRole] = [:]
    let deadLetterTopic: Topic? = nil
    let sagas: SagaRunner
    private let catalogue: SagaCatalogue
    private let script: Script

    init(_ connection: any StoreConnection, _ catalogue: SagaCatalogue, _ script: Script) throws(StoreError) {
        sagas = try SagaRunner(connection, catalogue: catalogue, keepFor: .seconds(1_000))
        self.catalogue = catalogue
        self.script = script
        sagas.serve(self)
    }

    func handled(_ channel: ChannelKey) throws(StoreError) -> ChannelPosition { .beginning }
    func advance(_ channel: ChannelKey, to position: ChannelPosition) throws(StoreError) -> Bool { false }
    func concerns(_ message: InboundMessage) throws(StepFailure) -> Bool { false }
    func handle(_ message: InboundMessage, _ step: Step) throws(StepFailure) {}

    func execute(_ command: ToyCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        switch command {
        case .start(let connection, let name, let limits):
            return answer(try sagas.start(name, about: connection, context: [7, 0, 255], timeLimits: limits, step))
        case .reply(let request, let outcome, let connection):
            guard let saga = try sagas.reply(to: request, outcome, on: connection, step) else {
                return CommandAnswer(status: 204, body: [])
            }
            return answer(saga)
        case .take(let input, let id): return answer(try sagas.take(input, for: id, step))
        case .bulk(let commands):
            for command in commands {
                do throws(StepFailure) {
                    _ = try step.attempt { () throws(StepFailure) in try execute(command, step) }
                } catch {
                    if case .store = error { throw error }
                }
            }
            return CommandAnswer(status: 204, body: [])
        }
    }

    private func answer(_ saga: SagaInstance) -> CommandAnswer { CommandAnswer(status: 200, SagaView(saga, catalogue)) }

    func fire(_ timer: TimerKey, _ step: Step) throws(StepFailure) { _ = try sagas.fire(timer, step) }

    func carryOut(
        _ request: SagaRequest, attempt: UInt32, of saga: SagaInstance, _ step: Step
    ) throws(StepFailure) -> SagaOutcome? {
        if script.fault == request { throw .refused(Refusal(.internalError, "told to fail")) }
        script.carriedOut.append("\(request.direction == .perform ? "ask" : "undo") \(request.step) \(attempt)")
        return script.answers[request]
    }

    func permits(_ input: SagaInput, for saga: SagaInstance, _ step: Step) throws(StepFailure) -> Bool {
        guard let permission = script.permission else {
            throw .refused(Refusal(.changeInProgress, "billing decides", object: saga.id.description))
        }
        return permission
    }

    func raiseAlarm(for saga: SagaInstance, _ step: Step) throws(StepFailure) {
        script.carriedOut.append(saga.isOverdue ? "overdue" : "operator")
    }

    func ended(_ saga: SagaInstance, _ step: Step) throws(StepFailure) {
        script.carriedOut.append(saga.phase.name)
        if script.startsAgain {
            script.startsAgain = false
            try sagas.start(saga.version.name, about: saga.subject, step)
        }
    }

    func purge(at now: Instant, limit: Int64) throws(StoreError) -> Int { try sagas.purge(at: now, limit: limit) }
    func flush() throws(StoreError) { try sagas.flush() }
    func committed() { sagas.committed() }
    func discard() { sagas.discard() }
}

/// The toy service on a log and a database in memory.
final class SagaService {
    let clock = ManualClock()
    let script = ToyApplication.Script()
    let node: Node<ToyApplication>
    private var catalogue: SagaCatalogue

    init(_ catalogue: SagaCatalogue? = nil) throws {
        let known = try catalogue ?? Samples.catalogue()
        let (script, box) = (script, Box(known))
        self.catalogue = known
        catalogueBox = box
        node = try Node(MemoryBroker(), clock, migrations: try MessagingMigrations.all() + SagaMigrations.all()) {
            connection throws(StoreError) in try ToyApplication(connection, box.value, script)
        }
    }

    private final class Box {
        var value: SagaCatalogue
        init(_ value: SagaCatalogue) { self.value = value }
    }

    private let catalogueBox: Box

    /// Ends the service and starts it again, with other definitions if they are given.
    func restart(_ other: SagaCatalogue? = nil) throws {
        if let other {
            catalogue = other
            catalogueBox.value = other
        }
        try node.restart()
    }

    func start(_ connection: ConnectionID) throws -> SagaView { try node.ok(.start(connection), as: SagaView.self) }

    func done(_ request: SagaRequest, on connection: ConnectionID) throws { try node.ok(.reply(request, .done, on: connection)) }

    /// Lets time pass and what is due fire.
    func pass(_ duration: Duration) throws {
        clock.advance(by: duration)
        while try node.turn() {}
    }

    func read<Value>(_ body: (SagaQueries) throws -> Value) throws -> Value {
        try node.read { reader in try body(SagaQueries(reader, catalogue)) }
    }

    func view(_ id: SagaID) throws -> SagaView? { try read { try $0.saga(id) } }
}

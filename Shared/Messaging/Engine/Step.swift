public import HostedConnection
public import Schema
import Store

/// What a handler has at hand while it handles one message, command or timer, and everything it may cause. Nothing leaves
/// before the transaction is committed; there is no other way to send a message.
public final class Step {
    /// The time of the batch.
    public internal(set) var now = Instant(microseconds: 0)
    /// Who acts: an account, an operator, or the service whose message is handled.
    public internal(set) var actor = ""
    /// The region that the caller of the command works in; empty when it has chosen none.
    public internal(set) var region = ""
    /// Whether the command that is carried out is answered with ids and refusals only: views need not show more.
    public internal(set) var answersMinimally = false
    /// With which generation the timer that fires now was armed; 0 where no timer fires.
    public internal(set) var timerGeneration: UInt32 = 0
    /// The id of the command that began the exchange, and of the message handled now.
    var correlation = ""
    var causation = ""

    private let epoch: UInt64
    private let isolation: any StepIsolation
    private var mint: IdentifierMint
    private var writer = WireWriter()
    /// The size of a message sent by the running item that no topic would take; 0 without one.
    private var oversize = 0
    private(set) var events: OutgoingEvents
    private(set) var timers: [TimerChange] = []
    private(set) var released: [WaitKey] = []

    /// The longest message in bytes: what a topic takes, less room for key and headers.
    private static var longestMessage: Int { Topic.maximumMessageBytes - 65_536 }

    init(source: String, epoch: UInt64, mint: IdentifierMint, isolation: any StepIsolation) {
        self.epoch = epoch
        self.isolation = isolation
        self.mint = mint
        events = OutgoingEvents(source: source)
    }

    /// A new id, greater than all before it.
    public func mint<Kind: IdentifierKind>(_ kind: Kind.Type = Kind.self) -> Identifier<Kind> { mint.mint(kind, at: now) }

    /// Sends a message on a channel: it takes the channel's next place, in the row that the caller writes.
    public func send<Message: EventMessage>(
        _ message: consuming Message, on topic: Topic, about key: some TextIdentifier, channel: inout ChannelState
    ) {
        channel.next(epoch: epoch).write(to: &message.common)
        emit(&message, on: topic, key: key)
    }

    /// Sends a message to readers outside: such topics have no channels.
    public func send<Message: EventMessage>(_ message: consuming Message, on topic: Topic, about key: some TextIdentifier) {
        emit(&message, on: topic, key: key)
    }

    private func emit<Message: EventMessage, Key: TextIdentifier>(_ message: inout Message, on topic: Topic, key: Key) {
        message.common.time = Timestamp(now)
        message.common.correlation = correlation
        message.common.causation = causation
        message.common.actor = actor
        writer.removeAll()
        message.encode(into: &writer)
        if writer.count > Self.longestMessage { oversize = writer.count }
        let id = mint(MessageKind.self)
        withUnsafeTemporaryAllocation(byteCount: Key.maximumTextCount, alignment: 1) { text in
            let count = text.baseAddress.map { key.writeText(to: $0) } ?? 0
            writer.withBytes { body in
                events.append(
                    topic: topic, key: UnsafeRawBufferPointer(rebasing: text[..<count]), id: id, type: Message.messageType, body: body,
                    tag: 0)
            }
        }
    }

    /// Sends bytes that are no message of a connection: a dead letter, under the key of its record.
    func sendRaw(_ message: some EventMessage, on topic: Topic, key: UnsafeRawBufferPointer) {
        var message = message
        message.common.time = Timestamp(now)
        writer.removeAll()
        message.encode(into: &writer)
        let id = mint(MessageKind.self)
        writer.withBytes { body in
            events.append(topic: topic, key: key, id: id, type: type(of: message).messageType, body: body, tag: 0)
        }
    }

    /// Arms a timer, or moves it.
    /// - Parameter generation: told when it fires, for owners that have armed it before for something else.
    public func arm(_ timer: TimerKey, due: Instant, generation: UInt32 = 0) {
        timers.append(TimerChange(key: timer, due: due, generation: generation))
    }

    /// Takes a timer back.
    public func disarm(_ timer: TimerKey) { timers.append(TimerChange(key: timer, due: nil, generation: 0)) }

    /// Says that something others may wait for is there now.
    public func release(_ key: WaitKey) { released.append(key) }

    /// Runs one item of a bulk command: what it caused is undone if it throws, and the others go on. A message longer than its
    /// topic takes is refused: it would stop the outbox for all.
    public func attempt<Value>(_ body: () throws(StepFailure) -> Value) throws(StepFailure) -> Value {
        let mark = checkpoint
        do throws(StepFailure) {
            return try isolation.isolate { () throws(StepFailure) in
                let value = try body()
                if oversize > 0 { throw .store(.tooLarge("a message of \(oversize) bytes")) }
                return value
            }
        } catch {
            rollback(to: mark)
            throw error
        }
    }

    /// Runs work of several parts, of which a later one may throw when an earlier one has changed rows already. These are
    /// undone too: the whole batch is, and is carried out again with each item between savepoints.
    public func attemptParts<Value>(_ body: () throws(StepFailure) -> Value) throws(StepFailure) -> Value {
        do throws(StepFailure) {
            return try attempt(body)
        } catch {
            if case .store = error { throw error }
            guard isolation.isActive else { throw .store(isolation.demand("\(error)")) }
            throw error
        }
    }

    struct Checkpoint {
        var events: Int
        var timers: Int
        var released: Int
    }

    var checkpoint: Checkpoint { Checkpoint(events: events.count, timers: timers.count, released: released.count) }

    func rollback(to mark: Checkpoint) {
        oversize = 0
        events.keep(mark.events)
        if timers.count > mark.timers { timers.removeLast(timers.count - mark.timers) }
        if released.count > mark.released { released.removeLast(released.count - mark.released) }
    }

    // Asked after every item and mostly empty: emptying a list that was just given out makes a new one of its size.

    func takeReleased() -> [WaitKey] {
        if released.isEmpty { return [] }
        defer { released.removeAll(keepingCapacity: true) }
        return released
    }

    func takeTimers() -> [TimerChange] {
        if timers.isEmpty { return [] }
        defer { timers.removeAll(keepingCapacity: true) }
        return timers
    }

    func numberEvents(from first: Int64) { events.number(from: first) }

    func clear() {
        oversize = 0
        events.removeAll()
        timers.removeAll(keepingCapacity: true)
        released.removeAll(keepingCapacity: true)
    }
}

/// How the items of a batch are kept apart: not at all in the good case, by a savepoint each after the batch has failed.
protocol StepIsolation: AnyObject {
    /// Whether a savepoint is set for each item.
    var isActive: Bool { get }
    func isolate<Value>(_ body: () throws(StepFailure) -> Value) throws(StepFailure) -> Value
    /// Has the batch done again with savepoints; the answer is to be thrown.
    func demand(_ reason: String) -> StoreError
}

public import HostedConnection
public import Schema
public import Store

/// How a topic is read.
public enum TopicRole: Sendable, Hashable {
    /// A topic of channels: every message has a place, and only this source writes it.
    case channels(source: String)
    /// A topic of channels that this service and one other both write, each on its own keys: what comes from this service
    /// itself is passed over.
    case shared(with: String)
    /// Events of other systems, in any order, repeated, without a place.
    case foreign
}

/// What a service adds to the engine: its rules' handlers and its rows. Everything runs on the engine's thread, inside the
/// engine's transaction; handlers decide first and change their rows last, so a handler that throws has changed nothing.
public protocol EngineApplication: AnyObject, SendableMetatype {
    associatedtype Command: Sendable

    /// The service's name as the source of its messages.
    var source: String { get }
    /// The topics it reads.
    var topics: [Topic: TopicRole] { get }
    /// Where the dead letters of this service are told; nil if they are only kept in its table.
    var deadLetterTopic: Topic? { get }

    /// How far a channel has been handled; ``ChannelPosition/beginning`` when its connection or account is unknown.
    func handled(_ channel: ChannelKey) throws(StoreError) -> ChannelPosition
    /// Moves the mark of a channel; false when its connection or account is unknown.
    func advance(_ channel: ChannelKey, to position: ChannelPosition) throws(StoreError) -> Bool

    /// Whether a foreign event is about something this service holds; others are counted and passed.
    func concerns(_ message: InboundMessage) throws(StepFailure) -> Bool
    func handle(_ message: InboundMessage, _ step: Step) throws(StepFailure)
    func execute(_ command: Command, _ step: Step) throws(StepFailure) -> CommandAnswer
    func fire(_ timer: TimerKey, _ step: Step) throws(StepFailure)

    /// Removes rows whose time is over, up to `limit` of each table; returns how many went from the table that lost most.
    func purge(at now: Instant, limit: Int64) throws(StoreError) -> Int

    /// Writes the rows that changed since the last flush.
    func flush() throws(StoreError)
    /// The batch is committed. Rows in memory may stay for the next one, within bounds, because nobody else writes this
    /// database; by default they are forgotten.
    func committed()
    /// Forgets the rows in memory, written or not.
    func discard()
}

extension EngineApplication {
    public func purge(at now: Instant, limit: Int64) throws(StoreError) -> Int { 0 }
    public func committed() { discard() }
}

public import Kafka
public import Schema
public import ServiceKit
import Synchronization

/// An engine's Kafka: one producer and one consumer, made again when the producer is broken or the broker has come back
/// somewhere else. What they say goes to the engine's mailbox.
public final class KafkaLink<Command: Sendable>: EventLog, Sendable {
    struct Clients {
        var place: BrokerPlace
        var producer: KafkaProducer?
        var consumer: KafkaConsumer?
        /// Numbers of the producer and consumer of now: what earlier ones say counts no more.
        var producers: UInt64 = 0
        var consumers: UInt64 = 0
        var epoch: UInt64 = 0
        var owned: Set<TopicPartition> = []
    }

    /// What the supervisor has to do.
    struct Duties {
        var producerIsBroken = false
        var consumerIsBroken = false
        var isClosing = false
        var fatal: KafkaError?

        var isEmpty: Bool { !producerIsBroken && !consumerIsBroken && !isClosing }
    }

    let mailbox: Mailbox<Command>
    let source: BrokerSource
    let group: String
    let topics: [Topic]
    let logger: Logger
    let clients: Mutex<Clients>
    let duties = ConditionLock(Duties())
    private let supervisor = Mutex<NativeThread?>(nil)

    public init(
        _ source: BrokerSource, group: String, topics: [Topic], mailbox: Mailbox<Command>, logger: Logger
    ) throws(KafkaError) {
        self.source = source
        self.group = group
        self.topics = topics
        self.mailbox = mailbox
        self.logger = logger
        clients = Mutex(Clients(place: try source.find()))
        try makeProducer()
    }

    /// Which log this is; another one means that offsets say nothing and everything kept is sent again.
    public var incarnation: String { clients.withLock { $0.place.incarnation } }

    /// Starts reading; the engine must be there.
    public func start() throws(KafkaLinkFailure) {
        do throws(KafkaError) { try makeConsumer() } catch { throw .kafka(error) }
        do throws(ThreadError) {
            let thread = try NativeThread.start(named: "kafka-link") { [weak self] in self?.supervise() }
            supervisor.withLock { $0 = thread }
        } catch {
            throw .thread(error)
        }
    }

    /// Stops reading, before the engine stops; what was read is handled and committed first.
    public func stopReading(within limit: Duration) {
        let thread = supervisor.withLock { $0 }
        duties.withLock { $0.isClosing = true }
        duties.broadcast()
        thread?.join(until: .now + limit)
        let consumer = clients.withLock { clients in
            defer { clients.consumer = nil }
            return clients.consumer
        }
        consumer?.close(deadline: limit)
    }

    /// Waits for the outstanding deliveries and ends the producer, after the engine has stopped.
    public func stopWriting(within limit: Duration) {
        let producer = clients.withLock { clients in
            defer { clients.producer = nil }
            return clients.producer
        }
        producer?.close(deadline: limit)
    }

    /// Why Kafka can't be used at all, such as refused credentials.
    public var fatalError: KafkaError? { duties.withLock { $0.fatal } }

    /// The consumer's state, for health.
    public var consumerHealth: ConsumerHealth? { clients.withLock { $0.consumer }?.health }

    public func resume() { clients.withLock { $0.consumer }?.resume() }

    // MARK: EventLog

    public func publish(_ batch: borrowing RecordBatch, from start: Int) -> Int {
        clients.withLock { $0.producer }?.publish(batch, from: start) ?? 0
    }

    public func commit(_ offsets: [TopicPartition: Int64]) {
        let (consumer, epoch, own) = clients.withLock { clients in
            (clients.consumer, clients.epoch, offsets.filter { clients.owned.contains($0.key) })
        }
        if !own.isEmpty { consumer?.commit(own, epoch: epoch) }
    }
}

/// Why a link did not start.
public enum KafkaLinkFailure: Error {
    case kafka(KafkaError)
    case thread(ThreadError)
}

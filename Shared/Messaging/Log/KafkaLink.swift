public import Kafka
public import Schema
public import ServiceKit
import Synchronization

/// An engine's Kafka: one producer and one consumer, made again when the producer is broken or the broker has come back
/// somewhere else. What they say goes to the engine's mailbox.
public final class KafkaLink<Command: Sendable>: EventLog, ConsumerDelegate, Sendable {
    private struct Clients {
        var configuration: KafkaConfiguration
        var incarnation: String
        var producer: KafkaProducer?
        var consumer: KafkaConsumer?
        /// Counts the producers.
        var generation: UInt64 = 0
        var epoch: UInt64 = 0
        var owned: Set<TopicPartition> = []
    }

    /// What the supervisor has to do.
    private struct Duties {
        var producerIsBroken = false
        /// No broker answers: its host may have written a new address.
        var isDown = false
        var isClosing = false
        var fatal: KafkaError?
    }

    private let mailbox: Mailbox<Command>
    private let source: BrokerSource
    private let group: String
    private let topics: [Topic]
    private let logger: Logger
    private let clients: Mutex<Clients>
    private let duties = ConditionLock(Duties())
    private let supervisor = Mutex<NativeThread?>(nil)

    /// How long the group may wait for the engine when partitions are taken away.
    private static var drainLimit: Duration { .seconds(2) }

    public init(
        _ source: BrokerSource, group: String, topics: [Topic], mailbox: Mailbox<Command>, logger: Logger
    ) throws(KafkaError) {
        self.source = source
        self.group = group
        self.topics = topics
        self.mailbox = mailbox
        self.logger = logger
        let found = try source.find()
        clients = Mutex(Clients(configuration: found.configuration, incarnation: found.incarnation))
        try makeProducer()
    }

    /// Which log this is; another one means that offsets say nothing and everything kept is sent again.
    public var incarnation: String { clients.withLock { $0.incarnation } }

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

    // MARK: ConsumerDelegate

    public func assigned(_ assignment: Assignment) -> [TopicPartition: Int64] {
        clients.withLock { clients in
            clients.epoch = assignment.epoch
            clients.owned = Set(assignment.partitions)
        }
        // Without an answer in time reading starts at the beginning, and the marks drop the repeats.
        let offsets = mailbox.settledOffsets(until: .now + Self.drainLimit) ?? [:]
        return offsets.filter { assignment.partitions.contains($0.key) }
    }

    public func received(_ batch: RecordBatch) -> Bool {
        duties.withLock { $0.isDown = false }
        return mailbox.deliver(batch)
    }

    public func revoked(_ assignment: Assignment, lost: Bool) -> [TopicPartition: Int64] {
        let offsets = mailbox.settledOffsets(until: .now + Self.drainLimit) ?? [:]
        clients.withLock { $0.owned = [] }
        return offsets.filter { assignment.partitions.contains($0.key) }
    }

    public func event(_ event: KafkaEvent) {
        switch event {
        case .fatal(let error):
            logger.error("kafka client is broken", ["error": .string(error.description)])
            duties.withLock { $0.producerIsBroken = true }
            duties.broadcast()
        case .authenticationFailed(let error):
            logger.error("kafka refuses the credentials", ["error": .string(error.description)])
            duties.withLock { $0.fatal = error }
        case .allBrokersDown:
            logger.warning("no kafka broker is connected")
            duties.withLock { $0.isDown = true }
            duties.broadcast()
        case .clientError(let error):
            logger.debug("kafka client error", ["error": .string(error.description)])
        case .log(let level, let facility, let text):
            if level <= 4 {
                logger.debug("librdkafka", ["facility": .string(facility), "text": .string(text)])
            }
        case .offsetJump(let partition, let expected, let actual):
            logger.warning(
                "the log continues elsewhere",
                ["partition": .string(partition.description), "expected": .int(expected), "actual": .int(actual)])
            if actual > expected { mailbox.signal(.lost(partition, from: expected, to: actual)) }
        case .commitFailed(let error):
            logger.debug("commit failed", ["error": .string(error.description)])
        }
    }

    // MARK: Making and remaking

    private func makeProducer() throws(KafkaError) {
        let (configuration, generation) = clients.withLock { ($0.configuration, $0.generation) }
        let mailbox = mailbox
        let producer = try KafkaProducer(configuration) { [weak self] deliveries in
            self?.duties.withLock { $0.isDown = false }
            mailbox.acknowledge(Delivery(generation: generation, tags: deliveries.acknowledged))
            if !deliveries.failed.isEmpty { self?.deliveriesFailed(deliveries.failed) }
        } events: { [weak self] event in
            self?.event(event)
        }
        clients.withLock { $0.producer = producer }
    }

    private func makeConsumer() throws(KafkaError) {
        let configuration = clients.withLock { $0.configuration }
        let consumer = try KafkaConsumer(configuration, group: group, topics: topics, delegate: self)
        clients.withLock { $0.consumer = consumer }
    }

    /// The outbox has them still: a new producer sends them again.
    private func deliveriesFailed(_ failures: [DeliveryBatch.Failure]) {
        guard failures.contains(where: { $0.error.code != .abandoned }) else { return }
        logger.warning("kafka did not take messages", ["count": .int(Int64(failures.count))])
        duties.withLock { $0.producerIsBroken = true }
        duties.broadcast()
    }

    private func supervise() {
        while true {
            let found = duties.wait(until: .now + .milliseconds(250)) { duties -> Duties? in
                guard duties.isClosing || duties.producerIsBroken else { return nil }
                defer { duties.producerIsBroken = false }
                return duties
            }
            if found?.isClosing ?? false { return }
            if found?.producerIsBroken ?? false { replaceProducer() }
            if duties.withLock({ $0.isDown }) {
                lookForBroker()
            } else if found == nil {
                // Nothing to do until something happens.
                _ = duties.wait { $0.isClosing || $0.producerIsBroken || $0.isDown ? true : nil }
            }
        }
    }

    private func replaceProducer() {
        let (old, generation) = clients.withLock { clients in
            clients.generation += 1
            return (clients.producer, clients.generation)
        }
        old?.close(deadline: .seconds(1))
        remake("producer") { () throws(KafkaError) in try makeProducer() }
        mailbox.signal(.producerLost(generation: generation))
    }

    private func lookForBroker() {
        guard let found = try? source.find() else { return }
        let isNew = clients.withLock { clients in
            found.incarnation != clients.incarnation || found.configuration.bootstrap != clients.configuration.bootstrap
        }
        guard isNew else { return }
        logger.info("the broker is another one", ["bootstrap": .string(found.configuration.bootstrap)])
        let old = clients.withLock { clients in
            defer {
                clients.producer = nil
                clients.consumer = nil
                clients.configuration = found.configuration
                clients.incarnation = found.incarnation
                clients.generation += 1
            }
            return (producer: clients.producer, consumer: clients.consumer, generation: clients.generation + 1)
        }
        duties.withLock { $0.isDown = false }
        old.consumer?.close(deadline: .seconds(3))
        old.producer?.close(deadline: .zero)
        remake("producer") { () throws(KafkaError) in try makeProducer() }
        mailbox.signal(.incarnation(found.incarnation, generation: old.generation))
        remake("consumer") { () throws(KafkaError) in try makeConsumer() }
    }

    private func remake(_ what: String, _ make: () throws(KafkaError) -> Void) {
        do throws(KafkaError) {
            try make()
        } catch {
            // The same configuration worked before, so only the system's limits can be in the way.
            logger.error("a kafka \(what) can't be made", ["error": .string(error.description)])
            duties.withLock { $0.fatal = error }
        }
    }
}

/// Why a link did not start.
public enum KafkaLinkFailure: Error {
    case kafka(KafkaError)
    case thread(ThreadError)
}

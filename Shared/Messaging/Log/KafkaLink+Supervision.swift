import Kafka
import Schema
import ServiceKit
import Synchronization

extension KafkaLink {
    /// How often the file with the broker's address is looked at.
    private static var lookInterval: Duration { .seconds(1) }

    /// Makes the clients anew when they are broken or the broker has moved, until the link stops.
    func supervise() {
        while true {
            let wake: MonotonicInstant = source.canMove ? .now + Self.lookInterval : .distantFuture
            let found = duties.wait(until: wake) { duties -> Duties? in
                guard !duties.isEmpty else { return nil }
                defer {
                    duties.producerIsBroken = false
                    duties.consumerIsBroken = false
                }
                return duties
            }
            if let found {
                if found.isClosing { return }
                if found.producerIsBroken { replaceProducer() }
                if found.consumerIsBroken { replaceConsumer() }
            }
            if source.hasMoved(from: clients.withLock { $0.place }) { moveToNewBroker() }
        }
    }

    func makeProducer() throws(KafkaError) {
        let (configuration, number) = clients.withLock { ($0.place.configuration, $0.producers) }
        let mailbox = mailbox
        let producer = try KafkaProducer(configuration) { [weak self] deliveries in
            if !deliveries.acknowledged.isEmpty {
                mailbox.acknowledge(Delivery(generation: number, tags: deliveries.acknowledged))
            }
            self?.deliveriesFailed(deliveries.failed, producer: number)
        } events: { [weak self] event in
            self?.note(event) { duties, clients in
                if clients.producers == number { duties.producerIsBroken = true }
            }
        }
        clients.withLock { $0.producer = producer }
    }

    func makeConsumer() throws(KafkaError) {
        let (configuration, number) = clients.withLock { ($0.place.configuration, $0.consumers) }
        let seat = ConsumerSeat(self, number: number)
        let consumer = try KafkaConsumer(configuration, group: group, topics: topics, delegate: seat)
        clients.withLock { $0.consumer = consumer }
    }

    /// The outbox has them still: a new producer sends them again.
    private func deliveriesFailed(_ failures: [DeliveryBatch.Failure], producer number: UInt64) {
        guard failures.contains(where: { $0.error.code != .abandoned }), clients.withLock({ $0.producers == number }) else { return }
        logger.warning("kafka did not take messages", ["count": .int(failures.count)])
        duties.withLock { $0.producerIsBroken = true }
        duties.broadcast()
    }

    private func replaceProducer() {
        let old = clients.withLock { clients in
            clients.producers += 1
            return clients.producer
        }
        old?.close(deadline: .seconds(1))
        remake("producer") { () throws(KafkaError) in try makeProducer() }
        mailbox.signal(.producerLost(generation: clients.withLock { $0.producers }))
    }

    private func replaceConsumer() {
        let old = clients.withLock { clients in
            clients.consumers += 1
            return clients.consumer
        }
        old?.close(deadline: .seconds(3))
        remake("consumer") { () throws(KafkaError) in try makeConsumer() }
    }

    private func moveToNewBroker() {
        let place: BrokerPlace
        do throws(KafkaError) {
            place = try source.find()
        } catch {
            // Not there yet, or gone again: the next look tells.
            return
        }
        logger.info("the broker is another one", ["bootstrap": .string(place.configuration.bootstrap)])
        let old = clients.withLock { clients in
            defer {
                clients.producer = nil
                clients.consumer = nil
                clients.place = place
                clients.producers += 1
                clients.consumers += 1
            }
            return (producer: clients.producer, consumer: clients.consumer)
        }
        old.consumer?.close(deadline: .seconds(3))
        old.producer?.close(deadline: .zero)
        remake("producer") { () throws(KafkaError) in try makeProducer() }
        mailbox.signal(.incarnation(place.incarnation, generation: clients.withLock { $0.producers }))
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

    /// Tells the log what a client says, and the supervisor what it has to do about it.
    /// - Parameter isBroken: notes that the client is broken, unless it is one of the past.
    func note(_ event: KafkaEvent, isBroken: (inout Duties, Clients) -> Void) {
        switch event {
        case .fatal(let error):
            logger.error("a kafka client is broken", ["error": .string(error.description)])
            let clients = clients.withLock { $0 }
            duties.withLock { isBroken(&$0, clients) }
            duties.broadcast()
        case .authenticationFailed(let error):
            logger.error("kafka refuses the credentials", ["error": .string(error.description)])
            duties.withLock { $0.fatal = error }
        case .allBrokersDown:
            logger.warning("no kafka broker is connected")
        case .clientError(let error):
            logger.debug("kafka client error", ["error": .string(error.description)])
        case .log(let level, let facility, let text):
            if level <= 4 { logger.debug("librdkafka", ["facility": .string(facility), "text": .string(text)]) }
        case .offsetJump(let partition, let expected, let actual):
            logger.warning(
                "the log continues elsewhere",
                ["partition": .string(partition.description), "expected": .int(expected), "actual": .int(actual)])
            if actual > expected { mailbox.signal(.lost(partition, from: expected, to: actual)) }
        case .commitFailed(let error):
            logger.debug("commit failed", ["error": .string(error.description)])
        }
    }
}

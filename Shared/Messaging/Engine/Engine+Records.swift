import HostedConnection
import Kafka
import Schema
import ServiceKit
import Store

extension Engine {
    /// Takes one record of the log: handles it, parks it, counts it as known, or makes it a dead letter.
    func accept(_ record: RecordBatch.Record, of batch: RecordBatch) throws(StoreError) {
        statistics.records += 1
        let envelope: EventEnvelope
        do throws(EnvelopeError) {
            envelope = try EventEnvelope(record: record, in: batch)
        } catch {
            try bury(UnreadableRecord(record, of: batch), DeadLetterCause(error.code, "\(error)"))
            return
        }
        if let name = envelope.attributeWithNUL(in: batch) {
            try bury(UnreadableRecord(record, of: batch), DeadLetterCause("invalid_attribute", "\(name) holds a NUL"))
            return
        }
        try batch.withBytes(record.key) { key throws(StoreError) in
            try envelope.withBytes(envelope.content, in: batch) { body throws(StoreError) in
                try accept(Arrival(envelope, record: record, in: batch, key: key, body: body))
            }
        }
    }

    /// Reading goes on after these records once they are kept.
    func noteOffsets(of batch: RecordBatch) {
        for (index, record) in batch.records.enumerated() {
            let isFollowed =
                index + 1 < batch.records.count && batch.records[index + 1].topic == record.topic
                && batch.records[index + 1].partition == record.partition
            if isFollowed { continue }
            let partition = TopicPartition(record.topic, record.partition)
            offsets[partition] = record.offset + 1
            changedOffsets.insert(partition)
        }
    }

    private func accept(_ arrival: Arrival) throws(StoreError) {
        switch roles[Int(arrival.topic.rawValue)] {
        case .channels(let source): try acceptOnChannel(arrival, from: source)
        case .shared(let other):
            if arrival.source == application.source {
                statistics.ownPassedOver += 1
            } else {
                try acceptOnChannel(arrival, from: other)
            }
        case .foreign: try acceptForeign(arrival)
        case nil: try bury(arrival, DeadLetterCause("unexpected_topic", "this service does not read \(arrival.topic.baseName)"))
        }
    }

    // MARK: Channels

    private func acceptOnChannel(_ arrival: Arrival, from source: String) throws(StoreError) {
        guard arrival.source == source else {
            try bury(arrival, DeadLetterCause("foreign_source", "\(arrival.source) does not write this topic: \(source) does"))
            return
        }
        guard let channel = ChannelKey(topic: arrival.topic, text: arrival.key) else {
            try bury(arrival, DeadLetterCause("unreadable_key", "the key is not the id of a connection or account"))
            return
        }
        guard arrival.encoding == .protobuf else {
            try bury(arrival, DeadLetterCause("unexpected_encoding", "messages between the services are Protobuf"))
            return
        }
        let opened: OpenedMessage
        do throws(CodecError) {
            opened = try OpenedMessage(arrival.body)
        } catch {
            try bury(arrival, DeadLetterCause("unreadable_body", "\(error)"))
            return
        }
        guard let place = Place(opened.common) else {
            try bury(arrival, DeadLetterCause("no_place", "the message has no sequence"))
            return
        }
        let mark = try application.handled(channel)
        switch place.verdict(mark: mark) {
        case .repeated:
            statistics.repeated += 1
        case .next:
            if let hold = holds[channel], hold.reason != .gap {
                try park(arrival, at: place, on: channel)
            } else if let reason = try handle(arrival, opened, at: place, on: channel) {
                try park(arrival, at: place, on: channel)
                try hold(channel, reason)
            } else if holds[channel] != nil {
                try replay(channel)
            }
            try settleReleased()
        case .gap:
            try park(arrival, at: place, on: channel)
            if holds[channel] == nil { try hold(channel, (.gap, "messages after \(mark.epoch).\(mark.sequence) have not arrived")) }
        case .diverged:
            try park(arrival, at: place, on: channel)
            if holds[channel]?.reason != .diverged {
                try hold(channel, (.diverged, "the sender has forgotten messages up to \(mark.epoch).\(mark.sequence)"))
            }
        }
    }

    /// Handles the channel's next message and moves the mark; or says why the channel has to wait.
    func handle(
        _ arrival: Arrival, _ opened: OpenedMessage, at place: Place, on channel: ChannelKey
    ) throws(StoreError) -> (reason: HoldReason, detail: String)? {
        guard let type = arrival.type else {
            guard opened.common.skippable else { return try holdUnknownType(arrival, at: place, on: channel) }
            statistics.skipped += 1
            _ = try application.advance(channel, to: place.position)
            return nil
        }
        begin(arrival, correlation: opened.common.correlation, actor: opened.common.actor)
        let letter: DeadLetterCause
        var isKnown = true
        do throws(StepFailure) {
            try step.attempt { () throws(StepFailure) in
                try application.handle(arrival.message(type, on: channel, opened: opened), step)
                isKnown = try stored { () throws(StoreError) in try application.advance(channel, to: place.position) }
                // Without a row there is no mark, so what the handler did must not stay either.
                if !isKnown { throw .refused(Refusal(.notFound, "nothing is known of \(channel.text)")) }
            }
            statistics.handled += 1
            return nil
        } catch {
            switch error {
            case .refused(let refusal) where !isKnown: letter = DeadLetterCause("unknown_connection", refusal.text)
            case .store(let error): throw error
            case .waiting(let key): return (.waiting(key), "waits for \(key)")
            case .refused(let refusal): letter = DeadLetterCause(refusal.code.rawValue, refusal.text)
            case .undecodable(let error): letter = DeadLetterCause("unreadable_body", "\(error)")
            }
        }
        let number = try bury(arrival, letter, on: channel, at: place.position)
        return (.deadLetter(number), "\(letter.code): \(letter.detail)")
    }

    /// A message of an unknown type is a dead letter that a later version may lift by itself. Tried again in vain it stays the
    /// one it was.
    private func holdUnknownType(
        _ arrival: Arrival, at place: Place, on channel: ChannelKey
    ) throws(StoreError) -> (reason: HoldReason, detail: String) {
        let detail = "type \(arrival.typeName) is not known to this version"
        if case .unknownType(let number) = holds[channel]?.reason, try tables.deadLetters.open(number) != nil {
            return (.unknownType(number), detail)
        }
        let number = try bury(arrival, DeadLetterCause("unknown_type", detail), on: channel, at: place.position)
        return (.unknownType(number), detail)
    }

    private func begin(_ arrival: Arrival, correlation: String, actor: String) {
        step.actor = actor.isEmpty ? arrival.source : actor
        step.causation = arrival.id
        step.correlation = correlation.isEmpty ? arrival.id : correlation
    }

    // MARK: Foreign events

    private func acceptForeign(_ arrival: Arrival) throws(StoreError) {
        guard let type = arrival.type else {
            try bury(arrival, DeadLetterCause("unknown_type", "type \(arrival.typeName) is not known to this version"))
            return
        }
        do throws(StepFailure) {
            guard try application.concerns(arrival.message(type)) else {
                statistics.passedOver += 1
                return
            }
        } catch {
            return try refuse(arrival, error)
        }
        let digest = Array(try digest(of: arrival.body).bytes.prefix(16))
        switch try tables.inbox.note(source: arrival.source, id: arrival.id, digest: digest, now: step.now) {
        case .repeated: statistics.repeated += 1
        case .reused:
            try bury(arrival, DeadLetterCause("id_reused", "\(arrival.source) used the id \(arrival.id) for another body before"))
        case .new:
            try handleForeign(arrival, type)
            try settleReleased()
        }
    }

    private func handleForeign(_ arrival: Arrival, _ type: MessageType) throws(StoreError) {
        do throws(StepFailure) {
            try performForeign(arrival, type)
        } catch {
            guard case .waiting(let key) = error else { return try refuse(arrival, error) }
            try tables.parkedEvents.park(arrival, until: key, now: step.now)
            parkedNow += 1
            statistics.parked += 1
        }
    }

    private func performForeign(_ arrival: Arrival, _ type: MessageType) throws(StepFailure) {
        begin(arrival, correlation: "", actor: "")
        try step.attempt { () throws(StepFailure) in try application.handle(arrival.message(type), step) }
        statistics.handled += 1
    }

    /// A foreign event that can't be handled holds nothing.
    private func refuse(_ arrival: Arrival, _ failure: StepFailure) throws(StoreError) {
        switch failure {
        case .store(let error): throw error
        case .refused(let refusal): try bury(arrival, DeadLetterCause(refusal.code.rawValue, refusal.text))
        case .undecodable(let error): try bury(arrival, DeadLetterCause("unreadable_body", "\(error)"))
        case .waiting(let key): try bury(arrival, DeadLetterCause("waiting", "waits for \(key)"))
        }
    }

    /// Tries the foreign events that waited for this.
    func replayForeign(_ key: WaitKey) throws(StoreError) {
        for row in try tables.parkedEvents.rows(waitingFor: key) {
            try tables.parkedEvents.remove(row.id)
            parkedNow -= 1
            try row.message.lend(topic: row.topic, key: row.key) { arrival throws(StoreError) in
                try retryForeign(arrival)
            }
        }
    }

    /// Handles a foreign event that was noted in the inbox before.
    func retryForeign(_ arrival: Arrival) throws(StoreError) {
        guard let type = arrival.type else {
            try bury(arrival, DeadLetterCause("unknown_type", "type \(arrival.typeName) is not known to this version"))
            return
        }
        try handleForeign(arrival, type)
    }
}

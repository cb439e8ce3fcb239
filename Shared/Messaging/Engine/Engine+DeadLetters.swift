import HostedConnection
import Schema
import ServiceKit
import Store

extension Engine {
    /// The longest body that goes to the dead-letter topic, in bytes; the table keeps it whole.
    private static var publishedBytes: Int { 65_536 }

    /// Keeps a message that can't be handled, with the cause, and tells the dead-letter topic.
    @discardableResult
    func bury(_ message: borrowing UnhandledMessage, _ cause: DeadLetterCause) throws(StoreError) -> Int64 {
        statistics.deadLettered += 1
        openDeadLetters += 1
        let number = try tables.deadLetters.append(message, cause: cause, now: step.now)
        guard let topic = application.deadLetterTopic else { return number }
        var letter = DeadLetter()
        letter.topic = message.topic.baseName
        letter.partition = message.partition
        letter.offset = message.offset
        letter.key = Array(message.key)
        letter.cause = cause.code
        letter.detail = cause.detail
        letter.eventID = message.id
        letter.eventSource = message.source
        letter.eventType = message.typeName
        letter.body = Array(message.body.prefix(Self.publishedBytes))
        letter.bodyBytes = UInt64(message.body.count)
        letter.bodySHA256 = try digest(of: message.body).description
        letter.receivedAt = Timestamp(step.now)
        step.sendRaw(letter, on: topic, key: message.key)
        return number
    }

    @discardableResult
    func bury(
        _ arrival: Arrival, _ cause: DeadLetterCause, on channel: ChannelKey? = nil, at position: ChannelPosition? = nil
    ) throws(StoreError) -> Int64 {
        try bury(
            UnhandledMessage(
                topic: arrival.topic, partition: arrival.partition, offset: arrival.offset, key: arrival.key, id: arrival.id,
                source: arrival.source, typeName: arrival.typeName, body: arrival.body, channel: channel, position: position), cause)
    }

    /// A record that is no CloudEvent.
    func bury(_ record: UnreadableRecord, _ cause: DeadLetterCause) throws(StoreError) {
        try record.batch.bytes.span.withUnsafeBytes { arena throws(StoreError) in
            let message = UnhandledMessage(
                topic: record.record.topic, partition: record.record.partition, offset: record.record.offset,
                key: arena.slice(record.record.key), headers: record.headerLines, body: arena.slice(record.record.value))
            _ = try bury(message, cause)
        }
    }

    func digest(of bytes: UnsafeRawBufferPointer) throws(StoreError) -> Digest256 {
        do throws(CryptoError) {
            return try hasher.digest(of: bytes)
        } catch {
            // libcrypto fails here only without memory.
            throw .outOfMemory
        }
    }

    /// Carries out what an operator wants done with a dead letter.
    func carryOut(_ order: DeadLetterOrder) throws(StoreError) {
        guard let place = try tables.deadLetters.place(of: order.deadLetter) else {
            let refusal = Refusal(
                .notFound, "No open dead letter \(order.deadLetter)", object: "\(order.deadLetter)", next: "List the open dead letters")
            replies.append((order.reply, refusal.answer))
            return
        }
        step.actor = order.actor
        switch (order.action, place) {
        case (.retry, nil):
            let refusal = Refusal(
                .contradictsState, "Dead letter \(order.deadLetter) was not readable as a message of a channel",
                object: "\(order.deadLetter)", next: "Have its sender send it again, then discard it")
            replies.append((order.reply, refusal.answer))
            return
        case (.retry, let place?):
            try tables.deadLetters.close(order.deadLetter, as: .retried, by: order.actor, now: step.now)
            try replay(place.channel)
        case (.discard, nil):
            try tables.deadLetters.close(order.deadLetter, as: .discarded, by: order.actor, now: step.now)
        case (.discard, let place?):
            try tables.deadLetters.close(order.deadLetter, as: .discarded, by: order.actor, now: step.now)
            _ = try application.advance(place.channel, to: place.position)
            try replay(place.channel)
        }
        openDeadLetters -= 1
        try settleReleased()
        replies.append((order.reply, CommandAnswer(status: 200, body: Array("{}".utf8))))
    }
}

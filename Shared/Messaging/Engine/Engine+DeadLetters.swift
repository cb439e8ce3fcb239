import HostedConnection
import Schema
import ServiceKit
import Store

extension Engine {
    /// The longest body that goes to the dead-letter topic, in bytes; the table keeps it whole.
    private static var publishedBytes: Int { 65_536 }
    /// The longest key that goes there. A foreign record's key may be as large as a whole record.
    private static var publishedKeyBytes: Int { 1024 }

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
        let key = UnsafeRawBufferPointer(rebasing: message.key.prefix(Self.publishedKeyBytes))
        letter.key = Array(key)
        letter.cause = cause.code
        letter.detail = cause.detail
        letter.eventID = message.id.bounded
        letter.eventSource = message.source.bounded
        letter.eventType = message.typeName.bounded
        letter.body = Array(message.body.prefix(Self.publishedBytes))
        letter.bodyBytes = UInt64(message.body.count)
        letter.bodySHA256 = try digest(of: message.body).description
        letter.receivedAt = Timestamp(step.now)
        step.sendRaw(letter, on: topic, key: key)
        return number
    }

    @discardableResult
    func bury(
        _ arrival: Arrival, _ cause: DeadLetterCause, on channel: ChannelKey? = nil, at position: ChannelPosition? = nil
    ) throws(StoreError) -> Int64 {
        try bury(
            UnhandledMessage(
                topic: arrival.topic, partition: arrival.partition, offset: arrival.offset, key: arrival.key, id: arrival.id,
                source: arrival.source, typeName: arrival.typeName, body: arrival.body, encoding: arrival.encoding, channel: channel,
                position: position), cause)
    }

    /// A record that is no CloudEvent.
    func bury(_ record: UnreadableRecord, _ cause: DeadLetterCause) throws(StoreError) {
        let said = EventEnvelope.readableAttributes(of: record.record, in: record.batch)
        try record.batch.bytes.span.withUnsafeBytes { arena throws(StoreError) in
            let message = UnhandledMessage(
                topic: record.record.topic, partition: record.record.partition, offset: record.record.offset,
                key: arena.slice(record.record.key), id: said.id.withoutNUL, source: said.source.withoutNUL,
                typeName: said.typeName.withoutNUL, headers: record.headerLines, body: arena.slice(record.record.value))
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
        guard let letter = try tables.deadLetters.open(order.deadLetter) else {
            return answer(
                order,
                Refusal(
                    .notFound, "No open dead letter \(order.deadLetter)", object: "\(order.deadLetter)",
                    next: "List the open dead letters"))
        }
        step.actor = order.actor
        let refusal =
            switch order.action {
            case .retry: try retry(letter, order)
            case .discard: try discard(letter, order)
            }
        if let refusal { return answer(order, refusal) }
        openDeadLetters -= 1
        try settleReleased()
        replies.append((order.reply, CommandAnswer(status: 200, body: Array("{}".utf8))))
    }

    private func answer(_ order: DeadLetterOrder, _ refusal: Refusal) { replies.append((order.reply, refusal.answer)) }

    private func retry(_ letter: OpenDeadLetter, _ order: DeadLetterOrder) throws(StoreError) -> Refusal? {
        guard let message = letter.message, letter.channel != nil || roles[Int(letter.topic.rawValue)] == .foreign else {
            return Refusal(
                .contradictsState, "Dead letter \(order.deadLetter) is no message that could be handled",
                object: "\(order.deadLetter)", next: "Have its sender send it right, then discard it")
        }
        try tables.deadLetters.close(order.deadLetter, as: .retried, by: order.actor.withoutNUL, now: step.now)
        guard let channel = letter.channel else {
            try message.lend(topic: letter.topic, key: letter.key, retryForeign)
            return nil
        }
        // What overflowed its channel is not among the parked ones yet.
        try message.lend(topic: letter.topic, key: letter.key) { arrival throws(StoreError) in
            if try tables.parked.park(arrival, at: place(of: arrival), on: channel, now: step.now) { parkedNow += 1 }
        }
        try replay(channel, past: order.deadLetter)
        return nil
    }

    private func discard(_ letter: OpenDeadLetter, _ order: DeadLetterOrder) throws(StoreError) -> Refusal? {
        guard let channel = letter.channel, let message = letter.message else {
            try tables.deadLetters.close(order.deadLetter, as: .discarded, by: order.actor.withoutNUL, now: step.now)
            return nil
        }
        let place = try message.lend(topic: letter.topic, key: letter.key, place)
        let isHead = holds[channel]?.reason.deadLetter == order.deadLetter
        switch place.verdict(mark: try application.handled(channel)) {
        case .gap where !isHead:
            return Refusal(
                .contradictsState, "Messages of \(channel.text) before dead letter \(order.deadLetter) are not settled",
                object: channel.text, next: "Settle them first")
        case .next, .gap:
            if try !application.advance(channel, to: place.position) {
                try giveUpHead(of: channel, at: place.position, order)
                return nil
            }
        case .repeated, .diverged: break
        }
        try tables.deadLetters.close(order.deadLetter, as: .discarded, by: order.actor.withoutNUL, now: step.now)
        try replay(channel, past: order.deadLetter)
        return nil
    }

    /// Discards the head of a channel that has no row and so no mark: what follows it becomes the dead letter then, one by one.
    private func giveUpHead(of channel: ChannelKey, at position: ChannelPosition, _ order: DeadLetterOrder) throws(StoreError) {
        try tables.deadLetters.close(order.deadLetter, as: .discarded, by: order.actor.withoutNUL, now: step.now)
        if try tables.parked.remove(position, from: channel) { parkedNow -= 1 }
        guard let next = try tables.parked.firstParked(on: channel) else {
            return try free(channel)
        }
        let cause = DeadLetterCause("unknown_connection", "nothing is known of \(channel.text)")
        let number = try next.lend(topic: channel.topic, key: Array(channel.text.utf8)) { arrival throws(StoreError) in
            try bury(arrival, cause, on: channel, at: next.place.position)
        }
        try hold(channel, (.deadLetter(number), "\(cause.code): \(cause.detail)"))
    }

    /// Replays a channel unless another dead letter holds it: that one is settled by an order of its own.
    private func replay(_ channel: ChannelKey, past number: Int64) throws(StoreError) {
        if let head = holds[channel]?.reason.deadLetter, head != number { return }
        try replay(channel)
    }

    private func place(of arrival: Arrival) throws(StoreError) -> Place {
        let place: Place?
        do throws(CodecError) {
            place = Place(try OpenedMessage(arrival.body).common)
        } catch {
            throw .corrupt("the dead letter \(arrival.id) can't be read: \(error)")
        }
        // It had one when it was buried.
        guard let place else { throw .corrupt("the dead letter \(arrival.id) has no place") }
        return place
    }
}

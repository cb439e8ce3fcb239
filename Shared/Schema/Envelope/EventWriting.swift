public import HostedConnection

extension RecordBatch {
    /// Adds an event to be published. Allocates nothing once the batch has grown to its usual size.
    ///
    /// - Parameters:
    ///   - topic: where it goes.
    ///   - key: the Kafka key, which decides the partition and the order.
    ///   - id: the event's id.
    ///   - source: who sends it; with `id` it names the event.
    ///   - type: which message `body` holds.
    ///   - body: the encoded message.
    ///   - encoding: how `body` is encoded.
    ///   - traceparent: the W3C trace context, when the trace is sampled.
    ///   - tag: comes back with the delivery report.
    ///   - mode: how the event stands in the record.
    public mutating func appendEvent(
        topic: Topic, key: some TextIdentifier, id: MessageID, source: String, type: MessageType, body: UnsafeRawBufferPointer,
        encoding: EventEncoding = .protobuf, traceparent: String? = nil, tag: UInt64 = 0, mode: EventMode = .binary
    ) {
        let key = append(identifier: key)
        appendEvent(
            topic: topic, keySlice: key, id: id, source: source, type: type, body: body, encoding: encoding,
            traceparent: traceparent, tag: tag, mode: mode)
    }

    /// Adds an event whose key is already bytes, as when a stored or dead record is published.
    public mutating func appendEvent(
        topic: Topic, key: UnsafeRawBufferPointer, id: MessageID, source: String, type: MessageType, body: UnsafeRawBufferPointer,
        encoding: EventEncoding = .protobuf, traceparent: String? = nil, tag: UInt64 = 0, mode: EventMode = .binary
    ) {
        let key = append(key)
        appendEvent(
            topic: topic, keySlice: key, id: id, source: source, type: type, body: body, encoding: encoding,
            traceparent: traceparent, tag: tag, mode: mode)
    }

    /// Writes an identifier's text form to the end of the arena and says where it lies now.
    public mutating func append(identifier: some TextIdentifier) -> Slice {
        guard identifier.isSet else { return .empty }
        return withUnsafeTemporaryAllocation(byteCount: type(of: identifier).maximumTextCount, alignment: 1) { room in
            guard let base = room.baseAddress else { return .empty }
            let count = identifier.writeText(to: base)
            return append(UnsafeRawBufferPointer(start: base, count: count))
        }
    }

    private mutating func appendEvent(
        topic: Topic, keySlice: Slice, id: MessageID, source: String, type: MessageType, body: UnsafeRawBufferPointer,
        encoding: EventEncoding, traceparent: String?, tag: UInt64, mode: EventMode
    ) {
        let names = eventNames()
        var record = Record(topic: topic)
        record.tag = tag
        record.key = keySlice
        let first = Int32(headers.count)
        switch mode {
        case .binary:
            headers.append(Header(name: names.version, value: names.versionValue))
            headers.append(Header(name: names.id, value: append(identifier: id)))
            headers.append(Header(name: names.source, value: eventSource(source)))
            headers.append(Header(name: names.type, value: eventType(type)))
            headers.append(Header(name: names.contentType, value: contentType(encoding)))
            if let traceparent { headers.append(Header(name: names.traceparent, value: append(utf8: traceparent))) }
            record.value = append(body)
        case .structured:
            headers.append(Header(name: names.contentType, value: structuredContentType()))
            record.value = appendCloudEvent(id: id, source: source, type: type, body: body, encoding: encoding, traceparent: traceparent)
        }
        record.headers = first..<Int32(headers.count)
        records.append(record)
    }
}

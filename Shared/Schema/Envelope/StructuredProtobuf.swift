extension EventEnvelope {
    /// Reads an event in the CloudEvents Protobuf format; all its parts are slices of the batch.
    mutating func readStructuredProtobuf(_ value: RecordBatch.Slice, in batch: borrowing RecordBatch) throws(EnvelopeError) {
        let result: Result<ProtobufCloudEvent, EnvelopeError> = batch.withBytes(value) { bytes in
            Result { () throws(EnvelopeError) in try ProtobufCloudEvent(bytes, at: value.start) }
        }
        let event = try result.get()
        id = event.id
        source = event.source
        typeName = event.type
        content = event.content
        encoding = event.encoding
        traceparent = event.traceparent
    }
}

/// The parts of a `io.cloudevents.v1.CloudEvent`.
private struct ProtobufCloudEvent {
    private(set) var id = RecordBatch.Slice.empty
    private(set) var source = RecordBatch.Slice.empty
    private(set) var type = RecordBatch.Slice.empty
    private(set) var content = RecordBatch.Slice.empty
    private(set) var encoding = EventEncoding.protobuf
    private(set) var traceparent = RecordBatch.Slice.empty

    private enum Data {
        case binary(UnsafeRawBufferPointer)
        case text(UnsafeRawBufferPointer)
        case message(typeURL: UnsafeRawBufferPointer, UnsafeRawBufferPointer)
    }

    /// - Parameter start: where in the arena `bytes` begin.
    init(_ bytes: UnsafeRawBufferPointer, at start: UInt32) throws(EnvelopeError) {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        var attributes = (id: nothing, source: nothing, version: nothing, type: nothing, contentType: nothing, trace: nothing)
        var data: Data?
        do {
            guard let base = bytes.baseAddress else { throw WireReader.truncated }
            var reader = WireReader(base: base, count: bytes.count)
            loop: while true {
                switch try reader.nextTag() {
                case 0: break loop
                case 10: attributes.id = try reader.bytes()
                case 18: attributes.source = try reader.bytes()
                case 26: attributes.version = try reader.bytes()
                case 34: attributes.type = try reader.bytes()
                case 42:
                    let (name, value) = try Self.attribute(try reader.bytes())
                    if name.equals("datacontenttype") { attributes.contentType = value }
                    if name.equals("traceparent") { attributes.trace = value }
                case 50: data = .binary(try reader.bytes())
                case 58: data = .text(try reader.bytes())
                case 66:
                    let (typeURL, value) = try Self.pair(try reader.bytes())
                    data = .message(typeURL: typeURL, value)
                case let tag: try reader.skip(tag)
                }
            }
        } catch {
            throw .brokenBody("\(error)")
        }
        func slice(_ part: UnsafeRawBufferPointer) -> RecordBatch.Slice {
            guard let first = part.baseAddress, let base = bytes.baseAddress else { return .empty }
            return RecordBatch.Slice(start: start + UInt32(first - base), count: UInt32(part.count))
        }
        for (name, value) in [("id", attributes.id), ("source", attributes.source), ("type", attributes.type)] {
            if value.isEmpty { throw .missing(name) }
            if !EventEnvelope.isText(value) { throw .invalid(name) }
        }
        if attributes.version.isEmpty { throw .missing("specversion") }
        guard attributes.version.equals("1.0") else {
            throw .unsupportedVersion(String(decoding: attributes.version.prefix(20), as: UTF8.self))
        }
        id = slice(attributes.id)
        source = slice(attributes.source)
        type = slice(attributes.type)
        traceparent = slice(attributes.trace)
        switch data {
        case .message(let typeURL, let value):
            guard typeURL.count > attributes.type.count, typeURL[typeURL.count - attributes.type.count - 1] == UInt8(ascii: "/"),
                typeURL.suffix(attributes.type.count).elementsEqual(attributes.type)
            else { throw .brokenBody("proto_data holds another type than the event's") }
            content = slice(value)
        case .binary(let value), .text(let value):
            if attributes.contentType.isEmpty { throw .missing("datacontenttype") }
            guard case .message(let encoding)? = ContentType(attributes.contentType) else {
                throw .unknownContentType(String(decoding: attributes.contentType.prefix(100), as: UTF8.self))
            }
            content = slice(value)
            self.encoding = encoding
        case nil: throw .missing("data")
        }
    }

    /// Fields 1 and 2 of a message that has texts or messages there: a map's entry, an `Any`.
    private static func pair(
        _ bytes: UnsafeRawBufferPointer
    ) throws(CodecError) -> (first: UnsafeRawBufferPointer, second: UnsafeRawBufferPointer) {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        var pair = (first: nothing, second: nothing)
        guard let base = bytes.baseAddress else { return pair }
        var reader = WireReader(base: base, count: bytes.count)
        while true {
            switch try reader.nextTag() {
            case 0: return pair
            case 10: pair.first = try reader.bytes()
            case 18: pair.second = try reader.bytes()
            case let tag: try reader.skip(tag)
            }
        }
    }

    /// An attribute's name and its value, if that is a text.
    private static func attribute(
        _ bytes: UnsafeRawBufferPointer
    ) throws(CodecError) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        let entry = try pair(bytes)
        var value = UnsafeRawBufferPointer(start: nil, count: 0)
        guard let base = entry.second.baseAddress else { return (entry.first, value) }
        var reader = WireReader(base: base, count: entry.second.count)
        while true {
            switch try reader.nextTag() {
            case 0: return (entry.first, value)
            case 26: value = try reader.bytes()
            case let tag: try reader.skip(tag)
            }
        }
    }
}

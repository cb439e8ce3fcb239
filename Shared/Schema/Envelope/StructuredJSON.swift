extension EventEnvelope {
    /// Reads an event in the CloudEvents JSON format. Its parts are copied to a storage of the envelope's own, because texts
    /// may hold escapes and the message may be base64; this way is for foreign senders, not for speed.
    mutating func readStructuredJSON(_ value: RecordBatch.Slice, in batch: borrowing RecordBatch) throws(EnvelopeError) {
        let result: Result<JSONCloudEvent, EnvelopeError> = batch.withBytes(value) { bytes in
            Result { () throws(EnvelopeError) in try JSONCloudEvent(bytes) }
        }
        let event = try result.get()
        encoding = event.encoding
        id = store(event.id)
        source = store(event.source)
        typeName = store(event.type)
        traceparent = store(event.traceparent)
        content = store(event.content)
    }

    private mutating func store(_ part: [UInt8]) -> RecordBatch.Slice {
        let start = UInt32(storage.count)
        storage += part
        return RecordBatch.Slice(start: start, count: UInt32(part.count))
    }
}

/// The parts of an event in the CloudEvents JSON format.
private struct JSONCloudEvent {
    private(set) var id: [UInt8] = []
    private(set) var source: [UInt8] = []
    private(set) var type: [UInt8] = []
    private(set) var traceparent: [UInt8] = []
    private(set) var content: [UInt8] = []
    private(set) var encoding = EventEncoding.json

    private var version: [UInt8] = []
    private var contentType: [UInt8] = []
    /// `data`: the value's bytes as they came.
    private var data: [UInt8]?
    private var base64: [UInt8]?

    init(_ bytes: UnsafeRawBufferPointer) throws(EnvelopeError) {
        do {
            try readMembers(bytes)
        } catch {
            throw .brokenBody("\(error)")
        }
        for (name, value) in [("id", id), ("source", source), ("type", type), ("specversion", version)] {
            if value.isEmpty { throw .missing(name) }
            guard value.withUnsafeBytes({ EventEnvelope.isText($0) }) else { throw .invalid(name) }
        }
        guard version == Array("1.0".utf8) else { throw .unsupportedVersion(String(decoding: version.prefix(20), as: UTF8.self)) }
        if !contentType.isEmpty {
            guard case .message(let encoding)? = contentType.withUnsafeBytes({ ContentType($0) }) else {
                throw .unknownContentType(String(decoding: contentType.prefix(100), as: UTF8.self))
            }
            self.encoding = encoding
        }
        switch (data, base64) {
        case (let data?, nil):
            guard case .json = encoding else { throw .brokenBody("data_base64 is expected for \(encoding.contentType)") }
            content = data
        case (nil, let bytes?): content = bytes
        case (nil, nil): throw .missing("data")
        default: throw .brokenBody("data and data_base64 exclude each other")
        }
    }

    private mutating func readMembers(_ bytes: UnsafeRawBufferPointer) throws(CodecError) {
        guard let base = bytes.baseAddress else { throw JSONReader.truncated }
        var reader = JSONReader(base: base, count: bytes.count)
        var seen: Set<String> = []
        try reader.beginObject()
        while let name = try reader.nextName() {
            let member = try validatedText(name)
            guard seen.insert(member).inserted else {
                throw CodecError(.duplicateField, path: member, expected: "the attribute at most once")
            }
            if try reader.takeNull() { continue }
            switch member {
            case "id": id = Array(try reader.string())
            case "source": source = Array(try reader.string())
            case "type": type = Array(try reader.string())
            case "specversion": version = Array(try reader.string())
            case "datacontenttype": contentType = Array(try reader.string())
            case "traceparent": traceparent = Array(try reader.string())
            case "data": data = Array(try reader.skipValue())
            case "data_base64":
                guard let decoded = Base64.decode(try reader.string()) else {
                    throw CodecError(.invalidBase64, path: member, expected: "base64")
                }
                base64 = decoded
            default: _ = try reader.skipValue()
            }
        }
        try reader.finish()
    }
}

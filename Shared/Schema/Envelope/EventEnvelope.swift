/// A CloudEvents 1.0 event as it stands in a record, in whichever mode it came: who sent it, what it is, where its message
/// lies. In binary mode nothing is copied or allocated; the parts are slices of the record's batch.
public struct EventEnvelope: Sendable {
    /// The event's id, unique for its source.
    public internal(set) var id = RecordBatch.Slice.empty
    /// Who sent it.
    public internal(set) var source = RecordBatch.Slice.empty
    /// The name of the message's type.
    public internal(set) var typeName = RecordBatch.Slice.empty
    /// The message's type; nil if this version does not know it.
    public internal(set) var type: MessageType?
    /// The encoded message.
    public internal(set) var content = RecordBatch.Slice.empty
    /// How the message is encoded.
    public internal(set) var encoding = EventEncoding.protobuf
    /// The W3C trace context; empty if there is none.
    public internal(set) var traceparent = RecordBatch.Slice.empty
    /// The parts of an event in structured JSON, whose escapes are resolved here; else empty, and the parts lie in the batch.
    @usableFromInline var storage: [UInt8] = []

    init() {}

    /// Reads the envelope of a record; header names may be in upper or lower case.
    public init(record: RecordBatch.Record, in batch: borrowing RecordBatch) throws(EnvelopeError) {
        guard record.hasValue else { throw .tombstone }
        let headers = try EventHeaders(record: record, in: batch)
        guard let contentTypeSlice = headers.contentType else { throw .missing("content-type") }
        let contentType: ContentType? = batch.withBytes(contentTypeSlice) { ContentType($0) }
        switch contentType {
        case .message(let encoding):
            id = try Self.text(headers.id, "id", in: batch)
            source = try Self.text(headers.source, "source", in: batch)
            typeName = try Self.text(headers.type, "type", in: batch)
            let version = try Self.text(headers.version, "specversion", in: batch)
            guard batch.withBytes(version, { $0.equals("1.0") }) else { throw .unsupportedVersion(batch.text(version)) }
            content = record.value
            self.encoding = encoding
            traceparent = headers.traceparent ?? headers.traceAttribute ?? .empty
        case .structuredProtobuf: try readStructuredProtobuf(record.value, in: batch)
        case .structuredJSON: try readStructuredJSON(record.value, in: batch)
        case nil: throw .unknownContentType(String(batch.text(contentTypeSlice).prefix(100)))
        }
        type = withBytes(typeName, in: batch) { MessageType(fullName: $0) }
    }

    /// The bytes of one of the envelope's slices, for the length of `body` only.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        _ slice: RecordBatch.Slice, in batch: borrowing RecordBatch, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if storage.isEmpty { return try batch.withBytes(slice, body) }
        return try storage.withUnsafeBufferPointer { buffer throws(Failure) in
            let range = Int(slice.start)..<Int(slice.start) + Int(slice.count)
            return try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[range])))
        }
    }

    /// One of the envelope's slices as text.
    public func text(_ slice: RecordBatch.Slice, in batch: borrowing RecordBatch) -> String {
        withBytes(slice, in: batch) { String(decoding: $0, as: UTF8.self) }
    }

    /// What can be said about a record that is no readable event, for its dead letter: the first value of each header, empty
    /// where there is none.
    public static func readableAttributes(
        of record: RecordBatch.Record, in batch: borrowing RecordBatch
    ) -> (id: String, source: String, typeName: String) {
        let headers = EventHeaders(readable: record, in: batch)
        return (
            batch.text(headers.id ?? .empty), batch.text(headers.source ?? .empty), batch.text(headers.type ?? .empty)
        )
    }

    private static func text(
        _ slice: RecordBatch.Slice?, _ name: String, in batch: borrowing RecordBatch
    ) throws(EnvelopeError) -> RecordBatch.Slice {
        guard let slice, slice.count > 0 else { throw .missing(name) }
        guard batch.withBytes(slice, { isText($0) }) else { throw .invalid(name) }
        return slice
    }

    static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (try? UTF8Span(validating: bytes.assumingMemoryBound(to: UInt8.self).span)) != nil
    }
}

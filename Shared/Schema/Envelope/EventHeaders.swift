/// The headers of a record that say something about its event.
struct EventHeaders {
    var version: RecordBatch.Slice?
    var id: RecordBatch.Slice?
    var source: RecordBatch.Slice?
    var type: RecordBatch.Slice?
    var contentType: RecordBatch.Slice?
    var traceparent: RecordBatch.Slice?
    /// The trace context as a CloudEvents attribute, as other libraries send it, perhaps beside the plain header.
    var traceAttribute: RecordBatch.Slice?

    /// Finds them by name, in upper or lower case; foreign headers are passed over.
    init(record: RecordBatch.Record, in batch: borrowing RecordBatch) throws(EnvelopeError) {
        for index in record.headers {
            let header = batch.headers[Int(index)]
            let isNew: Bool = batch.withBytes(header.name) { take(header.value, named: $0) }
            guard isNew else { throw .duplicate(batch.text(header.name)) }
        }
    }

    /// The first of each header, for a record that is no event: what can still be said about it.
    init(readable record: RecordBatch.Record, in batch: borrowing RecordBatch) {
        for index in record.headers {
            let header = batch.headers[Int(index)]
            _ = batch.withBytes(header.name) { take(header.value, named: $0) }
        }
    }

    /// False if the header was there before.
    private mutating func take(_ value: RecordBatch.Slice, named name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 5 where name.equalsIgnoringCase("ce_id"): Self.set(&id, value)
        case 7 where name.equalsIgnoringCase("ce_type"): Self.set(&type, value)
        case 9 where name.equalsIgnoringCase("ce_source"): Self.set(&source, value)
        case 11 where name.equalsIgnoringCase("traceparent"): Self.set(&traceparent, value)
        case 12 where name.equalsIgnoringCase("content-type"): Self.set(&contentType, value)
        case 14 where name.equalsIgnoringCase("ce_specversion"): Self.set(&version, value)
        case 14 where name.equalsIgnoringCase("ce_traceparent"): Self.set(&traceAttribute, value)
        default: true
        }
    }

    private static func set(_ attribute: inout RecordBatch.Slice?, _ value: RecordBatch.Slice) -> Bool {
        guard attribute == nil else { return false }
        attribute = value
        return true
    }
}

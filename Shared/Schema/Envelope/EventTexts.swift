/// The texts that the events of one batch share. Each is put into the arena once, at its first use; headers then point at it.
struct EventTexts: Sendable {
    struct Names: Sendable {
        let version: RecordBatch.Slice
        let versionValue: RecordBatch.Slice
        let id: RecordBatch.Slice
        let source: RecordBatch.Slice
        let type: RecordBatch.Slice
        let contentType: RecordBatch.Slice
        let traceparent: RecordBatch.Slice
    }

    var names: Names?
    var source: (text: String, slice: RecordBatch.Slice)?
    var protobufType: RecordBatch.Slice?
    var jsonType: RecordBatch.Slice?
    var structuredType: RecordBatch.Slice?
    /// Few types a batch, so a search from the start is the quickest.
    var types: [(type: MessageType, slice: RecordBatch.Slice)] = []

    mutating func removeAll() {
        names = nil
        source = nil
        protobufType = nil
        jsonType = nil
        structuredType = nil
        types.removeAll(keepingCapacity: true)
    }
}

extension RecordBatch {
    mutating func append(_ text: StaticString) -> Slice {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func eventNames() -> EventTexts.Names {
        if let names = eventTexts.names { return names }
        let names = EventTexts.Names(
            version: append("ce_specversion"), versionValue: append("1.0"), id: append("ce_id"), source: append("ce_source"),
            type: append("ce_type"), contentType: append("content-type"), traceparent: append("traceparent"))
        eventTexts.names = names
        return names
    }

    mutating func eventSource(_ text: String) -> Slice {
        if let source = eventTexts.source, source.text == text { return source.slice }
        let slice = append(utf8: text)
        eventTexts.source = (text, slice)
        return slice
    }

    mutating func eventType(_ type: MessageType) -> Slice {
        for known in eventTexts.types where known.type == type { return known.slice }
        let slice = append(utf8: type.fullName)
        eventTexts.types.append((type, slice))
        return slice
    }

    mutating func contentType(_ encoding: EventEncoding) -> Slice {
        switch encoding {
        case .protobuf:
            let slice = eventTexts.protobufType ?? append(encoding.contentType)
            eventTexts.protobufType = slice
            return slice
        case .json:
            let slice = eventTexts.jsonType ?? append(encoding.contentType)
            eventTexts.jsonType = slice
            return slice
        }
    }

    mutating func structuredContentType() -> Slice {
        let slice = eventTexts.structuredType ?? append(ContentType.structuredProtobufText)
        eventTexts.structuredType = slice
        return slice
    }
}

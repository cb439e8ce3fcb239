import Schema

/// libFuzzer's entry. The first byte says what to read: a message in either encoding, or an envelope; what is accepted must
/// survive being written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSchema(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let data, count > 0 else { return 0 }
    let input = UnsafeRawBufferPointer(start: data + 1, count: count - 1)
    let types = MessageType.allCases
    let choice = Int(data[0] >> 1)
    if choice < types.count {
        check(types[choice].message, input, isJSON: data[0] & 1 == 1)
    } else {
        readEnvelope(input, data[0] & 1 == 1 ? "application/cloudevents+json" : "application/cloudevents+protobuf")
    }
    return 0
}

private func check<Message: EventMessage>(_: Message.Type, _ input: UnsafeRawBufferPointer, isJSON: Bool) {
    guard let message = try? (isJSON ? Message(json: input) : Message(protobuf: input)) else { return }
    let bytes = message.protobufBytes()
    let again = try? Message(protobuf: bytes)
    precondition(again?.protobufBytes() == bytes, "another message after Protobuf")
    let text = message.jsonBytes()
    let fromText = try? Message(json: text)
    precondition(fromText?.jsonBytes() == text, "another message after JSON")
}

private func readEnvelope(_ input: UnsafeRawBufferPointer, _ contentType: String) {
    var batch = RecordBatch()
    var record = RecordBatch.Record(topic: .billingEvents)
    batch.headers.append(RecordBatch.Header(name: batch.append(utf8: "content-type"), value: batch.append(utf8: contentType)))
    record.headers = 0..<1
    record.value = batch.append(input)
    guard let envelope = try? EventEnvelope(record: record, in: batch) else { return }
    precondition(!envelope.text(envelope.id, in: batch).isEmpty, "an event without an id")
    if let type = envelope.type { decode(type.message, envelope, batch) }
}

private func decode<Message: EventMessage>(_: Message.Type, _ envelope: EventEnvelope, _ batch: RecordBatch) {
    _ = try? Message(decoding: envelope, in: batch)
}

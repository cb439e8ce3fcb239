import HostedConnection
import Testing

@testable import Schema

extension RecordBatch {
    /// A record as a foreign producer may write it.
    mutating func add(headers: [(String, String)], key: String = "k", value: [UInt8]?) {
        var record = Record(topic: .billingEvents)
        let first = Int32(self.headers.count)
        for (name, text) in headers { self.headers.append(Header(name: append(utf8: name), value: append(utf8: text))) }
        record.headers = first..<Int32(self.headers.count)
        record.key = append(utf8: key)
        record.hasValue = value != nil
        record.value = (value ?? []).withUnsafeBytes { append($0) }
        records.append(record)
    }
}

@Suite struct EnvelopeTests {
    private static let plain = [
        ("ce_specversion", "1.0"), ("ce_id", "e-1"), ("ce_source", "/billing"), ("ce_type", ChargeSettled.fullName),
        ("content-type", "application/json"),
    ]

    private func envelope(_ headers: [(String, String)], _ value: [UInt8]?) throws(EnvelopeError) -> (EventEnvelope, RecordBatch) {
        var batch = RecordBatch()
        batch.add(headers: [], value: "something before".bytes)
        batch.add(headers: headers, value: value)
        return (try EventEnvelope(record: batch.records[1], in: batch), batch)
    }

    @Test(arguments: [EventMode.binary, .structured], [EventEncoding.protobuf, .json])
    func whatIsWrittenIsRead(_ mode: EventMode, _ encoding: EventEncoding) throws {
        var batch = RecordBatch()
        let body = encoding == .json ? Sample.offer.jsonBytes() : Sample.offer.protobufBytes()
        for round in 0..<3 {
            body.withUnsafeBytes {
                batch.appendEvent(
                    topic: .partner, key: ConnectionID(Sample.port), id: Sample.message, source: "partner-service", type: .portOffered,
                    body: $0,
                    encoding: encoding, traceparent: round == 1 ? "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" : nil,
                    tag: UInt64(round), mode: mode)
            }
        }
        #expect(batch.records.count == 3)
        for (round, record) in batch.records.enumerated() {
            #expect(record.tag == UInt64(round))
            #expect(batch.text(record.key) == Sample.port.description)
            #expect(record.headers.count == (mode == .structured ? 1 : round == 1 ? 6 : 5))
            let envelope = try EventEnvelope(record: record, in: batch)
            #expect(envelope.text(envelope.id, in: batch) == Sample.message.description)
            #expect(envelope.text(envelope.source, in: batch) == "partner-service")
            #expect(envelope.text(envelope.typeName, in: batch) == PortOffered.fullName)
            #expect(envelope.type == .portOffered)
            #expect(envelope.encoding == encoding)
            #expect(envelope.text(envelope.traceparent, in: batch).hasPrefix("00-4bf9") == (round == 1))
            #expect(try PortOffered(decoding: envelope, in: batch) == Sample.offer)
        }
    }

    @Test func headerNamesAreWrittenOncePerBatch() {
        var batch = RecordBatch()
        for _ in 0..<10 {
            batch.appendEvent(
                topic: .partner, key: Sample.port, id: Sample.message, source: "s", type: .portOffered,
                body: UnsafeRawBufferPointer(start: nil, count: 0))
        }
        let perRecord = PortID.maximumTextCount + MessageID.maximumTextCount
        let shared = "ce_specversionce_idce_sourcece_typecontent-typetraceparent1.0s\(PortOffered.fullName)application/protobuf".utf8.count
        #expect(batch.bytes.count == shared + 10 * perRecord)
        batch.removeAll()
        batch.appendEvent(
            topic: .partner, key: Sample.port, id: Sample.message, source: "s", type: .portActivated,
            body: UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(batch.headers.map { batch.text($0.name) } == ["ce_specversion", "ce_id", "ce_source", "ce_type", "content-type"])
        #expect(batch.text(batch.headers[3].value) == PortActivated.fullName)
    }

    @Test func foreignHeadersAndOtherCasesAreTaken() throws {
        let headers = Self.plain.map { ($0.0.uppercased(), $0.1) } + [("x-trace", "1"), ("x-trace", "2"), ("", "")]
        let (event, batch) = try envelope(headers, #"{"currency":"EUR"}"#.bytes)
        #expect(event.type == .chargeSettled)
        #expect(try ChargeSettled(decoding: event, in: batch).currency == "EUR")
        let (charset, _) = try envelope(Self.plain.dropLast() + [("Content-Type", "Application/JSON ; charset=utf-8")], "{}".bytes)
        #expect(charset.encoding == .json)
    }

    @Test func theTraceContextIsTakenFromHeaderOrAttribute() throws {
        let (attribute, first) = try envelope(Self.plain + [("ce_traceparent", "00-a")], "{}".bytes)
        #expect(attribute.text(attribute.traceparent, in: first) == "00-a")
        let (both, second) = try envelope([("ce_traceparent", "00-a")] + Self.plain + [("traceparent", "00-b")], "{}".bytes)
        #expect(both.text(both.traceparent, in: second) == "00-b")
        let (none, _) = try envelope(Self.plain, "{}".bytes)
        #expect(none.traceparent == .empty)
    }

    @Test func unknownTypesAreReadWithoutAType() throws {
        let headers = Self.plain.map { $0.0 == "ce_type" ? ($0.0, "com.example.Other") : $0 }
        let (event, batch) = try envelope(headers, "{}".bytes)
        #expect(event.type == nil)
        #expect(event.text(event.typeName, in: batch) == "com.example.Other")
    }

    @Test(arguments: ["id", "source", "type", "specversion"])
    func everyAttributeIsRequired(_ name: String) {
        let without = Self.plain.filter { $0.0 != "ce_" + name }
        #expect(error { () throws(EnvelopeError) in try envelope(without, []) } == .missing(name))
        let empty = without + [("ce_" + name, "")]
        #expect(error { () throws(EnvelopeError) in try envelope(empty, []) } == .missing(name))
        let twice = Self.plain + [("CE_" + name.uppercased(), "x")]
        #expect(error { () throws(EnvelopeError) in try envelope(twice, []) } == .duplicate("CE_" + name.uppercased()))
    }

    @Test func theOtherRefusals() {
        #expect(error { () throws(EnvelopeError) in try envelope(Self.plain, nil) } == .tombstone)
        #expect(error { () throws(EnvelopeError) in try envelope(Self.plain.dropLast(), []) } == .missing("content-type"))
        let type = Self.plain.dropLast() + [("content-type", "text/plain")]
        #expect(error { () throws(EnvelopeError) in try envelope(Array(type), []) } == .unknownContentType("text/plain"))
        let version = [("ce_specversion", "0.3")] + Self.plain.dropFirst()
        #expect(error { () throws(EnvelopeError) in try envelope(version, []) } == .unsupportedVersion("0.3"))
        var batch = RecordBatch()
        batch.add(headers: Self.plain.filter { $0.0 != "ce_id" }, value: [])
        let bad = ([0xff] as [UInt8]).withUnsafeBytes { batch.append($0) }
        batch.headers.append(.init(name: batch.append(utf8: "ce_id"), value: bad))
        batch.records[0].headers = 0..<Int32(batch.headers.count)
        #expect(error { () throws(EnvelopeError) in try EventEnvelope(record: batch.records[0], in: batch) } == .invalid("id"))
        let readable = EventEnvelope.readableAttributes(of: batch.records[0], in: batch)
        #expect(readable == (id: "\u{fffd}", source: "/billing", typeName: ChargeSettled.fullName))
    }

    @Test func structuredJSON() throws {
        let body = #"{"subscriptionId":"\#(Sample.subscription)","amountMinor":"1200","currency":"EUR"}"#
        let text = #"""
            {"specversion":"1.0","id":"e\u002d1","source":"/billing","type":"\#(ChargeSettled.fullName)","time":"2026-01-31T09:30:00Z",
             "datacontenttype":"application/json","ext":[1,{"a":null}],"data": \#(body) }
            """#
        let headers = [("content-type", "application/cloudevents+json; charset=UTF-8")]
        let (event, batch) = try envelope(headers, text.bytes)
        #expect(event.text(event.id, in: batch) == "e-1")
        #expect(event.type == .chargeSettled)
        let settled = try ChargeSettled(decoding: event, in: batch)
        #expect(settled.subscriptionID == Sample.subscription)
        #expect(settled.amountMinor == 1200)

        var buffer = OutputBuffer(capacity: 64)
        settled.protobufBytes().withUnsafeBytes { Base64.encode($0, into: &buffer) }
        let base64 = buffer.withBytes { String(decoding: $0, as: UTF8.self) }
        let binary = #"""
            {"specversion":"1.0","id":"1","source":"s","type":"\#(ChargeSettled.fullName)","datacontenttype":"application/protobuf","data_base64":"\#(base64)"}
            """#
        let (second, secondBatch) = try envelope(headers, binary.bytes)
        #expect(second.encoding == .protobuf)
        #expect(try ChargeSettled(decoding: second, in: secondBatch) == settled)
    }

    @Test(arguments: [
        (#"{"specversion":"1.0","id":"1","source":"s","type":"t"}"#, EnvelopeError.missing("data")),
        (#"{"specversion":"1.0","id":"1","source":"s","data":{}}"#, .missing("type")),
        (#"{"specversion":"0.9","id":"1","source":"s","type":"t","data":{}}"#, .unsupportedVersion("0.9")),
        (
            #"{"specversion":"1.0","id":"1","source":"s","type":"t","datacontenttype":"text/xml","data":"<a/>"}"#,
            .unknownContentType("text/xml")
        ),
        (
            #"{"specversion":"1.0","id":"1","source":"s","type":"t","data":{},"data_base64":""}"#,
            .brokenBody("data and data_base64 exclude each other")
        ),
        (#"{"specversion":"1.0","id":"1","id":"2"}"#, .brokenBody("id: duplicate_field: expected the attribute at most once")),
        (#"{"specversion":"1.0","id":1}"#, .brokenBody("wrong_type: expected a text in quotes")),
        ("", .brokenBody("truncated: expected more JSON")),
        ("hello", .brokenBody("wrong_type: expected an object")),
    ])
    func brokenStructuredJSON(_ text: String, _ expected: EnvelopeError) {
        let headers = [("content-type", "application/cloudevents+json")]
        #expect(error { () throws(EnvelopeError) in try envelope(headers, text.bytes) } == expected)
    }

    @Test func brokenStructuredProtobuf() {
        let headers = [("content-type", "application/cloudevents+protobuf")]
        #expect(error { () throws(EnvelopeError) in try envelope(headers, []) }?.code == "missing_attribute")
        #expect(error { () throws(EnvelopeError) in try envelope(headers, [0x0a, 0x05, 0x61]) }?.code == "broken_structured_body")
        var batch = RecordBatch()
        Sample.offer.protobufBytes().withUnsafeBytes {
            batch.appendEvent(
                topic: .partner, key: Sample.port, id: Sample.message, source: "s", type: .portOffered, body: $0, mode: .structured)
        }
        var seen: Set<String> = []
        let whole = batch.records[0].value
        for count in 0..<whole.count {
            batch.records[0].value.count = count
            if let failure = error({ () throws(EnvelopeError) in try EventEnvelope(record: batch.records[0], in: batch) }) {
                seen.insert(failure.code)
            }
        }
        #expect(seen == ["missing_attribute", "broken_structured_body"])
    }
}

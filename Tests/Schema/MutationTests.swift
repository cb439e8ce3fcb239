import HostedConnection
import Testing

@testable import Schema

/// Broken input in great number: nothing may trap, and what is accepted must survive being written and read again.
@Suite struct MutationTests {
    /// SplitMix64: the same mutations in every run.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }

    private static func mutate(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = [0, 0x7f, 0x80, 0xff, 0x22, 0x5c, 0x7b, 0x5b, 0x2e, 0x2d, 0x39].randomElement(using: &random) ?? 0
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 3: bytes.remove(at: place)
            case 4: bytes.removeSubrange(place...)
            default:
                bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 12)], at: Int.random(in: 0...bytes.count, using: &random))
            }
        }
        return bytes
    }

    /// Whether the message was accepted.
    private static func survives<Message: EventMessage>(_: Message.Type, _ bytes: [UInt8], isJSON: Bool) -> Bool {
        // A copy of exactly this size on the heap, so that a sanitizer sees a read beyond the end.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        let read = { () throws(CodecError) in
            try isJSON ? Message(json: UnsafeRawBufferPointer(copy)) : Message(protobuf: UnsafeRawBufferPointer(copy))
        }
        guard let message = try? read() else { return false }
        let again = try? Message(protobuf: message.protobufBytes())
        #expect(again == message || message.protobufBytes() == again?.protobufBytes(), "\(bytes)")
        var known = message
        known = (try? Message(json: known.jsonBytes())) ?? Message()
        #expect(known.jsonBytes() == message.jsonBytes(), "\(bytes)")
        return true
    }

    @Test(arguments: [false, true])
    func mutatedMessages(_ isJSON: Bool) {
        var random = Random(state: isJSON ? 2 : 1)
        let seeds = GoldenTests.payloads.compactMap { payload in
            (try? payload.bytes(isJSON ? "json" : "bin")).map { (payload.type, isJSON ? GoldenTests.withoutWhiteSpace($0).bytes : $0) }
        }
        var accepted = 0
        for round in 0..<50_000 {
            let (type, seed) = seeds[round % seeds.count]
            if Self.survives(type.message, Self.mutate(seed, &random), isJSON: isJSON) { accepted += 1 }
        }
        // Both ways must have been walked, or the mutations are too wild or too tame.
        #expect(accepted > 1000)
        #expect(accepted < 49_000)
    }

    @Test func mutatedEnvelopes() {
        var random = Random(state: 3)
        var seed = RecordBatch()
        Sample.offer.protobufBytes().withUnsafeBytes {
            seed.appendEvent(
                topic: .partner, key: Sample.port, id: Sample.message, source: "s", type: .portOffered, body: $0, mode: .structured)
        }
        let structured = seed.withBytes(seed.records[0].value) { Array($0) }
        let json = #"{"specversion":"1.0","id":"1","source":"s","type":"t","datacontenttype":"application/json","data":{"a":[1,"\u00e9"]}}"#
            .bytes
        var accepted = 0
        for round in 0..<20_000 {
            let isJSON = round % 2 == 0
            var batch = RecordBatch()
            batch.add(
                headers: [("content-type", isJSON ? "application/cloudevents+json" : "application/cloudevents+protobuf")],
                value: Self.mutate(isJSON ? json : structured, &random))
            guard let envelope = try? EventEnvelope(record: batch.records[0], in: batch) else { continue }
            accepted += 1
            #expect(envelope.id.count > 0 && envelope.source.count > 0 && envelope.typeName.count > 0)
            _ = try? PortOffered(decoding: envelope, in: batch)
        }
        #expect(accepted > 500)
    }
}

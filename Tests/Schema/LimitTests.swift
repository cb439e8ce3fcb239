import HostedConnection
import Testing

@testable import Schema

@Suite struct LimitTests {
    @Test func everyTruncationIsReadOrRefused() {
        let whole = Sample.offer.protobufBytes()
        var refused = 0
        for count in 0..<whole.count where error({ () throws(CodecError) in try PortOffered(protobuf: Array(whole[..<count])) }) != nil {
            refused += 1
        }
        // A cut between two fields is a shorter message; every other one must be seen.
        let fields = 8 - 1 + 12
        #expect(refused == whole.count - fields)
    }

    @Test func everyTruncationOfJSONIsRefused() {
        let whole = Sample.offer.jsonBytes()
        for count in 0..<whole.count {
            #expect(error { () throws(CodecError) in try PortOffered(json: Array(whole[..<count])) } != nil, "cut at \(count)")
        }
    }

    @Test(
        arguments: [
            [0x4a, 0xff, 0xff, 0xff, 0xff, 0x0f], [0x4a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            [0x4a, 0x02, 0x61], [0x4a], [0x08], [0x08, 0x80], [0xfd, 0x01, 1, 2, 3], [0xf9, 0x01, 1, 2, 3, 4, 5, 6, 7],
        ] as [[UInt8]])
    func lengthsBeyondTheEnd(_ bytes: [UInt8]) {
        #expect(error { () throws(CodecError) in try PortOffered(protobuf: bytes) }?.code == .truncated)
    }

    @Test(
        arguments: [
            [0x00], [0x07, 0x00], [0x0f, 0x00], [0x4c], [0x4e, 0x00], [0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
            [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], [0xfb, 0x01, 0xf4, 0x01],
        ] as [[UInt8]])
    func malformedFields(_ bytes: [UInt8]) {
        #expect(error { () throws(CodecError) in try PortOffered(protobuf: bytes) }?.code == .malformed)
    }

    @Test func theLargestNumberIsRead() throws {
        let bytes: [UInt8] = [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]
        #expect(try PortOffered(protobuf: bytes).common.epoch == .max)
    }

    @Test func unknownGroupsAreKeptUpToTheDepthLimit() throws {
        func groups(_ depth: Int) -> [UInt8] {
            Array((0..<depth).map { _ in [UInt8(0xfb), 0x01] }.joined()) + Array((0..<depth).map { _ in [UInt8(0xfc), 0x01] }.joined())
        }
        #expect(try PortOffered(protobuf: groups(99)).unknownFields.bytes == groups(99))
        #expect(error { () throws(CodecError) in try PortOffered(protobuf: groups(100)) }?.code == .tooDeep)
        let endless = Array((0..<200_000).map { _ in [UInt8(0xfb), 0x01] }.joined())
        #expect(error { () throws(CodecError) in try PortOffered(protobuf: endless) }?.code == .tooDeep)
        #expect(error { () throws(CodecError) in try PortOffered(protobuf: groups(3).dropLast(2)) }?.code == .truncated)
    }

    @Test func deepJSONIsRefused() {
        for opening in ["[", #"{"a":"#] {
            let text = #"{"specversion":"1.0","x":"# + String(repeating: opening, count: 100_000)
            var batch = RecordBatch()
            batch.add(headers: [("content-type", "application/cloudevents+json")], value: text.bytes)
            let failure = error { () throws(EnvelopeError) in try EventEnvelope(record: batch.records[0], in: batch) }
            #expect(failure?.description.contains("too_deep") == true)
        }
    }

    @Test func invalidUTF8IsRefused() {
        for bad: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]] {
            let failure = error { () throws(CodecError) in try PortOffered(protobuf: [0x72, UInt8(bad.count)] + bad) }
            #expect(failure?.code == .invalidUTF8)
            #expect(failure?.path == "region")
            let text = #"{"region":""#.bytes + bad + #""}"#.bytes
            #expect(error { () throws(CodecError) in try PortOffered(json: text) }?.path == "region")
        }
    }

    @Test func aNULInsideATextIsKept() throws {
        let offer = PortOffered(region: "a\0b")
        #expect(try PortOffered(protobuf: offer.protobufBytes()).region == "a\0b")
        #expect(offer.jsonBytes().text == #"{"region":"a\u0000b"}"#)
        #expect(try PortOffered(json: offer.jsonBytes()).region == "a\0b")
    }

    @Test func errorsInProtobufNameTheField() {
        let nested = error { () throws(CodecError) in try PortOffered(protobuf: [0x1a, 0x02, 0x08, 0x80]) }
        #expect(nested?.path == "after.epoch")
        let identifier = error { () throws(CodecError) in try PortOffered(protobuf: [0x52, 0x03] + "pc-".bytes) }
        #expect(identifier == CodecError(.invalidIdentifier, path: "portId", expected: PortID.expectation))
        let time = error { () throws(CodecError) in try PortActivated(protobuf: [0x5a, 0x02, 0x10, 0x80 | 0x01]) }
        #expect(time?.path == "activatedAt")
        let range = error { () throws(CodecError) in
            try PortActivated(protobuf: [0x5a, 0x0b, 0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])
        }
        #expect(range?.code == .invalidTimestamp)
        #expect(range?.path == "activatedAt")
        let common = error { () throws(CodecError) in
            try ([0x2a, 0x01, 0xff] as [UInt8]).withUnsafeBufferPointer { bytes throws(CodecError) in
                try OpenedMessage(UnsafeRawBufferPointer(bytes)).common
            }
        }
        #expect(common?.path == "correlation")
    }
}

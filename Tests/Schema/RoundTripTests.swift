import HostedConnection
import Testing

@testable import Schema

@Suite struct RoundTripTests {
    @Test func protobufGivesTheSameMessageBack() throws {
        let bytes = Sample.offer.protobufBytes()
        #expect(try PortOffered(protobuf: bytes) == Sample.offer)
    }

    @Test func jsonGivesTheSameMessageBack() throws {
        let bytes = Sample.offer.jsonBytes()
        #expect(try PortOffered(json: bytes) == Sample.offer)
    }

    @Test func jsonNamesAndForms() {
        let text = Sample.offer.jsonBytes().text
        #expect(text.hasPrefix(#"{"epoch":"1769851700","sequence":"12","after":{"epoch":"1769000000","sequence":"11"},"#))
        #expect(text.contains(#""time":"2026-01-31T09:30:00.123456Z""#))
        #expect(text.contains(#""connectionId":"\#(Sample.port)""#))
        #expect(text.contains(#""vlanId":0,"bandwidthMbps":500,"payer":"PAYER_TENANT","name":"Büro \"Süd\"\n☎︎""#))
        #expect(!text.contains("skippable"))
    }

    @Test func aMessageAtItsDefaultsIsEmpty() throws {
        #expect(PortOffered().protobufBytes().isEmpty)
        #expect(PortOffered().jsonBytes().text == "{}")
        #expect(try PortOffered(protobuf: []) == PortOffered())
        #expect(try PortOffered(json: " { } ".bytes) == PortOffered())
    }

    @Test func defaultsAreEmittedOnRequest() throws {
        let text = AccountRegistered().jsonBytes(emitsDefaults: true).text
        #expect(text.contains(#""accountId":"","version":"0","name":"","role":"ACCOUNT_ROLE_UNSPECIFIED""#))
        #expect(text.contains(#""regions":[],"outboundBilling":false"#))
        #expect(!text.contains("time"))
        #expect(try AccountRegistered(json: text.bytes) == AccountRegistered())
    }

    @Test("R-045: VLAN 0 is not an absent VLAN") func zeroVLANIsNotAbsentVLAN() throws {
        var offer = PortOffered(vlanID: 0)
        #expect(try PortOffered(protobuf: offer.protobufBytes()).vlanID == 0)
        offer.vlanID = nil
        #expect(try PortOffered(protobuf: offer.protobufBytes()).vlanID == nil)
        #expect(try PortOffered(json: #"{"vlanId":0}"#.bytes).vlanID == 0)
        #expect(try PortOffered(json: #"{"vlanId":null}"#.bytes).vlanID == nil)
    }

    @Test func longNestedPartsGetLongLengths() throws {
        for count in [126, 127, 128, 129, 16_382, 16_383, 16_384, 70_000] {
            var letter = DeadLetter(body: (0..<count).map { UInt8(truncatingIfNeeded: $0) })
            letter.common.actor = String(repeating: "x", count: count)
            #expect(try DeadLetter(protobuf: letter.protobufBytes()) == letter)
            #expect(try DeadLetter(json: letter.jsonBytes()) == letter)
        }
    }

    @Test func unknownFieldsAndEnumNumbersAreKept() throws {
        let newer = Sample.offer.protobufBytes() + [0xfa, 0x01, 0x03, 1, 2, 3, 0x80, 0x02, 0x05]
        let read = try PortOffered(protobuf: newer)
        #expect(read.unknownFields.bytes == [0xfa, 0x01, 0x03, 1, 2, 3, 0x80, 0x02, 0x05])
        #expect(read.protobufBytes() == newer)
        let payer = try PortOffered(protobuf: [0x90, 0x01, 0x63])
        #expect(payer.payer == .unrecognized(99))
        #expect(payer.jsonBytes().text == #"{"payer":99}"#)
        #expect(payer.protobufBytes() == [0x90, 0x01, 0x63])
    }

    @Test func commonPartIsReadWithoutTheType() throws {
        let bytes = Sample.offer.protobufBytes()
        let common = try bytes.withUnsafeBytes { try OpenedMessage($0).common }
        #expect(common == Sample.common)
        #expect(common.position == Position(epoch: 1_769_851_700, sequence: 12))
        #expect(try ChargeSettled(json: #"{"currency":"EUR"}"#.bytes).common == CommonPart())
    }

    @Test func anOpenedMessageIsReadOn() throws {
        let bytes = Sample.offer.protobufBytes()
        #expect(try bytes.withUnsafeBytes { try PortOffered(OpenedMessage($0)) } == Sample.offer)
        #expect(try PortOffered(OpenedMessage(UnsafeRawBufferPointer(start: nil, count: 0))) == PortOffered())
    }

    @Test func anOpenedMessageMayHaveItsCommonPartAnywhere() throws {
        // A sequence before the message's own fields, and a later one with the correlation after them.
        let own = PortOffered(portID: Sample.offer.portID, name: "n").protobufBytes()
        let mixed: [UInt8] = [0x10, 0x03] + own + [0x10, 0x07, 0x2a, 0x01, 0x63]
        let opened = try mixed.withUnsafeBytes { try PortOffered(OpenedMessage($0)) }
        #expect(opened == (try PortOffered(protobuf: mixed)))
        #expect(opened.common.sequence == 7)
        #expect(opened.common.correlation == "c")
        #expect(opened.name == "n")
    }

    @Test func messageTypesAreFoundByName() {
        for type in MessageType.allCases {
            #expect(type.fullName.bytes.withUnsafeBytes { MessageType(fullName: $0) } == type)
            #expect((type.fullName + "x").bytes.withUnsafeBytes { MessageType(fullName: $0) } == nil)
            #expect(String(type.fullName.dropLast() + "!").bytes.withUnsafeBytes { MessageType(fullName: $0) } == nil)
        }
        #expect("".bytes.withUnsafeBytes { MessageType(fullName: $0) } == nil)
        #expect(MessageType.portOffered.rawValue == 101)
        #expect(PortOffered.messageType.fullName == PortOffered.fullName)
    }

    @Test func timestampsAndInstants() {
        for micros in [Int64(0), 1, -1, 1_769_851_800_123_456, -1_000_000, -999_999, -62_135_596_800_000_000] {
            #expect(Timestamp(Instant(microseconds: micros)).instant == Instant(microseconds: micros))
        }
        #expect(Timestamp(seconds: .max).seconds == 253_402_300_799)
    }
}

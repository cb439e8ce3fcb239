import FoundationEssentials
import Testing

@testable import Schema

/// Payloads of every message and version, checked in; Python's Protobuf wrote the binary ones.
@Suite struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../Shared/Schema/Golden")

    struct Payload: Sendable, CustomTestStringConvertible {
        let name: String
        let type: MessageType
        var testDescription: String { name }

        func bytes(_ ending: String) throws -> [UInt8] {
            Array(try Data(contentsOf: GoldenTests.folder.appendingPathComponent("\(name).\(ending)")))
        }
    }

    static let payloads: [Payload] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted().compactMap { file in
            let parts = file.split(separator: ".")
            let type = MessageType.allCases.first { $0.fullName.hasSuffix(".\(parts[0])") }
            return type.map { Payload(name: "\(parts[0]).\(parts[1])", type: $0) }
        }
    }()

    @Test func everyMessageHasOne() {
        #expect(Set(Self.payloads.map(\.type)) == Set(MessageType.allCases))
    }

    @Test(arguments: payloads)
    func isReadAndWrittenAlike(_ payload: Payload) throws {
        func check<Message: EventMessage>(_: Message.Type) throws {
            let json = try payload.bytes("json")
            let binary = try payload.bytes("bin")
            let message = try Message(json: json)
            #expect(message != Message())
            #expect(try Message(protobuf: binary) == message)
            #expect(message.protobufBytes() == binary)
            #expect(message.jsonBytes().text == Self.withoutWhiteSpace(json))
            #expect(try Message(json: message.jsonBytes(emitsDefaults: true)) == message)
        }
        try check(payload.type.message)
    }

    /// JSON without the white space outside of texts.
    static func withoutWhiteSpace(_ json: [UInt8]) -> String {
        var compact: [UInt8] = []
        var isInside = false
        var isEscaped = false
        for byte in json {
            if isInside {
                compact.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInside = false
                }
            } else if byte > 0x20 {
                compact.append(byte)
                isInside = byte == UInt8(ascii: "\"")
            }
        }
        return compact.text
    }
}

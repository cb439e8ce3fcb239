/// How an event stands in a Kafka record.
public enum EventMode: Sendable {
    /// Attributes in headers, the message as the value.
    case binary
    /// Everything in the value, in the CloudEvents Protobuf format; one header.
    case structured
}

/// How a message is encoded.
public enum EventEncoding: Sendable {
    case protobuf
    case json

    /// The content type that says so.
    public var contentType: StaticString {
        switch self {
        case .protobuf: "application/protobuf"
        case .json: "application/json"
        }
    }
}

/// Content types as they come: letters of either case, parameters after a semicolon.
enum ContentType {
    case message(EventEncoding)
    case structuredProtobuf
    case structuredJSON

    static let structuredProtobufText: StaticString = "application/cloudevents+protobuf"

    init?(_ text: UnsafeRawBufferPointer) {
        // As the services themselves write it.
        if text.equals("application/protobuf") {
            self = .message(.protobuf)
            return
        }
        var end = text.firstIndex(of: UInt8(ascii: ";")) ?? text.count
        while end > 0, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
        let type = UnsafeRawBufferPointer(rebasing: text[..<end])
        switch type.count {
        case 20 where type.equalsIgnoringCase("application/protobuf"): self = .message(.protobuf)
        case 22 where type.equalsIgnoringCase("application/x-protobuf"): self = .message(.protobuf)
        case 16 where type.equalsIgnoringCase("application/json"): self = .message(.json)
        case 32 where type.equalsIgnoringCase(Self.structuredProtobufText): self = .structuredProtobuf
        case 28 where type.equalsIgnoringCase("application/cloudevents+json"): self = .structuredJSON
        default: return nil
        }
    }
}

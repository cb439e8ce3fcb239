import HostedConnection

/// Field numbers of `io.cloudevents.v1.CloudEvent`, the CloudEvents Protobuf format.
enum CloudEventField {
    static let id: UInt32 = 1
    static let source: UInt32 = 2
    static let version: UInt32 = 3
    static let type: UInt32 = 4
    static let attributes: UInt32 = 5
    static let binaryData: UInt32 = 6
    static let textData: UInt32 = 7
    static let protoData: UInt32 = 8
    /// Of an attribute's value: the text.
    static let text: UInt32 = 3
    /// Of `google.protobuf.Any`.
    static let typeURL: UInt32 = 1
    static let value: UInt32 = 2
    static let typeURLPrefix: StaticString = "type.googleapis.com/"
}

extension RecordBatch {
    /// Writes an event in the CloudEvents Protobuf format to the end of the arena. All lengths are known beforehand, so the
    /// parts go straight to their places.
    mutating func appendCloudEvent(
        id: MessageID, source: String, type: MessageType, body: UnsafeRawBufferPointer, encoding: EventEncoding, traceparent: String?
    ) -> Slice {
        let start = bytes.count
        let name = type.fullName
        lengthDelimited(CloudEventField.id, MessageID.maximumTextCount)
        _ = append(identifier: id)
        text(CloudEventField.source, source)
        text(CloudEventField.version, "1.0")
        text(CloudEventField.type, name)
        if let traceparent { attribute("traceparent", traceparent) }
        switch encoding {
        case .protobuf:
            let prefix = CloudEventField.typeURLPrefix
            let typeURLCount = prefix.utf8CodeUnitCount + name.utf8.count
            lengthDelimited(CloudEventField.protoData, Self.size(of: typeURLCount) + Self.size(of: body.count))
            lengthDelimited(CloudEventField.typeURL, typeURLCount)
            _ = append(prefix)
            bytes.append(contentsOf: name.utf8)
            lengthDelimited(CloudEventField.value, body.count)
            bytes.append(contentsOf: body)
        case .json:
            attribute("datacontenttype", encoding.contentType.description)
            lengthDelimited(CloudEventField.textData, body.count)
            bytes.append(contentsOf: body)
        }
        return Slice(start: UInt32(start), count: UInt32(bytes.count - start))
    }

    private mutating func attribute(_ name: String, _ value: String) {
        let valueCount = Self.size(of: value.utf8.count)
        lengthDelimited(CloudEventField.attributes, Self.size(of: name.utf8.count) + Self.size(of: valueCount))
        text(1, name)
        lengthDelimited(2, valueCount)
        text(CloudEventField.text, value)
    }

    private mutating func text(_ number: UInt32, _ value: String) {
        lengthDelimited(number, value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    private mutating func lengthDelimited(_ number: UInt32, _ count: Int) {
        bytes.append(UInt8(truncatingIfNeeded: number << 3 | WireType.lengthDelimited))
        var rest = count
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Bytes of a field with `count` bytes of content: tag, length, content. All our field numbers here are below 16.
    private static func size(of count: Int) -> Int {
        1 + max(1, (count.bitWidth - count.leadingZeroBitCount + 6) / 7) + count
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are exactly those of `text`.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && sameBytes(as: text.utf8Start)
    }

    /// Whether the bytes are those of `text`, whose letters must be lower case, when upper and lower case are the same.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        // Nearly all senders write lower case.
        if sameBytes(as: text.utf8Start) { return true }
        for position in 0..<count {
            var byte = self[position]
            if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") { byte |= 0x20 }
            if byte != text.utf8Start[position] { return false }
        }
        return true
    }

    /// Compares with as many bytes at `other`, eight at a time.
    @inline(__always)
    private func sameBytes(as other: UnsafePointer<UInt8>) -> Bool {
        let other = UnsafeRawPointer(other)
        var position = 0
        while position + 8 <= count {
            if loadUnaligned(fromByteOffset: position, as: UInt64.self)
                != other.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            {
                return false
            }
            position += 8
        }
        while position < count {
            if self[position] != other.load(fromByteOffset: position, as: UInt8.self) { return false }
            position += 1
        }
        return true
    }
}

/// The bytes as text; refused if they are no UTF-8. Several times faster than `String(validating:as:)`.
@inline(__always)
func validatedText(_ bytes: UnsafeRawBufferPointer) throws(CodecError) -> String {
    do {
        return String(copying: try UTF8Span(validating: bytes.assumingMemoryBound(to: UInt8.self).span))
    } catch {
        throw CodecError(.invalidUTF8, expected: "UTF-8 text")
    }
}

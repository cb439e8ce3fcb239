/// How many bytes from the start stand in a JSON text as they are: neither a quote, a backslash nor a control character.
/// Looks at eight bytes at a time; texts are most of a message.
@inline(__always)
func plainRun(_ start: UnsafeRawPointer, _ count: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highBits: UInt64 = 0x8080_8080_8080_8080
    var position = 0
    while position + 8 <= count {
        let word = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5c)
        // A byte's high bit is set where the subtraction borrows: below 0x20, or zero after the exclusive or. A borrow may spill
        // into the bytes above the first hit, never below it, and the first is the one looked for.
        let hits = ((word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & highBits
        if hits != 0 { return position + hits.trailingZeroBitCount / 8 }
        position += 8
    }
    while position < count {
        let byte = start.load(fromByteOffset: position, as: UInt8.self)
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
        position += 1
    }
    return position
}

/// Bytes being written. Grows by doubling and keeps its memory from message to message.
struct OutputBuffer: ~Copyable {
    private(set) var base: UnsafeMutableRawPointer
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
        self.capacity = max(16, capacity)
        base = .allocate(byteCount: self.capacity, alignment: 1)
    }

    deinit { base.deallocate() }

    mutating func removeAll() { count = 0 }

    /// Makes room for `extra` more bytes; what writes without a check of its own relies on it.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if capacity - count < extra { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        let newCapacity = max(capacity * 2, count + extra)
        let new = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 1)
        new.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = new
        capacity = newCapacity
    }

    /// Where the next byte goes, with room for `extra` bytes.
    @inline(__always)
    mutating func room(_ extra: Int) -> UnsafeMutableRawPointer {
        reserve(extra)
        return base + count
    }

    /// Takes over `written` bytes put where ``room(_:)`` said.
    @inline(__always)
    mutating func advance(_ written: Int) { count += written }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        room(bytes.count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Moves the bytes from `start` on by `distance`, to make room for a longer length before them.
    mutating func openGap(at start: Int, by distance: Int) {
        reserve(distance)
        (base + start + distance).copyMemory(from: base + start, byteCount: count - start)
        count += distance
    }

    @inline(__always)
    mutating func overwrite(_ byte: UInt8, at position: Int) {
        base.storeBytes(of: byte, toByteOffset: position, as: UInt8.self)
    }

    borrowing func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }
}

import HostedConnection

/// Memory for the values bound to one statement, from binding to the end of the run: one block handed out piece by piece,
/// so that binding an id or a text asks malloc for nothing.
struct BindingMemory: ~Copyable {
    /// A block grown beyond this is given back after the run.
    private static let keptBytes = 1 << 20

    private let initialBytes: Int
    private var block: UnsafeMutableRawPointer
    private var capacity: Int
    private var used = 0
    private var outgrown: [UnsafeMutableRawPointer] = []

    init(parameters: Int) {
        initialBytes = 64 + parameters * 32
        capacity = initialBytes
        block = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        block.deallocate()
        for old in outgrown { old.deallocate() }
    }

    /// The id as 16 bytes, big-endian, so that the database sorts ids as we do.
    mutating func store(_ id: ID128) -> UnsafeRawPointer {
        let place = take(ID128.byteCount)
        place.storeBytes(of: id.value.bigEndian, as: UInt128.self)
        return UnsafeRawPointer(place)
    }

    /// A copy of the bytes. Never a null pointer, which SQLite would take for NULL.
    mutating func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
        let place = take(bytes.count)
        if let source = bytes.baseAddress { place.copyMemory(from: source, byteCount: bytes.count) }
        return UnsafeRawPointer(place)
    }

    /// Takes all pieces back.
    mutating func reclaim() {
        used = 0
        if !outgrown.isEmpty || capacity > Self.keptBytes { shrink() }
    }

    private mutating func take(_ count: Int) -> UnsafeMutableRawPointer {
        if count > capacity - used { grow(count) }
        let place = block + used
        used += count
        return place
    }

    private mutating func grow(_ count: Int) {
        // Pieces already bound must not move, so the old block stays until the run is over.
        outgrown.append(block)
        capacity = max(capacity * 2, count + initialBytes)
        block = .allocate(byteCount: capacity, alignment: 16)
        used = 0
    }

    private mutating func shrink() {
        for old in outgrown { old.deallocate() }
        outgrown.removeAll()
        guard capacity > Self.keptBytes else { return }
        block.deallocate()
        capacity = initialBytes
        block = .allocate(byteCount: capacity, alignment: 16)
    }
}

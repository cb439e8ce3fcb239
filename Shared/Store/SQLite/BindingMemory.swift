import HostedConnection

/// Memory for the values bound to one statement, from binding to the end of the run: one block handed out piece by piece,
/// so that binding an id or a text asks malloc for nothing.
///
/// A class, because changing a struct inside the statement would be checked for exclusive access at each call.
final class BindingMemory {
    /// A block grown beyond this is given back after the run.
    private static let keptBytes = 1 << 20

    private let initialBytes: Int
    private var block: UnsafeMutableRawPointer
    private var capacity: Int
    private var used = 0
    private var outgrown: [UnsafeMutableRawPointer] = []
    /// Whether the last run needed more than one block or a large one. The one thing to look at after an ordinary run.
    private var hasGrown = false

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
    func store(_ id: ID128) -> UnsafeRawPointer {
        let place = take(ID128.byteCount)
        place.storeBytes(of: id.value.bigEndian, as: UInt128.self)
        return UnsafeRawPointer(place)
    }

    /// A copy of the bytes. Never a null pointer, which SQLite would take for NULL.
    func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
        let place = take(bytes.count)
        if let source = bytes.baseAddress { place.copyMemory(from: source, byteCount: bytes.count) }
        return UnsafeRawPointer(place)
    }

    /// Takes all pieces back.
    func reclaim() {
        used = 0
        if hasGrown { shrink() }
    }

    private func take(_ count: Int) -> UnsafeMutableRawPointer {
        if count > capacity - used { grow(count) }
        let place = block + used
        used += count
        return place
    }

    private func grow(_ count: Int) {
        // Pieces already bound must not move, so the old block stays until the run is over.
        outgrown.append(block)
        hasGrown = true
        capacity = max(capacity * 2, count + initialBytes)
        block = .allocate(byteCount: capacity, alignment: 16)
        used = 0
    }

    private func shrink() {
        for old in outgrown { old.deallocate() }
        outgrown.removeAll()
        hasGrown = false
        guard capacity > Self.keptBytes else { return }
        block.deallocate()
        capacity = initialBytes
        block = .allocate(byteCount: capacity, alignment: 16)
    }
}

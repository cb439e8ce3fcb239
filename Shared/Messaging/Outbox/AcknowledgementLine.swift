/// Which outbox rows the log has taken, although acknowledgements come out of order: everything up to ``watermark`` is
/// safe, above it single rows may be. Row ids are dense.
struct AcknowledgementLine: Sendable {
    /// Every row up to this one is acknowledged.
    private(set) var watermark: Int64
    private var ahead: [Bool] = []
    private var head = 0

    init(watermark: Int64) { self.watermark = watermark }

    /// Notes that the log has taken row `id`; repeats are harmless.
    mutating func acknowledge(_ id: Int64) {
        guard id > watermark else { return }
        let index = head + Int(id - watermark - 1)
        if index == head {
            watermark += 1
            if head < ahead.count { head += 1 }
            while head < ahead.count, ahead[head] {
                head += 1
                watermark += 1
            }
            compact()
            return
        }
        while ahead.count <= index { ahead.append(false) }
        ahead[index] = true
    }

    private mutating func compact() {
        if head == ahead.count {
            ahead.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 65_536 {
            ahead.removeFirst(head)
            head = 0
        }
    }
}

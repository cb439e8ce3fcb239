import Schema

/// A record that is no CloudEvent, as it lies in its batch.
struct UnreadableRecord {
    let record: RecordBatch.Record
    let batch: RecordBatch

    init(_ record: RecordBatch.Record, of batch: RecordBatch) {
        self.record = record
        self.batch = batch
    }

    /// The headers as `name: value` lines, at most 8 KiB of them.
    var headerLines: [UInt8] {
        var lines: [UInt8] = []
        for header in batch.headers[Int(record.headers.lowerBound)..<Int(record.headers.upperBound)] {
            batch.withBytes(header.name) { lines.append(contentsOf: $0) }
            lines.append(contentsOf: ": ".utf8)
            batch.withBytes(header.value) { lines.append(contentsOf: $0) }
            lines.append(UInt8(ascii: "\n"))
            if lines.count > 8192 { return Array(lines.prefix(8192)) }
        }
        return lines
    }
}

extension UnsafeRawBufferPointer {
    /// A slice of a batch's arena.
    func slice(_ slice: RecordBatch.Slice) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[Int(slice.start)..<Int(slice.start) + Int(slice.count)])
    }
}

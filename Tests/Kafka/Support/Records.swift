import Schema

extension RecordBatch {
    mutating func add(
        _ topic: Topic = .partner, key: String, value: String?, headers: [(String, String)] = [], tag: UInt64 = 0, partition: Int32 = -1
    ) {
        add(topic, key: key, bytes: value.map { Array($0.utf8) }, headers: headers, tag: tag, partition: partition)
    }

    mutating func add(
        _ topic: Topic = .partner, key: String, bytes value: [UInt8]?, headers list: [(String, String)] = [], tag: UInt64 = 0,
        partition: Int32 = -1
    ) {
        var record = Record(topic: topic)
        record.tag = tag
        record.partition = partition
        record.key = append(utf8: key)
        record.hasValue = value != nil
        if let value { record.value = value.withUnsafeBytes { append($0) } }
        let start = Int32(headers.count)
        for (name, value) in list { headers.append(Header(name: append(utf8: name), value: append(utf8: value))) }
        record.headers = start..<Int32(headers.count)
        records.append(record)
    }

    /// Records "0", "1", … spread over `keys` keys, tagged with their number.
    static func numbered(_ range: Range<Int>, keys: Int = 50, topic: Topic = .partner, padding: Int = 0) -> RecordBatch {
        var batch = RecordBatch()
        let tail = String(repeating: "x", count: padding)
        for number in range {
            batch.add(topic, key: "key-\(number % keys)", value: "\(number) \(tail)", headers: [("n", "\(number)")], tag: UInt64(number))
        }
        return batch
    }
}

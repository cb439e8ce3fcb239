import LocalCluster
import Schema

/// kcat, a Kafka tool that knows nothing of us: reads records as they are and writes what it is told.
struct Kcat {
    /// A record as any Kafka program sees it.
    struct Record: Equatable {
        var partition: Int32
        var offset: Int64
        var key: String
        /// `name=value`, in their order.
        var headers: [String]
        /// Nil for a record without a value.
        var value: [UInt8]?

        func header(_ name: String) -> String? {
            headers.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }
    }

    var bootstrap: String
    var topicPrefix: String

    private func arguments(_ mode: String, _ topic: Topic) -> [String] {
        [mode, "-b", bootstrap, "-t", topic.name(prefix: topicPrefix), "-q"]
    }

    /// All records of a topic, from its start to where its partitions end now.
    func read(_ topic: Topic) throws -> [Record] {
        let format = #"%p %o %K %S\n%h\n%k%s\n"#
        let output = try Program.run("kcat", arguments("-C", topic) + ["-o", "beginning", "-e", "-f", format])
        var rest = output[...]
        var records: [Record] = []
        while let line = rest.takeLine() {
            let numbers = line.split(separator: " ").compactMap { Int64($0) }
            guard numbers.count == 4, let headers = rest.takeLine() else { throw ClusterError("kcat wrote \(line)") }
            let key = rest.take(Int(max(0, numbers[2])))
            let value = rest.take(Int(max(0, numbers[3])))
            guard rest.popFirst() == UInt8(ascii: "\n") else { throw ClusterError("kcat wrote more than \(line) says") }
            records.append(
                Record(
                    partition: Int32(numbers[0]), offset: numbers[1], key: String(decoding: key, as: UTF8.self),
                    headers: headers.split(separator: ",").map(String.init), value: numbers[3] < 0 ? nil : Array(value)))
        }
        return records
    }

    /// Writes one record.
    func write(_ topic: Topic, key: String, headers: [(name: String, value: String)] = [], _ value: [UInt8]) throws {
        let folder = try Environment.newFolder("record")
        defer { Files.removeFolder(folder) }
        try Files.write(bytes: value, to: "\(folder)/value")
        let options = headers.flatMap { ["-H", "\($0.name)=\($0.value)"] }
        try Program.run("kcat", arguments("-P", topic) + ["-k", key] + options + ["\(folder)/value"])
    }

    /// Writes a record without a value.
    func writeTombstone(_ topic: Topic, key: String, headers: [(name: String, value: String)] = []) throws {
        let options = headers.flatMap { ["-H", "\($0.name)=\($0.value)"] }
        try Program.run("kcat", arguments("-P", topic) + options + ["-Z", "-K", ":"], input: Array("\(key):\n".utf8))
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func takeLine() -> String? {
        guard let end = firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { self = self[(end + 1)...] }
        return String(decoding: self[..<end], as: UTF8.self)
    }

    fileprivate mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { self = dropFirst(count) }
        return prefix(count)
    }
}

import Glibc

/// The file by which a broker's host tells where the broker is: line 1 the bootstrap address; line 2, for a broker that
/// forgets, an id that is new whenever the log is.
public struct BootstrapFile: Sendable, Equatable {
    public var bootstrap: String
    /// 32 hexadecimal digits; nil if the file has only the address, as for a real Kafka.
    public var incarnation: String?

    public init(bootstrap: String, incarnation: String?) {
        self.bootstrap = bootstrap
        self.incarnation = incarnation
    }

    /// - Throws: code `bootstrapFile`, retriable if there is no file yet.
    public init(path: String) throws(KafkaError) {
        let lines = try Self.contents(of: path).split(whereSeparator: \.isNewline).map { line in
            String(line.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
        }
        guard let address = lines.first, address.contains(":") else {
            throw KafkaError(.bootstrapFile, "\(path) is no bootstrap file: its first line is no host:port")
        }
        bootstrap = address
        incarnation = lines.count > 1 && !lines[1].isEmpty ? lines[1] : nil
    }

    /// Replaces the file in one step, readable by its owner only.
    /// - Throws: code `bootstrapFile`.
    public func write(to path: String) throws(KafkaError) {
        let text = incarnation.map { "\(bootstrap)\n\($0)\n" } ?? "\(bootstrap)\n"
        let temporary = "\(path).\(getpid()).\(String(UInt32.random(in: 0 ... .max), radix: 16))"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure("create", temporary) }
        let bytes = Array(text.utf8)
        let isWritten = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) } == bytes.count
        let isSafe = isWritten && fsync(file) == 0
        let error = isSafe ? nil : Self.failure("write", temporary)
        close(file)
        if let error {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let error = Self.failure("rename", temporary)
            unlink(temporary)
            throw error
        }
    }

    private static let largestSize = 4096

    private static func contents(of path: String) throws(KafkaError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            let isMissing = errno == ENOENT
            throw KafkaError(.bootstrapFile, failure("open", path).text, isRetriable: isMissing)
        }
        defer { close(file) }
        let text = withUnsafeTemporaryAllocation(byteCount: largestSize + 1, alignment: 1) { buffer in
            let count = read(file, buffer.baseAddress, buffer.count)
            return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
        }
        guard let text else { throw failure("read", path) }
        guard text.utf8.count <= largestSize else { throw KafkaError(.bootstrapFile, "\(path) is no bootstrap file: too long") }
        return text
    }

    private static func failure(_ action: String, _ path: String) -> KafkaError {
        KafkaError(.bootstrapFile, "can't \(action) \(path): \(String(cString: strerror(errno)))")
    }
}

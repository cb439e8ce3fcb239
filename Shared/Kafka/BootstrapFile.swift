import FoundationEssentials
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
        guard let data = FileManager.default.contents(atPath: path) else {
            throw KafkaError(.bootstrapFile, "no bootstrap file at \(path)", isRetriable: true)
        }
        guard data.count <= 4096 else { throw KafkaError(.bootstrapFile, "\(path) is no bootstrap file: too long") }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
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

    private static func failure(_ action: String, _ path: String) -> KafkaError {
        KafkaError(.bootstrapFile, "can't \(action) \(path): \(String(cString: strerror(errno)))")
    }
}

import Glibc

/// Why a file could not be read, without its name.
struct FileReadingError: Error {
    let detail: String
    let isOversized: Bool
}

/// The whole file, which must not be longer than `maximumBytes`.
func readFile(_ path: String, maximumBytes: Int) throws(FileReadingError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count < 0 {
            if errno == EINTR { continue }
            throw failure()
        }
        if count == 0 { return bytes }
        bytes += block[..<count]
        guard bytes.count <= maximumBytes else {
            throw FileReadingError(detail: "longer than \(maximumBytes) bytes", isOversized: true)
        }
    }
}

private func failure() -> FileReadingError {
    FileReadingError(detail: "cannot be read: \(systemMessage(errno))", isOversized: false)
}

import Glibc
import ServiceKit

/// The file by which a service says where its API is served: one line, `address:port`.
struct AddressFile {
    let path: String

    /// Replaces the file in one step, readable by its owner only.
    func write(address: String, port: UInt16) throws(StartUpError) {
        let host = address.contains(":") ? "[\(address)]" : address
        let temporary = "\(path).\(getpid())"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure() }
        let bytes = Array("\(host):\(port)\n".utf8)
        let isWritten = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) } == bytes.count
        let problem = errno
        close(file)
        guard isWritten, rename(temporary, path) == 0 else {
            let problem = isWritten ? errno : problem
            unlink(temporary)
            throw failure(problem)
        }
    }

    /// Nothing is served there any more.
    func remove() { unlink(path) }

    private func failure(_ number: Int32 = errno) -> StartUpError {
        StartUpError(.configuration, "http.portFile: can't write \(path): \(String(cString: strerror(number)))")
    }
}

import Glibc

/// Ownership of a database file by one connection of one process: an exclusive lock on `path.lock`, which holds the owner's
/// process id. The operating system takes it back when the process ends, however it ends; the file stays.
final class DatabaseLock {
    private let descriptor: CInt

    init(database path: String) throws(StoreError) {
        let file = path + ".lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: file, reason: Self.message(errno)) }
        var result: CInt
        repeat { result = flock(descriptor, LOCK_EX | LOCK_NB) } while result != 0 && errno == EINTR
        guard result == 0 else {
            let problem = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard problem == EWOULDBLOCK else { throw .cannotOpen(path: file, reason: Self.message(problem)) }
            throw .owned(path: path, holder: holder)
        }
        self.descriptor = descriptor
        Self.write(getpid(), to: descriptor)
    }

    deinit {
        // Closing is not enough: a child process that is just being started has the descriptor too until it runs its program.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// The lock is what counts; a process id that could not be written only makes another's error less helpful.
    private static func write(_ process: Int32, to descriptor: CInt) {
        let text = "\(process)\n"
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = text.withCString { pwrite(descriptor, $0, text.utf8.count, 0) }
    }

    private static func holder(_ descriptor: CInt) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: buffer.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    static func message(_ error: CInt) -> String { String(cString: strerror(error)) }
}

import Glibc
import Testing

/// A folder of this run's own, gone with this object.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/messaging-tests-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for suffix in ["", "-wal", "-shm", ".lock"] { unlink(path + "/toy.sqlite" + suffix) }
        unlink(path + "/bootstrap")
        rmdir(path)
    }
}

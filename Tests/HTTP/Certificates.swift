import Glibc

/// Certificates for 127.0.0.1 in a temporary folder, made by the openssl command.
final class Certificates {
    let folder: String
    var certificate: String { folder + "/one.pem" }
    var key: String { folder + "/one.key" }
    var otherKey: String { folder + "/two.key" }

    init(curve: Bool = true) throws {
        var template = Array("/tmp/http-tests-XXXXXX".utf8CString)
        folder = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
        let algorithm = curve ? "ec -pkeyopt ec_paramgen_curve:prime256v1" : "rsa:2048"
        for name in ["one", "two"] {
            try Self.run(
                "openssl req -x509 -newkey \(algorithm) -nodes -keyout \(folder)/\(name).key -out \(folder)/\(name).pem "
                    + "-days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>/dev/null")
        }
    }

    struct CommandFailed: Error { let command: String }

    static func run(_ command: String) throws {
        guard system(command) == 0 else { throw CommandFailed(command: command) }
    }

    /// A command's exit status.
    static func status(_ command: String) -> Int32 {
        let status = system(command)
        return status & 0x7f == 0 ? status >> 8 & 0xff : -1
    }

    deinit {
        for name in ["one.pem", "one.key", "two.pem", "two.key"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
}

import Glibc
import Testing

@testable import ServiceKit

/// A folder of its own for a test, gone when the test is.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/servicekit-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } }
        path = try #require(made)
    }

    deinit { _ = try? ChildProcess(.init("rm", ["-rf", path])).wait() }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        #expect(bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
        return file
    }

    func read(_ name: String) -> String {
        (try? readFile(path + "/" + name, maximumBytes: 1 << 24)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    func lines(_ name: String) -> [String] { read(name).split(separator: "\n").map(String.init) }
}

/// Asks again and again until it is so; false when it is not in time.
func eventually(_ condition: () -> Bool) async -> Bool {
    let deadline = MonotonicInstant.patience
    while !condition() {
        guard MonotonicInstant.now < deadline else { return false }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return true
}

extension MonotonicInstant {
    /// When a test gives up. Far off: a loaded machine may pause any thread for seconds.
    static var patience: MonotonicInstant { .now + .seconds(120) }
}

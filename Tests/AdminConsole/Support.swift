import LocalCluster
import ServiceKit

@testable import AdminConsole

/// Somebody who answers, or nobody.
final class TestTerminal: Terminal {
    let isInteractive: Bool
    private let answer: String?
    private(set) var questions: [String] = []

    init(answering answer: String? = nil, isInteractive: Bool = true) {
        self.answer = answer
        self.isInteractive = isInteractive
    }

    func ask(_ question: String) -> String? {
        questions.append(question)
        return answer
    }
}

extension Invocation {
    /// The command of a line, without the options that say where to.
    init(_ line: String) throws(UsageError) {
        let words = line.split(separator: " ").map(String.init)
        try self.init(try CommandTable.command(words[0], words[1]), Arguments(Array(words.dropFirst(2))))
    }
}

/// A folder that is gone after the test.
struct TestFolder: ~Copyable {
    let path = "/tmp/admin-console-" + BinaryText.base32(randomBytes(5))

    init() throws { try Files.makeFolder(path) }

    deinit { Files.removeFolder(path) }

    func write(_ text: String, to name: String) throws -> String {
        try Files.write(text, to: "\(path)/\(name)")
        return "\(path)/\(name)"
    }
}

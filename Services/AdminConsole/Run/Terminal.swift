import Glibc

/// Whoever sits before the command line, if somebody does.
public protocol Terminal {
    /// Whether a question can be asked and answered.
    var isInteractive: Bool { get }
    /// Asks once, and gives the line that was answered; nil if the input has ended.
    func ask(_ question: String) -> String?
}

/// The terminal that the process has.
public struct ProcessTerminal: Terminal {
    public init() {}

    public var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    public func ask(_ question: String) -> String? {
        Output.prompt(question)
        return readLine()
    }
}

/// The one question before a destructive command.
enum Confirmation {
    /// - Returns: whether the command may be sent.
    /// - Throws: a usage error where nobody can be asked and `--yes` is not given.
    static func isGiven(for invocation: Invocation, by terminal: any Terminal) throws(UsageError) -> Bool {
        guard let question = invocation.command.question, !invocation.isConfirmed, !invocation.isDryRun else { return true }
        guard terminal.isInteractive else {
            throw UsageError("nobody is there to confirm this: give --yes to do it, or --dry-run to see what it would do")
        }
        let subjects = invocation.subjects.isEmpty ? "of each item of the file" : invocation.subjects.joined(separator: ", ")
        let answer = terminal.ask(question.replacing("{}", with: subjects) + " [y/N] ") ?? ""
        return ["y", "yes"].contains(answer.lowercased())
    }
}

/// Every command of the command line that calls the admin APIs.
public enum CommandTable {
    public static let all: [ConsoleCommand] =
        ConsoleCommand.accounts + ConsoleCommand.privileges + ConsoleCommand.circuits + ConsoleCommand.ports + ConsoleCommand.vbrs
        + ConsoleCommand.pushedVBRs + ConsoleCommand.transformations
        + ConsoleCommand.requests + ConsoleCommand.sagas + ConsoleCommand.messaging

    /// The first words of the commands, in the order of the help.
    public static let nouns: [String] = all.reduce(into: []) { nouns, command in
        if !nouns.contains(command.noun) { nouns.append(command.noun) }
    }

    static func command(_ noun: String, _ verb: String) throws(UsageError) -> ConsoleCommand {
        if let command = all.first(where: { $0.noun == noun && $0.verb == verb }) { return command }
        let verbs = all.filter { $0.noun == noun }.map(\.verb).joined(separator: ", ")
        throw UsageError(verb.isEmpty ? "expected one of \(verbs)" : "there is no \(noun) \(verb), only \(verbs)")
    }
}

extension ConsoleCommand {
    /// The command in one line, with everything it takes of its own.
    var usage: String {
        var words = ["hcctl", noun, verb]
        if let subject { words.append(isBulk ? "\(subject.name)…" : subject.name) }
        return (words + options.map(\.usage)).joined(separator: " ")
    }
}

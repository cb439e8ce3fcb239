import LocalCluster
import Schema

/// A command as it was typed: what is sent, and how the answer is wanted.
struct Invocation: Sendable {
    let command: ConsoleCommand
    /// The objects it is about.
    let subjects: [String]
    /// The path with its query.
    let path: String
    let body: JSONValue?
    /// Whether the body is a list of items, each answered by itself.
    let isBulk: Bool
    let isDryRun: Bool
    let isJSON: Bool
    /// Whether `--yes` is given.
    let isConfirmed: Bool
    let idempotencyKey: String?

    /// - Parameter arguments: what stands after noun and verb, the options of ``Connection`` already taken.
    init(_ command: ConsoleCommand, _ arguments: Arguments) throws(UsageError) {
        var arguments = arguments
        self.command = command
        isJSON = arguments.flag("--json")
        isConfirmed = arguments.flag("--yes")
        isDryRun = arguments.flag("--dry-run")
        idempotencyKey = try arguments.value("--idempotency-key")
        let region = try arguments.value("--from-region")
        let file = try arguments.value("--items")
        let name = "\(command.noun) \(command.verb)"
        guard command.method == .post || (!isDryRun && idempotencyKey == nil && region == nil && !isConfirmed) else {
            throw UsageError("\(name) changes nothing: leave --dry-run, --yes, --idempotency-key and --from-region out")
        }
        guard file == nil || command.isBulk else { throw UsageError("\(name) takes one at a time: leave --items out") }

        let fields = try Self.fields(command, &arguments, isNeeded: file == nil)
        subjects = try Self.subjects(command, &arguments, file)
        try arguments.finish()

        let single = subjects.first ?? ""
        var query: [(name: String, value: String)] = []
        if command.method == .get {
            query = fields.map { ($0.name, $0.value.queryText) }
            if let field = command.subject?.field { query.append((field, single)) }
        }
        if isDryRun { query.append(("dryRun", "true")) }
        if let region { query.append(("region", region)) }
        let items = try file.map { file throws(UsageError) in try Self.items(file, fields) }
        isBulk = items != nil || subjects.count > 1
        let pattern = isBulk ? command.pattern + ":bulk" : command.pattern
        path = pattern.replacing("{id}", with: single.percentEncoded) + query.queryString
        if command.method == .get || (command.subject?.field == nil && command.options.isEmpty && command.subject != nil) {
            body = nil
        } else if let items {
            body = .object([JSONValue.Member("items", .list(items))])
        } else {
            let bodies = (subjects.isEmpty ? [""] : subjects).map { Self.body(of: $0, command, fields) }
            body = isBulk ? .object([JSONValue.Member("items", .list(bodies))]) : bodies.first
        }
    }

    /// The options that were given, by their fields.
    private static func fields(
        _ command: ConsoleCommand, _ arguments: inout Arguments, isNeeded: Bool
    ) throws(UsageError) -> [JSONValue.Member] {
        var fields = command.fixed
        for option in command.options {
            if let value = try option.take(from: &arguments) {
                fields.append(JSONValue.Member(option.field, value))
            } else if option.isRequired, isNeeded {
                throw UsageError("\(option.name) is missing: \(command.usage)")
            }
        }
        return fields
    }

    private static func subjects(
        _ command: ConsoleCommand, _ arguments: inout Arguments, _ file: String?
    ) throws(UsageError) -> [String] {
        var subjects: [String] = []
        guard let subject = command.subject, file == nil else { return subjects }
        while let word = arguments.positional() { subjects.append(word) }
        guard !subjects.isEmpty else { throw UsageError("\(subject.name) is missing: \(command.usage)") }
        guard subjects.count == 1 || command.isBulk else {
            throw UsageError("\(command.noun) \(command.verb) takes one \(subject.name) at a time")
        }
        return subjects
    }

    private static func body(of subject: String, _ command: ConsoleCommand, _ fields: [JSONValue.Member]) -> JSONValue {
        var body: [JSONValue.Member] = []
        if let field = command.subject?.field { body.append(JSONValue.Member(field, .text(subject))) }
        for member in fields {
            let names = member.name.split(separator: ".").map(String.init)
            let value = names.dropFirst().reversed().reduce(member.value) { .object([JSONValue.Member($1, $0)]) }
            body.append(JSONValue.Member(names[0], value))
        }
        return .object(body)
    }

    /// The items of a JSON file, a list or an object with the list in `items`; `-` is the standard input. What the options say
    /// is said of each item that does not say it itself.
    private static func items(_ path: String, _ fields: [JSONValue.Member]) throws(UsageError) -> [JSONValue] {
        guard let text = Files.read(path == "-" ? "/dev/stdin" : path) else { throw UsageError("--items: \(path) can't be read") }
        let value: JSONValue
        do throws(CodecError) {
            value = try JSONValue(json: Array(text.utf8))
        } catch {
            throw UsageError("--items: \(path) is not JSON: \(error)")
        }
        let items = (value["items"] ?? value).items
        guard !items.isEmpty else { throw UsageError("--items: \(path) has no list of items") }
        return items.map { item in
            let own = Set(item.members.map(\.name))
            return .object(item.members + fields.filter { !own.contains($0.name) })
        }
    }
}

extension JSONValue {
    /// The value in a query.
    fileprivate var queryText: String { self == .flag(true) ? "true" : plain }
}

extension [(name: String, value: String)] {
    fileprivate var queryString: String {
        isEmpty ? "" : "?" + map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
    }
}

extension String {
    /// The text with everything escaped that may stand for something else in a path or a query.
    var percentEncoded: String {
        let digits = Array("0123456789ABCDEF")
        return utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}

import Schema

/// One of the two services.
public enum Side: String, CaseIterable, Sendable {
    case partner
    case tenant

    /// The service's name.
    public var service: String { "\(rawValue)-service" }
}

/// One command of the command line: which route of the admin API it calls, with what, and how the answer is shown.
public struct ConsoleCommand: Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// What is shown of an answer.
    enum View: Sendable {
        /// A row for each item of a list, or the one row of an answer that is no list.
        case rows([Column])
        /// Everything, one field a line.
        case details
        /// One field of the answer as it is.
        case text(String)
        /// A sentence, for an answer that says nothing.
        case said(String)
    }

    /// The object a command is about, which follows it without an option's name.
    struct Subject: Sendable {
        /// How it stands in the help, such as `PORT`.
        var name: String
        /// The body's field or the query's parameter; nil where the path has it.
        var field: String?
    }

    /// `port`, `vbr`, …
    public let noun: String
    /// `offer`, `list`, …
    public let verb: String
    /// What it does, for the help.
    let summary: String
    /// Which services serve it.
    public let sides: [Side]
    public let method: Method
    /// With `{id}` for the subject, such as `/admin/v1/ports/{id}`.
    public let pattern: String
    let subject: Subject?
    let options: [Option]
    /// Fields of the body that the command itself says.
    let fixed: [JSONValue.Member]
    /// Whether several subjects, or the items of a file, can be given at once.
    public let isBulk: Bool
    /// What is asked before it is carried out, if it can't be taken back easily; `{}` stands for the subjects.
    let question: String?
    let view: View

    /// The pattern of the route that takes many items; nil without one.
    public var bulkPattern: String? { isBulk ? pattern + ":bulk" : nil }

    /// Whether it asks before it is carried out.
    public var isDestructive: Bool { question != nil }

    /// A view.
    /// - Parameter parameter: the query's parameter that names the subject; nil where the path does.
    static func get(
        _ words: String, _ summary: String, _ path: String, by sides: [Side] = Side.allCases, of subject: String? = nil,
        in parameter: String? = nil, _ options: [Option] = [], show view: View
    ) -> Self {
        Self(words, summary, sides, .get, path, subject.map { Subject(name: $0, field: parameter) }, options, show: view)
    }

    /// A command.
    static func post(
        _ words: String, _ summary: String, _ path: String, by sides: [Side] = Side.allCases, of subject: Subject? = nil,
        _ options: [Option] = [], fixed: [JSONValue.Member] = [], isBulk: Bool = false, asking question: String? = nil, show view: View
    ) -> Self {
        Self(words, summary, sides, .post, path, subject, options, fixed: fixed, isBulk: isBulk, asking: question, show: view)
    }

    private init(
        _ words: String, _ summary: String, _ sides: [Side], _ method: Method, _ path: String, _ subject: Subject?,
        _ options: [Option], fixed: [JSONValue.Member] = [], isBulk: Bool = false, asking question: String? = nil, show view: View
    ) {
        let parts = words.split(separator: " ")
        noun = parts.first.map(String.init) ?? ""
        verb = parts.dropFirst().joined(separator: " ")
        self.summary = summary
        self.sides = sides
        self.method = method
        pattern = "/admin/v1/" + path
        self.subject = subject
        self.options = options
        self.fixed = fixed
        self.isBulk = isBulk
        self.question = question
        self.view = view
    }
}

extension ConsoleCommand.Subject {
    static let port = Self(name: "PORT", field: "portId")
    static let vbr = Self(name: "VBR", field: "vbrId")
    static let circuit = Self(name: "CIRCUIT", field: "circuitId")
    static let account = Self(name: "ACCOUNT", field: "accountId")

    /// A subject that stands in the path.
    static func inPath(_ name: String) -> Self { Self(name: name) }
}

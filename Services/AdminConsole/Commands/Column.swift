import Schema

/// A column of a table: its heading, and where its value is in a row's object.
struct Column: Sendable {
    let heading: String
    /// Names that lead to the value, such as `port.portId`, and where it is in other answers of the same command.
    let paths: [String]
    /// What the value begins with in the API and not here, such as `PAYER_`.
    let prefix: String

    init(_ heading: String, _ paths: String..., dropping prefix: String = "") {
        self.heading = heading
        self.paths = paths
        self.prefix = prefix
    }

    func cell(of row: JSONValue) -> String {
        let values = paths.lazy.compactMap { $0.split(separator: ".").reduce(Optional(row)) { $0?[String($1)] } }
        let text = values.first.map(\.plain) ?? ""
        return prefix.isEmpty || !text.hasPrefix(prefix) ? text : text.dropFirst(prefix.count).lowercased()
    }
}

extension JSONValue {
    /// The value in one line for people. Nothing is cut.
    var plain: String {
        switch self {
        case .null: ""
        case .flag(let flag): flag ? "yes" : "no"
        case .number(let number): number
        case .text(let text): text
        case .list(let items): items.map(\.plain).joined(separator: ", ")
        case .object(let members): members.map { "\($0.name)=\($0.value.plain)" }.joined(separator: ", ")
        }
    }
}

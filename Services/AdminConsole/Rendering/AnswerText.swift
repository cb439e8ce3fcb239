import Schema

/// Answers of the API as people read them.
enum AnswerText {
    /// The lines of an answer that is no refusal.
    static func lines(_ answer: JSONValue, _ view: ConsoleCommand.View) -> [String] {
        switch view {
        case .rows(let columns): return table(answer["items"]?.items ?? [answer], columns)
        case .details: return details(answer)
        case .text(let field): return (answer[field]?.plain ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        case .said(let sentence): return [sentence]
        }
    }

    /// A refusal: what for people, then each part that it has.
    static func refusal(_ error: JSONValue) -> [String] {
        let names = ["code", "field", "object", "next"]
        let parts = names.compactMap { name in
            error[name]?.text.flatMap { $0.isEmpty ? nil : (name, $0) }
        }
        return [error["text"]?.plain ?? "refused"] + parts.map { "  " + padded($0.0, to: 8) + $0.1 }
    }

    /// The items of a bulk answer that were carried out as a table, and the refused ones with their place in the request.
    static func bulk(_ answer: JSONValue, _ view: ConsoleCommand.View) -> (done: [String], refused: [String]) {
        var rows: [JSONValue] = []
        var refused: [String] = []
        for (place, item) in (answer["items"]?.items ?? []).enumerated() {
            if case .object(let error)? = item["error"] {
                let lines = refusal(.object(error))
                refused += ["item \(place + 1): \(lines[0])"] + lines.dropFirst()
            } else if let shown = item.members.first(where: { $0.name != "error" }) {
                rows.append(shown.value)
            }
        }
        guard !rows.isEmpty else { return ([], refused) }
        return (lines(.object([JSONValue.Member("items", .list(rows))]), view), refused)
    }

    private static func table(_ rows: [JSONValue], _ columns: [Column]) -> [String] {
        guard !rows.isEmpty else { return ["none"] }
        var table = TextTable(columns.map(\.heading))
        for row in rows { table.add(columns.map { $0.cell(of: row) }) }
        return table.lines
    }

    /// One field a line, by the API's names, without those that are empty. A list of objects becomes a table below its name.
    private static func details(_ object: JSONValue, indent: String = "") -> [String] {
        let shown = object.members.filter { !$0.value.isEmpty }
        let width = (shown.filter { !$0.value.isNested }.map(\.name.count).max() ?? 0) + 2
        return shown.flatMap { member -> [String] in
            guard member.value.isNested else { return [indent + padded(member.name, to: width) + member.value.plain] }
            let inner =
                if case .object = member.value { details(member.value, indent: indent + "  ") } else {
                    table(member.value.items, Self.columns(of: member.value.items)).map { indent + "  " + $0 }
                }
            return [indent + member.name] + inner
        }
    }

    private static func columns(of rows: [JSONValue]) -> [Column] {
        var names: [String] = []
        for member in rows.flatMap(\.members) where !names.contains(member.name) { names.append(member.name) }
        return names.map { Column($0, $0) }
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

extension JSONValue {
    fileprivate var isEmpty: Bool {
        switch self {
        case .null, .text(""), .list([]), .object([]): true
        default: false
        }
    }

    /// Whether it needs lines of its own.
    fileprivate var isNested: Bool {
        switch self {
        case .object: true
        case .list(let items): items.contains { if case .object = $0 { true } else { false } }
        default: false
        }
    }
}

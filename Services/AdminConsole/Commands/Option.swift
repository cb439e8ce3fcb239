import Schema

/// An option of a command: a field of the body, or a parameter of a view's query.
struct Option: Sendable {
    enum Form: Sendable {
        case text
        case whole
        /// Given without a value.
        case flag
        /// `true` or `false`.
        case truth
        /// May be given several times.
        case texts
        case wholes
        /// `KEY=VALUE`, may be given several times.
        case pairs
        /// One of some words, each with what it is in the API.
        case choice([(word: String, value: String)])
    }

    /// With its dashes.
    let name: String
    /// How its value stands in the help.
    let placeholder: String
    /// The field's or the parameter's name; dots lead into an object.
    let field: String
    let form: Form
    let isRequired: Bool

    private init(_ name: String, _ placeholder: String, _ field: String, _ form: Form, isRequired: Bool = false) {
        self.name = "--" + name
        self.placeholder = placeholder
        self.field = field
        self.form = form
        self.isRequired = isRequired
    }

    static func text(_ name: String, _ placeholder: String, _ field: String) -> Self { Self(name, placeholder, field, .text) }
    static func whole(_ name: String, _ placeholder: String, _ field: String) -> Self { Self(name, placeholder, field, .whole) }
    static func flag(_ name: String, _ field: String) -> Self { Self(name, "", field, .flag) }
    static func truth(_ name: String, _ field: String) -> Self { Self(name, "true|false", field, .truth) }
    static func texts(_ name: String, _ placeholder: String, _ field: String) -> Self { Self(name, placeholder + "…", field, .texts) }
    static func wholes(_ name: String, _ placeholder: String, _ field: String) -> Self { Self(name, placeholder + "…", field, .wholes) }
    static func pairs(_ name: String, _ field: String) -> Self { Self(name, "KEY=VALUE…", field, .pairs) }
    static func choice(_ name: String, _ field: String, _ values: KeyValuePairs<String, String>) -> Self {
        let choices = values.map { (word: $0.key, value: $0.value) }
        return Self(name, choices.map(\.word).joined(separator: "|"), field, .choice(choices))
    }

    /// The option as one that has to be given.
    var required: Self { Self(String(name.dropFirst(2)), placeholder, field, form, isRequired: true) }

    /// How it stands in the help.
    var usage: String {
        let text = placeholder.isEmpty ? name : "\(name) \(placeholder)"
        return isRequired ? text : "[\(text)]"
    }

    /// Takes the option; nil if it is not given.
    func take(from arguments: inout Arguments) throws(UsageError) -> JSONValue? {
        switch form {
        case .flag: return arguments.flag(name) ? .flag(true) : nil
        case .texts:
            let texts = try arguments.values(name)
            return texts.isEmpty ? nil : .list(texts.map { .text($0) })
        case .wholes:
            var numbers: [JSONValue] = []
            for text in try arguments.values(name) { numbers.append(try number(text)) }
            return numbers.isEmpty ? nil : .list(numbers)
        case .pairs:
            var members: [JSONValue.Member] = []
            for text in try arguments.values(name) { members.append(try pair(text)) }
            return members.isEmpty ? nil : .object(members)
        case .text, .whole, .truth, .choice:
            guard let text = try arguments.value(name) else { return nil }
            return try value(text)
        }
    }

    private func value(_ text: String) throws(UsageError) -> JSONValue {
        switch form {
        case .whole: return try number(text)
        case .truth:
            guard text == "true" || text == "false" else { throw UsageError("\(name) takes true or false, not \"\(text)\"") }
            return .flag(text == "true")
        case .choice(let choices):
            guard let choice = choices.first(where: { $0.word == text }) else {
                throw UsageError("\(name) takes \(choices.map(\.word).joined(separator: " or ")), not \"\(text)\"")
            }
            return .text(choice.value)
        default: return .text(text)
        }
    }

    private func number(_ text: String) throws(UsageError) -> JSONValue {
        guard let number = UInt32(text) else { throw UsageError("\(name) takes a whole number, not \"\(text)\"") }
        return .number("\(number)")
    }

    private func pair(_ text: String) throws(UsageError) -> JSONValue.Member {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw UsageError("\(name) takes KEY=VALUE, not \"\(text)\"")
        }
        return JSONValue.Member(String(text[..<equals]), .text(String(text[text.index(after: equals)...])))
    }
}

/// A text that must not be seen: password, key, token. Whatever prints it prints `<redacted>`.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Hides the text.
    public init(_ text: String) { self.text = text }

    /// The text itself, for the one place that needs it.
    public func reveal() -> String { text }

    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    /// Empty, so that `dump` and test failures show nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

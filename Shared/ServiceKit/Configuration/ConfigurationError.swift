/// What is wrong with the configuration, in one line that names the key and where it stands.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault, stable for programs.
    public enum Code: String, Sendable, CaseIterable {
        /// The configuration file can't be read or is not acceptable YAML.
        case file
        /// A key that is needed is set nowhere.
        case missing
        /// A value that is not what the key needs.
        case invalid
        /// A key or environment variable that nobody reads.
        case unknownKey
        /// A secret written into the configuration file, or a secret's file that can't be used.
        case secret
    }

    /// The kind of fault.
    public let code: Code
    /// The key concerned; empty when the file as a whole is meant.
    public let key: String
    /// The whole line, without the program's name.
    public let description: String

    /// An error with its whole line.
    public init(_ code: Code, key: String, _ description: String) {
        self.code = code
        self.key = key
        self.description = description
    }

    init(_ error: YAMLError) {
        self.init(.file, key: "", error.description)
    }
}

/// One numbered step of one module's part of the schema, for good: an applied migration is never changed again.
public struct Migration: Sendable, Hashable {
    /// Whose tables these are, such as `messaging`; each module counts from 1.
    public let module: String
    public let number: Int
    public let name: String
    /// Statements separated by semicolons, with the markers of ``SQLDialect``.
    public let sql: String

    public init(module: String, number: Int, name: String, sql: String) {
        self.module = module
        self.number = number
        self.name = name
        self.sql = sql
    }

    /// A migration from its file's name, `0001_name.sql`, and content, as an embedded resource has them.
    public init(module: String, file: String, content: [UInt8]) throws(StoreError) {
        let parts = file.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, parts[0].utf8.count == 4, let number = Int(parts[0]), parts[1].hasSuffix(".sql") else {
            throw .migration(name: "\(module)/\(file)", problem: "the file is not named like 0001_name.sql")
        }
        guard let sql = String(validating: content, as: UTF8.self) else {
            throw .migration(name: "\(module)/\(file)", problem: "the file is not UTF-8")
        }
        self.init(module: module, number: number, name: String(parts[1].dropLast(4)), sql: sql)
    }

    /// `module/0001_name`, for messages.
    public var fullName: String {
        let digits = String(number)
        return "\(module)/\(String(repeating: "0", count: max(0, 4 - digits.utf8.count)))\(digits)_\(name)"
    }
}

import HTTP

/// The header by which a client says how much of an answer it wants (RFC 7240). What is not understood is ignored, as the
/// standard asks.
enum PreferHeader {
    static let name = "Prefer"

    /// Whether `return=minimal` is preferred. An answer kept with an idempotency key stays as it was first given.
    static func isMinimal(_ request: HTTPRequest) -> Bool {
        request.headers.values(of: name).contains { value in
            value.lowercased().split(separator: ",").contains { preference in
                preference.filter { $0 != " " && $0 != "\t" && $0 != "\"" } == "return=minimal"
            }
        }
    }
}

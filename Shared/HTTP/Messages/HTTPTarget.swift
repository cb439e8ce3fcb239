/// The request target, taken apart. Only visible ASCII without `#` is a target; everything else has to be escaped.
struct HTTPTarget {
    /// Undecoded path, from the first `/`; `*` for `OPTIONS *`.
    let path: String
    /// Decoded path segments; `/` has none, `/a/` has "a" and "".
    let segments: [String]
    /// Undecoded query, without the `?`; nil when there was no `?`.
    let rawQuery: ArraySlice<UInt8>?
    let query: HTTPQuery

    init(parsing bytes: [UInt8]) throws(HTTPProblem) {
        guard !bytes.isEmpty else { throw .malformed("The request has no target.") }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }) else {
            throw .malformed("The request target holds a byte that has to be percent-encoded.")
        }
        let question = bytes.firstIndex(of: UInt8(ascii: "?"))
        let pathBytes = try Self.path(in: bytes[..<(question ?? bytes.endIndex)])
        path = String(decoding: pathBytes, as: UTF8.self)
        segments = try Self.segments(of: pathBytes)
        rawQuery = question.map { bytes[($0 + 1)...] }
        guard let query = HTTPQuery(parsing: rawQuery ?? []) else {
            throw .malformed("The query is not well-formed percent-encoded UTF-8.")
        }
        self.query = query
    }

    /// The path of the origin form, the absolute form (which every server must take) or the asterisk.
    private static func path(in bytes: ArraySlice<UInt8>) throws(HTTPProblem) -> ArraySlice<UInt8> {
        if bytes.first == UInt8(ascii: "/") || bytes.elementsEqual([UInt8(ascii: "*")]) { return bytes }
        for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
            let authority = bytes.dropFirst(scheme.utf8.count)
            guard let slash = authority.firstIndex(of: UInt8(ascii: "/")) else { return [UInt8(ascii: "/")] }
            return authority[slash...]
        }
        throw .malformed("The request target has to start with /.")
    }

    private static func segments(of path: ArraySlice<UInt8>) throws(HTTPProblem) -> [String] {
        guard path.first == UInt8(ascii: "/") else { return ["*"] }
        if path.count == 1 { return [] }
        var segments: [String] = []
        for piece in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = percentDecoded(piece, plusIsSpace: false) else {
                throw .malformed("The path is not well-formed percent-encoded UTF-8.")
            }
            segments.append(segment)
        }
        return segments
    }
}

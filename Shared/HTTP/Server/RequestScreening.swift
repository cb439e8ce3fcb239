import CMicrohttpd

/// What the library lets pass although a strict server must not: see RFC 9112, 2.2, 3.2, 5.2, 6.1 and 6.3.
struct RequestScreening {
    private(set) var headers: [HTTPHeader] = []
    /// Bytes of names and values, with the four of separator and line end.
    private(set) var headerBytes = 0
    /// The declared length of the body; nil when there is none.
    private(set) var contentLength: UInt64?
    private(set) var isChunked = false
    private(set) var problem: HTTPProblem?
    private var hosts = 0
    private var transferEncodings = 0
    private var expects: String?

    init() { headers.reserveCapacity(16) }

    var hasBody: Bool { isChunked || (contentLength ?? 0) > 0 }

    mutating func take(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        headerBytes += name.count + value.count + 4
        guard problem == nil else { return }
        guard !name.isEmpty, name.allSatisfy(isTokenCharacter) else {
            problem = .malformed("A header name holds a character that is not allowed.")
            return
        }
        guard Self.isOneLine(name: name, value: value) else {
            problem = .malformed("A header is folded over several lines.")
            return
        }
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
            problem = .malformed("A header value holds a control character.")
            return
        }
        let header = HTTPHeader(
            String(decoding: name, as: UTF8.self), String(decoding: Self.withoutTrailingBlanks(value), as: UTF8.self))
        headers.append(header)
        switch name.count {
        case 4 where equalIgnoringASCIICase(header.name, "Host"): hosts += 1
        case 6 where equalIgnoringASCIICase(header.name, "Expect"): expects = header.value
        case 14 where equalIgnoringASCIICase(header.name, "Content-Length"): takeContentLength(header.value)
        case 17 where equalIgnoringASCIICase(header.name, "Transfer-Encoding"):
            transferEncodings += 1
            isChunked = equalIgnoringASCIICase(header.value, "chunked")
        default: break
        }
    }

    func checkSize(target: [UInt8], limit: Int) throws(HTTPProblem) {
        if target.count > limit {
            throw HTTPProblem(status: 414, code: .targetTooLong, detail: "The request target is longer than \(limit) bytes.")
        }
        if target.count + headerBytes > limit {
            throw HTTPProblem(status: 431, code: .headersTooLarge, detail: "The headers are larger than \(limit) bytes.")
        }
    }

    /// The request, when the head as a whole obeys the rules.
    func request(
        id: UInt64, method: String, version: String, target: [UInt8], peer: HTTPPeer
    ) throws(HTTPProblem) -> HTTPRequest {
        if let problem { throw problem }
        try checkRules(version: version)
        guard let known = HTTPMethod(rawValue: method) else {
            throw HTTPProblem(status: 501, code: .notImplemented, detail: "The method is not known.")
        }
        let parsed = try HTTPTarget(parsing: target)
        guard parsed.path != "*" || known == .options else { throw .malformed("The target * is for OPTIONS only.") }
        return HTTPRequest(
            id: id, method: known, rawTarget: target, target: parsed, headers: HTTPHeaders(headers), peer: peer)
    }

    private func checkRules(version: String) throws(HTTPProblem) {
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            throw HTTPProblem(status: 505, code: .versionNotSupported, detail: "The server speaks HTTP/1.1.")
        }
        if hosts > 1 { throw .malformed("There is more than one Host header.") }
        if transferEncodings > 0 {
            if contentLength != nil { throw .malformed("Content-Length and Transfer-Encoding exclude each other.") }
            if version == "HTTP/1.0" { throw .malformed("HTTP/1.0 has no Transfer-Encoding.") }
            guard isChunked, transferEncodings == 1 else {
                throw HTTPProblem(status: 501, code: .notImplemented, detail: "The only transfer coding is chunked, once.")
            }
        }
        if let expects, !equalIgnoringASCIICase(expects, "100-continue") {
            throw HTTPProblem(status: 417, code: .expectationFailed, detail: "The only expectation is 100-continue.")
        }
    }

    private mutating func takeContentLength(_ text: String) {
        guard contentLength == nil else {
            problem = .malformed("There is more than one Content-Length header.")
            return
        }
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }), let length = UInt64(text) else {
            problem = .malformed("Content-Length is not a number.")
            return
        }
        contentLength = length
    }

    /// The library joins a folded line to the *name* it follows, which it moves for that. In a header of one line, name
    /// and value lie in one buffer with nothing but the separator and blanks between them.
    private static func isOneLine(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Bool {
        guard let nameStart = name.baseAddress, let valueStart = value.baseAddress else { return false }
        let gap = valueStart - nameStart - name.count
        guard gap >= 1, gap <= 1 << 24 else { return false }
        let between = UnsafeRawBufferPointer(start: nameStart + name.count, count: gap)
        return between[0] == 0 && between.dropFirst().allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    private static func withoutTrailingBlanks(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var count = value.count
        while count > 0, value[count - 1] == 0x20 || value[count - 1] == 0x09 { count -= 1 }
        return UnsafeRawBufferPointer(rebasing: value[..<count])
    }
}

/// RFC 9110, 5.6.2.
func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
        UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
        UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
        true
    default: false
    }
}

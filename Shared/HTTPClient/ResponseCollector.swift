/// Takes an answer piece by piece while libcurl works.
final class ResponseCollector {
    private let limit: Int
    private(set) var headers: [HTTPClientResponse.Header] = []
    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false

    init(limit: Int) { self.limit = limit }

    /// False ends the transfer.
    func take(body piece: UnsafeRawBufferPointer) -> Bool {
        guard body.count + piece.count <= limit else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: piece)
        return true
    }

    func take(headerLine: UnsafeRawBufferPointer) {
        // A status line begins another head: what came before it was a 100 Continue.
        if headerLine.starts(with: "HTTP/".utf8) {
            headers = []
            return
        }
        guard let colon = headerLine.firstIndex(of: UInt8(ascii: ":")) else { return }
        let value = headerLine[(colon + 1)...].drop(while: Self.isBlank)
        let end = value.lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? value.startIndex
        headers.append(
            HTTPClientResponse.Header(
                name: String(decoding: headerLine[..<colon], as: UTF8.self),
                value: String(decoding: value[value.startIndex..<end], as: UTF8.self)))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a }
}

// Global functions: a closure passed to C from inside a method could inherit an isolation.

func collectBody(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    guard let context else { return 0 }
    let collector = Unmanaged<ResponseCollector>.fromOpaque(context).takeUnretainedValue()
    return collector.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

func collectHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    guard let context else { return 0 }
    Unmanaged<ResponseCollector>.fromOpaque(context).takeUnretainedValue()
        .take(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

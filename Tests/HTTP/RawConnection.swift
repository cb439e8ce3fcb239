import Glibc

/// A TCP connection to the server under test that sends exactly the bytes it is given.
final class RawConnection {
    struct Response {
        var status = 0
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []

        var text: String { String(decoding: body, as: UTF8.self) }
        subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
    }

    enum Failure: Error {
        case refused, closed, timedOut
        case malformed(String)
    }

    let descriptor: Int32
    private var buffer: [UInt8] = []

    init(_ port: UInt16, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if var size = receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        // The object is complete: its deinit closes the socket when this throws.
        guard result == 0 else { throw Failure.refused }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
    }

    deinit { close(descriptor) }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            offset += count
        }
        return true
    }

    func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads one answer; `hasBody` false for answers to HEAD.
    func response(hasBody: Bool = true, within seconds: Double = patience) throws -> Response {
        let limit = Deadline(seconds)
        var response = Response()
        while true {
            let lines = try head(limit).split(separator: "\r\n").map(String.init)
            guard let first = lines.first, first.hasPrefix("HTTP/1."), let status = Int(first.split(separator: " ")[1]) else {
                throw Failure.malformed(lines.first ?? "")
            }
            if status == 100 { continue }
            response.status = status
            response.headers = lines.dropFirst().map { line in
                let colon = line.firstIndex(of: ":") ?? line.endIndex
                return (String(line[..<colon]), line[colon...].dropFirst().drop { $0 == " " }.description)
            }
            break
        }
        guard hasBody, response.status != 204, response.status != 304 else { return response }
        if let length = response["Content-Length"].flatMap({ Int($0) }) {
            while buffer.count < length { try fill(limit) }
            response.body = Array(buffer[..<length])
            buffer.removeFirst(length)
        } else if response["Transfer-Encoding"] == nil {
            response.body = try readToEnd(within: seconds)
        }
        return response
    }

    private func head(_ limit: Deadline) throws -> String {
        while true {
            if let end = buffer.indices.first(where: { buffer[$0...].starts(with: [13, 10, 13, 10]) }) {
                let text = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 4)
                return text
            }
            try fill(limit)
        }
    }

    /// Everything until the other side closes.
    func readToEnd(within seconds: Double = patience) throws -> [UInt8] {
        let limit = Deadline(seconds)
        do {
            while true { try fill(limit) }
        } catch Failure.closed {
            defer { buffer = [] }
            return buffer
        }
    }

    /// Reads until the text has come; returns everything before and with it.
    func read(until text: String, within seconds: Double = patience) throws -> String {
        let limit = Deadline(seconds)
        while true {
            let got = String(decoding: buffer, as: UTF8.self)
            if let range = got.utf8.indices.first(where: { got.utf8[$0...].starts(with: text.utf8) }) {
                let end = got.utf8.distance(from: got.utf8.startIndex, to: range) + text.utf8.count
                let result = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end)
                return result
            }
            try fill(limit)
        }
    }

    private func fill(_ limit: Deadline) throws {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, limit.milliseconds) > 0 else { throw Failure.timedOut }
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { throw Failure.closed }
        buffer.append(contentsOf: chunk[..<count])
    }
}

/// Seconds until a test gives up. Many: a loaded machine may pause any thread for seconds.
let patience: Double = 120

struct Deadline {
    private let end: ContinuousClock.Instant

    init(_ seconds: Double) { end = .now + .seconds(seconds) }

    var isPast: Bool { ContinuousClock.now >= end }

    var milliseconds: Int32 {
        let (seconds, attoseconds) = (end - .now).components
        return Int32(max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}

/// Waits for a condition; false when it has not come in time.
func eventually(_ condition: () -> Bool) -> Bool {
    let limit = Deadline(patience)
    while !condition() {
        if limit.isPast { return false }
        poll(nil, 0, 2)
    }
    return true
}

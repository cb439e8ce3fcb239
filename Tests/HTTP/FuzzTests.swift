import HTTP
import Testing

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

@Suite struct FuzzTests {
    private static let seeds: [[UInt8]] = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /describe?a=1&b=%20+&&c HTTP/1.1\r\nHost: a\r\nX-A: b\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: x\r\n\r\n",
        "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\nhello world",
        "HEAD /ports/a%2Fb HTTP/1.0\r\n\r\n",
        "GET /dropped HTTP/1.1\r\nHost: a\r\nA: a\r\n b\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ].map { Array($0.utf8) }

    private static let pieces: [[UInt8]] = [
        "\r\n", "\r\n\r\n", "\n", "\0", " ", "\t", ":", "%", "%41", "?", "&", "=", "#", "HTTP/1.1", "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "Expect: 100-continue\r\n", "ffffffff\r\n", "18446744073709551616", "\u{e4}",
    ].map { Array($0.utf8) }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let position = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0 where position < bytes.count: bytes[position] = UInt8.random(in: 0...255, using: &random)
        case 1 where position < bytes.count: bytes.remove(at: position)
        case 2: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random)!, at: position)
        case 3: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 0...8, using: &random)))
        case 4: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 20)], at: position)
        default: bytes.insert(contentsOf: Self.seeds.randomElement(using: &random)!, at: position)
        }
    }

    @Test(.timeLimit(.minutes(10))) func mutatedRequestsLeaveTheServerAlive() throws {
        let fixture = try Fixture()
        var random = SplitMix64(state: 20_261_126)
        var answered = 0
        for _ in 0..<20_000 {
            var request = Self.seeds.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...5, using: &random) { mutate(&request, &random) }
            let connection = try fixture.connect()
            connection.send(request)
            connection.halfClose()
            // Some are incomplete and wait for the time-out: only what comes at once is read.
            if (try? connection.response(hasBody: false, within: 0.002)) != nil { answered += 1 }
        }
        #expect(answered > 1000)
        #expect(try fixture.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "hello")
        fixture.parking.answerAll()
        #expect(eventually { fixture.server.statistics.openExchanges == 0 })
        fixture.server.drain(within: .milliseconds(100))
        #expect(fixture.server.statistics.connections == 0)
        #expect(fixture.server.statistics.requestsInFlight == 0)
        #expect(fixture.server.statistics.bodyBytes == 0)
    }
}

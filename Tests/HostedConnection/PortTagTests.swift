import HostedConnection
import Testing

@Suite("Tags")
struct PortTagTests {
    private func refusal(_ values: [String: String]) -> Refusal? {
        do throws(Refusal) {
            _ = try PortTags(values, field: "tags")
            return nil
        } catch {
            return error
        }
    }

    @Test("Tags come back from the database as they went in", arguments: [[:], ["a": ""], ["a": "1=2, 3", "b c": "ä; =", "c": "-"]])
    func stored(_ values: [String: String]) throws {
        let tags = try PortTags(values, field: "tags")
        #expect(PortTags(stored: tags.stored) == tags)
    }

    @Test("R-055: existing and new keys; at most 20, each within its length, without control characters") func limits() {
        let many = { (count: Int) in Dictionary(uniqueKeysWithValues: (1...count).map { ("k\($0)", "v") }) }
        #expect(refusal(many(20)) == nil)
        #expect(refusal(many(21))?.code == .invalidValue)
        #expect(refusal(["": "v"])?.code == .invalidValue)
        #expect(refusal(["a\u{1f}": "v"])?.code == .invalidValue)
        #expect(refusal(["a": "v\u{1e}"])?.code == .invalidValue)
        #expect(refusal([String(repeating: "k", count: 128): String(repeating: "v", count: 256)]) == nil)
        #expect(refusal([String(repeating: "k", count: 129): "v"])?.field == "tags")
        #expect(refusal(["k": String(repeating: "v", count: 257)])?.field == "tags")
    }
}

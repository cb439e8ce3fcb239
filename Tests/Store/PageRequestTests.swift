import HostedConnection
import Store
import Testing

@Suite("Pages of lists")
struct PageRequestTests {
    @Test("A page says how to go on only if there is more") func tokens() throws {
        let page = try PageRequest(size: 2, token: "")
        #expect(page.after == .none)
        #expect(page.limit == 3)
        var rows = [testID(1), testID(2), testID(3)]
        let next = page.close(&rows) { $0 }
        #expect(rows == [testID(1), testID(2)])
        #expect(try PageRequest(size: 2, token: next).after == testID(2))
        var last = [testID(3), testID(4)]
        #expect(page.close(&last) { $0 } == "")
        #expect(last.count == 2)
    }

    @Test("Sizes are 1 – 1,000, tokens are ours", arguments: [(0, ""), (1_001, ""), (-1, ""), (10, "x"), (10, "'; DROP TABLE port")])
    func refused(_ size: Int, _ token: String) {
        #expect(throws: Refusal.self) { try PageRequest(size: size, token: token) }
    }

    @Test("Without a size there are a hundred rows") func defaultSize() throws {
        #expect(try PageRequest(size: nil, token: "").size == 100)
    }
}

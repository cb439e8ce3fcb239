import Schema
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [
        #"{"b":1,"a":[true,false,null,"x\"y\n",-1.50e3,{}],"":[]}"#, "[]", "0", #""ü \u0001""#,
    ])
    func isWrittenAsItWasRead(text: String) throws {
        #expect(try JSONValue(json: Array(text.utf8)).json == text)
    }

    @Test func partsAreFound() throws {
        let value = try JSONValue(json: Array(#"{"items": [{"id": "a"}, {"id": 2}]}"#.utf8))
        #expect(value["items"]?.items.map { $0["id"] } == [.text("a"), .number("2")])
        #expect(value["other"] == nil && value.items.isEmpty && value.text == nil)
        #expect(value.members.map(\.name) == ["items"])
    }

    @Test(arguments: ["", "{", "[1,]", "{\"a\"}", "nul", "1 2", "\"", "[01]"]) func whatIsNoJSONIsRefused(text: String) {
        #expect(throws: CodecError.self) { try JSONValue(json: Array(text.utf8)) }
    }

    @Test func depthHasALimit() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: CodecError.self) { try JSONValue(json: Array(text.utf8)) }
    }
}

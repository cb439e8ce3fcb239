import HostedConnection
import Testing

@testable import ServiceKit

@Suite struct YAMLDocumentTests {
    @Test func everyKeyAndValueHasItsPlace() throws {
        let text = """
            # a comment
            http:
              port: 8080
              name: "yes"
            list:
              - one
              - [two, 0100]
            """
        let document = try YAMLDocument(text: text, file: "c.yaml")
        func node(_ content: YAMLNode.Content, _ line: Int, _ column: Int) -> YAMLNode {
            YAMLNode(content: content, position: YAMLPosition(line: line, column: column))
        }
        func entry(_ key: String, _ line: Int, _ column: Int, _ value: YAMLNode) -> YAMLEntry {
            YAMLEntry(key: key, keyPosition: YAMLPosition(line: line, column: column), value: value)
        }
        let port = entry("port", 3, 3, node(.scalar("8080", quoted: false), 3, 9))
        let name = entry("name", 4, 3, node(.scalar("yes", quoted: true), 4, 9))
        let one = node(.scalar("one", quoted: false), 6, 5)
        let two = node(.scalar("two", quoted: false), 7, 6)
        let octal = node(.scalar("0100", quoted: false), 7, 11)
        let list = node(.list([one, node(.list([two, octal]), 7, 5)]), 6, 3)
        let http = entry("http", 2, 1, node(.map([port, name]), 3, 3))
        #expect(document.root == node(.map([http, entry("list", 5, 1, list)]), 2, 1))
    }

    @Test(arguments: [
        ("", "c.yaml:1:1: empty, there is no value in it", YAMLError.Code.empty),
        ("# only a comment\n", "c.yaml:1:1: empty, there is no value in it", .empty),
        ("---\n", "c.yaml:2:1: empty, there is no value in it", .empty),
        ("a: 1\nb: 2\na: 3\n", "c.yaml:3:1: key \"a\" stands here a second time", .duplicateKey),
        ("a: {b: 1, \"b\": 2}", "c.yaml:1:11: key \"b\" stands here a second time", .duplicateKey),
        ("a: &x 1\n", "c.yaml:1:4: an anchor (&) is not allowed here", .anchor),
        ("a: &x [1]\n", "c.yaml:1:4: an anchor (&) is not allowed here", .anchor),
        ("a: 1\nb: *a\n", "c.yaml:2:4: an alias (*) is not allowed here; write the value out", .alias),
        ("a: !!str 1\n", "c.yaml:1:4: a tag (!) is not allowed here", .tag),
        ("a: !x {b: 1}\n", "c.yaml:1:4: a tag (!) is not allowed here", .tag),
        ("a: 1\n---\nb: 2\n", "c.yaml:2:1: a second document begins here; only one is allowed", .secondDocument),
        ("? [a, b]\n: 1\n", "c.yaml:1:3: a key must be text, not a list", .keyNotText),
        ("a: [1, 2\nb: 3\n", "c.yaml:2:2: did not find expected ',' or ']'", .syntax),
        ("a:\n\tb: 1\n", "c.yaml:2:1: found character that cannot start any token", .syntax),
        ("a: 1\nb: x\u{1}y\n", "c.yaml:2:5: control characters are not allowed", .syntax),
    ])
    func faults(text: String, line: String, code: YAMLError.Code) {
        let error = #expect(throws: YAMLError.self) { try YAMLDocument(text: text, file: "c.yaml") }
        #expect(error?.description == line)
        #expect(error?.code == code)
    }

    @Test func octetsThatAreNotUTF8AreRefused() throws {
        let scratch = try Scratch()
        let path = try scratch.write("bad.yaml", Array("a: ok\nb: ".utf8) + [0xff, 0xfe, 0x0a])
        let error = #expect(throws: YAMLError.self) { try YAMLDocument(path: path) }
        #expect(error?.code == .syntax)
        #expect(error?.position == YAMLPosition(line: 2, column: 4))
    }

    @Test func depthIsLimited() throws {
        let allowed = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try YAMLDocument(text: allowed, file: "c.yaml") }
        for text in [String(repeating: "[", count: 65), String(repeating: "[", count: 50_000), String(repeating: "{a: ", count: 50_000)] {
            let error = #expect(throws: YAMLError.self) { try YAMLDocument(text: text, file: "c.yaml") }
            #expect(error?.code == .tooDeep)
        }
    }

    @Test func sizeIsLimited() throws {
        let scratch = try Scratch()
        let path = try scratch.write("long.yaml", "a: 12345678\n")
        #expect(throws: YAMLError(.oversized, file: path, position: nil, detail: "longer than 11 bytes")) {
            try YAMLDocument(path: path, maximumBytes: 11)
        }
        #expect(throws: YAMLError.self) { try YAMLDocument(text: "a: 12345678", file: "x", maximumBytes: 10) }
        #expect(throws: Never.self) { try YAMLDocument(path: path, maximumBytes: 12) }
    }

    @Test func aFileThatIsNotThereIsNamed() {
        let error = #expect(throws: YAMLError.self) { try YAMLDocument(path: "/nowhere/c.yaml") }
        #expect(error?.description == "/nowhere/c.yaml: cannot be read: No such file or directory")
        let folder = #expect(throws: YAMLError.self) { try YAMLDocument(path: "/tmp") }
        #expect(folder?.description == "/tmp: cannot be read: Is a directory")
    }

    @Test func anInventoryIsDecodedFieldByField() throws {
        let text = """
            circuits:
              - name: first
                vlan: 100
                account: "1234567890123456"
              - name: second
            """
        var root = try YAMLDocument(text: text, file: "inventory.yaml").value.fields()
        let circuits = try root.take("circuits").list()
        try root.finish()
        var first = try circuits[0].fields()
        #expect(try first.take("name", .text) == "first")
        #expect(try first.takeIfPresent("vlan", .integer(in: 0...2999)) == 100)
        #expect(try first.take("account", ScalarForm<AccountID>.identifier).description == "1234567890123456")
        try first.finish()
        var second = try circuits[1].fields()
        #expect(try second.takeIfPresent("vlan", .integer(in: 0...2999)) == nil)
        let missing = #expect(throws: YAMLError.self) { _ = try second.take("vlan") }
        #expect(missing?.description == "inventory.yaml:5:5: circuits[1]: vlan is missing")
    }

    @Test(arguments: [
        ("circuits:\n  - vlan: 3000\n", "i.yaml:2:5: circuits[0].vlan: expected a whole number from 0 to 2999, got \"3000\""),
        ("circuits:\n  - vlan:\n", "i.yaml:2:5: circuits[0].vlan: expected a whole number from 0 to 2999, got nothing"),
        ("circuits:\n  - vlan: [1]\n", "i.yaml:2:5: circuits[0].vlan: expected a whole number from 0 to 2999, got a list"),
        ("circuits:\n  - vlan: 1\n    vlam: 2\n", "i.yaml:3:5: circuits[0].vlam: unknown key; did you mean vlan?"),
        ("circuits:\n  - 5\n", "i.yaml:2:5: circuits[0]: expected a map of keys, got \"5\""),
        ("circuits: none\n", "i.yaml:1:1: circuits: expected a list, got \"none\""),
        ("[]\n", "i.yaml:1:1: expected a map of keys, got a list"),
    ])
    func decodingFaults(text: String, line: String) throws {
        let root = try YAMLDocument(text: text, file: "i.yaml").value
        let error = #expect(throws: YAMLError.self) {
            var fields = try root.fields()
            for circuit in try fields.take("circuits").list() {
                var circuit = try circuit.fields()
                _ = try circuit.take("vlan", .integer(in: 0...2999))
                try circuit.finish()
            }
        }
        #expect(error?.description == line)
    }
}

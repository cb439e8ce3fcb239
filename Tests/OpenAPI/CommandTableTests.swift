import AdminAPI
import AdminConsole
import HTTP
import Testing

/// hcctl has a command for everything that the two services serve.
@Suite struct CommandTableTests {
    private static func routes(of side: Side) throws -> [AdminRoute] {
        try #require(ServedRoutes.byService.first { $0.service == side.service }).routes()
    }

    @Test(arguments: Side.allCases) func everyRouteHasACommand(side: Side) throws {
        let commands = CommandTable.all.filter { $0.sides.contains(side) }
        let known = Set(commands.flatMap { c in [c.pattern, c.bulkPattern].compactMap { $0 }.map { "\(c.method.rawValue) \($0)" } })
        for route in try Self.routes(of: side) where !known.contains("\(route.method.rawValue) \(route.pattern)") {
            Issue.record("hcctl has no command for \(route.method.rawValue) \(route.pattern) of \(side.service)")
        }
    }

    @Test(arguments: Side.allCases) func everyCommandHasItsRoute(side: Side) throws {
        let served = Set(try Self.routes(of: side).map { "\($0.method.rawValue) \($0.pattern)" })
        for command in CommandTable.all where command.sides.contains(side) {
            for pattern in [command.pattern, command.bulkPattern].compactMap({ $0 }) {
                let route = "\(command.method.rawValue) \(pattern)"
                if served.contains(route) { continue }
                Issue.record("hcctl \(command.noun) \(command.verb) calls \(route), which \(side.service) does not serve")
            }
        }
    }

    @Test func noCommandIsThereTwice() {
        #expect(Set(CommandTable.all.map { "\($0.noun) \($0.verb)" }).count == CommandTable.all.count)
    }

    @Test(
        "R-183 what can't be taken back asks once",
        arguments: [
            "port terminate", "port delete", "port withdraw", "port reject", "port set-vlan", "vbr terminate", "vbr delete",
            "account close", "privilege revoke",
        ])
    func destructive(words: String) throws {
        let command = try #require(CommandTable.all.first { "\($0.noun) \($0.verb)" == words })
        #expect(command.isDestructive)
    }
}

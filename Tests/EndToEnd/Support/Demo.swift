import FoundationEssentials
import Glibc
import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

/// Runs of `hcctl demo`.
enum Demo {
    /// What endpoints.json tells.
    struct Endpoints: Decodable {
        struct Kafka: Decodable {
            var bootstrap: String
            var topics: [String: String]
        }

        struct Side: Decodable {
            var admin: String

            var baseURL: String { String(admin.dropLast("/admin/v1".count)) }
        }

        struct Account: Decodable {
            var id: String
            var name: String
            var role: String
            var adminToken: String
        }

        var kafka: Kafka
        var partner: Side
        var tenant: Side
        var accounts: [Account]
    }

    static func inFolder(_ body: (String) throws -> Void) throws {
        let folder = try Environment.newFolder("demo")
        do {
            try body(folder)
        } catch {
            throw ClusterError("\(error) (databases and logs are in \(folder))")
        }
        #expect(Program.running(in: folder).isEmpty)
        Files.removeFolder(folder)
    }

    static func start(_ folder: String, _ arguments: [String] = []) throws -> Program {
        try Program("\(try #require(Environment.programs))/hcctl", ["demo", "--data", folder] + arguments)
    }

    /// A run with `--once`, which has to succeed and leave nothing running.
    static func once(_ folder: String, _ arguments: [String] = []) throws -> String {
        let demo = try start(folder, ["--once"] + arguments)
        let status = try demo.status(within: .seconds(120))
        guard status.isSuccess else { throw ClusterError("the demo ended with \(status): \(demo.errors)\n\(demo.output)") }
        #expect(demo.errors == "")
        #expect(Program.running(in: folder).isEmpty)
        return demo.output
    }

    static func awaitServing(_ demo: Program) throws {
        _ = try until("the demo serves", within: .seconds(120)) {
            if let ended = demo.ended { throw ClusterError("the demo ended with \(ended): \(demo.errors)\n\(demo.output)") }
            return demo.output.contains("serving until") ? true : nil
        }
    }

    /// The ports of the closing table.
    static func ports(in output: String) -> Set<String> {
        Set(output.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("pc-") }.map { String($0.prefix { $0 != " " }) })
    }

    /// Reads endpoints.json, whose mode and form are checked.
    static func endpoints(_ folder: String) throws -> Endpoints {
        let path = "\(folder)/endpoints.json"
        var information = stat()
        try #require(stat(path, &information) == 0)
        #expect(information.st_mode & 0o777 == 0o600)
        let endpoints = try JSONDecoder().decode(Endpoints.self, from: try #require(FileManager.default.contents(atPath: path)))
        #expect(endpoints.kafka.bootstrap.contains(":"))
        #expect(Set(endpoints.kafka.topics.keys) == Set(Topic.allCases.map(\.baseName)))
        #expect(endpoints.partner.admin.hasSuffix("/admin/v1") && endpoints.partner.admin.hasPrefix("http://"))
        #expect(endpoints.tenant.admin.hasSuffix("/admin/v1") && endpoints.tenant.admin != endpoints.partner.admin)
        #expect(endpoints.accounts.map(\.role).sorted() == ["partner", "tenant", "tenant", "tenant"])
        #expect(endpoints.accounts.allSatisfy { AccountID($0.id) != nil && !$0.name.isEmpty && !$0.adminToken.isEmpty })
        return endpoints
    }
}

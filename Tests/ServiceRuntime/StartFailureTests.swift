import EmbeddedBroker
import Glibc
import ServiceKit
import Testing

@Suite("A service that can't start says why in one line and leaves nothing behind", .serialized)
struct StartFailureTests {
    private let nowhere = "bootstrap: 127.0.0.1:1\n  timeout: 1s"

    private func expect(
        _ ending: Ending, _ code: Int32, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(ending.status == .exited(code), sourceLocation: sourceLocation)
        #expect(ending.lines.count == 1, "\(ending.lines)", sourceLocation: sourceLocation)
        let line = ending.lines.first ?? ""
        #expect(line.contains("-service: ") || line.contains("-simulator: "), sourceLocation: sourceLocation)
        for part in parts { #expect(line.contains(part), "\(line)", sourceLocation: sourceLocation) }
    }

    @Test(
        "An unknown key, with the one that was meant",
        arguments: ["partner-service", "tenant-service", "billing-simulator", "network-simulator"])
    func unknownKey(_ name: String) async throws {
        let program = try Program(name)
        let ending = try await program.run(program.configuration(kafka: nowhere, more: "shutdwon:\n  deadline: 5s"))
        expect(ending, 78, "shutdwon", "unknown key")
        #expect(program.read("service.db") == nil)
    }

    @Test("An unknown variable of the environment")
    func unknownVariable() async throws {
        let program = try Program()
        let ending = try await program.run(program.configuration(kafka: nowhere), environment: ["HC_HTTP_PROT": "1"])
        expect(ending, 78, "HC_HTTP_PROT", "HC_HTTP_PORT")
    }

    @Test("A configuration file, or a token's file, that is not there")
    func missingFile() async throws {
        let program = try Program()
        expect(try await program.run("", arguments: ["--config", "/nowhere/service.yaml"]), 78, "/nowhere/service.yaml")
        let text = program.configuration(kafka: nowhere).replacing("operator.token", with: "none.token")
        expect(try await program.run(text), 78, "admin.operatorTokenFile", "none.token")
    }

    @Test("A port that can't be, of the API or of the broker")
    func wrongPort() async throws {
        let program = try Program()
        expect(try await program.run(program.configuration(kafka: nowhere, http: "port: 70000")), 78, "http.port", "65535")
        expect(try await program.run(program.configuration(kafka: "bootstrap: localhost:99999")), 78, "kafka.bootstrap", "99999")
        expect(try await program.run(program.configuration(kafka: "bootstrap: localhost")), 78, "kafka.bootstrap", "host:port")
    }

    @Test("A catalogue with something else than bandwidths, or with none, by its key (A-09)")
    func wrongCatalogue() async throws {
        let program = try Program()
        for (list, part) in [("[50, fast]", "fast"), ("[0]", "whole number from 1"), ("[]", "at least one")] {
            let text = program.configuration(kafka: nowhere, more: "bandwidth:\n  offered: \(list)")
            expect(try await program.run(text), 78, "bandwidth.offered", part)
        }
        let text = program.configuration(kafka: nowhere, more: "bandwidth:\n  offered: [150, 2000]")
        expect(try await program.run(text), 69, "kafka.bootstrap: ")
    }

    @Test("A broker that does not answer, by its key and address")
    func unreachable() async throws {
        let program = try Program()
        expect(try await program.run(program.configuration(kafka: nowhere)), 69, "kafka.bootstrap: ", "127.0.0.1:1")
        #expect(program.read("service.db") == nil)
        #expect(program.read("address") == nil)
        let file = "bootstrapFile: \"\(program.path("none"))\"\n  timeout: 1s"
        expect(try await program.run(program.configuration(kafka: file)), 69, "kafka.bootstrapFile: ", program.path("none"))
    }

    @Test("A property of Kafka that is unknown or not to be set")
    func badProperty() async throws {
        let program = try Program()
        for property in ["acks: \"1\"", "no.such.property: x"] {
            let text = program.configuration(kafka: nowhere + "\n  properties:\n    \(property)")
            expect(try await program.run(text), 78, "kafka.properties", String(property.prefix { $0 != ":" }))
        }
    }

    @Test("Topics that are not there, by name and with what to do")
    func missingTopics() async throws {
        let broker = try EmbeddedBroker(topicPrefix: "other.")
        let program = try Program()
        try broker.writeBootstrapFile(to: program.path("bootstrap"))
        let kafka = "bootstrapFile: \"\(program.path("bootstrap"))\""
        expect(
            try await program.run(program.configuration(kafka: kafka)), 78, "topic hosted-connections.partner does not exist",
            "hcctl topics create")
        #expect(program.read("service.db") == nil)
    }

    @Test("Topics with another number of partitions than is configured, by name and with what to do")
    func otherPartitions() async throws {
        let broker = try EmbeddedBroker(partitions: 3)
        let program = try Program()
        try broker.writeBootstrapFile(to: program.path("bootstrap"))
        let kafka = "bootstrapFile: \"\(program.path("bootstrap"))\""
        expect(
            try await program.run(program.configuration(kafka: kafka)), 78,
            "topic hosted-connections.partner has 3 partitions instead of 6", "kafka.partitions")
        try program.start(program.configuration(kafka: kafka + "\n  partitions: 3"))
        #expect(await program.waitForAddress() != nil, "\(program.errorLines)")
    }

    @Test("A port that is in use, and a database that can't be made or belongs to another process")
    func occupied() async throws {
        let broker = try EmbeddedBroker()
        let first = try Program()
        let second = try Program()
        for program in [first, second] { try broker.writeBootstrapFile(to: program.path("bootstrap")) }
        func kafka(_ program: Program) -> String { "bootstrapFile: \"\(program.path("bootstrap"))\"" }
        try first.start(first.configuration(kafka: kafka(first)))
        let address = try #require(await first.waitForAddress(), "\(first.errorLines)")
        let port = address.split(separator: ":").last.map(String.init) ?? ""

        expect(
            try await second.run(second.configuration(kafka: kafka(second), database: first.path("service.db"))), 69,
            "database.path", first.path("service.db"))
        expect(
            try await second.run(second.configuration(kafka: kafka(second), database: "/nowhere/service.db")), 78,
            "database.path", "/nowhere/service.db")
        let taken = try await second.run(
            second.configuration(kafka: kafka(second), http: "port: \(port)"))
        expect(taken, 69, "http.port", port, "in use")
        #expect(second.read("address") == nil)
    }

    @Test("A good configuration can be checked without starting anything")
    func check() async throws {
        let program = try Program()
        let ending = try await program.run(program.configuration(kafka: nowhere), arguments: ["--check-config"])
        #expect(ending.status == .exited(0) && ending.lines.isEmpty)
        #expect(program.read("service.db") == nil)
        let wrong = try await program.run(program.configuration(kafka: nowhere, http: "port: x"), arguments: ["--check-config"])
        expect(wrong, 78, "http.port")
    }
}

import EmbeddedBroker
import FoundationEssentials
import Kafka
import Schema
import Testing

@Suite struct ConfigurationTests {
    private func error(_ properties: [String: String], bootstrap: String = "127.0.0.1:9") -> KafkaError? {
        let configuration = KafkaConfiguration(bootstrap: bootstrap, clientID: "test", properties: properties)
        return #expect(throws: KafkaError.self) { try KafkaAdmin(configuration) }
    }

    @Test func whatCorrectnessRestsOnCanNotBeSet() {
        #expect(KafkaConfiguration.refusedProperties.count > 10)
        for name in KafkaConfiguration.refusedProperties.keys {
            let error = error([name: "1"])
            #expect(error?.code == .propertyRefused)
            #expect(error?.text.contains(name) == true)
        }
    }

    @Test func wrongPropertiesAreNamedWithoutTheirSecrets() {
        #expect(error(["no.such.property": "1"])?.description == "kafka.configuration-invalid: librdkafka has no property no.such.property")
        let number = error(["socket.timeout.ms": "soon"])
        #expect(number?.code == .configurationInvalid && number?.text.contains("socket.timeout.ms") == true)
        let secret = error(["security.protocol": "ssl", "ssl.key.pem": "hunter2", "sasl.password": "hunter3"])
        #expect(secret?.code == .configurationInvalid)
        #expect(secret?.description.contains("hunter") == false)
        #expect(error([:], bootstrap: "")?.code == .configurationInvalid)
    }

    @Test func aConfigurationShowsNoSecret() {
        let configuration = KafkaConfiguration(
            bootstrap: "kafka:9092", clientID: "test", properties: ["sasl.password": "hunter2"])
        let shown = "\(configuration) \(String(reflecting: configuration)) \([configuration])"
        #expect(shown.contains("sasl.password") && !shown.contains("hunter2"))
    }

    /// A property of ours reaches librdkafka: with SASL asked for, a broker without it is left at once.
    @Test func propertiesReachTheLibrary() async throws {
        try await onOwnThread {
            let broker = try EmbeddedBroker()
            let configuration = KafkaConfiguration(
                bootstrap: broker.bootstrap, clientID: "test",
                properties: [
                    "security.protocol": "sasl_plaintext", "sasl.mechanism": "PLAIN", "sasl.username": "u", "sasl.password": "hunter2",
                ])
            let admin = try KafkaAdmin(configuration)
            let error = #expect(throws: KafkaError.self) { try admin.clusterID(timeout: .seconds(5)) }
            #expect(error?.isAuthentication == true)
            #expect(error?.description.contains("hunter2") == false)
        }
    }
}

@Suite struct BootstrapFileTests {
    private let path = FileManager.default.temporaryDirectory.path + "/bootstrap-\(UInt64.random(in: 0 ... .max))"

    @Test func whatIsWrittenIsRead() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let broker = try EmbeddedBroker()
        try broker.writeBootstrapFile(to: path)
        let file = try BootstrapFile(path: path)
        #expect(file == BootstrapFile(bootstrap: broker.bootstrap, incarnation: broker.incarnation))
        #expect(broker.incarnation.count == 32 && broker.incarnation.allSatisfy(\.isHexDigit))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let next = try EmbeddedBroker()
        #expect(next.incarnation != broker.incarnation)
        try next.writeBootstrapFile(to: path)
        #expect(try BootstrapFile(path: path).incarnation == next.incarnation)
        let folder = FileManager.default.temporaryDirectory.path
        let name = try #require(path.split(separator: "/").last.map(String.init))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(name) } == [name])
    }

    @Test func anAddressAloneIsEnough() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "127.0.0.1:9092\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try BootstrapFile(path: path) == BootstrapFile(bootstrap: "127.0.0.1:9092", incarnation: nil))
    }

    @Test func whatIsNoBootstrapFileIsRefused() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let missing = #expect(throws: KafkaError.self) { try BootstrapFile(path: path) }
        #expect(missing?.code == .bootstrapFile && missing?.isRetriable == true)
        for content in ["", "\n", "nonsense\n", String(repeating: "a:1", count: 5000)] {
            try content.write(toFile: path, atomically: true, encoding: .utf8)
            let error = #expect(throws: KafkaError.self) { try BootstrapFile(path: path) }
            #expect(error?.code == .bootstrapFile && error?.isRetriable == false)
        }
        let unwritable = #expect(throws: KafkaError.self) {
            try BootstrapFile(bootstrap: "a:1", incarnation: nil).write(to: path + "/no/folder")
        }
        #expect(unwritable?.code == .bootstrapFile)
    }
}

import Testing

@testable import ServiceKit

@Suite struct ConfigurationReaderTests {
    enum Network: String, CaseIterable {
        case none, simulated
    }

    static let text = """
        service:
          name: partner
        http:
          port: 8080
          limit: 64KiB
        kafka:
          bootstrap: 127.0.0.1:9092
          properties:
            sasl.mechanism: PLAIN
            socket.nagle.disable: true
        engine:
          pause: 250ms
          check: true
        network: none
        regions: [a, b]
        store:
          file: data/state.db
        """

    private func reader(_ text: String = text, _ environment: [String: String] = [:]) throws -> (ConfigurationReader, Scratch) {
        let scratch = try Scratch()
        let file = try scratch.write("config.yaml", text)
        return (try ConfigurationReader(file: file, environment: environment, reserved: ["HC_CONFIG"]), scratch)
    }

    @Test func everyKindIsReadFromTheFile() throws {
        let (reader, scratch) = try reader()
        #expect(try reader.string("service.name") == "partner")
        #expect(try reader.int("http.port", in: 0...65535) == 8080)
        #expect(try reader.bytes("http.limit", in: 1...(1 << 20)) == 65536)
        #expect(try reader.string("kafka.bootstrap") == "127.0.0.1:9092")
        #expect(try reader.map("kafka.properties") == ["sasl.mechanism": "PLAIN", "socket.nagle.disable": "true"])
        #expect(try reader.duration("engine.pause", in: .zero ... .seconds(1)) == .milliseconds(250))
        #expect(try reader.bool("engine.check"))
        #expect(try reader.choice("network", Network.self) == .none)
        #expect(try reader.list("regions") == ["a", "b"])
        #expect(try reader.path("store.file") == scratch.path + "/data/state.db")
        try reader.finish()
    }

    @Test func theEnvironmentWinsOverTheFile() throws {
        let environment = [
            "HC_SERVICE_NAME": "other", "HC_HTTP_PORT": "0", "HC_HTTP_LIMIT": "1MiB", "HC_KAFKA_BOOTSTRAP": "k:1",
            "HC_KAFKA_PROPERTIES": "a.b=c, d=e=f", "HC_ENGINE_PAUSE": "1s", "HC_ENGINE_CHECK": "false", "HC_NETWORK": "simulated",
            "HC_REGIONS": "x, y,z", "HC_STORE_FILE": "here.db", "HC_CONFIG": "config.yaml", "HOME": "/home",
        ]
        let (reader, _) = try reader(Self.text, environment)
        #expect(try reader.string("service.name") == "other")
        #expect(try reader.int("http.port", in: 0...65535) == 0)
        #expect(try reader.bytes("http.limit", in: 1...(1 << 20)) == 1 << 20)
        #expect(try reader.string("kafka.bootstrap") == "k:1")
        #expect(try reader.map("kafka.properties") == ["a.b": "c", "d": "e=f"])
        #expect(try reader.duration("engine.pause", in: .zero ... .seconds(1)) == .seconds(1))
        #expect(try reader.bool("engine.check") == false)
        #expect(try reader.choice("network", default: Network.none) == .simulated)
        #expect(try reader.list("regions") == ["x", "y", "z"])
        #expect(try reader.path("store.file") == "here.db")
        try reader.finish()
    }

    @Test func whatIsNotSetHasItsDefaultOrIsNil() throws {
        let reader = try ConfigurationReader(file: nil, environment: ["HC_A_B": ""])
        #expect(try reader.string("a.b", default: "c") == "c")
        #expect(try reader.string(ifSet: "a.b") == nil)
        #expect(try reader.int("a.b", in: 0...1, default: 1) == 1)
        #expect(try reader.bool("a.b", default: true))
        #expect(try reader.duration("a.b", in: .zero ... .seconds(1), default: .seconds(1)) == .seconds(1))
        #expect(try reader.list("a.b", default: ["x"]) == ["x"])
        #expect(try reader.map("a.b") == [:])
        #expect(try reader.path(ifSet: "a.b") == nil)
        try reader.finish()
    }

    @Test func aListHasValuesOfItsForm() throws {
        let (reader, _) = try reader("rates: [50, 100]\nnames: [50, b]\nnone: []\n", ["HC_MORE_RATES": "1, 2"])
        #expect(try reader.list(ifSet: "rates", of: .integer(in: 1...100)) == [50, 100])
        #expect(try reader.list(ifSet: "more.rates", of: .integer(in: 1...100)) == [1, 2])
        #expect(try reader.list(ifSet: "none", of: .integer(in: 1...100)) == [])
        #expect(try reader.list(ifSet: "others", of: .integer(in: 1...100)) == nil)
        let refused = #expect(throws: ConfigurationError.self) {
            try reader.list(ifSet: "names", of: .integer(in: 1...100))
        }
        #expect(refused?.key == "names")
        #expect(refused?.description == "names: expected a whole number from 1 to 100, got \"b\"")
    }

    @Test func variablesAreNamedAfterKeys() {
        let naming = EnvironmentNaming(prefix: "HC_")
        #expect(naming.variable(for: "kafka.bootstrap") == "HC_KAFKA_BOOTSTRAP")
        #expect(naming.variable(for: "kafka.bootstrapFile") == "HC_KAFKA_BOOTSTRAP_FILE")
        #expect(naming.variable(for: "http.tlsKeyFile") == "HC_HTTP_TLS_KEY_FILE")
        #expect(naming.variable(for: "http.baseURL") == "HC_HTTP_BASE_URL")
    }

    /// Reads each key as the services would.
    private func readAll(_ reader: ConfigurationReader) throws {
        _ = try reader.string("kafka.bootstrap")
        _ = try reader.map("kafka.properties")
        _ = try reader.secret(ifSet: "kafka.password")
        _ = try reader.int("http.port", in: 0...65535, default: 8080)
        _ = try reader.bool("http.tls", default: false)
        _ = try reader.duration("engine.pause", in: .milliseconds(1) ... .seconds(90), default: .seconds(1))
        _ = try reader.bytes("engine.buffer", in: 1024...65536, default: 1024)
        _ = try reader.choice("network", default: Network.none)
        _ = try reader.list("regions", default: [])
        try reader.finish()
    }

    @Test(arguments: [
        (
            "http:\n  port: abc\nkafka: {bootstrap: b}\n",
            "config.yaml:2:3: http.port: expected a whole number from 0 to 65535, got \"abc\"", "http.port"
        ),
        (
            "http:\n  port: 65536\nkafka: {bootstrap: b}\n",
            "config.yaml:2:3: http.port: expected a whole number from 0 to 65535, got \"65536\"", "http.port"
        ),
        (
            "http:\n  port: 0100\nkafka: {bootstrap: b}\n",
            "config.yaml:2:3: http.port: expected a whole number from 0 to 65535, got \"0100\"", "http.port"
        ),
        (
            "http:\n  port:\nkafka: {bootstrap: b}\n", "config.yaml:2:3: http.port: expected a whole number from 0 to 65535, got nothing",
            "http.port"
        ),
        (
            "http:\n  port: [1]\nkafka: {bootstrap: b}\n",
            "config.yaml:2:3: http.port: expected a whole number from 0 to 65535, got a list", "http.port"
        ),
        ("http:\n  tls: yes\nkafka: {bootstrap: b}\n", "config.yaml:2:3: http.tls: expected true or false, got \"yes\"", "http.tls"),
        ("http: {}\n", "kafka.bootstrap: missing (set it in config.yaml or HC_KAFKA_BOOTSTRAP)", "kafka.bootstrap"),
        ("kafka: b\n", "config.yaml:1:1: kafka: expected a map of keys, got \"b\"", "kafka"),
        (
            "kafka: {bootstrap: b, properties: [a]}\n", "config.yaml:1:23: kafka.properties: expected a map of keys, got a list",
            "kafka.properties"
        ),
        (
            "kafka: {bootstrap: b}\nengine: {pause: 30}\n",
            "config.yaml:2:10: engine.pause: expected a duration such as 250ms, 30s or 5m from 1ms to 90s, got \"30\"", "engine.pause"
        ),
        (
            "kafka: {bootstrap: b}\nengine: {pause: 2m}\n",
            "config.yaml:2:10: engine.pause: expected a duration such as 250ms, 30s or 5m from 1ms to 90s, got \"2m\"", "engine.pause"
        ),
        (
            "kafka: {bootstrap: b}\nengine: {buffer: 1MiB}\n",
            "config.yaml:2:10: engine.buffer: expected a size such as 64KiB or 10MiB from 1024B to 65536B, got \"1MiB\"", "engine.buffer"
        ),
        ("kafka: {bootstrap: b}\nnetwork: real\n", "config.yaml:2:1: network: expected one of none, simulated, got \"real\"", "network"),
        ("kafka: {bootstrap: b}\nregions: a\n", "config.yaml:2:1: regions: expected a list, got \"a\"", "regions"),
        ("kafka: {bootstrap: b}\nregions: [a, {}]\n", "config.yaml:2:14: regions[1]: expected text, got a map", "regions"),
        (
            "kafka: {bootstrap: b, bootsrap: c}\n", "config.yaml:1:23: kafka.bootsrap: unknown key; did you mean kafka.bootstrap?",
            "kafka.bootsrap"
        ),
        ("kafka: {bootstrap: b}\nhtpp: {port: 1}\n", "config.yaml:2:1: htpp: unknown key; did you mean http?", "htpp"),
        (
            "kafka: {bootstrap: b}\nkafka.bootstrap: c\n",
            "config.yaml:2:1: kafka.bootstrap: unknown key; write it nested, one level for each dot", "kafka.bootstrap"
        ),
        ("kafka: {bootstrap: b}\nsomething: 1\n", "config.yaml:2:1: something: unknown key", "something"),
        (
            "kafka: {bootstrap: b, password: hunter2}\n",
            "config.yaml:1:23: kafka.password: a secret is not read from here; give its file as kafka.passwordFile, or set HC_KAFKA_PASSWORD",
            "kafka.password"
        ),
        ("kafka: {bootstrap: b}\nkafka: {}\n", "config.yaml:2:1: key \"kafka\" stands here a second time", ""),
        ("[]\n", "config.yaml:1:1: expected a map of keys, got a list", ""),
    ])
    func faultsOfTheFile(text: String, line: String, key: String) throws {
        let scratch = try Scratch()
        let file = try scratch.write("config.yaml", text)
        let error = #expect(throws: ConfigurationError.self) { try readAll(ConfigurationReader(file: file, environment: [:])) }
        #expect(error?.description.replacing(scratch.path + "/", with: "") == line)
        #expect(error?.key == key)
    }

    @Test(arguments: [
        (["HC_HTTP_PORT": "abc"], "HC_HTTP_PORT: http.port: expected a whole number from 0 to 65535, got \"abc\""),
        (["HC_HTTP_PROT": "1"], "HC_HTTP_PROT: unknown environment variable; did you mean HC_HTTP_PORT?"),
        (["HC_NETWORK": "a\nb"], "HC_NETWORK: network: expected one of none, simulated, got \"a\\nb\""),
        (
            ["HC_KAFKA_PROPERTIES": "password"],
            "HC_KAFKA_PROPERTIES: kafka.properties: expected key=value pairs, each key once, one a line or separated by commas"
        ),
        (["HC_KAFKA_PASSWORD_FILE": "/nowhere"], "kafka.passwordFile: /nowhere: cannot be read: No such file or directory"),
        (["HC_KAFKA_BOOTSTRAP": ""], "kafka.bootstrap: missing (set it as HC_KAFKA_BOOTSTRAP)"),
    ])
    func faultsOfTheEnvironment(environment: [String: String], line: String) {
        let environment = environment.merging(["HC_KAFKA_BOOTSTRAP": "b"]) { given, _ in given }
        let error = #expect(throws: ConfigurationError.self) { try readAll(ConfigurationReader(file: nil, environment: environment)) }
        #expect(error?.description == line)
    }

    @Test func aMissingFileIsNamed() {
        let error = #expect(throws: ConfigurationError.self) { try ConfigurationReader(file: "/nowhere/c.yaml", environment: [:]) }
        #expect(error?.description == "/nowhere/c.yaml: cannot be read: No such file or directory")
        #expect(error?.code == .file)
    }

    @Test func eachUnknownKeyIsReported() throws {
        let (reader, _) = try reader("a: 1\nb: {c: 1, d: 2}\n", ["HC_X": "1", "HC_Y": "2"])
        _ = try reader.string("b.c")
        #expect(reader.unknownKeys.map(\.key) == ["a", "b.d", "HC_X", "HC_Y"])
    }

    @Test func secretsComeFromFilesAndTheEnvironmentAndAreNotShown() throws {
        let scratch = try Scratch()
        try scratch.write("password", "hunter2\n")
        try scratch.write("empty", "\n")
        let file = try scratch.write("config.yaml", "kafka:\n  passwordFile: password\n  emptyFile: empty\n")
        let fromFile = try ConfigurationReader(file: file, environment: [:])
        let secret = try fromFile.secret("kafka.password")
        #expect(secret.reveal() == "hunter2")
        #expect("\(secret) \(String(reflecting: secret))" == "<redacted> <redacted>")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        let empty = #expect(throws: ConfigurationError.self) { try fromFile.secret("kafka.empty") }
        #expect(empty?.description == "kafka.emptyFile: \(scratch.path)/empty: empty")
        try fromFile.finish()
        let missing = #expect(throws: ConfigurationError.self) { try fromFile.secret("kafka.other") }
        #expect(missing?.description == "kafka.other: missing (set kafka.otherFile in \(file) or HC_KAFKA_OTHER or HC_KAFKA_OTHER_FILE)")

        let fromEnvironment = try ConfigurationReader(file: file, environment: ["HC_KAFKA_PASSWORD": "other"])
        #expect(try fromEnvironment.secret("kafka.password").reveal() == "other")
    }

    @Test(arguments: [
        ("0s", Duration.zero), ("250ms", .milliseconds(250)), ("100us", .microseconds(100)), ("30s", .seconds(30)), ("5m", .seconds(300)),
        ("2h", .seconds(7200)), ("1d", .seconds(86400)),
    ])
    func durations(text: String, duration: Duration) {
        #expect(ScalarForm.duration(in: .zero ... .seconds(90000)).read(text) == duration)
    }

    @Test(arguments: ["", "s", "5", "-5s", "+5s", "05s", "5 s", "5S", "1.5s", "5m3s", "9223372036854775807d", "٣s"])
    func notDurations(text: String) {
        #expect(ScalarForm.duration(in: .zero ... .seconds(90000)).read(text) == nil)
    }

    @Test(arguments: ["", "-", "+1", "1_000", "0x10", "1e3", "00", "-01", " 1", "9223372036854775808", "१"])
    func notNumbers(text: String) {
        #expect(ScalarForm.integer(in: .min ... .max).read(text) == nil)
    }
}

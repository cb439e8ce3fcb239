import FoundationEssentials
import Glibc
import Kafka
import Synchronization

/// A real Apache Kafka broker of the test's own, from KAFKA_HOME, on free loopback ports and in a temporary folder.
final class KafkaProcess: @unchecked Sendable {
    static let home = ProcessInfo.processInfo.environment["KAFKA_HOME"].flatMap { $0.isEmpty ? nil : $0 }

    /// One for all tests that leave it alone.
    static let shared = Result { try KafkaProcess() }

    /// Held while a process is spawned. Until it executes its program it holds all our sockets, and a port whose listener
    /// lives on there cannot be bound again, which ends the process of an embedded broker that tries.
    static let spawning = Mutex(())

    let bootstrap: String
    private let folder: String
    /// One end of a pair of sockets; the broker ends when it closes, however that happens.
    private var lifeline: Int32 = -1
    private var process: pid_t = 0

    init() throws {
        guard let home = Self.home else { throw Failure(text: "KAFKA_HOME is not set") }
        folder = FileManager.default.temporaryDirectory.path + "/kafka-test-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (port, controllerPort) = try (Self.freePort(), Self.freePort())
        bootstrap = "127.0.0.1:\(port)"
        let properties = """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:\(controllerPort)
            listeners=PLAINTEXT://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(controllerPort)
            advertised.listeners=PLAINTEXT://127.0.0.1:\(port)
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=PLAINTEXT
            log.dirs=\(folder)/data
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=3
            group.initial.rebalance.delay.ms=0
            """
        try properties.write(toFile: "\(folder)/server.properties", atomically: true, encoding: .utf8)
        try start(
            "id=$('\(home)/bin/kafka-storage.sh' random-uuid) && "
                + "'\(home)/bin/kafka-storage.sh' format -t \"$id\" -c '\(folder)/server.properties' && ")
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts the broker again with the data it had.
    func restart() throws { try start("") }

    /// kill -9.
    func kill() {
        guard process > 0 else { return }
        Glibc.kill(-process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        close(lifeline)
        process = 0
    }

    private func start(_ preparation: String) throws {
        guard let home = Self.home else { throw Failure(text: "KAFKA_HOME is not set") }
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Failure(text: "no pair of sockets") }
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        let command =
            "exec 3<&0 </dev/null >>'\(folder)/out' 2>&1; \(preparation)"
            + "{ '\(home)/bin/kafka-server-start.sh' '\(folder)/server.properties' & "
            + "read -r line <&3; kill -9 $!; rm -rf '\(folder)'; kill -9 -$$; }"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, reading, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let environment = ProcessInfo.processInfo.environment.merging(["KAFKA_HEAP_OPTS": "-Xmx384m"]) { _, new in new }
        let words: [String] = ["sh", "-c", command]
        var arguments = words.map { strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") as UnsafeMutablePointer<CChar>? } + [nil]
        defer { for text in arguments + variables { free(text) } }
        let error = Self.spawning.withLock { _ in
            posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, &variables)
        }
        guard error == 0 else {
            close(writing)
            throw Failure(text: "the broker does not start")
        }
        lifeline = writing
        let isUp = eventually {
            guard let admin = try? KafkaAdmin(KafkaConfiguration(bootstrap: bootstrap, clientID: "fixture")) else { return false }
            return (try? admin.clusterID(timeout: .seconds(1))) != nil
        }
        guard isUp else { throw Failure(text: "the broker does not answer; see \(folder)/out") }
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw Failure(text: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    struct Failure: Error { let text: String }
}

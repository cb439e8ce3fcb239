import FoundationEssentials
import LocalCluster
import ServiceKit
import Testing

/// What a run of these tests is given.
enum Environment {
    private static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Where the executables lie.
    static let programs = value("HC_BIN_DIR")
    static let kafkaHome = value("KAFKA_HOME")
    /// Whether the long forms run.
    static let isLong = value("HC_LONG") == "1"
    /// Starts every random choice; a run is repeated by giving its seed.
    static let seed = value("HC_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 0 ... .max)

    /// The repository, for its scripts.
    static let repository = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }

    /// A folder that no other test has; whoever asks removes it.
    static func newFolder(_ purpose: String) throws(ClusterError) -> String {
        let folder = "\(value("TMPDIR") ?? "/tmp")/hc-e2e-\(purpose)-\(BinaryText.base32(randomBytes(5)))"
        try Files.makeFolder(folder)
        return folder
    }
}

extension Trait where Self == ConditionTrait {
    static var needsPrograms: Self {
        .enabled(if: Environment.programs != nil, "HC_BIN_DIR is not set: deploy/test.sh sets it to the folder of the executables")
    }

    static var needsKafka: Self { .enabled(if: Environment.kafkaHome != nil, "KAFKA_HOME is not set: no real Kafka to run on") }
}

import Kafka
import Schema
import ServiceKit

/// `kafka.*`
struct KafkaSettings: Sendable {
    /// Where the broker's address stands; named in errors.
    enum Address: Sendable {
        case fixed(String)
        case file(String)

        var key: String {
            switch self {
            case .fixed: "kafka.bootstrap"
            case .file: "kafka.bootstrapFile"
            }
        }
    }

    let address: Address
    let topicPrefix: String
    /// How many partitions each topic has.
    let partitions: Int32
    let timeout: Duration
    private let properties: [String: String]

    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        let fixed = try reader.optional("kafka.bootstrap", Self.addresses)
        let file = try reader.path(ifSet: "kafka.bootstrapFile")
        switch (fixed, file) {
        case (let fixed?, nil): address = .fixed(fixed)
        case (nil, let file?): address = .file(file)
        case (nil, nil):
            throw ConfigurationError(
                .missing, key: "kafka.bootstrap", "kafka.bootstrap: missing (set the broker's address, or kafka.bootstrapFile)")
        case (_?, _?):
            throw ConfigurationError(
                .invalid, key: "kafka.bootstrap", "kafka.bootstrap: set besides kafka.bootstrapFile; only one of them can count")
        }
        topicPrefix = try reader.value("kafka.topicPrefix", Self.topicPrefixes, default: "")
        partitions = Int32(try reader.int("kafka.partitions", in: Topic.partitionCounts, default: Int(Topic.partitionCount)))
        timeout = try reader.duration("kafka.timeout", in: .milliseconds(100)...(.seconds(600)), default: .seconds(10))
        let plain = try reader.map("kafka.properties")
        let secret = try reader.secret(ifSet: "kafka.secretProperties").map { text throws(ConfigurationError) in
            try Self.lines(text)
        }
        properties = plain.merging(secret ?? [:]) { $1 }
    }

    /// How to reach Kafka, for a client of this name.
    /// - Parameter bootstrap: the address, if it is known already.
    func configuration(clientID: String, bootstrap: String? = nil) -> KafkaConfiguration {
        var text = ""
        if case .fixed(let fixed) = address { text = fixed }
        return KafkaConfiguration(
            bootstrap: bootstrap ?? text, clientID: clientID, topicPrefix: topicPrefix, properties: properties)
    }

    private static var addresses: ScalarForm<String> {
        ScalarForm(expecting: "host:port, several separated by commas") { text in
            let isGood = text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { address in
                guard let colon = address.lastIndex(of: ":"), colon != address.startIndex,
                    let port = UInt16(address[address.index(after: colon)...])
                else { return false }
                return port > 0 && !address.contains(" ")
            }
            return isGood ? text : nil
        }
    }

    /// Nothing, or characters that Kafka allows in a topic's name.
    private static var topicPrefixes: ScalarForm<String> {
        ScalarForm(expecting: "at most 100 letters, digits, dots, hyphens and underscores") { text in
            let isGood = text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
            return isGood && text.utf8.count <= 100 ? text : nil
        }
    }

    /// `name=value` lines; empty ones and those that begin with `#` are left out. Values are never shown.
    private static func lines(_ secret: Secret) throws(ConfigurationError) -> [String: String] {
        var result: [String: String] = [:]
        for line in secret.reveal().split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[0].isEmpty, result.updateValue(String(pair[1]), forKey: String(pair[0])) == nil else {
                throw ConfigurationError(
                    .secret, key: "kafka.secretProperties",
                    "kafka.secretPropertiesFile: expected lines of the form name=value, each name once")
            }
        }
        return result
    }
}

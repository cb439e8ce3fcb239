public import Kafka

/// Where the broker is: at a fixed address, or at the one its host has written to a file.
public struct BrokerSource: Sendable {
    private let configuration: KafkaConfiguration
    private let bootstrapFile: String?
    private let timeout: Duration

    /// - Parameters:
    ///   - configuration: its bootstrap address counts only without a file.
    ///   - bootstrapFile: looked at again and again while the service runs.
    ///   - timeout: how long to wait for the broker to tell which cluster it is.
    public init(_ configuration: KafkaConfiguration, bootstrapFile: String?, timeout: Duration = .seconds(10)) {
        self.configuration = configuration
        self.bootstrapFile = bootstrapFile
        self.timeout = timeout
    }

    /// The broker's address now, and which log it has: the incarnation its host wrote, or the cluster's id.
    func find() throws(KafkaError) -> BrokerPlace {
        guard let bootstrapFile else {
            return BrokerPlace(
                configuration: configuration, incarnation: try KafkaAdmin(configuration).clusterID(timeout: timeout), file: nil)
        }
        let file = try BootstrapFile(path: bootstrapFile)
        var found = configuration
        found.bootstrap = file.bootstrap
        if let incarnation = file.incarnation {
            found.brokerKind = .embedded
            return BrokerPlace(configuration: found, incarnation: incarnation, file: file)
        }
        return BrokerPlace(configuration: found, incarnation: try KafkaAdmin(found).clusterID(timeout: timeout), file: file)
    }

    /// Whether the broker can be somewhere else one day.
    var canMove: Bool { bootstrapFile != nil }

    /// Whether the file says something else than when the broker was found; a file that can't be read says nothing.
    func hasMoved(from place: BrokerPlace) -> Bool {
        guard let bootstrapFile, let file = try? BootstrapFile(path: bootstrapFile) else { return false }
        return file != place.file
    }
}

/// Where a broker was found.
struct BrokerPlace: Sendable {
    var configuration: KafkaConfiguration
    /// Which log the broker has.
    var incarnation: String
    var file: BootstrapFile?
}

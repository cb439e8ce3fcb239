public import Kafka

/// Where the broker is: at a fixed address, or at the one its host has written to a file.
public struct BrokerSource: Sendable {
    private let configuration: KafkaConfiguration
    private let bootstrapFile: String?
    private let timeout: Duration

    /// - Parameters:
    ///   - configuration: its bootstrap address counts only without a file.
    ///   - bootstrapFile: read again whenever no broker answers.
    ///   - timeout: how long to wait for the broker to tell which cluster it is.
    public init(_ configuration: KafkaConfiguration, bootstrapFile: String?, timeout: Duration = .seconds(10)) {
        self.configuration = configuration
        self.bootstrapFile = bootstrapFile
        self.timeout = timeout
    }

    /// The broker's address now, and which log it has: the incarnation its host wrote, or the cluster's id.
    func find() throws(KafkaError) -> (configuration: KafkaConfiguration, incarnation: String) {
        guard let bootstrapFile else {
            let cluster = try KafkaAdmin(configuration).clusterID(timeout: timeout)
            return (configuration, cluster)
        }
        let file = try BootstrapFile(path: bootstrapFile)
        var found = configuration
        found.bootstrap = file.bootstrap
        if let incarnation = file.incarnation {
            found.brokerKind = .embedded
            return (found, incarnation)
        }
        return (found, try KafkaAdmin(found).clusterID(timeout: timeout))
    }
}

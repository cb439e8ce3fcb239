import Kafka
import Schema
import ServiceKit

/// Makes sure before anything else that a broker is there and has the topics as the table of topics says.
struct BrokerCheck {
    let settings: KafkaSettings
    let clientID: String
    let topics: [Topic]

    /// How often a file with the address is looked for.
    private static var lookInterval: Duration { .milliseconds(100) }

    /// - Parameter waitForStop: waits until the moment given; true if the service is to stop meanwhile.
    func run(waitForStop: (MonotonicInstant) -> Bool) throws(StartUpError) {
        let configuration = try find(waitForStop)
        let specifications = topics.map { TopicSpecification($0, partitions: settings.partitions, replicationFactor: 1) }
        let differences: [TopicDifference]
        do throws(KafkaError) {
            differences = try KafkaAdmin(configuration).differences(from: specifications, timeout: settings.timeout)
        } catch {
            throw StartUpError(error, key: settings.address.key)
        }
        // How often a topic is replicated is the cluster's affair.
        let relevant = differences.filter { if case .replicationFactor = $0.kind { false } else { true } }
        guard let first = relevant.first else { return }
        let more = relevant.count > 1 ? ", and \(relevant.count - 1) more" : ""
        let advice =
            switch first.kind {
            case .missing: "create the topics with hcctl topics create"
            case .partitions: "set kafka.partitions to the number that the topics were created with"
            case .replicationFactor, .configuration: "see hcctl topics check"
            }
        throw StartUpError(.configuration, "\(first.description)\(more); \(advice)")
    }

    /// Where the broker is; waits for the file that says so.
    private func find(_ waitForStop: (MonotonicInstant) -> Bool) throws(StartUpError) -> KafkaConfiguration {
        guard case .file(let path) = settings.address else { return settings.configuration(clientID: clientID) }
        let deadline = MonotonicInstant.now + settings.timeout
        while true {
            do throws(KafkaError) {
                let file = try BootstrapFile(path: path)
                var configuration = settings.configuration(clientID: clientID, bootstrap: file.bootstrap)
                if file.incarnation != nil { configuration.brokerKind = .embedded }
                return configuration
            } catch {
                let now = MonotonicInstant.now
                guard error.isRetriable, now < deadline else { throw StartUpError(error, key: settings.address.key) }
                if waitForStop(min(deadline, now + Self.lookInterval)) { throw .unavailable("asked to stop") }
            }
        }
    }
}

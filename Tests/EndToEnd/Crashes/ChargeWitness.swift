import HostedConnection
import LocalCluster
import Schema
import ServiceKit

/// Reads `billing.requests` on its own and remembers every charge that was ever asked for.
final class ChargeWitness {
    private let seen = ConditionLock<[SubscriptionID: Set<ChargeID>]>([:])
    private let requests = ConditionLock(0)
    private let stage: Stage
    private var reader: TopicReader?
    private var bootstrap = ""

    init(_ stage: Stage) throws {
        self.stage = stage
        try follow()
    }

    /// Reads from the topic's start if the broker is another one than before.
    func follow() throws {
        let current = try stage.cluster.bootstrap()
        guard current != bootstrap else { return }
        bootstrap = current
        // Leaving a broker that is gone takes its time.
        if let gone = reader { _ = try NativeThread.start(named: "leave") { gone.close() } }
        let (seen, requests) = (seen, requests)
        reader = try TopicReader(stage.cluster.kafkaConfiguration(clientID: "witness"), topics: [.billingRequests]) { batch in
            for record in batch.records {
                guard let envelope = try? EventEnvelope(record: record, in: batch), envelope.type == .chargeRequested,
                    let request = try? ChargeRequested(decoding: envelope, in: batch)
                else { continue }
                seen.withLock { _ = $0[request.subscriptionID, default: []].insert(request.chargeID) }
                requests.withLock { $0 += 1 }
            }
        }
    }

    /// The charges asked for of each subscription.
    var charges: [SubscriptionID: Set<ChargeID>] { seen.withLock { $0 } }
    /// All requests, repeats too.
    var requestCount: Int { requests.withLock { $0 } }

    func close() { reader?.close() }
}

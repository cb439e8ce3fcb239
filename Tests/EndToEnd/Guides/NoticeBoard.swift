import HostedConnection
import LocalCluster
import Schema
import ServiceKit

/// What people are told, read from the notifications' topic as a mailer would.
final class NoticeBoard: Sendable {
    /// One notification, in a few words.
    struct Notice: Sendable, Equatable {
        var account: AccountID
        /// Not set for what is about no port.
        var port = PortID.none
        var words: String
    }

    private let notices: ConditionLock<[Notice]>
    private let reader: TopicReader

    init(_ cluster: LocalCluster) throws {
        let notices = ConditionLock<[Notice]>([])
        self.notices = notices
        reader = try TopicReader(cluster.kafkaConfiguration(clientID: "notices"), topics: [.notifications]) { batch in
            let read = batch.records.compactMap { try? Self.notice(EventEnvelope(record: $0, in: batch), batch) }
            notices.withLock { $0 += read }
            notices.broadcast()
        }
    }

    func close() { reader.close() }

    /// What an account has been told so far, once there is as much as is waited for.
    func told(_ account: AccountID, count: Int, within limit: Duration = .seconds(20)) throws -> [Notice] {
        let enough = notices.wait(until: .now + limit) { all -> [Notice]? in
            let own = all.filter { $0.account == account }
            return own.count >= count ? own : nil
        }
        guard let enough else { throw ClusterError("account \(account) was not told \(count) things: \(notices.withLock { $0 })") }
        return enough
    }

    private static func notice(_ envelope: EventEnvelope, _ batch: RecordBatch) throws -> Notice? {
        switch envelope.type {
        case .privilegeDecided:
            let event = try PrivilegeDecided(decoding: envelope, in: batch)
            return Notice(account: event.accountID, words: "\(event.quotaID) is \(event.valid ? "valid" : "not valid")")
        case .offerToAccept:
            let event = try OfferToAccept(decoding: envelope, in: batch)
            return Notice(account: event.accountID, port: event.portID, words: event.mustPay ? "accept and pay" : "accept")
        case .interruptionAhead:
            let event = try InterruptionAhead(decoding: envelope, in: batch)
            return Notice(account: event.accountID, port: event.portID, words: "interruption ahead")
        case .interruptionOver:
            let event = try InterruptionOver(decoding: envelope, in: batch)
            return Notice(account: event.accountID, port: event.portID, words: "interruption over")
        default: return nil
        }
    }
}

import AdminConsole
import HostedConnection
import Schema
import ServiceKit

/// Tells each message in one line as it passes: who sent what, and what it says.
final class MessageNarrator: Sendable {
    private let start: Instant
    private let told = ConditionLock<Set<Told>>([])

    /// What has been told of a connection.
    private struct Told: Hashable {
        var type: MessageType
        var key: String
    }

    /// - Parameter start: messages before this moment belong to an earlier run.
    init(from start: Instant) { self.start = start }

    /// Tells a batch, in the order of time: partitions come one after the other.
    func tell(_ batch: RecordBatch) {
        let records = batch.records.filter { $0.timestamp >= start.microseconds }
        for record in records.sorted(by: { $0.timestamp < $1.timestamp }) {
            guard let envelope = try? EventEnvelope(record: record, in: batch), let type = envelope.type else { continue }
            let source = envelope.text(envelope.source, in: batch)
            let name = type.fullName.split(separator: ".").last.map(String.init) ?? type.fullName
            let what = (try? Self.said(type, envelope, batch)) ?? ""
            let key = batch.text(record.key)
            Output.line("  \(Self.pad(source, 17)) \(Self.pad(name, 19)) \(key)  \(what)")
            told.withLock { _ = $0.insert(Told(type: type, key: key)) }
            told.broadcast()
        }
    }

    /// Waits until a message about a port has been told, so that what is said next comes after it.
    func waitFor(_ type: MessageType, of port: PortID) {
        let wanted = Told(type: type, key: ConnectionID(port).description)
        _ = told.wait(until: .now + .seconds(3)) { $0.contains(wanted) ? true : nil }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

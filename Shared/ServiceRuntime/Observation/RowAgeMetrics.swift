import HostedConnection
import Messaging
import ServiceKit
import Store

/// The age of the oldest row of each of the engine's tables and the service's.
final class RowAgeMetrics: Sendable {
    private let tables: [AgedTable]
    private let oldest = ConditionLock<[String: Instant]>([:])

    /// - Parameter tables: those that the service has besides the engine's.
    init(_ metrics: MetricsRegistry, also tables: [AgedTable]) throws(MetricError) {
        self.tables = AgedTable.messaging + tables
        for name in self.tables.map(\.name) {
            let oldest = oldest
            try metrics.gauge(
                "hc_oldest_row_seconds", help: "Age of the table's oldest row, of a timer since it was due", labels: ["table": name]
            ) {
                oldest.withLock { $0[name] }.map { max(0, (SystemClock().now() - $0).inSeconds) }
            }
        }
    }

    /// Looks at the tables.
    func update(_ reader: any StoreConnection) throws(StoreError) {
        let rows = try MessagingQueries(reader).oldestRows(of: tables)
        oldest.withLock { oldest in
            oldest.removeAll(keepingCapacity: true)
            for row in rows { oldest[row.table] = row.oldest }
        }
    }

    /// Nothing is known.
    func forget() { oldest.withLock { $0.removeAll() } }
}

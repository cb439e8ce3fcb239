import HostedConnection
import Messaging
import ServiceKit
import Store

/// The age of the oldest row of each of the engine's tables.
final class RowAgeMetrics: Sendable {
    private let oldest = ConditionLock<[String: Instant]>([:])

    init(_ metrics: MetricsRegistry) throws(MetricError) {
        for table in MessagingQueries.agedTables {
            let oldest = oldest
            try metrics.gauge(
                "hc_oldest_row_seconds", help: "Age of the table's oldest row, of a timer since it was due", labels: ["table": table]
            ) {
                oldest.withLock { $0[table] }.map { max(0, (SystemClock().now() - $0).inSeconds) }
            }
        }
    }

    /// Looks at the tables.
    func update(_ reader: any StoreConnection) throws(StoreError) {
        let rows = try MessagingQueries(reader).oldestRows()
        oldest.withLock { oldest in
            oldest.removeAll(keepingCapacity: true)
            for row in rows { oldest[row.table] = row.oldest }
        }
    }

    /// Nothing is known.
    func forget() { oldest.withLock { $0.removeAll() } }
}

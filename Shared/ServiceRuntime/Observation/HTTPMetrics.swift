import HTTP
import ServiceKit
import Synchronization

/// Requests by route and status, and how long they took.
final class HTTPMetrics: Sendable {
    private struct Series: Hashable {
        var method: String
        var route: String
        var status: Int
    }

    private let metrics: MetricsRegistry
    private let counters = Mutex<[Series: Counter]>([:])
    private let durations = Mutex<[String: Histogram]>([:])

    init(_ metrics: MetricsRegistry) { self.metrics = metrics }

    /// What the server itself counts.
    func register(_ server: HTTPServer) throws(MetricError) {
        try metrics.gauge("hc_http_connections", help: "Open connections") { [weak server] in
            server.map { Double($0.statistics.connections) }
        }
        try metrics.gauge(
            "hc_http_lingering_connections", help: "Sockets kept for clients that were refused while they were sending"
        ) { [weak server] in
            server.map { Double($0.statistics.lingeringConnections) }
        }
        try metrics.gauge("hc_http_parked_requests", help: "Requests that wait for an answer") { [weak server] in
            server.map { Double($0.statistics.parkedRequests) }
        }
        try metrics.counter("hc_http_connections_accepted_total", help: "Connections accepted") { [weak server] in
            server.map { Double($0.statistics.acceptedConnections) }
        }
    }

    /// Counts a finished request; called on the server's event thread.
    func observe(_ exchange: HTTPExchangeSummary) {
        // Paths that are no routes are all alike: what a client makes up must not become a label.
        let route = exchange.request.map(\.route).flatMap { $0.isEmpty ? nil : $0 } ?? "none"
        let series = Series(method: exchange.request?.method.rawValue ?? "none", route: route, status: exchange.status)
        counter(of: series)?.increment()
        histogram(of: route)?.observe(exchange.duration)
    }

    // The names below are ours, so making the instruments can't fail; if it did, only the count would be missing.

    private func counter(of series: Series) -> Counter? {
        counters.withLock { known in
            if let counter = known[series] { return counter }
            let labels: MetricLabels = ["method": series.method, "route": series.route, "status": String(series.status)]
            let counter = try? metrics.counter("hc_http_requests_total", help: "Requests answered", labels: labels)
            known[series] = counter
            return counter
        }
    }

    private func histogram(of route: String) -> Histogram? {
        durations.withLock { known in
            if let histogram = known[route] { return histogram }
            let histogram = try? metrics.histogram(
                "hc_http_request_seconds", help: "Time from the end of the head to the end of the answer", labels: ["route": route])
            known[route] = histogram
            return histogram
        }
    }
}

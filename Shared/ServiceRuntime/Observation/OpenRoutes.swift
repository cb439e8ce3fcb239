import AdminAPI
import HTTP
import Messaging
import ServiceKit
import Store

/// `/healthz`, `/readyz` and `/metrics`. They need no token: they say nothing about any account, change nothing, and are
/// asked by machines that hold no secrets.
enum OpenRoutes {
    static func router<Application: EngineApplication>(
        _ health: HealthView<Application>, _ ages: RowAgeMetrics, _ metrics: MetricsRegistry, _ reads: ReadPool
    ) throws(HTTPRouteError) -> HTTPRouter {
        var router = HTTPRouter()
        try router.on(.get, "/healthz") { _, responder in responder.respond(answer(health.live())) }
        try router.on(.get, "/readyz") { _, responder in responder.respond(answer(health.ready())) }
        try router.on(.get, "/metrics") { _, responder in
            let render: @Sendable () -> Void = {
                responder.respond(.bytes(metrics.render(), mediaType: MetricsRegistry.contentType))
            }
            // Without the database the metrics of everything else are wanted all the more.
            let isTaken = reads.read { reader throws(StoreError) in
                try ages.update(reader)
                render()
            } failing: {
                ages.forget()
                render()
            }
            if !isTaken { render() }
        }
        return router
    }

    private static func answer(_ report: HealthRegistry.Report) -> HTTPResponse {
        .json(report.body, status: report.isGood ? 200 : 503, headers: [HTTPHeader("Cache-Control", "no-store")])
    }
}

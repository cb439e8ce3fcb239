import AdminAPI
import HTTP
import Testing

/// `Services/openapi` describes exactly what the services serve.
@Suite struct OpenAPITests {
    @Test(arguments: ["partner-service", "tenant-service", "billing-simulator", "network-simulator"])
    func describesTheRoutesThatAreServed(service: String) throws {
        let served = try #require(ServedRoutes.byService.first { $0.service == service }).routes()
        let described = try DescribedRoutes(service: service)
        let found = Dictionary(described.routes.map { ("\($0.method) \($0.pattern)", $0) }) { first, _ in first }
        for route in served {
            let name = "\(route.method.rawValue) \(route.pattern)"
            guard let facts = found[name] else {
                Issue.record("\(service) serves \(name), which its description has not: add it to Generator/routes.py")
                continue
            }
            // What a command answers with is not known where its route is added.
            #expect(facts == RouteFacts(route, answer: facts.output), "\(service): routes.py says otherwise")
        }
        let names = Set(served.map { "\($0.method.rawValue) \($0.pattern)" })
        for name in found.keys.sorted() where !names.contains(name) {
            Issue.record("\(service) does not serve \(name), which its description has")
        }
        #expect(!served.isEmpty)
    }
}

extension RouteFacts {
    /// - Parameter answer: taken where the route does not say it.
    init(_ route: AdminRoute, answer: String) {
        func short(_ name: String) -> String { String(name.split(separator: ".").last ?? "") }
        // What the issue of a token and the orders about dead letters don't know.
        let isCommand = route.query.contains("region") && route.method == .post
        self.init(
            method: route.method.rawValue, pattern: route.pattern, query: route.query.sorted(), input: route.input.map(short) ?? "",
            output: route.output.map(short) ?? answer, isForStaff: route.isForStaff,
            headers: (isCommand ? ["Idempotency-Key"] : []) + (route.isBulk ? ["Prefer"] : []))
    }
}

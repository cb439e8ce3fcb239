import AdminAPI
import BillingSimulator
import HTTP
import Messaging
import NetworkSimulator
import PartnerService
import Schema
import ServiceKit
import Store
import TenantService

/// The routes that each service adds to its server, in the order in which it does.
enum ServedRoutes {
    static let byService: [(service: String, routes: @Sendable () throws -> [AdminRoute])] = [
        ("partner-service", { try added { (routes: inout AdminRoutes<PartnerCommand>) in try routes.partnerService() } }),
        ("tenant-service", { try added { (routes: inout AdminRoutes<TenantCommand>) in try routes.tenantService() } }),
        ("billing-simulator", { try added { (routes: inout AdminRoutes<BillingApplication.Command>) in try routes.billing() } }),
        ("network-simulator", { try added { (routes: inout AdminRoutes<NetworkApplication.Command>) in try routes.devices() } }),
    ]

    /// The operators' routes, which ServiceRuntime adds to each service, and the service's own.
    private static func added<Command: Sendable>(_ add: (inout AdminRoutes<Command>) throws -> Void) throws -> [AdminRoute] {
        let database = StoreConfiguration(location: .memory(try MemoryDatabase()))
        let reads = try ReadPool.start(threads: 1, queueLimit: 1) { () throws(StoreError) in try database.openReader() }
        defer { reads.stop(until: .now + .seconds(5)) }
        let context = AdminContext(
            mailbox: Mailbox<Command>(commandLimit: 1),
            tokens: try TokenTable(operatorToken: AccessToken(presented: "none"), operatorName: "nobody"), reads: reads,
            logger: Logger(service: "test", level: .error))
        var routes = AdminRoutes(context)
        try routes.operations { EngineStatistics() }
        try add(&routes)
        return routes.added
    }
}

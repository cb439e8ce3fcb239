import HTTP
import PartyAPI
import Schema
import ServiceKit
import ServiceRuntime
import Store
import TenantService

/// tenant-service as a program.
enum TenantProgram {
    static func run() -> Never {
        ServiceProgram.run(TenantApplication.name, "the tenants' side of hosted connections") {
            reader throws(ConfigurationError) in try definition(TenantSettings(reader))
        }
    }

    private static func definition(_ settings: TenantSettings) -> ServiceDefinition<TenantApplication> {
        ServiceDefinition(
            topics: .init(
                read: [.partner, .accounts, .billingEvents], written: [.tenant, .accounts, .billingRequests, .tenantDeadLetters])
        ) { () throws(StoreError) in
            try TenantMigrations.all()
        } makeApplication: { connection throws(StoreError) in
            try TenantApplication(connection, policy: settings.policy)
        } loadTokens: { connection throws(StoreError) in
            try StoredTokens.load(connection)
        } addRoutes: { routes throws(HTTPRouteError) in
            try routes.tenantService()
        }
    }
}

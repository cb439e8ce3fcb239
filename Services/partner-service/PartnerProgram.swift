import HTTP
import PartnerService
import PartyAPI
import Schema
import ServiceKit
import ServiceRuntime
import Store

/// partner-service as a program.
enum PartnerProgram {
    static func run() -> Never {
        ServiceProgram.run(PartnerApplication.name, "the network carrier's side of hosted connections") {
            _ throws(ConfigurationError) in definition
        }
    }

    private static var definition: ServiceDefinition<PartnerApplication> {
        ServiceDefinition(
            topics: .init(
                read: [.tenant, .accounts, .billingEvents],
                written: [.partner, .accounts, .billingRequests, .notifications, .partnerDeadLetters])
        ) { () throws(StoreError) in
            try PartnerMigrations.all()
        } makeApplication: { connection throws(StoreError) in
            try PartnerApplication(connection)
        } loadTokens: { connection throws(StoreError) in
            try StoredTokens.load(connection)
        } addRoutes: { routes throws(HTTPRouteError) in
            try routes.partnerService()
        }
    }
}

import HTTP
import Messaging
import PartnerDomain
import PartnerService
import PartyAPI
import SagaRecords
import Schema
import ServiceKit
import ServiceRuntime
import Store

/// partner-service as a program.
enum PartnerProgram {
    static func run() -> Never {
        ServiceProgram.run(PartnerApplication.name, "the network carrier's side of hosted connections") {
            reader throws(ConfigurationError) in try definition(PartnerSettings(reader))
        }
    }

    private static func definition(_ settings: PartnerSettings) -> ServiceDefinition<PartnerApplication> {
        ServiceDefinition(
            topics: .init(
                // Each topic costs at every fetch, whether it carries anything or not.
                read: [.tenant, .accounts, .billingEvents] + (settings.policy.hasAccessDevices ? [.networkEvents] : []),
                written: [.partner, .accounts, .billingRequests, .networkCommands, .notifications, .partnerDeadLetters]),
            agedTables: AgedTable.sagas + [.privilegeApplications, .transformationBatches]
        ) { () throws(StoreError) in
            try PartnerMigrations.all()
        } makeApplication: { connection throws(StoreError) in
            try PartnerApplication(connection, policy: settings.policy, retention: settings.retention)
        } loadTokens: { connection throws(StoreError) in
            try StoredTokens.load(connection)
        } addRoutes: { routes throws(HTTPRouteError) in
            try routes.partnerService(policy: settings.policy)
        }
    }
}

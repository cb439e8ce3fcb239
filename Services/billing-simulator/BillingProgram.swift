import BillingSimulator
import HTTP
import Schema
import ServiceKit
import ServiceRuntime
import Store

/// The billing simulator as a program.
enum BillingProgram {
    static func run() -> Never {
        ServiceProgram.run(BillingApplication.name, "a stand-in for a billing system, for demo and tests") {
            reader throws(ConfigurationError) in try definition(SimulatorSettings(reader))
        }
    }

    private static func definition(_ settings: SimulatorSettings) -> ServiceDefinition<BillingApplication> {
        ServiceDefinition(topics: .init(read: [.billingRequests], written: [.billingEvents])) { () throws(StoreError) in
            try BillingMigrations.all()
        } makeApplication: { connection throws(StoreError) in
            try BillingApplication(connection, prices: settings.prices, declining: settings.declining)
        } addRoutes: { routes throws(HTTPRouteError) in
            try routes.billing()
        }
    }
}

import HTTP
import NetworkSimulator
import Schema
import ServiceKit
import ServiceRuntime
import Store

/// The network simulator as a program.
enum NetworkProgram {
    static func run() -> Never {
        ServiceProgram.run(NetworkApplication.name, "a stand-in for access devices, for demo and tests") {
            reader throws(ConfigurationError) in try definition(DeviceSettings(reader))
        }
    }

    private static func definition(_ settings: DeviceSettings) -> ServiceDefinition<NetworkApplication> {
        ServiceDefinition(topics: .init(read: [.networkCommands], written: [.networkEvents])) { () throws(StoreError) in
            try NetworkMigrations.all()
        } makeApplication: { connection throws(StoreError) in
            try NetworkApplication(connection, faults: settings.faults)
        } addRoutes: { routes throws(HTTPRouteError) in
            try routes.devices()
        }
    }
}

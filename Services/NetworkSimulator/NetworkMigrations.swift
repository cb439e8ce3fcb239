import Messaging
public import Store

/// The whole schema of the network simulator, in the order in which it is applied.
public enum NetworkMigrations {
    public static func all() throws(StoreError) -> [Migration] {
        try MessagingMigrations.all()
            + [
                Migration(module: "network_simulator", file: "0001_devices.sql", content: PackageResources._001_devices_sql),
                Migration(module: "network_simulator", file: "0002_connections.sql", content: PackageResources._002_connections_sql),
            ]
    }
}

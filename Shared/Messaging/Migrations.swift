public import Store

/// The engine's part of a service's schema.
public enum MessagingMigrations {
    public static func all() throws(StoreError) -> [Migration] {
        [
            try Migration(module: "messaging", file: "0001_messaging.sql", content: PackageResources._001_messaging_sql),
            try Migration(
                module: "messaging", file: "0002_answered_command.sql", content: PackageResources._002_answered_command_sql),
        ]
    }
}

public import Store

/// What both services keep of their ports in the same tables.
public enum PortRecordsMigrations {
    public static func all() throws(StoreError) -> [Migration] {
        [
            try Migration(module: "port_records", file: "0001_history.sql", content: PackageResources._001_history_sql),
            try Migration(module: "requests", file: "0001_requests.sql", content: PackageResources._001_requests_sql),
        ]
    }
}

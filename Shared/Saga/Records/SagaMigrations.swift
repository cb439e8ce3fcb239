public import Store

/// The sagas' part of a service's schema.
public enum SagaMigrations {
    public static func all() throws(StoreError) -> [Migration] {
        [
            try Migration(module: "saga", file: "0001_saga.sql", content: PackageResources._001_saga_sql),
            try Migration(module: "saga", file: "0002_saga_waits.sql", content: PackageResources._002_saga_waits_sql),
        ]
    }
}

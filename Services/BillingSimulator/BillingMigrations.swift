import Messaging
public import Store

/// The whole schema of the billing simulator, in the order in which it is applied.
public enum BillingMigrations {
    public static func all() throws(StoreError) -> [Migration] {
        try MessagingMigrations.all()
            + [
                Migration(module: "billing_simulator", file: "0001_ledger.sql", content: PackageResources._001_ledger_sql),
                Migration(module: "billing_simulator", file: "0002_vbr_fees.sql", content: PackageResources._002_vbr_fees_sql),
            ]
    }
}

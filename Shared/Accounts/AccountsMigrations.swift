public import Store

/// The accounts' part of a service's schema.
public enum AccountsMigrations {
    public static func all() throws(StoreError) -> [Migration] {
        [
            try Migration(module: "accounts", file: "0001_accounts.sql", content: PackageResources._001_accounts_sql),
            try Migration(module: "accounts", file: "0002_terms.sql", content: PackageResources._002_terms_sql),
            try Migration(
                module: "accounts", file: "0003_transformed_payment.sql", content: PackageResources._003_transformed_payment_sql),
        ]
    }
}

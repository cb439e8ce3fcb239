import Accounts
import Messaging
import PortRecords
public import Store

/// The whole schema of tenant-service, in the order in which it is applied.
public enum TenantMigrations {
    public static func all() throws(StoreError) -> [Migration] {
        try MessagingMigrations.all() + AccountsMigrations.all() + PortRecordsMigrations.all()
            + [
                Migration(module: "tenant", file: "0001_tenant.sql", content: PackageResources._001_tenant_sql),
                Migration(module: "tenant", file: "0002_tags.sql", content: PackageResources._002_tags_sql),
                Migration(module: "tenant", file: "0003_pushed_vbr.sql", content: PackageResources._003_pushed_vbr_sql),
                Migration(module: "tenant", file: "0004_port_state.sql", content: PackageResources._004_port_state_sql),
            ]
    }
}

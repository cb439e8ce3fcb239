import Accounts
import Messaging
import PortRecords
import SagaRecords
public import Store

/// The whole schema of partner-service, in the order in which it is applied.
public enum PartnerMigrations {
    public static func all() throws(StoreError) -> [Migration] {
        try MessagingMigrations.all() + AccountsMigrations.all() + PortRecordsMigrations.all() + SagaMigrations.all()
            + [
                Migration(module: "partner", file: "0001_partner.sql", content: PackageResources._001_partner_sql),
                Migration(module: "partner", file: "0002_onboarding.sql", content: PackageResources._002_onboarding_sql),
                Migration(module: "partner", file: "0003_pushed_vbr.sql", content: PackageResources._003_pushed_vbr_sql),
                Migration(
                    module: "partner", file: "0004_transformation_batch.sql", content: PackageResources._004_transformation_batch_sql),
                Migration(module: "partner", file: "0005_port_state.sql", content: PackageResources._005_port_state_sql),
            ]
    }
}

import ServiceKit
import TenantDomain

/// What tenant-service's configuration has besides every service's.
///
/// | Key | Meaning | Default |
/// |---|---|---|
/// | `offers.reject` | whether a tenant can reject an offer | false |
struct TenantSettings: Sendable {
    let policy: TenantPolicy

    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        policy = TenantPolicy(mayReject: try reader.bool("offers.reject", default: TenantPolicy.standard.mayReject))
    }
}

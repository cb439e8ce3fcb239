import PartnerDomain
import ServiceKit

/// What partner-service's configuration has besides every service's.
///
/// | Key | Meaning | Default |
/// |---|---|---|
/// | `network` | `devices` if access devices are told and waited for; `none` counts each change as applied at once | `none` |
/// | `offers.withdraw` | whether a pending offer can be withdrawn | false |
/// | `offers.lifetime` | how long an offer stands before it lapses | until it is taken |
/// | `billing.grace` | how long after its expiry a port still carries traffic | 15 d |
/// | `bandwidth.paymentTime` | how long a reserved bandwidth waits for its payment | 24 h |
struct PartnerSettings: Sendable {
    /// Where the states of ports are sent.
    private enum Network: String, CaseIterable {
        case none
        case devices
    }

    let policy: PartnerPolicy
    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        let standard = PartnerPolicy.standard
        let year = Duration.seconds(366 * 86_400)
        policy = PartnerPolicy(
            mayWithdraw: try reader.bool("offers.withdraw", default: standard.mayWithdraw),
            offerLifetime: try reader.duration(ifSet: "offers.lifetime", in: .seconds(1)...year),
            expiryGrace: try reader.duration("billing.grace", in: .zero...year, default: standard.expiryGrace),
            bandwidthPaymentTime: try reader.duration(
                "bandwidth.paymentTime", in: .seconds(1)...year, default: standard.bandwidthPaymentTime),
            hasAccessDevices: try reader.choice("network", default: Network.none) == .devices)
    }
}

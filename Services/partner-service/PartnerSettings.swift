import HostedConnection
import PartnerDomain
import PartnerService
import ServiceKit

/// What partner-service's configuration has besides every service's.
///
/// | Key | Meaning | Default |
/// |---|---|---|
/// | `network` | `devices` if access devices are told and waited for; `none` counts each change as applied at once | `none` |
/// | `offers.withdraw` | whether a pending offer can be withdrawn | false |
/// | `offers.lifetime` | how long an offer stands before it lapses | until it is taken |
/// | `privilege.carriers` | the carriers whose accounts may offer ports | the five of the guide |
/// | `readiness.minimumCircuits` | fewest circuits in service of a partner that is ready: 2 or 4 | 4 |
/// | `readiness.enforced` | whether a partner that is not ready is refused new ports | false |
/// | `limits.largestCircuit` | the largest bandwidth of a circuit in service, in Mbit/s | none |
/// | `limits.connectionsPerCircuit` | most connections of a circuit | none |
/// | `circuits.allowOversubscribed` | whether ports may be offered on a circuit with a pushed VBR without a bandwidth | false |
/// | `billing.grace` | how long after its expiry a port still carries traffic | 15 d |
/// | `bandwidth.offered` | the bandwidths that every partner may offer, in Mbit/s | 50, 100, 200, 300, 400, 500, 1000 |
/// | `bandwidth.paymentTime` | how long a reserved bandwidth waits for its payment | 24 h |
/// | `transformation.paymentTime` | how long a transformed port waits for its payment after the acceptance | 168 h |
/// | `retention.sagas` | how long sagas and batches of transformations that are over stay readable | 2160 h |
/// | `retention.privilegeApplications` | how long applications for the privilege stay readable | 26304 h |
struct PartnerSettings: Sendable {
    /// Where the states of ports are sent.
    private enum Network: String, CaseIterable {
        case none
        case devices
    }

    /// Fewest circuits of a partner that is ready.
    private enum MinimumCircuits: String, CaseIterable {
        case two = "2"
        case four = "4"
    }

    let policy: PartnerPolicy
    let retention: PartnerRetention

    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        let standard = PartnerPolicy.standard
        let year = Duration.seconds(366 * 86_400)
        let usual = PartnerRetention()
        retention = PartnerRetention(
            sagas: try reader.duration("retention.sagas", in: .seconds(60)...(year * 10), default: usual.sagas),
            privilegeApplications: try reader.duration(
                "retention.privilegeApplications", in: .seconds(2 * 86_400)...(year * 100), default: usual.privilegeApplications))
        policy = PartnerPolicy(
            catalogue: try Self.catalogue(reader, default: standard.catalogue),
            mayWithdraw: try reader.bool("offers.withdraw", default: standard.mayWithdraw),
            offerLifetime: try reader.duration(ifSet: "offers.lifetime", in: .seconds(1)...year),
            expiryGrace: try reader.duration("billing.grace", in: .zero...year, default: standard.expiryGrace),
            bandwidthPaymentTime: try reader.duration(
                "bandwidth.paymentTime", in: .seconds(1)...year, default: standard.bandwidthPaymentTime),
            transformationPaymentTime: try reader.duration(
                "transformation.paymentTime", in: .seconds(1)...year, default: standard.transformationPaymentTime),
            hasAccessDevices: try reader.choice("network", default: Network.none) == .devices,
            carriers: EligibleCarriers(try reader.list("privilege.carriers", default: standard.carriers.names)),
            readiness: ReadinessPolicy(
                minimumCircuits: try reader.choice("readiness.minimumCircuits", default: MinimumCircuits.four) == .two ? 2 : 4,
                isEnforced: try reader.bool("readiness.enforced", default: standard.readiness.isEnforced)),
            limits: NetworkLimits(
                largestCircuit: try reader.int(ifSet: "limits.largestCircuit", in: 1...Int(UInt32.max))
                    .map { Bandwidth(megabitsPerSecond: UInt32($0)) },
                connectionsPerCircuit: try reader.int(ifSet: "limits.connectionsPerCircuit", in: 1...3_000).map { UInt32($0) }),
            allowsOversubscribed: try reader.bool("circuits.allowOversubscribed", default: standard.allowsOversubscribed))
    }

    /// The catalogue of bandwidths, which has at least one.
    private static func catalogue(
        _ reader: ConfigurationReader, default standard: BandwidthCatalogue
    ) throws(ConfigurationError) -> BandwidthCatalogue {
        let key = "bandwidth.offered"
        guard let numbers = try reader.list(ifSet: key, of: .integer(in: 1...Int(UInt32.max))) else { return standard }
        guard !numbers.isEmpty else {
            throw ConfigurationError(.invalid, key: key, "\(key): expected at least one bandwidth in Mbit/s, got an empty list")
        }
        return BandwidthCatalogue(Set(numbers.map { Bandwidth(megabitsPerSecond: UInt32($0)) }))
    }
}

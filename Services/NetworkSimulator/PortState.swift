import HostedConnection
import Schema

/// What the device does with a port's traffic; the codes stand in its database.
enum Traffic: UInt8 {
    case removed = 1
    case block = 2
    case pass = 3

    var name: String {
        switch self {
        case .removed: "removed"
        case .block: "block"
        case .pass: "pass"
        }
    }

    init?(_ forwarding: PortForwarding) {
        switch forwarding {
        case .removed: self = .removed
        case .block: self = .block
        case .pass: self = .pass
        case .unspecified, .unrecognized: return nil
        }
    }
}

/// One version of a port's configuration.
struct PortState: Equatable {
    var version: UInt64
    var traffic: Traffic
    var vlan: VLANID
    var rate: Bandwidth
}

extension PortState {
    /// - Throws: ``RefusalCode/missingField`` for what the device must be told and is not.
    init(_ message: NetworkStateDesired) throws(Refusal) {
        guard message.portID.isSet else { throw Self.missing("portId") }
        guard (1...UInt64(Int64.max)).contains(message.version) else { throw Self.missing("version") }
        guard let vlan = message.vlanID.flatMap({ VLANID($0) }) else { throw Self.missing("vlanId") }
        guard let traffic = Traffic(message.forwarding) else { throw Self.missing("forwarding") }
        guard message.rateMbps > 0 else { throw Self.missing("rateMbps") }
        self.init(
            version: message.version, traffic: traffic, vlan: vlan, rate: Bandwidth(megabitsPerSecond: message.rateMbps))
    }

    private static func missing(_ field: String) -> Refusal {
        Refusal(.missingField, "A desired state without a valid \(field)", field: field)
    }
}

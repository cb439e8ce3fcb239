import HostedConnection
import Schema

/// What the device does with a connection's traffic; the codes stand in its database.
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

/// One version of a connection's configuration.
struct PortState: Equatable {
    var version: UInt64
    var traffic: Traffic
    var vlan: VLANID
    /// 0 without a limit.
    var rate: Bandwidth
}

extension PortState {
    /// - Throws: ``RefusalCode/missingField`` for what the device must be told and is not.
    init(_ message: NetworkStateDesired) throws(Refusal) {
        guard (1...UInt64(Int64.max)).contains(message.version) else { throw Self.missing("version") }
        guard let vlan = message.vlanID.flatMap({ VLANID($0) }) else { throw Self.missing("vlanId") }
        guard let traffic = Traffic(message.forwarding) else { throw Self.missing("forwarding") }
        guard message.rateMbps > 0 || message.connectionID.pushedVBR != nil else { throw Self.missing("rateMbps") }
        self.init(
            version: message.version, traffic: traffic, vlan: vlan, rate: Bandwidth(megabitsPerSecond: message.rateMbps))
    }

    fileprivate static func missing(_ field: String) -> Refusal {
        Refusal(.missingField, "A desired state without a valid \(field)", field: field)
    }
}

extension NetworkStateDesired {
    /// What the state is of: the connection, or the port where no connection is named.
    var subject: ConnectionID {
        get throws(Refusal) {
            if connectionID.isSet { return connectionID }
            guard portID.isSet else { throw PortState.missing("connectionId") }
            return ConnectionID(portID)
        }
    }
}

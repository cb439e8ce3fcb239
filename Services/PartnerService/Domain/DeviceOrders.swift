import HostedConnection
import Schema

// What asking an access device, and its answers, do to the state of a connection, whatever the connection carries.
extension DeviceState {
    /// The highest version that is believed: far beyond what a connection can reach.
    private static let highestVersion: UInt64 = 1 << 62
    /// How long a refusal that may pass by itself is waited out at first, and at most.
    private static let firstPause = Duration.seconds(10)
    private static let longestPause = Duration.seconds(3_600)

    /// Whether the device was asked for this state last.
    func wants(_ state: DeviceConfiguration) -> Bool {
        state.forwarding == .removed ? forwarding == .removed : state == asked
    }

    /// Wants another state of the device.
    mutating func want(_ state: DeviceConfiguration) {
        desired += 1
        asked = state
        attempts = 0
        failure = ""
        mayPass = false
    }

    /// Asks for what is wanted, once more if it was asked for before.
    /// - Returns: the order; nil where nothing was ever wanted, and without access devices, where it counts as applied at once.
    mutating func order(
        of connection: ConnectionID, _ port: PortID, on circuit: CircuitID, policy: PartnerPolicy
    ) -> NetworkStateDesired? {
        guard let asked else { return nil }
        guard policy.hasAccessDevices else {
            applied = desired
            failure = ""
            return nil
        }
        attempts += 1
        var message = NetworkStateDesired()
        message.connectionID = connection
        message.portID = port
        message.version = desired
        message.circuitID = circuit
        message.vlanID = UInt32(asked.vlan.number)
        message.rateMbps = asked.rate?.megabitsPerSecond ?? 0
        message.forwarding = PortForwarding(asked.forwarding)
        return message
    }

    /// What a version that the device has tells.
    enum Confirmation: Equatable {
        /// Nothing new.
        case known
        /// This side forgot what it asked for (a restore): it is to ask again, for a version above the device's, which heeds nothing
        /// older.
        case forgotten
        /// An older version than is wanted.
        case behind
        /// The device has what is wanted.
        case settled(DeviceConfiguration)
    }

    /// The device has a version.
    /// - Throws: ``RefusalCode/contradictsState`` for a version that can't be.
    mutating func confirm(version: UInt64, of object: String) throws(Refusal) -> Confirmation {
        guard version <= Self.highestVersion else {
            throw Refusal(.contradictsState, "version \(version) of a device's state", object: object)
        }
        if version > desired {
            desired = version + 1
            return .forgotten
        }
        guard version > applied else { return .known }
        applied = version
        guard isSettled, let asked else { return .behind }
        failure = ""
        return .settled(asked)
    }

    /// What follows from a refusal of the device's.
    struct Objection: Equatable {
        /// What it says, if that is news.
        var note: HistoryNote?
        /// After what pause it is asked again; nil where trying again does not help.
        var pause: Duration?
    }

    /// The device did not take a version; it keeps what it had. nil for a version that is not the one in question.
    mutating func refuse(version: UInt64, reason: String, isTransient: Bool) -> Objection? {
        guard version == desired, !isSettled, let asked else { return nil }
        mayPass = isTransient
        let reason = reason.isEmpty ? "no reason given" : reason
        var objection = Objection()
        if failure != reason {
            failure = reason
            objection.note = HistoryNote(.networkFailed, detail: "\(asked): \(reason)")
        }
        // 10 s, 20 s, 40 s … 1 h.
        if isTransient { objection.pause = min(Self.firstPause * (1 << min(max(attempts, 1) - 1, 16)), Self.longestPause) }
        return objection
    }
}

extension PortForwarding {
    init(_ forwarding: Forwarding) {
        switch forwarding {
        case .removed: self = .removed
        case .block: self = .block
        case .pass: self = .pass
        }
    }
}

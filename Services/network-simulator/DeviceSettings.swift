import HostedConnection
import NetworkSimulator
import ServiceKit

/// What the simulator's configuration has besides every service's; `POST /admin/v1/device-faults` says other faults while it runs.
///
/// | Key | Meaning | Default |
/// |---|---|---|
/// | `simulator.failVLANs` | VLANs whose states are refused | none |
/// | `simulator.failOneIn` | one in so many ports is refused; 0 for none | 0 |
/// | `simulator.failAttempts` | how often each version of such a port is refused; 0 for ever | 1 |
/// | `simulator.failTransient` | whether the device says that trying again can help | true |
/// | `simulator.delay` | how long the device takes for a state | 0 |
struct DeviceSettings: Sendable {
    let faults: FaultRule

    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        var faults = FaultRule()
        for text in try reader.list("simulator.failVLANs", default: []) {
            guard let vlan = UInt32(text).flatMap({ VLANID($0) }) else {
                throw ConfigurationError(
                    .invalid, key: "simulator.failVLANs", "simulator.failVLANs: expected numbers from 0 to 2999, got \"\(text)\"")
            }
            faults.vlans.insert(vlan)
        }
        faults.oneIn = UInt64(try reader.int("simulator.failOneIn", in: 0...1_000_000, default: 0))
        let attempts = UInt32(try reader.int("simulator.failAttempts", in: 0...1_000_000, default: 1))
        faults.attempts = attempts == 0 ? nil : attempts
        faults.isTransient = try reader.bool("simulator.failTransient", default: true)
        faults.delay = try reader.duration("simulator.delay", in: .zero...(.seconds(3_600)), default: .zero)
        self.faults = faults
    }
}

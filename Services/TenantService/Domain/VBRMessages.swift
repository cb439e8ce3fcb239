import HostedConnection
import Schema

// What partner-service is told of a tenant's VBR.

extension VBRCreated {
    init(_ router: VirtualBorderRouter) {
        self.init(
            connectionID: ConnectionID(router.port), portID: router.port, vbrID: router.id, tenantAccountID: router.account,
            name: router.name, vlanID: UInt32(router.vlan.number), bandwidthMbps: router.bandwidth.megabitsPerSecond,
            cloudIPv4: router.addressing.cloud.description, clientIPv4: router.addressing.client.description,
            subnetMask: router.addressing.mask.description)
    }
}

extension VBRChanged {
    init(_ router: VirtualBorderRouter) {
        self.init(
            connectionID: ConnectionID(router.port), portID: router.port, vbrID: router.id,
            status: router.state == .terminated ? .terminated : .enabled, name: router.name, vlanID: UInt32(router.vlan.number),
            bandwidthMbps: router.bandwidth.megabitsPerSecond, disabledWithPort: router.isDisabledWithPort)
    }
}

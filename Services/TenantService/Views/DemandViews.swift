import HostedConnection
import PortRecords
import Schema
import TenantDomain

extension PortView {
    /// A port as the tenant's side shows it, in answers to commands and in lists alike.
    init(_ port: DemandedPort) {
        self.init()
        show(
            port.id, axes: port.axes, subscription: port.subscription, vbr: port.vbr, change: port.change,
            terminatedBy: port.terminatedBy, ending: port.ending, waitingFor: port.waitingFor, waitingSince: port.waitingSince,
            acceptedAt: port.acceptedAt, activatedAt: port.activatedAt)
        name = port.name
        circuitID = port.circuit
        region = port.region
        accessPoint = port.accessPoint
        partnerAccountID = port.partner
        tenantAccountID = port.tenant
        vlanID = UInt32(port.vlan.number)
        bandwidthMbps = port.bandwidth.megabitsPerSecond
        payer = Payer(port.payer)
        resourceGroup = port.resourceGroup
        status = PortWording.tenantStatus(port.axes)
        stage = PortWording.constructionProcess(port.axes)
        offeredAt = Timestamp(port.offeredAt)
        tags = port.tags.values
    }
}

extension VBRView {
    /// A VBR as APIs show it.
    init(_ router: VirtualBorderRouter) {
        self.init(
            vbrID: router.id, portID: router.port, accountID: router.account, name: router.name, vlanID: UInt32(router.vlan.number),
            bandwidthMbps: router.bandwidth.megabitsPerSecond, cloudIPv4: router.addressing.cloud.description,
            clientIPv4: router.addressing.client.description, subnetMask: router.addressing.mask.description,
            createdAt: Timestamp(router.createdAt), state: router.state.name, status: router.state.status,
            deletedAt: router.deletedAt.map(Timestamp.init), cloudIPv6: router.ipv6?.cloud.description ?? "",
            clientIPv6: router.ipv6?.client.description ?? "", ipv6Prefix: router.ipv6?.prefix.description ?? "",
            ipv6Enabled: router.isIPv6Enabled, detectMultiplier: router.detection.multiplier, minRxIntervalMs: router.detection.minRx,
            minTxIntervalMs: router.detection.minTx, warnings: router.warnings)
    }
}

import HostedConnection
import PartnerDomain
import PortRecords
import Schema

extension PortView {
    /// A port as the partner's side shows it, in answers to commands and in lists alike.
    init(_ port: SuppliedPort, region: String, accessPoint: String) {
        self.init()
        show(
            port.id, axes: port.axes, subscription: port.subscription, vbr: port.vbr, change: port.change,
            terminatedBy: port.terminatedBy, ending: port.ending, waitingFor: port.waitingFor, waitingSince: port.waitingSince,
            acceptedAt: port.acceptedAt, activatedAt: port.activatedAt)
        name = port.name
        circuitID = port.circuit
        self.region = region
        self.accessPoint = accessPoint
        partnerAccountID = port.partner
        tenantAccountID = port.tenant
        vlanID = UInt32(port.vlan.number)
        bandwidthMbps = port.bandwidth.megabitsPerSecond
        payer = Payer(port.payer)
        resourceGroup = port.resourceGroup
        status = PortWording.partnerStatus(port.axes)
        stage = PortWording.partnerTab(port.axes)
        offeredAt = Timestamp(port.offeredAt)
        forwarding = port.device.forwarding.name
        deviceDesired = port.device.desired
        deviceApplied = port.device.applied
        deviceFailure = port.device.failure
        vbrState = port.router?.state.name ?? ""
        tags = port.tags.values
    }
}

extension VBRView {
    /// The tenant's VBR on a port as the partner's side knows it; nil without one.
    init?(_ port: SuppliedPort) {
        guard let router = port.router else { return nil }
        self.init(
            vbrID: port.vbr, portID: port.id, accountID: port.tenant, name: router.name, vlanID: UInt32(port.vlan.number),
            bandwidthMbps: router.bandwidth.megabitsPerSecond, state: router.state.name, status: router.state.status)
    }
}

extension CircuitView {
    /// A circuit as APIs show it.
    init(_ circuit: Circuit) {
        self.init(
            circuitID: circuit.id, name: circuit.name, partnerAccountID: circuit.partner, region: circuit.region,
            accessPoint: circuit.accessPoint, bandwidthMbps: circuit.capacity.megabitsPerSecond, allocatedMbps: circuit.allocated,
            connections: circuit.connections, deployed: circuit.isDeployed, registeredAt: Timestamp(circuit.registeredAt))
    }
}

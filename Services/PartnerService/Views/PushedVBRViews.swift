import HostedConnection
import PartnerDomain
import PortRecords
import Schema

extension PushedVBRView {
    /// A pushed VBR as APIs show it.
    init(_ vbr: PushedVBR, on circuit: Circuit) {
        self.init(vbr, region: circuit.region, accessPoint: circuit.accessPoint)
    }

    init(_ vbr: PushedVBR, region: String, accessPoint: String) {
        self.init(
            vbrID: vbr.id, circuitID: vbr.circuit, region: region, accessPoint: accessPoint, partnerAccountID: vbr.partner,
            tenantAccountID: vbr.tenant, name: vbr.name, vlanID: UInt32(vbr.vlan.number),
            bandwidthMbps: vbr.bandwidth?.megabitsPerSecond, supportsBandwidth: vbr.supportsBandwidth,
            cloudIPv4: vbr.addressing.cloud.description, clientIPv4: vbr.addressing.client.description,
            subnetMask: vbr.addressing.mask.description, fee: VBRFeeView(vbr.fee, of: vbr.id), state: vbr.state.name,
            status: vbr.isAttached ? "Transformed" : vbr.state.status, waitingFor: vbr.waitingFor ?? "",
            waitingSince: vbr.waitingFor == nil ? nil : Timestamp(vbr.waitingSince), informedAt: vbr.informed.map { Timestamp($0.at) },
            informedBy: vbr.informed?.by ?? "", informedHow: vbr.informed?.how ?? "", portID: vbr.port, sagaID: vbr.saga,
            attachedAt: vbr.attachedAt.map(Timestamp.init), forwarding: vbr.device.forwarding.name, deviceDesired: vbr.device.desired,
            deviceApplied: vbr.device.applied, deviceFailure: vbr.device.failure, pushedAt: Timestamp(vbr.pushedAt),
            deletedAt: vbr.deletedAt.map(Timestamp.init))
    }
}

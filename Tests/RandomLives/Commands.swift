import HostedConnection
import Messaging
import PartnerService
import PortRecords
import Schema
import TenantService

// Acts as the services take them.
extension World {
    func command(_ offer: OfferShape, by caller: Caller) -> PartnerCommand {
        let circuit = offer.circuit.map { circuitIDs[$0] } ?? CircuitID(bits: circuitIDs[0].bits.unlike)
        let input = OfferInput(
            circuitID: circuit, tenantAccountID: offer.tenant, vlanID: offer.vlan, bandwidthMbps: offer.bandwidth,
            payer: offer.payer == .partner ? .partner : .unspecified, name: "port", tags: offer.hasTags ? ["team": "core"] : [:])
        return PartnerCommand(.offer([input]), by: caller)
    }

    static func command(_ act: PartnerAct, on model: PortModel, by caller: Caller) -> PartnerCommand {
        let (port, vbr) = (model.id, model.lastVBR)
        let action: PartnerCommand.Action =
            switch act {
            case .withdraw: .withdraw([WithdrawalInput(portID: port, reason: "changed our mind")])
            case .pay: .retryCharges([ChargeInput(portID: port)])
            case .terminate: .terminate([TerminationInput(portID: port)])
            case .recover: .recover([RecoveryInput(portID: port)])
            case .delete: .delete([DeletionInput(portID: port)])
            case .terminateVBR: .terminateVBRs([VBROrderInput(vbrID: vbr)])
            case .recoverVBR: .recoverVBRs([VBROrderInput(vbrID: vbr)])
            case .deleteVBR: .deleteVBRs([VBROrderInput(vbrID: vbr)])
            case .changeVLAN(let vlan): .changeVLANs([VLANChangeInput(portID: port, vlanID: vlan)])
            case .changeBandwidth(let mbps): .changeBandwidths([BandwidthChangeInput(portID: port, bandwidthMbps: mbps)])
            case .cancelBandwidth: .cancelBandwidthChanges([BandwidthChangeEndInput(portID: port, reason: "too dear")])
            case .ask(let kind): .request([RequestInput(portID: port, kind: RequestKind(kind), reason: "please")])
            case .refuse(let place): .refuseRequest(request(place, of: model), reason: "no")
            case .takeBack(let place): .withdrawRequest(request(place, of: model), reason: "never mind")
            case .tag: .tagPorts([TagChangeInput(portID: port, set: ["team": "edge"])])
            case .setPayer(let payer): .changePayers([PayerChangeInput(portID: port, payer: payer == .partner ? .partner : .tenant)])
            case .askDevice: .retryDevices([DeviceRetryInput(portID: port)])
            }
        return PartnerCommand(action, by: caller)
    }

    static func command(_ act: TenantAct, on model: PortModel, by caller: Caller) -> TenantCommand {
        let port = model.id
        let action: TenantCommand.Action =
            switch act {
            case .accept: .accept([AcceptanceInput(portID: port)])
            case .reject: .reject([RejectionInput(portID: port, reason: "too dear")])
            case .pay: .retryCharges([ChargeInput(portID: port)])
            case .createVBR(let shape): .createVBRs([router(shape, on: model)])
            case .changeVBR(let wide): .changeVBRs([VBRChangeInput(vbrID: model.lastVBR, bandwidthMbps: wide)])
            case .deleteVBR: .deleteVBRs([VBRDeletionInput(vbrID: model.lastVBR)])
            case .terminate: .terminate([TerminationInput(portID: port)])
            case .recover: .recover([RecoveryInput(portID: port)])
            case .delete: .delete([DeletionInput(portID: port)])
            case .declineBandwidth: .rejectBandwidthChanges([BandwidthChangeEndInput(portID: port, reason: "no need")])
            case .ask(let kind, let mbps):
                .request([RequestInput(portID: port, kind: RequestKind(kind), bandwidthMbps: mbps, reason: "please")])
            case .refuse(let place): .refuseRequest(request(place, of: model), reason: "no")
            case .takeBack(let place): .withdrawRequest(request(place, of: model), reason: "never mind")
            case .tag: .tagPorts([TagChangeInput(portID: port, set: ["team": "home"])])
            }
        return TenantCommand(action, by: caller)
    }

    private static func request(_ place: Int, of model: PortModel) -> PartyRequestID {
        model.wishes.indices.contains(place) ? model.wishes[place].id : .none
    }

    private static func router(_ shape: RouterShape, on model: PortModel) -> VBRInput {
        var input = VBRInput(
            portID: model.id, name: "router", cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252")
        switch shape {
        case .asThePort: break
        case .narrow(let mbps): input.bandwidthMbps = mbps
        case .otherVLAN: input.vlanID = (model.vlan + 7) % 3_000
        case .oneAddress: input.clientIPv4 = input.cloudIPv4
        }
        return input
    }
}

extension ID128 {
    /// Another id of the same kind.
    var unlike: ID128 { ID128(value ^ 0xff00) }
}

import BillingSimulator
import HostedConnection
import NetworkSimulator
import PartnerService
import Schema
import ServiceTesting
import Store
import TenantService
import Testing

// VBRs of the old model, as the two parties act on them.
extension Network {
    func pushInput(
        _ circuit: CircuitID, vlan: UInt32 = 100, bandwidth: UInt32? = 200, supports: Bool = true, payer: Payer = .tenant,
        isPrepaid: Bool = true, to tenant: AccountID = customer
    ) -> PushedVBRInput {
        PushedVBRInput(
            circuitID: circuit, tenantAccountID: tenant, name: "edge", vlanID: vlan, bandwidthMbps: bandwidth,
            supportsBandwidth: supports, cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252", feePayer: payer,
            feePrepaid: isPrepaid)
    }

    func pushing(_ input: PushedVBRInput, by caller: Caller = .account(carrier)) -> PartnerCommand {
        PartnerCommand(.pushVBRs([input]), by: caller)
    }

    func pushed(
        _ circuit: CircuitID, vlan: UInt32 = 100, bandwidth: UInt32? = 200, payer: Payer = .tenant, isPrepaid: Bool = true
    ) throws -> VBRID {
        let input = pushInput(circuit, vlan: vlan, bandwidth: bandwidth, payer: payer, isPrepaid: isPrepaid)
        let vbr = try partner.ok(pushing(input), as: PushedVBRView.self).vbrID
        try settle()
        return vbr
    }

    func bandwidthSetting(_ vbr: VBRID, _ mbps: UInt32?, by caller: Caller = .account(carrier)) -> PartnerCommand {
        PartnerCommand(.setPushedBandwidths([PushedVBRBandwidthInput(vbrID: vbr, bandwidthMbps: mbps)]), by: caller)
    }

    /// Terminates and deletes a pushed VBR.
    func deletePushed(_ vbr: VBRID) throws {
        for action in [PartnerCommand.Action.terminatePushed, PartnerCommand.Action.deletePushed] {
            try partner.ok(PartnerCommand(action([PushedVBROrderInput(vbrID: vbr)]), by: .account(Self.carrier)))
            try settle()
        }
    }

    func refund(_ vbr: VBRID) -> TenantCommand { TenantCommand(.refundFees([VBRFeeRefundInput(vbrID: vbr)]), by: .account(Self.customer)) }

    func partnerRefund(_ vbr: VBRID, by caller: Caller = .account(carrier)) -> PartnerCommand {
        PartnerCommand(.refundFees([VBRFeeRefundInput(vbrID: vbr)]), by: caller)
    }

    // MARK: What everybody says

    func partnerView(of vbr: VBRID, for caller: Caller = staff) throws -> PushedVBRView? {
        try partner.read { reader in try PartnerQueries(reader).pushedVBR(vbr, of: caller) }
    }

    func tenantView(of vbr: VBRID, for caller: Caller = staff) throws -> VBRView? {
        try tenant.read { reader in try TenantQueries(reader).vbr(vbr, of: caller) }
    }

    func device(of vbr: VBRID) throws -> DeviceView? {
        try network.read { reader in try DeviceQueries(reader).device(ConnectionID(vbr)) }
    }

    func subscription(feeOf vbr: VBRID) throws -> BilledSubscriptionView? {
        try billing.read { reader in try LedgerQueries(reader).subscription(SubscriptionID(feeOf: vbr)) }
    }
}

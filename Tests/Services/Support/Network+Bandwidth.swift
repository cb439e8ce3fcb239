import HostedConnection
import PartnerService
import Schema
import ServiceTesting
import Store
import TenantService
import Testing

// Changes of the bandwidth, as the two parties ask for them and end them.
extension Network {
    func bandwidthChange(_ port: PortID, to mbps: UInt32?) -> PartnerCommand {
        PartnerCommand(.changeBandwidths([BandwidthChangeInput(portID: port, bandwidthMbps: mbps)]), by: .account(Self.carrier))
    }

    func bandwidthCancellation(_ port: PortID) -> PartnerCommand {
        PartnerCommand(
            .cancelBandwidthChanges([BandwidthChangeEndInput(portID: port, reason: "too dear")]), by: .account(Self.carrier))
    }

    func bandwidthRejection(_ port: PortID) -> TenantCommand {
        TenantCommand(
            .rejectBandwidthChanges([BandwidthChangeEndInput(portID: port, reason: "no need")]), by: .account(Self.customer))
    }

    /// The tenant pays what is due.
    func payment(_ port: PortID) -> TenantCommand {
        TenantCommand(.retryCharges([ChargeInput(portID: port)]), by: .account(Self.customer))
    }

    func onlyCircuit() throws -> CircuitView? {
        try partner.read { reader in try PartnerQueries(reader).circuits(of: Self.staff, PageRequest(size: 10)).items.first }
    }

    /// Both sides, the device and the circuit have this bandwidth, nothing is under way, and the port is in use.
    func expectBandwidth(_ mbps: UInt32, of port: PortID, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let supply = try #require(try partnerView(port), sourceLocation: sourceLocation)
        let demand = try #require(try tenantView(port), sourceLocation: sourceLocation)
        for view in [supply, demand] {
            #expect(view.bandwidthMbps == mbps, sourceLocation: sourceLocation)
            #expect(view.status == "Active", sourceLocation: sourceLocation)
            #expect(!view.sagaID.isSet && view.requestedBandwidthMbps == nil, sourceLocation: sourceLocation)
        }
        #expect(try device(port)?.rateMbps == mbps, sourceLocation: sourceLocation)
        #expect(try device(port)?.forwarding == "pass", sourceLocation: sourceLocation)
        #expect(try onlyCircuit()?.allocatedMbps == mbps, sourceLocation: sourceLocation)
        try expectVLAN(try #require(supply.vlanID), of: port, sourceLocation: sourceLocation)
    }
}

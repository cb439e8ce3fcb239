import HostedConnection
import NetworkSimulator
import PartnerDomain
import PartnerService
import SagaRecords
import Schema
import ServiceKit
import ServiceTesting
import Store
import TenantService
import Testing
import TransformationSaga

extension Network {
    /// A port in normal use, with its VBR.
    func connectedPort(
        _ circuit: CircuitID, vlan: UInt32 = 100, bandwidth: UInt32 = 200, payer: Payer = .tenant, hasVBR: Bool = true
    ) throws -> PortID {
        let port = try offer(circuit, vlan: vlan, bandwidth: bandwidth, payer: payer)
        try settle()
        try accept(port)
        try settle()
        if hasVBR {
            try createVBR(port)
            try settle()
        }
        return port
    }

    /// Lets time pass and everybody do what is due.
    func pass(_ duration: Duration) throws {
        clock.advance(by: duration)
        try settle()
    }

    func changeVLAN(_ port: PortID, to vlan: UInt32?, by caller: Caller = .account(carrier)) -> PartnerCommand {
        PartnerCommand(.changeVLANs([VLANChangeInput(portID: port, vlanID: vlan)]), by: caller)
    }

    func router(_ port: PortID) throws -> VBRView? {
        guard let view = try tenantView(port), view.vbrID.isSet else { return nil }
        return try tenant.read { reader in try TenantQueries(reader).vbr(view.vbrID, of: Self.staff) }
    }

    func sagas() throws -> [SagaView] {
        try partner.read { reader in
            try SagaQueries(reader, PartnerSagas.catalogue).sagas(SagaFilter(), PageRequest(size: 1_000)).items
        }
    }

    // MARK: The access device

    /// Tells the device what to refuse.
    func refuse(_ faults: DeviceFaults) throws { try network.ok(NetworkCommand(faults: faults, by: Self.staff)) }

    func device(_ port: PortID) throws -> DeviceView? {
        try network.read { reader in try DeviceQueries(reader).device(ConnectionID(port)) }
    }

    /// What happened on the device about a port, in words.
    func deviceLog(_ port: PortID) throws -> [String] { try deviceLog(of: ConnectionID(port)) }

    func deviceLog(of connection: ConnectionID) throws -> [String] {
        try network.read { reader in
            try DeviceQueries(reader).changes(of: connection, PageRequest(size: 1_000)).items.map {
                "\($0.outcome) \($0.forwarding) \($0.vlanID ?? 0) \($0.rateMbps)"
            }
        }
    }

    /// Port, VBR and access device have this VLAN, and no change is under way.
    func expectVLAN(_ vlan: UInt32, of port: PortID, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let supply = try #require(try partnerView(port), sourceLocation: sourceLocation)
        let demand = try #require(try tenantView(port), sourceLocation: sourceLocation)
        #expect(supply.vlanID == vlan, sourceLocation: sourceLocation)
        #expect(demand.vlanID == vlan, sourceLocation: sourceLocation)
        #expect(!supply.sagaID.isSet && !demand.sagaID.isSet, sourceLocation: sourceLocation)
        if let router = try router(port) { #expect(router.vlanID == vlan, sourceLocation: sourceLocation) }
        if let device = try device(port) {
            #expect(device.vlanID == vlan, sourceLocation: sourceLocation)
            #expect(device.version == device.askedVersion, sourceLocation: sourceLocation)
        }
        let held = try partner.read { reader in
            try reader.prepare("SELECT COUNT(*), SUM(bandwidth_mbps) FROM allocation WHERE connection_id = x'\(hex(port))'").first {
                row throws(StoreError) in
                [row.int64(0), row.int64(1)]
            }
        }
        #expect(held == [1, Int64(supply.bandwidthMbps)], sourceLocation: sourceLocation)
    }

    private func hex(_ port: PortID) -> String {
        let digits = String(port.bits.value, radix: 16, uppercase: false)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}

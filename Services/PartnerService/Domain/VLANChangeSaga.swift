public import HostedConnection
public import Saga

/// The change of a port's VLAN as a saga: port, VBR and access device end with the new VLAN, or all with the old.
public enum VLANChangeSaga {
    public static let name = "vlan-change"

    /// The steps, by their names in journals; fixed for good.
    public enum Step: String, Sendable {
        case reserve
        case announce
        case device
        case commit
        case finish
    }

    public static func definition() throws(SagaDefinitionError) -> SagaDefinition {
        try SagaDefinition(
            name, version: 1,
            steps: [
                SagaStep(
                    Step.reserve.rawValue, asks: "partner-service", to: "reserve the new VLAN",
                    wayBack: .undo(SagaUndo("give the new VLAN back"))),
                SagaStep(
                    Step.announce.rawValue, asks: "tenant-service", to: "keep the VBR as it is until the VLAN has changed",
                    awaits: SagaReply("its word that nothing about the VBR changes", patience: .turnBack(afterAttempts: 10)),
                    wayBack: .undo(SagaUndo("tell the tenant that the VLAN stays"))),
                SagaStep(
                    Step.device.rawValue, asks: PartnerSagas.device, to: "take the new VLAN",
                    awaits: SagaReply("its word that it has the new VLAN", patience: .turnBack(afterAttempts: 5)),
                    wayBack: .undo(SagaUndo("take the old VLAN again", awaits: "its word that it has the old VLAN"))),
                SagaStep(
                    Step.commit.rawValue, asks: "tenant-service", to: "take the new VLAN for port and VBR",
                    awaits: SagaReply("its word that port and VBR have the new VLAN", isRefusable: false, patience: .insist()),
                    wayBack: .pointOfNoReturn),
                SagaStep(
                    Step.finish.rawValue, asks: "partner-service", to: "free the old VLAN",
                    wayBack: .notNeeded(because: "it comes after the point of no return")),
            ])
    }

    /// What a change remembers: the new VLAN.
    public struct Context: Equatable, Sendable {
        public var vlan: VLANID

        public init(vlan: VLANID) { self.vlan = vlan }

        /// - Returns: nil for bytes that are no context.
        public init?(_ bytes: [UInt8]) {
            guard bytes.count == 2, let vlan = VLANID(UInt32(bytes[0]) << 8 | UInt32(bytes[1])) else { return nil }
            self.vlan = vlan
        }

        public var bytes: [UInt8] { [UInt8(vlan.number >> 8), UInt8(truncatingIfNeeded: vlan.number)] }
    }
}

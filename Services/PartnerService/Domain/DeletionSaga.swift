public import HostedConnection
public import Saga

/// The deletion of a port as a saga.
public enum DeletionSaga {
    public static let name = "port-deletion"

    /// The steps, by their names in journals; fixed for good.
    public enum Step: String, Sendable {
        case freeze
        case remove
        case settle
        case finish
    }

    public static func definition() throws(SagaDefinitionError) -> SagaDefinition {
        try SagaDefinition(
            name, version: 1,
            steps: [
                SagaStep(
                    Step.freeze.rawValue, asks: "tenant-service", to: "keep VBRs off the port",
                    awaits: SagaReply("its word that no VBR is on the port", patience: .turnBack(afterAttempts: 10)),
                    wayBack: .undo(SagaUndo("tell the tenant that the port stays"))),
                SagaStep(
                    Step.remove.rawValue, asks: PartnerSagas.device, to: "let the port go",
                    awaits: SagaReply("its word that the port is gone", isRefusable: false, patience: .insist()),
                    wayBack: .pointOfNoReturn),
                SagaStep(
                    Step.settle.rawValue, asks: "billing", to: "settle the port's subscription",
                    awaits: SagaReply("its word that the rest is refunded", isRefusable: false, patience: .insist()),
                    wayBack: .notNeeded(because: "it comes after the point of no return")),
                SagaStep(
                    Step.finish.rawValue, asks: "partner-service", to: "release VLAN and bandwidth and end the port on both sides",
                    wayBack: .notNeeded(because: "it comes after the point of no return")),
            ])
    }

    /// What a deletion remembers: the port's state before it.
    public struct Context: Equatable, Sendable {
        public var service: ServiceState

        public init(service: ServiceState) { self.service = service }

        /// - Returns: nil for bytes that are no context.
        public init?(_ bytes: [UInt8]) {
            guard bytes.count == 1, let service = ServiceState(rawValue: bytes[0]) else { return nil }
            self.service = service
        }

        public var bytes: [UInt8] { [service.rawValue] }
    }
}

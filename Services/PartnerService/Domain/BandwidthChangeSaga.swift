public import HostedConnection
import Saga

/// The change of a port's bandwidth as two sagas: more is reserved, paid, enforced and then in force; less is enforced first
///
public enum BandwidthChangeSaga {
    public static let increase = "bandwidth-increase"
    public static let decrease = "bandwidth-decrease"

    /// The steps, by their names in journals; fixed for good.
    public enum Step: String, Sendable {
        case reserve
        case pay
        case begin
        case device
        case finish
    }

    /// How long a payment is waited for before operators hear of it; a paying tenant's deadline ends the change earlier.
    private static let paymentAlarm = Duration.seconds(2 * 86_400)

    static func increaseDefinition() throws(SagaDefinitionError) -> SagaDefinition {
        try SagaDefinition(
            increase, version: 1,
            steps: [
                SagaStep(
                    Step.reserve.rawValue, asks: "partner-service", to: "reserve the bandwidth",
                    wayBack: .undo(SagaUndo("give the bandwidth back"))),
                SagaStep(
                    Step.pay.rawValue, asks: "the payer", to: "pay for the bandwidth",
                    awaits: SagaReply("the payment", patience: .keepWaiting(alarmAfter: paymentAlarm)),
                    wayBack: .notNeeded(because: "it turns back here only when nothing is charged")),
                SagaStep(
                    Step.device.rawValue, asks: PartnerSagas.device, to: "police to the new rate",
                    awaits: SagaReply("its word that it has the new rate", isRefusable: false, patience: .insist()),
                    wayBack: .pointOfNoReturn),
                SagaStep(
                    Step.finish.rawValue, asks: "partner-service", to: "put the bandwidth in force",
                    wayBack: .notNeeded(because: "it comes after the point of no return")),
            ])
    }

    static func decreaseDefinition() throws(SagaDefinitionError) -> SagaDefinition {
        try SagaDefinition(
            decrease, version: 1,
            steps: [
                SagaStep(
                    Step.begin.rawValue, asks: "partner-service", to: "keep other changes off the port",
                    wayBack: .notNeeded(because: "the end of the saga lets them on again")),
                SagaStep(
                    Step.device.rawValue, asks: PartnerSagas.device, to: "police to the new rate",
                    awaits: SagaReply("its word that it has the new rate", patience: .turnBack(afterAttempts: 5)),
                    wayBack: .undo(SagaUndo("police to the old rate again", awaits: "its word that it has the old rate"))),
                SagaStep(
                    Step.finish.rawValue, asks: "partner-service", to: "give bandwidth back and put the lower one in force",
                    wayBack: .notNeeded(because: "it is the last step")),
            ])
    }

    /// What a change remembers: the new bandwidth.
    public struct Context: Equatable, Sendable {
        public var bandwidth: Bandwidth

        public init(bandwidth: Bandwidth) { self.bandwidth = bandwidth }

        /// - Returns: nil for bytes that are no context.
        public init?(_ bytes: [UInt8]) {
            guard bytes.count == 4 else { return nil }
            self.init(bandwidth: Bandwidth(megabitsPerSecond: bytes.reduce(0) { $0 << 8 | UInt32($1) }))
        }

        public var bytes: [UInt8] {
            let number = bandwidth.megabitsPerSecond
            return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        }
    }
}

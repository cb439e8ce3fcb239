public import HostedConnection
public import PartnerDomain
public import Saga

/// The transformation of a pushed VBR to a shared port as a saga on the VBR's connection. Whatever becomes of
/// it, the VBR goes on as it is: nothing here asks anything of an access device.
public enum TransformationSaga {
    public static let name = "transformation"

    /// The steps, by their names in journals; fixed for good.
    public enum Step: String, Sendable, CaseIterable {
        case offer
        case acceptance
        case payment
        case confirmation
        case association
        case fee
    }

    /// How long an acceptance or payment without a limit, and a confirmation, are waited for before operators hear of it.
    private static let alarm = Duration.seconds(7 * 86_400)

    public static func definition() throws(SagaDefinitionError) -> SagaDefinition {
        try SagaDefinition(
            name, version: 1,
            steps: [
                SagaStep(
                    Step.offer.rawValue, asks: "partner-service", to: "offer a port with the VBR's VLAN and bandwidth",
                    wayBack: .undo(
                        SagaUndo(
                            "end the port and have what was paid for it given back", awaits: "its word that nothing of the port is open")
                    )),
                SagaStep(
                    Step.acceptance.rawValue, asks: "the tenant", to: "accept the port",
                    awaits: SagaReply("the acceptance", patience: .inTime(elseAlarmAfter: alarm)),
                    wayBack: .notNeeded(because: "it goes with the port")),
                SagaStep(
                    Step.payment.rawValue, asks: "the payer", to: "pay for the port",
                    awaits: SagaReply("the payment", patience: .inTime(elseAlarmAfter: alarm)),
                    wayBack: .notNeeded(because: "the end of the port gives it back")),
                SagaStep(
                    Step.confirmation.rawValue, asks: "the partner", to: "confirm the transformation",
                    awaits: SagaReply("the confirmation", patience: .keepWaiting(alarmAfter: alarm)),
                    wayBack: .notNeeded(because: "only a confirmation has an effect")),
                SagaStep(
                    Step.association.rawValue, asks: "tenant-service", to: "associate the VBR with the port",
                    awaits: SagaReply("its word that VBR and port are associated", isRefusable: false, patience: .insist()),
                    wayBack: .pointOfNoReturn),
                SagaStep(
                    Step.fee.rawValue, asks: "partner-service", to: "end the VBR's fee if the partner pays it",
                    wayBack: .notNeeded(because: "it comes after the point of no return")),
            ])
    }

    /// The step at which a saga stands; nil for one under rules of another name, or unknown ones.
    public static func step(of saga: SagaInstance, _ catalogue: SagaCatalogue) -> Step? {
        catalogue[saga.version]?.name(ofStep: saga.step).flatMap(Step.init(rawValue:))
    }

    /// How long a transformation waits for what is to be done in time.
    public static func timeLimits(_ policy: PartnerPolicy) -> [String: Duration] {
        var limits = [Step.payment.rawValue: policy.transformationPaymentTime]
        limits[Step.acceptance.rawValue] = policy.offerLifetime
        return limits
    }

    /// What a transformation remembers: the port that it makes, who pays for it, and the batch that it belongs to.
    public struct Context: Equatable, Sendable {
        public var port: PortID
        public var payer: PayingParty
        /// Unset for one that was asked for by itself.
        public var batch: TransformationBatchID

        public init(port: PortID, payer: PayingParty, batch: TransformationBatchID = .none) {
            self.port = port
            self.payer = payer
            self.batch = batch
        }

        /// - Returns: nil for bytes that are no context.
        public init?(_ bytes: [UInt8]) {
            guard bytes.count == 2 * ID128.byteCount + 1, let payer = PayingParty(rawValue: bytes[0]) else { return nil }
            port = PortID(bits: Self.id(bytes[1...ID128.byteCount]))
            batch = TransformationBatchID(bits: Self.id(bytes[(ID128.byteCount + 1)...]))
            self.payer = payer
        }

        public var bytes: [UInt8] { [payer.rawValue] + Self.bytes(port.bits) + Self.bytes(batch.bits) }

        private static func id(_ bytes: ArraySlice<UInt8>) -> ID128 { ID128(bytes.reduce(0) { $0 << 8 | UInt128($1) }) }

        private static func bytes(_ id: ID128) -> [UInt8] {
            (0..<ID128.byteCount).reversed().map { UInt8(truncatingIfNeeded: id.value >> UInt128($0 * 8)) }
        }
    }
}

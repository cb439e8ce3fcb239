/// Where the fee of a pushed VBR stands. The codes stand in the databases and never change.
public enum VBRFeeState: UInt8, Sendable, CaseIterable, StateAxis {
    /// Accrues, as it did before the VBR was registered here.
    case running = 1
    /// Nothing accrues any more.
    case stopped = 2
    /// The payer has applied for a refund of what was prepaid; billing has not answered.
    case refundAsked = 3
    case refunded = 4

    /// The word in APIs.
    public var name: String {
        switch self {
        case .running: "running"
        case .stopped: "stopped"
        case .refundAsked: "refund asked"
        case .refunded: "refunded"
        }
    }
}

/// The fee of the old model that runs for a pushed VBR until it is transformed. Its payer's service decides about it.
public struct VBRFee: Equatable, Sendable {
    public var payer: PayingParty
    public var isPrepaid: Bool
    public var state: VBRFeeState
    /// What billing has paid back; none before.
    public var refund: Amount

    public init(payer: PayingParty, isPrepaid: Bool, state: VBRFeeState = .running, refund: Amount = .none) {
        self.payer = payer
        self.isPrepaid = isPrepaid
        self.state = state
        self.refund = refund
    }
}

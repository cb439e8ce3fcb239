import HostedConnection

/// How a VBR notices that its link is dead (BFD). What is nil is left to the cloud.
public struct FailureDetection: Equatable, Sendable {
    /// How many packets may be missed.
    public var multiplier: UInt32?
    /// The least intervals of receiving and of sending, in milliseconds.
    public var minRx: UInt32?
    public var minTx: UInt32?

    public static let multipliers: ClosedRange<UInt32> = 3...10
    public static let intervals: ClosedRange<UInt32> = 200...1_000

    /// Takes numbers as they are, such as those read back from the database.
    public init(multiplier: UInt32? = nil, minRx: UInt32? = nil, minTx: UInt32? = nil) {
        self.multiplier = multiplier
        self.minRx = minRx
        self.minTx = minTx
    }

    /// - Throws: a refusal that names the field at fault.
    func check() throws(Refusal) {
        if let multiplier, !Self.multipliers.contains(multiplier) {
            throw Refusal(
                .invalidValue, "\(multiplier) is no number of packets that may be missed", field: "detectMultiplier",
                next: "Choose from \(Self.multipliers.lowerBound) to \(Self.multipliers.upperBound)")
        }
        for (interval, field) in [(minRx, "minRxIntervalMs"), (minTx, "minTxIntervalMs")] {
            guard let interval, !Self.intervals.contains(interval) else { continue }
            throw Refusal(
                .invalidValue, "An interval of \(interval) ms is out of range", field: field,
                next: "Choose from \(Self.intervals.lowerBound) to \(Self.intervals.upperBound) ms")
        }
    }
}

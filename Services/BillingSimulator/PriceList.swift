public import HostedConnection

/// What a port costs for one month, by bandwidth.
public struct PriceList: Sendable, Equatable {
    /// Prices of single bandwidths in the smallest unit of the currency.
    public var monthly: [Bandwidth: Int64]
    /// What each Mbit/s costs where no price is set for the bandwidth.
    public var perMegabit: Int64
    /// ISO 4217 code.
    public var currency: String

    public init(monthly: [Bandwidth: Int64] = [:], perMegabit: Int64, currency: String) {
        self.monthly = monthly
        self.perMegabit = perMegabit
        self.currency = currency
    }

    /// 1.20 EUR for each Mbit/s.
    public static let standard = PriceList(perMegabit: 120, currency: "EUR")

    public func price(of bandwidth: Bandwidth) -> Amount {
        Amount(minor: monthly[bandwidth] ?? Int64(bandwidth.megabitsPerSecond) * perMegabit, currency: currency)
    }

    /// What a bandwidth costs after another one is paid for: the difference, if it costs more.
    func price(of bandwidth: Bandwidth, after paid: Bandwidth) -> Amount {
        guard paid.megabitsPerSecond > 0 else { return price(of: bandwidth) }
        return Amount(minor: max(price(of: bandwidth).minor - price(of: paid).minor, 0), currency: currency)
    }
}

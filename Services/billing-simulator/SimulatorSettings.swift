import BillingSimulator
import HostedConnection
import ServiceKit

/// What the simulator's configuration has besides every service's.
///
/// | Key | Meaning | Default |
/// |---|---|---|
/// | `simulator.declineFirstAttemptMbps` | bandwidths in Mbit/s whose charges are declined at first | none |
/// | `simulator.declineAccounts` | payers whose charges are declined at first | none |
/// | `simulator.declineRegions` | regions whose charges are declined at first | none |
/// | `simulator.declineOneIn` | one in so many subscriptions is declined at first; 0 for none | 0 |
/// | `simulator.declineAttempts` | how many attempts of such a subscription are declined | 1 |
/// | `simulator.pricePerMbps` | price of each Mbit/s for a month, in the currency's smallest unit | 120 |
/// | `simulator.currency` | ISO 4217 code | `EUR` |
struct SimulatorSettings: Sendable {
    let prices: PriceList
    let declining: DeclineRule

    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        prices = PriceList(
            perMegabit: Int64(try reader.int("simulator.pricePerMbps", in: 1...1_000_000, default: Int(PriceList.standard.perMegabit))),
            currency: try reader.value("simulator.currency", Self.currencies, default: PriceList.standard.currency))
        var declining = DeclineRule()
        declining.bandwidths = Set(
            try Self.list(reader, "simulator.declineFirstAttemptMbps", "numbers of Mbit/s") { text in
                UInt32(text).map { Bandwidth(megabitsPerSecond: $0) }
            })
        declining.accounts = Set(try Self.list(reader, "simulator.declineAccounts", "account ids") { AccountID($0) })
        declining.regions = Set(try reader.list("simulator.declineRegions", default: []))
        declining.oneIn = UInt64(try reader.int("simulator.declineOneIn", in: 0...1_000_000, default: 0))
        declining.attempts = UInt8(try reader.int("simulator.declineAttempts", in: 1...254, default: 1))
        self.declining = declining
    }

    private static var currencies: ScalarForm<String> {
        ScalarForm(expecting: "three capital letters") { text in
            text.utf8.count == 3 && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ? text : nil
        }
    }

    private static func list<Item>(
        _ reader: ConfigurationReader, _ key: String, _ expectation: String, _ read: (String) -> Item?
    ) throws(ConfigurationError) -> [Item] {
        var items: [Item] = []
        for text in try reader.list(key, default: []) {
            guard let item = read(text) else {
                throw ConfigurationError(.invalid, key: key, "\(key): expected \(expectation), got \"\(text)\"")
            }
            items.append(item)
        }
        return items
    }
}

import AdminConsole
import LocalCluster

/// How much load, on what.
struct BenchOptions {
    enum Load {
        /// As many as possible at once, up to a number in flight.
        case lifecycles(Int)
        /// Offers at a steady rate a second, for so many seconds.
        case rate(Int, seconds: Int)
    }

    var load: Load
    var warmup: Int
    var broker: LocalCluster.Broker
    /// Of each topic.
    var partitions: Int32
    var isJSON: Bool
    /// Keeps databases and logs here; nil for a temporary folder.
    var folder: String?

    init(_ arguments: Arguments) throws(UsageError) {
        var arguments = arguments
        let lifecycles = try arguments.integer("--lifecycles", in: 1...10_000_000)
        let rate = try arguments.integer("--rate", in: 1...100_000)
        let seconds = try arguments.integer("--seconds", in: 1...86_400)
        switch (lifecycles, rate, seconds) {
        case (let count?, nil, nil): load = .lifecycles(count)
        case (nil, let rate?, let seconds?): load = .rate(rate, seconds: seconds)
        default: throw UsageError("give either --lifecycles, or --rate and --seconds")
        }
        warmup = try arguments.integer("--warmup", in: 0...10_000_000) ?? 0
        let address = try arguments.value("--broker") ?? "embedded"
        broker = address == "embedded" ? .embedded : .kafka(bootstrap: address)
        partitions = try arguments.partitions()
        isJSON = arguments.flag("--json")
        folder = try arguments.value("--data")
        try arguments.finish()
    }

    /// Lifecycles in all, warm-up included.
    var total: Int { warmup + measured }

    var measured: Int {
        switch load {
        case .lifecycles(let count): count
        case .rate(let rate, let seconds): rate * seconds
        }
    }
}

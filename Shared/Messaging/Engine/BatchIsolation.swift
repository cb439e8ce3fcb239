import Store

/// Keeps the items of a bulk command apart when the batch is done item by item; in the good case it does nothing.
final class BatchIsolation: StepIsolation {
    /// How one item is run between savepoints; set by the engine.
    var isolateItem: ((() throws(StepFailure) -> Void) throws(StepFailure) -> Void)?
    var isActive = false
    /// Whether an item can only be undone by doing the batch again with savepoints.
    private var isDemanded = false

    func demand(_ reason: String) -> StoreError {
        isDemanded = true
        return .serialization("the batch is done again item by item: \(reason)")
    }

    /// Whether it was demanded since it was asked last.
    func takeDemand() -> Bool {
        defer { isDemanded = false }
        return isDemanded
    }

    func isolate<Value>(_ body: () throws(StepFailure) -> Value) throws(StepFailure) -> Value {
        guard isActive, let isolateItem else { return try body() }
        var result: Value?
        try withoutActuallyEscaping(body) { body throws(StepFailure) in
            try isolateItem { () throws(StepFailure) in result = try body() }
        }
        guard let result else { throw .store(.misuse("an isolated item ended without a result")) }
        return result
    }
}

import LocalCluster
import ServiceKit

/// Looks again and again until there is something to see.
/// - Throws: with `what`, when the limit is reached.
func until<Value>(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(30), _ look: () throws -> Value?
) throws -> Value {
    let deadline = MonotonicInstant.now + limit
    while true {
        if let value = try look() { return value }
        guard MonotonicInstant.now < deadline else { throw ClusterError("\(what()): not after \(limit)") }
        Pause.briefly()
    }
}

/// Looks again and again until the condition holds; false at the limit.
func eventually(within limit: Duration = .seconds(30), _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = MonotonicInstant.now + limit
    while true {
        if try condition() { return true }
        guard MonotonicInstant.now < deadline else { return false }
        Pause.briefly()
    }
}

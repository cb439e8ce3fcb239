/// Starts the parts of a service in order and stops those that were started in reverse order.
struct PartSequence {
    enum Start {
        case complete
        /// Asked to stop before all parts had been started.
        case interrupted
        case failed(part: String, StartUpError)
    }

    let parts: [ServicePart]
    let log: Logger
    private var startedCount = 0

    init(parts: [ServicePart], log: Logger) {
        self.parts = parts
        self.log = log
    }

    mutating func start(unless isStopping: () -> Bool) -> Start {
        for part in parts {
            if isStopping() { return .interrupted }
            do {
                try part.start()
            } catch {
                return isStopping() ? .interrupted : .failed(part: part.name, StartUpError(error))
            }
            startedCount += 1
            log.debug("started", ["part": .text(part.name)])
        }
        return isStopping() ? .interrupted : .complete
    }

    /// Stops what was started and returns the names of the parts that did not end in time. A part that hangs does not keep the
    /// others from being stopped, as long as `deadline` has not come.
    mutating func stop(by deadline: MonotonicInstant) -> [String] {
        var hanging: [String] = []
        while startedCount > 0 {
            startedCount -= 1
            let part = parts[startedCount]
            let began = MonotonicInstant.now
            let limit = min(deadline, began + part.stopLimit)
            if began < deadline, stop(part, by: limit) {
                log.debug("stopped", ["part": .text(part.name), "tookMilliseconds": .milliseconds(MonotonicInstant.now - began)])
            } else {
                log.error("did not stop in time", ["part": .text(part.name)])
                hanging.append(part.name)
            }
        }
        return hanging
    }

    private func stop(_ part: ServicePart, by limit: MonotonicInstant) -> Bool {
        do {
            return try NativeThread.start(named: "stop-\(part.name)") { part.stop(limit) }.join(until: limit)
        } catch {
            // No thread to be had: stop it here; the watch over the whole shutdown still holds.
            part.stop(limit)
            return true
        }
    }
}

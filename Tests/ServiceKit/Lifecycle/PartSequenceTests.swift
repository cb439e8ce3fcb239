import Synchronization
import Testing

@testable import ServiceKit

@Suite struct PartSequenceTests {
    final class Steps: Sendable {
        private let steps = Mutex<[String]>([])
        var all: [String] { steps.withLock { $0 } }
        func add(_ step: String) { steps.withLock { $0.append(step) } }
    }

    struct Fault: Error {}
    private let steps = Steps()
    private let lines = Lines()
    private var log: Logger { Logger(service: "s", level: .debug, format: .text, output: lines.output) }

    private func part(_ name: String, fails: Bool = false) -> ServicePart {
        ServicePart(name) { [steps] in
            if fails { throw Fault() }
            steps.add("+\(name)")
        } stop: { [steps] _ in
            steps.add("-\(name)")
        }
    }

    @Test func partsStopInReverseOrder() {
        var sequence = PartSequence(parts: ["a", "b", "c"].map { part($0) }, log: log)
        guard case .complete = sequence.start(unless: { false }) else {
            Issue.record("not complete")
            return
        }
        #expect(sequence.stop(by: .patience) == [])
        #expect(sequence.stop(by: .patience) == [])
        #expect(steps.all == ["+a", "+b", "+c", "-c", "-b", "-a"])
    }

    @Test func whatWasStartedIsStoppedWhenAPartFails() {
        var sequence = PartSequence(parts: [part("a"), part("b", fails: true), part("c")], log: log)
        guard case .failed("b", let error) = sequence.start(unless: { false }) else {
            Issue.record("not failed")
            return
        }
        #expect(error == StartUpError(.internalFault, "Fault()"))
        #expect(sequence.stop(by: .patience) == [])
        #expect(steps.all == ["+a", "-a"])
    }

    @Test func startingEndsWhenAskedToStop() {
        var sequence = PartSequence(parts: ["a", "b"].map { part($0) }, log: log)
        guard case .interrupted = sequence.start(unless: { [steps] in steps.all.count == 1 }) else {
            Issue.record("went on")
            return
        }
        #expect(sequence.stop(by: .patience) == [])
        #expect(steps.all == ["+a", "-a"])
    }

    @Test func aHangingPartDoesNotKeepTheOthers() {
        let gate = ConditionLock(false)
        defer {
            gate.withLock { $0 = true }
            gate.broadcast()
        }
        let hangs = ServicePart("h", stopLimit: .milliseconds(20), start: {}, stop: { _ in _ = gate.wait { $0 ? true : nil } })
        var sequence = PartSequence(parts: [part("a"), hangs, part("c")], log: log)
        _ = sequence.start(unless: { false })
        #expect(sequence.stop(by: .patience) == ["h"])
        #expect(steps.all == ["+a", "+c", "-c", "-a"])
        #expect(lines.all.contains { $0.hasSuffix("did not stop in time part=h\n") })
    }

    @Test func afterTheDeadlineNothingIsTried() {
        var sequence = PartSequence(parts: ["a", "b"].map { part($0) }, log: log)
        _ = sequence.start(unless: { false })
        #expect(sequence.stop(by: MonotonicInstant(nanoseconds: 0)) == ["b", "a"])
        #expect(steps.all == ["+a", "+b"])
    }

    @Test func errorsAreSortedByExitCode() {
        #expect(StartUpError(ConfigurationError(.missing, key: "k", "k: missing")) == StartUpError(.configuration, "k: missing"))
        #expect(StartUpError(YAMLError(.empty, file: "f", position: nil, detail: "empty")) == StartUpError(.configuration, "f: empty"))
        #expect(StartUpError(StartUpError.unavailable("no broker")).exitCode == .unavailable)
        #expect(StartUpError(Fault()).exitCode == .internalFault)
    }
}

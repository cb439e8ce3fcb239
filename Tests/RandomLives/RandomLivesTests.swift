import Dispatch
import Foundation
import HostedConnection
import ServiceKit
import Testing

@Suite("Random lives: both services against a small model of the rules")
struct RandomLivesTests {
    private static let commands = Int(environment("HC_COMMANDS") ?? 100_000)
    private static let perWorld = 2_000
    private static let seed = environment("HC_SEED") ?? UInt64.random(in: 0 ... .max)
    /// One world alone, as a report names it.
    private static let world = environment("HC_WORLD")

    private static func environment(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    /// Runs worlds on a thread of their own: other tests need the few that tasks share.
    private static func run(_ worlds: [Int]) async throws -> [Course.Report] {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try worlds.map { try Course.run(world: $0, of: seed, perWorld) } })
            }
        }
    }

    @Test("R-046, R-053, R-160, R-170, R-176: random commands by payer and by role, meeting each other on the way")
    func agree() async throws {
        let began = ContinuousClock.now
        print("seed \(Self.seed); HC_SEED repeats this run")
        let worlds = Self.world.map { [Int($0)] } ?? Array(0..<(Self.commands + Self.perWorld - 1) / Self.perWorld)
        let reports = try await withThrowingTaskGroup { group in
            for half in 0..<2 {
                let worlds = worlds.filter { $0 % 2 == half }
                group.addTask { try await Self.run(worlds) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let steps = reports.reduce(0) { $0 + $1.steps }
        print("\(steps) commands in \(worlds.count) worlds in \(ContinuousClock.now - began)")
        if ProcessInfo.processInfo.environment["HC_TALLY"] != nil {
            let tally = reports.reduce(into: [:]) { $0.merge($1.tally) { $0 + $1 } }
            for (name, count) in tally.sorted(by: { $0.key < $1.key }) { print("\(count)\t\(name)") }
        }
        for report in reports where !report.disagreement.isEmpty {
            Issue.record(Comment(rawValue: report.disagreement.joined(separator: "\n")))
        }
        #expect(Self.world != nil || steps >= Self.commands || reports.contains { !$0.disagreement.isEmpty })
    }
}

import HostedConnection
import ServiceKit

/// One world from its beginning to its end, or to a disagreement, which is told with as little around it as can be found.
enum Course {
    struct Report: Sendable {
        var steps = 0
        var tally: [String: Int] = [:]
        /// Empty if there is none.
        var disagreement: [String] = []
    }

    static func run(world: Int, of seed: UInt64, _ steps: Int) throws -> Report {
        var planner = Planner(seed: seed &+ UInt64(world) &* 0x9e37_79b9_7f4a_7c15)
        let policy = planner.policy()
        let walk = try Walk(policy)
        var script: [Round] = []
        do {
            while walk.steps < steps {
                let round = planner.round(walk)
                script.append(round)
                try walk.take(round)
            }
            try walk.checkHistories()
            return Report(steps: walk.steps, tally: walk.tally)
        } catch let found as Walk.Disagreement {
            var report = Report(steps: walk.steps, tally: walk.tally)
            report.disagreement = ["HC_SEED=\(seed) HC_WORLD=\(world): disagreement in round \(walk.rounds)"] + tell(found, walk)
            if let slot = found.slot, let (smaller, rounds) = try shrink(script, policy, about: slot) {
                report.disagreement += ["The same with \(rounds) rounds and fewer ports:"] + tell(smaller.found, smaller.walk)
            }
            return report
        }
    }

    private static func tell(_ found: Walk.Disagreement, _ walk: Walk) -> [String] {
        let others = (found.slot.map { _ in walk.given } ?? []).filter { $0.item.slot != found.slot }
            .map { "  beside it, port \($0.item.slot): \($0.item.text): \($0.answer)" }
        guard let slot = found.slot else { return found.what }
        let before = walk.ports[slot].map { ["the model before: \($0.summary)"] } ?? []
        return ["port \(slot):"] + found.what + before + (walk.diary[slot] ?? []).suffix(14) + others
    }

    /// The script without the commands of other ports and, as far as what is left still disagrees about the port, without rounds.
    private static func shrink(
        _ script: [Round], _ policy: Ground, about slot: Int
    ) throws -> (smaller: (found: Walk.Disagreement, walk: Walk), rounds: Int)? {
        let slots = Set(script.suffix(1).flatMap(\.slots))
        for kept in [[slot], slots.union([slot])] as [Set<Int>] {
            var rounds = script.compactMap { $0.keeping(kept) }
            guard var smaller = try again(rounds, policy), smaller.found.slot == slot else { continue }
            var size = rounds.count / 2
            while size > 0 {
                var start = 0
                while start < rounds.count {
                    var fewer = rounds
                    fewer.removeSubrange(start..<min(start + size, rounds.count))
                    if let found = try again(fewer, policy), found.found.isLike(smaller.found) {
                        (rounds, smaller) = (fewer, found)
                    } else {
                        start += size
                    }
                }
                size /= 2
            }
            return (smaller, rounds.count)
        }
        return nil
    }

    private static func again(_ rounds: [Round], _ policy: Ground) throws -> (found: Walk.Disagreement, walk: Walk)? {
        let walk = try Walk(policy)
        do {
            for round in rounds { try walk.take(round) }
            return nil
        } catch let found as Walk.Disagreement {
            return (found, walk)
        }
    }
}

extension Round {
    var slots: [Int] {
        guard case .commands(let items, _) = self else { return [] }
        return items.map(\.slot)
    }
}

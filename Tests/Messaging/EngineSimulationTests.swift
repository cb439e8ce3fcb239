import Testing

@testable import Messaging

@Suite struct EngineSimulationTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64]) func nothingIsLostDoubledOrReordered(seed: UInt64) throws {
        let simulation = try EngineSimulation(seed: seed)
        try simulation.run(steps: 3000)
        #expect(simulation.complaints.isEmpty, "seed \(seed): \(simulation.complaints.prefix(5))")
        // The faults did happen.
        for fault in [
            "records appended twice", "rewinds", "crashes", "acknowledgements dropped", "producers lost", "logs forgotten",
            "batches failed", "items refused by the schema", "charges told again", "dead letters tried again",
        ] {
            #expect(simulation.counts[fault, default: 0] > 0, "seed \(seed): no \(fault)")
        }
    }

    @Test func theSameSeedTakesTheSameCourse() throws {
        let runs = try (0..<2).map { _ in
            let simulation = try EngineSimulation(seed: 99)
            try simulation.run(steps: 300)
            return simulation
        }
        #expect(runs[0].counts == runs[1].counts)
    }
}

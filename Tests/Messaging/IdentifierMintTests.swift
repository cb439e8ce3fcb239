import HostedConnection
import Testing

@Suite struct IdentifierMintTests {
    @Test func idsGrowWhateverTheClockDoes() {
        var random = Seeded(3)
        var mint = IdentifierMint(random: { 0 })
        var now = Instant(seconds: 1_700_000_000)
        var last = PortID.none
        var stepsBack = 0
        for _ in 0..<200_000 {
            if random.chance(1) { now = now + .milliseconds(random.below(5) - 2) }
            let id = mint.mint(PortKind.self, at: now)
            if id <= last { stepsBack += 1 }
            last = id
        }
        #expect(stepsBack == 0)
    }
}

import HostedConnection
import Schema
import ServiceKit
import Testing

@testable import Messaging

@Suite struct HoldReasonTests {
    @Test func everyReasonComesBackAsItWasStored() throws {
        let service = try ToyService(.tenant, MemoryBroker(), .init())
        let table = try service.engine.tables.holds
        let account = try #require(AccountID("1234567890123456"))
        let reasons: [HoldReason] = [
            .gap, .diverged, .deadLetter(.max), .unknownType(7), .waiting(.account(account)),
            .waiting(.subscription(SubscriptionID(bits: ID128(.max)))),
        ]
        for (number, reason) in reasons.enumerated() {
            let hold = Hold(reason: reason, detail: reason.name, since: Instant(seconds: 7))
            try table.save(hold, of: ChannelKey(.partner, ConnectionID(port(UInt64(number)))))
        }
        let loaded = try table.load()
        #expect(loaded.count == reasons.count)
        for (number, reason) in reasons.enumerated() {
            #expect(loaded[ChannelKey(.partner, ConnectionID(port(UInt64(number))))]?.reason == reason)
        }
    }
}

@Suite struct HeldChannelsTests {
    @Test func aReleaseFindsThoseThatWaitForItAndNoOthers() {
        let first = WaitKey.account(AccountID(number: 1))
        let second = WaitKey.account(AccountID(number: 2))
        let channels = (1...4).map { ChannelKey(.partner, ConnectionID(port(UInt64($0)))) }
        func hold(_ reason: HoldReason) -> Hold { Hold(reason: reason, detail: "", since: Instant(seconds: 0)) }
        var holds = HeldChannels([channels[2]: hold(.waiting(first)), channels[0]: hold(.waiting(first)), channels[1]: hold(.gap)])
        #expect(holds.waiting(for: first) == [channels[0], channels[2]])
        #expect(holds.waiting(for: second) == [])
        holds[channels[0]] = hold(.waiting(second))
        holds[channels[1]] = hold(.waiting(second))
        holds[channels[2]] = nil
        #expect(holds.waiting(for: first) == [])
        #expect(holds.waiting(for: second) == [channels[0], channels[1]])
        holds[channels[0]] = hold(.unknownType(1))
        #expect(holds.waiting(for: second) == [channels[1]])
        #expect(holds.ofUnknownTypes == [channels[0]])
        #expect(holds.count == 2)
    }
}

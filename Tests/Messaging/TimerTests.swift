import HostedConnection
import ServiceKit
import Store
import Testing

@testable import Messaging

@Suite struct TimerTests {
    let broker = MemoryBroker()
    let clock = ManualClock()

    private func timer(_ owner: UInt64, _ name: UInt8 = 1) -> TimerKey { TimerKey(owner: port(owner).bits, name: name) }

    private func fired(_ service: ToyService) throws -> [TimerKey] {
        try service.settle()
        return try service.engine.application.fired
    }

    @Test func aTimerFiresOnceWhenItIsDue() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.arm(timer(1), clock.now() + .seconds(10)))
        #expect(try partner.engine.nextDue == clock.now() + .seconds(10))
        clock.advance(by: .seconds(9))
        #expect(try fired(partner) == [])
        clock.advance(by: .seconds(1))
        #expect(try fired(partner) == [timer(1)])
        clock.advance(by: .seconds(100))
        #expect(try fired(partner) == [timer(1)])
        #expect(try partner.engine.nextDue == nil)
        #expect(try partner.count("timer") == 0)
    }

    @Test func armingAgainMovesIt() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.arm(timer(1), clock.now() + .seconds(10)))
        try partner.run(.arm(timer(1), clock.now() + .seconds(20)))
        clock.advance(by: .seconds(15))
        #expect(try fired(partner) == [])
        try partner.run(.arm(timer(1), clock.now() + .seconds(1)))
        clock.advance(by: .seconds(1))
        #expect(try fired(partner) == [timer(1)])
    }

    @Test func aTimerTakenBackDoesNotFire() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.send(port(1), name: ""), .arm(timer(1), clock.now() + .seconds(10)))
        try partner.run(.disarm(timer(1)))
        clock.advance(by: .seconds(10))
        #expect(try fired(partner) == [])
    }

    /// The message that moves or takes back a timer and the timer's time may fall into one batch.
    @Test func aMessageOfTheSameBatchWinsAgainstTheTimer() throws {
        let partner = try ToyService(.tenant, broker, clock)
        let message = { (sequence: UInt64, name: String) in
            ToyRecord.offer(from: .partner, port(1), sequence, epoch: 1, after: sequence == 1 ? .beginning : nil, name: name)
        }
        try partner.take(batch(message(1, "arm:10")))
        clock.advance(by: .seconds(10))
        try partner.take(batch(message(2, "disarm")))
        #expect(try fired(partner) == [])
        try partner.take(batch(message(3, "arm:10")))
        clock.advance(by: .seconds(10))
        try partner.take(batch(message(4, "arm:5")))
        #expect(try fired(partner) == [], "it was moved")
        clock.advance(by: .seconds(5))
        #expect(try fired(partner) == [timer(1)])
    }

    @Test func aTimerCanTakeBackAnotherThatIsDueToo() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.arm(timer(1, 2), clock.now() + .seconds(1)), .arm(timer(1, 3), clock.now() + .seconds(2)))
        clock.advance(by: .seconds(5))
        #expect(try fired(partner) == [timer(1, 2)])
    }

    @Test func whatATimerReleasesGoesOn() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let account = ToyApplication.heldAccount.description
        try tenant.take(batch(.offer(from: .partner, port(1), 1, epoch: 1, after: .beginning, name: "account:\(account)")))
        try tenant.run(.arm(timer(7, 4), clock.now() + .seconds(1)))
        clock.advance(by: .seconds(1))
        try tenant.settle()
        #expect(try tenant.numbers(port(1)) == [1])
    }

    @Test func timersSurviveARestartAndFireInTheOrderOfTheirTimes() throws {
        var settings = EngineSettings()
        settings.timersPerBatch = 7
        let partner = try ToyService(.partner, broker, clock, settings: settings)
        for number in 1...50 as ClosedRange<UInt64> { try partner.run(.arm(timer(number), clock.now() + .seconds(Int(51 - number)))) }
        try partner.restart()
        clock.advance(by: .seconds(1000))
        #expect(try fired(partner) == (1...50).reversed().map { timer($0) })
        try partner.restart()
        #expect(try fired(partner) == [])
    }

    @Test func aTimerWhoseBatchFailsFiresInTheNext() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(.send(port(1), name: ""), .arm(timer(1), clock.now() + .seconds(1)))
        clock.advance(by: .seconds(1))
        partner.faults.fail(.commit, .diskFull("told to"))
        #expect(throws: StoreError.diskFull("told to")) { try partner.engine.turn(partner.log) }
        #expect(try partner.row(port(1))?.fired == 0)
        try partner.settle()
        #expect(try partner.row(port(1))?.fired == 1)
    }

    @Test func aTimerThatHasToWaitFiresAgainLater() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.run(.arm(timer(7, 5), clock.now() + .seconds(1)), .arm(timer(7, 7), clock.now() + .seconds(1)))
        clock.advance(by: .seconds(1))
        #expect(try fired(tenant) == [])
        #expect(try tenant.count("timer") == 1, "the one that a rule refused is over")
        try tenant.run(.know(ToyApplication.heldAccount))
        clock.advance(by: .seconds(60))
        #expect(try fired(tenant) == [timer(7, 5)])
    }

    @Test func aTimerThatBreaksARuleOfTheSchemaHarmsNoOther() throws {
        let partner = try ToyService(.partner, broker, clock)
        try partner.run(
            .bulk([ToyItem(port: port(1), label: "x"), ToyItem(port: port(2), label: "y")], refusesAtLast: false),
            .arm(timer(2, 6), clock.now() + .seconds(1)), .arm(timer(2, 1), clock.now() + .seconds(2)))
        clock.advance(by: .seconds(2))
        try partner.settle()
        #expect(try partner.row(port(2))?.label == "y")
        #expect(try partner.row(port(2))?.fired == 1)
        #expect(try partner.count("timer") == 1)
        #expect(try partner.engine.nextDue == clock.now() + .seconds(60))
        #expect(try partner.engine.currentStatistics().timersFired == 1)
    }
}

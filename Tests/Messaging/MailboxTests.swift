import Kafka
import Schema
import ServiceKit
import Synchronization
import Testing

@testable import Messaging

@Suite struct MailboxTests {
    private func command(_ answers: Answers = Answers()) -> CommandRequest<ToyCommand> {
        CommandRequest(.send(port(1), name: ""), actor: "tester", reply: answers.add)
    }

    private func record() -> RecordBatch { batch(.offer(from: .partner, port(1), 1, epoch: 1)) }

    private func take(_ mailbox: Mailbox<ToyCommand>, isReading: Bool = true, wakesForDeliveries: Bool = false) -> Taken<ToyCommand> {
        mailbox.take(
            until: .now, isReading: isReading, wakesForClosing: true, wakesForDeliveries: wakesForDeliveries, isPatient: false)
    }

    @Test func aFullMailboxRefusesCommandsUntilThereIsRoom() {
        let mailbox = Mailbox<ToyCommand>(commandLimit: 2)
        #expect(mailbox.submit(command()))
        #expect(mailbox.submit(command()))
        #expect(!mailbox.submit(command()))
        #expect(take(mailbox).intake.commands.count == 2)
        #expect(mailbox.submit(command()))
    }

    @Test func theReaderIsToldToPauseAndToGoOn() {
        let mailbox = Mailbox<ToyCommand>(recordLimit: 2)
        #expect(mailbox.deliver(record()))
        #expect(!mailbox.deliver(record()), "no more for now")
        let held = take(mailbox, isReading: false)
        #expect(held.intake.batches.isEmpty && !held.resumes, "the engine is full: the records stay")
        let taken = take(mailbox)
        #expect(taken.intake.recordCount == 2)
        #expect(taken.resumes)
        #expect(!take(mailbox).resumes)
        #expect(mailbox.deliver(record()))
    }

    @Test func aFailedBatchComesBackBeforeWhatCameMeanwhile() {
        let mailbox = Mailbox<ToyCommand>(recordLimit: 2)
        _ = mailbox.deliver(record())
        mailbox.signal(.lost(TopicPartition(.partner, 0), from: 1, to: 2))
        let taken = take(mailbox)
        #expect(mailbox.deliver(batch(.offer(from: .partner, port(1), 2, epoch: 1), from: 7)))
        mailbox.signal(.producerLost(generation: 1))
        mailbox.putBack(taken.intake)
        #expect(!mailbox.deliver(RecordBatch()), "what came back counts")
        let again = take(mailbox)
        #expect(again.intake.batches.flatMap(\.records).map(\.offset) == [0, 7])
        #expect(again.intake.signals.count == 2)
        #expect(again.intake.signals.last == .producerLost(generation: 1))
    }

    @Test func aClosedMailboxTakesNothingMore() {
        let mailbox = Mailbox<ToyCommand>()
        let answers = Answers()
        mailbox.close()
        #expect(!mailbox.submit(command()))
        mailbox.submit(DeadLetterOrder(.retry, deadLetter: 1, actor: "a", reply: answers.add))
        #expect(answers.statuses == [503])
    }

    @Test func whoeverWaitsForAnEngineThatHasEndedIsAnswered() {
        let mailbox = Mailbox<ToyCommand>()
        let answers = Answers()
        #expect(mailbox.submit(command(answers)))
        mailbox.submit(DeadLetterOrder(.retry, deadLetter: 1, actor: "a", reply: answers.add))
        mailbox.abandon()
        #expect(answers.statuses == [503, 503])
        #expect(!mailbox.submit(command(answers)))
        #expect(take(mailbox).intake.isEmpty)
    }

    @Test func withoutAnEngineNobodyWaitsForEver() {
        let mailbox = Mailbox<ToyCommand>()
        #expect(mailbox.settledOffsets(until: .now + .milliseconds(5)) == nil)
    }

    @Test func deliveryReportsWakeOnlyAnEngineThatWantsThem() {
        let mailbox = Mailbox<ToyCommand>()
        mailbox.acknowledge(Delivery(generation: 0, tags: [1]))
        let start = MonotonicInstant.now
        let quiet = mailbox.take(
            until: start + .milliseconds(30), isReading: true, wakesForClosing: true, wakesForDeliveries: false, isPatient: false)
        #expect(MonotonicInstant.now - start >= .milliseconds(30))
        #expect(quiet.intake.deliveries.count == 1, "they come along all the same")
        mailbox.acknowledge(Delivery(generation: 0, tags: [2]))
        let woken = mailbox.take(
            until: .now + .seconds(60), isReading: true, wakesForClosing: true, wakesForDeliveries: true, isPatient: false)
        #expect(woken.intake.deliveries.map(\.tags) == [[2]])
    }
}

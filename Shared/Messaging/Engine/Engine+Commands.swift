import HostedConnection
import Store

extension Engine {
    /// Carries out a command; its answer is given after the commit.
    func execute(_ request: CommandRequest<Application.Command>) throws(StoreError) {
        statistics.commands += 1
        if let claim = request.idempotency {
            if let refusal = claim.refusal {
                replies.append((request.reply, refusal.answer))
                return
            }
            switch try tables.idempotency.look(claim) {
            case .new: break
            case .repeated(let answer):
                replies.append((request.reply, answer))
                return
            case .reused:
                let refusal = Refusal(
                    .idempotencyKeyReused, "The idempotency key \(claim.key) was used for another request", field: "Idempotency-Key",
                    next: "Use a new key for a new request")
                replies.append((request.reply, refusal.answer))
                return
            }
        }
        step.actor = request.actor
        step.region = request.region
        step.causation = ""
        let id = step.mint(CommandKind.self)
        step.correlation = id.description
        var answer = try request.isDryRun ? rehearse(request.command) : perform(request.command)
        answer.command = id
        if let claim = request.idempotency, !request.isDryRun { try tables.idempotency.keep(answer, for: claim, now: step.now) }
        replies.append((request.reply, answer))
    }

    private func perform(_ command: Application.Command) throws(StoreError) -> CommandAnswer {
        let answer: CommandAnswer
        do throws(StepFailure) {
            answer = try step.attempt { () throws(StepFailure) in try application.execute(command, step) }
        } catch {
            statistics.refused += 1
            return try error.refusal().answer
        }
        try settleReleased()
        return answer
    }

    /// Carries the command out as far as the database's own rules, and takes everything back.
    private func rehearse(_ command: Application.Command) throws(StoreError) -> CommandAnswer {
        try writeItem()
        let mark = step.checkpoint
        let wasActive = isolation.isActive
        isolation.isActive = true
        defer { isolation.isActive = wasActive }
        let point = try connection.savepoint()
        let answer: CommandAnswer
        do throws(StepFailure) {
            answer = try step.attempt { () throws(StepFailure) in try application.execute(command, step) }
        } catch {
            answer = try error.refusal().answer
        }
        try connection.rollback(to: point)
        try connection.release(point)
        application.discard()
        step.rollback(to: mark)
        firstUnwritten = mark.events
        try reload()
        return answer
    }

    /// Fires the timers that are due.
    func fireTimers() throws(StoreError) {
        guard let due = nextTimer, due <= step.now else { return }
        // A timer that was moved or taken back earlier in this batch is not due any more.
        try writeTimers()
        defer { step.timerGeneration = 0 }
        for timer in try tables.timers.dueTimers(at: step.now, limit: settings.timersPerBatch) {
            guard try tables.timers.takeDue(timer, at: step.now) else { continue }
            step.timerGeneration = timer.generation
            step.actor = application.source
            step.causation = ""
            step.correlation = step.mint(CommandKind.self).description
            do throws(StepFailure) {
                try step.attempt { () throws(StepFailure) in try application.fire(timer.key, step) }
                statistics.timersFired += 1
            } catch {
                statistics.refused += 1
                if try mayFireLater(error) {
                    step.arm(timer.key, due: step.now + settings.timerRetryAfter, generation: timer.generation)
                }
            }
            try writeTimers()
            try settleReleased()
        }
        try writeTimers()
        nextTimer = try tables.timers.nextDue()
    }

    /// Whether a timer that could not be carried out is tried again: not where a rule has said no, which ends it.
    private func mayFireLater(_ failure: StepFailure) throws(StoreError) -> Bool {
        switch failure {
        case .store(let error): throw error
        case .refused(let refusal): refusal.code == .internalError
        case .waiting: true
        case .undecodable: false
        }
    }
}

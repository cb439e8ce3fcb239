public import HostedConnection

/// What a saga waits for.
public struct SagaWait: Hashable, Sendable {
    /// In words for people.
    public let what: String
    public let since: Instant
    /// When it stops waiting; nil where it waits for people.
    public let deadline: Instant?
    public let isOverdue: Bool
}

extension SagaCatalogue {
    /// What a saga waits for, in the one place that says so; nil for one that is over.
    public func waitingFor(_ instance: SagaInstance) -> SagaWait? {
        guard !instance.phase.isEnded else { return nil }
        guard let definition = self[instance.version], definition.steps.indices.contains(instance.step) else {
            return SagaWait(
                what: "a program that knows \(instance.version)", since: instance.waitingSince, deadline: instance.deadline,
                isOverdue: instance.isOverdue)
        }
        return SagaWait(
            what: definition.awaited(by: instance), since: instance.waitingSince, deadline: instance.deadline,
            isOverdue: instance.isOverdue)
    }
}

extension SagaDefinition {
    fileprivate func awaited(by instance: SagaInstance) -> String {
        let step = steps[instance.step]
        if instance.phase == .needsOperator {
            let request = instance.isTurnedBack ? step.undo?.request ?? step.request : step.request
            return "an operator: \(step.party) did not \(request): \(instance.trouble)"
        }
        let reply = instance.isTurnedBack ? step.undo?.reply : step.reply?.message
        let awaited = "\(reply ?? step.request) from \(step.party)"
        return instance.isTurnedBack || instance.trouble.isEmpty ? awaited : "\(awaited), not yet: \(instance.trouble)"
    }
}

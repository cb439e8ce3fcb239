import HostedConnection
import Messaging
import PartnerDomain
import Schema
import Store

extension PartnerApplication {
    /// The longest reason that is kept, in characters.
    private static var reasonLimit: Int { 1_000 }

    /// Whether an access device's answer is about a connection of ours.
    func concernsDevice(_ message: InboundMessage) throws(StepFailure) -> Bool {
        switch try device(of: try Self.answer(message)) {
        case .port, .pushedVBR: true
        case nil: false
        }
    }

    /// Whose device state an answer is about.
    private enum DeviceOwner {
        case port(PortRow)
        case pushedVBR(PushedVBRRow)
    }

    /// A pushed VBR's device state is its port's once it is on one: an answer may come before or after that.
    private func device(of answer: DeviceAnswer) throws(StepFailure) -> DeviceOwner? {
        guard let vbr = answer.pushedVBR else { return try port(answer.port).map { .port($0) } }
        guard let row = try pushedVBR(vbr) else { return nil }
        return row.vbr.isAttached ? try port(row.vbr.port).map { .port($0) } : .pushedVBR(row)
    }

    /// An access device has taken a port's state, or has not.
    func handleNetwork(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        let answer = try Self.answer(message)
        if let refusal = answer.refusal {
            try ruled { () throws(Refusal) in try Refusal.check(refusal.reason, field: "reason", limit: Self.reasonLimit) }
        }
        let row: PortRow
        switch try device(of: answer) {
        case .port(let found): row = found
        case .pushedVBR(let pushed): return try handleNetwork(answer, about: pushed, step)
        case nil:
            throw .refused(Refusal(.notFound, "Port \(answer.port) is not known", object: answer.port.description))
        }
        let decision: SupplyDecision
        if let refusal = answer.refusal {
            decision = DeviceRules.failed(
                row.port, version: answer.version, reason: refusal.reason, isTransient: refusal.isTransient, now: step.now)
        } else {
            decision = try ruled { () throws(Refusal) in
                try DeviceRules.applied(row.port, version: answer.version, policy: policy, now: step.now)
            }
        }
        _ = try apply(decision, to: row, step)
        try followSaga(of: row.port.id, step)
    }

    /// Asks a device again whose refusal may have passed.
    func retryDevice(_ row: PortRow, _ step: Step) throws(StepFailure) {
        guard !row.port.device.isSettled, !row.port.device.failure.isEmpty else { return }
        _ = try apply(DeviceRules.retry(row.port, policy: policy, now: step.now), to: row, step)
    }

    func retryDevices(_ items: [DeviceRetryInput], _ command: PartnerCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "ask access devices again")
        return try step.carryOut(items, as: command.shape, answering: PortAnswers.self) { item throws(StepFailure) in
            try onPort(item.portID, by: command.caller, to: "ask the access device again", step) { row throws(StepFailure) in
                try apply(DeviceRules.retry(row.port, policy: policy, now: step.now), to: row, step)
            }
        }
    }

    /// What a device says about a version of a connection's state.
    struct DeviceAnswer {
        var port: PortID
        /// Set where the connection began with a pushed VBR, whatever port it has.
        var pushedVBR: VBRID?
        var version: UInt64
        var refusal: (reason: String, isTransient: Bool)?
    }

    /// An access device is foreign: what it must say is checked here.
    private static func answer(_ message: InboundMessage) throws(StepFailure) -> DeviceAnswer {
        let answer: DeviceAnswer
        switch message.type {
        case .networkApplied:
            let event = try message.decode(NetworkApplied.self)
            answer = DeviceAnswer(port: event.portID, pushedVBR: event.connectionID.pushedVBR, version: event.version)
        case .networkFailed:
            let event = try message.decode(NetworkFailed.self)
            answer = DeviceAnswer(
                port: event.portID, pushedVBR: event.connectionID.pushedVBR, version: event.version,
                refusal: (event.reason, event.transient))
        default: throw .refused(misplaced(message))
        }
        for (isThere, field) in [(answer.port.isSet || answer.pushedVBR != nil, "portId"), (answer.version > 0, "version")] where !isThere {
            throw .refused(Refusal(.missingField, "\(message.type.fullName) has no valid \(field)", field: field))
        }
        return answer
    }
}

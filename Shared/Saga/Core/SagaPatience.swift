/// How long each attempt waits for its reply: twice as long as the one before it, up to a limit.
public struct SagaPauses: Hashable, Sendable {
    public let first: Duration
    public let longest: Duration

    public init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// 30 s, 1 min, 2 min … 1 h.
    public static let standard = SagaPauses(first: .seconds(30), longest: .seconds(3_600))

    /// How long the attempt of this number, counted from 1, waits.
    public func pause(after attempt: UInt32) -> Duration {
        var pause = first
        var left = attempt
        while left > 1, pause < longest {
            pause = pause * 2
            left -= 1
        }
        return min(pause, longest)
    }
}

/// How long a step waits for its reply, and what happens when none has come.
public struct SagaPatience: Hashable, Sendable {
    public enum Limit: Hashable, Sendable {
        /// Asks again until it has asked this often, then turns back.
        case turnBack(afterAttempts: UInt32)
        /// Waits on, for somebody who decides in his own time, and raises an alarm.
        case keepWaiting
        /// Waits for somebody who decides in his own time, but turns back when the time is over that the saga gives the step; one
        /// that gives it none waits on and raises an alarm.
        case inTime
        /// Asks again for ever, and raises an alarm once it has asked this often: the only way beyond the point of no return.
        case insist(alarmAfterAttempts: UInt32)
    }

    public let pauses: SagaPauses
    public let limit: Limit

    public init(_ limit: Limit, pauses: SagaPauses = .standard) {
        self.limit = limit
        self.pauses = pauses
    }

    /// Asks `attempts` times, then turns back.
    public static func turnBack(afterAttempts attempts: UInt32, pauses: SagaPauses = .standard) -> SagaPatience {
        SagaPatience(.turnBack(afterAttempts: attempts), pauses: pauses)
    }

    /// Asks once and waits; an alarm at the deadline.
    public static func keepWaiting(alarmAfter deadline: Duration) -> SagaPatience {
        SagaPatience(.keepWaiting, pauses: SagaPauses(first: deadline, longest: deadline))
    }

    /// Asks once and waits for as long as the saga's own ``SagaInstance/timeLimits`` say; without one, an alarm at the deadline.
    public static func inTime(elseAlarmAfter deadline: Duration) -> SagaPatience {
        SagaPatience(.inTime, pauses: SagaPauses(first: deadline, longest: deadline))
    }

    /// Asks until there is an answer.
    public static func insist(alarmAfterAttempts attempts: UInt32 = 5, pauses: SagaPauses = .standard) -> SagaPatience {
        SagaPatience(.insist(alarmAfterAttempts: attempts), pauses: pauses)
    }
}

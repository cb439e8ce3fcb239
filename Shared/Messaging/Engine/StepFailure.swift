public import HostedConnection
public import Schema
public import Store

/// What a message may have to wait for before it can be handled.
public enum WaitKey: Hashable, Sendable {
    /// Facts about an account that have not arrived yet.
    case account(AccountID)
    /// A subscription that has not been heard of yet.
    case subscription(SubscriptionID)

    /// How the key stands in the database.
    var stored: (kind: Int64, key: ID128) {
        switch self {
        case .account(let account): (1, ID128(UInt128(account.number)))
        case .subscription(let subscription): (2, subscription.bits)
        }
    }

    init?(kind: Int64, key: ID128) {
        switch kind {
        case 1: self = .account(AccountID(number: UInt64(truncatingIfNeeded: key.value)))
        case 2: self = .subscription(SubscriptionID(bits: key))
        default: return nil
        }
    }
}

/// Why a handler could not do what a message or command asks. A handler that throws has changed nothing.
public enum StepFailure: Error {
    /// The database failed; the whole batch is rolled back.
    case store(StoreError)
    /// A rule says no: the command is answered so, the message is a dead letter.
    case refused(Refusal)
    /// The message is right but early: it is parked until ``Step/release(_:)``.
    case waiting(WaitKey)
    /// The body is not what its type says.
    case undecodable(CodecError)
}

extension StepFailure {
    /// What the failure says to whoever gave a command; a failure of the database stays one.
    public func refusal() throws(StoreError) -> Refusal {
        switch self {
        case .store(let error): throw error
        case .refused(let refusal): refusal
        case .waiting(let key): Refusal(.contradictsState, "The command has to wait for \(key)")
        case .undecodable(let error): Refusal(.malformedBody, "\(error)")
        }
    }
}

/// Runs database work inside a handler.
@inlinable
public func stored<Value>(_ body: () throws(StoreError) -> Value) throws(StepFailure) -> Value {
    do throws(StoreError) { return try body() } catch { throw .store(error) }
}

/// Runs a rule inside a handler.
@inlinable
public func ruled<Value>(_ body: () throws(Refusal) -> Value) throws(StepFailure) -> Value {
    do throws(Refusal) { return try body() } catch { throw .refused(error) }
}

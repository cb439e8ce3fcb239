import Glibc

/// A value behind a lock, with a way to wait until it has become what one waits for.
///
/// For threads of our own (``NativeThread``): waiting blocks the calling thread, so it has no place in a task.
///
/// Sendable, although the compiler can't see it: `value` is touched only between locking and unlocking `mutex`, and what the
/// closures take out of it is Sendable or belongs to the caller; the two C objects are made for use from many threads and stay
/// at one address from `init` to `deinit`, when no other thread can hold a reference.
public final class ConditionLock<Value: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    /// The value to begin with.
    public init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` on the value while no one else can. Must not be called from inside `body`.
    public func withLock<Result, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Blocks the calling thread until `take` returns something, and returns that; nil when the deadline comes first.
    ///
    /// `take` runs at once and again after each ``signal()`` or ``broadcast()``, with the lock held.
    public func wait<Result, Failure: Error>(
        until deadline: MonotonicInstant = .distantFuture, for take: (inout Value) throws(Failure) -> Result?
    ) throws(Failure) -> Result? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var time = deadline.asTimespec
        while true {
            if let result = try take(&value) { return result }
            if deadline == .distantFuture {
                pthread_cond_wait(condition, mutex)
            } else if pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT {
                return try take(&value)
            }
        }
    }

    /// Wakes one waiting thread.
    public func signal() { pthread_cond_signal(condition) }

    /// Wakes all waiting threads.
    public func broadcast() { pthread_cond_broadcast(condition) }
}

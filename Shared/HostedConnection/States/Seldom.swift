/// A value that most things of its kind are without.
public protocol SeldomPresent: Equatable {
    /// What stands for "without".
    static var absent: Self { get }
}

extension Optional: SeldomPresent where Wrapped: Equatable {
    public static var absent: Wrapped? { nil }
}

/// A part of a large value that is mostly absent: it lies apart, so that copies of the whole do not carry it along. What is
/// copied far more often than changed is cheap to copy, and as dear to change as an allocation.
@propertyWrapper
public struct Seldom<Value: SeldomPresent & Sendable>: Equatable, Sendable {
    @usableFromInline
    final class Box: Sendable {
        @usableFromInline let value: Value

        @usableFromInline
        init(_ value: Value) { self.value = value }
    }

    @usableFromInline var box: Box?

    @inlinable
    public init(wrappedValue: Value) { box = wrappedValue == .absent ? nil : Box(wrappedValue) }

    @inlinable
    public var wrappedValue: Value {
        get { box?.value ?? .absent }
        set { box = newValue == .absent ? nil : Box(newValue) }
    }

    @inlinable
    public static func == (a: Self, b: Self) -> Bool { a.box === b.box || a.wrappedValue == b.wrappedValue }
}

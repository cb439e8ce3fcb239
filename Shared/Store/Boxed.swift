/// A large value that lies apart from what holds it: to copy the holder costs a reference, however large the value is. It is
/// replaced as a whole; those who hold the old one keep it.
@propertyWrapper
public struct Boxed<Value> {
    @usableFromInline
    final class Box {
        @usableFromInline let value: Value

        @usableFromInline
        init(_ value: consuming Value) { self.value = value }
    }

    @usableFromInline var box: Box

    @inlinable
    public init(wrappedValue: consuming Value) { box = Box(wrappedValue) }

    @inlinable
    public var wrappedValue: Value {
        get { box.value }
        set { box = Box(newValue) }
    }

    /// Whether it is the same value, not just an equal one.
    @inlinable
    public func isSame(as other: Boxed) -> Bool { box === other.box }
}

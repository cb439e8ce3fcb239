public enum CircuitKind: IdentifierKind {
    public static var code: UInt8 { 1 }
    public static var prefix: StaticString { "cir-" }
}
public enum PortKind: IdentifierKind {
    public static var code: UInt8 { 2 }
    public static var prefix: StaticString { "pc-" }
}
public enum VBRKind: IdentifierKind {
    public static var code: UInt8 { 3 }
    public static var prefix: StaticString { "vbr-" }
}
public enum SubscriptionKind: IdentifierKind {
    public static var code: UInt8 { 4 }
    public static var prefix: StaticString { "sub-" }
}
public enum ChargeKind: IdentifierKind {
    public static var code: UInt8 { 5 }
    public static var prefix: StaticString { "chg-" }
}
public enum MessageKind: IdentifierKind {
    public static var code: UInt8 { 6 }
    public static var prefix: StaticString { "msg-" }
}
public enum SagaKind: IdentifierKind {
    public static var code: UInt8 { 8 }
    public static var prefix: StaticString { "saga-" }
}
public enum PartyRequestKind: IdentifierKind {
    public static var code: UInt8 { 9 }
    public static var prefix: StaticString { "req-" }
}
public enum ApplicationKind: IdentifierKind {
    public static var code: UInt8 { 10 }
    public static var prefix: StaticString { "app-" }
}
public enum ResourceGroupKind: IdentifierKind {
    public static var code: UInt8 { 11 }
    public static var prefix: StaticString { "rg-" }
}
public enum AccessDeviceKind: IdentifierKind {
    public static var code: UInt8 { 12 }
    public static var prefix: StaticString { "dev-" }
}
public enum TransformationBatchKind: IdentifierKind {
    public static var code: UInt8 { 13 }
    public static var prefix: StaticString { "tfb-" }
}

/// A partner's Express Connect circuit.
public typealias CircuitID = Identifier<CircuitKind>
/// A shared port.
public typealias PortID = Identifier<PortKind>
/// A virtual border router.
public typealias VBRID = Identifier<VBRKind>
/// A port's subscription with billing: what is charged, renewed and refunded.
public typealias SubscriptionID = Identifier<SubscriptionKind>
/// One attempt to charge a subscription.
public typealias ChargeID = Identifier<ChargeKind>
/// One message: its CloudEvents id.
public typealias MessageID = Identifier<MessageKind>
/// A change of a connection that takes several steps at several places.
public typealias SagaID = Identifier<SagaKind>
/// What one party asks of the other.
public typealias PartyRequestID = Identifier<PartyRequestKind>
/// An application for a privilege.
public typealias ApplicationID = Identifier<ApplicationKind>
/// A group of a partner's resources, which its ports can belong to.
public typealias ResourceGroupID = Identifier<ResourceGroupKind>
/// A switch of the partner's that tenants are connected to.
public typealias AccessDeviceID = Identifier<AccessDeviceKind>
/// Many transformations as one.
public typealias TransformationBatchID = Identifier<TransformationBatchKind>

extension SubscriptionID {
    /// The subscription of a port. It follows from the port alone, so that it needs no look-up, and a service restored from a
    /// backup asks for the same charge again instead of a second one.
    public init(of port: PortID) { bits = port.bits.renamed(SubscriptionKind.code) }

    /// The port that the subscription pays for.
    public var port: PortID { PortID(bits: bits.renamed(PortKind.code)) }

    /// The subscription of a pushed VBR's fee, which follows from the VBR in the same way.
    public init(feeOf router: VBRID) { bits = router.bits.renamed(SubscriptionKind.code) }

    /// The VBR whose fee the subscription is, if it is one of a pushed VBR.
    public var feeRouter: VBRID { VBRID(bits: bits.renamed(VBRKind.code)) }

    /// The id of the n-th attempt (1 – 255) to charge this subscription. It follows from both alone, so a service restored
    /// from a backup repeats a charge instead of doubling it.
    public func charge(attempt: UInt8) -> ChargeID {
        let base = bits.renamed(ChargeKind.code).value & ~UInt128(0xff)
        return ChargeID(bits: ID128(base | UInt128(attempt)))
    }
}

/// What is fixed for the life of a connection and keys every message about it: the port's id for a new connection, the
/// VBR's id for one that began as a pushed VBR. The kind inside the bits tells which.
public struct ConnectionID: TextIdentifier, Comparable {
    public let bits: ID128

    public init(bits: ID128) { self.bits = bits }
    public init(_ port: PortID) { bits = port.bits }
    public init(_ router: VBRID) { bits = router.bits }

    public static var none: ConnectionID { ConnectionID(bits: .none) }
    public var isSet: Bool { bits.isSet }
    public static var maximumTextCount: Int { VBRID.maximumTextCount }
    public static var expectation: String { "pc- or vbr- and 26 lower-case base32 characters" }

    public func writeText(to destination: UnsafeMutableRawPointer) -> Int {
        bits.kind == VBRKind.code ? VBRID(bits: bits).writeText(to: destination) : PortID(bits: bits).writeText(to: destination)
    }

    public init?(text: UnsafeRawBufferPointer) {
        if let port = PortID(text: text) {
            bits = port.bits
        } else if let router = VBRID(text: text) {
            bits = router.bits
        } else {
            return nil
        }
    }

    public static func < (a: Self, b: Self) -> Bool { a.bits < b.bits }

    /// The VBR that the connection began with; nil for one that began with a port.
    public var pushedVBR: VBRID? { bits.kind == VBRKind.code ? VBRID(bits: bits) : nil }
}

public enum CommandKind: IdentifierKind {
    public static var code: UInt8 { 7 }
    public static var prefix: StaticString { "cmd-" }
}
/// One command: what the messages it leads to are correlated by.
public typealias CommandID = Identifier<CommandKind>

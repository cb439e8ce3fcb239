/// The two IPv4 addresses of a VBR's link and their subnet (R-094).
public struct VBRAddressing: Equatable, Sendable {
    public let cloud: IPv4Address
    public let client: IPv4Address
    /// Bits of the subnet mask, 24 – 30 (A-16).
    public let prefixLength: UInt8

    public static let prefixLengths: ClosedRange<UInt8> = 24...30

    /// Takes parts already known to be right, as read back from the database.
    public init(stored cloud: UInt32, client: UInt32, prefixLength: UInt8) {
        self.cloud = IPv4Address(bits: cloud)
        self.client = IPv4Address(bits: client)
        self.prefixLength = prefixLength
    }

    /// - Throws: a refusal that names the field at fault.
    public init(cloud: String, client: String, mask: String) throws(Refusal) {
        let cloud = try Self.address(cloud, field: "cloudIpv4")
        let client = try Self.address(client, field: "clientIpv4")
        let mask = try Self.address(mask, field: "subnetMask")
        let length = UInt8(mask.bits.leadingZeroBitCount == 0 ? (~mask.bits).leadingZeroBitCount : 0)
        guard Self.prefixLengths.contains(length), mask.bits << length == 0 else {
            throw Refusal(
                .addressing, "\(mask) is not a subnet mask of 24 to 30 bits", field: "subnetMask",
                next: "Give a mask such as 255.255.255.252, which holds the two addresses needed")
        }
        guard cloud != client else {
            throw Refusal(.addressing, "Both sides have the address \(cloud)", field: "clientIpv4", next: "Give two different addresses")
        }
        guard cloud.bits & mask.bits == client.bits & mask.bits else {
            throw Refusal(
                .addressing, "\(cloud) and \(client) are not in one subnet of mask \(mask)", field: "clientIpv4",
                next: "Give two addresses of one subnet, or a wider mask")
        }
        for (address, field) in [(cloud, "cloudIpv4"), (client, "clientIpv4")] {
            let host = address.bits & ~mask.bits
            guard host != 0, host != ~mask.bits else {
                throw Refusal(
                    .addressing, "\(address) is the subnet's \(host == 0 ? "network" : "broadcast") address", field: field,
                    next: "Give an address between the network and the broadcast address")
            }
        }
        self.cloud = cloud
        self.client = client
        self.prefixLength = length
    }

    private static func address(_ text: String, field: String) throws(Refusal) -> IPv4Address {
        guard !text.isEmpty else {
            throw Refusal(.missingField, "The VBR needs \(field)", field: field, next: "Give an IPv4 address such as 10.0.0.1")
        }
        guard let address = IPv4Address(text) else {
            throw Refusal(.invalidValue, "\"\(text)\" is not an IPv4 address", field: field, next: "Give four numbers from 0 to 255")
        }
        return address
    }

    /// The subnet mask in its dotted form.
    public var mask: IPv4Address { IPv4Address(bits: UInt32.max << (32 - UInt32(prefixLength))) }
}

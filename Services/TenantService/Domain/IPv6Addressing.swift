public import HostedConnection

/// The two IPv6 addresses of a VBR's link and their subnet.
public struct IPv6Addressing: Equatable, Sendable {
    public let cloud: IPv6Address
    public let client: IPv6Address
    public let prefix: IPv6Prefix

    /// Takes parts already known to be right, as read back from the database.
    public init(stored cloud: IPv6Address, client: IPv6Address, prefix: IPv6Prefix) {
        self.cloud = cloud
        self.client = client
        self.prefix = prefix
    }

    /// - Throws: a refusal that names the field at fault.
    public init(cloud: String, client: String, prefix: String) throws(Refusal) {
        let cloud = try Self.address(cloud, field: "cloudIpv6")
        let client = try Self.address(client, field: "clientIpv6")
        guard !prefix.isEmpty else {
            throw Refusal(
                .missingField, "The IPv6 addresses need their prefix", field: "ipv6Prefix", next: "Give one such as 2408:4004:cc:400::/56")
        }
        guard let subnet = IPv6Prefix(prefix), subnet.length < 128 else {
            throw Refusal(
                .addressing, "\"\(prefix)\" is not an IPv6 prefix of 1 to 127 bits", field: "ipv6Prefix",
                next: "Give one such as 2408:4004:cc:400::/56")
        }
        guard subnet == subnet.subnet else {
            throw Refusal(
                .addressing, "\(subnet) has bits beyond its length", field: "ipv6Prefix", next: "Did you mean \(subnet.subnet)?")
        }
        guard cloud != client else {
            throw Refusal(.addressing, "Both sides have the address \(cloud)", field: "clientIpv6", next: "Give two different addresses")
        }
        for (address, field) in [(cloud, "cloudIpv6"), (client, "clientIpv6")] where !subnet.contains(address) {
            throw Refusal(
                .addressing, "\(address) is not in \(subnet)", field: field, next: "Give two addresses of the prefix, or another prefix")
        }
        self.init(stored: cloud, client: client, prefix: subnet)
    }

    private static func address(_ text: String, field: String) throws(Refusal) -> IPv6Address {
        guard !text.isEmpty else {
            throw Refusal(
                .missingField, "IPv6 needs \(field)", field: field, next: "Give both addresses and their prefix, or none of the three")
        }
        guard let address = IPv6Address(text) else {
            throw Refusal(
                .invalidValue, "\"\(text)\" is not an IPv6 address", field: field, next: "Give one such as 2408:4004:cc:400::1")
        }
        guard address.isUnicast else {
            throw Refusal(.addressing, "\(address) is no address of an interface", field: field, next: "Give a unicast address")
        }
        return address
    }
}

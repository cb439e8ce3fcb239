import HostedConnection

@testable import Schema

/// Identifiers and messages the tests share.
enum Sample {
    static let port = PortID(bits: ID128(milliseconds: 1_769_851_800_000, kind: PortKind.code, sequence: 7, random: 0x1234_5678_9abc))
    static let router = VBRID(bits: ID128(milliseconds: 1_769_851_900_000, kind: VBRKind.code, sequence: 0, random: 0x42))
    static let circuit = CircuitID(bits: ID128(milliseconds: 1_769_000_000_000, kind: CircuitKind.code, sequence: 1, random: 0x99))
    static let subscription = SubscriptionID(
        bits: ID128(milliseconds: 1_769_851_850_000, kind: SubscriptionKind.code, sequence: 3, random: 0xfeed))
    static let message = MessageID(bits: ID128(milliseconds: 1_769_851_800_001, kind: MessageKind.code, sequence: 9, random: 0xabcdef))
    static let partner = AccountID(number: 1_000_000_000_000_001)
    static let tenant = AccountID(number: 2_000_000_000_000_002)

    static var common: CommonPart {
        var common = CommonPart()
        common.epoch = 1_769_851_700
        common.sequence = 12
        common.after = Position(epoch: 1_769_000_000, sequence: 11)
        common.time = Timestamp(seconds: 1_769_851_800, nanos: 123_456_000)
        common.correlation = "cmd-1"
        common.causation = message.description
        common.actor = "1000000000000001"
        return common
    }

    static var offer: PortOffered {
        PortOffered(
            common: common, connectionID: ConnectionID(port), portID: port, circuitID: circuit, partnerAccountID: partner,
            tenantAccountID: tenant, region: "eu-central-1", accessPoint: "Frankfurt-A", vlanID: 0, bandwidthMbps: 500,
            payer: .tenant, name: "Büro \"Süd\"\n☎︎", resourceGroup: "rg-1")
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}

extension Array where Element == UInt8 {
    var text: String { String(decoding: self, as: UTF8.self) }
}

/// The error of a call that must fail; nil if it did not.
func error<Failure: Error, Result>(_ body: () throws(Failure) -> Result) -> Failure? {
    do {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

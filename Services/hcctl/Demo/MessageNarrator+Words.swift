import HostedConnection
import Schema

extension MessageNarrator {
    /// What a message says, in a few words; empty if its name says it all.
    static func said(_ type: MessageType, _ envelope: EventEnvelope, _ batch: RecordBatch) throws(CodecError) -> String {
        if let text = try saidOfMoney(type, envelope, batch) { return text }
        if let text = try saidOfDevices(type, envelope, batch) { return text }
        switch type {
        case .accountRegistered:
            let event = try AccountRegistered(decoding: envelope, in: batch)
            return "\(event.name), site \(event.site)"
        case .portOffered:
            let event = try PortOffered(decoding: envelope, in: batch)
            let payer = event.payer == .partner ? "the partner" : "the tenant"
            return "to \(event.tenantAccountID): VLAN \(event.vlanID ?? 0), \(event.bandwidthMbps) Mbit/s, paid by \(payer)"
        case .offerToAccept:
            let event = try OfferToAccept(decoding: envelope, in: batch)
            return "\(event.portID) waits to be accepted\(event.mustPay ? " and paid" : "")"
        case .portAccepted: return "accepted"
        case .portActivated: return "in normal use"
        case .vbrCreated:
            let event = try VBRCreated(decoding: envelope, in: batch)
            return "\(event.vbrID), \(event.cloudIPv4) – \(event.clientIPv4)"
        case .vlanChangeAnnounced: return "VLAN \(try VLANChangeAnnounced(decoding: envelope, in: batch).vlanID ?? 0) is to come"
        case .vlanChanged: return "VLAN \(try VLANChanged(decoding: envelope, in: batch).vlanID ?? 0)"
        case .interruptionAhead: return "\(try InterruptionAhead(decoding: envelope, in: batch).portID) stops for a moment"
        case .interruptionOver: return "\(try InterruptionOver(decoding: envelope, in: batch).portID) is back"
        case .bandwidthReserved:
            let event = try BandwidthReserved(decoding: envelope, in: batch)
            return "\(event.bandwidthMbps) Mbit/s\(event.tenantPays ? ", to be paid by the tenant" : "")"
        case .bandwidthInForce: return "\(try BandwidthInForce(decoding: envelope, in: batch).bandwidthMbps) Mbit/s"
        case .requestMade: return "\(try RequestMade(decoding: envelope, in: batch).requestID)"
        case .commandRefused: return try CommandRefused(decoding: envelope, in: batch).text
        default: return ""
        }
    }

    private static func saidOfMoney(
        _ type: MessageType, _ envelope: EventEnvelope, _ batch: RecordBatch
    ) throws(CodecError) -> String? {
        switch type {
        case .chargeRequested:
            let event = try ChargeRequested(decoding: envelope, in: batch)
            return "charge \(event.payerAccountID) for \(event.bandwidthMbps) Mbit/s (attempt \(event.chargeID.bits.attempt))"
        case .chargeSettled:
            let event = try ChargeSettled(decoding: envelope, in: batch)
            return "settled: \(event.amountMinor) \(event.currency)"
        case .chargeDeclined: return "declined: \(try ChargeDeclined(decoding: envelope, in: batch).reason)"
        case .refundRequested: return "\(try RefundRequested(decoding: envelope, in: batch).refundID)"
        case .refundSettled:
            let event = try RefundSettled(decoding: envelope, in: batch)
            return "refunded: \(event.amountMinor) \(event.currency)"
        case .paymentResult:
            let event = try PaymentResult(decoding: envelope, in: batch)
            return event.outcome == .settled ? "paid" : event.outcome == .declined ? "declined: \(event.reason)" : "refunded"
        default: return nil
        }
    }

    private static func saidOfDevices(
        _ type: MessageType, _ envelope: EventEnvelope, _ batch: RecordBatch
    ) throws(CodecError) -> String? {
        switch type {
        case .networkStateDesired:
            let order = try NetworkStateDesired(decoding: envelope, in: batch)
            return "\(said(order.forwarding)), VLAN \(order.vlanID ?? 0), \(order.rateMbps) Mbit/s (version \(order.version))"
        case .networkApplied: return "has version \(try NetworkApplied(decoding: envelope, in: batch).version)"
        case .networkFailed: return "refused: \(try NetworkFailed(decoding: envelope, in: batch).reason)"
        default: return nil
        }
    }

    private static func said(_ forwarding: PortForwarding) -> String {
        switch forwarding {
        case .pass: "pass"
        case .block: "block"
        case .removed: "remove"
        case .unspecified, .unrecognized: "do something unknown"
        }
    }
}

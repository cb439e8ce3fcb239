import HostedConnection
import Schema

/// Tells each message in one line: who sent what, and what it says.
enum MessageNarrator {
    static func lines(_ batch: RecordBatch) -> [String] {
        batch.records.compactMap { record in
            guard let envelope = try? EventEnvelope(record: record, in: batch), let type = envelope.type else { return nil }
            let source = envelope.text(envelope.source, in: batch)
            let name = type.fullName.split(separator: ".").last.map(String.init) ?? type.fullName
            let what = (try? said(type, envelope, batch)) ?? ""
            return "  \(pad(source, 17)) \(pad(name, 17)) \(batch.text(record.key))  \(what)"
        }
    }

    private static func said(_ type: MessageType, _ envelope: EventEnvelope, _ batch: RecordBatch) throws(CodecError) -> String {
        switch type {
        case .accountRegistered:
            let event = try AccountRegistered(decoding: envelope, in: batch)
            return "\(event.name), site \(event.site)"
        case .portOffered:
            let event = try PortOffered(decoding: envelope, in: batch)
            let payer = event.payer == .partner ? "the partner" : "the tenant"
            return "to \(event.tenantAccountID): VLAN \(event.vlanID ?? 0), \(event.bandwidthMbps) Mbit/s, paid by \(payer)"
        case .portAccepted: return "accepted"
        case .chargeRequested:
            let event = try ChargeRequested(decoding: envelope, in: batch)
            return "charge \(event.payerAccountID) for \(event.bandwidthMbps) Mbit/s (attempt \(event.chargeID.bits.attempt))"
        case .chargeSettled:
            let event = try ChargeSettled(decoding: envelope, in: batch)
            return "settled: \(event.amountMinor) \(event.currency)"
        case .chargeDeclined: return "declined: \(try ChargeDeclined(decoding: envelope, in: batch).reason)"
        case .paymentResult:
            let event = try PaymentResult(decoding: envelope, in: batch)
            return event.outcome == .settled ? "paid" : event.outcome == .declined ? "declined: \(event.reason)" : "refunded"
        case .portActivated: return "in normal use"
        case .vbrCreated:
            let event = try VBRCreated(decoding: envelope, in: batch)
            return "\(event.vbrID), \(event.cloudIPv4) – \(event.clientIPv4)"
        default: return ""
        }
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

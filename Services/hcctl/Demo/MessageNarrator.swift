import AdminConsole
import HostedConnection
import Schema
import ServiceKit

/// Tells each message in one line as it passes: who sent what, and what it says.
final class MessageNarrator: Sendable {
    private let start: Instant
    private let routers = ConditionLock<Set<String>>([])

    /// - Parameter start: messages before this moment belong to an earlier run.
    init(from start: Instant) { self.start = start }

    /// Tells a batch, in the order of time: partitions come one after the other.
    func tell(_ batch: RecordBatch) {
        let records = batch.records.filter { $0.timestamp >= start.microseconds }
        for record in records.sorted(by: { $0.timestamp < $1.timestamp }) {
            guard let envelope = try? EventEnvelope(record: record, in: batch), let type = envelope.type else { continue }
            let source = envelope.text(envelope.source, in: batch)
            let name = type.fullName.split(separator: ".").last.map(String.init) ?? type.fullName
            let what = (try? Self.said(type, envelope, batch)) ?? ""
            let key = batch.text(record.key)
            Output.line("  \(Self.pad(source, 17)) \(Self.pad(name, 17)) \(key)  \(what)")
            if type == .vbrCreated {
                routers.withLock { _ = $0.insert(key) }
                routers.broadcast()
            }
        }
    }

    /// Waits until the VBR of a port has been told, so that what is said next comes after it.
    func waitForVBR(of port: PortID) {
        _ = routers.wait(until: .now + .seconds(3)) { $0.contains(port.description) ? true : nil }
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
        case .offerToAccept:
            let event = try OfferToAccept(decoding: envelope, in: batch)
            return "\(event.portID) waits to be accepted\(event.mustPay ? " and paid" : "")"
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
        case .networkStateDesired:
            let order = try NetworkStateDesired(decoding: envelope, in: batch)
            return "\(said(order.forwarding)), VLAN \(order.vlanID ?? 0), \(order.rateMbps) Mbit/s (version \(order.version))"
        case .networkApplied: return "has version \(try NetworkApplied(decoding: envelope, in: batch).version)"
        case .networkFailed: return "refused: \(try NetworkFailed(decoding: envelope, in: batch).reason)"
        case .portActivated: return "in normal use"
        case .vbrCreated:
            let event = try VBRCreated(decoding: envelope, in: batch)
            return "\(event.vbrID), \(event.cloudIPv4) – \(event.clientIPv4)"
        default: return ""
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

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

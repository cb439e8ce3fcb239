import HostedConnection
import LocalCluster
import Schema
import ServiceKit

/// A billing system of somebody else's: reads `billing.requests` and answers in JSON, all by kcat.
struct ExternalBilling {
    struct Charge: Equatable {
        var subscription: SubscriptionID
        var charge: ChargeID
        var payer: AccountID
        var port: PortID
        var bandwidthMbps: UInt32
    }

    /// How the event stands in the record.
    enum Mode {
        /// Attributes in headers.
        case binary
        /// All in a CloudEvents JSON body.
        case structured
    }

    private let kcat: Kcat
    private var last: (key: String, headers: [(name: String, value: String)], body: [UInt8])?
    private(set) var lastID = ""

    init(_ kcat: Kcat) { self.kcat = kcat }

    /// Every charge asked for so far, repeats left out.
    func charges() throws -> [Charge] {
        var known: Set<ChargeID> = []
        return try kcat.read(.billingRequests).filter { $0.header("ce_type") == ChargeRequested.fullName }.compactMap { record in
            let request = try ChargeRequested(protobuf: record.value ?? [])
            guard record.key == request.subscriptionID.description else { throw ClusterError("the key is \(record.key)") }
            guard known.insert(request.chargeID).inserted else { return nil }
            return Charge(
                subscription: request.subscriptionID, charge: request.chargeID, payer: request.payerAccountID, port: request.portID,
                bandwidthMbps: request.bandwidthMbps)
        }
    }

    /// Every refund asked for so far, repeats left out.
    func refunds() throws -> [RefundRequested] {
        var known: Set<String> = []
        return try kcat.read(.billingRequests).filter { $0.header("ce_type") == RefundRequested.fullName }.compactMap { record in
            let request = try RefundRequested(protobuf: record.value ?? [])
            return known.insert(request.refundID).inserted ? request : nil
        }
    }

    /// Waits for a request to charge a port other than the one named.
    func awaitCharge(of port: PortID, after known: ChargeID?) throws -> Charge {
        try until("a charge of \(port)") { try charges().first { $0.port == port && $0.charge != known } }
    }

    mutating func settle(_ charge: Charge, mode: Mode, id: String? = nil, amount: Int = 4200) throws {
        try send(
            "ChargeSettled", charge.subscription, charge.charge, charge.payer, mode: mode, id: id,
            "\"amountMinor\": \"\(amount)\", \"currency\": \"EUR\", \"paidUntil\": \"2027-01-31T00:00:00Z\"")
    }

    mutating func decline(_ charge: Charge, reason: String, mode: Mode) throws {
        try send(
            "ChargeDeclined", charge.subscription, charge.charge, charge.payer, mode: mode, id: nil, "\"reason\": \"\(reason)\"")
    }

    mutating func settle(_ refund: RefundRequested, mode: Mode, amount: Int = 4200) throws {
        try send(
            "RefundSettled", refund.subscriptionID, refund.chargeID, refund.payerAccountID, mode: mode, id: nil,
            "\"amountMinor\": \"\(amount)\", \"currency\": \"EUR\", \"refundId\": \"\(refund.refundID)\"")
    }

    /// Sends the last event again as it was.
    func repeatLast() throws {
        guard let last else { throw ClusterError("no event was sent yet") }
        try kcat.write(.billingEvents, key: last.key, headers: last.headers, last.body)
    }

    private mutating func send(
        _ type: String, _ subscription: SubscriptionID, _ charge: ChargeID, _ payer: AccountID, mode: Mode, id: String?, _ fields: String
    ) throws {
        lastID = id ?? "evt-" + BinaryText.base32(randomBytes(10))
        let data = """
            {"subscriptionId": "\(subscription)", "chargeId": "\(charge)", "payerAccountId": "\(payer)",
             "version": "1", "occurredAt": "2026-01-31T09:31:00Z", \(fields)}
            """
        let name = "hostedconnections.billing.v1.\(type)"
        switch mode {
        case .binary:
            let headers = [
                (name: "ce_specversion", value: "1.0"), ("ce_id", lastID), ("ce_source", "acme-billing"), ("ce_type", name),
                ("content-type", "application/json"),
            ]
            last = (subscription.description, headers, Array(data.utf8))
        case .structured:
            let event = """
                {"specversion": "1.0", "id": "\(lastID)", "source": "acme-billing", "type": "\(name)",
                 "datacontenttype": "application/json", "data": \(data)}
                """
            let headers = [(name: "content-type", value: "application/cloudevents+json; charset=UTF-8")]
            last = (subscription.description, headers, Array(event.utf8))
        }
        try repeatLast()
    }
}

import HostedConnection
import Messaging
import PartnerDomain
import PortRecords
import Store

/// A pushed VBR as it stands in the database, with the channel and history of its connection.
struct PushedVBRRow: StoredRow {
    var vbr: PushedVBR
    var channel = ChannelState()
    /// The newest line of the connection's history; 0 before the first.
    var newestLine: Int64 = 0

    var key: VBRID { vbr.id }

    private static let fixed = [
        "id", "circuit_id", "partner_account", "tenant_account", "name", "vlan", "supports_bandwidth", "cloud_ipv4", "client_ipv4",
        "prefix_length", "fee_payer", "fee_prepaid", "pushed_at",
    ]
    private static let changing = [
        "bandwidth_mbps", "fee_state", "fee_refund_minor", "fee_refund_currency", "state", "informed_at", "informed_by", "informed_how",
        "port_id", "saga_id", "attached_at", "device_desired", "device_applied", "device_forwarding", "device_vlan", "device_mbps",
        "device_attempts", "device_failure", "device_may_pass", "waiting_since", "deleted_at", "sent_epoch", "sent_sequence",
        "handled_epoch", "handled_sequence", "newest_line",
    ]

    /// The columns, of the table under the name `pushed_vbr`.
    static let columns = (fixed + changing).map { "pushed_vbr.\($0)" }.joined(separator: ", ")
    static let columnCount = Int32(fixed.count + changing.count)
    static let selectSQL = "SELECT \(columns) FROM pushed_vbr WHERE id = ?1"
    static let insertSQL = """
        INSERT INTO pushed_vbr (\((fixed + changing).joined(separator: ", "))) \
        VALUES (\((1...columnCount).map { "?\($0)" }.joined(separator: ", ")))
        """
    static let updateSQL = """
        UPDATE pushed_vbr SET \(changing.enumerated().map { "\($0.element) = ?\($0.offset + 2)" }.joined(separator: ", ")) \
        WHERE id = ?1
        """
    static let deleteSQL = "DELETE FROM pushed_vbr WHERE id = ?1"

    static func bindKey(_ key: VBRID, to statement: any StoreStatement) { statement.bind(1, key) }

    func bindInsert(to statement: any StoreStatement) {
        statement.bind(1, vbr.id)
        statement.bind(2, vbr.circuit)
        statement.bind(3, vbr.partner)
        statement.bind(4, vbr.tenant)
        statement.bindText(5, vbr.name)
        statement.bind(6, Int64(vbr.vlan.number))
        statement.bind(7, vbr.supportsBandwidth)
        statement.bind(8, Int64(vbr.addressing.cloud.bits))
        statement.bind(9, Int64(vbr.addressing.client.bits))
        statement.bind(10, Int64(vbr.addressing.prefixLength))
        statement.bind(11, Int64(vbr.fee.payer.rawValue))
        statement.bind(12, vbr.fee.isPrepaid)
        statement.bind(13, vbr.pushedAt)
        bindChanging(to: statement, from: Int32(Self.fixed.count) + 1)
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, vbr.id)
        bindChanging(to: statement, from: 2)
    }

    private func bindChanging(to statement: any StoreStatement, from first: Int32) {
        statement.bind(first, vbr.bandwidth.map { Int64($0.megabitsPerSecond) })
        statement.bind(first + 1, Int64(vbr.fee.state.rawValue))
        statement.bind(first + 2, vbr.fee.refund.minor)
        statement.bindText(first + 3, vbr.fee.refund.currency)
        statement.bind(first + 4, Int64(vbr.state.rawValue))
        statement.bind(first + 5, vbr.informed?.at)
        statement.bindText(first + 6, vbr.informed?.by)
        statement.bindText(first + 7, vbr.informed?.how)
        statement.bind(first + 8, vbr.port.isSet ? vbr.port : nil)
        statement.bind(first + 9, vbr.saga.isSet ? vbr.saga : nil)
        statement.bind(first + 10, vbr.attachedAt)
        statement.bind(first + 11, Int64(bitPattern: vbr.device.desired))
        statement.bind(first + 12, Int64(bitPattern: vbr.device.applied))
        statement.bind(first + 13, Int64(vbr.device.forwarding.rawValue))
        statement.bind(first + 14, vbr.device.asked.map { Int64($0.vlan.number) })
        statement.bind(first + 15, vbr.device.asked?.rate.map { Int64($0.megabitsPerSecond) })
        statement.bind(first + 16, Int64(vbr.device.attempts))
        statement.bindText(first + 17, vbr.device.failure)
        statement.bind(first + 18, vbr.device.mayPass)
        statement.bind(first + 19, vbr.waitingSince)
        statement.bind(first + 20, vbr.deletedAt)
        statement.bind(first + 21, Int64(bitPattern: channel.sent.epoch))
        statement.bind(first + 22, Int64(bitPattern: channel.sent.sequence))
        statement.bind(first + 23, Int64(bitPattern: channel.handled.epoch))
        statement.bind(first + 24, Int64(bitPattern: channel.handled.sequence))
        statement.bind(first + 25, newestLine)
    }

    init(_ vbr: PushedVBR) { self.vbr = vbr }

    init(row: any StoreRow) throws(StoreError) {
        let changing = Int32(Self.fixed.count)
        vbr = PushedVBR(
            id: try row.identifier(0), circuit: try row.identifier(1), partner: row.account(2), tenant: row.account(3),
            name: try row.text(4), vlan: VLANID(stored: row.int64(5)),
            bandwidth: row.optionalInt64(changing).map { Bandwidth(stored: $0) }, supportsBandwidth: row.bool(6),
            addressing: VBRAddressing(
                stored: UInt32(truncatingIfNeeded: row.int64(7)), client: UInt32(truncatingIfNeeded: row.int64(8)),
                prefixLength: UInt8(truncatingIfNeeded: row.int64(9))),
            fee: VBRFee(
                payer: try row.code(10), isPrepaid: row.bool(11), state: try row.code(changing + 1),
                refund: Amount(minor: row.int64(changing + 2), currency: try row.text(changing + 3))),
            state: try row.code(changing + 4), informed: try Self.informed(row, from: changing + 5),
            port: try row.optionalIdentifier(changing + 8) ?? .none, saga: try row.optionalIdentifier(changing + 9) ?? .none,
            attachedAt: row.optionalInstant(changing + 10), device: try Self.device(row, from: changing + 11),
            pushedAt: row.instant(12), deletedAt: row.optionalInstant(changing + 20), waitingSince: row.instant(changing + 19))
        channel = ChannelState(sent: row.position(changing + 21), handled: row.position(changing + 23))
        newestLine = row.int64(changing + 25)
    }

    private static func informed(_ row: any StoreRow, from first: Int32) throws(StoreError) -> TenantInformed? {
        guard let at = row.optionalInstant(first) else { return nil }
        return TenantInformed(at: at, by: try row.text(first + 1), how: try row.text(first + 2))
    }

    private static func device(_ row: any StoreRow, from first: Int32) throws(StoreError) -> DeviceState {
        let forwarding: Forwarding = try row.code(first + 2)
        return DeviceState(
            desired: UInt64(bitPattern: row.int64(first)), applied: UInt64(bitPattern: row.int64(first + 1)),
            asked: row.optionalInt64(first + 3).map {
                DeviceConfiguration(
                    forwarding, vlan: VLANID(stored: $0), rate: row.optionalInt64(first + 4).map { Bandwidth(stored: $0) })
            },
            attempts: UInt32(truncatingIfNeeded: row.int64(first + 5)), failure: try row.text(first + 6), mayPass: row.bool(first + 7))
    }
}

import HostedConnection
import Messaging
import PortRecords
import Store
import TenantDomain

/// The connection of a pushed VBR as it stands in the database, with its channel and history.
struct PushedConnectionRow: StoredRow {
    var pushed: PushedConnection
    var channel = ChannelState()
    /// The newest line of its history; 0 before the first.
    var newestLine: Int64 = 0

    var key: VBRID { pushed.vbr }

    private static let fixed = [
        "id", "partner_account", "tenant_account", "circuit_id", "region", "access_point", "fee_payer", "fee_prepaid",
    ]
    private static let changing = [
        "fee_state", "fee_refund_minor", "fee_refund_currency", "sent_epoch", "sent_sequence", "handled_epoch", "handled_sequence",
        "newest_line",
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
        statement.bind(1, pushed.vbr)
        statement.bind(2, pushed.partner)
        statement.bind(3, pushed.tenant)
        statement.bind(4, pushed.circuit)
        statement.bindText(5, pushed.region)
        statement.bindText(6, pushed.accessPoint)
        statement.bind(7, Int64(pushed.fee.payer.rawValue))
        statement.bind(8, pushed.fee.isPrepaid)
        bindChanging(to: statement, from: 9)
    }

    func bindUpdate(to statement: any StoreStatement) {
        statement.bind(1, pushed.vbr)
        bindChanging(to: statement, from: 2)
    }

    private func bindChanging(to statement: any StoreStatement, from first: Int32) {
        statement.bind(first, Int64(pushed.fee.state.rawValue))
        statement.bind(first + 1, pushed.fee.refund.minor)
        statement.bindText(first + 2, pushed.fee.refund.currency)
        statement.bind(first + 3, Int64(bitPattern: channel.sent.epoch))
        statement.bind(first + 4, Int64(bitPattern: channel.sent.sequence))
        statement.bind(first + 5, Int64(bitPattern: channel.handled.epoch))
        statement.bind(first + 6, Int64(bitPattern: channel.handled.sequence))
        statement.bind(first + 7, newestLine)
    }

    init(_ pushed: PushedConnection) { self.pushed = pushed }

    init(row: any StoreRow) throws(StoreError) { try self.init(row: row, from: 0) }

    /// Reads the columns from `first` on.
    init(row: any StoreRow, from first: Int32) throws(StoreError) {
        pushed = PushedConnection(
            vbr: try row.identifier(first), partner: row.account(first + 1), tenant: row.account(first + 2),
            circuit: try row.identifier(first + 3), region: try row.text(first + 4), accessPoint: try row.text(first + 5),
            fee: VBRFee(
                payer: try row.code(first + 6), isPrepaid: row.bool(first + 7), state: try row.code(first + 8),
                refund: Amount(minor: row.int64(first + 9), currency: try row.text(first + 10))))
        channel = ChannelState(sent: row.position(first + 11), handled: row.position(first + 13))
        newestLine = row.int64(first + 15)
    }
}

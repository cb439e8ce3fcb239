public import HostedConnection
import PartnerDomain
import PortRecords
public import Schema
public import Store

// The tenants' VBRs on a partner's ports, as tenant-service tells of them.
extension PartnerQueries {
    public func vbrs(of caller: Caller, _ page: PageRequest) throws(StoreError) -> VBRList {
        let partner: AccountID? = if case .account(let account) = caller { account } else { nil }
        let statement = try reader.prepare(
            """
            SELECT \(PortRow.layout.columns) FROM \(PortPart.source) WHERE vbr_id > ?1 \(partner == nil ? "" : "AND partner_account = ?3 ")\
            ORDER BY vbr_id LIMIT ?2
            """)
        statement.bind(1, page.after)
        statement.bind(2, page.limit)
        if let partner { statement.bind(3, partner) }
        var views: [VBRView] = []
        try statement.query { row throws(StoreError) in
            if let view = VBRView(try PortRow(row: row).port) { views.append(view) }
        }
        let next = page.close(&views) { $0.vbrID.bits }
        return VBRList(items: views, nextPageToken: next)
    }

    /// nil if there is none that the caller may see.
    public func vbr(_ id: VBRID, of caller: Caller) throws(StoreError) -> VBRView? {
        let statement = try reader.prepare("SELECT \(PortRow.layout.columns) FROM \(PortPart.source) WHERE vbr_id = ?1")
        statement.bind(1, id)
        guard let port = try statement.first({ row throws(StoreError) in try PortRow(row: row).port }),
            caller.mayActFor(port.partner)
        else { return nil }
        return VBRView(port)
    }

    /// What happened to a VBR, also to a deleted one; nil if there is none that the caller may see.
    public func history(of id: VBRID, for caller: Caller) throws(StoreError) -> History? {
        guard let (history, connection) = try histories.lines(about: id) else { return nil }
        let isVisible =
            if let pushed = connection.pushedVBR { try pushedVBR(pushed, of: caller) != nil } else {
                try port(PortID(bits: connection.bits), of: caller) != nil
            }
        return isVisible ? history : nil
    }
}

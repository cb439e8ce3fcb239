public import HostedConnection
public import Store

/// Finds the ports that an account pays for, to lock or unlock them with it.
public struct ChargedPorts {
    private let statement: any StoreStatement
    /// As many are found at once: the step that changes them stays short whatever the account pays for.
    public static let atOnce = 1_000

    /// - Parameters:
    ///   - table: the one of both tables of ports that knows the account that this side's payers are.
    ///   - owner: its column of the account.
    ///   - payer: the side.
    public init(_ connection: any StoreConnection, table: String, owner: String, payer: PayingParty) throws(StoreError) {
        statement = try connection.prepare(
            """
            SELECT \(table).id FROM \(PortPart.source) \
            WHERE \(table).\(owner) = ?1 AND is_payer_locked = ?2 AND payer = \(payer.rawValue) \
            AND acceptance IN (\(Acceptance.unconfirmed.rawValue), \(Acceptance.confirmed.rawValue)) \
            ORDER BY \(table).id LIMIT \(Self.atOnce)
            """)
    }

    /// Some of the account's ports that have not followed it, in the database; none when all have.
    /// - Parameter isLocked: how the account is.
    public func behind(_ account: AccountID, isLocked: Bool) throws(StoreError) -> [PortID] {
        statement.bind(1, account)
        statement.bind(2, !isLocked)
        var ports: [PortID] = []
        try statement.query { row throws(StoreError) in ports.append(try row.identifier(0)) }
        return ports
    }
}

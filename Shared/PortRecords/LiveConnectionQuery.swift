public import HostedConnection
public import Store

/// Finds a port of an account's that has not come to its end, or a pushed VBR that is on no port.
public struct LiveConnectionQuery {
    private let ports: any StoreStatement
    private let pushedVBRs: any StoreStatement

    /// - Parameters:
    ///   - table: the one of both tables of ports that knows the account on this side.
    ///   - owner: its column of the account.
    ///   - pushed: selects the ids of the account's pushed VBRs that are there and on no port; the account is parameter 1.
    public init(_ connection: any StoreConnection, table: String, owner: String, pushed: String) throws(StoreError) {
        let ended = Acceptance.allCases.filter(\.isEnded).map { String($0.rawValue) }.joined(separator: ", ")
        ports = try connection.prepare(
            """
            SELECT \(table).id FROM \(PortPart.source) WHERE \(table).\(owner) = ?1 AND acceptance NOT IN (\(ended)) \
            ORDER BY \(table).id LIMIT 1
            """)
        pushedVBRs = try connection.prepare("\(pushed) ORDER BY id LIMIT 1")
    }

    /// The oldest one; what a batch has not written is not seen.
    public func connection(of account: AccountID) throws(StoreError) -> ConnectionID? {
        for statement in [ports, pushedVBRs] {
            statement.bind(1, account)
            if let id = try statement.first({ row throws(StoreError) in try row.id(0) }) { return ConnectionID(bits: id) }
        }
        return nil
    }
}

public import HostedConnection
public import Store

/// Finds a port of an account's that has not come to its end.
public struct LivePortQuery {
    private let statement: any StoreStatement

    /// - Parameter owner: the column of the account on this side.
    public init(_ connection: any StoreConnection, owner: String) throws(StoreError) {
        let ended = Acceptance.allCases.filter(\.isEnded).map { String($0.rawValue) }.joined(separator: ", ")
        statement = try connection.prepare(
            "SELECT id FROM port WHERE \(owner) = ?1 AND acceptance NOT IN (\(ended)) ORDER BY id LIMIT 1")
    }

    /// The oldest one; what a batch has not written is not seen.
    public func port(of account: AccountID) throws(StoreError) -> PortID? {
        statement.bind(1, account)
        return try statement.first { row throws(StoreError) in try row.identifier(0, as: PortKind.self) }
    }
}

public import HostedConnection
public import Store

/// The requests between the parties that a batch works on, found by id or by the port that they are about.
public final class RequestTable {
    private let rows: RowCache<RequestRow>
    private let openOnes: any StoreStatement
    /// Requests made since the last flush, which a query does not find.
    private var unwritten: [PortID: [PartyRequestID]] = [:]
    /// Ports with requests closed since the last flush.
    private var closed: Set<PortID> = []
    /// Rows kept in memory from batch to batch.
    private static var rowsKept: Int { 10_000 }

    public init(_ connection: any StoreConnection) throws(StoreError) {
        rows = try RowCache(connection)
        openOnes = try connection.prepare("SELECT id FROM party_request WHERE port_id = ?1 AND standing = 1")
    }

    public func request(_ id: PartyRequestID) throws(StoreError) -> PartyRequest? { try rows.row(id)?.request }

    /// The open requests about a port, in the order in which they were made.
    public func open(on port: PortID) throws(StoreError) -> [PartyRequest] {
        openOnes.bind(1, port)
        var ids: [PartyRequestID] = []
        try openOnes.query { row throws(StoreError) in ids.append(try row.identifier(0)) }
        ids += unwritten[port] ?? []
        ids.sort()
        var requests: [PartyRequest] = []
        for id in ids {
            if let request = try request(id), request.standing == .open { requests.append(request) }
        }
        return requests
    }

    /// The open request of a kind about a port; there is one at most.
    public func open(on port: PortID, to act: RequestedAct) throws(StoreError) -> PartyRequest? {
        try open(on: port).first { $0.act == act }
    }

    public func insert(_ request: PartyRequest) throws(StoreError) {
        // Insertions are written before updates: the unique index must not meet both while the one before is open there.
        if closed.contains(request.port) { try flush() }
        try rows.insert(RequestRow(request))
        unwritten[request.port, default: []].append(request.id)
    }

    public func replace(_ request: PartyRequest) throws(StoreError) {
        try rows.replace(RequestRow(request))
        if request.standing != .open { closed.insert(request.port) }
    }

    public func flush() throws(StoreError) {
        try rows.flush()
        unwritten.removeAll(keepingCapacity: true)
        closed.removeAll(keepingCapacity: true)
    }

    public func committed() {
        if rows.count > Self.rowsKept { rows.clear() }
    }

    public func discard() {
        rows.clear()
        unwritten.removeAll(keepingCapacity: true)
        closed.removeAll(keepingCapacity: true)
    }
}

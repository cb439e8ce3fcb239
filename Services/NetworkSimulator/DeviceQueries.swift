public import HostedConnection
public import Schema
public import Store

/// Reads the simulated device on a reader's connection.
public struct DeviceQueries {
    private let reader: any StoreConnection

    /// - Parameter reader: a reader of a database with ``NetworkMigrations`` applied.
    public init(_ reader: any StoreConnection) { self.reader = reader }

    /// nil if the device was never asked for the connection.
    public func device(_ connection: ConnectionID) throws(StoreError) -> DeviceView? {
        let statement = try reader.prepare(DeviceRow.selectSQL)
        statement.bind(1, connection)
        return try statement.first { row throws(StoreError) in try DeviceRow(row: row).view }
    }

    /// The connections by their ids.
    public func devices(_ page: PageRequest) throws(StoreError) -> DeviceList {
        let statement = try reader.prepare(
            "SELECT \(DeviceRow.columns) FROM device WHERE connection_id > ?1 ORDER BY connection_id LIMIT ?2")
        statement.bind(1, page.after)
        statement.bind(2, page.limit)
        var views: [DeviceView] = []
        try statement.query { row throws(StoreError) in views.append(try DeviceRow(row: row).view) }
        let next = page.close(&views) { $0.connectionID.bits }
        return DeviceList(items: views, nextPageToken: next)
    }

    /// The log, oldest line first.
    /// - Parameter connection: whose lines; nil for all.
    public func changes(of connection: ConnectionID? = nil, _ page: PageRequest) throws(StoreError) -> DeviceChanges {
        let condition = connection == nil ? "" : "AND connection_id = ?3 "
        let statement = try reader.prepare(
            "SELECT \(DeviceChangeRow.columns) FROM device_change WHERE id > ?1 \(condition)ORDER BY id LIMIT ?2")
        statement.bind(1, page.after)
        statement.bind(2, page.limit)
        if let connection { statement.bind(3, connection) }
        var changes: [DeviceChange] = []
        try statement.query { row throws(StoreError) in changes.append(try DeviceChange(row: row)) }
        let next = page.close(&changes) { $0.changeID.bits }
        return DeviceChanges(items: changes, nextPageToken: next)
    }
}

public import AdminAPI
public import HTTP
public import HostedConnection
public import Messaging
public import Schema
public import ServiceKit
public import Store

/// What makes one service of the common parts: its rules on the engine, its tables and its routes.
public struct ServiceDefinition<Application: EngineApplication>: Sendable {
    /// The service's Kafka topics.
    public struct Topics: Sendable {
        public let read: [Topic]
        public let written: [Topic]

        public init(read: [Topic], written: [Topic]) {
            self.read = read
            self.written = written
        }

        /// All of them, each once; none may be missing at the start.
        var all: [Topic] { Set(read + written).sorted { $0.rawValue < $1.rawValue } }
    }

    /// A bearer token as the database has it.
    public typealias StoredToken = (digest: Digest256, account: AccountID)

    let topics: Topics
    let migrations: @Sendable () throws(StoreError) -> [Migration]
    let makeApplication: @Sendable (any StoreConnection) throws(StoreError) -> Application
    let loadTokens: @Sendable (any StoreConnection) throws(StoreError) -> [StoredToken]
    let agedTables: [AgedTable]
    let addRoutes: @Sendable (inout AdminRoutes<Application.Command>) throws(HTTPRouteError) -> Void

    /// - Parameters:
    ///   - agedTables: tables of the service's own whose oldest row is watched.
    ///   - migrations: the whole schema, the engine's included.
    ///   - makeApplication: gets the writer's connection, on the engine's thread.
    ///   - loadTokens: the tokens issued so far.
    ///   - addRoutes: adds the service's routes to the common ones.
    public init(
        topics: Topics, agedTables: [AgedTable] = [], migrations: @escaping @Sendable () throws(StoreError) -> [Migration],
        makeApplication: @escaping @Sendable (any StoreConnection) throws(StoreError) -> Application,
        loadTokens: @escaping @Sendable (any StoreConnection) throws(StoreError) -> [StoredToken] = { _ in [] },
        addRoutes: @escaping @Sendable (inout AdminRoutes<Application.Command>) throws(HTTPRouteError) -> Void
    ) {
        self.topics = topics
        self.migrations = migrations
        self.makeApplication = makeApplication
        self.loadTokens = loadTokens
        self.agedTables = agedTables
        self.addRoutes = addRoutes
    }
}

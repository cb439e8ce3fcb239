public import Messaging

extension TableRetention {
    /// The rules of the sagas' tables.
    public static let sagas: [String: TableRetention] = [
        "saga": .purged("ended ones: keepFor; those under way wait for a reply with a deadline or for an operator, who sees them"),
        "saga_journal": .purged("with its saga"),
    ]
}

extension AgedTable {
    /// The sagas' tables: of `saga` when the first of those kept ended, of `saga_journal` when the first saga began.
    public static let sagas = [
        AgedTable("saga", "SELECT MIN(ended_at) FROM saga WHERE ended_at IS NOT NULL"),
        AgedTable("saga_journal", "SELECT started_at FROM saga ORDER BY id LIMIT 1"),
    ]
}

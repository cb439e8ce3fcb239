public import HostedConnection
public import Saga
import ServiceKit
public import Schema
public import Store

/// Reads sagas on a reader's connection, for operators.
public struct SagaQueries {
    private let reader: any StoreConnection
    private let catalogue: SagaCatalogue

    /// - Parameter catalogue: the definitions that say what sagas wait for.
    public init(_ reader: any StoreConnection, _ catalogue: SagaCatalogue) {
        self.reader = reader
        self.catalogue = catalogue
    }

    /// Sagas in the order in which they began.
    public func sagas(_ filter: SagaFilter, _ page: PageRequest) throws(StoreError) -> SagaList {
        var conditions = ["id > ?1"]
        var parameters: [(any StoreStatement, Int32) -> Void] = [{ $0.bind($1, page.after) }, { $0.bind($1, page.limit) }]
        func demand(_ condition: String, _ bind: @escaping (any StoreStatement, Int32) -> Void) {
            parameters.append(bind)
            conditions.append("\(condition) = ?\(parameters.count)")
        }
        if let phase = filter.phase { demand("phase") { $0.bind($1, Int64(phase.rawValue)) } }
        if let connection = filter.connection { demand("connection_id") { $0.bind($1, connection) } }
        if !filter.definition.isEmpty { demand("definition") { $0.bindText($1, filter.definition) } }
        if filter.isOverdue { demand("is_overdue") { $0.bind($1, true) } }
        let statement = try reader.prepare(
            "SELECT \(SagaRow.columns) FROM saga WHERE \(conditions.joined(separator: " AND ")) ORDER BY id LIMIT ?2")
        for (place, bind) in parameters.enumerated() { bind(statement, Int32(place + 1)) }
        var sagas: [SagaInstance] = []
        try statement.query { row throws(StoreError) in sagas.append(try SagaRow(row: row).instance) }
        let next = page.close(&sagas) { $0.id.bits }
        return SagaList(items: sagas.map { SagaView($0, catalogue) }, nextPageToken: next)
    }

    /// A saga as it is kept; nil if there is none.
    public func instance(_ id: SagaID) throws(StoreError) -> SagaInstance? {
        let statement = try reader.prepare(SagaRow.selectSQL)
        statement.bind(1, id)
        return try statement.first { row throws(StoreError) in try SagaRow(row: row).instance }
    }

    /// nil if there is none.
    public func saga(_ id: SagaID) throws(StoreError) -> SagaView? { try instance(id).map { SagaView($0, catalogue) } }

    /// The lines of a saga's journal after this number, oldest first.
    public func entries(of id: SagaID, after number: UInt32 = 0, atMost limit: Int = .max) throws(StoreError) -> [SagaJournalEntry] {
        let statement = try reader.prepare(
            "SELECT \(SagaJournalRow.columns) FROM saga_journal WHERE saga_id = ?1 AND entry > ?2 ORDER BY entry LIMIT ?3")
        statement.bind(1, id)
        statement.bind(2, Int64(number))
        statement.bind(3, Int64(limit))
        var entries: [SagaJournalEntry] = []
        try statement.query { row throws(StoreError) in entries.append(try SagaJournalEntry(row: row)) }
        return entries
    }

    /// The first thousand lines of a saga's journal, as a list, as a text and as a diagram; nil if there is no such saga.
    public func journal(of id: SagaID) throws(StoreError) -> SagaJournal? {
        guard let instance = try instance(id) else { return nil }
        let entries = try entries(of: id, atMost: PageRequest.sizes.upperBound)
        let narrative = SagaNarrative(catalogue) { $0.rfc3339 }
        return SagaJournal(
            items: entries.map(SagaJournalLine.init), why: narrative.text(instance, entries),
            diagram: diagram(instance, entries) ?? "")
    }

    /// nil where the definition is not known, or decides otherwise today: then the lines alone are what can be said.
    private func diagram(_ instance: SagaInstance, _ entries: [SagaJournalEntry]) -> String? {
        guard let definition = catalogue[instance.version],
            let replay = try? SagaReplay(definition, of: instance, entries)
        else { return nil }
        return SagaDiagram.text(definition, replay)
    }
}

public import AdminAPI
public import HTTP
public import HostedConnection
public import Messaging
import PortRecords
public import Schema
import Store

extension AdminRoutes {
    /// Adds the routes of what the parties ask of each other.
    /// - Parameters:
    ///   - make: makes the command that asks.
    ///   - refuse: makes the command by which the party that is asked says no.
    ///   - withdraw: makes the command by which the party that asks takes it back.
    public mutating func requests(
        make: @escaping @Sendable ([RequestInput], CommandShape, Caller) -> Command,
        refuse: @escaping @Sendable (PartyRequestID, String, Caller) -> Command,
        withdraw: @escaping @Sendable (PartyRequestID, String, Caller) -> Command
    ) throws(HTTPRouteError) {
        try write("/admin/v1/requests", RequestInput.self) { input, caller in make([input], .single, caller) }
        try writeMany("/admin/v1/requests:bulk", RequestsInput.self) { input, shape, caller in make(input.items, shape, caller) }
        try change("/admin/v1/requests/{id}:refuse", "request", PartyRequestID.self, RequestEnding.self) { id, ending, caller in
            refuse(id, ending.reason, caller)
        }
        try change("/admin/v1/requests/{id}:withdraw", "request", PartyRequestID.self, RequestEnding.self) { id, ending, caller in
            withdraw(id, ending.reason, caller)
        }
        let filters = QueryParameters.paging.union(["portId", "state"])
        try read("/admin/v1/requests", query: filters, output: RequestList.self) { request, reader throws(StepFailure) in
            let (port, standing, page) = try ruled { () throws(Refusal) in
                (try request.query.id("portId", as: PortID.self), try Self.standing(request.query["state"]), try request.query.page())
            }
            let list = try stored { () throws(StoreError) in
                try RequestQuery(reader).requests(standing, about: port, of: request.caller, page)
            }
            return CommandAnswer(status: 200, list)
        }
        try item("/admin/v1/requests/{id}", "request", PartyRequestID.self) { reader, id, caller throws(StoreError) in
            try RequestQuery(reader).request(id, of: caller)
        }
    }

    private static func standing(_ word: String?) throws(Refusal) -> RequestStanding? {
        guard let word, !word.isEmpty else { return nil }
        if let standing = RequestStanding(name: word) { return standing }
        throw Refusal(
            .invalidValue, "\"\(word)\" is no state of a request", field: "state",
            next: "Use one of \(RequestStanding.allCases.map(\.name).joined(separator: ", "))")
    }
}

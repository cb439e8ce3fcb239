import Accounts
public import AdminAPI
public import HTTP
public import HostedConnection
public import Messaging
public import Schema
import Store

extension AdminRoutes {
    /// Adds the routes of accounts and of the tokens that act as them.
    /// - Parameters:
    ///   - register: makes the command that registers accounts.
    ///   - storeToken: makes the command that keeps a token's hash.
    public mutating func accounts(
        register: @escaping @Sendable ([AccountInput], CommandShape, Caller) -> Command,
        storeToken: @escaping @Sendable (TokenIssue, Caller) -> Command
    ) throws(HTTPRouteError) {
        try write("/admin/v1/accounts", AccountInput.self) { input, caller in register([input], .single, caller) }
        try writeMany("/admin/v1/accounts:bulk", AccountsInput.self) { input, shape, caller in register(input.items, shape, caller) }
        try issueToken("/admin/v1/accounts/{id}:issue-token", storeToken)
        try list("/admin/v1/accounts") { reader, request, page throws(StoreError) in
            try AccountQueries(reader).accounts(of: request.caller, page)
        }
        try item("/admin/v1/accounts/{id}", "account", AccountID.self) { reader, id, caller throws(StoreError) in
            try AccountQueries(reader).account(id, of: caller)
        }
    }
}

public import AdminAPI
public import HTTP
public import HostedConnection
public import Messaging
public import Schema

extension AdminRoutes {
    /// Adds the routes by which a payer tags its ports.
    public mutating func tags(
        change: @escaping @Sendable ([TagChangeInput], CommandShape, Caller) -> Command
    ) throws(HTTPRouteError) {
        try write("/admin/v1/tags", TagChangeInput.self) { input, caller in change([input], .single, caller) }
        try writeMany("/admin/v1/tags:bulk", TagChangesInput.self) { input, shape, caller in change(input.items, shape, caller) }
    }

    /// Adds the routes by which accounts are changed and closed.
    public mutating func accountChanges(
        change: @escaping @Sendable ([AccountChangeInput], CommandShape, Caller) -> Command,
        close: @escaping @Sendable ([AccountClosureInput], CommandShape, Caller) -> Command
    ) throws(HTTPRouteError) {
        try write("/admin/v1/account-changes", AccountChangeInput.self) { input, caller in change([input], .single, caller) }
        try writeMany("/admin/v1/account-changes:bulk", AccountChangesInput.self) { input, shape, caller in
            change(input.items, shape, caller)
        }
        try write("/admin/v1/account-closures", AccountClosureInput.self) { input, caller in close([input], .single, caller) }
        try writeMany("/admin/v1/account-closures:bulk", AccountClosuresInput.self) { input, shape, caller in
            close(input.items, shape, caller)
        }
    }
}

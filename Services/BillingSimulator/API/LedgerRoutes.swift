public import AdminAPI
public import HTTP
import HostedConnection
import Messaging
import Schema
import Store

extension AdminRoutes<BillingApplication.Command> {
    /// Adds the simulator's only view: what it has charged. For staff.
    public mutating func ledger() throws(HTTPRouteError) {
        try list("/ledger", isForStaff: true) { reader, _, page throws(StoreError) in try LedgerQueries(reader).ledger(page) }
    }
}

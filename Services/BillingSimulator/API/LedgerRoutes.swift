public import AdminAPI
public import HTTP
import HostedConnection
import Messaging
import Schema
import Store

extension AdminRoutes<BillingCommand> {
    /// Adds what the simulator shows, and what it can be made to do on demand. For staff.
    public mutating func billing() throws(HTTPRouteError) {
        try list("/ledger", isForStaff: true) { reader, _, page throws(StoreError) in try LedgerQueries(reader).ledger(page) }
        try list("/admin/v1/subscriptions", isForStaff: true) { reader, _, page throws(StoreError) in
            try LedgerQueries(reader).subscriptions(page)
        }
        try act("/admin/v1/subscriptions/{id}:expire", "subscription", SubscriptionID.self) { id, caller in
            BillingCommand(.expire(id), by: caller)
        }
        try act("/admin/v1/subscriptions/{id}:renew", "subscription", SubscriptionID.self) { id, caller in
            BillingCommand(.renew(id), by: caller)
        }
        try act("/admin/v1/accounts/{id}:lock", "account", AccountID.self) { id, caller in
            BillingCommand(.lock(id, true), by: caller)
        }
        try act("/admin/v1/accounts/{id}:unlock", "account", AccountID.self) { id, caller in
            BillingCommand(.lock(id, false), by: caller)
        }
        try act("/admin/v1/accounts/{id}:enable-outbound-billing", "account", AccountID.self) { id, caller in
            BillingCommand(.enableOutboundBilling(id), by: caller)
        }
    }
}

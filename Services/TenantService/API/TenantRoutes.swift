public import AdminAPI
public import HTTP
import HostedConnection
import Messaging
public import PartyAPI
import Schema
import ServiceKit
import Store

extension TenantQueries: PortReading {}

extension AdminRoutes<TenantCommand> {
    /// Adds tenant-service's commands and views.
    public mutating func tenantService() throws(HTTPRouteError) {
        try accounts { items, shape, caller in
            TenantCommand(.registerAccounts(items), by: caller, as: shape)
        } storeToken: { issue, caller in
            TenantCommand(.storeToken(issue.account, hash: issue.digest.bytes, text: issue.text), by: caller)
        }
        try accountChanges { items, shape, caller in
            TenantCommand(.changeAccounts(items), by: caller, as: shape)
        } close: { items, shape, caller in
            TenantCommand(.closeAccounts(items), by: caller, as: shape)
        }
        try tags { items, shape, caller in TenantCommand(.tagPorts(items), by: caller, as: shape) }
        try write("/admin/v1/acceptances", AcceptanceInput.self) { input, caller in TenantCommand(.accept([input]), by: caller) }
        try writeMany("/admin/v1/acceptances:bulk", AcceptancesInput.self) { input, shape, caller in
            TenantCommand(.accept(input.items), by: caller, as: shape)
        }
        try ports(TenantQueries.self)
        try charges { items, shape, caller in TenantCommand(.retryCharges(items), by: caller, as: shape) }
        try write("/admin/v1/bandwidth-changes:reject", BandwidthChangeEndInput.self) { input, caller in
            TenantCommand(.rejectBandwidthChanges([input]), by: caller)
        }
        try routers()
        try endings()
        try requests(
            make: { items, shape, caller in TenantCommand(.request(items), by: caller, as: shape) },
            refuse: { id, reason, caller in TenantCommand(.refuseRequest(id, reason: reason), by: caller) },
            withdraw: { id, reason, caller in TenantCommand(.withdrawRequest(id, reason: reason), by: caller) })
    }
}

import AdminAPI
import HTTP
import HostedConnection
import Messaging
public import PartyAPI
import Schema
import Store

extension TenantQueries: VBRReading {}

extension AdminRoutes<TenantCommand> {
    /// Adds the routes of the tenants' VBRs.
    mutating func routers() throws(HTTPRouteError) {
        try write("/admin/v1/vbrs", VBRInput.self) { input, caller in TenantCommand(.createVBRs([input]), by: caller) }
        try writeMany("/admin/v1/vbrs:bulk", VBRsInput.self) { input, shape, caller in
            TenantCommand(.createVBRs(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/vbr-changes", VBRChangeInput.self) { input, caller in TenantCommand(.changeVBRs([input]), by: caller) }
        try writeMany("/admin/v1/vbr-changes:bulk", VBRChangesInput.self) { input, shape, caller in
            TenantCommand(.changeVBRs(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/vbr-deletions", VBRDeletionInput.self) { input, caller in
            TenantCommand(.deleteVBRs([input]), by: caller)
        }
        try writeMany("/admin/v1/vbr-deletions:bulk", VBRDeletionsInput.self) { input, shape, caller in
            TenantCommand(.deleteVBRs(input.items), by: caller, as: shape)
        }
        try vbrs(TenantQueries.self)
    }
}

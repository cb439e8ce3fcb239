import AdminAPI
import HTTP
import Messaging
import Schema

extension AdminRoutes<TenantCommand> {
    /// Adds the tenant's commands by which offers and ports come to an end, and traffic is stopped.
    mutating func endings() throws(HTTPRouteError) {
        try write("/admin/v1/rejections", RejectionInput.self) { input, caller in TenantCommand(.reject([input]), by: caller) }
        try writeMany("/admin/v1/rejections:bulk", RejectionsInput.self) { input, shape, caller in
            TenantCommand(.reject(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/terminations", TerminationInput.self) { input, caller in TenantCommand(.terminate([input]), by: caller) }
        try writeMany("/admin/v1/terminations:bulk", TerminationsInput.self) { input, shape, caller in
            TenantCommand(.terminate(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/recoveries", RecoveryInput.self) { input, caller in TenantCommand(.recover([input]), by: caller) }
        try writeMany("/admin/v1/recoveries:bulk", RecoveriesInput.self) { input, shape, caller in
            TenantCommand(.recover(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/deletions", DeletionInput.self) { input, caller in TenantCommand(.delete([input]), by: caller) }
        try writeMany("/admin/v1/deletions:bulk", DeletionsInput.self) { input, shape, caller in
            TenantCommand(.delete(input.items), by: caller, as: shape)
        }
    }
}

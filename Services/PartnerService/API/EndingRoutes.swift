import AdminAPI
import HTTP
import Messaging
import Schema

extension AdminRoutes<PartnerCommand> {
    /// Adds the partner's commands by which offers and ports come to an end, and traffic is stopped and comes back.
    mutating func endings() throws(HTTPRouteError) {
        try write("/admin/v1/withdrawals", WithdrawalInput.self) { input, caller in PartnerCommand(.withdraw([input]), by: caller) }
        try writeMany("/admin/v1/withdrawals:bulk", WithdrawalsInput.self) { input, shape, caller in
            PartnerCommand(.withdraw(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/terminations", TerminationInput.self) { input, caller in PartnerCommand(.terminate([input]), by: caller) }
        try writeMany("/admin/v1/terminations:bulk", TerminationsInput.self) { input, shape, caller in
            PartnerCommand(.terminate(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/recoveries", RecoveryInput.self) { input, caller in PartnerCommand(.recover([input]), by: caller) }
        try writeMany("/admin/v1/recoveries:bulk", RecoveriesInput.self) { input, shape, caller in
            PartnerCommand(.recover(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/deletions", DeletionInput.self) { input, caller in PartnerCommand(.delete([input]), by: caller) }
        try writeMany("/admin/v1/deletions:bulk", DeletionsInput.self) { input, shape, caller in
            PartnerCommand(.delete(input.items), by: caller, as: shape)
        }
        try order("vbr-terminations") { items in .terminateVBRs(items) }
        try order("vbr-recoveries") { items in .recoverVBRs(items) }
        try order("vbr-deletions") { items in .deleteVBRs(items) }
    }

    private mutating func order(
        _ noun: String, _ action: @escaping @Sendable ([VBROrderInput]) -> PartnerCommand.Action
    ) throws(HTTPRouteError) {
        try write("/admin/v1/\(noun)", VBROrderInput.self) { input, caller in PartnerCommand(action([input]), by: caller) }
        try writeMany("/admin/v1/\(noun):bulk", VBROrdersInput.self) { input, shape, caller in
            PartnerCommand(action(input.items), by: caller, as: shape)
        }
    }
}

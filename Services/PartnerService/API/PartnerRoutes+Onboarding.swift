import AdminAPI
import HTTP
import HostedConnection
import Messaging
import PartnerDomain
import PartyAPI
import Schema
import ServiceKit
import Store

extension AdminRoutes<PartnerCommand> {
    /// What a partner needs before it offers ports: the privilege, readiness, access devices, resource groups.
    mutating func onboarding(_ policy: PartnerPolicy) throws(HTTPRouteError) {
        try privileges()
        try readiness(policy)
        try write("/admin/v1/resource-groups", ResourceGroupInput.self) { input, caller in
            PartnerCommand(.createResourceGroups([input]), by: caller)
        }
        try writeMany("/admin/v1/resource-groups:bulk", ResourceGroupsInput.self) { input, shape, caller in
            PartnerCommand(.createResourceGroups(input.items), by: caller, as: shape)
        }
        try list("/admin/v1/resource-groups") { reader, request, page throws(StoreError) in
            try PartnerQueries(reader).resourceGroups(of: request.caller, page)
        }
        try write("/admin/v1/circuit-changes", CircuitChangeInput.self) { input, caller in
            PartnerCommand(.changeCircuits([input]), by: caller)
        }
        try writeMany("/admin/v1/circuit-changes:bulk", CircuitChangesInput.self) { input, shape, caller in
            PartnerCommand(.changeCircuits(input.items), by: caller, as: shape)
        }
    }

    private mutating func privileges() throws(HTTPRouteError) {
        try write("/admin/v1/privilege-applications", PrivilegeApplicationInput.self) { input, caller in
            PartnerCommand(.applyForPrivileges([input]), by: caller)
        }
        try writeMany("/admin/v1/privilege-applications:bulk", PrivilegeApplicationsInput.self) { input, shape, caller in
            PartnerCommand(.applyForPrivileges(input.items), by: caller, as: shape)
        }
        let filters = QueryParameters.paging.union(["accountId"])
        try read("/admin/v1/privilege-applications", query: filters, output: PrivilegeApplicationList.self) {
            request, reader throws(StepFailure) in
            let (account, page) = try ruled { () throws(Refusal) in
                (try request.query.id("accountId", as: AccountID.self), try request.query.page())
            }
            return CommandAnswer(
                status: 200,
                try stored { () throws(StoreError) in
                    try PartnerQueries(reader).privilegeApplications(of: account, for: request.caller, page)
                })
        }
        try item("/admin/v1/privilege-applications/{id}", "application", ApplicationID.self) { reader, id, caller throws(StoreError) in
            try PartnerQueries(reader).privilegeApplication(id, of: caller)
        }
        try item("/admin/v1/accounts/{id}/privilege", "partner account", AccountID.self) { reader, id, caller throws(StoreError) in
            try PartnerQueries(reader).privilege(of: id, for: caller, at: SystemClock().now())
        }
    }

    private mutating func readiness(_ policy: PartnerPolicy) throws(HTTPRouteError) {
        try item("/admin/v1/accounts/{id}/readiness", "partner account", AccountID.self) { reader, id, caller throws(StoreError) in
            try PartnerQueries(reader).readiness(of: id, for: caller, policy)
        }
        try write("/admin/v1/access-devices", AccessDeviceInput.self) { input, caller in
            PartnerCommand(.registerAccessDevices([input]), by: caller)
        }
        try writeMany("/admin/v1/access-devices:bulk", AccessDevicesInput.self) { input, shape, caller in
            PartnerCommand(.registerAccessDevices(input.items), by: caller, as: shape)
        }
        try list("/admin/v1/access-devices") { reader, request, page throws(StoreError) in
            try PartnerQueries(reader).accessDevices(of: request.caller, page)
        }
        try read("/admin/v1/redundancy", query: ["tenantAccountId"], output: RedundancyView.self) { request, reader throws(StepFailure) in
            guard let tenant = try ruled({ () throws(Refusal) in try request.query.id("tenantAccountId", as: AccountID.self) }) else {
                throw .refused(
                    Refusal(.missingField, "No tenant is named", field: "tenantAccountId", next: "Give the tenant's 16-digit account ID"))
            }
            return CommandAnswer(
                status: 200,
                try stored { () throws(StoreError) in try PartnerQueries(reader).redundancy(of: tenant, for: request.caller) })
        }
    }

    /// What is done with a port beside its life: notices, tags, and that its payer stays.
    mutating func portCare() throws(HTTPRouteError) {
        try change("/admin/v1/circuits/{id}/ports", "circuit", CircuitID.self, OfferInput.self) { circuit, input, caller in
            PartnerCommand(.offerOn(circuit, input), by: caller)
        }
        try write("/admin/v1/notices", NoticeInput.self) { input, caller in PartnerCommand(.tellTenants([input]), by: caller) }
        try writeMany("/admin/v1/notices:bulk", NoticesInput.self) { input, shape, caller in
            PartnerCommand(.tellTenants(input.items), by: caller, as: shape)
        }
        try tags { items, shape, caller in PartnerCommand(.tagPorts(items), by: caller, as: shape) }
        try write("/admin/v1/payer-changes", PayerChangeInput.self) { input, caller in
            PartnerCommand(.changePayers([input]), by: caller)
        }
        try writeMany("/admin/v1/payer-changes:bulk", PayerChangesInput.self) { input, shape, caller in
            PartnerCommand(.changePayers(input.items), by: caller, as: shape)
        }
    }
}

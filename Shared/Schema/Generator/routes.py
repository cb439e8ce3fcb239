"""The routes of the admin APIs as their descriptions show them. Tests/OpenAPI compares them with those that are served."""

from dataclasses import dataclass

PARTNER, TENANT = "partner-service", "tenant-service"
BILLING, NETWORK = "billing-simulator", "network-simulator"
BOTH = (PARTNER, TENANT)
ALL = (*BOTH, BILLING, NETWORK)


@dataclass
class Route:
    services: tuple
    method: str
    path: str
    # The name of the operation in generated clients.
    operation: str
    summary: str
    # Names of messages; None for no body, or an empty object as the answer.
    input: str | None = None
    output: str | None = None
    # Query parameters beside those that every command or every list has.
    query: tuple = ()
    staff: bool = False
    # Whether it can make something new, and then answers 201.
    creates: bool = False

    @property
    def is_command(self):
        return self.method == "POST"

    @property
    def has_dry_run(self):
        """Every command but the orders about dead letters, of which one given twice does nothing."""
        return self.is_command and self.noun != "dead-letters"

    @property
    def is_kept(self):
        """Whether the answer is kept with an idempotency key: not where it holds a secret."""
        return self.has_dry_run and not self.path.endswith(":issue-token")

    @property
    def noun(self):
        return self.path.removeprefix("/admin/v1").split("/")[1].split(":")[0]


def get(services, path, operation, summary, output, query=(), staff=False):
    return Route(services, "GET", path, operation, summary, output=output, query=tuple(query), staff=staff)


def post(services, path, operation, summary, input=None, output=None, staff=False, creates=False):
    return Route(services, "POST", path, operation, summary, input, output, staff=staff, creates=creates)


PARTNERS, TENANTS = (PARTNER,), (TENANT,)
PORT_FILTER = ["circuitId", "partnerAccountId", "tenantAccountId", "region", "acceptance", "service", "billing", "association"]

# A command on one thing, `POST /admin/v1/withdrawals`, has a bulk form, `POST /admin/v1/withdrawals:bulk`, where its input
# `WithdrawalInput` has a list of them, `WithdrawalsInput`; it is not named here.
ROUTES = [
    post(BOTH, "/admin/v1/accounts", "registerAccount", "Registers an account", "AccountInput", "AccountView", creates=True),
    get(BOTH, "/admin/v1/accounts", "listAccounts", "Lists the accounts that the caller may see", "AccountList"),
    get(BOTH, "/admin/v1/accounts/{id}", "getAccount", "Shows an account", "AccountView"),
    post(BOTH, "/admin/v1/account-changes", "changeAccount", "Changes facts of an account", "AccountChangeInput", "AccountView"),
    post(BOTH, "/admin/v1/account-closures", "closeAccount", "Closes an account", "AccountClosureInput", "AccountView"),
    post(BOTH, "/admin/v1/accounts/{id}:issue-token", "issueToken", "Issues a bearer token that acts as the account", None, "TokenView", creates=True),
    get(PARTNERS, "/admin/v1/accounts/{id}/readiness", "getReadiness", "Shows what a partner lacks for hosted connections", "ReadinessView"),
    get(PARTNERS, "/admin/v1/redundancy", "getRedundancy", "Shows how a tenant's ports are spread over circuits", "RedundancyView",
        ["tenantAccountId"]),

    post(PARTNERS, "/admin/v1/privilege-applications", "applyForPrivilege", "Applies for the privilege of offering ports, or for its end",
         "PrivilegeApplicationInput", "PrivilegeApplicationView", creates=True),
    get(PARTNERS, "/admin/v1/privilege-applications", "listPrivilegeApplications", "Lists the applications that the caller may see",
        "PrivilegeApplicationList", ["accountId"]),
    get(PARTNERS, "/admin/v1/privilege-applications/{id}", "getPrivilegeApplication", "Shows an application", "PrivilegeApplicationView"),
    get(PARTNERS, "/admin/v1/accounts/{id}/privilege", "getPrivilege", "Shows what a partner's privilege is now", "PrivilegeView"),

    post(PARTNERS, "/admin/v1/circuits", "registerCircuit", "Registers a circuit", "CircuitInput", "CircuitView", creates=True),
    get(PARTNERS, "/admin/v1/circuits", "listCircuits", "Lists the circuits that the caller may see", "CircuitList"),
    get(PARTNERS, "/admin/v1/circuits/{id}", "getCircuit", "Shows a circuit", "CircuitView"),
    post(PARTNERS, "/admin/v1/circuit-changes", "changeCircuit", "Changes a circuit", "CircuitChangeInput", "CircuitView"),
    post(PARTNERS, "/admin/v1/access-devices", "registerAccessDevice", "Registers an access device", "AccessDeviceInput", "AccessDeviceView",
         creates=True),
    get(PARTNERS, "/admin/v1/access-devices", "listAccessDevices", "Lists the access devices that the caller may see", "AccessDeviceList"),
    post(PARTNERS, "/admin/v1/resource-groups", "createResourceGroup", "Makes a resource group", "ResourceGroupInput", "ResourceGroupView",
         creates=True),
    get(PARTNERS, "/admin/v1/resource-groups", "listResourceGroups", "Lists the resource groups that the caller may see", "ResourceGroupList"),

    post(PARTNERS, "/admin/v1/ports", "offerPort", "Offers a shared port to a tenant", "OfferInput", "PortView", creates=True),
    post(PARTNERS, "/admin/v1/circuits/{id}/ports", "offerPortOnCircuit", "Offers a shared port on this circuit", "OfferInput", "PortView",
         creates=True),
    get(BOTH, "/admin/v1/ports", "listPorts", "Lists the shared ports that the caller may see", "PortList", PORT_FILTER),
    get(BOTH, "/admin/v1/ports/{id}", "getPort", "Shows a shared port", "PortView"),
    get(BOTH, "/admin/v1/ports/{id}/history", "getPortHistory", "Shows who did what with a port, when and why", "History"),
    post(TENANTS, "/admin/v1/acceptances", "acceptPort", "Accepts an offered port", "AcceptanceInput", "PortView"),
    post(BOTH, "/admin/v1/charges", "payPort", "Pays what is due for a port: tries a declined charge again", "ChargeInput", "PortView"),
    post(PARTNERS, "/admin/v1/withdrawals", "withdrawOffer", "Takes a pending offer back", "WithdrawalInput", "PortView"),
    post(TENANTS, "/admin/v1/rejections", "rejectOffer", "Rejects a pending offer", "RejectionInput", "PortView"),
    post(BOTH, "/admin/v1/terminations", "terminatePort", "Stops a port's traffic", "TerminationInput", "PortView"),
    post(BOTH, "/admin/v1/recoveries", "recoverPort", "Puts a terminated port back into use", "RecoveryInput", "PortView"),
    post(BOTH, "/admin/v1/deletions", "deletePort", "Deletes a port", "DeletionInput", "DeletionView"),
    post(PARTNERS, "/admin/v1/vlan-changes", "changeVLAN", "Changes a port's VLAN", "VLANChangeInput", "PortView"),
    post(PARTNERS, "/admin/v1/bandwidth-changes", "changeBandwidth", "Changes a port's bandwidth", "BandwidthChangeInput", "PortView"),
    post(PARTNERS, "/admin/v1/bandwidth-changes:cancel", "cancelBandwidthChange", "Cancels a bandwidth change that is not paid yet",
         "BandwidthChangeEndInput", "PortView"),
    post(TENANTS, "/admin/v1/bandwidth-changes:reject", "rejectBandwidthChange", "Rejects a bandwidth change that is not paid yet",
         "BandwidthChangeEndInput", "PortView"),
    post(PARTNERS, "/admin/v1/payer-changes", "changePayer", "Asks for another payer, which an offer fixes", "PayerChangeInput", "PortView"),
    post(BOTH, "/admin/v1/tags", "changeTags", "Sets and removes a port's tags", "TagChangeInput", "PortView"),
    post(PARTNERS, "/admin/v1/notices", "repeatNotice", "Tells the tenant once more that a port waits for it", "NoticeInput", "PortView"),
    post(PARTNERS, "/admin/v1/device-retries", "retryDevice", "Asks a port's access device once more", "DeviceRetryInput", "PortView"),

    post(TENANTS, "/admin/v1/vbrs", "createVBR", "Creates the VBR of an active port", "VBRInput", "VBRView", creates=True),
    get(BOTH, "/admin/v1/vbrs", "listVBRs", "Lists the VBRs that the caller may see", "VBRList"),
    get(BOTH, "/admin/v1/vbrs/{id}", "getVBR", "Shows a VBR", "VBRView"),
    get(BOTH, "/admin/v1/vbrs/{id}/history", "getVBRHistory", "Shows who did what with a VBR, when and why", "History"),
    post(TENANTS, "/admin/v1/vbr-changes", "changeVBR", "Changes a VBR", "VBRChangeInput", "VBRView"),
    post(TENANTS, "/admin/v1/vbr-deletions", "deleteVBR", "Deletes a VBR", "VBRDeletionInput", "VBRView"),

    post(PARTNERS, "/admin/v1/vbr-terminations", "terminateVBR", "Stops the traffic of a tenant's VBR", "VBROrderInput", "PortView"),
    post(PARTNERS, "/admin/v1/vbr-recoveries", "recoverVBR", "Puts a tenant's terminated VBR back into use", "VBROrderInput", "PortView"),
    post(PARTNERS, "/admin/v1/vbr-deletions", "deleteVBR", "Deletes a tenant's terminated VBR", "VBROrderInput", "PortView"),

    post(PARTNERS, "/admin/v1/pushed-vbrs", "pushVBR", "Registers a VBR that the partner pushes to a tenant", "PushedVBRInput", "PushedVBRView",
         creates=True),
    get(PARTNERS, "/admin/v1/pushed-vbrs", "listPushedVBRs", "Lists the pushed VBRs that the caller may see", "PushedVBRList",
        ["circuitId", "tenantAccountId", "state"]),
    get(PARTNERS, "/admin/v1/pushed-vbrs/{id}", "getPushedVBR", "Shows a pushed VBR", "PushedVBRView"),
    get(PARTNERS, "/admin/v1/pushed-vbrs/{id}/history", "getPushedVBRHistory", "Shows who did what with its connection, when and why",
        "History"),
    post(PARTNERS, "/admin/v1/pushed-vbr-bandwidths", "setPushedVBRBandwidth", "Sets a pushed VBR's bandwidth", "PushedVBRBandwidthInput",
         "PushedVBRView"),
    post(PARTNERS, "/admin/v1/attestations", "attestTenantInformed", "Records that a pushed VBR's tenant was told of the upgrade",
         "AttestationInput", "PushedVBRView"),
    post(PARTNERS, "/admin/v1/pushed-vbr-terminations", "terminatePushedVBR", "Stops a pushed VBR's traffic", "PushedVBROrderInput",
         "PushedVBRView"),
    post(PARTNERS, "/admin/v1/pushed-vbr-recoveries", "recoverPushedVBR", "Puts a terminated pushed VBR back into use", "PushedVBROrderInput",
         "PushedVBRView"),
    post(PARTNERS, "/admin/v1/pushed-vbr-deletions", "deletePushedVBR", "Deletes a terminated pushed VBR", "PushedVBROrderInput",
         "PushedVBRView"),
    post(PARTNERS, "/admin/v1/pushed-vbr-device-retries", "retryPushedVBRDevice", "Asks a pushed VBR's access device once more",
         "PushedVBROrderInput", "PushedVBRView"),
    post(PARTNERS, "/admin/v1/transformations", "transform", "Transforms a pushed VBR to a shared port", "TransformationInput",
         "PushedVBRView"),
    post(PARTNERS, "/admin/v1/confirmations", "confirmTransformation", "Confirms a transformation that is accepted and paid",
         "ConfirmationInput", "PushedVBRView"),
    post(PARTNERS, "/admin/v1/transformations:cancel", "cancelTransformation", "Calls a transformation off that is not confirmed",
         "TransformationEndInput", "PushedVBRView"),
    post(PARTNERS, "/admin/v1/transformation-batches", "transformMany", "Transforms all pushed VBRs of a circuit or a tenant",
         "TransformationBatchInput", "TransformationBatchView", creates=True),
    get(PARTNERS, "/admin/v1/transformation-batches", "listTransformationBatches", "Lists such batches that the caller may see",
        "TransformationBatchList"),
    get(PARTNERS, "/admin/v1/transformation-batches/{id}", "getTransformationBatch", "Shows a batch's progress, or its report",
        "TransformationBatchView"),
    post(PARTNERS, "/admin/v1/transformation-batches/{id}:pause", "pauseTransformationBatch", "Begins no more of a batch for now",
         "TransformationBatchOrder", "TransformationBatchView"),
    post(PARTNERS, "/admin/v1/transformation-batches/{id}:resume", "resumeTransformationBatch", "Goes on with a batch",
         "TransformationBatchOrder", "TransformationBatchView"),
    post(BOTH, "/admin/v1/vbr-fee-refunds", "refundVBRFee", "Applies for a refund of a pushed VBR's prepaid fee", "VBRFeeRefundInput",
         "VBRFeeView"),

    post(BOTH, "/admin/v1/requests", "makeRequest", "Asks the other party for what only it may do", "RequestInput", "RequestView", creates=True),
    get(BOTH, "/admin/v1/requests", "listRequests", "Lists the requests that the caller may see", "RequestList", ["portId", "state"]),
    get(BOTH, "/admin/v1/requests/{id}", "getRequest", "Shows a request", "RequestView"),
    post(BOTH, "/admin/v1/requests/{id}:refuse", "refuseRequest", "Says no to a request", "RequestEnding", "RequestView"),
    post(BOTH, "/admin/v1/requests/{id}:withdraw", "withdrawRequest", "Takes a request back", "RequestEnding", "RequestView"),

    get(PARTNERS, "/admin/v1/sagas", "listSagas", "Lists changes that take steps of several owners", "SagaList",
        ["phase", "connectionId", "definition", "overdue"], staff=True),
    get(PARTNERS, "/admin/v1/sagas/{id}", "getSaga", "Shows such a change", "SagaView", staff=True),
    get(PARTNERS, "/admin/v1/sagas/{id}/journal", "getSagaJournal", "Shows what came to it and what it decided", "SagaJournal", staff=True),
    post(PARTNERS, "/admin/v1/sagas/{id}:resume", "resumeSaga", "Has it ask again for what it waits for", "SagaOrder", "SagaView", staff=True),
    post(PARTNERS, "/admin/v1/sagas/{id}:mark-done", "markSagaStepDone", "Tells it that its step is done", "SagaOrder", "SagaView", staff=True),
    post(PARTNERS, "/admin/v1/sagas/{id}:skip", "skipSagaStep", "Has it pass its step over", "SagaOrder", "SagaView", staff=True),
    post(PARTNERS, "/admin/v1/sagas/{id}:cancel", "cancelSaga", "Has it go back", "SagaOrder", "SagaView", staff=True),

    get(ALL, "/admin/v1/messaging", "getMessaging", "Shows where the service's messaging stands", "MessagingView", staff=True),
    get(ALL, "/admin/v1/held-channels", "listHeldChannels", "Lists channels whose messages wait", "HeldChannelList", staff=True),
    get(ALL, "/admin/v1/dead-letters", "listDeadLetters", "Lists messages that could not be handled", "DeadLetterList", ["state"], staff=True),
    get(ALL, "/admin/v1/dead-letters/{id}", "getDeadLetter", "Shows a message that could not be handled", "DeadLetterView", staff=True),
    post(ALL, "/admin/v1/dead-letters/{id}:retry", "retryDeadLetter", "Handles the message once more", staff=True),
    post(ALL, "/admin/v1/dead-letters/{id}:discard", "discardDeadLetter", "Gives the message up; its channel goes on", staff=True),

    get((BILLING,), "/ledger", "listLedger", "Lists the charges and what became of them", "Ledger", staff=True),
    get((BILLING,), "/admin/v1/subscriptions", "listSubscriptions", "Lists the subscriptions", "BilledSubscriptionList", staff=True),
    post((BILLING,), "/admin/v1/subscriptions/{id}:expire", "expireSubscription", "Has a subscription expire now", None, "BilledSubscriptionView"),
    post((BILLING,), "/admin/v1/subscriptions/{id}:renew", "renewSubscription", "Renews an expired subscription", None, "BilledSubscriptionView"),
    post((BILLING,), "/admin/v1/accounts/{id}:lock", "lockAccount", "Locks an account for arrears", None, "BilledAccountView"),
    post((BILLING,), "/admin/v1/accounts/{id}:unlock", "unlockAccount", "Unlocks an account", None, "BilledAccountView"),
    post((BILLING,), "/admin/v1/accounts/{id}:enable-outbound-billing", "enableOutboundBilling",
         "Switches billing for outbound data transfer on", None, "BilledAccountView"),

    get((NETWORK,), "/admin/v1/devices", "listDevices", "Lists what the simulated device has for each connection", "DeviceList", staff=True),
    get((NETWORK,), "/admin/v1/devices/{id}", "getDevice", "Shows what it has for a connection", "DeviceView", staff=True),
    get((NETWORK,), "/admin/v1/changes", "listDeviceChanges", "Lists what it was asked for, and whether it took it", "DeviceChanges", ["portId", "connectionId"], staff=True),
    post((NETWORK,), "/admin/v1/device-faults", "setDeviceFaults", "Says what it refuses from now on", "DeviceFaults", "DeviceFaults"),
]

/// Why something was refused: what clients may rely on (`code`), what people read (`text`), the input at fault (`field`),
/// the object in the way, and the next step that is open.
public struct Refusal: Error, Equatable, Sendable {
    public var code: RefusalCode
    public var text: String
    /// The input at fault, by its JSON name.
    public var field: String?
    /// The object in the way, by its id.
    public var object: String?
    public var next: String?

    public init(_ code: RefusalCode, _ text: String, field: String? = nil, object: String? = nil, next: String? = nil) {
        self.code = code
        self.text = text
        self.field = field
        self.object = object
        self.next = next
    }
}

extension Refusal {
    /// A payment for a port whose subscription is paid.
    public static func nothingDue(of port: PortID) -> Refusal {
        Refusal(.chargeNotRetriable, "Nothing is due for port \(port)", field: "portId", object: port.description)
    }
}

/// What kind of refusal it is; an HTTP face makes its status of it.
public enum RefusalCategory: Sendable {
    case invalid
    case unauthenticated
    case forbidden
    case notFound
    case conflict
    case unavailable
}

/// Stable codes: they only grow.
public enum RefusalCode: String, Sendable, CaseIterable {
    case missingField = "missing_field"
    case invalidValue = "invalid_value"
    case malformedBody = "malformed_body"
    case tooManyItems = "too_many_items"
    case unauthenticated = "unauthenticated"
    case forbidden = "forbidden"
    case notFound = "not_found"
    case accountUnknown = "account_unknown"
    case accountExists = "account_exists"
    case accountClosed = "account_closed"
    case circuitExists = "circuit_exists"
    case circuitNotDeployed = "circuit_not_deployed"
    case circuitInUse = "circuit_in_use"
    case accountHasPorts = "account_has_ports"
    case deviceExists = "device_exists"
    case regionMismatch = "region_mismatch"
    case crossSite = "cross_site"
    case bandwidthNotOffered = "bandwidth_not_offered"
    case vlanInUse = "vlan_in_use"
    case vlanZeroNotAlone = "vlan_zero_not_alone"
    case insufficientBandwidth = "insufficient_bandwidth"
    case offerNotPending = "offer_not_pending"
    case portNotActive = "port_not_active"
    case portHasVBR = "port_has_vbr"
    case vlanFixedByPartner = "vlan_fixed_by_partner"
    case addressing = "addressing"
    case bandwidthAbovePort = "bandwidth_above_port"
    case chargeNotRetriable = "charge_not_retriable"
    case carrierNotEligible = "carrier_not_eligible"
    case privilegeExpired = "privilege_expired"
    case quotaUnknown = "quota_unknown"
    case partnerNotReady = "partner_not_ready"
    case deviceNotCapable = "device_not_capable"
    case networkLimit = "network_limit"
    case notRedundant = "not_redundant"
    case resourceGroupUnknown = "resource_group_unknown"
    case resourceGroupExists = "resource_group_exists"
    case tagsBelongToPayer = "tags_belong_to_payer"
    case payerFixed = "payer_fixed"
    case notThePayer = "not_the_payer"
    case notEnabled = "not_enabled"
    case portHasNoVBR = "port_has_no_vbr"
    case vbrNotTerminated = "vbr_not_terminated"
    case vbrNotActive = "vbr_not_active"
    case vbrFromTransformation = "vbr_from_transformation"
    case vbrOnPort = "vbr_on_port"
    case setByPartner = "set_by_partner"
    case bandwidthNotConfigurable = "bandwidth_not_configurable"
    case unlimitedBandwidth = "unlimited_bandwidth"
    case circuitUnlimited = "circuit_unlimited"
    case feeNotRefundable = "fee_not_refundable"
    case tenantNotInformed = "tenant_not_informed"
    case outboundBillingOff = "outbound_billing_off"
    case bandwidthNotSet = "bandwidth_not_set"
    case payerNotPermitted = "payer_not_permitted"
    case offerNotAccepted = "offer_not_accepted"
    case portNotPaid = "port_not_paid"
    case portTerminated = "port_terminated"
    case portNotTerminated = "port_not_terminated"
    case portEnded = "port_ended"
    case partnerRecovers = "partner_recovers"
    case recoveryNotRequested = "recovery_not_requested"
    case changeInProgress = "change_in_progress"
    case noChangeInProgress = "no_change_in_progress"
    case networkFailed = "network_failed"
    case chargeDeclined = "charge_declined"
    case changeCancelled = "change_cancelled"
    case changeTimedOut = "change_timed_out"
    case requestClosed = "request_closed"
    case requestExists = "request_exists"
    case sagaRunning = "saga_running"
    case sagaPastReturn = "saga_past_return"
    case idempotencyKeyReused = "idempotency_key_reused"
    case contradictsState = "contradicts_state"
    case overloaded = "overloaded"
    case internalError = "internal_error"

    public var category: RefusalCategory {
        switch self {
        case .missingField, .invalidValue, .malformedBody, .tooManyItems, .crossSite, .bandwidthNotOffered, .addressing,
            .bandwidthAbovePort, .vlanFixedByPartner, .regionMismatch, .quotaUnknown, .deviceNotCapable, .notRedundant,
            .resourceGroupUnknown, .tagsBelongToPayer, .unlimitedBandwidth:
            .invalid
        case .unauthenticated: .unauthenticated
        case .forbidden, .setByPartner, .notThePayer, .notEnabled, .partnerRecovers, .payerNotPermitted: .forbidden
        case .notFound, .accountUnknown: .notFound
        case .accountExists, .accountClosed, .circuitExists, .circuitNotDeployed, .circuitInUse, .accountHasPorts, .deviceExists,
            .vlanInUse, .vlanZeroNotAlone,
            .insufficientBandwidth, .offerNotPending, .portNotActive, .portHasVBR, .chargeNotRetriable, .idempotencyKeyReused,
            .contradictsState, .carrierNotEligible, .privilegeExpired, .partnerNotReady, .networkLimit, .resourceGroupExists, .payerFixed,
            .portHasNoVBR, .vbrNotTerminated, .vbrNotActive, .vbrFromTransformation, .portTerminated, .portNotTerminated, .portEnded,
            .recoveryNotRequested, .changeInProgress, .noChangeInProgress, .networkFailed, .chargeDeclined, .changeCancelled,
            .changeTimedOut, .vbrOnPort, .bandwidthNotConfigurable, .circuitUnlimited, .feeNotRefundable, .requestClosed, .requestExists,
            .sagaRunning, .sagaPastReturn, .tenantNotInformed, .outboundBillingOff, .bandwidthNotSet, .offerNotAccepted, .portNotPaid:
            .conflict
        case .overloaded, .internalError: .unavailable
        }
    }
}

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
    case sagaRunning = "saga_running"
    case sagaPastReturn = "saga_past_return"
    case idempotencyKeyReused = "idempotency_key_reused"
    case contradictsState = "contradicts_state"
    case overloaded = "overloaded"
    case internalError = "internal_error"

    public var category: RefusalCategory {
        switch self {
        case .missingField, .invalidValue, .malformedBody, .tooManyItems, .crossSite, .bandwidthNotOffered, .addressing,
            .bandwidthAbovePort, .vlanFixedByPartner, .regionMismatch:
            .invalid
        case .unauthenticated: .unauthenticated
        case .forbidden: .forbidden
        case .notFound, .accountUnknown: .notFound
        case .accountExists, .accountClosed, .circuitExists, .circuitNotDeployed, .vlanInUse, .vlanZeroNotAlone,
            .insufficientBandwidth, .offerNotPending, .portNotActive, .portHasVBR, .chargeNotRetriable, .sagaRunning,
            .sagaPastReturn, .idempotencyKeyReused, .contradictsState:
            .conflict
        case .overloaded, .internalError: .unavailable
        }
    }
}

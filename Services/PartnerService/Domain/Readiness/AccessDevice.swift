public import HostedConnection

/// A switch that connects tenants. Each manages bandwidth and monitors traffic, or it would not be registered.
public struct AccessDevice: Equatable, Sendable {
    public var id: AccessDeviceID
    public var partner: AccountID
    /// The carrier's own name, unique with its partner.
    public var name: String
    public var location: String
    public var registeredAt: Instant

    public init(id: AccessDeviceID, partner: AccountID, name: String, location: String, registeredAt: Instant) {
        self.id = id
        self.partner = partner
        self.name = name
        self.location = location
        self.registeredAt = registeredAt
    }
}

/// An access device as its registration describes it.
public struct AccessDeviceForm: Equatable, Sendable {
    public var name: String
    public var location: String
    public var managesBandwidth: Bool
    public var monitorsTraffic: Bool

    public init(name: String, location: String = "", managesBandwidth: Bool, monitorsTraffic: Bool) {
        self.name = name
        self.location = location
        self.managesBandwidth = managesBandwidth
        self.monitorsTraffic = monitorsTraffic
    }
}

/// The rules for registering an access device.
public enum AccessDeviceRules {
    /// - Parameter known: the partner's device of that name, if there is one: the same facts again change nothing.
    public static func register(
        _ form: AccessDeviceForm, of partner: KnownAccount, known: AccessDevice?, id: AccessDeviceID, now: Instant
    ) throws(Refusal) -> AccessDevice {
        guard !partner.isClosed else {
            throw Refusal(
                .accountClosed, "The partner account \(partner.id) is closed", field: "partnerAccountId", object: partner.id.description)
        }
        guard !form.name.isEmpty else {
            throw Refusal(.missingField, "An access device needs its name", field: "name", next: "Give the device's name")
        }
        try Refusal.check(form.name, field: "name", limit: CircuitRules.nameLimit)
        try Refusal.check(form.location, field: "location", limit: CircuitRules.nameLimit)
        for (field, ability, isThere) in [
            ("bandwidthManagement", "manage bandwidth", form.managesBandwidth),
            ("trafficMonitoring", "monitor traffic", form.monitorsTraffic),
        ] where !isThere {
            throw Refusal(
                .deviceNotCapable, "The access device \(form.name) does not \(ability)", field: field, object: form.name,
                next: "Connect tenants by a switch that manages bandwidth and monitors traffic")
        }
        guard let known else {
            return AccessDevice(id: id, partner: partner.id, name: form.name, location: form.location, registeredAt: now)
        }
        guard known.location == form.location else {
            throw Refusal(
                .deviceExists, "The partner has an access device named \(known.name) at another location", field: "name",
                object: known.id.description, next: "Give the same facts, or another name")
        }
        return known
    }
}

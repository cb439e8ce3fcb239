public import HostedConnection

/// A change of a circuit; what is nil stays as it is.
public struct CircuitChange: Equatable, Sendable {
    public var name: String?
    public var capacityMbps: UInt32?
    public var isDeployed: Bool?

    public init(name: String? = nil, capacityMbps: UInt32? = nil, isDeployed: Bool? = nil) {
        self.name = name
        self.capacityMbps = capacityMbps
        self.isDeployed = isDeployed
    }
}

extension CircuitRules {
    /// The circuit as it is after the change.
    /// - Parameter namesake: the partner's circuit of the new name, if there is one.
    public static func change(
        _ circuit: Circuit, _ change: CircuitChange, namesake: Circuit?, limits: NetworkLimits
    ) throws(Refusal) -> Circuit {
        var changed = circuit
        if let name = change.name {
            guard !name.isEmpty else {
                throw Refusal(.missingField, "A circuit needs its name", field: "name", next: "Give the circuit's name")
            }
            try Refusal.check(name, field: "name", limit: nameLimit)
            if let namesake, namesake.id != circuit.id {
                throw Refusal(
                    .circuitExists, "The partner has a circuit named \(name) already", field: "name", object: namesake.id.description,
                    next: "Give another name")
            }
            changed.name = name
        }
        if let capacity = change.capacityMbps {
            guard capacity > 0 else {
                throw Refusal(
                    .invalidValue, "A circuit has a bandwidth above 0", field: "bandwidthMbps",
                    next: "Give the circuit's bandwidth in Mbit/s")
            }
            guard capacity >= circuit.allocated else {
                //
                throw Refusal(
                    .insufficientBandwidth, "The connections of circuit \(circuit.name) hold \(circuit.allocated) Mbit/s",
                    field: "bandwidthMbps", object: circuit.id.description,
                    next: "Give at least \(circuit.allocated) Mbit/s, or release unused hosted connections first")
            }
            changed.capacity = Bandwidth(megabitsPerSecond: capacity)
        }
        if let isDeployed = change.isDeployed {
            guard isDeployed || circuit.connections == 0 else {
                throw Refusal(
                    .circuitInUse, "Circuit \(circuit.name) carries \(circuit.connections) connections", field: "deployed",
                    object: circuit.id.description, next: "Release its hosted connections first")
            }
            changed.isDeployed = isDeployed
        }
        if changed.capacity != circuit.capacity || changed.isDeployed != circuit.isDeployed { try limits.check(changed) }
        return changed
    }
}

public import HostedConnection

/// The network limitations of the cloud that a circuit in service keeps to; nil is no limit.
public struct NetworkLimits: Equatable, Sendable {
    /// The largest bandwidth of a circuit.
    public var largestCircuit: Bandwidth?
    /// Most connections of a circuit.
    public var connectionsPerCircuit: UInt32?

    public init(largestCircuit: Bandwidth? = nil, connectionsPerCircuit: UInt32? = nil) {
        self.largestCircuit = largestCircuit
        self.connectionsPerCircuit = connectionsPerCircuit
    }

    public static let none = NetworkLimits()

    /// Checks a circuit that is to be in service.
    /// - Throws: ``RefusalCode/networkLimit``.
    public func check(_ circuit: Circuit) throws(Refusal) {
        guard circuit.isDeployed else { return }
        if let largestCircuit, circuit.capacity > largestCircuit {
            throw Refusal(
                .networkLimit, "A circuit of \(circuit.capacity) is above the cloud's limit of \(largestCircuit)",
                field: "bandwidthMbps", object: circuit.id.description, next: "Deploy at most \(largestCircuit)")
        }
        if let connectionsPerCircuit, circuit.connections > connectionsPerCircuit {
            throw full(circuit, connectionsPerCircuit)
        }
    }

    /// Checks that a circuit may carry one connection more.
    /// - Throws: ``RefusalCode/networkLimit``.
    public func checkOneMore(on circuit: Circuit) throws(Refusal) {
        if let connectionsPerCircuit, circuit.connections >= connectionsPerCircuit { throw full(circuit, connectionsPerCircuit) }
    }

    private func full(_ circuit: Circuit, _ limit: UInt32) -> Refusal {
        Refusal(
            .networkLimit, "Circuit \(circuit.name) carries \(circuit.connections) connections, and the cloud's limit is \(limit)",
            field: "circuitId", object: circuit.id.description, next: "Choose another circuit, or release unused hosted connections")
    }
}

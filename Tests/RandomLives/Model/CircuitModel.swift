import HostedConnection

/// What a circuit has given away, as the rules want it.
struct CircuitModel {
    let partner: AccountID
    let capacity: UInt32
    /// By VLAN: who has it, and the bandwidth that is held with it.
    var held: [UInt32: Place] = [:]

    struct Place: Equatable {
        var port: Int
        var bandwidth: UInt32
    }

    var allocated: UInt32 { held.values.reduce(0) { $0 + $1.bandwidth } }
    var connections: Int { Set(held.values.map(\.port)).count }

    /// What stands against one more port.
    func objection(to vlan: UInt32, _ bandwidth: UInt32) -> RefusalCode? {
        if held[vlan] != nil { return .vlanInUse }
        if vlan == 0, !held.isEmpty { return .vlanZeroNotAlone }
        if held[0] != nil { return .vlanZeroNotAlone }
        return objection(toMore: bandwidth)
    }

    func objection(toMore bandwidth: UInt32) -> RefusalCode? {
        allocated + bandwidth > capacity ? .insufficientBandwidth : nil
    }

    /// What stands against another VLAN for a port that is there.
    func objection(to vlan: UInt32, for port: Int) -> RefusalCode? {
        if held[vlan] != nil { return .vlanInUse }
        return vlan == 0 && held.values.contains { $0.port != port } ? .vlanZeroNotAlone : nil
    }

    mutating func release(_ port: Int) { held = held.filter { $0.value.port != port } }

    /// What the port holds now.
    mutating func hold(_ model: PortModel, _ port: Int) {
        release(port)
        if model.isEnded { return }
        held[model.vlan] = Place(port: port, bandwidth: model.held)
        if case .vlan(let new) = model.change { held[new] = Place(port: port, bandwidth: 0) }
    }
}

/// An offer as it is made, right or wrong.
struct OfferShape: Equatable {
    /// A circuit's place; nil for one that does not exist.
    var circuit: Int?
    var tenant: AccountID
    var vlan: UInt32?
    var bandwidth: UInt32?
    var payer: PayingParty
    var hasTags = false
}

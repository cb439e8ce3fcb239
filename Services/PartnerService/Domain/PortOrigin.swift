public import HostedConnection

/// What a port was made of. Kept out of line: nearly all ports are ordinary ones.
public indirect enum PortOrigin: Equatable, Sendable {
    /// An offer of its own.
    case offer
    /// A VBR that the partner had pushed: its connection is the port's. The port is in use from the partner's confirmation on,
    /// not from its payment.
    case pushedVBR(VBRID, confirmedAt: Instant?)

    /// The VBR that the port is made of; nil for an ordinary port.
    public var vbr: VBRID? { if case .pushedVBR(let vbr, _) = self { vbr } else { nil } }

    /// When the partner confirmed the port; nil before, and for an ordinary one.
    public var confirmedAt: Instant? { if case .pushedVBR(_, let confirmedAt) = self { confirmedAt } else { nil } }

    /// What an accepted and paid port still waits for; nil for an ordinary one.
    public var waitingFor: String? {
        switch self {
        case .offer: nil
        case .pushedVBR(_, nil): "the partner to confirm"
        case .pushedVBR(let vbr, _?): "the tenant's side to associate VBR \(vbr)"
        }
    }
}

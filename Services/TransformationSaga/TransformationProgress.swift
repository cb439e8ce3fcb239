public import HostedConnection
public import PartnerDomain
public import Saga

/// What has become of a transformation's steps, read off the port that it makes: whatever moved the port, whoever asks and how often.
public enum TransformationProgress {
    /// The outcome of a step; nil while it is open.
    public static func outcome(of step: TransformationSaga.Step, _ port: SuppliedPort) -> SagaOutcome? {
        switch step {
        case .offer, .fee: .done
        case .acceptance: acceptance(of: port)
        case .payment: payment(of: port)
        case .confirmation: confirmation(of: port)
        case .association: port.axes.association == .associated ? .done : nil
        }
    }

    /// Whether the offer is taken back: nothing that this side can have paid for the port is open. Of a port that the tenant pays
    /// its side says so.
    public static func isTakenBack(_ port: SuppliedPort) -> Bool { port.axes.acceptance.isEnded && OfferEndingRules.isSettled(port) }

    private static func acceptance(of port: SuppliedPort) -> SagaOutcome? {
        switch port.axes.acceptance {
        case .unconfirmed: nil
        case .confirmed: .done
        case .withdrawn, .deleted, .rejected, .lapsed: ended(port)
        }
    }

    private static func payment(of port: SuppliedPort) -> SagaOutcome? {
        if port.axes.acceptance.isEnded { return ended(port) }
        if port.subscription.isInForce { return .done }
        return port.subscription.charge == .declined ? .hindered("the charge is declined: \(port.subscription.declineReason)") : nil
    }

    private static func confirmation(of port: SuppliedPort) -> SagaOutcome? {
        if port.axes.acceptance.isEnded { return ended(port) }
        guard case .pushedVBR(_, .some) = port.origin else { return nil }
        return .done
    }

    private static func ended(_ port: SuppliedPort) -> SagaOutcome {
        let why = port.ending?.reason ?? ""
        let words = "the port is \(port.axes.acceptance.name)"
        return .refused(why.isEmpty ? words : "\(words): \(why)")
    }
}

extension TransformationSaga {
    /// What becomes of an offer that its transformation takes back: lapsed when nobody took it in its time, else withdrawn.
    public static func ending(of port: SuppliedPort, in saga: SagaInstance, at now: Instant) -> Acceptance {
        guard port.axes.acceptance == .unconfirmed, let lifetime = saga.timeLimits[Step.acceptance.rawValue] else { return .withdrawn }
        return now >= port.offeredAt + lifetime ? .lapsed : .withdrawn
    }
}

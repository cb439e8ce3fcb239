/// The words each party reads for one canonical state (section 10 of the rules; ).
public enum PortWording {
    /// The partner's status word. `Hosted` is for display only: it also names the tab of accepted ports.
    public static func partnerStatus(_ axes: PortAxes) -> String {
        switch (axes.acceptance, axes.service, axes.billing) {
        case (.withdrawn, _, _): "Withdrawn"
        case (.rejected, _, _): "Rejected"
        case (.lapsed, _, _): "Offer Expired"
        case (.deleted, _, _), (_, .released, _): "Deleted"
        case (_, .deleting, _): "Deleting"
        case (_, .terminating, _): "Terminating"
        case (_, .recovering, _): "Recovering"
        case (_, .terminated, _): "Disabled"
        case (_, _, .expired): "Expired"
        case (_, _, .locked): "FinancialLocked"
        case (.unconfirmed, .allocated, _), (.unconfirmed, .enabled, _): "Hosted"
        case (.confirmed, .enabled, .paid): "Active"
        case (.confirmed, .allocated, .paid): "Activating"
        case (.confirmed, _, .refunded): "Refunded"
        case (.confirmed, _, .unpaid): "Pending Payment"
        }
    }

    /// The tab of the partner's console that lists the port.
    public static func partnerTab(_ axes: PortAxes) -> String {
        switch axes.acceptance {
        case .unconfirmed: "Pending for Acceptance"
        case .confirmed: "Hosted"
        case .withdrawn, .rejected, .lapsed, .deleted: "Ended"
        }
    }

    /// The tenant's status word.
    public static func tenantStatus(_ axes: PortAxes) -> String {
        axes.acceptance == .unconfirmed && axes.service == .allocated ? "Pending" : partnerStatus(axes)
    }

    /// The tenant's "Construction Process".
    public static func constructionProcess(_ axes: PortAxes) -> String {
        if axes.acceptance.isEnded { return "Ended" }
        return axes.service == .allocated ? "In Progress" : "Complete"
    }
}

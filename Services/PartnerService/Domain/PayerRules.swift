public import HostedConnection

/// What follows from who pays for a port: tags, and that it stays so.
public enum PayerRules {
    /// A partner tags a port that it pays for.
    public static func tag(_ port: SuppliedPort, setting new: [String: String], removing keys: [String]) throws(Refusal) -> SupplyDecision {
        guard port.payer == .partner else { throw tagsOfTheOther(object: port.id.description, field: "portId") }
        guard !port.axes.acceptance.isEnded else {
            throw Refusal(
                .portEnded, "Port \(port.id) is \(port.axes.acceptance.name)", field: "portId", object: port.id.description,
                next: "Its record stays as it is")
        }
        var decision = SupplyDecision(port)
        decision.port.tags = try port.tags.changed(setting: new, removing: keys)
        if decision.port.tags != port.tags {
            decision.history.append(HistoryNote(.tagged, detail: decision.port.tags.summary))
        }
        return decision
    }

    static func tagsOfTheOther(object: String?, field: String) -> Refusal {
        Refusal(
            .tagsBelongToPayer, "The tenant pays for the port, so the tenant alone tags it", field: field, object: object,
            next: "Leave the tags out, or offer the port with the partner as its payer")
    }

    /// The payer is fixed by the offer: asking for the one it has changes nothing.
    public static func changePayer(_ port: SuppliedPort, to payer: PayingParty?) throws(Refusal) -> SupplyDecision {
        guard payer == port.payer else {
            throw Refusal(
                .payerFixed, "The offer fixes who pays for port \(port.id)", field: "payer", object: port.id.description,
                next: "Delete the port and offer it again with the other payer")
        }
        return SupplyDecision(port)
    }
}

public import HostedConnection

/// A tenant tags the ports that it pays for.
public enum TagRules {
    public static func tag(_ port: DemandedPort, setting new: [String: String], removing keys: [String]) throws(Refusal) -> DemandDecision {
        guard port.payer == .tenant else {
            throw Refusal(
                .tagsBelongToPayer, "The partner pays for the port, so the partner alone tags it", field: "portId",
                object: port.id.description, next: "Ask the partner \(port.partner) to tag it")
        }
        guard !port.axes.acceptance.isEnded else {
            throw Refusal(
                .portEnded, "Port \(port.id) is \(port.axes.acceptance.name)", field: "portId", object: port.id.description,
                next: "Its record stays as it is")
        }
        var decision = DemandDecision(port)
        decision.port.tags = try port.tags.changed(setting: new, removing: keys)
        if decision.port.tags != port.tags {
            decision.history.append(HistoryNote(.tagged, detail: decision.port.tags.summary))
        }
        return decision
    }
}

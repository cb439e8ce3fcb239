import HostedConnection
import PartnerDomain
import Schema
import Testing

/// A port in normal use, with a VBR in this state if one is named.
func active(payer: PayingParty = .partner, vbr state: RouterState? = nil, withPort: Bool = false) throws -> SuppliedPort {
    var port = try offered(payer: payer).port
    port.axes = PortAxes(acceptance: .confirmed, service: .enabled, billing: .paid, association: .none)
    port.subscription = PortSubscription(id: SubscriptionID(of: port.id), attempt: 1, charge: .settled, settledAttempts: 2)
    port.acceptedAt = now
    port.activatedAt = now
    if let state {
        port.vbr = id(3)
        port.axes.association = .associated
        port.router = RouterCopy(state: state, name: "router", bandwidth: port.bandwidth, isDisabledWithPort: withPort)
    }
    return carried(SupplyDecision(port), from: port).port
}

/// A decision as it is carried out: the access device follows. Without devices it has followed at once.
func carried(_ decision: SupplyDecision, from before: SuppliedPort, devices: Bool = false) -> SupplyDecision {
    var decision = decision
    DeviceRules.settle(&decision, policy: PartnerPolicy(hasAccessDevices: devices), now: later)
    DeviceRules.goOn(&decision, from: before, now: later)
    return decision
}

extension SupplyDecision {
    /// The names of the messages it sends.
    var sent: [String] { messages.map { String("\($0)".prefix { $0 != "(" }) } }
    var done: [HistoryAction] { history.map(\.action) }
}

/// The refusal of a body that may throw other things too; a test that gets none fails.
func objection<Value>(sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Value) -> Refusal? {
    do {
        _ = try body()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
    } catch let refusal as Refusal {
        return refusal
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
    return nil
}

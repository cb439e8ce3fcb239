public import HostedConnection

/// What a rule decided about a pushed VBR: its new state, what is to be sent, what its history says, and its timers.
public struct PushedVBRDecision: Equatable, Sendable {
    public var vbr: PushedVBR
    public var messages: [SupplyMessage] = []
    public var history: [HistoryNote] = []
    public var timers: [PortTimerChange] = []

    public init(_ vbr: PushedVBR) { self.vbr = vbr }

    /// Notes what happened to the VBR.
    mutating func note(_ action: HistoryAction, _ detail: String = "") {
        history.append(HistoryNote(action, subject: vbr.id.bits, detail: detail))
    }
}

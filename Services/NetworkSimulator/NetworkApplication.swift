import HostedConnection
public import Messaging
public import Schema
public import Store

/// The network simulator on the engine: a stand-in for the access devices in the demo and in tests. It keeps the state of each
/// connection with its version and a line for every change; a version that is asked for again is answered again.
public final class NetworkApplication: EngineApplication {
    public typealias Command = NetworkCommand

    /// The simulator's name as the source of its events.
    public static let name = "network-simulator"

    private let devices: RowCache<DeviceRow>
    private let log: InsertBuffer<DeviceChangeRow>
    private var faults: FaultRule
    /// Rows kept in memory from batch to batch.
    private static var rowsKept: Int { 20_000 }
    /// The timer of a port whose state takes its time.
    private static var delayTimer: UInt8 { 1 }

    /// - Parameters:
    ///   - connection: the writer of a database with ``NetworkMigrations`` applied.
    ///   - faults: what it refuses at first.
    public init(_ connection: any StoreConnection, faults: FaultRule = .none) throws(StoreError) {
        devices = try RowCache(connection)
        log = try InsertBuffer(connection)
        self.faults = faults
    }

    public let source = NetworkApplication.name
    public let topics: [Topic: TopicRole] = [.networkCommands: .foreign]
    /// What it can't read is kept in its table alone.
    public let deadLetterTopic: Topic? = nil

    public func concerns(_ message: InboundMessage) -> Bool { true }

    public func handle(_ message: InboundMessage, _ step: Step) throws(StepFailure) {
        guard message.type == .networkStateDesired else {
            throw .refused(Refusal(.contradictsState, "\(message.type.fullName) does not belong on \(message.topic.baseName)"))
        }
        let order = try message.decode(NetworkStateDesired.self)
        let (connection, asked) = try ruled { () throws(Refusal) in (try order.subject, try PortState(order)) }
        if var row = try device(connection) {
            try take(asked, order, &row, step)
            try stored { () throws(StoreError) in _ = try devices.replace(row) }
        } else {
            var row = DeviceRow(connection, on: order.circuitID, asked: asked, now: step.now)
            try take(asked, order, &row, step)
            try stored { () throws(StoreError) in try devices.insert(row) }
        }
    }

    private func device(_ connection: ConnectionID) throws(StepFailure) -> DeviceRow? {
        try stored { () throws(StoreError) in try devices.row(connection) }
    }

    private func take(_ asked: PortState, _ order: NetworkStateDesired, _ row: inout DeviceRow, _ step: Step) throws(StepFailure) {
        // What is older than the state it has, or the same, is answered with that state.
        if asked.version <= row.state.version { return confirm(row, step) }
        guard asked.version >= row.asked.version else { return }
        if asked.version > row.asked.version {
            row.asked = asked
            row.attempts = 0
        }
        row.circuit = order.circuitID
        row.attempts += 1
        if faults.refuses(vlan: asked.vlan, of: row.connection, attempt: row.attempts) { return refuse(row, step) }
        if faults.delay > .zero { return step.arm(delayTimer(row.connection), due: step.now + faults.delay) }
        apply(&row, step)
    }

    private func apply(_ row: inout DeviceRow, _ step: Step) {
        row.state = row.asked
        row.changedAt = step.now
        note(row, refusal: nil, step)
        confirm(row, step)
    }

    private func confirm(_ row: DeviceRow, _ step: Step) {
        var message = NetworkApplied()
        message.connectionID = row.connection
        message.portID = row.connection.port
        message.version = row.state.version
        message.appliedAt = Timestamp(row.changedAt)
        step.send(message, on: .networkEvents, about: message.connectionID)
    }

    private func refuse(_ row: DeviceRow, _ step: Step) {
        note(row, refusal: faults.reason, step)
        var message = NetworkFailed()
        message.connectionID = row.connection
        message.portID = row.connection.port
        message.version = row.asked.version
        message.reason = faults.reason
        message.transient = faults.isTransient
        step.send(message, on: .networkEvents, about: message.connectionID)
    }

    private func note(_ row: DeviceRow, refusal: String?, _ step: Step) {
        log.append(
            DeviceChangeRow(
                id: step.mint(), at: step.now, connection: row.connection, circuit: row.circuit, state: row.asked, refusal: refusal))
    }

    private func delayTimer(_ connection: ConnectionID) -> TimerKey { TimerKey(owner: connection.bits, name: Self.delayTimer) }

    /// A state has taken its time.
    public func fire(_ timer: TimerKey, _ step: Step) throws(StepFailure) {
        guard var row = try device(ConnectionID(bits: timer.owner)), row.state.version < row.asked.version else { return }
        apply(&row, step)
        try stored { () throws(StoreError) in _ = try devices.replace(row) }
    }

    public func execute(_ command: NetworkCommand, _ step: Step) throws(StepFailure) -> CommandAnswer {
        try command.caller.requireStaff(to: "tell the device what to refuse")
        faults = try ruled { () throws(Refusal) in try FaultRule(command.faults) }
        return CommandAnswer(status: 200, command.faults)
    }

    // MARK: No channels

    public func handled(_ channel: ChannelKey) -> ChannelPosition { .beginning }
    public func advance(_ channel: ChannelKey, to position: ChannelPosition) -> Bool { false }

    // MARK: Batches

    public func flush() throws(StoreError) {
        try devices.flush()
        try log.flush()
    }

    public func committed() {
        if devices.count > Self.rowsKept { devices.clear() }
    }

    public func discard() {
        devices.clear()
        log.clear()
    }
}

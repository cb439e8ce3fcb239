public import HostedConnection

/// Which VBRs a batch transforms.
public enum TransformationScope: Equatable, Sendable {
    case circuit(CircuitID)
    case tenant(AccountID)
}

/// Where one VBR of a batch stands.
public enum TransformationItemState: Equatable, Sendable {
    case waiting
    /// Its transformation could not begin.
    case refused(code: RefusalCode, text: String)
    case running(SagaID)
    /// Its transformation is stuck; it holds no place, so that it stops no other one.
    case needsOperator(SagaID)
    case completed(SagaID)
    case compensated(SagaID, reason: String)

    /// The word in APIs.
    public var name: String {
        switch self {
        case .waiting: "waiting"
        case .refused: "refused"
        case .running: "running"
        case .needsOperator: "needs operator"
        case .completed: "completed"
        case .compensated: "compensated"
        }
    }

    /// Whether it takes one of the places of those that run at once.
    var isRunning: Bool { if case .running = self { true } else { false } }

    /// Whether nothing of it is left to be done.
    public var isOver: Bool {
        switch self {
        case .refused, .completed, .compensated: true
        case .waiting, .running, .needsOperator: false
        }
    }
}

/// Many transformations as one: each VBR by itself, so many at once and no more, the next one as soon as one is over.
public struct TransformationBatch: Equatable, Sendable {
    public enum State: UInt8, Sendable, CaseIterable {
        case running = 1
        /// Begins no more; those under way go on.
        case paused = 2
        case done = 3

        /// The word in APIs.
        public var name: String {
            switch self {
            case .running: "running"
            case .paused: "paused"
            case .done: "done"
            }
        }
    }

    /// One VBR of the batch.
    public struct Item: Equatable, Sendable {
        public let vbr: VBRID
        public internal(set) var state: TransformationItemState

        public init(_ vbr: VBRID, _ state: TransformationItemState = .waiting) {
            self.vbr = vbr
            self.state = state
        }
    }

    /// How many VBRs stand where.
    public struct Progress: Equatable, Sendable {
        public var waiting = 0
        public var running = 0
        public var needOperator = 0
        public var refused = 0
        public var completed = 0
        public var compensated = 0

        public init(
            waiting: Int = 0, running: Int = 0, needOperator: Int = 0, refused: Int = 0, completed: Int = 0, compensated: Int = 0
        ) {
            self.waiting = waiting
            self.running = running
            self.needOperator = needOperator
            self.refused = refused
            self.completed = completed
            self.compensated = compensated
        }

        public var all: Int { waiting + running + needOperator + refused + completed + compensated }
    }

    /// How many may run at once, and how many do unless the operator says otherwise.
    public static let limits = 1...200
    public static let usualLimit = 10

    public let scope: TransformationScope
    public let payer: PayingParty
    public let limit: Int
    public private(set) var state: State
    public private(set) var items: [Item]
    private var places: [VBRID: Int]

    /// - Parameter items: in the order in which they are to be transformed; a VBR that stands twice counts once.
    /// - Throws: ``RefusalCode/invalidValue`` for a limit that is none of ``limits``.
    public init(_ scope: TransformationScope, payer: PayingParty, limit: Int = usualLimit, _ vbrs: [VBRID]) throws(Refusal) {
        guard Self.limits.contains(limit) else {
            throw Refusal(
                .invalidValue, "\(limit) at once is not from \(Self.limits.lowerBound) to \(Self.limits.upperBound)", field: "atOnce",
                next: "Leave it out for \(Self.usualLimit)")
        }
        self.init(stored: scope, payer: payer, limit: limit, state: .running, items: vbrs.map { Item($0) })
        finishIfOver()
    }

    /// A batch as it was kept.
    public init(stored scope: TransformationScope, payer: PayingParty, limit: Int, state: State, items: [Item]) {
        self.scope = scope
        self.payer = payer
        self.limit = limit
        self.state = state
        self.items = []
        places = [:]
        for item in items where places[item.vbr] == nil {
            places[item.vbr] = self.items.count
            self.items.append(item)
        }
    }

    public var progress: Progress {
        items.reduce(into: Progress()) { progress, item in
            switch item.state {
            case .waiting: progress.waiting += 1
            case .running: progress.running += 1
            case .needsOperator: progress.needOperator += 1
            case .refused: progress.refused += 1
            case .completed: progress.completed += 1
            case .compensated: progress.compensated += 1
            }
        }
    }

    /// The next VBR whose transformation is to begin; nil while none may. Whoever asks tells with ``begun(_:saga:)`` or
    /// ``refused(_:_:)`` what came of it before it asks again.
    public var next: VBRID? {
        guard state == .running, items.count(where: { $0.state.isRunning }) < limit else { return nil }
        return items.first { $0.state == .waiting }?.vbr
    }

    // MARK: What becomes of them

    public mutating func begun(_ vbr: VBRID, saga: SagaID) { move(vbr, to: .running(saga)) { $0 == .waiting } }

    /// The transformation could not begin.
    /// - Parameter obstacles: all that is in its way; the first one's code is the item's.
    public mutating func refused(_ vbr: VBRID, _ obstacles: [Refusal]) {
        guard let first = obstacles.first else { return }
        let text = obstacles.map { obstacles.count == 1 ? $0.text : "\($0.code.rawValue): \($0.text)" }.joined(separator: "; ")
        move(vbr, to: .refused(code: first.code, text: text)) { $0 == .waiting }
    }

    public mutating func needsOperator(_ vbr: VBRID, saga: SagaID) { move(vbr, to: .needsOperator(saga)) { $0 == .running(saga) } }

    public mutating func completed(_ vbr: VBRID, saga: SagaID) { move(vbr, to: .completed(saga)) { $0.isUnderWay(as: saga) } }

    public mutating func compensated(_ vbr: VBRID, saga: SagaID, because reason: String) {
        move(vbr, to: .compensated(saga, reason: reason)) { $0.isUnderWay(as: saga) }
    }

    /// Moves an item that stands where it can be moved from; what is told late, twice or of another saga changes nothing.
    private mutating func move(_ vbr: VBRID, to state: TransformationItemState, if mayMove: (TransformationItemState) -> Bool) {
        guard let place = places[vbr], mayMove(items[place].state) else { return }
        items[place].state = state
        finishIfOver()
    }

    private mutating func finishIfOver() { if items.allSatisfy(\.state.isOver) { state = .done } }

    // MARK: People

    /// Begins no more for now. Pausing again changes nothing.
    /// - Throws: ``RefusalCode/contradictsState`` when it is done.
    public mutating func pause() throws(Refusal) {
        try requireOpen()
        state = .paused
    }

    /// Goes on. Resuming again changes nothing.
    /// - Throws: ``RefusalCode/contradictsState`` when it is done.
    public mutating func resume() throws(Refusal) {
        try requireOpen()
        state = .running
    }

    private func requireOpen() throws(Refusal) {
        guard state != .done else {
            throw Refusal(
                .contradictsState, "The transformations are done", next: "See the report, or begin anew for those that were not made")
        }
    }
}

extension TransformationItemState {
    fileprivate func isUnderWay(as saga: SagaID) -> Bool { self == .running(saga) || self == .needsOperator(saga) }
}

extension TransformationBatch {
    /// The report in lines: how many stand where, and each VBR that was not transformed with the reason.
    public var report: String {
        let progress = progress
        let sums = [
            (progress.completed, "transformed"), (progress.compensated, "turned back"), (progress.refused, "refused"),
            (progress.needOperator, "need an operator"), (progress.running, "under way"), (progress.waiting, "waiting"),
        ]
        let head = sums.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let lines = ["\(progress.all) VBRs: \(head.isEmpty ? "none" : head)"] + items.compactMap(\.trouble)
        return lines.map { $0 + "\n" }.joined()
    }
}

extension TransformationBatch.Item {
    /// Why the VBR is not transformed, in a line; nil where nothing is wrong with it.
    fileprivate var trouble: String? {
        switch state {
        case .waiting, .running, .completed: nil
        case .refused(let code, let text):
            text.hasPrefix(code.rawValue) ? "\(vbr): refused: \(text)" : "\(vbr): refused: \(code.rawValue): \(text)"
        case .needsOperator(let saga): "\(vbr): \(saga) needs an operator"
        case .compensated(let saga, let reason): "\(vbr): \(saga) turned back: \(reason)"
        }
    }
}

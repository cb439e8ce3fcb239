public import HostedConnection
public import Schema
import Store

/// Whether a command came alone or as a list.
public enum CommandShape: Sendable, Hashable {
    /// One item, answered by its view or by its refusal's status.
    case single
    /// Up to ``itemLimit`` items, each with an answer of its own.
    case bulk
    /// A list whose answers are ids and refusals only: for a client that knows the rest or reads it when it needs it.
    case minimalBulk

    /// Most items of one command.
    public static let itemLimit = 1_000
}

/// The answer to a bulk command: for each item what became of it, in the order of the request.
public protocol ItemAnswers: WireMessage {
    associatedtype View: ItemView
    associatedtype Item: WireMessage
    /// What became of the items so far.
    var items: [Item] { get set }
    mutating func append(_ view: consuming View)
    mutating func append(_ error: ErrorDetail)
}

/// What an item is shown as.
public protocol ItemView: WireMessage {
    /// The view with nothing but the id by which the rest can be read.
    var minimal: Self { get }
}

/// What one item of a command came to.
public enum ItemOutcome<View: ItemView> {
    /// Carried out; whether it made something that was not there before.
    case done(View, isNew: Bool)
    /// Refused, and the refusal itself is kept, in the history of what was to be changed. A refusal that leaves no trace is
    /// thrown instead.
    case refused(Refusal)

    public init(_ view: View, isNew: Bool) { self = .done(view, isNew: isNew) }
}

extension Step {
    /// Carries out the items of a command, each by itself: one that is refused leaves the others alone.
    public func carryOut<Input, Answers: ItemAnswers>(
        _ items: [Input], as shape: CommandShape, answering: Answers.Type,
        _ body: (Input) throws(StepFailure) -> ItemOutcome<Answers.View>
    ) throws(StepFailure) -> CommandAnswer {
        guard let first = items.first else {
            throw .refused(Refusal(.missingField, "The request has no items", field: "items", next: "Give at least one item"))
        }
        guard items.count <= CommandShape.itemLimit else {
            throw .refused(
                Refusal(
                    .tooManyItems, "The request has \(items.count) items", field: "items",
                    next: "Give at most \(CommandShape.itemLimit) items in one request"))
        }
        switch shape {
        case .single:
            switch try body(first) {
            case .done(let view, let isNew): return CommandAnswer(status: isNew ? 201 : 200, view)
            case .refused(let refusal): return refusal.answer
            }
        case .bulk, .minimalBulk:
            let isMinimal = shape == .minimalBulk
            answersMinimally = isMinimal
            defer { answersMinimally = false }
            var answers = Answers()
            answers.items.reserveCapacity(items.count)
            for item in items {
                do throws(StepFailure) {
                    switch try attempt({ () throws(StepFailure) in try body(item) }) {
                    case .done(let view, _): answers.append(isMinimal ? view.minimal : view)
                    case .refused(let refusal): answers.append(refusal.detail)
                    }
                } catch {
                    let failure = error
                    answers.append(try stored { () throws(StoreError) in try failure.refusal() }.detail)
                }
            }
            return CommandAnswer(status: 200, answers, emitsDefaults: !isMinimal)
        }
    }
}

extension AccountAnswers: ItemAnswers {
    public typealias View = AccountView

    public mutating func append(_ view: consuming AccountView) { items.append(AccountAnswer(account: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(AccountAnswer(error: error)) }
}

extension CircuitAnswers: ItemAnswers {
    public typealias View = CircuitView

    public mutating func append(_ view: consuming CircuitView) { items.append(CircuitAnswer(circuit: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(CircuitAnswer(error: error)) }
}

extension PortAnswers: ItemAnswers {
    public typealias View = PortView

    public mutating func append(_ view: consuming PortView) { items.append(PortAnswer(port: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(PortAnswer(error: error)) }
}

extension VBRAnswers: ItemAnswers {
    public typealias View = VBRView

    public mutating func append(_ view: consuming VBRView) { items.append(VBRAnswer(vbr: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(VBRAnswer(error: error)) }
}

extension PrivilegeApplicationAnswers: ItemAnswers {
    public typealias View = PrivilegeApplicationView

    public mutating func append(_ view: consuming PrivilegeApplicationView) { items.append(PrivilegeApplicationAnswer(application: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(PrivilegeApplicationAnswer(error: error)) }
}

extension AccessDeviceAnswers: ItemAnswers {
    public typealias View = AccessDeviceView

    public mutating func append(_ view: consuming AccessDeviceView) { items.append(AccessDeviceAnswer(device: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(AccessDeviceAnswer(error: error)) }
}

extension ResourceGroupAnswers: ItemAnswers {
    public typealias View = ResourceGroupView

    public mutating func append(_ view: consuming ResourceGroupView) { items.append(ResourceGroupAnswer(resourceGroup: view)) }
    public mutating func append(_ error: ErrorDetail) { items.append(ResourceGroupAnswer(error: error)) }
}

extension AccountView: ItemView {
    public var minimal: Self { Self(accountID: accountID) }
}

extension CircuitView: ItemView {
    public var minimal: Self { Self(circuitID: circuitID) }
}

extension PortView: ItemView {
    public var minimal: Self { Self(portID: portID) }
}

extension VBRView: ItemView {
    public var minimal: Self { Self(vbrID: vbrID) }
}

extension PrivilegeApplicationView: ItemView {
    public var minimal: Self { Self(applicationID: applicationID) }
}

extension AccessDeviceView: ItemView {
    public var minimal: Self { Self(deviceID: deviceID) }
}

extension ResourceGroupView: ItemView {
    public var minimal: Self { Self(resourceGroupID: resourceGroupID) }
}

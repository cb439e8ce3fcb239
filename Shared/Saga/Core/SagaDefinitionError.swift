/// What makes a definition, or a catalogue of them, unfit to run.
public enum SagaDefinitionError: Error, Hashable, Sendable {
    /// A name that is not made of lower-case letters, digits and hyphens.
    case name(String)
    /// Versions count from 1.
    case version(SagaVersion)
    /// No steps, or more than 31.
    case stepCount(Int)
    case stepTwice(String)
    /// A step that does not say who is asked, for what, or what it waits for.
    case wordless(String)
    /// A step that needs no way back and does not say why.
    case reasonless(String)
    case noAttempts(String)
    /// A first pause that is not positive, or a longest that is shorter.
    case pauses(String)
    case refusableBeyondReturn(String)
    case turnsBackBeyondReturn(String)
    case wayBackBeyondReturn(String)
    case definitionTwice(SagaVersion)
    /// New instances are to get a version that is not there.
    case noSuchVersion(SagaVersion)
}

extension SagaDefinitionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .name(let name): "\"\(name)\" is not made of lower-case letters, digits and hyphens"
        case .version(let version): "version \(version.number) of \(version.name): versions count from 1"
        case .stepCount(let count): "\(count) steps: a saga has 1 to 31"
        case .stepTwice(let step): "step \(step) stands twice"
        case .wordless(let step): "step \(step) does not say who is asked, for what, or what it waits for"
        case .reasonless(let step): "step \(step) does not say why it needs no way back"
        case .noAttempts(let step): "step \(step) is never asked for"
        case .pauses(let step): "step \(step) waits for no time, or its longest pause is shorter than its first"
        case .refusableBeyondReturn(let step): "step \(step) can be refused beyond the point of no return"
        case .turnsBackBeyondReturn(let step): "step \(step) turns back beyond the point of no return"
        case .wayBackBeyondReturn(let step): "step \(step) has a way back beyond the point of no return"
        case .definitionTwice(let version): "\(version) is defined twice"
        case .noSuchVersion(let version): "\(version) is to be used for new sagas and is not defined"
        }
    }
}

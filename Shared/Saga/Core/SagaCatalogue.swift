/// The definitions a program knows: those new instances get, and older ones under which instances still finish.
public struct SagaCatalogue: Sendable {
    private let definitions: [SagaVersion: SagaDefinition]
    private let newest: [String: SagaVersion]

    /// - Parameters:
    ///   - definitions: every version that instances may still run under.
    ///   - pinned: the version that new instances of a name get, where it is not the highest.
    public init(_ definitions: [SagaDefinition], pinned: [SagaVersion] = []) throws(SagaDefinitionError) {
        var known: [SagaVersion: SagaDefinition] = [:]
        var newest: [String: SagaVersion] = [:]
        for definition in definitions {
            let version = definition.version
            guard known.updateValue(definition, forKey: version) == nil else { throw .definitionTwice(version) }
            newest[version.name] = max(newest[version.name] ?? version, version)
        }
        for version in pinned {
            guard known[version] != nil else { throw .noSuchVersion(version) }
            newest[version.name] = version
        }
        self.definitions = known
        self.newest = newest
    }

    /// The definition an instance runs under; nil if this program does not know it.
    public subscript(version: SagaVersion) -> SagaDefinition? { definitions[version] }

    /// The definition that a new instance gets; nil if there is none of this name.
    public func newest(_ name: String) -> SagaDefinition? { newest[name].flatMap { definitions[$0] } }

    /// Every definition, by name and version.
    public var all: [SagaDefinition] { definitions.values.sorted { $0.version < $1.version } }
}

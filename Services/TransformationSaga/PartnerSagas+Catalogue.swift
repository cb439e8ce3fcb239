public import PartnerDomain
public import Saga

extension PartnerSagas {
    /// The sagas that partner-service coordinates. Constant data, which fits or does not fit whatever the program is given.
    public static let catalogue: SagaCatalogue = {
        do throws(SagaDefinitionError) {
            return try SagaCatalogue(try portChanges() + [try TransformationSaga.definition()])
        } catch {
            preconditionFailure("a saga's definition: \(error)")
        }
    }()
}

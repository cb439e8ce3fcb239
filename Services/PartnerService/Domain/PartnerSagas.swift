public import Saga

/// The sagas that partner-service coordinates.
public enum PartnerSagas {
    /// Constant data, which fits or does not fit whatever the program is given.
    public static let catalogue: SagaCatalogue = {
        do throws(SagaDefinitionError) {
            return try SagaCatalogue([try DeletionSaga.definition()])
        } catch {
            preconditionFailure("a saga's definition: \(error)")
        }
    }()
}

public import Saga

/// The sagas that partner-service coordinates.
public enum PartnerSagas {
    /// The party that carries out what is asked of a port's access device.
    static let device = "the access device"

    /// Constant data, which fits or does not fit whatever the program is given.
    public static let catalogue: SagaCatalogue = {
        do throws(SagaDefinitionError) {
            return try SagaCatalogue([
                try DeletionSaga.definition(), try VLANChangeSaga.definition(), try BandwidthChangeSaga.increaseDefinition(),
                try BandwidthChangeSaga.decreaseDefinition(),
            ])
        } catch {
            preconditionFailure("a saga's definition: \(error)")
        }
    }()
}

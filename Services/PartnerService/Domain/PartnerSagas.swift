public import Saga

/// The sagas that change ports.
public enum PartnerSagas {
    /// The party that carries out what is asked of a port's access device.
    static let device = "the access device"

    /// Their definitions, every version under which a saga may still run.
    public static func portChanges() throws(SagaDefinitionError) -> [SagaDefinition] {
        [
            try DeletionSaga.definition(), try VLANChangeSaga.definition(), try BandwidthChangeSaga.increaseDefinition(),
            try BandwidthChangeSaga.decreaseDefinition(),
        ]
    }
}

/// What became of published records: each accepted tag appears exactly once, in one batch or another.
public struct DeliveryBatch: Sendable {
    public struct Failure: Sendable {
        public let tag: UInt64
        public let error: KafkaError
    }

    /// Tags of records that all in-sync replicas have; per partition in the order of publishing.
    public internal(set) var acknowledged: [UInt64] = []
    /// Tags of records that are not known to be in the log.
    public internal(set) var failed: [Failure] = []

    public var isEmpty: Bool { acknowledged.isEmpty && failed.isEmpty }
    public var count: Int { acknowledged.count + failed.count }
}

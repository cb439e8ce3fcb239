/// What became of published records: each accepted tag appears exactly once, in one batch or another.
public struct DeliveryBatch: Sendable {
    public struct Failure: Sendable {
        public let tag: UInt64
        public let error: KafkaError

        public init(tag: UInt64, error: KafkaError) {
            self.tag = tag
            self.error = error
        }
    }

    /// Tags of records that all in-sync replicas have; per partition in the order of publishing.
    public var acknowledged: [UInt64] = []
    /// Tags of records that are not known to be in the log.
    public var failed: [Failure] = []

    public init() {}

    public var isEmpty: Bool { acknowledged.isEmpty && failed.isEmpty }
    public var count: Int { acknowledged.count + failed.count }
}

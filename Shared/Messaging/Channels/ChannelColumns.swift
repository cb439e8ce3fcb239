public import Store

extension StoreRow {
    /// A place on a channel, in two columns: epoch and sequence.
    public func position(_ column: Int32) -> ChannelPosition {
        ChannelPosition(epoch: UInt64(bitPattern: int64(column)), sequence: UInt64(bitPattern: int64(column + 1)))
    }
}

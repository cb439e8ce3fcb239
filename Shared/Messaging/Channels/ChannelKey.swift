public import HostedConnection
public import Schema

/// Names one incoming channel: the topic and the connection or account the messages are about.
public struct ChannelKey: Hashable, Sendable {
    public let topic: Topic
    /// The connection id's bits, or the account's number.
    public let key: UInt128

    public init(topic: Topic, key: UInt128) {
        self.topic = topic
        self.key = key
    }

    public init(_ topic: Topic, _ connection: ConnectionID) {
        self.init(topic: topic, key: connection.bits.value)
    }

    public init(_ topic: Topic, _ account: AccountID) {
        self.init(topic: topic, key: UInt128(account.number))
    }

    /// Reads the key of a record: an account id on the accounts topic, a connection id elsewhere; nil if it is none.
    public init?(topic: Topic, text: UnsafeRawBufferPointer) {
        if topic == .accounts {
            guard let account = AccountID(text: text) else { return nil }
            self.init(topic, account)
        } else {
            guard let connection = ConnectionID(text: text) else { return nil }
            self.init(topic, connection)
        }
    }

    public var connection: ConnectionID { ConnectionID(bits: ID128(key)) }
    public var account: AccountID { AccountID(number: UInt64(truncatingIfNeeded: key)) }

    /// The key's text as it stands in the record.
    public var text: String { topic == .accounts ? account.description : connection.description }
}

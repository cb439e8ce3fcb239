import Schema

/// A record that can't be handled, as much of it as could be read. Its bytes are lent.
struct UnhandledMessage {
    var topic: Topic
    var partition: Int32
    var offset: Int64
    var key: UnsafeRawBufferPointer
    var id = ""
    var source = ""
    var typeName = ""
    /// `name: value` lines, for people.
    var headers: [UInt8] = []
    var body: UnsafeRawBufferPointer
    /// Its channel and place, if these could be read: the channel waits behind it then.
    var channel: ChannelKey?
    var position: ChannelPosition?
}

/// Why a message is a dead letter: a stable code, and what it says of this message.
struct DeadLetterCause {
    var code: String
    var detail: String

    init(_ code: String, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}

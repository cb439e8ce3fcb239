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
    /// How the body is encoded; nil if the record could not be read as an event.
    var encoding: EventEncoding?
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
        self.detail = detail.bounded.withoutNUL
    }
}

/// An open dead letter, read back to be settled.
struct OpenDeadLetter {
    var topic: Topic
    var key: [UInt8]
    /// The channel that waits for it, if its place could be read.
    var channel: ChannelKey?
    /// The message, if the record was a readable event.
    var message: ParkedMessage?
}

extension String {
    /// Longest text, in bytes, of a dead letter's record and its cause; the table keeps the attributes whole.
    private static var longest: Int { 1024 }

    /// The text's beginning, short enough for a record.
    var bounded: String {
        utf8.count <= Self.longest ? self : String(decoding: utf8.prefix(Self.longest), as: UTF8.self)
    }

    /// The text without NUL, which no database keeps in a text.
    var withoutNUL: String {
        utf8.contains(0) ? String(decoding: utf8.map { $0 == 0 ? UInt8(ascii: "?") : $0 }, as: UTF8.self) : self
    }
}

import Schema
import Store

/// A message read back from the database, to be handled now.
struct ParkedMessage {
    var place: Place
    var id: String
    var source: String
    var typeName: String
    var encoding: EventEncoding
    var body: [UInt8]

    /// The message as it arrived, for the length of `body` only.
    func lend<Value>(topic: Topic, key: [UInt8], _ use: (Arrival) throws(StoreError) -> Value) throws(StoreError) -> Value {
        var name = typeName
        let type = name.withUTF8 { MessageType(fullName: UnsafeRawBufferPointer($0)) }
        return try key.span.withUnsafeBytes { key throws(StoreError) in
            try body.span.withUnsafeBytes { body throws(StoreError) in
                try use(
                    Arrival(
                        topic: topic, key: key, id: id, source: source, type: type, typeName: typeName, encoding: encoding, body: body))
            }
        }
    }
}

// Maps: on the wire a repeated message of key and value, in JSON an object. Written in the order of the keys, so that equal
// messages have equal bytes.

extension WireWriter {
    mutating func map<Key: MapKeyCodec, Value: FieldCodec>(
        _: Key.Type, _: Value.Type, _ number: UInt32, _ entries: [Key.Value: Value.Value]
    ) {
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
            tag(number, WireType.lengthDelimited)
            let start = beginLength()
            optional(Key.self, 1, key)
            optional(Value.self, 2, value)
            endLength(start)
        }
    }
}

extension WireReader {
    /// - Parameter initial: the value of an entry that holds none.
    mutating func merge<Key: MapKeyCodec, Value: FieldCodec>(
        _: Key.Type, _: Value.Type, default initial: Value.Value, into entries: inout [Key.Value: Value.Value]
    ) throws(CodecError) {
        let block = try bytes()
        let outer = (end: end, tag: tag)
        var key = Key.initial
        var value = initial
        cursor -= block.count
        end = cursor + block.count
        do throws(CodecError) {
            entry: while true {
                switch try nextTag() {
                case 0: break entry
                case 1 << 3 | Key.wireType: key = try Key.read(from: &self)
                case 2 << 3 | Value.wireType: value = try Value.read(from: &self)
                case let tag: try skip(tag)
                }
            }
        } catch {
            // The error is the map's: an entry's fields have no names of their own.
            tag = outer.tag
            throw error
        }
        end = outer.end
        tag = outer.tag
        entries[key] = value
    }
}

extension JSONWriter {
    mutating func map<Key: MapKeyCodec, Value: FieldCodec>(
        _: Key.Type, _: Value.Type, _ name: StaticString, _ entries: [Key.Value: Value.Value]
    ) {
        guard emitsDefaults || !entries.isEmpty else { return }
        self.name(name)
        beginObject()
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
            separate()
            Key.writeKey(key, to: &self)
            buffer.append(UInt8(ascii: ":"))
            Value.write(value, to: &self)
        }
        endObject()
    }
}

extension JSONReader {
    mutating func map<Key: MapKeyCodec, Value: FieldCodec>(
        _: Key.Type, _: Value.Type, _ entries: inout [Key.Value: Value.Value]
    ) throws(CodecError) {
        if try takeNull() { return }
        try beginObject()
        while let name = try nextName() {
            let shown = String(decoding: name.prefix(64), as: UTF8.self)
            do throws(CodecError) {
                let key = try Key.read(key: name)
                guard entries[key] == nil else { throw CodecError(.duplicateField, expected: "the key at most once") }
                entries[key] = try Value.read(from: &self)
            } catch {
                throw error.inside("[\(shown)]")
            }
        }
    }

    /// Refuses a second field of a oneof.
    func only(_ isFirst: Bool) throws(CodecError) {
        guard isFirst else { throw CodecError(.duplicateField, expected: "one field of the oneof") }
    }
}

/// Octets as text.
public enum BinaryText {
    /// Two lower-case digits an octet.
    public static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            for (index, octet) in bytes.enumerated() {
                text[index * 2] = digits[Int(octet >> 4)]
                text[index * 2 + 1] = digits[Int(octet & 15)]
            }
            return bytes.count * 2
        }
    }

    /// Base64 with `-` and `_`, without padding (RFC 4648, 5): fit for headers, addresses and file names.
    public static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        grouped(bytes, bits: 6, alphabet: Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8))
    }

    /// Lower-case Crockford base32, the alphabet of our ids: fit for reading aloud.
    public static func base32(_ bytes: some Sequence<UInt8>) -> String {
        grouped(bytes, bits: 5, alphabet: Array("0123456789abcdefghjkmnpqrstvwxyz".utf8))
    }

    /// The most significant bits first; the last group is filled up with zeros.
    private static func grouped(_ bytes: some Sequence<UInt8>, bits: Int, alphabet: [UInt8]) -> String {
        var text: [UInt8] = []
        var buffer = 0
        var held = 0
        for octet in bytes {
            buffer = (buffer << 8 | Int(octet)) & 0xffff
            held += 8
            while held >= bits {
                held -= bits
                text.append(alphabet[buffer >> held & (1 << bits - 1)])
            }
        }
        if held > 0 { text.append(alphabet[buffer << (bits - held) & (1 << bits - 1)]) }
        return String(decoding: text, as: UTF8.self)
    }
}

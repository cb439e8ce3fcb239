import Testing

@testable import ServiceKit

@Suite struct CryptoTests {
    /// FIPS 180-2 and RFC 4231.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256(text: String, digest: String) throws {
        #expect(try Digest256.sha256(text).description == digest)
        let hasher = try SHA256Hasher()
        #expect(try hasher.digest(of: text).description == digest)
        #expect(try hasher.digest(of: Array(text.utf8)).description == digest)
        let bytes = Array(text.utf8)
        let split = try bytes.withUnsafeBytes { all in
            let middle = all.count / 3
            return try hasher.digest(of: UnsafeRawBufferPointer(rebasing: all[..<middle]), UnsafeRawBufferPointer(rebasing: all[middle...]))
        }
        #expect(split.description == digest)
    }

    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (Array("Jefe".utf8), "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
    func hmac(key: [UInt8], text: String, code: String) throws {
        let key = try HMACKey(key)
        #expect(try key.code(for: text).description == code)
        _ = try key.code(for: "something else")
        #expect(try key.code(for: text).description == code)
        #expect(try key.copy().code(for: text).description == code)
    }

    @Test func digestsAreStoredAndCompared() throws {
        let digest = try Digest256.sha256("abc")
        let stored = digest.bytes.withUnsafeBytes { Digest256(bytes: $0) }
        #expect(stored == digest)
        #expect(stored?.isSecurelyEqual(to: digest) == true)
        let other = try Digest256.sha256("abd")
        #expect(!digest.isSecurelyEqual(to: other))
        #expect(digest != other)
        #expect([UInt8](repeating: 0, count: 31).withUnsafeBytes { Digest256(bytes: $0) } == nil)
        #expect(isSecurelyEqual("abc", "abc") && !isSecurelyEqual("abc", "abd") && !isSecurelyEqual("abc", "ab"))
        #expect(isSecurelyEqual("", "") && isSecurelyEqual([1], [1]) && !isSecurelyEqual([1], [2]))
    }

    /// RFC 4648, 10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ])
    func base64URL(text: String, encoded: String) { #expect(BinaryText.base64URL(text.utf8) == encoded) }

    @Test func otherTextForms() {
        #expect(BinaryText.base64URL([0xfb, 0xff]) == "-_8")
        #expect(BinaryText.base32([0xff, 0x00, 0x1f]) == "zw01y")
        #expect([0x00, 0xaf].withUnsafeBytes { BinaryText.hexadecimal(UnsafeRawBufferPointer(rebasing: $0[..<1])) } == "00")
    }

    @Test func tokensAreLongDifferentAndHidden() throws {
        let tokens = (0..<100).map { _ in AccessToken.mint(prefix: "hct_") }
        #expect(Set(tokens.map { $0.secret.reveal() }).count == 100)
        let text = tokens[0].secret.reveal()
        #expect(text.hasPrefix("hct_"))
        #expect(text.utf8.count == 4 + 43)
        #expect(!"\(tokens[0])".contains(text.dropFirst(4)))
        let presented = AccessToken(presented: text)
        #expect(try presented.digest() == tokens[0].digest())
        #expect(try presented.digest() != tokens[1].digest())
        #expect(randomBytes(0).isEmpty && randomBytes(33).count == 33)
    }
}

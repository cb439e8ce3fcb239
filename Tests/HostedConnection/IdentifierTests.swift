import HostedConnection
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    private static func mint(_ seed: UInt64 = 7) -> IdentifierMint {
        var state = seed
        return IdentifierMint {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }

    @Test("ids grow with time, in value and in text, also when the clock stands still or steps back")
    func grow() {
        var mint = Self.mint()
        var last = PortID.none
        for step in 0..<200_000 {
            let now = Instant(microseconds: 1_700_000_000_000_000 + Int64(step / 1000) * 1000 - Int64(step % 7) * 1000)
            let id: PortID = mint.mint(at: now)
            #expect(id > last)
            if last.isSet { #expect(id.description > last.description) }
            last = id
        }
    }

    @Test("the text form is read back to the same id", arguments: 0..<500)
    func roundTrip(number: Int) throws {
        var mint = Self.mint(UInt64(number))
        let id: VBRID = mint.mint(at: Instant(microseconds: Int64(number) * 7_919_000_000))
        let text = id.description
        #expect(text.hasPrefix("vbr-"))
        #expect(text.utf8.count == 30)
        #expect(VBRID(text) == id)
        #expect(try #require(ID128(id.bits.text)) == id.bits)
    }

    @Test(
        "what is no id is refused",
        arguments: [
            "", "pc-", "pc-0000000000000000000000000", "pc-000000000000000000000000000", "pc-8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "pc-0000000000000000000000000u", "PC-00000000000000000000000000", "vbr-00000000000000000000000000",
        ])
    func malformed(text: String) { #expect(PortID(text) == nil) }

    @Test("a character that is no digit is refused at each place", arguments: 0..<ID128.textCount)
    func noDigit(place: Int) {
        for character in Array("uUA-\u{7F}/".utf8) + [0x80, 0xff] {
            var text = [UInt8](repeating: UInt8(ascii: "1"), count: ID128.textCount)
            #expect(text.withUnsafeBytes { ID128(text: $0) } != nil)
            text[place] = character
            #expect(text.withUnsafeBytes { ID128(text: $0) } == nil)
        }
    }

    @Test("an id of one kind is not read as another's")
    func kinds() {
        var mint = Self.mint()
        let port: PortID = mint.mint(at: Instant(seconds: 1))
        let disguised = "vbr-" + port.bits.text
        #expect(VBRID(disguised) == nil)
        #expect(ConnectionID(disguised) == nil)
        #expect(ConnectionID(port.description)?.bits == port.bits)
    }

    @Test("a connection id keeps the prefix of what the connection began as")
    func connections() {
        var mint = Self.mint()
        let port: PortID = mint.mint(at: Instant(seconds: 1))
        let router: VBRID = mint.mint(at: Instant(seconds: 1))
        #expect(ConnectionID(port).description == port.description)
        #expect(ConnectionID(router).description == router.description)
        #expect(ConnectionID(bits: ConnectionID(router).bits) == ConnectionID(router.description))
    }

    @Test("a charge's id follows from subscription and attempt, and says which attempt it is")
    func charges() {
        var mint = Self.mint()
        let subscription: SubscriptionID = mint.mint(at: Instant(seconds: 5))
        let other: SubscriptionID = mint.mint(at: Instant(seconds: 5))
        #expect(subscription.charge(attempt: 1) == subscription.charge(attempt: 1))
        #expect(subscription.charge(attempt: 1) != subscription.charge(attempt: 2))
        #expect(subscription.charge(attempt: 1) != other.charge(attempt: 1))
        #expect(subscription.charge(attempt: 200).bits.attempt == 200)
        #expect(ChargeID(subscription.charge(attempt: 3).description) == subscription.charge(attempt: 3))
    }

    @Test("account ids are 16 decimal digits, the first not 0")
    func accounts() {
        #expect(AccountID("1234567890123456")?.number == 1_234_567_890_123_456)
        #expect(AccountID("1234567890123456")?.description == "1234567890123456")
        for text in ["", "123456789012345", "12345678901234567", "0234567890123456", "123456789012345a", "-234567890123456"] {
            #expect(AccountID(text) == nil, "\(text)")
        }
    }
}

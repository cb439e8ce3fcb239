import HostedConnection
import Testing

@testable import Schema

@Suite struct JSONErrorTests {
    private func failure<Message: WireMessage>(_: Message.Type, _ text: String) -> CodecError? {
        error { () throws(CodecError) in try Message(json: text.bytes) }
    }

    @Test(arguments: [
        (#"{"bandwidth":5}"#, CodecError.Code.unknownField, "bandwidth"),
        (#"{"after":{"epoch":1,"serial":2}}"#, .unknownField, "after.serial"),
        (#"{"portId":"pc-1"}"#, .invalidIdentifier, "portId"),
        (#"{"port_id":"vbr-00000000000000000000000000"}"#, .invalidIdentifier, "portId"),
        (#"{"tenantAccountId":1000000000000001}"#, .wrongType, "tenantAccountId"),
        (#"{"bandwidthMbps":-1}"#, .outOfRange, "bandwidthMbps"),
        (#"{"bandwidthMbps":4294967296}"#, .outOfRange, "bandwidthMbps"),
        (#"{"bandwidthMbps":1.5}"#, .wrongType, "bandwidthMbps"),
        (#"{"bandwidthMbps":"12a"}"#, .wrongType, "bandwidthMbps"),
        (#"{"bandwidthMbps":""}"#, .wrongType, "bandwidthMbps"),
        (#"{"bandwidthMbps":[]}"#, .wrongType, "bandwidthMbps"),
        (#"{"epoch":"18446744073709551616"}"#, .outOfRange, "epoch"),
        (#"{"epoch":1e400}"#, .outOfRange, "epoch"),
        (#"{"payer":"TENANT"}"#, .unknownName, "payer"),
        (#"{"payer":true}"#, .wrongType, "payer"),
        (#"{"skippable":"true"}"#, .wrongType, "skippable"),
        (#"{"skippable":1}"#, .wrongType, "skippable"),
        (#"{"region":7}"#, .wrongType, "region"),
        (#"{"region":"a","region":"b"}"#, .duplicateField, "region"),
        (#"{"portId":null,"port_id":null}"#, .duplicateField, "portId"),
        (#"{"time":"2026-02-29T00:00:00Z"}"#, .invalidTimestamp, "time"),
        (#"{"time":"2026-02-28T00:00:00"}"#, .invalidTimestamp, "time"),
        (#"{"time":"2026-02-28T00:00:00.Z"}"#, .invalidTimestamp, "time"),
        (#"{"time":"2026-02-28T00:00:00.1234567890Z"}"#, .invalidTimestamp, "time"),
        (#"{"time":"2026-02-28T24:00:00Z"}"#, .invalidTimestamp, "time"),
        (#"{"time":"0000-12-31T23:59:59Z"}"#, .invalidTimestamp, "time"),
        (#"{"time":"0001-01-01T00:00:00+00:01"}"#, .invalidTimestamp, "time"),
        (#"{"time":1769851800}"#, .wrongType, "time"),
        (#"{"region":"\ud800"}"#, .invalidUTF8, "region"),
        (#"{"region":"\ud800\u0041"}"#, .invalidUTF8, "region"),
        (#"{"region":"\udc00"}"#, .invalidUTF8, "region"),
        (#"{"region":"\x"}"#, .invalidJSON, "region"),
        ("{\"region\":\"a\nb\"}", .invalidJSON, "region"),
        (#"{"region":"a"} x"#, .invalidJSON, ""),
        (#"{"region":"a",}"#, .invalidJSON, ""),
        (#"{"region":"a" "name":"b"}"#, .invalidJSON, ""),
        (#"{,"region":"a"}"#, .invalidJSON, ""),
        (#"{"region" "a"}"#, .invalidJSON, ""),
        (#"{region:"a"}"#, .invalidJSON, ""),
        (#"{"region":nul}"#, .invalidJSON, "region"),
        (#"[]"#, .wrongType, ""),
        (#"null"#, .wrongType, ""),
        ("", .truncated, ""),
        ("  ", .truncated, ""),
    ])
    func offer(_ text: String, _ code: CodecError.Code, _ path: String) {
        let failure = failure(PortOffered.self, text)
        #expect(failure?.code == code)
        #expect(failure?.path == path)
        #expect(failure?.expectation.isEmpty == false)
    }

    @Test func elementsAreNamedByIndex() {
        #expect(failure(AccountRegistered.self, #"{"regions":["a","b",3]}"#)?.path == "regions[2]")
        #expect(failure(AccountRegistered.self, #"{"regions":["a",null]}"#)?.path == "regions[1]")
        #expect(failure(AccountRegistered.self, #"{"regions":["a",]}"#)?.path == "regions[1]")
        #expect(failure(AccountRegistered.self, #"{"regions":"a"}"#)?.path == "regions")
    }

    @Test func badBase64IsRefused() {
        for text in ["a", "a===", "ab=c", "YQ=", "YR==", "Y Q="] {
            let failure = failure(DeadLetter.self, #"{"body":"\#(text)"}"#)
            #expect(failure?.code == .invalidBase64, "\(text)")
            #expect(failure?.path == "body")
        }
    }

    @Test func theLenientFormsOfTheMapping() throws {
        #expect(try PortOffered(json: #"{"bandwidthMbps":"500"}"#.bytes).bandwidthMbps == 500)
        #expect(try PortOffered(json: #"{"bandwidth_mbps":5e2}"#.bytes).bandwidthMbps == 500)
        #expect(try PortOffered(json: #"{"bandwidthMbps":7.0}"#.bytes).bandwidthMbps == 7)
        #expect(try PortOffered(json: #"{"epoch":18446744073709551615}"#.bytes).common.epoch == .max)
        #expect(try PaymentResult(json: #"{"amountMinor":"-9223372036854775808"}"#.bytes).amountMinor == .min)
        #expect(try PortOffered(json: #"{"payer":2}"#.bytes).payer == .tenant)
        #expect(try PortOffered(json: #"{"portId":""}"#.bytes).portID == .none)
        #expect(try PortOffered(json: #"{"reg\u0069on":"\ud83d\ude00\/"}"#.bytes).region == "😀/")
        #expect(
            try PortOffered(json: #"{"time":"2026-01-31T10:30:00.5+01:00"}"#.bytes).common.time
                == Timestamp(seconds: 1_769_851_800, nanos: 500_000_000))
        #expect(try DeadLetter(json: #"{"body":"_-8"}"#.bytes).body == [0xff, 0xef])
    }

    @Test func theErrorTellsAPersonWhatToDo() {
        let failure = failure(PortOffered.self, #"{"payer":"TENANT"}"#)
        #expect(failure?.description == "payer: unknown_name: expected PAYER_PARTNER or PAYER_TENANT")
    }
}

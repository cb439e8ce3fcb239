import Schema
import Testing

@testable import AdminConsole

@Suite struct AnswerTextTests {
    private func json(_ text: String) throws -> JSONValue { try JSONValue(json: Array(text.utf8)) }

    @Test func rowsAreAligned() throws {
        let list = try json(
            """
            {"items": [{"portId": "pc-1", "payer": "PAYER_TENANT", "vlanId": 0}, {"portId": "pc-longer", "payer": "PAYER_PARTNER"}]}
            """)
        let columns = [Column("PORT", "portId"), Column("PAYER", "payer", dropping: "PAYER_"), Column("VLAN", "vlanId")]
        #expect(AnswerText.lines(list, .rows(columns)) == ["PORT       PAYER    VLAN", "pc-1       tenant   0", "pc-longer  partner"])
        #expect(AnswerText.lines(try json(#"{"items": []}"#), .rows(columns)) == ["none"])
    }

    @Test func anAnswerThatIsNoListIsOneRow() throws {
        let deletion = try json(#"{"port": {"portId": "pc-1"}, "refundId": "rfd-1"}"#)
        let lines = AnswerText.lines(deletion, .rows([Column("PORT", "port.portId"), Column("REFUND", "refundId")]))
        #expect(lines == ["PORT  REFUND", "pc-1  rfd-1"])
    }

    @Test func idsAreNeverCut() throws {
        let id = "pc-" + String(repeating: "7", count: 200)
        #expect(AnswerText.lines(try json(#"{"portId": "\#(id)"}"#), .rows([Column("PORT", "portId")])) == ["PORT", id])
    }

    @Test func detailsLeaveOutWhatIsEmptyButNotZero() throws {
        let view = try json(
            """
            {"accountId": "1", "ready": false, "vlanId": 0, "name": "", "tags": {"a": "b"},
             "clauses": [{"clause": "circuits", "met": true}]}
            """)
        #expect(
            AnswerText.lines(view, .details) == [
                "accountId  1", "ready      no", "vlanId     0", "tags", "  a  b", "clauses", "  clause    met", "  circuits  yes",
            ])
    }

    @Test func textIsGivenAsItIs() throws {
        #expect(AnswerText.lines(try json(#"{"why": "one\n\ntwo"}"#), .text("why")) == ["one", "", "two"])
    }

    @Test func aRefusalHasCodeFieldObjectAndNextStep() throws {
        let error = try json(
            """
            {"code": "port_has_vbr", "text": "The port has a VBR", "field": "", "object": "vbr-1", "next": "Delete the VBR"}
            """)
        #expect(
            AnswerText.refusal(error) == ["The port has a VBR", "  code    port_has_vbr", "  object  vbr-1", "  next    Delete the VBR"])
    }

    @Test func eachItemOfABulkAnswerIsShownByItself() throws {
        let answer = try json(
            """
            {"items": [{"port": {"portId": "pc-1"}},
                       {"error": {"code": "not_found", "text": "There is no port pc-2", "object": "pc-2"}}]}
            """)
        let (done, refused) = AnswerText.bulk(answer, .rows([Column("PORT", "portId")]))
        #expect(done == ["PORT", "pc-1"])
        #expect(refused == ["item 2: There is no port pc-2", "  code    not_found", "  object  pc-2"])
    }
}

import Testing

@testable import AdminConsole

@Suite struct ConfirmationTests {
    @Test("R-183 a destructive step asks once, and names what it is about")
    func asksOnce() throws {
        let terminal = TestTerminal(answering: "y")
        #expect(try Confirmation.isGiven(for: Invocation("port terminate pc-1 pc-2"), by: terminal))
        #expect(terminal.questions.count == 1)
        #expect(terminal.questions[0].contains("pc-1, pc-2"))
    }

    @Test("R-183 anything but yes leaves everything as it is", arguments: ["", "n", "no", "maybe", nil])
    func anythingElseIsNo(answer: String?) throws {
        #expect(try !Confirmation.isGiven(for: Invocation("vbr delete vbr-1"), by: TestTerminal(answering: answer)))
    }

    @Test("R-183 --yes skips the question, a dry run needs none", arguments: ["--yes", "--dry-run"])
    func isSkipped(option: String) throws {
        let terminal = TestTerminal(isInteractive: false)
        #expect(try Confirmation.isGiven(for: Invocation("port delete pc-1 \(option)"), by: terminal))
        #expect(terminal.questions.isEmpty)
    }

    @Test("R-183 where nobody can be asked, it is refused with what to do")
    func nobodyIsThere() throws {
        let invocation = try Invocation("port set-vlan pc-1 --vlan 7")
        let error = #expect(throws: UsageError.self) { try Confirmation.isGiven(for: invocation, by: TestTerminal(isInteractive: false)) }
        #expect(error?.description.contains("--yes") == true)
    }

    @Test func otherCommandsDoNotAsk() throws {
        let terminal = TestTerminal(isInteractive: false)
        for line in ["port accept pc-1", "port list", "port recover pc-1"] {
            #expect(try Confirmation.isGiven(for: Invocation(line), by: terminal))
        }
    }
}

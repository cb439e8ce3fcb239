import HostedConnection

/// Services/STATES.md, as the rules make it.
enum StatePage {
    static var text: String {
        """
        # What each command does in each state

        Written by the tests from the rules; do not edit. `WRITE_STATES=1 swift test --filter StateTableTests` writes it anew, and the
        tests fail when it is not what the rules do.

        A table is about one axis of a port's state on one side. Its first row is how a port in the column's state usually is otherwise:
        acceptance · service · billing · VBR. The rows below are what the side can be asked: requests of its API first, then messages
        of the other side and of billing, whose names begin with a capital.

        * `→ …`: carried out; the axes that moved, with their new states.
        * done: carried out, though no axis moved.
        * no change: nothing changes and nothing is sent, because it is known already.
        * `code`: refused. A message that is refused becomes a dead letter.
        * passed over: billing speaks of an account that the other side charges.
        * waits: billing speaks of a subscription that is not known yet; the event is kept until it is.

        Where it matters who pays, there is an answer for each payer.

        \(section("Acceptance", Acceptance.self))
        \(section("Service", ServiceState.self))
        \(section("Billing", BillingState.self))
        \(section("VBR", VBRAssociation.self))
        \(section("The latest charge", ChargeState.self))
        ## A pushed VBR

        Its fee is paid in advance; tenant-service knows of a change when the access device has followed.

        \(pushedTable("partner-service", PushedSupplyCommand.self))

        \(pushedTable("tenant-service", PushedDemandCommand.self))

        """
    }

    private static func section<State: TabulatedState>(_ title: String, _ states: State.Type) -> String {
        """
        ## \(title)

        \(table("partner-service", states, SupplyCommand.self))

        \(table("tenant-service", states, DemandCommand.self))

        """
    }

    private static func table<State: TabulatedState, Command: StateCommand>(
        _ side: String, _ states: State.Type, _ commands: Command.Type
    ) -> String {
        let lines =
            [[side] + State.allCases.map(\.name), ["---"] + State.allCases.map { _ in "---" }]
            + [["*the port*"] + State.allCases.map(\.usual.words)]
            + Command.allCases.map { command in [command.rawValue] + State.allCases.map { cell(command, $0.usual) } }
        return lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }

    private static func pushedTable<Command: PushedCommand>(_ side: String, _ commands: Command.Type) -> String {
        let lines =
            [[side] + PushedState.allCases.map(\.name), ["---"] + PushedState.allCases.map { _ in "---" }]
            + Command.allCases.map { command in
                [command.rawValue] + PushedState.allCases.map { state in cell { command.answer(in: state, payer: $0) } }
            }
        return lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }

    private static func cell(_ command: some StateCommand, _ situation: Situation) -> String {
        cell { command.answer(in: situation, payer: $0) }
    }

    private static func cell(_ answer: (PayingParty) -> Answer) -> String {
        let answers = PayingParty.allCases.map { answer($0).text }
        guard Set(answers).count > 1 else { return answers[0] }
        return zip(PayingParty.allCases, answers).map { "\($0) pays: \($1)" }.joined(separator: "<br>")
    }
}

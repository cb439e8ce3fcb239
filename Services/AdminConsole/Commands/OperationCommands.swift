import Schema

extension ConsoleCommand {
    private static let sagaColumns = [
        Column("SAGA", "sagaId"), Column("DEFINITION", "definition"), Column("CONNECTION", "connectionId"), Column("PHASE", "phase"),
        Column("STEP", "step"), Column("ATTEMPT", "attempt"), Column("WAITS FOR", "waitingFor"), Column("SINCE", "waitingSince"),
        Column("OVERDUE", "overdue"),
    ]

    static let sagas: [ConsoleCommand] = [
        .get(
            "saga list", "list changes that take steps of several owners", "sagas", by: [.partner],
            [
                .text("phase", "PHASE", "phase"), .text("connection", "ID", "connectionId"), .text("definition", "NAME", "definition"),
                .flag("overdue", "overdue"),
            ], show: .rows(sagaColumns)),
        .get("saga show", "show where a saga stands", "sagas/{id}", by: [.partner], of: "SAGA", show: .details),
        .get(
            "saga why", "tell where it stands and how it came there", "sagas/{id}/journal", by: [.partner], of: "SAGA",
            show: .text("why")),
        .get("saga diagram", "the same as a Mermaid diagram", "sagas/{id}/journal", by: [.partner], of: "SAGA", show: .text("diagram")),
        .get(
            "saga journal", "show what came to it and what it decided", "sagas/{id}/journal", by: [.partner], of: "SAGA",
            show: .rows([
                Column("AT", "at"), Column("WHO", "actor"), Column("INPUT", "input"), Column("VERDICT", "verdict"), Column("STEP", "step"),
                Column("ATTEMPT", "attempt"),
            ])),
        .post(
            "saga resume", "have it ask again for what it waits for", "sagas/{id}:resume", by: [.partner], of: .inPath("SAGA"), [reason],
            show: .rows(sagaColumns)),
        .post(
            "saga mark-done", "tell it that its step is done", "sagas/{id}:mark-done", by: [.partner], of: .inPath("SAGA"), [reason],
            asking: "Tell saga {} that its step is done? Nobody checks it.", show: .rows(sagaColumns)),
        .post(
            "saga skip", "have it pass its step over", "sagas/{id}:skip", by: [.partner], of: .inPath("SAGA"), [reason],
            asking: "Have saga {} pass its step over? What the step does stays undone.", show: .rows(sagaColumns)),
        .post(
            "saga cancel", "have it go back", "sagas/{id}:cancel", by: [.partner], of: .inPath("SAGA"), [reason],
            asking: "Cancel saga {}? What it has done is taken back.", show: .rows(sagaColumns)),
    ]

    static let messaging: [ConsoleCommand] = [
        .get("messaging status", "show where the service's messaging stands", "messaging", show: .details),
        .get(
            "messaging held", "list channels whose messages wait", "held-channels",
            show: .rows([
                Column("TOPIC", "topic"), Column("KEY", "key"), Column("REASON", "reason"), Column("SINCE", "since"),
                Column("WAITING", "parked"), Column("DETAIL", "detail"),
            ])),
        .get(
            "dead-letter list", "list messages that could not be handled", "dead-letters", [.text("state", "STATE", "state")],
            show: .rows([
                Column("ID", "deadLetterId"), Column("STATE", "state"), Column("TYPE", "eventType"), Column("KEY", "key"),
                Column("CAUSE", "cause"), Column("RECEIVED", "receivedAt"), Column("HOLDS ITS CHANNEL", "holdsChannel"),
            ])),
        .get("dead-letter show", "show such a message", "dead-letters/{id}", of: "ID", show: .details),
        .post(
            "dead-letter retry", "handle it once more", "dead-letters/{id}:retry", of: .inPath("ID"),
            show: .said("it is handled once more")),
        .post(
            "dead-letter discard", "give it up; its channel goes on", "dead-letters/{id}:discard", of: .inPath("ID"),
            asking: "Discard dead letter {}? What it says is never carried out.", show: .said("it is given up")),
    ]
}

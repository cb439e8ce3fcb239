import Schema

extension ConsoleCommand {
    private static let requestColumns = [
        Column("REQUEST", "requestId"), Column("KIND", "kind", dropping: "REQUEST_KIND_"), Column("PORT", "portId"),
        Column("MBIT/S", "bandwidthMbps"), Column("FROM", "fromAccountId"), Column("TO", "toAccountId"), Column("STATE", "state"),
        Column("REASON", "reason"),
    ]

    static let requests: [ConsoleCommand] = [
        .post(
            "request make", "ask the other party for what only it may do", "requests", of: .port,
            [
                Option.choice(
                    "kind", "kind",
                    [
                        "recover-port": "REQUEST_KIND_RECOVER_PORT", "delete-port": "REQUEST_KIND_DELETE_PORT",
                        "delete-vbr": "REQUEST_KIND_DELETE_VBR", "change-bandwidth": "REQUEST_KIND_CHANGE_BANDWIDTH",
                    ]
                ).required, .whole("bandwidth", "MBPS", "bandwidthMbps"), reason,
            ], isBulk: true, show: .rows(requestColumns)),
        .get(
            "request list", "list requests", "requests", [.text("port", "PORT", "portId"), .text("state", "STATE", "state")],
            show: .rows(requestColumns)),
        .get("request show", "show a request", "requests/{id}", of: "REQUEST", show: .details),
        .post(
            "request refuse", "say no to a request", "requests/{id}:refuse", of: .inPath("REQUEST"), [reason],
            show: .rows(requestColumns)),
        .post(
            "request withdraw", "take a request back", "requests/{id}:withdraw", of: .inPath("REQUEST"), [reason],
            show: .rows(requestColumns)),
    ]
}

import Schema

extension ConsoleCommand {
    static let portColumns = columns(of: "")
    static let historyColumns = [
        Column("AT", "at"), Column("WHO", "actor"), Column("ACTION", "action"), Column("DETAIL", "detail"),
    ]
    static let payer = Option.choice("payer", "payer", ["partner": "PAYER_PARTNER", "tenant": "PAYER_TENANT"])
    static let reason = Option.text("reason", "TEXT", "reason")
    static let offerOptions: [Option] = [
        .text("to", "ACCOUNT", "tenantAccountId").required, .whole("vlan", "N", "vlanId").required,
        .whole("bandwidth", "MBPS", "bandwidthMbps").required, payer, .text("name", "NAME", "name"),
        .text("group", "NAME", "resourceGroup"), .pairs("tag", "tags"), .text("redundant-with", "PORT", "redundantWith"),
    ]
    /// A deletion's answer has the port inside.
    private static let deletionColumns = columns(of: "port.") + [Column("REFUND", "refundId"), Column("NEXT", "next")]

    private static func columns(of prefix: String) -> [Column] {
        [
            Column("PORT", prefix + "portId"), Column("NAME", prefix + "name"), Column("CIRCUIT", prefix + "circuitId"),
            Column("VLAN", prefix + "vlanId"), Column("MBIT/S", prefix + "bandwidthMbps"), Column("TENANT", prefix + "tenantAccountId"),
            Column("PAYER", prefix + "payer", dropping: "PAYER_"), Column("STATUS", prefix + "status"),
            Column("WAITS FOR", prefix + "waitingFor"),
        ]
    }

    static let ports: [ConsoleCommand] = [
        .post(
            "port offer", "offer a port to a tenant", "ports", by: [.partner], of: nil,
            [.text("circuit", "CIRCUIT", "circuitId").required] + offerOptions, isBulk: true, show: .rows(portColumns)),
        .get(
            "port list", "list ports", "ports",
            [
                .text("circuit", "CIRCUIT", "circuitId"), .text("partner-account", "ACCOUNT", "partnerAccountId"),
                .text("tenant-account", "ACCOUNT", "tenantAccountId"), .text("region", "REGION", "region"),
                .text("acceptance", "STATE", "acceptance"), .text("service", "STATE", "service"), .text("billing", "STATE", "billing"),
                .text("association", "STATE", "association"),
            ], show: .rows(portColumns)),
        .get("port show", "show a port", "ports/{id}", of: "PORT", show: .details),
        .get("port history", "show who did what with a port, when and why", "ports/{id}/history", of: "PORT", show: .rows(historyColumns)),
        .post("port accept", "accept an offer", "acceptances", by: [.tenant], of: .port, isBulk: true, show: .rows(portColumns)),
        .post(
            "port reject", "reject an offer", "rejections", by: [.tenant], of: .port, [reason], isBulk: true,
            asking: "Reject the offer of port {}? Only another offer can replace it.", show: .rows(portColumns)),
        .post(
            "port withdraw", "withdraw a pending offer", "withdrawals", by: [.partner], of: .port, [reason], isBulk: true,
            asking: "Withdraw the offer of port {}? Only another offer can replace it.", show: .rows(portColumns)),
        .post(
            "port pay", "pay what is due: try a declined charge again", "charges", of: .port, isBulk: true, show: .rows(portColumns)),
        .post(
            "port terminate", "stop a port's traffic; nothing is released", "terminations", of: .port, isBulk: true,
            asking: "Terminate port {}? Its traffic stops; nothing is released and the fee goes on.", show: .rows(portColumns)),
        .post(
            "port recover", "put a terminated port back into use", "recoveries", of: .port, isBulk: true, show: .rows(portColumns)),
        .post(
            "port delete", "delete a port that has no VBR", "deletions", of: .port, isBulk: true,
            asking: "Delete port {}? It is gone for good, and what is left of a paid fee is refunded.", show: .rows(deletionColumns)),
        .post(
            "port set-vlan", "change a port's VLAN, its VBR's with it", "vlan-changes", by: [.partner], of: .port,
            [.whole("vlan", "N", "vlanId").required], isBulk: true,
            asking: "Change the VLAN of port {}? Its traffic is interrupted meanwhile.", show: .rows(portColumns)),
        .post(
            "port set-bandwidth", "change a port's bandwidth; more is in force when it is paid", "bandwidth-changes", by: [.partner],
            of: .port, [.whole("bandwidth", "MBPS", "bandwidthMbps").required], isBulk: true, show: .rows(portColumns)),
        .post(
            "port cancel-bandwidth", "cancel a bandwidth change that is not paid yet", "bandwidth-changes:cancel", by: [.partner],
            of: .port, [reason], show: .rows(portColumns)),
        .post(
            "port reject-bandwidth", "reject a bandwidth change that is not paid yet", "bandwidth-changes:reject", by: [.tenant],
            of: .port, [reason], show: .rows(portColumns)),
        .post(
            "port set-payer", "ask for another payer, which an offer fixes for good", "payer-changes", by: [.partner], of: .port,
            [payer.required], isBulk: true, show: .rows(portColumns)),
        .post(
            "port tag", "set and remove tags; the payer's right", "tags", of: .port,
            [.pairs("set", "set"), .texts("remove", "KEY", "remove")], isBulk: true, show: .rows(portColumns)),
        .post(
            "port notice", "tell the tenant once more that a port waits for it", "notices", by: [.partner], of: .port, isBulk: true,
            show: .rows(portColumns)),
        .post(
            "port retry-device", "ask the access device once more for the state it shall have", "device-retries", by: [.partner],
            of: .port, isBulk: true, show: .rows(portColumns)),
    ]
}

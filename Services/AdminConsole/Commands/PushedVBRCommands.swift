import Schema

extension ConsoleCommand {
    private static let pushedColumns = [
        Column("VBR", "vbrId"), Column("NAME", "name"), Column("CIRCUIT", "circuitId"), Column("VLAN", "vlanId"),
        Column("MBIT/S", "bandwidthMbps"), Column("TENANT", "tenantAccountId"), Column("INFORMED", "informedAt"),
        Column("FEE", "fee.state"), Column("STATUS", "status"), Column("PORT", "portId"), Column("WAITS FOR", "waitingFor"),
    ]
    private static let feeColumns = [
        Column("VBR", "vbrId"), Column("SUBSCRIPTION", "subscriptionId"), Column("PAYER", "payer", dropping: "PAYER_"),
        Column("PREPAID", "prepaid"), Column("STATE", "state"), Column("REFUNDED", "refundedMinor"), Column("CURRENCY", "currency"),
    ]

    static let pushedVBRs: [ConsoleCommand] = [
        .post(
            "pushed-vbr push", "register a VBR that the partner pushes to a tenant", "pushed-vbrs", by: [.partner], of: nil,
            [
                .text("circuit", "CIRCUIT", "circuitId").required, .text("to", "ACCOUNT", "tenantAccountId").required,
                .whole("vlan", "N", "vlanId").required, .text("name", "NAME", "name"), .whole("bandwidth", "MBPS", "bandwidthMbps"),
                .truth("supports-bandwidth", "supportsBandwidth"), .text("cloud-ipv4", "ADDRESS", "cloudIpv4").required,
                .text("client-ipv4", "ADDRESS", "clientIpv4").required, .text("subnet-mask", "MASK", "subnetMask").required,
                .choice("fee-payer", "feePayer", ["partner": "PAYER_PARTNER", "tenant": "PAYER_TENANT"]),
                .flag("fee-prepaid", "feePrepaid"),
            ], isBulk: true, show: .rows(pushedColumns)),
        .get(
            "pushed-vbr list", "list pushed VBRs", "pushed-vbrs", by: [.partner],
            [
                .text("circuit", "CIRCUIT", "circuitId"), .text("tenant-account", "ACCOUNT", "tenantAccountId"),
                .text("state", "STATE", "state"),
            ], show: .rows(pushedColumns)),
        .get("pushed-vbr show", "show a pushed VBR", "pushed-vbrs/{id}", by: [.partner], of: "VBR", show: .details),
        .get(
            "pushed-vbr history", "show who did what with its connection, when and why", "pushed-vbrs/{id}/history", by: [.partner],
            of: "VBR", show: .rows(historyColumns)),
        .post(
            "pushed-vbr bandwidth", "set a pushed VBR's bandwidth", "pushed-vbr-bandwidths", by: [.partner], of: .vbr,
            [.whole("bandwidth", "MBPS", "bandwidthMbps").required], isBulk: true, show: .rows(pushedColumns)),
        .post(
            "pushed-vbr attest", "record that the tenant was told of the upgrade", "attestations", by: [.partner], of: .vbr,
            [.text("how", "TEXT", "how").required, .text("at", "TIME", "informedAt")], isBulk: true, show: .rows(pushedColumns)),
        .post(
            "pushed-vbr terminate", "stop a pushed VBR's traffic", "pushed-vbr-terminations", by: [.partner], of: .vbr, isBulk: true,
            asking: "Terminate VBR {}? Its traffic stops.", show: .rows(pushedColumns)),
        .post(
            "pushed-vbr recover", "put a terminated pushed VBR back into use", "pushed-vbr-recoveries", by: [.partner], of: .vbr,
            isBulk: true, show: .rows(pushedColumns)),
        .post(
            "pushed-vbr delete", "delete a terminated pushed VBR", "pushed-vbr-deletions", by: [.partner], of: .vbr, isBulk: true,
            asking: "Delete VBR {}? Its VLAN and bandwidth are free then, and it is gone for good.", show: .rows(pushedColumns)),
        .post(
            "pushed-vbr retry-device", "ask its access device once more", "pushed-vbr-device-retries", by: [.partner], of: .vbr,
            isBulk: true, show: .rows(pushedColumns)),
        .post(
            "pushed-vbr transform", "offer its tenant a shared port with its VLAN and bandwidth", "transformations", by: [.partner],
            of: .vbr, [payer], isBulk: true, show: .rows(pushedColumns)),
        .post(
            "pushed-vbr confirm", "confirm a transformation that is accepted and paid: VBR and port are associated", "confirmations",
            by: [.partner], of: .vbr, isBulk: true,
            asking: "Confirm the transformation of VBR {}? From then on there is no way back.", show: .rows(pushedColumns)),
        .post(
            "pushed-vbr cancel-transformation", "call a transformation off that is not confirmed", "transformations:cancel",
            by: [.partner], of: .vbr, [reason],
            asking: "Cancel the transformation of VBR {}? The port ends, and what was paid for it is refunded.",
            show: .rows(pushedColumns)),
        .post(
            "vbr refund-fee", "apply for a refund of a pushed VBR's prepaid fee", "vbr-fee-refunds", of: .vbr, isBulk: true,
            show: .rows(feeColumns)),
    ]
}

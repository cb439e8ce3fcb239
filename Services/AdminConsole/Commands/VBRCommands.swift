import Schema

extension ConsoleCommand {
    private static let vbrColumns = [
        Column("VBR", "vbrId"), Column("NAME", "name"), Column("PORT", "portId"), Column("ACCOUNT", "accountId"),
        Column("VLAN", "vlanId"), Column("MBIT/S", "bandwidthMbps"), Column("CLOUD", "cloudIpv4"), Column("CLIENT", "clientIpv4"),
        Column("MASK", "subnetMask"), Column("STATUS", "status"),
    ]
    /// A partner gets the port of the VBR that it gives an order for, a tenant the VBR.
    private static let orderColumns = [
        Column("VBR", "vbrId"), Column("PORT", "portId"), Column("VLAN", "vlanId"), Column("VBR'S STATE", "vbrState", "state"),
        Column("WAITS FOR", "waitingFor"),
    ]
    private static let addressing: [Option] = [
        .text("cloud-ipv4", "ADDRESS", "cloudIpv4"), .text("client-ipv4", "ADDRESS", "clientIpv4"),
        .text("subnet-mask", "MASK", "subnetMask"), .text("cloud-ipv6", "ADDRESS", "cloudIpv6"),
        .text("client-ipv6", "ADDRESS", "clientIpv6"), .text("ipv6-prefix", "PREFIX", "ipv6Prefix"),
        .truth("enable-ipv6", "enableIpv6"),
    ]
    private static let detection: [Option] = [
        .whole("detect-multiplier", "N", "detectMultiplier"), .whole("min-rx-interval", "MS", "minRxIntervalMs"),
        .whole("min-tx-interval", "MS", "minTxIntervalMs"),
    ]
    private static let size: [Option] = [
        .text("name", "NAME", "name"), .whole("vlan", "N", "vlanId"), .whole("bandwidth", "MBPS", "bandwidthMbps"),
        .text("region", "REGION", "region"),
    ]

    static let vbrs: [ConsoleCommand] = [
        .post(
            "vbr create", "create the VBR of an active port", "vbrs", by: [.tenant], of: .port,
            size + addressing + detection
                + [.text("account", "ACCOUNT", "accountId"), .text("connection-kind", "KIND", "connectionKind")],
            isBulk: true, show: .rows(vbrColumns)),
        .get("vbr list", "list VBRs", "vbrs", show: .rows(vbrColumns)),
        .get("vbr show", "show a VBR", "vbrs/{id}", of: "VBR", show: .details),
        .get("vbr history", "show who did what with a VBR, when and why", "vbrs/{id}/history", of: "VBR", show: .rows(historyColumns)),
        .post(
            "vbr change", "change a VBR; what is not given stays", "vbr-changes", by: [.tenant], of: .vbr, size + addressing + detection,
            isBulk: true, show: .rows(vbrColumns)),
        .post(
            "vbr terminate", "stop a VBR's traffic", "vbr-terminations", by: [.partner], of: .vbr, isBulk: true,
            asking: "Terminate VBR {}? Its traffic stops.", show: .rows(orderColumns)),
        .post(
            "vbr recover", "put a terminated VBR back into use", "vbr-recoveries", by: [.partner], of: .vbr, isBulk: true,
            show: .rows(orderColumns)),
        .post(
            "vbr delete", "delete a VBR: a tenant its own, a paying partner a terminated one", "vbr-deletions", of: .vbr, isBulk: true,
            asking: "Delete VBR {}? Its traffic stops, and it is gone for good.", show: .rows(orderColumns)),
    ]
}

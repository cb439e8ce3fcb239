import Schema

extension ConsoleCommand {
    private static let accountColumns = [
        Column("ACCOUNT", "accountId"), Column("NAME", "name"), Column("ROLE", "role", dropping: "ACCOUNT_ROLE_"),
        Column("CARRIER", "carrier"), Column("SITE", "site"), Column("REGIONS", "regions"), Column("HELD", "held"),
    ]
    private static let applicationColumns = [
        Column("APPLICATION", "applicationId"), Column("ACCOUNT", "accountId"), Column("DECISION", "decision"),
        Column("FROM", "effectiveAt"), Column("UNTIL", "expiresAt"), Column("REFUSAL", "refusal"), Column("BY", "appliedBy"),
    ]

    static let accounts: [ConsoleCommand] = [
        .post(
            "account register", "register an account with the service that holds it", "accounts", of: .account,
            [
                .text("name", "NAME", "name").required, .text("site", "SITE", "site").required, .text("carrier", "CARRIER", "carrier"),
                .texts("region", "REGION", "regions"), .flag("outbound-billing", "outboundBilling"),
            ], isBulk: true, show: .rows(accountColumns)),
        .get("account list", "list accounts", "accounts", show: .rows(accountColumns)),
        .get("account show", "show an account", "accounts/{id}", of: "ACCOUNT", show: .details),
        .post(
            "account change", "change facts of an account; what is not given stays", "account-changes", of: .account,
            [
                .text("name", "NAME", "name"), .texts("region", "REGION", "regions.items"), .truth("outbound-billing", "outboundBilling"),
                .truth("product-permission", "productPermission"), .truth("transformed-payment", "transformedPayment"),
                .wholes("extra-bandwidth", "MBPS", "extraBandwidths.mbps"),
            ], isBulk: true, show: .rows(accountColumns)),
        .post(
            "account close", "close an account that has no port left", "account-closures", of: .account, isBulk: true,
            asking: "Close account {}? Nothing more can be offered to it or by it.", show: .rows(accountColumns)),
        .post(
            "account token", "issue a bearer token that acts as the account; it is shown once", "accounts/{id}:issue-token",
            of: .inPath("ACCOUNT"), show: .details),
        .get(
            "account readiness", "show what a partner lacks for hosted connections", "accounts/{id}/readiness", by: [.partner],
            of: "ACCOUNT", show: .details),
        .get(
            "account redundancy", "show how a tenant's ports are spread over circuits", "redundancy", by: [.partner],
            of: "TENANT", in: "tenantAccountId", show: .details),
    ]

    static let privileges: [ConsoleCommand] = [
        .post(
            "privilege apply", "apply for the privilege of offering ports", "privilege-applications", by: [.partner], of: .account,
            [
                .text("from", "TIME", "effectiveAt").required, .text("until", "TIME", "expiresAt").required,
                .text("reason", "TEXT", "reason"), .text("quota", "ID", "quotaId"), .flag("notify", "notifyResult"),
            ], fixed: [.init("applied", .text("APPLIED_QUOTAS_VALID"))], isBulk: true, show: .rows(applicationColumns)),
        .post(
            "privilege revoke", "have the privilege cease", "privilege-applications", by: [.partner], of: .account,
            [.text("reason", "TEXT", "reason"), .text("quota", "ID", "quotaId"), .flag("notify", "notifyResult")],
            fixed: [.init("applied", .text("APPLIED_QUOTAS_INVALID"))], isBulk: true,
            asking: "Revoke the privilege of account {}? It can offer no more ports until it applies again.",
            show: .rows(applicationColumns)),
        .get(
            "privilege list", "list applications", "privilege-applications", by: [.partner],
            [.text("account", "ACCOUNT", "accountId")], show: .rows(applicationColumns)),
        .get("privilege show", "show an application", "privilege-applications/{id}", by: [.partner], of: "APPLICATION", show: .details),
        .get(
            "privilege status", "show what a partner's privilege is now", "accounts/{id}/privilege", by: [.partner], of: "ACCOUNT",
            show: .details),
    ]
}

import Schema

extension ConsoleCommand {
    private static let batchColumns = [
        Column("BATCH", "batchId"), Column("CIRCUIT", "circuitId"), Column("TENANT", "tenantAccountId"), Column("STATE", "state"),
        Column("WAITING", "waiting"), Column("RUNNING", "running"), Column("NEED OPERATOR", "needOperator"), Column("REFUSED", "refused"),
        Column("COMPLETED", "completed"), Column("COMPENSATED", "compensated"),
    ]

    /// Many transformations as one.
    static let transformations: [ConsoleCommand] = [
        .post(
            "transformation-batch start", "transform all pushed VBRs of a circuit or a tenant; a dry run tells what would fail",
            "transformation-batches", by: [.partner], of: nil,
            [
                .text("circuit", "CIRCUIT", "circuitId"), .text("tenant-account", "ACCOUNT", "tenantAccountId"),
                .text("partner-account", "ACCOUNT", "partnerAccountId"), payer, .whole("at-once", "N", "atOnce"),
            ], show: .text("report")),
        .get("transformation-batch list", "list such batches", "transformation-batches", by: [.partner], show: .rows(batchColumns)),
        .get(
            "transformation-batch show", "show a batch's progress, VBR by VBR", "transformation-batches/{id}", by: [.partner], of: "BATCH",
            show: .details),
        .get(
            "transformation-batch report", "tell how many VBRs stand where, and why some are not transformed",
            "transformation-batches/{id}", by: [.partner], of: "BATCH", show: .text("report")),
        .post(
            "transformation-batch pause", "begin no more for now; those under way go on", "transformation-batches/{id}:pause",
            by: [.partner], of: .inPath("BATCH"), show: .rows(batchColumns)),
        .post(
            "transformation-batch resume", "go on with a batch", "transformation-batches/{id}:resume", by: [.partner],
            of: .inPath("BATCH"), show: .rows(batchColumns)),
    ]
}

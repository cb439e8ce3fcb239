import Schema

extension ConsoleCommand {
    private static let circuitColumns = [
        Column("CIRCUIT", "circuitId"), Column("NAME", "name"), Column("PARTNER", "partnerAccountId"), Column("REGION", "region"),
        Column("ACCESS POINT", "accessPoint"), Column("MBIT/S", "bandwidthMbps"), Column("ALLOCATED", "allocatedMbps"),
        Column("PORTS", "connections"), Column("DEPLOYED", "deployed"),
    ]
    private static let deviceColumns = [
        Column("DEVICE", "deviceId"), Column("NAME", "name"), Column("PARTNER", "partnerAccountId"), Column("LOCATION", "location"),
        Column("MANAGES BANDWIDTH", "bandwidthManagement"), Column("MONITORS TRAFFIC", "trafficMonitoring"),
    ]
    private static let groupColumns = [
        Column("GROUP", "resourceGroupId"), Column("NAME", "name"), Column("PARTNER", "partnerAccountId"),
        Column("DESCRIPTION", "description"),
    ]
    private static let owner = Option.text("owner", "ACCOUNT", "partnerAccountId")
    private static let name = Option.text("name", "NAME", "name").required

    static let circuits: [ConsoleCommand] = [
        .post(
            "circuit register", "register a circuit", "circuits", by: [.partner], of: nil,
            [
                owner, name, .text("region", "REGION", "region").required, .text("access-point", "PLACE", "accessPoint").required,
                .whole("bandwidth", "MBPS", "bandwidthMbps").required, .truth("deployed", "deployed"),
            ], isBulk: true, show: .rows(circuitColumns)),
        .get("circuit list", "list circuits", "circuits", by: [.partner], show: .rows(circuitColumns)),
        .get("circuit show", "show a circuit", "circuits/{id}", by: [.partner], of: "CIRCUIT", show: .details),
        .post(
            "circuit change", "change a circuit; what is not given stays", "circuit-changes", by: [.partner], of: .circuit,
            [.text("name", "NAME", "name"), .whole("bandwidth", "MBPS", "bandwidthMbps"), .truth("deployed", "deployed")],
            isBulk: true, show: .rows(circuitColumns)),
        .post(
            "circuit offer", "offer a port on a circuit to a tenant", "circuits/{id}/ports", by: [.partner], of: .inPath("CIRCUIT"),
            offerOptions, show: .rows(portColumns)),
        .post(
            "device register", "register an access device", "access-devices", by: [.partner], of: nil,
            [
                owner, name, .text("location", "PLACE", "location").required, .flag("bandwidth-management", "bandwidthManagement"),
                .flag("traffic-monitoring", "trafficMonitoring"),
            ], isBulk: true, show: .rows(deviceColumns)),
        .get("device list", "list access devices", "access-devices", by: [.partner], show: .rows(deviceColumns)),
        .post(
            "group create", "make a resource group", "resource-groups", by: [.partner], of: nil,
            [owner, name, .text("description", "TEXT", "description")], isBulk: true, show: .rows(groupColumns)),
        .get("group list", "list resource groups", "resource-groups", by: [.partner], show: .rows(groupColumns)),
    ]
}

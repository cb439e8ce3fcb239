import AdminConsole
import HostedConnection
import LocalCluster
import Schema
import ServiceKit

/// `hcctl inventory apply`: registers the accounts and circuits of a YAML file, and applies for its privileges, through the admin APIs.
struct InventoryCommand {
    private let file: String
    private let partner: String
    private let tenant: String
    private let tokenFile: String

    init(_ arguments: Arguments) throws(UsageError) {
        var arguments = arguments
        guard arguments.positional() == "apply" else { throw UsageError("expected apply") }
        guard let file = arguments.positional() else { throw UsageError("apply needs a file") }
        self.file = file
        partner = try arguments.required("--partner")
        tenant = try arguments.required("--tenant")
        tokenFile = try arguments.required("--token-file")
        try arguments.finish()
    }

    func run() throws -> Int32 {
        let inventory = try Inventory(path: file)
        guard let token = Files.read(tokenFile)?.split(whereSeparator: \.isNewline).first.map(String.init) else {
            throw ClusterError("--token-file: \(tokenFile) can't be read")
        }
        let circuits = try inventory.apply(
            partner: AdminClient(baseURL: partner, token: token), tenant: AdminClient(baseURL: tenant, token: token),
            at: SystemClock().now())
        Output.line("\(inventory.accounts.count) accounts and \(circuits.count) circuits are registered")
        var table = TextTable(["CIRCUIT", "NAME", "REGION", "ACCESS POINT", "MBIT/S", "ALLOCATED"])
        for circuit in circuits {
            table.add([
                circuit.circuitID.description, circuit.name, circuit.region, circuit.accessPoint, "\(circuit.bandwidthMbps)",
                "\(circuit.allocatedMbps)",
            ])
        }
        for line in table.lines { Output.line(line) }
        return 0
    }
}

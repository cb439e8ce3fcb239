import Glibc
import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

extension EndToEnd {
    /// A port's life on the demo's processes, by nothing but `hcctl port`, `hcctl vbr` and their like.
    @Suite struct ConsoleTests {
        @Test func aPortIsOfferedTakenAndChanged() throws {
            try Demo.inFolder { folder in
                let demo = try Demo.start(folder)
                try Demo.awaitServing(demo)
                let accounts = try Demo.endpoints(folder).accounts
                let carrier = Console(folder, as: try #require(accounts.first { $0.role == "partner" }).id)
                let customer = try #require(accounts.first { $0.role == "tenant" }).id
                let tenant = Console(folder, as: customer)
                let stranger = Console(folder, as: try #require(accounts.first { $0.role == "tenant" && $0.id != customer }).id)
                let staff = Console(folder, as: "staff")

                let port = try Self.bringUp(carrier, tenant, customer)
                let router: VBRView = try tenant.json(
                    "vbr", "create", port, "--name", "edge", "--cloud-ipv4", "10.9.0.1", "--client-ipv4", "10.9.0.2", "--subnet-mask",
                    "255.255.255.252")
                #expect(router.vlanID == 700)

                try Self.expectTables(tenant, port: port)
                try Self.expectRefusal(stranger, port: port)
                try Self.changeVLAN(carrier, tenant, port: port)
                let sagas: SagaList = try staff.json("saga", "list", "--definition", "vlan-change", "--connection", port)
                #expect(sagas.items.count == 1)
                let why = try staff.run("saga", "why", try #require(sagas.items.first).sagaID.description)
                #expect(why.status == .exited(0) && why.output.contains("vlan"), "\(why)")

                demo.send(SIGTERM)
                #expect(try demo.status(within: .seconds(60)).isSuccess, "\(demo.errors)")
            }
        }

        /// Offers a port on the circuit that the demo leaves alone, and takes it.
        private static func bringUp(_ carrier: Console, _ tenant: Console, _ account: String) throws -> String {
            let circuits: CircuitList = try carrier.json("circuit", "list")
            let circuit = try #require(circuits.items.first { $0.connections == 0 })
            let offer: PortView = try carrier.json(
                "port", "offer", "--circuit", circuit.circuitID.description, "--to", account, "--vlan", "700", "--bandwidth", "100",
                "--payer", "tenant", "--name", "by hand")
            let port = offer.portID.description
            _ = try until("the offer arrives") { try tenant.run("port", "show", port).status == .exited(0) ? true : nil }
            let dry = try tenant.run("port", "accept", port, "--dry-run")
            #expect(dry.status == .exited(0) && dry.errors.contains("nothing is changed"), "\(dry)")
            let accepted: PortView = try tenant.json("port", "accept", port)
            #expect(accepted.portID == offer.portID)
            _ = try until("the port is active") { () throws -> Bool? in
                let view: PortView = try tenant.json("port", "show", port)
                return view.status == "Active" ? true : nil
            }
            return port
        }

        private static func expectTables(_ tenant: Console, port: String) throws {
            let list = try tenant.run("port", "list")
            #expect(list.output.hasPrefix("PORT  "))
            #expect(list.output.contains(port), "ids are whole")
            #expect(try tenant.run("port", "show", port).output.contains("by hand"))
            let history = try tenant.run("port", "history", port)
            #expect(history.output.hasPrefix("AT  ") && history.output.split(whereSeparator: \.isNewline).count > 3, "\(history)")
        }

        private static func expectRefusal(_ stranger: Console, port: String) throws {
            let refused = try stranger.run("port", "accept", port)
            #expect(refused.status == .exited(1))
            for part in ["code    not_found", "object  \(port)", "next    "] { #expect(refused.errors.contains(part), "\(refused)") }
            let json = try stranger.run("port", "accept", port, "--json")
            #expect(json.status == .exited(1))
            #expect(try ErrorBody(json: Array(json.output.utf8)).error?.code == "not_found")
        }

        /// R-183: where nobody can be asked, a destructive command needs `--yes`.
        private static func changeVLAN(_ carrier: Console, _ tenant: Console, port: String) throws {
            let unasked = try carrier.run("port", "set-vlan", port, "--vlan", "701")
            #expect(unasked.status == .exited(2) && unasked.errors.contains("--yes"), "\(unasked)")
            let before: PortView = try carrier.json("port", "show", port)
            #expect(before.vlanID == 700 && !before.sagaID.isSet)
            let _: PortView = try carrier.json("port", "set-vlan", port, "--vlan", "701", "--yes")
            _ = try until("the VLAN is in force on both sides") { () throws -> Bool? in
                let supplied: PortView = try carrier.json("port", "show", port)
                let demanded: PortView = try tenant.json("port", "show", port)
                return supplied.vlanID == 701 && demanded.vlanID == 701 && !supplied.sagaID.isSet ? true : nil
            }
        }
    }
}

/// `hcctl` on a demo, acting as one account or as staff.
private struct Console {
    struct Answer: CustomStringConvertible {
        var status: ChildProcess.Status
        var output: String
        var errors: String

        var description: String { "\(status): \(output) \(errors)" }
    }

    private let environment: [String: String]

    init(_ folder: String, as account: String) {
        environment = ["HCCTL_ENDPOINTS": "\(folder)/endpoints.json", "HCCTL_AS": account]
    }

    func run(_ words: [String]) throws -> Answer {
        let program = try Program("\(try #require(Environment.programs))/hcctl", words, environment: environment)
        let status = try program.status(within: .seconds(30))
        return Answer(status: status, output: program.output, errors: program.errors)
    }

    func run(_ words: String...) throws -> Answer { try run(words) }

    /// The answer of the API, which has to be no refusal.
    func json<Message: WireMessage>(_ words: String...) throws -> Message {
        let answer = try run(words + ["--json"])
        guard answer.status == .exited(0) else { throw ClusterError("hcctl \(words.joined(separator: " ")): \(answer)") }
        return try Message(json: Array(answer.output.utf8))
    }
}

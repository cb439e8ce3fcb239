import FoundationEssentials
import Glibc
import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

extension EndToEnd {
    /// `hcctl demo`, as quickstart.sh starts it.
    @Suite struct DemoTests {
        private static let flows = [
            "the tenant pays", "the partner pays", "billing declines, the tenant pays again",
            "the partner changes, stops and deletes what it pays for", "the tenant pays for more, stops and deletes what it pays for",
        ]
        private static let portCount = 9
        /// How often each subscription is charged: the last three are declined once, or for more bandwidth.
        private static let charges = [1, 1, 1, 1, 1, 1, 2, 2, 2]

        @Test func onceTwiceOnOneFolder() throws {
            try Demo.inFolder { folder in
                let first = try Demo.once(folder)
                try Self.expectAllFlows(first)
                #expect(first.contains("both services and the billing ledger and the access device agree on every port"))
                for name in ["partner-service", "tenant-service"] { #expect(first.contains("  \(name): http://127.0.0.1:")) }
                // Who sent what, as it happened.
                for line in [
                    "partner-service   PortOffered", "tenant-service    PortAccepted", "tenant-service    ChargeRequested",
                    "partner-service   PortActivated", "tenant-service    VBRCreated", "declined:",
                    "partner-service   VLANChanged", "partner-service   BandwidthInForce", "partner-service   PortTerminated",
                    "partner-service   PortRecovered", "tenant-service    VBRDeleted", "billing-simulator RefundSettled",
                    "partner-service   PortDeleted", "network-simulator NetworkApplied", "partner-service   OfferToAccept",
                ] { #expect(first.contains(line), "nothing says \(line)") }
                let ports = Demo.ports(in: first)
                #expect(ports.count == Self.portCount)
                _ = try Demo.endpoints(folder)

                let second = try Demo.once(folder)
                try Self.expectAllFlows(second)
                #expect(Demo.ports(in: second) == ports, "a second run makes no further port")
            }
        }

        @Test(.needsKafka) func onceOnKafka() throws {
            let kafka = try RealKafka.shared.start()
            try Demo.inFolder { folder in
                let prefix = "\(folder.split(separator: "/").last ?? "")."
                let output = try Demo.once(folder, ["--kafka", kafka, "--topic-prefix", prefix])
                try Self.expectAllFlows(output)
                let endpoints = try Demo.endpoints(folder)
                #expect(endpoints.kafka.bootstrap == kafka)
                #expect(endpoints.kafka.topics["billing.events"] == "\(prefix)billing.events")
                #expect(Demo.ports(in: output).count == Self.portCount)
            }
        }

        @Test func servesUntilItIsStopped() throws {
            try Demo.inFolder { folder in
                let demo = try Demo.start(folder)
                try Demo.awaitServing(demo)
                let endpoints = try Demo.endpoints(folder)
                let carrier = try #require(endpoints.accounts.first { $0.role == "partner" })
                let tenant = try #require(endpoints.accounts.first { $0.role == "tenant" })
                let partnerSide = try AdminClient(baseURL: endpoints.partner.baseURL, token: carrier.adminToken)
                let tenantSide = try AdminClient(baseURL: endpoints.tenant.baseURL, token: tenant.adminToken)
                #expect(try LocalCluster.ports(partnerSide).count == Self.portCount)
                let own = try LocalCluster.ports(tenantSide)
                #expect(!own.isEmpty && own.allSatisfy { $0.tenantAccountID.description == tenant.id }, "a token acts as its account only")
                let stranger = try AdminClient(baseURL: endpoints.partner.baseURL, token: tenant.adminToken)
                #expect((#expect(throws: ClusterError.self) { try LocalCluster.ports(stranger) })?.status == 401)

                demo.send(SIGTERM)
                #expect(try demo.status(within: .seconds(30)).isSuccess, "\(demo.errors)")
                #expect(Program.running(in: folder).isEmpty)
            }
        }

        @Test func stopsWhileItIsStarting() throws {
            try Demo.inFolder { folder in
                let demo = try Demo.start(folder)
                _ = try until("the first process of the demo") { Program.running(in: folder).count > 1 ? true : nil }
                demo.send(SIGTERM)
                _ = try demo.status(within: .seconds(60))
                #expect(eventually(within: .seconds(5)) { Program.running(in: folder).isEmpty })
            }
        }

        /// Whoever reads billing.requests and answers on billing.events is the billing system.
        @Test func externalBilling() throws {
            try Demo.inFolder { folder in
                let demo = try Demo.start(folder, ["--billing", "external"])
                try Self.settle(demo, folder)
                try Self.expectAllFlows(demo.output)
                #expect(!Program.running(in: folder).contains { $0.contains("billing-simulator") })
                _ = try Demo.endpoints(folder)
                demo.send(SIGINT)
                #expect(try demo.status(within: .seconds(30)).isSuccess, "\(demo.errors)")
                #expect(Program.running(in: folder).isEmpty)
            }
        }

        /// Answers by kcat what the demo asks of billing, until it serves.
        private static func settle(_ demo: Program, _ folder: String) throws {
            _ = try until("the demo asks for charges") { demo.output.contains("ChargeRequested") ? true : nil }
            let bootstrap = try Demo.endpoints(folder).kafka.bootstrap
            var billing = ExternalBilling(Kcat(bootstrap: bootstrap, topicPrefix: ""))
            var attempts: [SubscriptionID: Int] = [:]
            var answered: Set<ChargeID> = []
            var refunded: Set<String> = []
            _ = try until("the demo serves", within: .seconds(60)) {
                for charge in try billing.charges() where answered.insert(charge.charge).inserted {
                    attempts[charge.subscription, default: 0] += 1
                    // The demo's last port is there to be declined at first.
                    if charge.bandwidthMbps == 300, attempts[charge.subscription] == 1 {
                        try billing.decline(charge, reason: "card expired", mode: .structured)
                    } else {
                        try billing.settle(charge, mode: .binary)
                    }
                }
                for refund in try billing.refunds() where refunded.insert(refund.refundID).inserted {
                    try billing.settle(refund, mode: .structured)
                }
                if let ended = demo.ended { throw ClusterError("the demo ended with \(ended): \(demo.errors)") }
                return demo.output.contains("serving until") ? true : nil
            }
            #expect(attempts.values.sorted() == charges)
            #expect(refunded.count == 2)
        }

        @Test func failsInOneLine() throws {
            let hcctl = "\(try #require(Environment.programs))/hcctl"
            for arguments in [["demo", "--bogus"], ["demo", "--billing", "none"], ["demo", "--once", "--data", "/proc/none"]] {
                let program = try Program(hcctl, arguments)
                #expect(try program.status(within: .seconds(30)).isSuccess == false, "\(arguments)")
                #expect(program.errors.split(whereSeparator: \.isNewline).count == 1, "\(program.errors)")
            }
        }

        private static func expectAllFlows(_ output: String) throws {
            for flow in flows {
                #expect(output.contains("== \(flow)"))
                let line = try #require(output.split(whereSeparator: \.isNewline).first { $0.hasPrefix("\(flow): ") })
                let numbers = line.split { !$0.isNumber }.compactMap { Int($0) }
                #expect(numbers.count == 2 && numbers[0] == numbers[1] && numbers[0] > 0, "\(line)")
            }
        }
    }
}

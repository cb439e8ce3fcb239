import Accounts
import HostedConnection
import Messaging
import PartnerService
import Schema
import ServiceTesting
import Store
import Testing

@Suite("What partner-service makes of messages that do not fit")
struct MessageTests {
    @Test("A dead letter holds its own connection; another connection goes on; discarding it lets the rest run")
    func deadLetterHoldsItsChannel() throws {
        let fixture = try PartnerFixture()
        let (first, second) = (try fixture.offered(vlan: 1), try fixture.offered(vlan: 2))
        // A payment before the acceptance contradicts.
        let early = PaymentResult(
            connectionID: ConnectionID(first), portID: first, subscriptionID: SubscriptionID(of: first),
            chargeID: SubscriptionID(of: first).charge(attempt: 1), outcome: .settled, amountMinor: 1, currency: "EUR")
        try fixture.tell(early.placed(1), about: first, id: 10)
        try fixture.tell(accepted(first).placed(2), about: first, id: 11)
        try fixture.tell(accepted(second).placed(1), about: second, id: 12)
        #expect(try fixture.node.deadLetterCauses() == ["contradicts_state"])
        #expect(fixture.node.statistics.heldChannels == 1)
        #expect(try fixture.view(first)?.acceptance == "unconfirmed")
        #expect(try fixture.view(second)?.acceptance == "confirmed")

        var intake = Intake<PartnerCommand>()
        intake.orders = [DeadLetterOrder(.discard, deadLetter: 1, actor: "operator:ada") { _ in }]
        try fixture.node.engine.run(intake)
        #expect(try fixture.view(first)?.acceptance == "confirmed")
        #expect(fixture.node.statistics.heldChannels == 0)
        #expect(fixture.node.statistics.openDeadLetters == 0)
    }

    @Test("Messages about unknown ports, under another port's key, or of the other topic's types are dead letters")
    func misfits() throws {
        let fixture = try PartnerFixture()
        let ports = try (1...3).map { try fixture.offered(vlan: UInt32($0)) }
        let unknown = PortID(bits: ID128(milliseconds: 5, kind: PortKind.code, sequence: 0, random: 5))
        try fixture.tell(accepted(unknown).placed(1), about: unknown, id: 10)
        try fixture.tell(accepted(ports[1]).placed(1), about: ports[0], id: 11)
        try fixture.tell(PortActivated(connectionID: ConnectionID(ports[1]), portID: ports[1]).placed(1), about: ports[1], id: 12)
        fixture.broker.add(
            body: [0xff, 0xff], type: .portAccepted, id: messageID(13), source: "tenant-service", to: .tenant, key: ports[2].description)
        try fixture.node.turn()
        #expect(try fixture.node.deadLetterCauses() == ["not_found", "contradicts_state", "contradicts_state", "unreadable_body"])
        for port in ports { #expect(try fixture.view(port)?.acceptance == "unconfirmed") }
    }

    @Test("Facts of an account: the highest version counts, a closed account gets no offers, our own accounts are ours")
    func accountFacts() throws {
        let fixture = try PartnerFixture()
        func tell(_ event: some EventMessage, _ id: UInt64, about account: AccountID = PartnerFixture.customer) throws {
            fixture.broker.add(event, id: messageID(id), source: "tenant-service", to: .accounts, key: account.description)
            try fixture.node.turn()
        }
        func name() throws -> String? {
            try fixture.node.read { reader in
                try PartnerQueries(reader).accounts.account(PartnerFixture.customer, of: PartnerFixture.staff)?.name
            }
        }
        let changed = AccountChanged(
            accountID: PartnerFixture.customer, version: 3, name: "Renamed", role: .tenant, site: "international")
        try tell(changed.placed(2), 20)
        #expect(try name() == "Renamed")
        var older = changed
        older.version = 2
        older.name = "Older"
        try tell(older.placed(3), 21)
        #expect(try name() == "Renamed")
        try tell(AccountClosed(accountID: PartnerFixture.customer, version: 4).placed(4), 22)
        #expect(try fixture.node.refusal(fixture.offer()).error.code == "account_closed")
        #expect(try fixture.node.deadLetterCauses().isEmpty)
        let usurped = AccountRegistered(accountID: PartnerFixture.carrier, version: 9, name: "x", role: .tenant, site: "china")
        try tell(usurped.placed(1), 23, about: PartnerFixture.carrier)
        #expect(try fixture.node.deadLetterCauses() == ["contradicts_state"])
    }

    @Test("Histories name who acted: the operator, the tenant's account, billing") func actors() throws {
        let fixture = try PartnerFixture()
        let port = try fixture.offered()
        var message = accepted(port).placed(1)
        message.common.actor = PartnerFixture.customer.description
        try fixture.tell(message, about: port, id: 10)
        let lines = try #require(
            try fixture.node.read { reader in try PartnerQueries(reader).history(of: port, for: PartnerFixture.staff) }
        ).items
        #expect(lines.map(\.entry) == [1, 2])
        #expect(lines.map(\.actor) == ["operator:ada", PartnerFixture.customer.description])
        #expect(lines.map(\.detail) == ["VLAN 100, 100 Mbit/s", ""])
    }

    @Test("Texts that no database keeps are refused by name", arguments: ["a\0b", String(repeating: "x", count: 129)])
    func texts(_ name: String) throws {
        let fixture = try PartnerFixture()
        let refused = try fixture.node.refusal(fixture.offer(name: name))
        #expect(refused.error.code == "invalid_value")
        #expect(refused.error.field == "name")
        #expect(fixture.node.statistics.isolatedBatches == 0)
    }

    @Test("A text in a message that the database can't keep is a dead letter, not a standstill") func poison() throws {
        let fixture = try PartnerFixture()
        let port = try fixture.offered()
        let other = try fixture.offered(vlan: 101)
        fixture.broker.add(
            AccountRegistered(
                accountID: AccountID(number: 2_000_000_000_000_005), version: 1, name: "a\0b", role: .tenant, site: "international"
            ).placed(1), id: messageID(30), source: "tenant-service", to: .accounts, key: "2000000000000005")
        fixture.broker.add(
            accepted(port).placed(1), id: messageID(31), source: "tenant-service", to: .tenant, key: port.description)
        fixture.broker.add(
            accepted(other).placed(1), id: messageID(32), source: "tenant-service", to: .tenant, key: other.description)
        try fixture.node.turn()
        #expect(fixture.node.statistics.isolatedBatches == 1)
        #expect(try fixture.node.deadLetterCauses() == ["invalid_value"])
        #expect(try fixture.view(port)?.acceptance == "confirmed")
        #expect(try fixture.view(other)?.acceptance == "confirmed")
    }

    private func accepted(_ port: PortID) -> PortAccepted {
        PortAccepted(connectionID: ConnectionID(port), portID: port, subscriptionID: SubscriptionID(of: port))
    }
}

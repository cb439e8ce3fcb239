import HostedConnection
import Schema
import TenantDomain
import Testing

@Suite("What the form of a VBR takes")
struct VBRFormTests {
    private func refused(_ change: (inout VBRForm) -> Void, sourceLocation: SourceLocation = #_sourceLocation) throws -> Refusal? {
        var form = form()
        change(&form)
        let wrong = form
        let port = try active()
        return refusal(sourceLocation: sourceLocation) { () throws(Refusal) in
            try VBRRules.create(wrong, on: port, id: id(9), now: later)
        }
    }

    private func created(_ change: (inout VBRForm) -> Void) throws -> VirtualBorderRouter? {
        var form = form()
        change(&form)
        return try VBRRules.create(form, on: try active(), id: id(9), now: later).vbr
    }

    @Test("R-092: the kind is Shared Physical Connection, by default and by name; another one is refused") func kind() throws {
        #expect(try created { $0.kind = "Shared Physical Connection" } != nil)
        let refused = try refused { $0.kind = "Dedicated Physical Connection" }
        #expect(refused?.code == .invalidValue)
        #expect(refused?.field == "connectionKind")
    }

    @Test("R-093: the VBR belongs to the port's account, by default and by name; another one is refused") func account() throws {
        #expect(try created { _ in }?.account == tenantID)
        #expect(try created { $0.account = tenantID }?.account == tenantID)
        let refused = try refused { $0.account = partnerID }
        #expect(refused?.code == .invalidValue)
        #expect(refused?.field == "accountId")
    }

    @Test("R-012: a region is the port's or refused") func region() throws {
        #expect(try created { $0.region = "eu-central-1" } != nil)
        #expect(try refused { $0.region = "eu-west-1" }?.code == .regionMismatch)
    }

    @Test("R-096: on a port that came from a transformation nothing is created, whatever state it is in") func transformed() throws {
        for port in [try offered(), try active()] {
            var port = port
            port.isFromTransformation = true
            let transformed = port
            let refused = refusal { () throws(Refusal) in try VBRRules.create(form(), on: transformed, id: id(9), now: later) }
            #expect(refused?.code == .vbrFromTransformation)
            #expect(refused?.object == port.id.description)
        }
    }

    @Test("Nothing is created, changed or deleted while a change of the port is under way; the saga is named") func frozen() throws {
        var (port, router) = try connected()
        port.change = PortChange(saga: id(5))
        let frozen = port
        let existing = router
        var change = VBRChange()
        change.name = "other"
        let wanted = change
        for refused in [
            refusal { () throws(Refusal) in try VBRRules.modify(existing, wanted, on: frozen) },
            refusal { () throws(Refusal) in try VBRRules.delete(existing, on: frozen, now: later) },
        ] {
            #expect(refused?.code == .changeInProgress)
            #expect(refused?.object == "\(id(5, SagaKind.self))")
        }
        var free = try active()
        free.change = PortChange(saga: id(5))
        let empty = free
        #expect(
            refusal { () throws(Refusal) in try VBRRules.create(form(), on: empty, id: id(9), now: later) }?.code == .changeInProgress)
        router.state = .deleted
        let deleted = router
        #expect(try VBRRules.delete(deleted, on: frozen, now: later) == DemandDecision(frozen))
    }

    @Test(
        "A-16: a mask with room for more than two addresses is allowed and warned of",
        arguments: [("255.255.255.252", 0), ("255.255.255.248", 1), ("255.255.255.0", 1)])
    func warnings(_ mask: String, _ count: Int) throws {
        let router = try #require(try created { $0.subnetMask = mask })
        #expect(router.warnings.count == count)
        if mask == "255.255.255.0" { #expect(router.warnings[0].contains("room for 254 addresses")) }
    }

    @Test(
        "R-094: IPv6 is two different addresses of one prefix, all three or none",
        arguments: [
            ("2408:4004:cc:400::1", "2408:4004:cc:400::2", "2408:4004:cc:400::/56", ""),
            ("2001:db8::", "2001:db8::1", "2001:db8::/127", ""),
            ("", "", "", ""), ("2001:db8::1", "", "", "clientIpv6"), ("", "2001:db8::2", "2001:db8::/64", "cloudIpv6"),
            ("2001:db8::1", "2001:db8::2", "", "ipv6Prefix"), ("2001:db8::1", "2001:db8::1", "2001:db8::/64", "clientIpv6"),
            ("2001:db8::1", "2001:db9::2", "2001:db8::/64", "clientIpv6"), ("2001:db9::1", "2001:db8::2", "2001:db8::/64", "cloudIpv6"),
            ("2001:db8::1", "2001:db8::2", "2001:db8::1/64", "ipv6Prefix"), ("2001:db8::1", "2001:db8::2", "2001:db8::/128", "ipv6Prefix"),
            ("2001:db8::1", "2001:db8::2", "/64", "ipv6Prefix"), ("10.0.0.1", "2001:db8::2", "2001:db8::/64", "cloudIpv6"),
            ("ff02::1", "ff02::2", "ff02::/64", "cloudIpv6"),
        ])
    func ipv6(_ cloud: String, _ client: String, _ prefix: String, _ faulty: String) throws {
        let change = { (form: inout VBRForm) in
            form.cloudIPv6 = cloud
            form.clientIPv6 = client
            form.ipv6Prefix = prefix
        }
        if faulty.isEmpty {
            #expect(try created(change)?.ipv6?.prefix.description ?? "" == prefix)
        } else {
            #expect(try refused(change)?.field == faulty)
        }
    }

    @Test("IPv6 is enabled only with addresses, and can have them without being enabled") func enabling() throws {
        #expect(try refused { $0.enablesIPv6 = true }?.field == "cloudIpv6")
        let addresses = { (form: inout VBRForm) in
            form.cloudIPv6 = "2001:db8::1"
            form.clientIPv6 = "2001:db8::2"
            form.ipv6Prefix = "2001:db8::/64"
        }
        #expect(try created(addresses)?.isIPv6Enabled == false)
        #expect(
            try created { form in
                addresses(&form)
                form.enablesIPv6 = true
            }?.isIPv6Enabled == true)
    }

    @Test(
        "Failure detection keeps to its ranges",
        arguments: [
            (3, 200, 200, ""), (10, 1_000, 1_000, ""), (2, 200, 200, "detectMultiplier"), (11, 200, 200, "detectMultiplier"),
            (3, 199, 200, "minRxIntervalMs"), (3, 1_001, 200, "minRxIntervalMs"), (3, 200, 199, "minTxIntervalMs"),
            (3, 200, 1_001, "minTxIntervalMs"),
        ] as [(UInt32, UInt32, UInt32, String)])
    func detection(_ multiplier: UInt32, _ rx: UInt32, _ tx: UInt32, _ faulty: String) throws {
        let detection = FailureDetection(multiplier: multiplier, minRx: rx, minTx: tx)
        if faulty.isEmpty {
            #expect(try created { $0.detection = detection }?.detection == detection)
        } else {
            #expect(try refused { $0.detection = detection }?.field == faulty)
        }
    }
}

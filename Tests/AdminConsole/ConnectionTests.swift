import Testing

@testable import AdminConsole

@Suite struct ConnectionTests {
    private static let carrier = "1000000000000001"
    private static let customer = "2000000000000001"

    private func connection(_ line: String, _ environment: [String: String] = [:]) throws(UsageError) -> Connection {
        var arguments = Arguments(line.split(separator: " ").map(String.init))
        let connection = try Connection(&arguments, environment: environment)
        try arguments.finish()
        return connection
    }

    private func command(_ noun: String, _ verb: String) throws -> ConsoleCommand { try CommandTable.command(noun, verb) }

    /// A demo's folder as `hcctl demo` writes it.
    private func demo(_ folder: borrowing TestFolder) throws -> String {
        _ = try folder.write("operators-token\n", to: "operator.token")
        return try folder.write(
            """
            {"kafka": {"bootstrap": "127.0.0.1:1", "topics": {}},
             "partner": {"admin": "http://127.0.0.1:1001/admin/v1"}, "tenant": {"admin": "http://127.0.0.1:1002/admin/v1"},
             "accounts": [{"id": "\(Self.carrier)", "name": "C", "role": "partner", "adminToken": "carriers-token"},
                          {"id": "\(Self.customer)", "name": "T", "role": "tenant", "adminToken": "customers-token"}]}
            """, to: "endpoints.json")
    }

    @Test func addressesAndATokenFile() throws {
        let folder = try TestFolder()
        let file = try folder.write("secret\nmore\n", to: "token")
        let connection = try connection("--partner http://p --tenant http://t --token-file \(file)")
        #expect(connection.token == "secret")
        #expect(try connection.address(for: command("port", "offer")) == "http://p")
        #expect(try connection.address(for: command("port", "accept")) == "http://t")
        #expect(throws: UsageError.self) { try connection.address(for: command("port", "list")) }
    }

    @Test func theSideIsSaidWhereBothServe() throws {
        let folder = try TestFolder()
        let file = try folder.write("secret", to: "token")
        let connection = try connection("--partner http://p --tenant http://t --token-file \(file) --side tenant")
        #expect(try connection.address(for: command("port", "list")) == "http://t")
        let error = #expect(throws: UsageError.self) { try connection.address(for: command("port", "offer")) }
        #expect(error?.description == "port offer is partner-service's, not tenant-service's")
    }

    @Test func anAccountOfADemoActsAtItsOwnService() throws {
        let folder = try TestFolder()
        let file = try demo(folder)
        let tenant = try connection("--endpoints \(file) --as \(Self.customer)")
        #expect(tenant.token == "customers-token")
        #expect(try tenant.address(for: command("port", "list")) == "http://127.0.0.1:1002")
        #expect(throws: UsageError.self) { try tenant.address(for: command("port", "offer")) }
        let staff = try connection("--endpoints \(file) --as staff --side partner")
        #expect(staff.token == "operators-token")
        #expect(try staff.address(for: command("port", "list")) == "http://127.0.0.1:1001")
    }

    @Test func theEnvironmentSaysItToo() throws {
        let folder = try TestFolder()
        let file = try demo(folder)
        let own = try connection("", ["HCCTL_ENDPOINTS": file, "HCCTL_AS": Self.carrier])
        #expect(own.token == "carriers-token")
        let token = try folder.write("secret", to: "token")
        let environment = ["HCCTL_PARTNER": "http://p", "HCCTL_TOKEN_FILE": token]
        #expect(try connection("", environment).address(for: command("circuit", "list")) == "http://p")
        let option = try connection("--endpoints \(file) --as staff", environment)
        #expect(option.token == "operators-token", "an option wins over the environment")
    }

    @Test(arguments: [
        ("", "where to?"), ("--partner http://p", "--token-file is missing"),
        ("--partner http://p --token-file /none", "/none can't be read"),
        ("--endpoints /none", "--as is missing"), ("--endpoints /none --as staff", "/none can't be read"),
        ("--side middle", "--side takes partner or tenant"),
        ("--endpoints /none --as staff --partner http://p", "give either --endpoints, or --partner and --tenant"),
    ])
    func whatIsMissingIsSaid(line: String, text: String) throws {
        let error = #expect(throws: UsageError.self) { try connection(line) }
        #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }

    @Test func anUnknownAccountIsSaid() throws {
        let folder = try TestFolder()
        let file = try demo(folder)
        let error = #expect(throws: UsageError.self) { try connection("--endpoints \(file) --as 3000000000000001") }
        #expect(error?.description.contains("only \(Self.carrier), \(Self.customer), and staff") == true)
    }
}

import LocalCluster
import Schema

/// Where the services answer and with which token, as options, the environment and a demo's files say it.
struct Connection: Sendable {
    /// Names in the environment; an option wins.
    enum Variable {
        static let partner = "HCCTL_PARTNER"
        static let tenant = "HCCTL_TENANT"
        static let tokenFile = "HCCTL_TOKEN_FILE"
        static let endpoints = "HCCTL_ENDPOINTS"
        static let account = "HCCTL_AS"
    }

    /// Where each service answers, without `/admin/v1`.
    private(set) var addresses: [Side: String] = [:]
    private(set) var token = ""
    /// The service that is asked where both serve a command.
    private(set) var side: Side?

    /// Takes the options that say where to.
    init(_ arguments: inout Arguments, environment: [String: String]) throws(UsageError) {
        var urls: [Side: String] = [:]
        urls[.partner] = try arguments.value("--partner")
        urls[.tenant] = try arguments.value("--tenant")
        var tokenFile = try arguments.value("--token-file")
        var endpoints = try arguments.value("--endpoints")
        let account = try arguments.value("--as") ?? environment[Variable.account]
        if let word = try arguments.value("--side") {
            guard let side = Side(rawValue: word) else { throw UsageError("--side takes partner or tenant, not \"\(word)\"") }
            self.side = side
        }
        if urls.isEmpty, endpoints == nil {
            urls[.partner] = environment[Variable.partner]
            urls[.tenant] = environment[Variable.tenant]
            if urls.isEmpty { endpoints = environment[Variable.endpoints] }
        }
        if let endpoints {
            guard urls.isEmpty else { throw UsageError("give either --endpoints, or --partner and --tenant") }
            try readDemo(endpoints, as: account)
        } else if !urls.isEmpty {
            addresses = urls
            tokenFile = tokenFile ?? environment[Variable.tokenFile]
            guard let tokenFile else { throw UsageError("--token-file is missing (or \(Variable.tokenFile))") }
            token = try Self.firstLine(of: tokenFile, "--token-file")
        } else {
            throw UsageError(
                "where to? Give --partner URL or --tenant URL with --token-file FILE, or --endpoints FILE of a demo with --as ACCOUNT|staff"
            )
        }
    }

    /// Reads a demo's endpoints.json; the operator's token lies beside it.
    private mutating func readDemo(_ path: String, as account: String?) throws(UsageError) {
        guard let account else { throw UsageError("--as is missing: give an account's id, or staff") }
        guard let text = Files.read(path) else { throw UsageError("--endpoints: \(path) can't be read") }
        let endpoints: JSONValue
        do throws(CodecError) {
            endpoints = try JSONValue(json: Array(text.utf8))
        } catch {
            throw UsageError("--endpoints: \(path) is no endpoints.json of a demo: \(error)")
        }
        for side in Side.allCases {
            guard let url = endpoints[side.rawValue]?["admin"]?.text, url.hasSuffix(Self.apiPath) else {
                throw UsageError("--endpoints: \(path) does not say where \(side.service) is")
            }
            addresses[side] = String(url.dropLast(Self.apiPath.count))
        }
        if account == "staff" {
            token = try Self.firstLine(of: Self.folder(of: path) + "operator.token", "--endpoints")
            return
        }
        let accounts = endpoints["accounts"]?.items ?? []
        guard let found = accounts.first(where: { $0["id"]?.text == account }) else {
            let known = accounts.compactMap { $0["id"]?.text }.joined(separator: ", ")
            throw UsageError("--as: the demo has no account \(account), only \(known), and staff")
        }
        token = found["adminToken"]?.text ?? ""
        let own = found["role"]?.text.flatMap { Side(rawValue: $0) }
        addresses = addresses.filter { $0.key == own }
    }

    private static let apiPath = "/admin/v1"

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    private static func firstLine(of path: String, _ option: String) throws(UsageError) -> String {
        guard let line = Files.read(path)?.split(whereSeparator: \.isNewline).first, !line.isEmpty else {
            throw UsageError("\(option): \(path) can't be read or is empty")
        }
        return String(line)
    }

    /// The service that a command goes to.
    func address(for command: ConsoleCommand) throws(UsageError) -> String {
        let name = "\(command.noun) \(command.verb)"
        if let side, !command.sides.contains(side) {
            throw UsageError("\(name) is \(command.sides[0].service)'s, not \(side.service)'s")
        }
        let sides = command.sides.filter { addresses[$0] != nil && (side == nil || side == $0) }
        guard let first = sides.first, let address = addresses[first] else {
            let services = (side.map { [$0] } ?? command.sides).map(\.service).joined(separator: " or ")
            throw UsageError("\(name) goes to \(services), whose address is not given")
        }
        guard sides.count == 1 else { throw UsageError("both services know \(name): say --side partner or --side tenant") }
        return address
    }
}

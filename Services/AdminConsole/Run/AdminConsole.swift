import LocalCluster
import Schema

/// The commands of the command line that call the admin APIs: `hcctl port offer …`.
public struct AdminConsole {
    private let environment: [String: String]
    private let terminal: any Terminal

    /// - Parameter environment: the process's variables, of which ``Connection/Variable`` are read.
    public init(environment: [String: String], terminal: any Terminal = ProcessTerminal()) {
        self.environment = environment
        self.terminal = terminal
    }

    /// Whether a first word is one of this console's.
    public static func knows(_ noun: String) -> Bool { CommandTable.nouns.contains(noun) }

    /// Carries out a command.
    /// - Parameter words: noun, verb, and what follows.
    /// - Returns: the exit code: 0 done, 1 refused or not confirmed.
    /// - Throws: ``UsageError`` for what can't be understood, ``ClusterError`` if a service can't be reached.
    public func run(_ words: [String]) throws -> Int32 {
        let noun = words.first ?? ""
        if words.contains("--help") || words.count == 1 {
            for line in ConsoleHelp.lines(of: noun) { Output.line(line) }
            return words.count == 1 ? 2 : 0
        }
        let command = try CommandTable.command(noun, words.count > 1 && !words[1].hasPrefix("--") ? words[1] : "")
        var arguments = Arguments(Array(words.dropFirst(2)))
        let connection = try Connection(&arguments, environment: environment)
        let invocation = try Invocation(command, arguments)
        let address = try connection.address(for: command)
        guard try Confirmation.isGiven(for: invocation, by: terminal) else {
            Output.error("nothing is changed")
            return 1
        }
        return try send(invocation, with: AdminClient(baseURL: address, token: connection.token))
    }

    private func send(_ invocation: Invocation, with client: AdminClient) throws(ClusterError) -> Int32 {
        let headers = invocation.idempotencyKey.map { [(name: "Idempotency-Key", value: $0)] } ?? []
        let isCommand = invocation.command.method == .post
        let body: [UInt8]? = isCommand ? Array((invocation.body ?? .object([])).json.utf8) : nil
        let (status, bytes) = try client.exchange(invocation.command.method.rawValue, invocation.path, headers: headers, body: body)
        var answer = try Self.read(bytes, status)
        guard (200..<300).contains(status) else {
            show(refusal: answer, status, invocation)
            return 1
        }
        if !isCommand { answer = try allPages(from: answer, invocation, client) }
        return show(answer, invocation)
    }

    /// Goes on with a list until its last page.
    private func allPages(
        from first: JSONValue, _ invocation: Invocation, _ client: AdminClient
    ) throws(ClusterError) -> JSONValue {
        guard var next = first["nextPageToken"]?.text else { return first }
        var items = first["items"]?.items ?? []
        while !next.isEmpty {
            let path = invocation.path + (invocation.path.contains("?") ? "&" : "?") + "pageToken=" + next.percentEncoded
            let (status, bytes) = try client.exchange("GET", path)
            let page = try Self.read(bytes, status)
            guard status == 200 else {
                throw ClusterError("GET \(path): \(page["error"]?["text"]?.text ?? "status \(status)")", status: status)
            }
            items += page["items"]?.items ?? []
            next = page["nextPageToken"]?.text ?? ""
        }
        return .object([JSONValue.Member("items", .list(items))])
    }

    private static func read(_ bytes: [UInt8], _ status: Int) throws(ClusterError) -> JSONValue {
        do throws(CodecError) {
            return try JSONValue(json: bytes)
        } catch {
            throw ClusterError("the answer, of status \(status), can't be read: \(error)", status: status)
        }
    }

    private func show(_ answer: JSONValue, _ invocation: Invocation) -> Int32 {
        let isAnyRefused = invocation.isBulk && answer["items"]?.items.contains { $0["error"]?["code"] != nil } ?? false
        if invocation.isJSON {
            Output.line(answer.json)
            return isAnyRefused ? 1 : 0
        }
        if invocation.isDryRun { Output.error("dry run: this is how it would be, nothing is changed") }
        guard invocation.isBulk else {
            for line in AnswerText.lines(answer, invocation.command.view) { Output.line(line) }
            return 0
        }
        let (done, refused) = AnswerText.bulk(answer, invocation.command.view)
        for line in done { Output.line(line) }
        for line in refused { Output.error(line) }
        return isAnyRefused ? 1 : 0
    }

    private func show(refusal answer: JSONValue, _ status: Int, _ invocation: Invocation) {
        if invocation.isJSON { return Output.line(answer.json) }
        let lines = answer["error"].map { AnswerText.refusal($0) } ?? ["refused with status \(status)"]
        Output.error("hcctl \(invocation.command.noun) \(invocation.command.verb): \(lines[0])")
        for line in lines.dropFirst() { Output.error(line) }
    }
}

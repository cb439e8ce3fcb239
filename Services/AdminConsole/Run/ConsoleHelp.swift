/// The help of the commands that call the admin APIs.
public enum ConsoleHelp {
    /// One line for each noun, with its verbs.
    public static var nouns: [String] {
        let width = (CommandTable.nouns.map(\.count).max() ?? 0) + 2
        return CommandTable.nouns.map { noun in
            let verbs = CommandTable.all.filter { $0.noun == noun }.map(\.verb).joined(separator: "|")
            return "  \(noun)" + String(repeating: " ", count: width - noun.count) + verbs
        }
    }

    /// Where the commands go and how they answer, for all of them.
    public static let common = """
          Where to:  --partner URL | --tenant URL, with --token-file FILE
                     --endpoints FILE of a demo, with --as ACCOUNT|staff
                     --side partner|tenant where both services serve a command
                     or HCCTL_PARTNER, HCCTL_TENANT, HCCTL_TOKEN_FILE, HCCTL_ENDPOINTS, HCCTL_AS
          Answers:   --json prints what the API answers
          Changes:   --dry-run changes nothing and tells what would be; --yes where a question would be asked
                     --idempotency-key KEY makes it safe to repeat; --from-region REGION says where the caller works
                     several objects after each other, or --items FILE with a JSON list of bodies, are sent as one
        """

    /// Every command of a noun, with what it takes.
    static func lines(of noun: String) -> [String] {
        let commands = CommandTable.all.filter { $0.noun == noun }
        let described = commands.flatMap { command in
            let sides = command.sides.count == 1 ? " (\(command.sides[0].service))" : ""
            return ["  \(command.usage)", "      \(command.summary)\(sides)\(command.isDestructive ? "; asks once" : "")"]
        }
        return described + [""] + common.split(separator: "\n").map(String.init)
    }
}

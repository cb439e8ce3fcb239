import AdminConsole
import FoundationEssentials
import Glibc
import LocalCluster

/// The operator's command line.
@main
enum Hcctl {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    private static let usage = """
        Usage: hcctl COMMAND

          broker --file PATH [--topic-prefix P] [--partitions N]
                                                            run the embedded broker, its address written to PATH
          topics create|check --bootstrap HOST:PORT         create or check the topics on a Kafka cluster
                 [--topic-prefix P] [--properties-file FILE] [--partitions N] [--replication-factor N]
                 [--min-insync-replicas N]
          inventory apply FILE --partner URL --tenant URL --token-file FILE
                                                            register the accounts and circuits of a YAML file
          billing ledger|subscriptions|expire SUBSCRIPTION|renew SUBSCRIPTION|lock ACCOUNT|unlock ACCOUNT
                  |enable-outbound-billing ACCOUNT --billing URL --token-file FILE [--json]
                                                            show and steer the billing simulator
          demo [--once] [--data DIR] [--kafka HOST:PORT] [--topic-prefix P] [--billing external]
                                                            run the whole system and walk through the flows
          bench (--lifecycles N | --rate R --seconds S) [--warmup N] [--broker embedded|HOST:PORT]
                [--partitions N] [--json]
                                                            measure the whole lifecycle on real processes

        Commands and views of the services (hcctl NOUN --help tells what each takes):

        \(ConsoleHelp.nouns.joined(separator: "\n"))

        \(ConsoleHelp.common)
        """

    /// Exit codes: 0 done, 1 failed, 2 not understood.
    private static func run(_ words: [String]) -> Int32 {
        guard let command = words.first, command != "--help" else {
            Output.line(usage)
            return words.isEmpty ? 2 : 0
        }
        let arguments = Arguments(Array(words.dropFirst()))
        do {
            switch command {
            case "broker": try BrokerCommand(arguments).run()
            case "topics": return try TopicsCommand(arguments).run()
            case "inventory": return try InventoryCommand(arguments).run()
            case "billing": return try BillingCommand(arguments).run()
            case "demo": try DemoCommand(arguments).run()
            case "bench": return try BenchCommand(arguments).run()
            case let noun where AdminConsole.knows(noun):
                return try AdminConsole(environment: ProcessInfo.processInfo.environment).run(words)
            default: throw UsageError("unknown command \"\(command)\"")
            }
        } catch let error as UsageError {
            Output.error("hcctl \(command): \(error) (see hcctl --help)")
            return 2
        } catch {
            Output.error("hcctl \(command): \(error)")
            return 1
        }
    }
}

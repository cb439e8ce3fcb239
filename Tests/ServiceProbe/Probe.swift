import Glibc
import ServiceKit

/// A service whose parts do what the arguments say. Each step is a line on standard output.
@main
struct Probe {
    /// Longer than any test waits: only a part that is meant to hang meets its limit, however slow the machine is.
    private static let patience = Duration.seconds(600)

    static func main() {
        let arguments = Set(CommandLine.arguments.dropFirst())
        ServiceProcess.run(
            "service-probe", shutdownLimit: arguments.contains("brief") ? .milliseconds(100) : patience,
            exitWithParent: arguments.contains("--exit-with-parent")
        ) { process in
            if arguments.contains("bad-configuration") {
                throw ConfigurationError(.missing, key: "kafka.bootstrap", "kafka.bootstrap: missing\n(set it)")
            }
            let log = Logger(service: "service-probe", level: .debug, format: .text)
            return ServiceProcess.Service(log: log, parts: parts(arguments, process))
        }
    }

    private static func parts(_ arguments: Set<String>, _ process: ServiceProcess) -> [ServicePart] {
        [
            ServicePart("store", stopLimit: patience) {
                say("start store")
            } stop: { _ in
                say("stop store")
            },
            ServicePart("consumer", stopLimit: arguments.contains("hangs") ? .milliseconds(100) : patience) {
                if arguments.contains("no-broker") { throw StartUpError.unavailable("no broker answers at 127.0.0.1:1") }
                if arguments.contains("hangs-at-start") {
                    say("hanging")
                    while true { pause() }
                }
                if arguments.contains("seeks-broker") {
                    say("seeking")
                    guard process.waitForStop() == nil else { throw StartUpError.unavailable("asked to stop") }
                }
                say("start consumer")
            } stop: { deadline in
                say("stop consumer")
                if arguments.contains("hangs") { while true { pause() } }
            },
            ServicePart("http", stopLimit: patience) {
                say("start http")
                if arguments.contains("fails-later") { process.stop(because: .failed("the database is gone")) }
            } stop: { _ in
                say("stop http")
                if arguments.contains("slow-stop") { while true { pause() } }
            },
        ]
    }

    private static func say(_ text: String) {
        let line = Array("\(text)\n".utf8)
        _ = line.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}

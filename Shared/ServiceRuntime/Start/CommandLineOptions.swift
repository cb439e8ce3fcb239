import ServiceKit

/// What the programs of the services take on their command line.
struct CommandLineOptions {
    enum Order {
        case run
        case checkConfiguration
        case help
        case version
    }

    /// The variable that names the configuration file; `--config` wins.
    static let fileVariable = "HC_CONFIG"

    var order = Order.run
    var file: String?
    var exitsWithParent = false

    init(_ arguments: some Sequence<String>, environment: [String: String]) throws(StartUpError) {
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--config":
                guard let path = rest.popFirst(), !path.isEmpty else {
                    throw StartUpError(.configuration, "--config needs the path of a file")
                }
                file = path
            case "--check-config": order = .checkConfiguration
            case "--exit-with-parent": exitsWithParent = true
            case "--help", "-h": order = .help
            case "--version": order = .version
            default: throw StartUpError(.configuration, "unknown argument \(argument) (see --help)")
            }
        }
        if file == nil, let path = environment[Self.fileVariable], !path.isEmpty { file = path }
    }

    static func help(_ name: String, _ summary: String) -> String {
        """
        \(name): \(summary)

        usage: \(name) [--config FILE] [--check-config] [--exit-with-parent]

          --config FILE       the configuration in YAML; HC_CONFIG names it too
          --check-config      read the configuration, say what is wrong with it, and end
          --exit-with-parent  stop when standard input ends
          --version           say the version and end
          --help              say this and end

        Each key of the file can be set in the environment too, where it wins: http.portFile is HC_HTTP_PORT_FILE.
        Exit codes: 0 stopped, 1 stopped but not in time, 69 something needed does not answer, 70 internal fault,
        78 wrong configuration.
        """
    }
}

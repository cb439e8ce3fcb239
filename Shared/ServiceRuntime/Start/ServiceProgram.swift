import Glibc
public import Messaging
public import ServiceKit

/// A service as a program: reads the configuration, puts the parts together and runs them.
public enum ServiceProgram {
    /// The version of all programs of this package.
    public static let version = "0.1.0"

    /// Runs the service; to be called first thing in `main`.
    /// - Parameters:
    ///   - name: the program's name, its group in Kafka and its client's name.
    ///   - summary: what it is, for `--help`.
    ///   - define: may read keys of the service's own.
    public static func run<Application: EngineApplication>(
        _ name: String, _ summary: String,
        define: (ConfigurationReader) throws(ConfigurationError) -> ServiceDefinition<Application>
    ) -> Never {
        let environment = ConfigurationReader.processEnvironment
        let options: CommandLineOptions
        let settings: ServiceSettings
        let definition: ServiceDefinition<Application>
        do {
            options = try CommandLineOptions(CommandLine.arguments.dropFirst(), environment: environment)
            answerAtOnce(options, name, summary)
            let reader = try ConfigurationReader(
                file: options.file, environment: environment, reserved: [CommandLineOptions.fileVariable])
            settings = try ServiceSettings(reader)
            definition = try define(reader)
            try reader.finish()
        } catch {
            ServiceProcess.run(name) { _ in throw error }
        }
        if options.order == .checkConfiguration { say("the configuration is good") }
        ServiceProcess.run(name, shutdownLimit: settings.shutdownDeadline, exitWithParent: options.exitsWithParent) { process in
            let logger = Logger(service: name, level: settings.logLevel, format: settings.logFormat)
            let assembly = try ServiceAssembly(name, settings, definition, process: process, logger: logger)
            return ServiceProcess.Service(log: logger, parts: assembly.parts)
        }
    }

    private static func answerAtOnce(_ options: CommandLineOptions, _ name: String, _ summary: String) {
        switch options.order {
        case .help: say(CommandLineOptions.help(name, summary))
        case .version: say("\(name) \(version)")
        case .run, .checkConfiguration: break
        }
    }

    private static func say(_ text: String) -> Never {
        print(text)
        exit(ExitCode.stopped.rawValue)
    }
}

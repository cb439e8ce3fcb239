import FoundationEssentials
import Glibc
public import ServiceKit

/// One program of a local cluster: its configuration, its log, its process.
public final class ServiceNode {
    public let name: String
    private let executable: String
    private let files: NodeFiles
    private let arguments: [String]
    private var process: ChildProcess?

    /// - Parameters:
    ///   - name: also names the files in `folder`.
    ///   - configuration: YAML for `--config`; nil for a program that has none.
    init(
        name: String, executable: String, folder: String, configuration: String?, arguments: [String] = []
    ) throws(ClusterError) {
        self.name = name
        self.executable = executable
        files = NodeFiles(of: name, in: folder)
        if let configuration {
            try Files.write(configuration, to: files.configuration)
            self.arguments = ["--config", files.configuration] + arguments
        } else {
            self.arguments = arguments
        }
    }

    public var logFile: String { files.log }
    public var databaseFile: String { files.database }

    /// The running process's id; nil while it does not run.
    public var processID: Int32? {
        guard let process, process.ended == nil else { return nil }
        return process.processID
    }

    /// How the last process ended; nil while it runs or before the first.
    public var ended: ChildProcess.Status? { process?.ended }

    /// Starts the program; its output goes to the log file.
    public func start() throws(ClusterError) {
        guard processID == nil else { return }
        Files.remove(files.address)
        var command = ChildProcess.Command(executable, arguments)
        command.environment = Self.environment
        command.input = .lifeline
        command.output = .file(logFile)
        command.errorOutput = .file(logFile)
        do throws(ChildProcessError) {
            process = try ChildProcess(command)
        } catch {
            throw ClusterError("\(name) does not start: \(error)")
        }
    }

    /// Ours without what would configure a service: every part has its own file, and no value is meant for all of them.
    private static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HC_") }
    }

    /// Waits until the program has written its address and answers that it is ready.
    public func waitUntilReady(within limit: Duration = .seconds(30)) throws(ClusterError) {
        let deadline = MonotonicInstant.now + limit
        while MonotonicInstant.now < deadline {
            if let ended { throw ClusterError("\(name) ended with \(ended): \(lastLogLine)") }
            if isReady { return }
            Pause.briefly()
        }
        throw ClusterError("\(name) was not ready after \(limit): \(lastLogLine)")
    }

    /// Whether the program says now that it is ready.
    public var isReady: Bool {
        guard processID != nil, let url = baseURL else { return false }
        return (try? AdminClient(baseURL: url, token: "none").status(of: "/readyz")) == 200
    }

    /// Where the program's API answers; nil before it listens.
    public var baseURL: String? {
        guard let text = Files.read(files.address) else { return nil }
        let address = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return address.isEmpty ? nil : "http://\(address)"
    }

    /// Ends the program as an operator would; false if it had to be killed.
    @discardableResult
    public func stop(grace: Duration = .seconds(15)) -> Bool {
        guard let process, process.ended == nil else { return true }
        return process.stop(grace: grace)?.isSuccess ?? false
    }

    /// `kill -9`.
    public func kill() {
        guard let process, process.ended == nil else { return }
        process.sendToGroup(SIGKILL)
        _ = process.wait(until: .now + .seconds(10))
    }

    /// Freezes the program: it keeps its connections and answers nobody.
    public func pause() { process?.sendToGroup(SIGSTOP) }

    /// Lets a frozen program go on.
    public func resume() { process?.sendToGroup(SIGCONT) }

    private var lastLogLine: String {
        Files.read(logFile)?.split(whereSeparator: \.isNewline).last.map(String.init) ?? "its log \(logFile) is empty"
    }
}

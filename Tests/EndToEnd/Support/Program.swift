import FoundationEssentials
import Glibc
import LocalCluster
import ServiceKit

/// One run of another program, whose output is kept in files.
final class Program {
    private let process: ChildProcess
    private let name: String
    private let folder: String

    /// - Parameters:
    ///   - input: what it reads from its standard input; nil for nothing.
    ///   - environment: what differs from ours.
    init(
        _ executable: String, _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:]
    ) throws {
        name = String(executable.split(separator: "/").last ?? "")
        folder = try Environment.newFolder(name)
        var command = ChildProcess.Command(executable, arguments)
        command.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        command.output = .file("\(folder)/out")
        command.errorOutput = .file("\(folder)/errors")
        guard let input else {
            process = try ChildProcess(command)
            return
        }
        _ = FileManager.default.createFile(atPath: "\(folder)/in", contents: Data(input))
        let descriptor = open("\(folder)/in", O_RDONLY | O_CLOEXEC)
        command.input = .descriptor(descriptor)
        process = try ChildProcess(command)
        close(descriptor)
    }

    deinit {
        if process.ended == nil {
            process.sendToGroup(SIGKILL)
            _ = process.wait(until: .now + .seconds(5))
        }
        Files.removeFolder(folder)
    }

    var processID: Int32 { process.processID }
    var outputBytes: [UInt8] { FileManager.default.contents(atPath: "\(folder)/out").map { [UInt8]($0) } ?? [] }
    var output: String { String(decoding: outputBytes, as: UTF8.self) }
    var errors: String { Files.read("\(folder)/errors") ?? "" }
    var ended: ChildProcess.Status? { process.ended }

    func send(_ signal: Int32) { process.send(signal) }

    /// Waits for its end.
    func status(within limit: Duration) throws(ClusterError) -> ChildProcess.Status {
        guard let status = process.wait(until: .now + limit) else {
            throw ClusterError("\(name) runs longer than \(limit); it said: \(output.suffix(2000)) \(errors.suffix(2000))")
        }
        return status
    }

    /// Runs a program to its end, which has to be a good one.
    /// - Returns: what it wrote to its standard output.
    @discardableResult
    static func run(
        _ executable: String, _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:],
        within limit: Duration = .seconds(60)
    ) throws -> [UInt8] {
        let program = try Program(executable, arguments, input: input, environment: environment)
        let status = try program.status(within: limit)
        guard status.isSuccess else {
            throw ClusterError("\(program.name) \(arguments.joined(separator: " ")) ended with \(status): \(program.errors.suffix(2000))")
        }
        return program.outputBytes
    }

    /// The processes whose command line or working files name a folder.
    static func running(in folder: String) -> [String] {
        Files.names(in: "/proc").compactMap { Int32($0) }.compactMap { id in
            guard id != getpid(), let line = Files.read("/proc/\(id)/cmdline"), line.contains(folder) else { return nil }
            return "\(id) \(line.split(separator: "\0").joined(separator: " "))"
        }
    }
}

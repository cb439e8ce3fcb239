import Glibc
import Testing

@testable import ServiceKit

/// Runs the probe, a real process, and looks at what it says and how it ends.
@Suite struct ServiceProcessTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var probe: String {
        let folder = CommandLine.arguments[0].split(separator: "/").dropLast().joined(separator: "/")
        return "\(CommandLine.arguments[0].hasPrefix("/") ? "/" : "")\(folder)/service-probe"
    }

    private func start(_ arguments: String..., input: ChildProcess.Input = .null) throws -> ChildProcess {
        var command = ChildProcess.Command(probe, arguments)
        command.input = input
        command.output = .file(scratch.path + "/out")
        command.errorOutput = .file(scratch.path + "/err")
        return try ChildProcess(command)
    }

    private func says(_ line: String) async -> Bool { await eventually { scratch.lines("out").contains(line) } }
    private func logs(_ text: String) async -> Bool { await eventually { scratch.read("err").contains(text) } }

    private static let started = ["start store", "start consumer", "start http"]
    private static let stopped = ["stop http", "stop consumer", "stop store"]

    @Test(arguments: [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")])
    func aSignalStopsItInOrder(signal: Int32, name: String) async throws {
        let child = try start()
        #expect(await logs("service-probe: running"))
        child.send(signal)
        #expect(try await child.waitInTask(until: .patience) == .exited(0))
        #expect(scratch.lines("out") == Self.started + Self.stopped)
        #expect(scratch.read("err").contains("service-probe: stopping reason=\(name)\n"))
        #expect(scratch.lines("err").last?.hasSuffix("service-probe: stopped") == true)
    }

    @Test func aBrokenPipeDoesNotEndIt() async throws {
        let child = try start()
        #expect(await logs("running"))
        child.send(SIGPIPE)
        child.send(SIGTERM)
        #expect(try await child.waitInTask(until: .patience) == .exited(0))
    }

    @Test func wrongConfigurationIsOneLineAndCode78() async throws {
        let child = try start("bad-configuration")
        #expect(try await child.waitInTask(until: .patience) == .exited(78))
        #expect(scratch.read("err") == "service-probe: kafka.bootstrap: missing\\n(set it)\n")
        #expect(scratch.read("out") == "")
    }

    @Test func anUnreachableBrokerIsCode69AndNothingStaysStarted() async throws {
        let child = try start("no-broker")
        #expect(try await child.waitInTask(until: .patience) == .exited(69))
        #expect(scratch.lines("out") == ["start store", "stop store"])
        let plain = scratch.lines("err").filter { $0.hasPrefix("service-probe: ") }
        #expect(plain == ["service-probe: consumer: no broker answers at 127.0.0.1:1"])
    }

    @Test func aSignalDuringStartStopsWhatWasStarted() async throws {
        let child = try start("seeks-broker")
        #expect(await says("seeking"))
        child.send(SIGTERM)
        #expect(try await child.waitInTask(until: .patience) == .exited(0))
        #expect(scratch.lines("out") == ["start store", "seeking", "stop store"])
    }

    @Test func aHangingPartIsNamedAndCode1() async throws {
        let child = try start("hangs")
        #expect(await logs("running"))
        child.send(SIGTERM)
        #expect(try await child.waitInTask(until: .patience) == .exited(1))
        #expect(scratch.lines("out") == Self.started + Self.stopped)
        #expect(scratch.read("err").contains("ERROR   service-probe: did not stop in time part=consumer\n"))
    }

    @Test func aPartThatHangsAtStartIsEndedToo() async throws {
        let child = try start("hangs-at-start", "brief")
        #expect(await says("hanging"))
        child.send(SIGTERM)
        #expect(try await child.waitInTask(until: .patience) == .exited(1))
        #expect(scratch.read("err").hasSuffix("\nservice-probe: did not stop in time, ending\n"))
    }

    @Test func aSecondSignalEndsItAtOnce() async throws {
        let child = try start("slow-stop")
        #expect(await logs("running"))
        child.send(SIGTERM)
        // Stopping has begun and, left alone, would not end while this test waits.
        #expect(await says("stop http"))
        child.send(SIGINT)
        #expect(try await child.waitInTask(until: .patience) == .exited(128 + SIGINT))
        #expect(scratch.lines("err").last == "service-probe: SIGINT again, ending at once")
    }

    @Test func aPartThatCannotGoOnEndsItWithCode70() async throws {
        let child = try start("fails-later")
        #expect(try await child.waitInTask(until: .patience) == .exited(70))
        #expect(scratch.lines("out") == Self.started + Self.stopped)
        #expect(scratch.read("err").contains("stopping reason=\"the database is gone\""))
    }

    @Test func itStopsWhenItsParentIsKilled() async throws {
        // A shell stands for the parent: it holds the write end of the probe's input and is killed.
        let script = "mkfifo \"$1/in\"; \"$0\" --exit-with-parent < \"$1/in\" >> \"$1/out\" 2>> \"$1/err\" & exec sleep 1000 > \"$1/in\""
        var command = ChildProcess.Command("sh", ["-c", script, probe, scratch.path])
        command.endsGroup = false
        let parent = try ChildProcess(command)
        #expect(await logs("running"))
        parent.send(SIGKILL)
        #expect(try await parent.waitInTask(until: .patience) == .killed(signal: SIGKILL))
        #expect(await logs("stopping reason=\"the parent process is gone\""))
        #expect(await says("stop store"))
    }

    @Test func itStopsWhenTheLifelineIsLetGo() async throws {
        var child: ChildProcess? = try start("--exit-with-parent", input: .lifeline)
        #expect(await logs("running"))
        #expect(child?.ended == nil)
        child = nil
        #expect(await says("stop store"))
    }

    @Test func aMaskInheritedFromTheParentDoesNotMakeItDeaf() async throws {
        // env --block-signal starts the probe as a careless parent would.
        var command = ChildProcess.Command("env", ["--block-signal=TERM", "--ignore-signal=INT", probe])
        command.output = .file(scratch.path + "/out")
        command.errorOutput = .file(scratch.path + "/err")
        let child = try ChildProcess(command)
        #expect(await logs("running"))
        child.send(SIGTERM)
        #expect(try await child.waitInTask(until: .patience) == .exited(0))
    }
}

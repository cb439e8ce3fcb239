import Glibc
import Testing

@testable import ServiceKit

@Suite struct ChildProcessTests {
    private func shell(_ script: String, _ change: (inout ChildProcess.Command) -> Void = { _ in }) throws -> ChildProcess {
        var command = ChildProcess.Command("sh", ["-c", script])
        change(&command)
        return try ChildProcess(command)
    }

    @Test(arguments: [("exit 0", ChildProcess.Status.exited(0)), ("exit 7", .exited(7)), ("kill -KILL $$", .killed(signal: SIGKILL))])
    func endings(script: String, status: ChildProcess.Status) async throws {
        let child = try shell(script)
        #expect(try await child.waitInTask(until: .patience) == status)
        #expect(child.ended == status)
        #expect(!child.send(SIGTERM))
        #expect(!child.sendToGroup(SIGKILL))
        #expect(child.stop() == status)
    }

    @Test func whatTheChildGets() async throws {
        let scratch = try Scratch()
        let child = try shell("echo \"$A-$B\"; pwd; cat; echo fault >&2; grep -E 'Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd") {
            $0.environment = ["A": "1", "B": "zwei", "PATH": "/usr/bin:/bin"]
            $0.workingFolder = scratch.path
            $0.output = .file(scratch.path + "/out")
            $0.errorOutput = .file(scratch.path + "/err")
        }
        #expect(try await child.waitInTask(until: .patience) == .exited(0))
        let lines = scratch.lines("out")
        try #require(lines.count >= 7)
        #expect(lines[0] == "1-zwei")
        #expect(lines[1] == scratch.path)
        #expect(lines[2] == "SigBlk:\t0000000000000000")
        // Signals 32 and 33 are the C library's own.
        let ignored = try #require(UInt64(lines[3].split(separator: "\t")[1], radix: 16))
        #expect(ignored & 0x7fff_ffff == 0)
        #expect(Array(lines[4...]) == ["0", "1", "2", "3"])  // 3 is the folder that ls reads
        #expect(scratch.read("err") == "fault\n")
    }

    @Test func outputGoesToADescriptor() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let child = try shell("echo out; echo err >&2") {
            $0.output = .descriptor(ends[1])
            $0.errorOutput = .descriptor(ends[1])
        }
        close(ends[1])
        #expect(try await child.waitInTask(until: .patience) == .exited(0))
        var block = [UInt8](repeating: 0, count: 64)
        let count = block.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, $0.count) }
        #expect(String(decoding: block[..<max(0, count)], as: UTF8.self) == "out\nerr\n")
    }

    @Test func aSIGTERMIsDeliveredAndCanBeCaught() async throws {
        let scratch = try Scratch()
        let child = try shell("trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.01; done") {
            $0.output = .file(scratch.path + "/out")
        }
        #expect(await eventually { scratch.read("out") == "ready\n" })
        #expect(child.ended == nil)
        #expect(child.wait(until: .now + .milliseconds(20)) == nil)
        #expect(child.send(SIGTERM))
        #expect(try await child.waitInTask(until: .patience) == .exited(3))
        #expect(scratch.read("out") == "ready\ncaught\n")
    }

    @Test func aChildThatWillNotStopIsKilledWithItsGroup() async throws {
        let scratch = try Scratch()
        let child = try shell("trap '' TERM; sleep 1000 & echo $!; while :; do sleep 0.01; done") {
            $0.output = .file(scratch.path + "/out")
        }
        #expect(await eventually { scratch.read("out").hasSuffix("\n") })
        let grandchild = try #require(pid_t(scratch.lines("out")[0]))
        #expect(child.stop(grace: .milliseconds(50)) == .killed(signal: SIGKILL))
        #expect(await eventually { hasEnded(grandchild) })
    }

    @Test func whatIsLeftOfTheGroupIsEndedWithTheChild() async throws {
        let scratch = try Scratch()
        let child = try shell("sleep 1000 & echo $!") { $0.output = .file(scratch.path + "/out") }
        #expect(try await child.waitInTask(until: .patience) == .exited(0))
        let grandchild = try #require(pid_t(scratch.lines("out")[0]))
        #expect(await eventually { hasEnded(grandchild) })
    }

    @Test func theGroupMayOutliveTheChildWhenAsked() async throws {
        let scratch = try Scratch()
        let child = try shell("sleep 1000 & echo $!") {
            $0.output = .file(scratch.path + "/out")
            $0.endsGroup = false
        }
        #expect(try await child.waitInTask(until: .patience) == .exited(0))
        let grandchild = try #require(pid_t(scratch.lines("out")[0]))
        #expect(!hasEnded(grandchild))
        #expect(kill(grandchild, SIGKILL) == 0)
    }

    @Test func theLifelineEndsWithItsHolder() async throws {
        let scratch = try Scratch()
        var command = ChildProcess.Command("sh", ["-c", "cat; echo released"])
        command.input = .lifeline
        command.output = .file(scratch.path + "/out")
        var child: ChildProcess? = try ChildProcess(command)
        #expect(child?.wait(until: .now + .milliseconds(30)) == nil)
        child = nil
        #expect(await eventually { scratch.read("out") == "released\n" })
    }

    @Test func faultsOfStarting() throws {
        let missing = #expect(throws: ChildProcessError.self) { try ChildProcess(.init("/nowhere/program")) }
        #expect(missing?.description == "/nowhere/program: could not start: No such file or directory")
        var command = ChildProcess.Command("true")
        command.output = .file("/nowhere/out")
        let output = #expect(throws: ChildProcessError.self) { try ChildProcess(command) }
        #expect(output?.description == "true: could not open /nowhere/out: No such file or directory")
        let folder = #expect(throws: ChildProcessError.self) { try ChildProcess(.init("true", workingFolder: "/nowhere")) }
        #expect(folder?.errorNumber == ENOENT)
    }

    @Test func manyChildrenAtOnce() async throws {
        let children = try (0..<40).map { try shell("exit \($0)") }
        for (code, child) in children.enumerated() {
            #expect(try await child.waitInTask(until: .patience) == .exited(Int32(code)))
        }
    }

    /// Gone, or dead and only not yet waited for by whoever adopted it.
    private func hasEnded(_ process: pid_t) -> Bool {
        guard let stat = try? readFile("/proc/\(process)/stat", maximumBytes: 4096) else { return true }
        let text = String(decoding: stat, as: UTF8.self)
        return text.split(separator: ")").last?.hasPrefix(" Z") == true
    }
}

import FoundationEssentials
import Glibc
import HostedConnection
import Synchronization
import Testing

@testable import ServiceKit

/// Collects the lines of a logger.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    var output: LogOutput {
        .function { [self] line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    }
}

/// A line as any JSON reader sees it.
struct DecodedLine: Decodable, Equatable {
    var time = "", level = "", service = "", message = ""
    var text: String?
    var truncated: Bool?
    var suppressed: Int?
}

@Suite struct LoggerTests {
    private let lines = Lines()
    private let clock = ManualClock(startingAt: Instant(microseconds: 1_795_692_562_123_456))

    private func logger(_ format: LogFormat = .json, level: LogLevel = .info) -> Logger {
        Logger(service: "partner-service", level: level, format: format, output: lines.output, clock: clock)
    }

    private func decoded(_ line: String) throws -> DecodedLine { try JSONDecoder().decode(DecodedLine.self, from: Data(line.utf8)) }

    @Test func aJSONLineHoldsTypedFieldsInOrder() {
        let log = logger().with(["part": "consumer"])
        log.info(
            "joined",
            [
                "partitions": .int(12), "all": true, "lag": .unsigned(.max), "share": 0.5, "group": .id(YAMLPosition(line: 1, column: 2)),
                "neg": -3,
            ])
        let start = #"{"time":"2026-11-26T11:29:22.123Z","level":"info","service":"partner-service","message":"joined","part":"consumer","#
        #expect(lines.all == [start + #""partitions":12,"all":true,"lag":18446744073709551615,"share":0.5,"group":"1:2","neg":-3}"# + "\n"])
    }

    @Test func aTextLineIsForPeople() {
        logger(.text).warning("broker says \"no\"\n", ["topic": "a b", "code": .int(-5), "empty": "", "plain": "x", "pair": "a=b"])
        #expect(
            lines.all == [
                #"2026-11-26T11:29:22.123Z WARNING partner-service: broker says "no"\n topic="a b" code=-5 empty="" plain=x pair="a=b""#
                    + "\n"
            ])
    }

    @Test(arguments: [
        "quote \" backslash \\ slash /", "line\nfeed\r\ttab", "nul \u{0} bell \u{7} del \u{7f} csi \u{9b}", "\u{2028}\u{2029} é 🙂",
    ])
    func whatIsWrittenIsReadBack(text: String) throws {
        logger().info(text, ["text": .text(text)])
        let line = try #require(lines.all.first)
        #expect(try decoded(line).message == text)
        #expect(try decoded(line).text == text)
        let controls = line.dropLast().unicodeScalars.filter { $0.properties.generalCategory == .control || $0 == "\u{2028}" }
        #expect(controls.isEmpty)
    }

    @Test func numbersThatJSONCannotSayAreNull() {
        logger().info("x", ["a": .number(.nan), "b": .number(.infinity)])
        #expect(lines.all.first?.hasSuffix("\"a\":null,\"b\":null}\n") == true)
    }

    @Test(arguments: LogFormat.allCases)
    func linesAreBounded(format: LogFormat) throws {
        var fields: LogFields = [:]
        for index in 0..<20 { fields.append("field\(index)", .text(String(repeating: "é\u{1}", count: 5000))) }
        logger(format).error(String(repeating: "long ", count: 10_000), fields)
        let line = try #require(lines.all.first)
        #expect(line.utf8.count <= LogLine.maximumBytes)
        #expect(line.utf8.count > 2000)
        if format == .json { #expect(try decoded(line).truncated == true) }
    }

    @Test func belowTheLevelNothingIsEvenBuilt() {
        let log = logger(level: .warning)
        func unwanted() -> String {
            Issue.record("a message below the level was built")
            return ""
        }
        log.info(unwanted())
        log.debug("\(unwanted())", ["x": .text(unwanted())])
        #expect(lines.all.isEmpty)
        #expect(!log.isEnabled(.info))
        log.setLevel(.debug)
        log.with(["a": 1]).debug("seen")
        #expect(lines.all.count == 1)
    }

    @Test func secretsAreNotShown() {
        let secret = Secret("hunter2")
        logger().info("token \(secret)", ["text": .id(secret)])
        #expect(lines.all.first?.contains("hunter2") == false)
        #expect(lines.all.first?.contains("token <redacted>") == true)
    }

    @Test func repeatedWarningsAreCounted() throws {
        let limit = RepeatLimit(every: .seconds(10), clock: clock)
        let log = logger()
        for _ in 0..<5 { log.log(.warning, limitedBy: limit, "no broker answers") }
        #expect(lines.all.count == 1)
        clock.advance(by: .seconds(10))
        log.log(.warning, limitedBy: limit, "no broker answers")
        #expect(try lines.all.map { try decoded($0).suppressed } == [nil, 4])
    }

    @Test func linesOfManyThreadsDoNotMix() throws {
        let scratch = try Scratch()
        let descriptor = open(scratch.path + "/log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let log = Logger(service: "s", output: .descriptor(descriptor))
        let threads = try (0..<4).map { thread in
            try NativeThread.start(named: "log-\(thread)") {
                for line in 0..<500 { log.info("line", ["text": .text(String(repeating: "\(thread)", count: line))]) }
            }
        }
        for thread in threads { #expect(thread.join(until: .patience)) }
        let written = scratch.lines("log")
        #expect(written.count == 2000)
        for line in written { #expect(try decoded(line).message == "line") }
    }

    @Test func aReaderThatDoesNotReadCostsLinesNotTime() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer {
            close(ends[0])
            close(ends[1])
        }
        let output = LogOutput.descriptor(ends[1])
        let log = Logger(service: "s", output: output)
        let start = MonotonicInstant.now
        for _ in 0..<2000 { log.info("a line of no great length", ["text": .text(String(repeating: "x", count: 200))]) }
        #expect(MonotonicInstant.now - start < .seconds(10))
        let lost = output.droppedLines
        #expect(lost > 1000 && lost < 2000)
        // With room again, lines are written again.
        var block = [UInt8](repeating: 0, count: 1 << 16)
        #expect(block.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, $0.count) } > 0)
        log.info("again")
        #expect(output.droppedLines == lost)
    }
}

import Testing

@testable import Schema

@Suite struct PlainRunTests {
    private func run(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { buffer in buffer.baseAddress.map { plainRun($0, buffer.count) } ?? 0 }
    }

    @Test func everyByteAtEveryPlace() {
        for byte in UInt8.min...UInt8.max {
            let isPlain = byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            for place in 0..<20 {
                for around: UInt8 in [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0xff] {
                    var bytes = [UInt8](repeating: around, count: 20)
                    bytes[place] = byte
                    let found = run(bytes)
                    #expect(found == (isPlain ? 20 : place))
                    if found != (isPlain ? 20 : place) { return }
                }
            }
        }
    }

    @Test func theFirstOfSeveralCounts() {
        #expect(run(#"abc"def\ghi"jkl"#.bytes) == 3)
        #expect(run("abcdefghij\u{1f}\"\\".bytes) == 10)
        #expect(run([]) == 0)
    }
}

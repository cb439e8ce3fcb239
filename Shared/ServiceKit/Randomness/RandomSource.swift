import CLinux
import Glibc

/// Where random numbers come from; injected, so that a simulation can repeat itself.
public protocol RandomSource: RandomNumberGenerator {
    /// 64 random bits.
    mutating func next() -> UInt64
}

/// The kernel's random numbers, fetched in blocks: one number costs a few nanoseconds instead of a system call.
///
/// A class, because a copy of the buffer would give out the same numbers twice. One instance belongs to one thread.
public final class SystemRandom: RandomSource {
    private static let blockCount = 128
    private var block = [UInt64](repeating: 0, count: blockCount)
    private var position = blockCount

    /// Nothing is fetched before the first number is asked for.
    public init() {}

    public func next() -> UInt64 {
        if position == Self.blockCount {
            block.withUnsafeMutableBytes(fillFromKernel)
            position = 0
        }
        defer { position += 1 }
        return block[position]
    }
}

/// Fills the buffer with the kernel's random numbers.
func fillFromKernel(_ buffer: UnsafeMutableRawBufferPointer) {
    var filled = 0
    while filled < buffer.count {
        let count = getrandom(buffer.baseAddress.map { $0 + filled }, buffer.count - filled, 0)
        if count > 0 {
            filled += count
        } else if errno != EINTR {
            break
        }
    }
    // Only a kernel without getrandom comes here; the standard library has its own way to the kernel.
    var fallback = SystemRandomNumberGenerator()
    for position in filled..<buffer.count { buffer[position] = UInt8.random(in: 0...255, using: &fallback) }
}

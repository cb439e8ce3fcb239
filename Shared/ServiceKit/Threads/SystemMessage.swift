import Glibc

/// What the system says about an error number: `No such file or directory`.
func systemMessage(_ errorNumber: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let base = buffer.baseAddress else { return "error \(errorNumber)" }
        base.initialize(repeating: 0, count: buffer.count)
        guard strerror_r(errorNumber, base, buffer.count - 1) == 0 else { return "error \(errorNumber)" }
        return String(cString: base)
    }
}

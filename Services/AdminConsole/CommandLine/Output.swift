import Glibc

/// What hcctl writes for people and programs. Unbuffered, so that a reader of a pipe sees each line when it happens.
public enum Output {
    public static func line(_ text: String = "") { write(text + "\n", to: STDOUT_FILENO) }

    public static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Text that an answer is to stand behind.
    static func prompt(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return
            }
        }
    }
}

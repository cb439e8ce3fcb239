import Glibc
import LocalCluster

/// What /proc tells of processes.
enum ProcessUsage {
    /// User and system CPU in seconds; 0 when the process is gone.
    static func cpuSeconds(_ process: Int32) -> Double {
        // The name in parentheses may hold blanks, so count from behind it.
        guard let text = Files.read("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return 0 }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The highest resident memory so far, in bytes.
    static func peakBytes(_ process: Int32) -> Int {
        guard let text = Files.read("/proc/\(process)/status") else { return 0 }
        for line in text.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
        }
        return 0
    }

    /// The process that listens on a port of this machine; nil if none can be seen.
    static func listener(on port: Int) -> Int32? {
        let wanted = inodes(listeningOn: port)
        guard !wanted.isEmpty else { return nil }
        for name in Files.names(in: "/proc") {
            guard let process = Int32(name) else { continue }
            for descriptor in Files.names(in: "/proc/\(process)/fd") {
                if let target = Files.target(of: "/proc/\(process)/fd/\(descriptor)"), wanted.contains(target) { return process }
            }
        }
        return nil
    }

    private static func inodes(listeningOn port: Int) -> Set<String> {
        let suffix = ":" + String(port, radix: 16, uppercase: true).leftPadded(to: 4)
        var found: Set<String> = []
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            for line in Files.read(table)?.split(separator: "\n").dropFirst() ?? [] {
                let fields = line.split(separator: " ")
                if fields.count > 9, fields[1].hasSuffix(suffix), fields[3] == "0A" { found.insert("socket:[\(fields[9])]") }
            }
        }
        return found
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}

import Glibc

extension MetricsRegistry {
    /// Registers what Prometheus calls the process metrics, read from `/proc` at each scrape.
    public func registerProcessMetrics() throws(MetricError) {
        try counter("process_cpu_seconds_total", help: "User and system CPU time spent in seconds.") { cpuSeconds() }
        try gauge("process_resident_memory_bytes", help: "Resident memory size in bytes.") { residentBytes() }
        try gauge("process_open_fds", help: "Number of open file descriptors.") { openDescriptors() }
        let start = startTime()
        try gauge("process_start_time_seconds", help: "Start time of the process since 1970 in seconds.") { start }
    }
}

private func cpuSeconds() -> Double? {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    return Double(seconds) + Double(microseconds) / 1_000_000
}

private func residentBytes() -> Double? {
    let fields = words(ofFile: "/proc/self/statm")
    guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
}

private func openDescriptors() -> Double? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return Double(count - 3)  // without `.`, `..` and the descriptor of the folder itself
}

/// Boot time plus the start of the process in clock ticks after boot, field 22 of `/proc/self/stat`.
private func startTime() -> Double? {
    // The second field, the program's name in brackets, may hold blanks: count from behind it.
    guard let stat = text(ofFile: "/proc/self/stat"), let bracket = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: bracket)...].split(separator: " ")
    let system = words(ofFile: "/proc/stat")
    guard fields.count > 19, let ticks = Double(fields[19]),
        let name = system.firstIndex(of: "btime"), name + 1 < system.count, let boot = Double(system[name + 1])
    else { return nil }
    return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
}

private func text(ofFile path: String) -> String? {
    (try? readFile(path, maximumBytes: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
}

private func words(ofFile path: String) -> [Substring] {
    text(ofFile: path)?.split { $0 == " " || $0 == "\n" } ?? []
}

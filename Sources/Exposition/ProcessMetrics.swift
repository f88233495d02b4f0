import Glibc

extension MetricRegistry {
    /// Adds the standard `process_*` metrics of this process, read from /proc at every scrape. What cannot be read is left out.
    public func addProcessMetrics() {
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        let pageSize = Double(max(1, sysconf(Int32(_SC_PAGESIZE))))
        func collectOptional(
            _ name: String, _ help: String, _ type: CollectedType = .gauge, _ value: @escaping @Sendable () -> Double?
        ) {
            collect(name, help: help, type: type) { value().map { [MetricSample(value: $0)] } ?? [] }
        }
        collectOptional("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", .counter) {
            ProcessStatus.read().map { Double($0.cpuTicks) / ticks }
        }
        collectOptional("process_resident_memory_bytes", "Resident memory size in bytes.") {
            ProcessStatus.read().map { Double($0.residentPages) * pageSize }
        }
        collectOptional("process_virtual_memory_bytes", "Virtual memory size in bytes.") {
            ProcessStatus.read().map { Double($0.virtualBytes) }
        }
        collectOptional("process_open_fds", "Number of open file descriptors.") { ProcessStatus.openFiles().map(Double.init) }
        collectOptional("process_max_fds", "Maximum number of open file descriptors.") {
            var limit = rlimit()
            return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? Double(limit.rlim_cur) : nil
        }
        // Neither changes while the process lives.
        let start = ProcessStatus.read().flatMap { status in
            ProcessStatus.bootTime().map { Double($0) + Double(status.startTicks) / ticks }
        }
        collectOptional("process_start_time_seconds", "Start time of the process since unix epoch in seconds.") { start }
    }
}

/// The fields of /proc/self/stat that the metrics need (proc(5)).
struct ProcessStatus: Equatable {
    let cpuTicks: UInt64
    let startTicks: UInt64
    let virtualBytes: UInt64
    let residentPages: UInt64

    /// nil when the text has too few fields.
    init?(_ text: String) {
        // The second field is the program's name in parentheses and may hold anything; the rest follows the last parenthesis.
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split { $0.isWhitespace }
        // The first field here is number 3 of the manual page.
        func field(_ number: Int) -> UInt64? { fields.indices.contains(number - 3) ? UInt64(fields[number - 3]) : nil }
        guard let user = field(14), let system = field(15), let start = field(22), let virtual = field(23), let resident = field(24) else {
            return nil
        }
        cpuTicks = user + system
        startTicks = start
        virtualBytes = virtual
        residentPages = resident
    }

    static func read() -> ProcessStatus? { contents(of: "/proc/self/stat").flatMap(ProcessStatus.init) }

    /// Seconds since the epoch.
    static func bootTime() -> UInt64? {
        guard let line = contents(of: "/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }) else { return nil }
        return UInt64(line.dropFirst(6))
    }

    static func openFiles() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // ".", ".." and the directory itself.
        return count - 3
    }

    private static func contents(of path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8 << 10)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            guard count >= 0 else { return nil }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}

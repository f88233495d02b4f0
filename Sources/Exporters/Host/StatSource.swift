import Exposition
import Glibc
import NIOConcurrencyHelpers

/// Processor time, interrupts, processes and the time of boot, from /proc/stat.
final class StatSource: KernelSource {
    let collectors = ["cpu", "stat"]
    let families = [
        SampleBoard.Family(
            "node_cpu_seconds_total", "Seconds that a processor spent in a mode.", type: .counter, labels: ["cpu", "mode"]),
        SampleBoard.Family(
            "node_cpu_guest_seconds_total", "Seconds that a processor spent in virtual machines, which are part of its user and nice time.",
            type: .counter, labels: ["cpu", "mode"]),
        SampleBoard.Family("node_context_switches_total", "Context switches since boot.", type: .counter),
        SampleBoard.Family("node_intr_total", "Interrupts serviced since boot.", type: .counter),
        SampleBoard.Family("node_forks_total", "Processes and threads begun since boot.", type: .counter),
        SampleBoard.Family("node_procs_running", "Threads that run or wait for a processor."),
        SampleBoard.Family("node_procs_blocked", "Threads that wait for a disk or the like."),
        SampleBoard.Family("node_boot_time_seconds", "When the machine was booted, in seconds since the epoch."),
    ]

    /// In the order of the kernel's columns.
    private static let modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]
    private static let guestModes = ["user", "nice"]
    private static let idle = 3
    /// An idle time that falls by so many seconds is that of a processor that was taken out and put back.
    private static let restartSeconds = 3.0

    private let path: String
    private let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    private let highest = NIOLockedValueBox<[String: [UInt64]]>([:])

    init(proc: String) { path = proc + "/stat" }

    func samples() throws(KernelTextError) -> [[MetricSample]] {
        let text = try KernelFile.read(path, expecting: 32 << 10)
        var processors: [(name: String, ticks: [UInt64])] = []
        // As many as there are families behind those of processors.
        var numbers = [UInt64?](repeating: nil, count: families.count - 2)
        text.withUnsafeBufferPointer {
            for var line in KernelLines($0) {
                guard let key = line.word() else { continue }
                if key.count > 3, key[0] == UInt8(ascii: "c"), key[1] == UInt8(ascii: "p"), key[2] == UInt8(ascii: "u") {
                    let name = UnsafeBufferPointer(rebasing: key[3...])
                    guard KernelWords.number(name) != nil else { continue }
                    var ticks: [UInt64] = []
                    ticks.reserveCapacity(Self.modes.count + Self.guestModes.count)
                    while ticks.count < ticks.capacity, let number = line.number() { ticks.append(number) }
                    processors.append((name.string, ticks))
                } else if let index = Self.index(of: key) {
                    numbers[index] = line.number()
                }
            }
        }
        if processors.isEmpty { throw KernelTextError(path: path, found: "no line of a processor") }
        let (modes, guests) = processorSamples(processors)
        return [modes, guests] + numbers.map { $0.map { [MetricSample(value: Double($0))] } ?? [] }
    }

    /// Which of the families without labels a line is of.
    private static func index(of key: UnsafeBufferPointer<UInt8>) -> Int? {
        if key.matches("ctxt") { return 0 }
        if key.matches("intr") { return 1 }
        if key.matches("processes") { return 2 }
        if key.matches("procs_running") { return 3 }
        if key.matches("procs_blocked") { return 4 }
        return key.matches("btime") ? 5 : nil
    }

    // MARK: Processors

    private func processorSamples(
        _ processors: [(name: String, ticks: [UInt64])]
    ) -> (modes: [MetricSample], guests: [MetricSample]) {
        var modes: [MetricSample] = []
        modes.reserveCapacity(processors.count * Self.modes.count)
        var guests: [MetricSample] = []
        guests.reserveCapacity(processors.count * Self.guestModes.count)
        highest.withLockedValue { highest in
            var next: [String: [UInt64]] = [:]
            next.reserveCapacity(processors.count)
            for (name, ticks) in processors {
                let told = neverBack(ticks, from: highest[name])
                for (mode, ticks) in zip(Self.modes, told) {
                    modes.append(MetricSample(labels: [name, mode], value: Double(ticks) / ticksPerSecond))
                }
                for (mode, ticks) in zip(Self.guestModes, told.dropFirst(Self.modes.count)) {
                    guests.append(MetricSample(labels: [name, mode], value: Double(ticks) / ticksPerSecond))
                }
                next[name] = told
            }
            highest = next
        }
        return (modes, guests)
    }

    /// The kernel's idle, iowait and steal times can fall by a little: such a one stays until the kernel's has passed it.
    private func neverBack(_ ticks: [UInt64], from former: [UInt64]?) -> [UInt64] {
        guard let former, former.count == ticks.count else { return ticks }
        if ticks.count > Self.idle, former[Self.idle] > ticks[Self.idle],
            Double(former[Self.idle] - ticks[Self.idle]) >= Self.restartSeconds * ticksPerSecond
        {
            return ticks
        }
        return zip(ticks, former).map(max)
    }
}

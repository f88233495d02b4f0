import Exposition
import Glibc
import Time

/// How many threads wanted a processor or a disk on average, from /proc/loadavg.
struct LoadSource: KernelSource {
    let collectors = ["loadavg"]
    let families = [
        SampleBoard.Family("node_load1", "Load average of 1 minute."),
        SampleBoard.Family("node_load5", "Load average of 5 minutes."),
        SampleBoard.Family("node_load15", "Load average of 15 minutes."),
    ]
    private let path: String

    init(proc: String) { path = proc + "/loadavg" }

    func samples() throws(KernelTextError) -> [[MetricSample]] {
        let text = try KernelFile.read(path, expecting: 256)
        let loads = text.withUnsafeBufferPointer { text in
            var words = KernelWords(text)
            return (0..<3).compactMap { _ in words.word().flatMap(KernelWords.fraction) }
        }
        guard loads.count == 3 else {
            throw KernelTextError(path: path, found: "not three averages: \"\(String(decoding: text.prefix(80), as: UTF8.self))\"")
        }
        return loads.map { [MetricSample(value: $0)] }
    }
}

/// What time the machine has.
struct TimeSource: KernelSource {
    let collectors = ["time"]
    let families = [SampleBoard.Family("node_time_seconds", "The machine's time in seconds since the epoch.")]

    func samples() throws(KernelTextError) -> [[MetricSample]] { [[MetricSample(value: Clock.wall().unixSeconds)]] }
}

/// The names that the kernel gives itself and the machine.
struct NameSource: KernelSource {
    let collectors = ["uname"]
    let families = [
        SampleBoard.Family(
            "node_uname_info", "The names of the system and the machine, as uname has them; the value is 1.",
            labels: ["domainname", "machine", "nodename", "release", "sysname", "version"])
    ]

    func samples() throws(KernelTextError) -> [[MetricSample]] {
        var names = utsname()
        guard uname(&names) == 0 else { throw KernelFile.failure("uname") }
        let labels = [
            Self.text(names.__domainname), Self.text(names.machine), Self.text(names.nodename), Self.text(names.release),
            Self.text(names.sysname), Self.text(names.version),
        ]
        return [[MetricSample(labels: labels, value: 1)]]
    }

    /// A field of the struct: bytes up to the first zero.
    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

import Exposition

/// Reads and writes of disks, from /proc/diskstats. Parts of disks, memory disks and loops are left out, as node-exporter does.
struct DiskSource: KernelSource {
    let collectors = ["diskstats"]
    let families = columns.map { SampleBoard.Family("node_disk_" + $0.name, $0.help, type: $0.type, labels: ["device"]) }

    /// The kernel's columns behind the device's name, in its order; older kernels have the first eleven or fifteen.
    private static let columns: [(name: String, help: String, type: CollectedType, scale: Double)] = [
        ("reads_completed_total", "Reads that were completed.", .counter, 1),
        ("reads_merged_total", "Reads that were merged with others before the disk saw them.", .counter, 1),
        ("read_bytes_total", "Bytes read.", .counter, bytesPerSector),
        ("read_time_seconds_total", "Seconds that all reads took together.", .counter, perSecond),
        ("writes_completed_total", "Writes that were completed.", .counter, 1),
        ("writes_merged_total", "Writes that were merged with others before the disk saw them.", .counter, 1),
        ("written_bytes_total", "Bytes written.", .counter, bytesPerSector),
        ("write_time_seconds_total", "Seconds that all writes took together.", .counter, perSecond),
        ("io_now", "Reads and writes under way.", .gauge, 1),
        ("io_time_seconds_total", "Seconds in which reads or writes were under way.", .counter, perSecond),
        ("io_time_weighted_seconds_total", "Seconds in which reads or writes were under way, times how many.", .counter, perSecond),
        ("discards_completed_total", "Discards that were completed.", .counter, 1),
        ("discards_merged_total", "Discards that were merged with others before the disk saw them.", .counter, 1),
        ("discarded_sectors_total", "Sectors discarded.", .counter, 1),
        ("discard_time_seconds_total", "Seconds that all discards took together.", .counter, perSecond),
        ("flush_requests_total", "Flushes that were completed.", .counter, 1),
        ("flush_requests_time_seconds_total", "Seconds that all flushes took together.", .counter, perSecond),
    ]
    /// The kernel counts in sectors of this size, whatever the disk's own.
    private static let bytesPerSector = 512.0
    /// The kernel counts in milliseconds. A divisor, told apart by its sign, so that the quotient is exact.
    private static let perSecond = -1000.0

    private let path: String
    private let limit: DeviceLimit

    init(proc: String, limit: DeviceLimit) {
        path = proc + "/diskstats"
        self.limit = limit
    }

    func samples() throws(KernelTextError) -> [[MetricSample]] {
        let text = try KernelFile.read(path)
        var disks: [(name: String, numbers: [UInt64])] = []
        text.withUnsafeBufferPointer {
            for var line in KernelLines($0) {
                guard line.number() != nil, line.number() != nil, let name = line.word(), !Self.isLeftOut(name) else { continue }
                var numbers: [UInt64] = []
                numbers.reserveCapacity(Self.columns.count)
                while numbers.count < Self.columns.count, let number = line.number() { numbers.append(number) }
                // The short lines of partitions that kernels before 2.6.25 had.
                if numbers.count >= 11 { disks.append((name.string, numbers)) }
            }
        }
        var samples = [[MetricSample]](repeating: [], count: families.count)
        for (name, numbers) in limit.told(disks) {
            let labels = [name]
            for (index, number) in numbers.enumerated() {
                let scale = Self.columns[index].scale
                let value = scale < 0 ? Double(number) / -scale : Double(number) * scale
                samples[index].append(MetricSample(labels: labels, value: value))
            }
        }
        return samples
    }

    // MARK: Devices

    /// `ram0`, `loop0`, `fd0`; `sda1`, `vda1`, `xvda1`, `hda1`; `nvme0n1p1`.
    static func isLeftOut(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        // Without the digits at the end, of which there must be some.
        guard let last = name.lastIndex(where: { !isDigit($0) }), last + 1 < name.count else { return false }
        let stem = UnsafeBufferPointer(rebasing: name[...last])
        if stem.matches("ram") || stem.matches("loop") || stem.matches("fd") { return true }
        if (3...4).contains(stem.count), isLetter(stem[stem.count - 1]) {
            let bus = UnsafeBufferPointer(rebasing: stem.dropLast())
            if bus.matches("hd") || bus.matches("sd") || bus.matches("vd") || bus.matches("xvd") { return true }
        }
        return isPartOfNVMe(stem)
    }

    /// `nvme`, digits, `n`, digits, `p`.
    private static func isPartOfNVMe(_ stem: UnsafeBufferPointer<UInt8>) -> Bool {
        let prefix = 4
        guard stem.count > prefix, UnsafeBufferPointer(rebasing: stem[..<prefix]).matches("nvme"), stem.last == UInt8(ascii: "p") else {
            return false
        }
        let middle = stem[prefix...].dropLast()
        guard let namespace = middle.firstIndex(of: UInt8(ascii: "n")) else { return false }
        let (controller, number) = (middle[..<namespace], middle[(namespace + 1)...])
        return !controller.isEmpty && !number.isEmpty && controller.allSatisfy(isDigit) && number.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func isLetter(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
}

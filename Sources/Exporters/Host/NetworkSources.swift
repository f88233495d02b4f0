import Exposition
import Glibc

/// The host's ends of the links of containers. They come and go with containers and are named after them, or at random, so that they would make
/// ever new series: they are left out, here and beside node-exporter. What goes over them goes over their bridge.
enum ContainerLink {
    /// `fn-` and the first 12 hexadecimal digits of a container's ID, as Flatnet's plugin has it; `veth` and 6 or more, as other engines do.
    static func isNamed(_ name: some Collection<UInt8>) -> Bool {
        func isHexadecimal(_ rest: some Collection<UInt8>) -> Bool {
            rest.allSatisfy { $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 6 }
        }
        if name.starts(with: "fn-".utf8) { return name.count == 15 && isHexadecimal(name.dropFirst(3)) }
        return name.starts(with: "veth".utf8) && name.count >= 10 && isHexadecimal(name.dropFirst(4))
    }

    static func isNamed(_ name: String) -> Bool { isNamed(name.utf8) }
}

/// Traffic of network devices, from the machine's own /proc/net/dev.
struct TrafficSource: KernelSource {
    let collectors = ["netdev"]
    let families = names.map {
        SampleBoard.Family(
            "node_network_\($0)_total", "The \($0.split(separator: "_").joined(separator: " ")) column of /proc/net/dev.", type: .counter,
            labels: ["device"])
    }

    private static let names =
        ["bytes", "packets", "errs", "drop", "fifo", "frame", "compressed", "multicast"].map { "receive_" + $0 }
        + ["bytes", "packets", "errs", "drop", "fifo", "colls", "carrier", "compressed"].map { "transmit_" + $0 }

    private let tables: [String]
    private let limit: DeviceLimit

    init(tables: [String], limit: DeviceLimit) {
        self.tables = tables
        self.limit = limit
    }

    func samples() throws(KernelTextError) -> [[MetricSample]] {
        let (text, index) = try KernelFile.read(anyOf: tables)
        var devices: [(name: String, numbers: [UInt64])] = []
        var columns: [Int?]?
        text.withUnsafeBufferPointer {
            for var line in KernelLines($0) {
                if let name = line.text(before: UInt8(ascii: ":")) {
                    if ContainerLink.isNamed(name) { continue }
                    var numbers: [UInt64] = []
                    numbers.reserveCapacity(Self.names.count)
                    while let number = line.number() { numbers.append(number) }
                    devices.append((name.string, numbers))
                } else if columns == nil {
                    columns = Self.columns(of: line)
                }
            }
        }
        guard let columns else { throw KernelTextError(path: tables[index], found: "no line of column names") }
        var samples = [[MetricSample]](repeating: [], count: families.count)
        for (name, numbers) in limit.told(devices) {
            let labels = [name]
            for (column, number) in zip(columns, numbers) {
                if let column { samples[column].append(MetricSample(labels: labels, value: Double(number))) }
            }
        }
        return samples
    }

    /// Which family each column is of, from ` face |bytes packets …|bytes packets …`; nil for a line that is not of that form.
    private static func columns(of line: KernelWords) -> [Int?]? {
        var line = line
        let bar = UInt8(ascii: "|")
        guard let face = line.text(before: bar), face.starts(with: "face".utf8), let receiving = line.text(before: bar) else { return nil }
        func columns(_ words: KernelWords, _ direction: String) -> [Int?] {
            var (words, columns) = (words, [Int?]())
            while let word = words.word() { columns.append(names.firstIndex(of: "\(direction)_\(word.string)")) }
            return columns
        }
        return columns(KernelWords(receiving), "receive") + columns(line, "transmit")
    }
}

/// Network devices themselves, from /sys/class/net: whether one is up, its MTU, and its speed where it has one.
///
/// Of node-exporter's collector `netclass` these three are told. Beside it, a speed that the device does not know (-1) is left out.
struct NetworkClassSource: KernelSource {
    let collectors = ["netclass"]
    let families = [
        SampleBoard.Family("node_network_up", "Whether a network device is operational: its operstate is up.", labels: ["device"]),
        SampleBoard.Family("node_network_mtu_bytes", "The largest packet of a network device in bytes.", labels: ["device"]),
        SampleBoard.Family("node_network_speed_bytes", "The speed of a network device's link in bytes a second.", labels: ["device"]),
    ]

    private let directories: [String]
    private let tables: [String]
    private let limit: DeviceLimit

    /// The directories, and the tables of traffic that belong to them.
    init(directories: [String], tables: [String], limit: DeviceLimit) {
        self.directories = directories
        self.tables = tables
        self.limit = limit
    }

    func samples() throws(KernelTextError) -> [[MetricSample]] {
        let directory = try openDirectory()
        defer { closedir(directory) }
        let descriptor = dirfd(directory)
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != "..", !ContainerLink.isNamed(name) { names.append(name) }
        }
        var samples: [[MetricSample]] = [[], [], []]
        for name in limit.told(names.sorted()) {
            // What has no state is no device (bonding_masters), or has just gone.
            guard let state = Self.text(name + "/operstate", in: descriptor) else { continue }
            let labels = [name]
            samples[0].append(MetricSample(labels: labels, value: state == "up" ? 1 : 0))
            if let mtu = Self.text(name + "/mtu", in: descriptor).flatMap(Int64.init) {
                samples[1].append(MetricSample(labels: labels, value: Double(mtu)))
            }
            // In megabits a second.
            if let speed = Self.text(name + "/speed", in: descriptor).flatMap(Int64.init), speed >= 0 {
                samples[2].append(MetricSample(labels: labels, value: Double(speed) * 1e6 / 8))
            }
        }
        return samples
    }

    private static func text(_ path: String, in directory: Int32) -> String? {
        guard let text = try? KernelFile.read(path, directory: directory, expecting: 64) else { return nil }
        return String(decoding: text.prefix { $0 != 10 }, as: UTF8.self)
    }

    /// The first directory that can be opened and is of the machine whose traffic is told.
    private func openDirectory() throws(KernelTextError) -> OpaquePointer {
        var problem = KernelTextError(path: "", found: "no directory is set")
        for (index, path) in directories.enumerated() {
            guard let directory = opendir(path) else {
                problem = KernelFile.failure(path)
                continue
            }
            if index > 0, !isOwnNetworkTheMachines() {
                closedir(directory)
                throw KernelTextError(path: path, found: "it is of this container's network, not of the machine's")
            }
            return directory
        }
        throw problem
    }

    /// Whether the first table is of this process's own network: each network has its own file.
    private func isOwnNetworkTheMachines() -> Bool {
        var (first, own) = (stat(), stat())
        guard let table = tables.first, let ownTable = tables.last, stat(table, &first) == 0, stat(ownTable, &own) == 0 else { return true }
        return first.st_dev == own.st_dev && first.st_ino == own.st_ino
    }
}

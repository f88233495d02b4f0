import Exposition
import NIOConcurrencyHelpers

/// All fields of /proc/meminfo. Those in kB end in `_bytes` and are told in bytes; `Active(anon)` is `Active_anon`.
final class MemorySource: KernelSource {
    let collectors = ["meminfo"]
    let families = known.map { SampleBoard.Family(name(of: $0), help(for: $0)) }

    /// Fields of the kernels until 6.18. One of a later kernel gets its family when it is first seen.
    private static let known = [
        "MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SwapCached", "Active", "Inactive", "Active(anon)", "Inactive(anon)",
        "Active(file)", "Inactive(file)", "Unevictable", "Mlocked", "SwapTotal", "SwapFree", "Zswap", "Zswapped", "Dirty", "Writeback",
        "AnonPages", "Mapped", "Shmem", "KReclaimable", "Slab", "SReclaimable", "SUnreclaim", "KernelStack", "ShadowCallStack",
        "PageTables",
        "SecPageTables", "NFS_Unstable", "Bounce", "WritebackTmp", "CommitLimit", "Committed_AS", "VmallocTotal", "VmallocUsed",
        "VmallocChunk", "Percpu", "EarlyMemtestBad", "HardwareCorrupted", "AnonHugePages", "ShmemHugePages", "ShmemPmdMapped",
        "FileHugePages", "FilePmdMapped", "CmaTotal", "CmaFree", "Unaccepted", "Balloon", "HugePages_Total", "HugePages_Free",
        "HugePages_Rsvd", "HugePages_Surp", "Hugepagesize", "Hugetlb", "DirectMap4k", "DirectMap2M", "DirectMap4M", "DirectMap1G",
    ]
    private static let indices = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, $0) })
    /// More unknown fields than this are no memory table.
    private static let maximumOthers = 64

    private let path: String
    private let registry: MetricRegistry
    /// The values of fields that are not known, by the names of their families.
    private let others = NIOLockedValueBox<[String: Double?]>([:])

    init(proc: String, registry: MetricRegistry) {
        path = proc + "/meminfo"
        self.registry = registry
    }

    func samples() throws(KernelTextError) -> [[MetricSample]] {
        forgetOthers()
        let text = try KernelFile.read(path, expecting: 8 << 10)
        var samples = [[MetricSample]](repeating: [], count: families.count)
        var isEmpty = true
        text.withUnsafeBufferPointer {
            for var line in KernelLines($0) {
                guard let key = line.text(before: UInt8(ascii: ":"))?.string, let number = line.number() else { continue }
                isEmpty = false
                let isInKilobytes = line.word() != nil
                let value = Double(number) * (isInKilobytes ? 1024 : 1)
                if let index = Self.indices[key] {
                    samples[index] = [MetricSample(value: value)]
                } else {
                    tell(key, value, isInBytes: isInKilobytes)
                }
            }
        }
        if isEmpty { throw KernelTextError(path: path, found: "no field with a number") }
        return samples
    }

    // MARK: Fields of later kernels

    private func forgetOthers() {
        others.withLockedValue { others in
            for name in others.keys { others[name] = .some(nil) }
        }
    }

    private func tell(_ key: String, _ value: Double, isInBytes: Bool) {
        guard !key.isEmpty, key.utf8.count <= 64, key.utf8.allSatisfy(Self.isNameByte) else { return }
        let name = Self.name(of: key, isInBytes: isInBytes)
        let isNew = others.withLockedValue { others in
            if others[name] == nil, others.count >= Self.maximumOthers { return false }
            return others.updateValue(value, forKey: name) == nil
        }
        guard isNew else { return }
        registry.collect(name, help: Self.help(for: key)) { [others] in
            others.withLockedValue { $0[name] ?? nil }.map { [MetricSample(value: $0)] } ?? []
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "("), UInt8(ascii: ")"):
            true
        default: false
        }
    }

    // MARK: Names

    private static func name(of key: String) -> String { name(of: key, isInBytes: !key.hasPrefix("HugePages_")) }

    private static func name(of key: String, isInBytes: Bool) -> String {
        var name = "node_memory_"
        for character in key.unicodeScalars where character != ")" { name.unicodeScalars.append(character == "(" ? "_" : character) }
        return isInBytes ? name + "_bytes" : name
    }

    private static func help(for key: String) -> String { "The field \(key) of /proc/meminfo." }
}

import Glibc

/// The program's own code in memory.
enum ResidentCode {
    /// Gives back what is only needed to start: parsing of arguments, loading of libraries. What is needed again comes from the page cache.
    static func release() {
        for mapping in mappings() {
            // Code is never written to, so nothing is lost.
            madvise(UnsafeMutableRawPointer(bitPattern: mapping.lowerBound), Int(mapping.count), MADV_DONTNEED)
        }
    }

    /// The addresses at which files are mapped to be executed: `55d0…-55d1… r-xp 00001000 fe:00 1234 /usr/bin/flatalert`.
    private static func mappings() -> [Range<UInt>] {
        guard let maps = fopen("/proc/self/maps", "re") else { return [] }
        defer { fclose(maps) }
        var found: [Range<UInt>] = []
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), maps) != nil {
            let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
            guard fields.count > 5, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            if bounds.count == 2, bounds[0] < bounds[1] { found.append(bounds[0]..<bounds[1]) }
        }
        return found
    }
}

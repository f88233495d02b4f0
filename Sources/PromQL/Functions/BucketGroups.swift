import Labels

/// The series of an instant vector as classic histograms: which belong together, and in which order of bounds. Labels are looked at once for
/// all steps.
struct BucketGroups {
    /// A series that is a bucket.
    struct Member {
        let upperBound: Double
        /// Its row in the vector.
        let series: Int
    }

    /// One histogram: labels without `le`, its name counted as removed.
    struct Group {
        let labels: SeriesLabels
        /// Its place in `members`.
        var members: Range<Int>
    }

    private(set) var groups: [Group] = []
    /// Ascending by bound within each group.
    private(set) var members: [Member] = []
    /// Series without a usable `le`, with what they have instead.
    private(set) var strays: [(series: Int, text: String)] = []

    private static let le = Array("le".utf8)

    /// Series belong together when all labels but `le` are equal, those of the name among them (reference 3.10).
    init(_ vectors: StepVectors, delaysNameRemoval: Bool) {
        var index = LabelGrouping()
        var found: [(group: Int, member: Member)] = []
        found.reserveCapacity(vectors.seriesCount)
        for series in 0..<vectors.seriesCount {
            let labels = vectors.labels[series]
            guard let bound = labels.labels.withValue(ofName: Self.le, { $0.flatMap(Self.bound) }) else {
                strays.append((series, labels.labels["le"] ?? ""))
                continue
            }
            let hidesName = labels.dropsName && !delaysNameRemoval
            let group = index.group(of: labels.labels) { name in
                name.elementsEqual(Self.le) || (hidesName && SeriesName.isMetadata(name))
            }
            if group == groups.count {
                let rest = labels.labels.filter { name, _ in !name.elementsEqual(Self.le) }
                groups.append(Group(labels: SeriesLabels(labels: rest, dropsName: true), members: 0..<0))
            }
            found.append((group, Member(upperBound: bound, series: series)))
        }
        arrange(found)
    }

    /// Puts the members of each group behind each other and in order.
    private mutating func arrange(_ found: [(group: Int, member: Member)]) {
        var ends = [Int](repeating: 0, count: groups.count)
        for (group, _) in found { ends[group] += 1 }
        var start = 0
        for group in groups.indices {
            groups[group].members = start..<start + ends[group]
            start += ends[group]
            ends[group] = groups[group].members.lowerBound
        }
        guard let first = found.first else { return }
        members = [Member](repeating: first.member, count: found.count)
        for (group, member) in found {
            // Insertion sort: buckets mostly come in few, and sorted or nearly so.
            var place = ends[group]
            while place > groups[group].members.lowerBound, members[place - 1].upperBound > member.upperBound {
                members[place] = members[place - 1]
                place -= 1
            }
            members[place] = member
            ends[group] += 1
        }
    }

    /// The bound in the value of `le`, as Go's `ParseFloat` reads it; nil if it is none.
    private static func bound(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let value = Double(String(decoding: text, as: UTF8.self)) else { return nil }
        let isHexadecimal = text.contains { $0 | 0x20 == UInt8(ascii: "x") }
        if isHexadecimal, !text.contains(where: { $0 | 0x20 == UInt8(ascii: "p") }) { return nil }
        // Digits that are too large for a float are an error there, not an infinity.
        if value.isInfinite, text.contains(where: { $0 &- 0x30 < 10 }) { return nil }
        if value.isNaN, text.contains(UInt8(ascii: "(")) { return nil }
        return value
    }
}

/// Numbers label sets so that those which differ only in labels that do not count get the same number. Works on the packed bytes: nothing is
/// built for a series.
struct LabelGrouping {
    /// All keys behind each other, and where each ends.
    private var keys: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []
    /// Open addressing: a group's number plus one, or 0. Its size is a power of two.
    private var slots = [Int32](repeating: 0, count: 64)
    private var key: [UInt8] = []

    /// The number of the group: the count of groups so far if it is a new one.
    mutating func group(of labels: LabelSet, ignoring isIgnored: (UnsafeBufferPointer<UInt8>) -> Bool) -> Int {
        fillKey(from: labels, ignoring: isIgnored)
        let hash = Self.hash(key)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let group = Int(slots[slot]) - 1
            if hashes[group] == hash, isKey(ofGroup: group) { return group }
            slot = (slot + 1) & (slots.count - 1)
        }
        let group = hashes.count
        slots[slot] = Int32(truncatingIfNeeded: group + 1)
        hashes.append(hash)
        keys += key
        ends.append(keys.count)
        if hashes.count * 2 > slots.count { grow() }
        return group
    }

    /// The packed bytes of the labels that count.
    private mutating func fillKey(from labels: LabelSet, ignoring isIgnored: (UnsafeBufferPointer<UInt8>) -> Bool) {
        key.removeAll(keepingCapacity: true)
        labels.withPackedBytes { packed in
            var start = packed.startIndex
            var position = start
            labels.forEach { name, value in
                let size = Self.packedSize(name.count) + Self.packedSize(value.count)
                if isIgnored(name) {
                    key += packed[start..<position]
                    start = position + size
                }
                position += size
            }
            key += packed[start...]
        }
    }

    /// The bytes of a name or value with its length, seven bits of it a byte.
    private static func packedSize(_ count: Int) -> Int {
        var size = count + 1
        var rest = count >> 7
        while rest > 0 {
            size += 1
            rest >>= 7
        }
        return size
    }

    private func isKey(ofGroup group: Int) -> Bool {
        let start = group == 0 ? 0 : ends[group - 1]
        guard ends[group] - start == key.count else { return false }
        return keys[start..<ends[group]].elementsEqual(key)
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 4)
        for (group, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(truncatingIfNeeded: group + 1)
        }
    }

    /// Eight bytes at a time; nothing outside sees it.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var hash = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
            var position = 0
            while position + 8 <= bytes.count {
                hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                position += 8
            }
            var rest: UInt64 = 0
            while position < bytes.count {
                rest = rest << 8 | UInt64(bytes[position])
                position += 1
            }
            return mix(hash ^ rest)
        }
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9FB2_1C65_1E98_DF25)
        return product.high ^ product.low
    }
}

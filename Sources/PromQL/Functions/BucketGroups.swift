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
        let rest = LabelProjection.removing(["le"])
        let table = KeyTable()
        var found: [(group: Int, member: Member)] = []
        found.reserveCapacity(vectors.seriesCount)
        for series in 0..<vectors.seriesCount {
            let labels = vectors.labels[series]
            guard let bound = labels.labels.withValue(ofName: Self.le, { $0.flatMap(Self.bound) }) else {
                strays.append((series, labels.labels["le"] ?? ""))
                continue
            }
            rest.project(labels.labels, hidesName: labels.dropsName && !delaysNameRemoval)
            let group = table.intern(rest)
            if group == groups.count {
                groups.append(Group(labels: SeriesLabels(labels: table.labels(of: group), dropsName: true), members: 0..<0))
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

import Labels

/// Which group of an aggregation each series belongs to. Labels do not change between steps, so this is found once.
struct Groups {
    /// The group of each series, numbered in the order of their first series.
    private(set) var groupOfSeries: ContiguousArray<Int32> = []
    /// The labels of each group.
    private(set) var labels: ContiguousArray<SeriesLabels> = []
    /// What the grouping says about those.
    let distinctness: LabelDistinctness

    var count: Int { labels.count }

    /// - Parameters:
    ///   - names: the labels of `by` or `without`.
    ///   - delaysNameRemoval: names are still there, and a group's name goes when that of any of its series does.
    init(_ vectors: StepVectors, _ names: [String], isWithout: Bool, delaysNameRemoval: Bool) {
        guard isWithout || !names.isEmpty else {
            distinctness = .withoutName
            groupOfSeries = ContiguousArray(repeating: 0, count: vectors.seriesCount)
            if vectors.seriesCount > 0 { labels = [SeriesLabels(labels: LabelSet(), dropsName: false)] }
            return
        }
        if isWithout {
            distinctness = .sameName
        } else {
            distinctness = names.contains(where: ReservedLabel.all.contains) ? .unknown : .withoutName
        }
        let projection = isWithout ? LabelProjection.removing(names + [ReservedLabel.name]) : .keeping(names)
        let table = KeyTable()
        groupOfSeries.reserveCapacity(vectors.seriesCount)
        for series in vectors.labels {
            projection.project(series.labels, hidesName: series.dropsName && !delaysNameRemoval)
            let group = table.intern(projection)
            groupOfSeries.append(Int32(group))
            if group == labels.count {
                labels.append(SeriesLabels(labels: table.labels(of: group), dropsName: series.dropsName && delaysNameRemoval))
            } else if series.dropsName && delaysNameRemoval {
                labels[group].dropsName = true
            }
        }
    }

    /// The series of each group behind one another, and where each group begins.
    func members() -> (series: ContiguousArray<Int32>, starts: ContiguousArray<Int>) {
        var starts = ContiguousArray(repeating: 0, count: count + 1)
        for group in groupOfSeries { starts[Int(group) + 1] += 1 }
        for group in 0..<count { starts[group + 1] += starts[group] }
        var next = starts
        var series = ContiguousArray<Int32>(repeating: 0, count: groupOfSeries.count)
        for (index, group) in groupOfSeries.enumerated() {
            series[next[Int(group)]] = Int32(index)
            next[Int(group)] += 1
        }
        return (series, starts)
    }
}

/// The samples of one group at one step, for aggregations that look at all of them together.
struct GroupColumn {
    /// The values that are there, in the order of the series.
    let values: UnsafeMutableBufferPointer<Double>
    /// The series that each belongs to.
    let series: UnsafeMutableBufferPointer<Int32>
}

extension Groups {
    /// Steps that are gathered together: as many values as a cache line has.
    private static let blockSize = 8

    /// Calls the body for every group and step that has samples. It may reorder both columns.
    func forEachColumn(
        of vectors: StepVectors, _ body: (_ group: Int, _ step: Int, GroupColumn) throws(QueryError) -> Void
    ) throws(QueryError) {
        let (members, starts) = members()
        let steps = vectors.steps
        var longest = 0
        for group in 0..<count { longest = max(longest, starts[group + 1] - starts[group]) }
        let block = min(Self.blockSize, steps)
        let values = UnsafeMutablePointer<Double>.allocate(capacity: max(1, longest * block))
        let series = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, longest * block))
        let counts = UnsafeMutablePointer<Int>.allocate(capacity: max(1, block))
        defer {
            values.deallocate()
            series.deallocate()
            counts.deallocate()
        }
        for group in 0..<count {
            for first in stride(from: 0, to: steps, by: block) {
                let width = min(block, steps - first)
                counts.initialize(repeating: 0, count: width)
                vectors.values.withUnsafeBufferPointer { all in
                    for place in starts[group]..<starts[group + 1] {
                        let member = members[place]
                        let row = Int(member) &* steps &+ first
                        for offset in 0..<width {
                            let value = all[row &+ offset]
                            if value.isStaleMarker { continue }
                            let target = offset &* longest &+ counts[offset]
                            values[target] = value
                            series[target] = member
                            counts[offset] &+= 1
                        }
                    }
                }
                for offset in 0..<width where counts[offset] > 0 {
                    try body(
                        group, first + offset,
                        GroupColumn(
                            values: UnsafeMutableBufferPointer(start: values + offset * longest, count: counts[offset]),
                            series: UnsafeMutableBufferPointer(start: series + offset * longest, count: counts[offset])))
                }
            }
        }
    }
}

import Labels
import Time

/// `histogram_quantile`, `histogram_fraction` and `histogram_quantiles` over classic histograms (reference 3.10).
enum HistogramFunctions {
    static func quantile(
        _ quantiles: ScalarColumn, of vectors: StepVectors, context: FunctionContext, _ annotations: inout Annotations
    ) -> StepVectors {
        warn(aboutQuantiles: quantiles, argument: 0, context, &annotations)
        let groups = BucketGroups(vectors, delaysNameRemoval: context.delaysNameRemoval)
        warn(aboutStraysOf: groups, in: vectors, argument: 1, context, &annotations)
        var repairs = RepairLog()
        var output = StepVectors(steps: vectors.steps)
        appendQuantiles(quantiles, of: groups, in: vectors, context, &repairs, to: &output)
        repairs.report(at: context.range(ofArgument: 1), &annotations)
        return output
    }

    /// One series for each histogram and quantile, with the quantile in a label.
    static func quantiles(
        _ columns: [ScalarColumn], label: String, of vectors: StepVectors, context: FunctionContext, _ annotations: inout Annotations
    ) -> StepVectors {
        for (index, column) in columns.enumerated() { warn(aboutQuantiles: column, argument: index + 2, context, &annotations) }
        let groups = BucketGroups(vectors, delaysNameRemoval: context.delaysNameRemoval)
        warn(aboutStraysOf: groups, in: vectors, argument: 0, context, &annotations)
        var repairs = RepairLog()
        var output = StepVectors(steps: vectors.steps)
        let editor = LabelEditor(destination: label, delaysNameRemoval: true)
        for column in columns {
            for quantile in distinct(column) {
                let first = output.seriesCount
                appendQuantiles(column, only: quantile, of: groups, in: vectors, context, &repairs, to: &output)
                let text = Array(FloatText.openMetrics(quantile).utf8)
                for series in first..<output.seriesCount {
                    text.withUnsafeBufferPointer { editor.set($0, in: &output.labels[series]) }
                    output.labels[series].dropsName = true
                }
            }
        }
        repairs.report(at: context.range(ofArgument: 1), &annotations)
        return output
    }

    static func fraction(
        from lower: ScalarColumn, through upper: ScalarColumn, of vectors: StepVectors, context: FunctionContext,
        _ annotations: inout Annotations
    ) -> StepVectors {
        let groups = BucketGroups(vectors, delaysNameRemoval: context.delaysNameRemoval)
        warn(aboutStraysOf: groups, in: vectors, argument: 2, context, &annotations)
        var output = StepVectors(steps: vectors.steps)
        append(groups, in: vectors, to: &output) { _, step, buckets in
            ClassicBuckets.fraction(from: lower[step], through: upper[step], of: buckets)
        }
        return output
    }

    // MARK: Evaluation

    /// Appends a series for each group; `only` leaves steps with another quantile out.
    private static func appendQuantiles(
        _ quantiles: ScalarColumn, only: Double? = nil, of groups: BucketGroups, in vectors: StepVectors, _ context: FunctionContext,
        _ repairs: inout RepairLog, to output: inout StepVectors
    ) {
        append(groups, in: vectors, to: &output) { group, step, buckets in
            if let only, quantiles[step].bitPattern != only.bitPattern { return .staleMarker }
            var repair: MonotonicityRepair?
            let value = ClassicBuckets.quantile(quantiles[step], of: buckets, repair: &repair)
            if let repair { repairs.add(repair, of: groups.groups[group].labels, at: context.time(ofStep: step), context) }
            return value
        }
    }

    /// Appends a row for each group. The body gets the buckets that the step has, in order, equal bounds merged, never none.
    private static func append(
        _ groups: BucketGroups, in vectors: StepVectors, to output: inout StepVectors,
        _ body: (_ group: Int, _ step: Int, UnsafeMutableBufferPointer<ClassicBucket>) -> Double
    ) {
        let steps = vectors.steps
        output.values.reserveCapacity(output.values.count + groups.groups.count * steps)
        output.labels.reserveCapacity(output.labels.count + groups.groups.count)
        let largest = groups.groups.reduce(0) { max($0, $1.members.count) }
        withUnsafeTemporaryAllocation(of: ClassicBucket.self, capacity: largest) { scratch in
            for (index, group) in groups.groups.enumerated() {
                output.labels.append(group.labels)
                for step in 0..<steps {
                    var count = 0
                    for place in group.members {
                        let member = groups.members[place]
                        let value = vectors.values[member.series * steps + step]
                        if value.isStaleMarker { continue }
                        scratch.initializeElement(at: count, to: ClassicBucket(upperBound: member.upperBound, count: value))
                        count += 1
                    }
                    let merged = ClassicBuckets.merge(UnsafeMutableBufferPointer(rebasing: scratch[..<count]))
                    let buckets = UnsafeMutableBufferPointer(rebasing: scratch[..<merged])
                    output.values.append(merged == 0 ? .staleMarker : body(index, step, buckets))
                }
            }
        }
    }

    /// The values of a column, each once, in the order of their coming.
    private static func distinct(_ column: ScalarColumn) -> [Double] {
        var seen: Set<UInt64> = []
        return column.filter { seen.insert($0.bitPattern).inserted }
    }

    // MARK: Annotations

    private static func warn(
        aboutQuantiles column: ScalarColumn, argument: Int, _ context: FunctionContext, _ annotations: inout Annotations
    ) {
        for quantile in column {
            if let warning = Quantile.warning(for: quantile) { annotations.warn(warning, at: context.range(ofArgument: argument)) }
        }
    }

    private static func warn(
        aboutStraysOf groups: BucketGroups, in vectors: StepVectors, argument: Int, _ context: FunctionContext,
        _ annotations: inout Annotations
    ) {
        for (series, text) in groups.strays {
            let row = vectors.values[series * vectors.steps..<(series + 1) * vectors.steps]
            guard row.contains(where: { !$0.isStaleMarker }) else { continue }
            let name = RepairLog.nameSuffix(of: vectors.labels[series], context)
            annotations.warn(
                "bucket label \"le\" is missing or has a malformed value of \(GoQuote.quote(text))\(name)",
                at: context.range(ofArgument: argument))
        }
    }
}

/// The repairs of one call, summed up by metric name as the info about them shows it.
private struct RepairLog {
    private struct Entry {
        var repair: MonotonicityRepair
        var samples: Int
        var first: Int64
        var last: Int64
    }

    private var entries: [String: Entry] = [:]

    mutating func add(_ repair: MonotonicityRepair, of series: SeriesLabels, at time: Int64, _ context: FunctionContext) {
        let name = Self.nameSuffix(of: series, context)
        guard var entry = entries[name] else {
            entries[name] = Entry(repair: repair, samples: 1, first: time, last: time)
            return
        }
        entry.repair.extend(with: repair)
        entry.samples += 1
        entry.first = min(entry.first, time)
        entry.last = max(entry.last, time)
        entries[name] = entry
    }

    func report(at range: SourceRange, _ annotations: inout Annotations) {
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let repair = entry.repair
            annotations.inform(
                """
                input to histogram_quantile needed to be fixed for monotonicity \
                (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)\(name), \
                from buckets \(FloatText.general(repair.lowestBound)) to \(FloatText.general(repair.highestBound)), \
                with a max diff of \(FloatText.rough(repair.largestDifference)), \
                over \(entry.samples) samples from \(Self.second(entry.first)) to \(Self.second(entry.last))
                """,
                at: range)
        }
    }

    /// ` for metric name "x"` where names are still visible, else nothing.
    static func nameSuffix(of series: SeriesLabels, _ context: FunctionContext) -> String {
        guard context.delaysNameRemoval, let name = series.labels["__name__"], !name.isEmpty else { return "" }
        return " for metric name \(GoQuote.quote(name))"
    }

    private static func second(_ milliseconds: Int64) -> String {
        RFC3339.string(Timestamp(seconds: milliseconds / 1000), fraction: .none)
    }
}

/// Histograms and summaries: every child on its own, and all of them beside each other.
extension LintFamily {
    private struct Child {
        let first: LintSample
        var bounds: [(value: Double, text: String, sample: LintSample)] = []
        var sum: LintSample?
        var count: LintSample?
    }

    /// The samples of each label set; what cannot be sorted in is told.
    private func children(bounded suffix: String, sum: String, count: String, _ findings: inout LintFindings) -> [Child] {
        var children: [Child] = []
        var places: [[String]: Int] = [:]
        let label = boundLabel ?? "le"
        for sample in samples where sample.name != name + "_created" {
            let identity = sample.identity(without: label)
            let place = places[identity] ?? children.count
            if place == children.count {
                children.append(Child(first: sample))
                places[identity] = place
            }
            switch sample.name {
            case name + sum: children[place].sum = children[place].sum ?? sample
            case name + count: children[place].count = children[place].count ?? sample
            case name + suffix:
                guard let text = sample.label(label) else {
                    findings.add(
                        .bound, line: sample.line, metric: name,
                        suffix.isEmpty
                            ? "a sample of a summary has the label quantile, or its name ends in _sum or _count; this one has neither"
                            : "a bucket without the label le: say its upper bound")
                    continue
                }
                let bytes = Array(text.utf8)
                guard let bound = bytes.withUnsafeBufferPointer(ExposedFloat.parse), !bound.isNaN else {
                    findings.add(
                        .bound, line: sample.line, metric: name,
                        "\(label)=\"\(LintSample.shortened(text))\" is no number: write one such as 0.5")
                    continue
                }
                children[place].bounds.append((bound, text, sample))
            default: tellForeign(sample, "\(name)_bucket, \(name)\(sum) and \(name)\(count)", &findings)
            }
        }
        return children
    }

    func checkHistograms(_ findings: inout LintFindings) {
        let isGauge = type == .gaugehistogram
        let (sum, count) = isGauge ? ("_gsum", "_gcount") : ("_sum", "_count")
        let children = children(bounded: "_bucket", sum: sum, count: count, &findings)
        for child in children {
            checkBuckets(child, &findings)
            checkTotals(child, sum: sum, count: count, &findings)
        }
        guard let first = children.first(where: { !$0.bounds.isEmpty }) else { return }
        let usual = Set(first.bounds.map(\.value))
        for child in children where !child.bounds.isEmpty && Set(child.bounds.map(\.value)) != usual {
            findings.add(
                .differingBuckets, line: child.first.line, metric: name,
                "\(child.first.shown(without: "le")) has other buckets than \(first.first.shown(without: "le")), line \(first.first.line): sums over le come out wrong; give all the same"
            )
        }
    }

    private func checkBuckets(_ child: Child, _ findings: inout LintFindings) {
        let whose = child.first.shown(without: "le")
        for (previous, next) in zip(child.bounds, child.bounds.dropFirst()) where previous.value >= next.value && previous.text != next.text
        {
            let isTwice = previous.value == next.value
            findings.add(
                isTwice ? .duplicateSeries : .bucketOrder, line: next.sample.line, metric: name,
                isTwice
                    ? "the bucket \(next.text) of \(whose) stands twice, first as \(previous.text) at line \(previous.sample.line)"
                    : "the bucket \(next.text) of \(whose) stands behind \(previous.text): write buckets in ascending order")
        }
        let ascending = child.bounds.sorted { $0.value < $1.value }
        for bucket in ascending {
            let value = bucket.sample.value
            guard !(value >= 0) || !value.isFinite || value != value.rounded() else { continue }
            findings.add(
                .bucketValue, line: bucket.sample.line, metric: name,
                "the bucket \(bucket.text) of \(whose) is \(TextFormat.number(value)): it counts observations, so it is a whole number from 0 on"
            )
        }
        for (lower, upper) in zip(ascending, ascending.dropFirst()) where upper.sample.value < lower.sample.value {
            findings.add(
                .notCumulative, line: upper.sample.line, metric: name,
                "the bucket \(upper.text) of \(whose) is smaller than \(lower.text): a bucket counts all observations up to its bound, those of lower ones too"
            )
        }
        guard let last = ascending.last, last.value == .infinity else {
            findings.add(
                .noInfiniteBucket, line: child.first.line, metric: name,
                "\(whose) has no bucket le=\"+Inf\": add one, with the number of all observations")
            return
        }
        guard let count = child.count, count.value != last.sample.value else { return }
        findings.add(
            .countMismatch, line: count.line, metric: name,
            "the count of \(whose) is \(TextFormat.number(count.value)) and its bucket +Inf \(TextFormat.number(last.sample.value)), line \(last.sample.line): both are the number of all observations"
        )
    }

    private func checkTotals(_ child: Child, sum: String, count: String, _ findings: inout LintFindings) {
        let whose = child.first.shown(without: boundLabel)
        // A histogram of OpenMetrics may do without both.
        let isOptional = format == .openMetrics && child.sum == nil && child.count == nil
        for (suffix, sample) in [(sum, child.sum), (count, child.count)] where sample == nil && !isOptional {
            findings.add(
                .missingSumOrCount, line: child.first.line, metric: name, "\(whose) has no \(name)\(suffix): add it, averages need both")
        }
        guard let total = child.count, !(total.value >= 0) || !total.value.isFinite || total.value != total.value.rounded() else { return }
        findings.add(
            .bucketValue, line: total.line, metric: name,
            "the count of \(whose) is \(TextFormat.number(total.value)): it counts observations, so it is a whole number from 0 on")
    }

    func checkSummaries(_ findings: inout LintFindings) {
        for child in children(bounded: "", sum: "_sum", count: "_count", &findings) {
            checkTotals(child, sum: "_sum", count: "_count", &findings)
            for quantile in child.bounds where !(0...1).contains(quantile.value) {
                findings.add(
                    .quantile, line: quantile.sample.line, metric: name,
                    "the quantile \(quantile.text) is not from 0 to 1: write 0.99 for what 99 of 100 do not exceed")
            }
            var seen: [Double: Int] = [:]
            for quantile in child.bounds {
                if let line = seen[quantile.value] {
                    findings.add(
                        .duplicateSeries, line: quantile.sample.line, metric: name,
                        "the quantile \(quantile.text) of \(child.first.shown(without: "quantile")) stands twice, first at line \(line)")
                }
                seen[quantile.value] = quantile.sample.line
            }
        }
    }
}

import Exposition
import Labels
import MonitorFile

/// Makes the labels of a new series: exposed ones, the target's, relabelling, limits (reference 5.4).
struct SampleLabels {
    let target: LabelSet
    let job: ScrapeJob
    private var exposed = LabelSetBuilder()
    private var merged = LabelSetBuilder()

    init(target: LabelSet, job: ScrapeJob) {
        self.target = target
        self.job = job
    }

    /// The labels under which a sample is stored; nil when relabelling drops it or takes its name away.
    mutating func labels(of sample: ExpositionSample, _ parser: ExpositionParser) throws(ScrapeFailure) -> LabelSet? {
        exposed.removeAll()
        do throws(ExpositionError) {
            try parser.appendLabels(of: sample, to: &exposed, normalizingBounds: true)
        } catch {
            throw .exposition(error)
        }
        let own = LabelSet(packing: &exposed, fingerprinted: false)
        var labels = job.configuration.honorsLabels ? honoring(own) : overriding(own)
        if !job.configuration.metricRelabeling.isEmpty {
            guard let relabelled = job.configuration.metricRelabeling.apply(labels) else { return nil }
            labels = relabelled
        }
        let name = labels["__name__"] ?? ""
        guard !name.isEmpty else { return nil }
        if job.configuration.legacyNames { try checkNames(labels, name) }
        try checkLimits(labels, name)
        return labels
    }

    /// Exposed labels win; an exposed label without value takes the target's away.
    private mutating func honoring(_ own: LabelSet) -> LabelSet {
        merged.removeAll()
        target.forEach { name, value in merged.append(name: name, value: value) }
        own.forEach { name, value in merged.append(name: name, value: value) }
        return LabelSet(packing: &merged, droppingEmptyValues: true)
    }

    /// The target's labels win; exposed ones of the same name move to `exported_…`.
    private mutating func overriding(_ own: LabelSet) -> LabelSet {
        merged.removeAll()
        var clashing: [(name: String, value: String)] = []
        own.forEach { name, value in
            merged.append(name: name, value: value)
            guard !value.isEmpty, target.withValue(ofName: name, { $0 != nil }) else { return }
            clashing.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        target.forEach { name, value in merged.append(name: name, value: value) }
        if !clashing.isEmpty {
            // Short names first: "exported_a" may itself have to make room.
            var taken: Set<String> = []
            for (name, value) in clashing.sorted(by: { $0.name.utf8.count < $1.name.utf8.count }) {
                var free = name
                repeat {
                    free = "exported_" + free
                } while taken.contains(free) || !(own[free] ?? "").isEmpty || !(target[free] ?? "").isEmpty
                taken.insert(free)
                merged.append(name: free, value: value)
            }
        }
        return LabelSet(packing: &merged, droppingEmptyValues: true)
    }

    private func checkNames(_ labels: LabelSet, _ name: String) throws(ScrapeFailure) {
        guard isClassicMetricName(name) else {
            throw .invalidName("\"\(Self.excerpt(name))\" is not a metric name under metric_name_validation_scheme legacy")
        }
        for (name, _) in labels.pairs where !isValidLabelName(name, mode: .classic) {
            throw .invalidName("\"\(Self.excerpt(name))\" is not a label name under metric_name_validation_scheme legacy")
        }
    }

    private func isClassicMetricName(_ name: String) -> Bool {
        // The same as a label's name, with colons.
        isValidLabelName(name.replacing(":", with: "_"), mode: .classic)
    }

    private func checkLimits(_ labels: LabelSet, _ name: String) throws(ScrapeFailure) {
        let limits = job.configuration
        let metric = "metric \"\(Self.excerpt(name))\""
        if limits.labelLimit > 0, labels.count > limits.labelLimit {
            throw .labelLimit("label_limit exceeded: \(metric) has \(labels.count) labels, the limit is \(limits.labelLimit)")
        }
        guard limits.labelNameLengthLimit > 0 || limits.labelValueLengthLimit > 0 else { return }
        for (label, value) in labels.pairs {
            let place = "\(metric), label \"\(Self.excerpt(label))\""
            if limits.labelNameLengthLimit > 0, label.utf8.count > limits.labelNameLengthLimit {
                throw .labelLimit(
                    "label_name_length_limit exceeded: \(place): the name has \(label.utf8.count) bytes, the limit is \(limits.labelNameLengthLimit)"
                )
            }
            if limits.labelValueLengthLimit > 0, value.utf8.count > limits.labelValueLengthLimit {
                throw .labelLimit(
                    "label_value_length_limit exceeded: \(place): the value has \(value.utf8.count) bytes, the limit is \(limits.labelValueLengthLimit)"
                )
            }
        }
    }

    private static func excerpt(_ text: String) -> String { String(text.prefix(50)) }
}

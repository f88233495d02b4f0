import Labels

/// Joins series with info metrics: series of constant value whose labels tell more of a target. Series and info belong together when `instance`
/// and `job` are equal; of several info series of one name and target the one with the newest sample counts.
struct InfoJoin {
    static let defaultMetric = "target_info"
    private static let identifying = ["instance", "job"]

    private let base: StepVectors
    private let infoNames: [Matcher]
    /// The matchers of the labels to be added; none adds all.
    let dataMatchers: [Matcher]
    /// Whether a series' name counts as removed.
    var hidesName: (SeriesLabels) -> Bool = { $0.dropsName }

    init(_ base: StepVectors, infoNames: [Matcher], dataMatchers: [Matcher]) {
        self.base = base
        self.infoNames = infoNames
        self.dataMatchers = dataMatchers
    }

    /// All info series of one name about one target.
    private struct Candidates {
        var series: [Int] = []
        /// The series with the newest sample at each step, -1 for none.
        var newest: [Int32] = []
    }

    /// Whether any series can have info at all.
    var wantsInfo: Bool {
        base.labels.contains { series in
            !isInfo(series)
                && Self.identifying.contains { name in series.labels.withValue(ofName: name) { $0.map { !$0.isEmpty } ?? false } }
        }
    }

    /// The series with the labels of their info. `info` has the samples' times in seconds as values.
    func combine(_ info: StepVectors) throws(QueryError) -> StepVectors {
        let target = LabelProjection.keeping(Self.identifying)
        let targets = KeyTable()
        let candidates = try candidates(info, target, targets)
        var output = StepVectors(steps: base.steps)
        for (index, series) in base.labels.enumerated() {
            if isInfo(series) {
                append(index, series, to: &output) { _ in true }
                continue
            }
            target.project(series.labels, hidesName: false)
            let groups = targets.find(target).map { candidates[$0] } ?? []
            try appendEnriched(index, series, groups, info, to: &output)
        }
        return output
    }

    /// Info series are left as they are.
    private func isInfo(_ series: SeriesLabels) -> Bool {
        guard !infoNames.isEmpty else { return false }
        let name = hidesName(series) ? "" : series.labels[ReservedLabel.name] ?? ""
        return infoNames.allSatisfy { $0.matches(value: name) }
    }

    // MARK: Finding info

    /// The info series by target and then by name, with the newest at each step.
    private func candidates(_ info: StepVectors, _ target: LabelProjection, _ targets: KeyTable) throws(QueryError) -> [[Candidates]] {
        let wanted = Self.identifying.map(values)
        let nameAndTarget = LabelProjection.keeping(Self.identifying + [ReservedLabel.name])
        let groups = KeyTable()
        var found: [Candidates] = []
        var targetOfGroup: [Int] = []
        for (index, series) in info.labels.enumerated() {
            let isWanted = zip(Self.identifying, wanted).allSatisfy { name, values in
                values.isEmpty || values.contains(series.labels[name] ?? "")
            }
            guard isWanted else { continue }
            nameAndTarget.project(series.labels, hidesName: false)
            let group = groups.intern(nameAndTarget)
            if group == found.count {
                target.project(series.labels, hidesName: false)
                targetOfGroup.append(targets.intern(target))
                found.append(Candidates())
            }
            found[group].series.append(index)
        }
        let occupied = base.occupiedSteps()
        var byTarget = [[Candidates]](repeating: [], count: targets.count)
        for (group, target) in targetOfGroup.enumerated() {
            found[group].newest = try newest(of: found[group].series, info, occupied)
            byTarget[target].append(found[group])
        }
        return byTarget
    }

    /// The values of an identifying label among the series that want info.
    private func values(of name: String) -> Set<String> {
        var values: Set<String> = []
        for series in base.labels where !isInfo(series) {
            if let value = series.labels[name], !value.isEmpty { values.insert(value) }
        }
        return values
    }

    /// At steps where there is nothing to join with, nothing is checked.
    private func newest(
        of series: [Int], _ info: StepVectors, _ occupied: ContiguousArray<Bool>
    ) throws(QueryError) -> [Int32] {
        var newest = [Int32](repeating: -1, count: info.steps)
        for step in 0..<info.steps where occupied[step] {
            var newestTime = 0.0
            for candidate in series {
                let time = info.values[candidate * info.steps + step]
                if time.isStaleMarker { continue }
                let current = newest[step]
                if current >= 0, time == newestTime {
                    throw Self.duplicate(info.labels[Int(current)].labels, info.labels[candidate].labels, time)
                }
                if current < 0 || time > newestTime {
                    newest[step] = Int32(truncatingIfNeeded: candidate)
                    newestTime = time
                }
            }
        }
        return newest
    }

    private static func duplicate(_ existing: LabelSet, _ new: LabelSet, _ seconds: Double) -> QueryError {
        let time = Int64((seconds * 1000).rounded())
        return .execution(
            "found duplicate series for info metric: existing \(existing.messageText) @ \(time), new \(new.messageText) @ \(time)")
    }

    // MARK: Output

    /// Appends a base series once for each combination of info series that it meets, which is one unless info changes.
    private func appendEnriched(
        _ index: Int, _ series: SeriesLabels, _ groups: [Candidates], _ info: StepVectors, to output: inout StepVectors
    ) throws(QueryError) {
        var combinations: [[Int32]] = []
        for step in 0..<base.steps where !base.values[index * base.steps + step].isStaleMarker {
            let combination = groups.map { $0.newest[step] }
            if !combinations.contains(combination) { combinations.append(combination) }
        }
        for combination in combinations {
            let matched = combination.filter { $0 >= 0 }.map { info.labels[Int($0)].labels }
            // Without info a series stays only where the asked labels may be missing.
            if matched.isEmpty, dataMatchers.contains(where: { !$0.matches(value: "") }) { continue }
            let labels = SeriesLabels(labels: try enriched(series.labels, with: matched), dropsName: series.dropsName)
            append(index, labels, to: &output) { step in groups.map { $0.newest[step] } == combination }
        }
    }

    /// A series' own labels win over those of info; info series may not contradict each other.
    private func enriched(_ labels: LabelSet, with info: [LabelSet]) throws(QueryError) -> LabelSet {
        guard !info.isEmpty else { return labels }
        let asked = Set(dataMatchers.map(\.name))
        var added: [String: String] = [:]
        for set in info {
            for (name, value) in set.pairs where name != ReservedLabel.name && (asked.isEmpty || asked.contains(name)) {
                if let other = added[name], other != value { throw .execution("conflicting label: \(name)") }
                if labels[name] == nil { added[name] = value }
            }
        }
        if added.isEmpty { return labels }
        var builder = LabelSetBuilder()
        labels.forEach { builder.append(name: $0, value: $1) }
        for (name, value) in added { builder.append(name: name, value: value) }
        return LabelSet(packing: &builder)
    }

    /// Appends the values of a series at the steps that belong to it.
    private func append(_ index: Int, _ labels: SeriesLabels, to output: inout StepVectors, where belongs: (Int) -> Bool) {
        output.labels.append(labels)
        for step in 0..<base.steps {
            let value = base.values[index * base.steps + step]
            output.values.append(!value.isStaleMarker && belongs(step) ? value : .staleMarker)
        }
    }
}

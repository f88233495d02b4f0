import Labels
public import MonitorFile
import Time

/// Makes targets of what a job's discoveries found (reference 5.5, Targets).
public struct TargetBuilder: Sendable {
    private let configuration: ScrapeConfiguration
    /// What a target has where neither it nor its group says otherwise.
    private let defaults: LabelSet

    /// A builder for one job.
    public init(_ configuration: ScrapeConfiguration) {
        self.configuration = configuration
        var pairs = [
            ("job", configuration.jobName),
            (InternalLabel.interval, Self.text(configuration.interval)), (InternalLabel.timeout, Self.text(configuration.timeout)),
            (InternalLabel.path, configuration.metricsPath), (InternalLabel.scheme, configuration.scheme),
        ]
        for parameter in configuration.parameters {
            if let value = parameter.values.first { pairs.append((InternalLabel.parameterPrefix + parameter.name, value)) }
        }
        defaults = LabelSet(pairs.filter { !$0.1.isEmpty })
    }

    /// The job's targets. The work grows with their number and with nothing else.
    public func build(_ groups: [TargetGroup]) -> BuiltTargets {
        var result = BuiltTargets()
        var seen: Set<Target.Identity> = []
        var builder = LabelSetBuilder()
        var durations = DurationCache()
        for group in groups {
            for (index, own) in group.targets.enumerated() {
                let discovered = discoveredLabels(of: own, in: group, &builder)
                let relabeled = configuration.relabeling.isEmpty ? discovered : configuration.relabeling.apply(discovered)
                guard let relabeled, let address = relabeled[InternalLabel.address], !address.isEmpty else {
                    result.droppedCount += 1
                    if configuration.keptDroppedTargets == 0 || result.dropped.count < configuration.keptDroppedTargets {
                        result.dropped.append(discovered)
                    }
                    continue
                }
                do {
                    let target = try target(relabeled, address: address, discovered: discovered, &builder, &durations)
                    if seen.insert(target.identity).inserted { result.active.append(target) }
                } catch {
                    result.problems.append(
                        TargetProblem(jobName: configuration.jobName, source: group.source, index: index, message: error.message))
                }
            }
        }
        if configuration.targetLimit > 0, result.active.count > configuration.targetLimit {
            result.limitError =
                "target_limit exceeded (number of targets: \(result.active.count), limit: \(configuration.targetLimit))"
        }
        return result
    }

    /// The target's labels before the group's before the defaults; an empty one does not count.
    private func discoveredLabels(of own: LabelSet, in group: TargetGroup, _ builder: inout LabelSetBuilder) -> LabelSet {
        builder.removeAll()
        for labels in [defaults, group.labels, own] {
            labels.forEach { name, value in
                if !value.isEmpty { builder.append(name: name, value: value) }
            }
        }
        return LabelSet(packing: &builder, fingerprinted: false)
    }

    private func target(
        _ relabeled: LabelSet, address: String, discovered: LabelSet, _ builder: inout LabelSetBuilder, _ durations: inout DurationCache
    ) throws(TargetFault) -> Target {
        guard !address.utf8.contains(UInt8(ascii: "/")) else {
            throw TargetFault(
                message: "__address__ \"\(address)\" is not a valid hostname; write host:port and put the path into __metrics_path__")
        }
        let interval = try durations.milliseconds(of: relabeled[InternalLabel.interval] ?? "", "scrape interval")
        let timeout = try durations.milliseconds(of: relabeled[InternalLabel.timeout] ?? "", "scrape timeout")
        guard timeout <= interval else {
            throw TargetFault(
                message: "scrape timeout cannot be greater than scrape interval (\"\(Self.text(timeout))\" > \"\(Self.text(interval))\"); "
                    + "change __scrape_timeout__ or __scrape_interval__")
        }
        var hasInstance = false
        var values: [String: String] = [:]
        builder.removeAll()
        relabeled.forEach { name, value in
            guard name.count >= 2, name[0] == UInt8(ascii: "_"), name[1] == UInt8(ascii: "_") else {
                guard !value.isEmpty else { return }
                builder.append(name: name, value: value)
                if name.elementsEqual("instance".utf8) { hasInstance = true }
                return
            }
            if name.starts(with: InternalLabel.parameterPrefix.utf8) {
                let parameter = name.dropFirst(InternalLabel.parameterPrefix.utf8.count)
                values[String(decoding: parameter, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
            }
        }
        if !hasInstance { builder.append(name: "instance", value: address) }
        let url = TargetURL(
            scheme: relabeled[InternalLabel.scheme] ?? "", address: address, path: relabeled[InternalLabel.path] ?? "",
            parameters: parameters(values))
        return Target(
            labels: LabelSet(packing: &builder), discoveredLabels: discovered, url: url.text, interval: interval, timeout: timeout)
    }

    /// The job's parameters, the first value of each replaced by that of its label.
    private func parameters(_ labels: [String: String]) -> [(name: String, values: [String])] {
        guard !labels.isEmpty || !configuration.parameters.isEmpty else { return [] }
        var all: [String: [String]] = [:]
        for parameter in configuration.parameters { all[parameter.name] = parameter.values }
        for (name, value) in labels {
            var values = all[name] ?? []
            if values.isEmpty { values = [value] } else { values[0] = value }
            all[name] = values
        }
        return all.map { (name: $0.key, values: $0.value) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func text(_ milliseconds: Int64) -> String { PrometheusDuration.format(.milliseconds(milliseconds)) }
}

/// Labels that say how a target is scraped.
private enum InternalLabel {
    static let address = "__address__"
    static let interval = "__scrape_interval__"
    static let timeout = "__scrape_timeout__"
    static let path = "__metrics_path__"
    static let scheme = "__scheme__"
    static let parameterPrefix = "__param_"
}

private struct TargetFault: Error {
    let message: String
}

/// Durations as labels have them: a job's targets share one or two texts.
private struct DurationCache {
    private var known: [String: Int64] = [:]

    mutating func milliseconds(of text: String, _ what: String) throws(TargetFault) -> Int64 {
        if let value = known[text] { return value }
        let span: TimeSpan
        do throws(DurationError) {
            span = try PrometheusDuration.parse(text)
        } catch {
            throw TargetFault(message: "error parsing \(what): \(error)")
        }
        guard span > .zero else { throw TargetFault(message: "\(what) cannot be 0") }
        known[text] = span.milliseconds
        return span.milliseconds
    }
}

import Labels
import PromQL

extension RuleGroup {
    /// Prometheus's way to find the progress of `for` again after a restart (reference 2.5), for groups whose state nobody kept: reads
    /// `ALERTS_FOR_STATE` of the former process. To be called once, after the second pass (`awaitsRestoration`); the group is restored then,
    /// whatever was found.
    ///
    /// - Parameter now: the clock, milliseconds.
    /// - Returns: the names of rules that the source gave no answer for, with its error; they go on as they are.
    @discardableResult
    public mutating func restoreFromSamples(now: Int64, source: any QuerySource, settings: RuleSettings) -> [(rule: String, error: String)]
    {
        isRestored = true
        var failures: [(rule: String, error: String)] = []
        for index in rules.indices {
            let rule = rules[index].definition
            guard rule.kind == .alerting, rule.holdDuration >= settings.gracePeriod, rules[index].held.count > 0 else { continue }
            do throws(QuerySourceError) {
                let former = try FormerAlerts(of: rule, now: now, source: source, settings: settings)
                rules[index].held.forEach { alert in
                    guard alert.state != .inactive, let last = former.last(of: alert.labels) else { return }
                    alert.activeAt = Self.activeAt(last, hold: rule.holdDuration, now: now, grace: settings.gracePeriod)
                }
            } catch {
                failures.append((rule.name, error.description))
            }
        }
        return failures
    }

    /// Since when an alert counts as true that was told last at a time.
    private static func activeAt(_ last: FormerAlerts.Last, hold: Int64, now: Int64, grace: Int64) -> Int64 {
        let remaining = hold - (last.time - last.activeAt)
        if remaining <= 0 { return last.activeAt }
        if remaining < grace { return now + grace - hold }
        return last.activeAt + (now - last.time)
    }
}

/// What a former process wrote of a rule's alerts.
struct FormerAlerts {
    /// The last sample of an alert. Milliseconds.
    struct Last {
        let time: Int64
        let activeAt: Int64
    }

    private var lasts: [LabelSet: Last] = [:]

    /// A look back in which a stale marker is found; below every engine's default.
    private static let lookback: Int64 = 299_999

    init(of rule: RuleDefinition, now: Int64, source: any QuerySource, settings: RuleSettings) throws(QuerySourceError) {
        let selector = Self.selector(of: rule)
        // A window is open on its left, the tolerance is not.
        guard let query = try? RuleQuery("\(selector)[\(settings.outageTolerance + 1)ms]"), let markers = try? RuleQuery(selector) else {
            throw QuerySourceError("cannot ask for the former alerts of \(rule.name): \(selector) is no selector")
        }
        guard case .matrix(let series) = try source.instant(query, at: now).value else {
            throw QuerySourceError("\(query.text) gave no range vector")
        }
        var ends: [Int64: [LabelSet: Last]] = [:]
        for element in series {
            guard let time = element.samples.times.last, let value = element.samples.values.last,
                let seconds = Int64(exactly: value.rounded())
            else { continue }
            ends[time, default: [:]][Self.alertLabels(element.labels)] = Last(time: time, activeAt: seconds * 1000)
        }
        for (time, lasts) in ends {
            // Windows leave stale markers out. A series that got one after its last sample is not there shortly after.
            let result = try source.instant(markers, at: min(now, time + Self.lookback))
            let living = Set((result.ruleElements ?? []).map { Self.alertLabels($0.labels) })
            self.lasts.merge(lasts.filter { living.contains($0.key) }) { first, _ in first }
        }
    }

    /// The last sample of the alert with exactly these labels; nil if there is none, or if it was over before the process ended.
    func last(of labels: LabelSet) -> Last? { lasts[labels] }

    /// All its alerts: those with the labels that are no templates.
    private static func selector(of rule: RuleDefinition) -> String {
        let labels = rule.labels.filter { $0.name != "alertname" && !RuleTemplate.hasActions($0.template) }
        let matchers = [("alertname", rule.name)] + labels.map { ($0.name, $0.template) }
        let texts = matchers.map { "\(isValidLabelName($0.0, mode: .classic) ? $0.0 : GoQuote.quote($0.0))=\(GoQuote.quote($0.1))" }
        return "\(AlertSeries.forStateName){\(texts.joined(separator: ","))}"
    }

    private static func alertLabels(_ series: LabelSet) -> LabelSet {
        series.filter { name, _ in !name.elementsEqual("__name__".utf8) }
    }
}

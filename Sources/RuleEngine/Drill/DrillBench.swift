import Labels
import PromQL
import Rules
import SampleStore

/// Plays one scenario to rules on virtual time, in a store of their own: what is stored and evaluated here, nobody else sees. Milliseconds.
struct DrillBench {
    /// How it ended.
    enum Outcome {
        /// The alert as its rule tells it, and how long after the fault it did.
        case fired(RuleAlert, after: Int64, problems: [String])
        /// It fires although all is well.
        case firedWhileWell
        /// It never fired, and what was seen instead.
        case silent(String)
    }

    /// Between samples of a series.
    private static let step: Int64 = 15_000
    /// How long all is well at least, and how long the fault lasts beyond what the rule itself waits for.
    private static let margin: Int64 = 600_000
    /// Of windows and waiting times no more is played.
    private static let longest: Int64 = 3 * 3_600_000

    private let alertname: String
    private let settings: RuleSettings
    private let store: SampleStore
    private let source: LocalSource
    private var groups: [(group: RuleGroup, next: Int64)]
    private let span: Int64

    /// - Parameter groups: All groups that are loaded; only rules of this name are played, and the recording rules that they may read.
    init(_ alertname: String, in groups: [RuleGroupDefinition], settings: RuleSettings) {
        self.alertname = alertname
        self.settings = settings
        var options = SampleStoreOptions()
        options.retention = 7 * 86_400_000
        store = SampleStore(options: options)
        source = LocalSource(store: store)
        let recorded = RefillWindow.recorded(by: groups)
        var span: Int64 = 0
        self.groups = groups.compactMap { definition in
            var definition = definition
            definition.rules = definition.rules.filter { $0.kind == .recording || $0.name == alertname }
            guard !definition.rules.isEmpty else { return nil }
            for rule in definition.rules where rule.kind == .alerting {
                span = max(span, rule.holdDuration + RefillWindow.of(rule.query.expression, recorded: recorded).length)
            }
            return (RuleGroup(definition), 0)
        }
        let slowest = self.groups.map { $0.group.interval(settings) }.max() ?? 0
        self.span = min(span, Self.longest) + Self.margin + 2 * slowest
    }

    /// Plays it so that it ends about now.
    mutating func play(_ scenario: DrillScenario, now: Int64) -> Outcome {
        let begin = (now - 2 * span) / Self.step * Self.step
        let fault = begin + span
        for index in groups.indices {
            let interval = groups[index].group.interval(settings)
            groups[index].next = (begin / interval + 1) * interval
        }
        let references = scenario.series.compactMap { try? store.reference(for: $0.labels).get() }
        var batch = SampleBatch()
        var seen = Seen()
        for time in stride(from: begin, through: fault + span, by: Int(Self.step)) {
            batch.removeAll()
            for (series, reference) in zip(scenario.series, references) {
                batch.append(reference, time: time, value: series.value(at: time - begin, faultyFrom: fault - begin))
            }
            store.append(batch)
            for index in groups.indices {
                while groups[index].next < time + Self.step {
                    let ts = groups[index].next
                    groups[index].next += groups[index].group.interval(settings)
                    guard let alert = evaluate(index, at: ts, &seen) else { continue }
                    return ts < fault ? .firedWhileWell : .fired(alert, after: ts - fault, problems: seen.templateErrors)
                }
            }
        }
        return .silent(seen.words(waited: span))
    }

    /// What was seen of the rules that did not fire.
    private struct Seen {
        var error: String?
        var pendingFor: Int64 = 0
        var templateErrors: [String] = []

        func words(waited: Int64) -> String {
            if let error { return "its evaluation fails: \(error)" }
            if pendingFor > 0 { return "its expression was true for \(Self.minutes(pendingFor)), not long enough for its for" }
            return "its expression gave nothing in \(Self.minutes(waited))"
        }

        private static func minutes(_ span: Int64) -> String { span < 60_000 ? "\(span / 1000) s" : "\(span / 60_000) min" }
    }

    /// One pass of a group. Returns the alert when one fires.
    private mutating func evaluate(_ index: Int, at ts: Int64, _ seen: inout Seen) -> RuleAlert? {
        var fired: RuleAlert?
        for rule in groups[index].group.rules.indices {
            let pass = groups[index].group.evaluate(rule, at: ts, source: source, settings: settings)
            var batch = SampleBatch()
            for (labels, value) in pass.samples { batch.append(labels, time: pass.time, value: value) }
            for labels in pass.ended { batch.append(labels, time: pass.time, value: .staleMarker) }
            store.append(batch)
            let status = groups[index].group.rules[rule]
            guard status.definition.kind == .alerting else { continue }
            if let error = pass.error { seen.error = error }
            for alert in status.alerts where alert.state == .pending { seen.pendingFor = max(seen.pendingFor, ts - alert.activeAt) }
            guard fired == nil, let alert = pass.alerts.first(where: { !$0.isResolved }) else { continue }
            seen.templateErrors = pass.templateErrors
            fired = alert
        }
        return fired
    }
}

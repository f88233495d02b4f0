public import Labels
import NIOConcurrencyHelpers
import PromQL
public import Rules

/// Proves that alerts can fire: plays the fault of each mandated alert to the rules that are loaded, on virtual time and away from everything real, up to
/// the labels that the router would get.
///
/// ```swift
/// let drill = RuleDrill(groups: groups, settings: monitor.settings, dispatch: monitor.dispatcher.settings)
/// for name in RuleDrill.alertnames { let proof = await drill.proof(of: name, now: now) }
/// ```
public struct RuleDrill: Sendable {
    /// What became of one alert.
    public struct Proof: Sendable, Hashable {
        /// The alert as the router would get it.
        public struct Alert: Sendable, Hashable {
            /// With external labels, relabelled.
            public var labels: LabelSet
            /// Expanded from the played samples.
            public var annotations: LabelSet
            /// How long after the fault it fired, milliseconds.
            public var after: Int64
            /// The fault, in words.
            public var situation: String
        }

        /// Which alert.
        public var alertname: String
        /// The alert; nil where it cannot fire or is dropped.
        public var alert: Alert?
        /// Why it cannot; empty where it can.
        public var problem = ""
        /// What to do about it.
        public var advice = ""
        /// What is odd about an alert that fires, such as a template that fails.
        public var notes: [String] = []
    }

    /// The alerts that Flatnet must have, in the order of its list.
    public static let alertnames = DrillScenario.all.map(\.alertname)

    private let groups: [RuleGroupDefinition]
    private let settings: RuleSettings
    private let dispatch: AlertDispatcher.Settings

    /// A drill of these rules.
    ///
    /// - Parameters:
    ///   - groups: Everything that is loaded, also groups over remote sources: what is proved is the rule, not its source.
    ///   - dispatch: External labels and relabelling.
    public init(groups: [RuleGroupDefinition], settings: RuleSettings, dispatch: AlertDispatcher.Settings) {
        self.groups = groups
        self.settings = settings
        self.dispatch = dispatch
    }

    /// Plays the faults of one alert. Works on a thread of its own. `now` is milliseconds since the epoch.
    public func proof(of alertname: String, now: Int64) async -> Proof {
        var proof = Proof(alertname: alertname)
        guard let scenarios = DrillScenario.all.first(where: { $0.alertname == alertname })?.scenarios else {
            proof.problem = "no fault is known for it"
            proof.advice = "one of \(Self.alertnames.joined(separator: ", "))"
            return proof
        }
        let rules = groups.flatMap(\.rules).filter { $0.kind == .alerting && $0.name == alertname }
        guard !rules.isEmpty else {
            proof.problem = "no rule of this name is loaded"
            proof.advice = "add the file of rules/ that has it to rule_files"
            return proof
        }
        await play(scenarios, place: place(of: alertname), now: now, &proof)
        return proof
    }

    private func play(_ scenarios: [DrillScenario], place: String, now: Int64, _ proof: inout Proof) async {
        var silences: [String] = []
        for scenario in scenarios {
            let outcome = await onThread { [groups, settings, name = proof.alertname] in
                var bench = DrillBench(name, in: groups, settings: settings)
                return bench.play(scenario, now: now)
            }
            switch outcome {
            case .fired(let alert, let after, let problems):
                proof.notes = problems
                await complete(alert, after: after, scenario.situation, &proof)
                return
            case .firedWhileWell:
                proof.problem = "it fires while all is well"
                proof.advice = "look at its expression: \(place)"
                return
            case .silent(let words):
                let text = "\(scenario.situation): \(words)"
                if !silences.contains(text) { silences.append(text) }
            }
        }
        proof.problem = silences.joined(separator: "; ")
        proof.advice = "look at its expression and for: \(place)"
    }

    /// External labels and relabelling, as for every alert.
    private func complete(_ alert: RuleAlert, after: Int64, _ situation: String, _ proof: inout Proof) async {
        let sink = Collector()
        await AlertDispatcher(settings: dispatch, sinks: [sink]).send([alert])
        guard let alert = sink.alerts.first else {
            proof.problem = "it fires, and relabelling drops it"
            proof.advice = "look at alert_relabel_configs"
            return
        }
        proof.alert = Proof.Alert(labels: alert.labels, annotations: alert.annotations, after: after, situation: situation)
    }

    private func place(of alertname: String) -> String {
        for group in groups {
            if let rule = group.rules.first(where: { $0.kind == .alerting && $0.name == alertname }) { return "\(group.file):\(rule.line)" }
        }
        return ""
    }

    private func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        let threads = RuleThreads(name: "drill", limit: 1)
        defer { threads.stop() }
        return await withCheckedContinuation { continuation in threads.run { continuation.resume(returning: work()) } }
    }

    private final class Collector: AlertSink {
        private let box = NIOLockedValueBox<[RuleAlert]>([])
        var alerts: [RuleAlert] { box.withLockedValue { $0 } }
        func send(_ alerts: [RuleAlert]) async { box.withLockedValue { $0 += alerts } }
    }
}

import Labels
import PromQL
import PromQLTesting
import Rules
import Time

/// The rules of a test, and the samples that they see: those of the input series up to the time, and what the rules record.
struct RuleWorld {
    /// What one pass over all groups gave.
    struct Pass {
        /// Alerts to tell, in the order of the rules.
        var alerts: [RuleAlert] = []
        /// Rules that failed, in promtool's words.
        var errors: [String] = []
    }

    private(set) var groups: [RuleGroup]
    private(set) var storage = TestStorage()
    let engine: QueryEngine
    let start: Int64
    private let settings: RuleSettings
    private var inputs: [Input]

    private struct Input {
        let notation: SeriesNotation
        let step: Int64
        var next = 0
    }

    /// - Parameters:
    ///   - groups: In the order in which they are evaluated.
    ///   - step: Between the values of a series, milliseconds.
    init(
        groups: [RuleGroupDefinition], series: [SeriesNotation], step: Int64, start: Int64, settings: RuleSettings
    ) {
        self.groups = groups.map { RuleGroup($0) }
        self.settings = settings
        self.start = start
        var options = QueryEngine.Options()
        options.maxSamples = 10_000
        options.defaultSubqueryStep = settings.evaluationInterval
        engine = QueryEngine(options: options)
        var inputs: [LabelSet: Input] = [:]
        // A series that comes twice is what its later line says.
        for notation in series { inputs[notation.labels] = Input(notation: notation, step: step) }
        self.inputs = Array(inputs.values)
    }

    /// What is asked beside the rules.
    var source: TestSource { TestSource(storage: storage, engine: engine) }

    // MARK: Samples

    /// Makes the values of input series visible whose time has come.
    mutating func load(through time: Int64) {
        for index in inputs.indices {
            let input = inputs[index]
            var next = input.next
            while next < input.notation.values.count, start + Int64(next) * input.step <= time {
                if case .sample(let value) = input.notation.values[next] {
                    store(input.notation.labels, start + Int64(next) * input.step, value)
                }
                next += 1
            }
            inputs[index].next = next
        }
    }

    /// A scrape after a time without any: every series has the value that it has come to meanwhile; the values before that were never seen.
    mutating func scrape(at time: Int64) {
        for index in inputs.indices {
            let input = inputs[index]
            let current = (time - start) / input.step
            guard current >= 0, current < Int64(input.notation.values.count) else {
                inputs[index].next = input.notation.values.count
                continue
            }
            if case .sample(let value) = input.notation.values[Int(current)] { store(input.notation.labels, time, value) }
            inputs[index].next = max(input.next, Int(current) + 1)
        }
    }

    /// Why a sample cannot be stored; nil when it was.
    @discardableResult
    private mutating func store(_ labels: LabelSet, _ time: Int64, _ value: Double) -> String? {
        if let last = storage.last(of: labels), last.time >= time {
            if last.time == time { return last.value.bitPattern == value.bitPattern ? nil : "duplicate sample for timestamp" }
            return "out of order sample"
        }
        // Later than all others, so that nothing can be wrong with it.
        try? storage.append(labels, time: time, value: value)
        return nil
    }

    // MARK: Rules

    /// Evaluates every group once.
    mutating func evaluate(at time: Int64) -> Pass {
        var result = Pass()
        for group in groups.indices { evaluate(group, at: time, &result) }
        return result
    }

    private mutating func evaluate(_ group: Int, at time: Int64, _ result: inout Pass) {
        for rule in groups[group].rules.indices {
            let pass = groups[group].evaluate(rule, at: time, source: source, settings: settings)
            var error = pass.error
            result.alerts += pass.alerts
            for sample in pass.samples {
                if let fault = store(sample.labels, pass.time, sample.value), error == nil { error = fault }
            }
            for labels in pass.ended { store(labels, pass.time, .staleMarker) }
            if let error {
                let name = groups[group].rules[rule].definition.name
                let span = GoDuration.format(.milliseconds(time - start))
                result.errors.append("    rule: \(name), time: \(span), err: \(error)")
            }
        }
    }

    /// The alerts of this name that fire, of all groups.
    func firing(_ alertname: String) -> [ShownAlert] {
        var alerts: [ShownAlert] = []
        for rule in groups.flatMap(\.rules) where rule.definition.kind == .alerting && rule.definition.name == alertname {
            for alert in rule.alerts where alert.state == .firing {
                alerts.append(ShownAlert(labels: alert.labels, annotations: alert.annotations))
            }
        }
        return alerts.sorted()
    }

    // MARK: Interruptions

    /// The process ends and another one begins, with nothing but what was written.
    mutating func restart() {
        groups = groups.map { old in
            var group = RuleGroup(old.definition)
            group.restore(old.state)
            return group
        }
    }

    /// The host has slept for this long, milliseconds.
    mutating func sleep(for time: Int64) {
        for index in groups.indices { groups[index].suspend(for: time) }
    }
}

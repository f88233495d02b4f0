import Labels
import PromQL
import PromQLTesting
import Rules

/// Seconds as milliseconds.
func seconds(_ seconds: Int64) -> Int64 { seconds * 1000 }
/// Minutes as milliseconds.
func minutes(_ minutes: Int64) -> Int64 { minutes * 60_000 }
/// Hours as milliseconds.
func hours(_ hours: Int64) -> Int64 { hours * 3_600_000 }

/// A storage as rules ask it.
struct StorageSource: QuerySource {
    let storage: TestStorage

    var name: String { "test" }

    func instant(_ query: RuleQuery, at time: Int64) throws(QuerySourceError) -> QueryResult {
        do throws(QueryError) {
            return try QueryEngine().instant(query.expression, text: query.text, at: time, source: storage)
        } catch {
            throw QuerySourceError(error.description)
        }
    }

    func range(_ query: RuleQuery, from start: Int64, through end: Int64, step: Int64) throws(QuerySourceError) -> QueryResult {
        throw QuerySourceError("rules ask for instants alone")
    }
}

/// A source whose answers are written down.
struct ScriptedSource: QuerySource {
    let answer: @Sendable (RuleQuery, Int64) throws(QuerySourceError) -> QueryResult

    var name: String { "script" }

    init(_ answer: @escaping @Sendable (RuleQuery, Int64) throws(QuerySourceError) -> QueryResult) { self.answer = answer }

    /// Samples without times.
    init(_ samples: [(LabelSet, Double)], warnings: [String] = []) {
        answer = { _, time in
            var result = QueryResult(value: .vector(samples.map { VectorElement(labels: $0.0, time: time, value: $0.1) }))
            result.warnings = warnings
            return result
        }
    }

    /// Nobody answers.
    static let broken = ScriptedSource { (_, _) throws(QuerySourceError) in throw QuerySourceError("connection refused", isOutage: true) }

    func instant(_ query: RuleQuery, at time: Int64) throws(QuerySourceError) -> QueryResult { try answer(query, time) }

    func range(_ query: RuleQuery, from start: Int64, through end: Int64, step: Int64) throws(QuerySourceError) -> QueryResult {
        throw QuerySourceError("rules ask for instants alone")
    }
}

/// A message, and the pass that sent it.
struct Sent: Equatable {
    var at: Int64
    var alert: RuleAlert
}

/// A group with its storage, as a rule manager runs it.
struct Bench {
    var group: RuleGroup
    var storage = TestStorage()
    var settings = RuleSettings()
    var sent: [Sent] = []
    /// When each pass of a group without an interval comes.
    var interval: Int64

    init(
        _ rules: [RuleDefinition], interval: Int64 = minutes(1), isRestored: Bool = true,
        _ edit: (inout RuleGroupDefinition) -> Void = { _ in }
    ) {
        var definition = RuleGroupDefinition(file: "rules.yml", name: "group")
        definition.interval = interval
        definition.rules = rules
        edit(&definition)
        self.interval = interval
        group = RuleGroup(definition, isRestored: isRestored)
    }

    /// Loads a line of the notation, a value a step.
    mutating func load(_ line: String, from start: Int64 = 0, step: Int64 = minutes(1)) throws {
        try storage.append(SeriesNotation(line), start: start, step: step)
    }

    /// One pass of all rules; their samples are stored before the next rule.
    @discardableResult
    mutating func pass(at ts: Int64, source: (any QuerySource)? = nil) throws -> [RulePass] {
        var passes: [RulePass] = []
        for index in group.rules.indices {
            let pass = group.evaluate(index, at: ts, source: source ?? StorageSource(storage: storage), settings: settings)
            sent += pass.alerts.map { Sent(at: ts, alert: $0) }
            for sample in pass.samples { try storage.append(sample.labels, time: pass.time, value: sample.value) }
            for labels in pass.ended { try storage.append(labels, time: pass.time, value: .staleMarker) }
            passes.append(pass)
        }
        return passes
    }

    /// Passes from a time through another.
    mutating func run(from start: Int64, through end: Int64) throws {
        for ts in stride(from: start, through: end, by: Int(interval)) { try pass(at: ts) }
    }

    /// What a query gives now, as texts in label order.
    func ask(_ query: String, at time: Int64) throws -> [String] {
        let result = try StorageSource(storage: storage).instant(RuleQuery(query), at: time)
        guard case .vector(let elements) = result.value else { return [] }
        return elements.sorted { LabelSet.precedes($0.labels, $1.labels) }.map { "\($0.labels.description) \($0.value)" }
    }

    var alerts: [ActiveAlert] { group.rules[0].alerts }
    var state: ActiveAlert.State { group.rules[0].state }

    /// The same group in a new process: what the journal kept, and the storage.
    func restarted(_ edit: (inout GroupState) -> Void = { _ in }) -> Bench {
        var next = self
        var state = group.state
        edit(&state)
        next.group = RuleGroup(group.definition)
        next.group.restore(state)
        return next
    }
}

extension RuleDefinition {
    /// An alerting rule.
    static func alert(
        _ name: String, _ expression: String, for hold: Int64 = 0, keep: Int64 = 0, labels: [(String, String)] = [],
        annotations: [(String, String)] = []
    ) throws -> RuleDefinition {
        var rule = RuleDefinition(kind: .alerting, name: name, query: try RuleQuery(expression))
        rule.holdDuration = hold
        rule.keepFiringFor = keep
        rule.labels = labels.map { TemplatedText(name: $0.0, template: $0.1) }
        rule.annotations = annotations.map { TemplatedText(name: $0.0, template: $0.1) }
        return rule
    }

    /// A recording rule.
    static func record(_ name: String, _ expression: String, labels: [(String, String)] = []) throws -> RuleDefinition {
        var rule = RuleDefinition(kind: .recording, name: name, query: try RuleQuery(expression))
        rule.labels = labels.map { TemplatedText(name: $0.0, template: $0.1) }
        return rule
    }
}

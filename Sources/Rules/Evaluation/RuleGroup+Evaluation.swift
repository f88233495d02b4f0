import Labels
import PromQL

extension RuleGroup {
    /// Evaluates one rule at a time of the group's grid (reference 1.3, 2.2–2.4). Rules go in the order of the file; the samples of each
    /// must be in the source before the next is evaluated.
    ///
    /// - Parameters:
    ///   - ts: milliseconds. A new value begins a new pass.
    ///   - source: what `definition.source` names. Calls to it block.
    public mutating func evaluate(_ index: Int, at ts: Int64, source: any QuerySource, settings: RuleSettings) -> RulePass {
        beginPass(at: ts, settings)
        let context = RuleContext(
            ts: ts, time: ts - queryOffset(settings), interval: interval(settings), limit: definition.limit, elapsed: elapsed,
            isRestored: isRestored, gap: gap, source: source, settings: settings)
        var pass = rules[index].evaluate(context)
        if hasResumed, rules[index].held.count > 0 { pass.changesState = true }
        if index == rules.count - 1 { endPass(&pass) }
        return pass
    }

    private mutating func endPass(_ pass: inout RulePass) {
        passes += 1
        guard !endedSeries.isEmpty else { return }
        // Another rule may write a series now that a rule which is gone wrote before.
        let living = Set(rules.lazy.flatMap(\.series))
        pass.ended += endedSeries.filter { !living.contains($0) }
        endedSeries = []
    }
}

/// What one evaluation of one rule knows beside the rule. Milliseconds.
struct RuleContext {
    let ts: Int64
    /// Of queries and samples.
    let time: Int64
    let interval: Int64
    let limit: Int
    /// Since the pass before, as far as it counts.
    let elapsed: Int64
    let isRestored: Bool
    let gap: SampleGap?
    let source: any QuerySource
    let settings: RuleSettings
}

/// Why a rule could not be evaluated.
struct RuleFailure: Error {
    let message: String

    static let noVector = RuleFailure(message: "rule result is not a vector or scalar")
    static let recordedDuplicate = RuleFailure(message: "vector contains metrics with the same labelset after applying rule labels")
    static let alertDuplicate = RuleFailure(message: "vector contains metrics with the same labelset after applying alert labels")
}

extension QueryResult {
    /// The samples that rules take: a vector's, or a scalar as one without labels; nil for other types.
    var ruleElements: [VectorElement]? {
        switch value {
        case .vector(let elements): elements
        case .scalar(let time, let value): [VectorElement(labels: LabelSet(), time: time, value: value)]
        case .string, .matrix: nil
        }
    }
}

extension RuleStatus {
    mutating func evaluate(_ context: RuleContext) -> RulePass {
        var pass = RulePass(time: context.time)
        do throws(RuleFailure) {
            let result = try ask(context)
            pass.warnings = result.warnings + result.infos
            guard let elements = result.ruleElements else { throw .noVector }
            memory.prepare(for: context.settings)
            switch definition.kind {
            case .recording: try record(elements, context, &pass)
            case .alerting: try alert(elements, isPartial: result.isPartial, context, &pass)
            }
            memory.keep(first: elements.count)
            health = .ok
            lastError = nil
        } catch {
            pass.error = error.message
            pass.alerts = messages(context, for: [.firing])
            health = .err
            lastError = error.message
        }
        warnings = pass.warnings
        return pass
    }

    private func ask(_ context: RuleContext) throws(RuleFailure) -> QueryResult {
        do throws(QuerySourceError) {
            return try context.source.instant(definition.query, at: context.time)
        } catch {
            throw RuleFailure(message: error.description)
        }
    }

    /// Recording (reference 1.3).
    private mutating func record(_ elements: [VectorElement], _ context: RuleContext, _ pass: inout RulePass) throws(RuleFailure) {
        var samples: [(labels: LabelSet, value: Double)] = []
        samples.reserveCapacity(elements.count)
        var isUnchanged = elements.count == series.count
        var builder = LabelSetBuilder()
        for (place, element) in elements.enumerated() {
            let labels = recordedLabels(element.labels, at: place, &builder)
            samples.append((labels, element.value))
            if isUnchanged { isUnchanged = series[place] == labels }
        }
        // The series of the last pass are different from each other, so that equal ones are too.
        if !isUnchanged, Set(samples.lazy.map(\.labels)).count < samples.count { throw .recordedDuplicate }
        guard context.limit <= 0 || samples.count <= context.limit else {
            throw RuleFailure(message: "exceeded limit of \(context.limit) with \(samples.count) series")
        }
        pass.samples = samples
        if !isUnchanged { write(samples.map(\.labels), &pass) }
    }

    private mutating func recordedLabels(_ input: LabelSet, at place: Int, _ builder: inout LabelSetBuilder) -> LabelSet {
        if let known = memory.entry(at: place, for: input) { return known.labels }
        let labels = compiled.labels(of: input, &builder, kind: .recording) { content in
            if case .plain(let text) = content { text } else { "" }
        }
        memory.set(LabelMemory.Entry(input: input, value: 0, labels: labels, annotations: LabelSet(), isBroken: false), at: place)
        return labels
    }

    /// Remembers what this pass writes, and ends what only the former wrote (reference 2.4).
    mutating func write(_ labels: [LabelSet], _ pass: inout RulePass) {
        if !series.isEmpty {
            let written = Set(labels)
            pass.ended = series.filter { !written.contains($0) }
        }
        series = labels
    }
}

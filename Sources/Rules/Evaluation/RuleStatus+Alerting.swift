import GoTemplate
import Labels
import PromQL

extension RuleStatus {
    /// An alert that a result calls for.
    private struct Candidate {
        let labels: LabelSet
        let annotations: LabelSet
        let value: Double
        /// Where the rule already holds it.
        let place: Int?
    }

    /// Alerting (reference 2.2, 2.3).
    ///
    /// - Parameter isPartial: what the result lacks may well be true, so that alerts it lacks stay as they are.
    mutating func alert(
        _ elements: [VectorElement], isPartial: Bool, _ context: RuleContext, _ pass: inout RulePass
    ) throws(RuleFailure) {
        if elements.isEmpty, held.count == 0, series.isEmpty { return }
        let candidates = try candidates(elements, context, &pass)
        var isPresent = [Bool](repeating: false, count: held.count)
        merge(candidates, context, &isPresent, &pass)
        let active = walk(context, isPartial: isPartial, &isPresent, &pass)
        guard context.limit <= 0 || active <= context.limit else {
            held.removeAll()
            pass.changesState = true
            throw RuleFailure(message: "exceeded limit of \(context.limit) with \(active) alerts")
        }
        pass.alerts = messages(context, for: [.firing, .inactive])
        if context.isRestored, active > 0 || !series.isEmpty { tell(&pass) }
    }

    // MARK: Result to alerts

    private mutating func candidates(
        _ elements: [VectorElement], _ context: RuleContext, _ pass: inout RulePass
    ) throws(RuleFailure) -> [Candidate] {
        guard !elements.isEmpty else { return [] }
        let scope = compiled.hasTemplates ? TemplateScope(time: context.ts, source: context.source, settings: context.settings) : nil
        var candidates: [Candidate] = []
        candidates.reserveCapacity(elements.count)
        var isTaken = [Bool](repeating: false, count: held.count)
        var fresh: Set<LabelSet> = []
        var builder = LabelSetBuilder()
        for (index, element) in elements.enumerated() {
            let (labels, annotations) = texts(element, at: index, scope, &builder, &pass)
            let place = held.place(of: labels)
            if let place {
                guard !isTaken[place] else { throw .alertDuplicate }
                isTaken[place] = true
            } else {
                guard fresh.insert(labels).inserted else { throw .alertDuplicate }
            }
            candidates.append(Candidate(labels: labels, annotations: annotations, value: element.value, place: place))
        }
        return candidates
    }

    /// Labels and annotations of a sample's alert, those of the last pass where nothing they depend on has changed.
    private mutating func texts(
        _ element: VectorElement, at index: Int, _ scope: TemplateScope?, _ builder: inout LabelSetBuilder, _ pass: inout RulePass
    ) -> (labels: LabelSet, annotations: LabelSet) {
        let known = memory.entry(at: index, for: element.labels)
        let isSame = known.map { $0.value == element.value.bitPattern && !$0.isBroken } ?? false
        if let known, isSame, compiled.hasRepeatableLabels, compiled.hasRepeatableAnnotations { return (known.labels, known.annotations) }
        let alertName = definition.name
        var errors: [String] = []
        let expand = { (content: CompiledRule.Content) -> String in
            let result: Result<String, ExpansionError>
            switch content {
            case .plain(let text): return text
            case .broken(let error): result = .failure(error)
            case .template(let template): result = scope?.expand(template, alert: alertName, element) ?? .success("")
            }
            switch result {
            case .success(let text): return text
            case .failure(let error):
                errors.append(error.text)
                return "<error expanding template: \(error.text)>"
            }
        }
        let labels: LabelSet
        if let known, compiled.hasPlainLabels || (isSame && compiled.hasRepeatableLabels) {
            labels = known.labels
        } else {
            labels = compiled.labels(of: element.labels, &builder, kind: .alerting, expand)
        }
        let annotations: LabelSet
        if let known, isSame, compiled.hasRepeatableAnnotations {
            annotations = known.annotations
        } else {
            annotations = compiled.annotations(&builder, expand)
        }
        memory.set(
            LabelMemory.Entry(
                input: element.labels, value: element.value.bitPattern, labels: labels, annotations: annotations, isBroken: !errors.isEmpty),
            at: index)
        pass.templateErrors += errors
        return (labels, annotations)
    }

    // MARK: Lives

    private mutating func merge(_ candidates: [Candidate], _ context: RuleContext, _ isPresent: inout [Bool], _ pass: inout RulePass) {
        for candidate in candidates {
            if let place = candidate.place, held[place].state != .inactive {
                held[place].value = candidate.value
                held[place].annotations = candidate.annotations
                isPresent[place] = true
                continue
            }
            let alert = ActiveAlert(
                labels: candidate.labels, annotations: candidate.annotations, state: .pending, value: candidate.value,
                activeAt: context.ts)
            pass.changesState = true
            if let place = candidate.place {
                held[place] = alert
                isPresent[place] = true
            } else {
                held.append(alert)
                isPresent.append(true)
            }
        }
    }

    /// Takes every alert through the pass; gives how many are pending or firing.
    private mutating func walk(_ context: RuleContext, isPartial: Bool, _ isPresent: inout [Bool], _ pass: inout RulePass) -> Int {
        var absence = ActiveAlert.Presence.absent
        if isPartial {
            absence = .unseen(elapsed: context.elapsed)
        } else if let gap = context.gap, let refill,
            refill.isBlind(at: context.time, after: gap, tolerance: context.settings.outageTolerance)
        {
            absence = .unseen(elapsed: context.elapsed)
        }
        var active = 0
        var place = 0
        while place < held.count {
            let (state, activeAt, since) = (held[place].state, held[place].activeAt, held[place].keepFiringSince)
            let fate = held[place].advance(
                at: context.ts, isPresent[place] ? .present : absence, hold: definition.holdDuration, keepFiring: definition.keepFiringFor)
            if case .gone = fate {
                held.remove(at: place)
                isPresent.swapAt(place, isPresent.count - 1)
                isPresent.removeLast()
                pass.changesState = true
                continue
            }
            if case .active = fate { active += 1 }
            if held[place].state != state || held[place].activeAt != activeAt || held[place].keepFiringSince != since {
                pass.changesState = true
            }
            place += 1
        }
        return active
    }

    // MARK: What is told

    /// The messages that are due, of alerts in these states (reference 2.3).
    mutating func messages(_ context: RuleContext, for states: [ActiveAlert.State]) -> [RuleAlert] {
        var messages: [RuleAlert] = []
        for place in 0..<held.count {
            let alert = held[place]
            guard states.contains(alert.state), alert.isDue(at: context.ts, resendDelay: context.settings.resendDelay) else { continue }
            held[place].lastSentAt = context.ts
            let validUntil = context.ts + 4 * max(context.interval, context.settings.resendDelay)
            messages.append(
                RuleAlert(
                    labels: alert.labels, annotations: alert.annotations, startsAt: alert.firedAt ?? alert.activeAt,
                    endsAt: alert.resolvedAt ?? validUntil, isResolved: alert.resolvedAt != nil,
                    generatorURL: context.settings.externalURL + compiled.graphPath))
        }
        return messages
    }

    /// `ALERTS` and `ALERTS_FOR_STATE`.
    private mutating func tell(_ pass: inout RulePass) {
        var isUnchanged = true
        var builder = LabelSetBuilder()
        for place in 0..<held.count where held[place].state != .inactive {
            let made = held.series(at: place, &builder)
            let since = held[place].activeAt.floorDivided(by: 1000).quotient
            for (labels, value) in [(made.alerts, 1), (made.forState, Double(since))] {
                if isUnchanged { isUnchanged = pass.samples.count < series.count && series[pass.samples.count] == labels }
                pass.samples.append((labels, value))
            }
        }
        if !isUnchanged || pass.samples.count != series.count { write(pass.samples.map(\.labels), &pass) }
    }
}

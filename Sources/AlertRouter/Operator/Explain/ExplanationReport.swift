import AlertCore
import AlertStorage
import Labels
import Time

/// An explanation in words: a headline that names the cause, and lines with everything that bears on it (experience: explain).
struct ExplanationReport {
    /// A line and what it is about.
    struct Line: Hashable {
        var topic: String
        var text: String
    }

    let headline: String
    let lines: [Line]
    /// What decides on each path.
    let verdicts: [Explanation.Verdict]
    /// Who sends it.
    let senders: SendersReport

    /// Puts an explanation into words.
    ///
    /// - Parameters:
    ///   - episodes: What history knows of the alert, newest first.
    ///   - deliveries: What history knows of messages to its groups, newest first.
    ///   - dropped: The last time that a limit kept out alerts of its name.
    ///   - senders: Who sends it.
    ///   - rules: What the rules of this process know of it.
    init(
        _ known: Explanation, configuration: CoreConfiguration, at now: ClockReading, zone: Zone, episodes: [HistoryEvent],
        deliveries: [HistoryEvent], dropped: HistoryEvent? = nil, senders: SendersReport, rules: RuleLink.Account? = nil
    ) {
        self.senders = senders
        var explanation = known
        explanation.noteFailures(deliveries)
        let verdicts = explanation.paths.map { explanation.verdict(of: $0) }
        self.verdicts = verdicts
        let words = Words(
            explanation: explanation, configuration: configuration, now: now, zone: zone, episodes: episodes, dropped: dropped,
            absence: rules?.absence, hasRule: rules?.hasRule ?? false)
        headline = "\(explanation.labels): " + words.headline(verdicts) + senders.headline + words.flapping
        // That there is no rule is no news of an alert that another sender has sent.
        let isOwn = rules?.hasRule == true || explanation.state == .unknown && episodes.isEmpty
        var lines = (isOwn ? rules?.lines ?? [] : []).map { Line(topic: $0.topic, text: $0.text) } + words.stateLines()
        lines += senders.lines.map { Line(topic: "senders", text: $0) }
        for (path, verdict) in zip(explanation.paths, verdicts) { lines += words.lines(of: path, verdict, deliveries) }
        lines.insert(
            contentsOf: words.muteLines(), at: min(lines.count, lines.firstIndex { $0.topic == "told" } ?? lines.count))
        self.lines = lines
    }
}

/// The sentences.
private struct Words {
    typealias Line = ExplanationReport.Line

    let explanation: Explanation
    let configuration: CoreConfiguration
    let now: ClockReading
    let zone: Zone
    let episodes: [HistoryEvent]
    let dropped: HistoryEvent?
    /// Why rules have not told of it.
    let absence: String?
    let hasRule: Bool

    // MARK: The headline

    func headline(_ verdicts: [Explanation.Verdict]) -> String {
        // What rules say of an alert that never came is the same for everybody who would be told.
        if let absence, episodes.isEmpty, dropped == nil, verdicts.allSatisfy({ $0 == .neverArrived }) { return absence }
        var parts: [String] = []
        for (path, verdict) in zip(explanation.paths, verdicts) {
            let text = sentence(verdict, path)
            let part = verdicts.count > 1 ? "\(name(path)): \(text)" : text
            if !parts.contains(part) { parts.append(part) }
        }
        return parts.joined(separator: "; ")
    }

    private func name(_ path: Explanation.Path) -> String { configuration.receivers[path.receiver].name }

    private func sentence(_ verdict: Explanation.Verdict, _ path: Explanation.Path) -> String {
        switch verdict {
        case .told: "TOLD" + (explanation.paths.count > 1 ? "" : " to \(name(path))") + (lastTold(path).map { " at \(clock($0))" } ?? "")
        case .sending: "BEING TOLD, an attempt is under way"
        case .retrying: "NOT TOLD YET, attempts\(failing(path)) fail: \(failure(path))"
        case .deferred: "NOT TOLD YET, the receiver asked to come back at \(clock(rest(path))): \(failure(path))"
        case .failed:
            "\(lead(path))the last attempts\(failing(path)) failed: \(failure(path)); tried again with the flush at \(clock(flush(path)))"
        case .neverArrived: absence(path)
        case .endTold: "OVER, and its end was told" + (lastTold(path).map { " at \(clock($0))" } ?? "")
        case .endedUntold:
            "NOT TOLD, it was over before anybody had been told that it fires"
                + (path.integrations.contains { $0.lastFailure != nil }
                    ? "; the last attempts\(failing(path)) failed: \(failure(path))" : "")
        case .endNotWanted: "OVER, its end is not told: no integration of \(name(path)) has send_resolved"
        case .endWaits: "OVER, its end is told with the next flush at \(clock(flush(path)))"
        case .silenced: "\(lead(path))silenced by \(explanation.silences.map(\.id).joined(separator: ", "))"
        case .inhibited:
            "\(lead(path))inhibited by \(explanation.inhibitions.first.map { "\(alertname($0.source)) since \(clock($0.since))" } ?? "")"
        case .mutedByInterval:
            path.isOutsideActiveInterval
                ? "\(lead(path))outside of its active time interval \(path.mutedBy.joined(separator: ", "))"
                : "\(lead(path))muted by the time interval \(path.mutedBy.joined(separator: ", "))"
        case .noIntegration: "NOT TOLD, the receiver \(name(path)) has no integration"
        case .waitsForGroup: "NOT TOLD YET, its group is told first at \(clock(flush(path)))"
        case .waitsForInterval: "NOT TOLD YET, it joined a group that was told already; next flush at \(clock(flush(path)))"
        }
    }

    private func failure(_ path: Explanation.Path) -> String {
        path.integrations.lazy.compactMap { $0.chain?.failure?.message }.first ?? path.integrations.lazy.compactMap(\.lastFailure).first
            ?? "the reason is not known"
    }

    /// Which integration fails, where there are several.
    private func failing(_ path: Explanation.Path) -> String {
        guard path.integrations.count > 1 else { return "" }
        let failing = path.integrations.first { $0.chain?.failure != nil } ?? path.integrations.first { $0.lastFailure != nil }
        return failing.map { " of \($0.key.kind)[\($0.key.index)]" } ?? ""
    }

    private func rest(_ path: Explanation.Path) -> Timestamp {
        wall(path.integrations.lazy.compactMap { $0.chain?.restsUntil }.first ?? now.monotonic)
    }

    /// What the cause keeps from being told: all of it, its repetition or its end.
    private func lead(_ path: Explanation.Path) -> String {
        guard path.integrations.allSatisfy(\.toldFiring) else { return "NOT TOLD, " }
        if case .ended = explanation.state { return "OVER, its end is not told, " }
        return "TOLD" + (lastTold(path).map { " at \(clock($0))" } ?? "") + ", but not again: "
    }

    /// Why there is nothing.
    private func absence(_ path: Explanation.Path) -> String {
        if let dropped {
            let name = alertname(explanation.labels)
            return "DROPPED, --alerts.per-alertname-limit let in no more alerts named \(name), last at \(clock(dropped.time))"
        }
        guard let last = episodes.first else { return "NEVER ARRIVED, no sender has told this instance about it within the retention" }
        let rules = hasRule ? absence.map { "; now: \($0)" } ?? "" : ""
        guard last.kind == .alertEnded else { return "NOT KNOWN ANY MORE, it fired at \(moment(last.time))\(rules)" }
        let told = path.integrations.contains(where: \.toldResolved) ? ", and its end was told" : ""
        return "OVER AND FORGOTTEN since \(moment(last.time)): \(cause(last.text))\(told)\(rules)"
    }

    private func cause(_ reason: String) -> String {
        reason == "\(EndReason.resolved)" ? "its sender said so" : "its sender fell silent"
    }

    /// Says so when it comes and goes.
    var flapping: String {
        let firings = episodes.filter { $0.kind == .alertFiring && $0.time > now.wall - .hours(1) }
        guard firings.count >= 3, let first = firings.last else { return "" }
        return "; it flaps: fired \(firings.count) times since \(clock(first.time))"
    }

    private func lastTold(_ path: Explanation.Path) -> Timestamp? { path.integrations.compactMap { $0.entry?.timestamp }.max() }

    // MARK: What it is

    func stateLines() -> [Line] {
        var lines: [Line] = []
        switch explanation.state {
        case .unknown:
            lines.append(Line(topic: "state", text: "not known here" + (episodes.isEmpty ? ", not even from history" : "")))
        case .firing:
            guard let alert = explanation.alert else { break }
            var text =
                "firing since \(moment(alert.startsAt)), last heard of \(ago(alert.updatedAt)), ends by itself \(moment(alert.endsAt))"
            if explanation.isUnconfirmed {
                text += "; its sender has not spoken since a restart, sleep or clock step: it goes on for one more lease"
            }
            lines.append(Line(topic: "state", text: text))
        case .ended(let reason):
            guard let alert = explanation.alert else { break }
            lines.append(Line(topic: "state", text: "over since \(moment(alert.endsAt)): \(cause("\(reason)"))"))
        }
        let past = episodes.prefix(6).map { event in
            "\(moment(event.time)) \(event.kind == .alertFiring ? "firing" : event.text.isEmpty ? "over" : event.text)"
        }
        if !past.isEmpty { lines.append(Line(topic: "history", text: past.joined(separator: ", "))) }
        return lines
    }

    // MARK: Where it goes

    func lines(of path: Explanation.Path, _ verdict: Explanation.Verdict, _ deliveries: [HistoryEvent]) -> [Line] {
        let route = path.routes.last.map { configuration.routes[$0].key } ?? "{}"
        var group = "group \(path.groupLabels)"
        if path.groupSize > 0 { group += " of \(path.groupSize) alert\(path.groupSize == 1 ? "" : "s")" }
        if path.groupSize > 0, !path.isMember { group += ", this one not among them" }
        var lines = [Line(topic: "route", text: "\(route) → \(name(path))   \(group)")]
        lines += nearMisses(path).map { Line(topic: "route", text: $0) }
        if !path.mutedBy.isEmpty {
            let names = path.mutedBy.joined(separator: ", ")
            lines.append(
                Line(
                    topic: "muted",
                    text: path.isOutsideActiveInterval ? "now is outside of active_time_intervals \(names)" : "mute_time_intervals \(names)"
                ))
        }
        for target in path.integrations { lines.append(Line(topic: "told", text: told(target, path, deliveries))) }
        if path.integrations.isEmpty { lines.append(Line(topic: "told", text: "nobody: \(name(path)) is a black hole")) }
        if let next = next(path, verdict) { lines.append(Line(topic: "next", text: next)) }
        return lines
    }

    /// Routes below the one it ended in that miss it by a single matcher, the likeliest to have been meant first.
    private func nearMisses(_ path: Explanation.Path) -> [String] {
        guard let last = path.routes.last else { return [] }
        let labels = explanation.labels
        var likely: [String] = []
        var others: [String] = []
        for child in configuration.routes[last].children {
            let route = configuration.routes[child]
            let failing = route.matchers.filter { !$0.matches(labels) }
            guard failing.count == 1, let matcher = failing.first else { continue }
            let value = labels[matcher.name]
            // With a single matcher only a label that is there says that the route may have been meant.
            guard route.matchers.count > 1 || value != nil else { continue }
            let found = value.map { "\(matcher.name) is \"\($0)\"" } ?? "it has no label \(matcher.name)"
            let text = "not \(route.key) → \(configuration.receivers[route.receiver].name): \(found)"
            if route.matchers.count > 1 || Self.resembles(value ?? "", matcher.value) { likely.append(text) } else { others.append(text) }
        }
        return Array((likely + others).prefix(3))
    }

    /// Whether one of two values, but for case and punctuation, begins with the other.
    private static func resembles(_ left: String, _ right: String) -> Bool {
        let left = left.lowercased().filter { $0.isLetter || $0.isNumber }
        let right = right.lowercased().filter { $0.isLetter || $0.isNumber }
        return !left.isEmpty && !right.isEmpty && (left.hasPrefix(right) || right.hasPrefix(left))
    }

    private func told(_ target: Explanation.Target, _ path: Explanation.Path, _ deliveries: [HistoryEvent]) -> String {
        let integration = "\(target.key.kind)[\(target.key.index)]"
        var text = integration + ": "
        if let entry = target.entry {
            let what =
                target.toldFiring
                ? "told as firing"
                : !target.toldResolved
                    ? "the group was told without it" : target.sendsResolved ? "told as over" : "it does not want ends; this one was noted"
            text += "\(what) \(moment(entry.timestamp))"
        } else {
            text += "never told about this group"
        }
        let last = deliveries.first {
            $0.groupKey == path.groupKey && $0.receiver == target.key.receiver && $0.integration == integration
        }
        if let last, last.kind == .deliveryFailed || last.kind == .deliveryRetried {
            text += "; last attempt \(moment(last.time)) failed: \(last.error)"
        }
        if let chain = target.chain {
            text += chain.isInFlight ? "; attempt \(chain.attempts) is under way" : "; \(chain.attempts) attempts so far"
            if let failure = chain.failure { text += ", \(failure.reason.rawValue): \(failure.message)" }
            text += ", given up at \(clock(wall(chain.deadline)))"
        }
        return text
    }

    private func next(_ path: Explanation.Path, _ verdict: Explanation.Verdict) -> String? {
        guard let flush = path.nextFlush.map(wall) else { return nil }
        var text = "flush \(clock(flush))"
        switch verdict {
        case .told:
            if let again = path.integrations.compactMap(\.repeatsAt).min() {
                text += "; told again at the first flush after \(moment(again))"
            }
        case .inhibited:
            if let source = explanation.inhibitions.first?.source { text += "; if \(alertname(source)) ends before: told then" }
        case .silenced:
            if let end = explanation.silences.map(\.endsAt).max() { text += "; silenced until \(moment(end))" }
        default: break
        }
        return text
    }

    // MARK: What mutes it

    func muteLines() -> [Line] {
        var lines: [Line] = []
        var idle: [Line] = []
        for inhibition in explanation.inhibitions {
            let rule = configuration.inhibitRules[inhibition.rule]
            let title = rule.name.isEmpty ? "" : " \"\(rule.name)\""
            let equal = rule.equal.isEmpty ? "" : " equal \(rule.equal.joined(separator: ", "))"
            lines.append(
                Line(
                    topic: "muted",
                    text: "inhibit_rules[\(inhibition.rule)]\(title)\(equal); source \(inhibition.source.fingerprint) \(inhibition.source)")
            )
        }
        for silence in explanation.silences {
            lines.append(
                Line(
                    topic: "muted",
                    text:
                        "silence \(silence.id) \(silence.matchers) by \(silence.createdBy) until \(moment(silence.endsAt)): \(silence.comment)"
                ))
        }
        for silence in explanation.idleSilences {
            let isOver = silence.endsAt <= now.wall
            let when = isOver ? "is over since \(moment(silence.endsAt))" : "begins at \(moment(silence.startsAt))"
            idle.append(
                Line(topic: "silence", text: "\(silence.id) \(silence.matchers) by \(silence.createdBy) \(when): it mutes nothing now"))
        }
        if lines.isEmpty, !explanation.paths.contains(where: { !$0.mutedBy.isEmpty }) {
            lines.append(Line(topic: "muted", text: "by nothing: not silenced, not inhibited, no interval"))
        }
        return lines + idle
    }

    // MARK: Times

    private func alertname(_ labels: LabelSet) -> String { labels["alertname"] ?? "\(labels)" }

    private func wall(_ monotonic: Int64) -> Timestamp { now.wall + TimeSpan(nanoseconds: monotonic - now.monotonic) }

    private func flush(_ path: Explanation.Path) -> Timestamp { wall(path.nextFlush ?? now.monotonic) }

    private var words: MomentWords { MomentWords(now: now.wall, zone: zone) }

    private func clock(_ time: Timestamp) -> String { words.clock(time) }

    private func moment(_ time: Timestamp) -> String { words.moment(time) }

    private func ago(_ time: Timestamp) -> String { words.ago(time) }
}

extension Explanation {
    /// Fills in from history how the last chain of attempts of each integration failed.
    fileprivate mutating func noteFailures(_ deliveries: [HistoryEvent]) {
        for path in paths.indices {
            for target in paths[path].integrations.indices {
                let key = paths[path].integrations[target].key
                let integration = "\(key.kind)[\(key.index)]"
                let last = deliveries.first {
                    $0.groupKey == key.groupKey && $0.receiver == key.receiver && $0.integration == integration
                        && $0.kind != .deliveryRetried
                }
                if let last, last.kind == .deliveryFailed { paths[path].integrations[target].lastFailure = last.error }
            }
        }
    }
}

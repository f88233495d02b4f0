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

    /// Puts an explanation into words.
    ///
    /// - Parameters:
    ///   - episodes: What history knows of the alert, newest first.
    ///   - deliveries: What history knows of messages to its groups, newest first.
    init(
        _ explanation: Explanation, configuration: CoreConfiguration, at now: ClockReading, zone: Zone, episodes: [HistoryEvent],
        deliveries: [HistoryEvent]
    ) {
        let verdicts = explanation.paths.map { explanation.verdict(of: $0) }
        self.verdicts = verdicts
        let words = Words(explanation: explanation, configuration: configuration, now: now, zone: zone)
        headline = "\(explanation.labels): " + words.headline(verdicts)
        var lines = words.stateLines(episodes)
        for (path, verdict) in zip(explanation.paths, verdicts) { lines += words.lines(of: path, verdict, deliveries) }
        lines.insert(contentsOf: words.muteLines(), at: min(lines.count, lines.firstIndex { $0.topic == "told" } ?? lines.count))
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

    // MARK: The headline

    func headline(_ verdicts: [Explanation.Verdict]) -> String {
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
        case .told: "TOLD" + (lastTold(path).map { " at \(clock($0))" } ?? "")
        case .sending: "BEING TOLD, an attempt is under way"
        case .retrying: "NOT TOLD YET, attempts fail: \(failure(path))"
        case .neverArrived: "NEVER ARRIVED, no sender has told this instance about it within the retention"
        case .endTold: "OVER, and its end was told" + (lastTold(path).map { " at \(clock($0))" } ?? "")
        case .endedUntold: "NOT TOLD, it was over before anybody had been told that it fires"
        case .endNotWanted: "OVER, its end is not told: no integration of \(name(path)) has send_resolved"
        case .endWaits: "OVER, its end is told with the next flush at \(clock(flush(path)))"
        case .silenced: "NOT TOLD, silenced by \(explanation.silences.map(\.id).joined(separator: ", "))"
        case .inhibited:
            "NOT TOLD, inhibited by \(explanation.inhibitions.first.map { "\(alertname($0.source)) since \(clock($0.since))" } ?? "")"
        case .mutedByInterval:
            path.isOutsideActiveInterval
                ? "NOT TOLD, outside of its active time interval \(path.mutedBy.joined(separator: ", "))"
                : "NOT TOLD, muted by the time interval \(path.mutedBy.joined(separator: ", "))"
        case .noIntegration: "NOT TOLD, the receiver \(name(path)) has no integration"
        case .waitsForGroup: "NOT TOLD YET, its group is told first at \(clock(flush(path)))"
        case .waitsForInterval: "NOT TOLD YET, it joined a group that was told already; next flush at \(clock(flush(path)))"
        }
    }

    private func failure(_ path: Explanation.Path) -> String {
        path.integrations.lazy.compactMap { $0.chain?.failure?.message }.first ?? "the reason is not known"
    }

    private func lastTold(_ path: Explanation.Path) -> Timestamp? { path.integrations.compactMap { $0.entry?.timestamp }.max() }

    // MARK: What it is

    func stateLines(_ episodes: [HistoryEvent]) -> [Line] {
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
            let cause = reason == .resolved ? "its sender said so" : "its sender fell silent"
            lines.append(Line(topic: "state", text: "over since \(moment(alert.endsAt)): \(cause)"))
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

    private func told(_ target: Explanation.Target, _ path: Explanation.Path, _ deliveries: [HistoryEvent]) -> String {
        let integration = "\(target.key.kind)[\(target.key.index)]"
        var text = integration + ": "
        if let entry = target.entry {
            let what =
                target.toldFiring ? "told as firing" : target.toldResolved ? "told as over" : "the group was told without it"
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
        if lines.isEmpty, !explanation.paths.contains(where: { !$0.mutedBy.isEmpty }) {
            lines.append(Line(topic: "muted", text: "by nothing: not silenced, not inhibited, no interval"))
        }
        return lines
    }

    // MARK: Times

    private func alertname(_ labels: LabelSet) -> String { labels["alertname"] ?? "\(labels)" }

    private func wall(_ monotonic: Int64) -> Timestamp { now.wall + TimeSpan(nanoseconds: monotonic - now.monotonic) }

    private func flush(_ path: Explanation.Path) -> Timestamp { wall(path.nextFlush ?? now.monotonic) }

    private func clock(_ time: Timestamp) -> String { GoLayout.format(time, in: zone, layout: "15:04:05") }

    /// With the day unless it is today.
    private func moment(_ time: Timestamp) -> String {
        let isToday = GoLayout.format(time, in: zone, layout: "2006-01-02") == GoLayout.format(now.wall, in: zone, layout: "2006-01-02")
        return GoLayout.format(time, in: zone, layout: isToday ? "15:04:05" : "2006-01-02 15:04:05")
    }

    private func ago(_ time: Timestamp) -> String { "\(max(0, (now.wall - time).milliseconds / 1000)) s ago" }
}

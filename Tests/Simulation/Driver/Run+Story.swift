import AlertCore

// The run as text, for a reader who looks for a fault.
extension Run {
    /// Both clocks, in seconds since the run began and within the day.
    var clockText: String {
        let seconds = wall / .seconds(1) % 86_400
        let pair = { (n: Int64) in n < 10 ? "0\(n)" : "\(n)" }
        let clock = "\(pair(seconds / 3600)):\(pair(seconds / 60 % 60)):\(pair(seconds % 60)).\(wall / .milliseconds(1) % 1000)"
        return "[\(Double(time / 1_000_000) / 1000) \(clock) mono \(mono)]"
    }

    /// Tells what alerts can be about.
    func tellSubjects() {
        for (index, subject) in world.subjects.enumerated() { story?.add("      s\(index) \(Vocabulary.groupText(of: subject.code))") }
    }

    /// Tells the configuration.
    func tellConfiguration() {
        guard story != nil else { return }
        func seconds(_ span: Nanos) -> Double { Double(span / .milliseconds(1)) / 1000 }
        for (index, route) in configuration.routes.enumerated() {
            let grouping =
                route.groupsByAll
                ? "..."
                : Vocabulary.names.indices.filter { route.groupMask & Vocabulary.mask(of: [$0]) != 0 }
                    .map { Vocabulary.names[$0] }.joined(separator: ",")
            story?.add(
                "      route \(index) \(route.key) → \(configuration.receivers[route.receiver].name) by [\(grouping)] W\(seconds(route.groupWait)) "
                    + "I\(seconds(route.groupInterval)) R\(seconds(route.repeatInterval))\(route.continues ? " continues" : "") to \(route.children)"
                    + " mute \(route.mutes) active \(route.actives)")
        }
        for receiver in configuration.receivers {
            let list = receiver.integrations.map { "\($0.kind)/\($0.index)\($0.sendResolved ? "" : " without ends")" }
            story?.add("      \(receiver.name): \(list.joined(separator: ", "))")
        }
        for rule in configuration.rules { story?.add("      inhibit \(rule.source.printed) → \(rule.target.printed) equal \(rule.equal)") }
    }

    /// What the core did.
    func tell(_ effects: Effects) {
        for entry in effects.journal { story?.add("      row \(entry.sequence): \(summary(entry.record))") }
        for delivery in effects.deliveries {
            let alerts = delivery.alerts.map { "s\(world.subject($0.body.labels.fingerprint) ?? -1)\($0.isResolved ? " over" : "")" }
            story?.add("      deliver \(delivery.id.number).\(delivery.attempt) \(text(delivery.key)) \(delivery.reason): \(alerts)")
        }
        for id in effects.cancellations { story?.add("      cancel \(id.number)") }
        for note in effects.notes {
            switch note {
            case .dedup(let key, let rule, let notify): story?.add("      dedup \(text(key)) row \(rule) notify \(notify)")
            case .alertFiring(let body): story?.add("      s\(world.subject(body.labels.fingerprint) ?? -1) fires")
            case .alertEnded(let body, let reason): story?.add("      s\(world.subject(body.labels.fingerprint) ?? -1) is over: \(reason)")
            case .deliveryEnded(let key, let attempts, _, _, let failure, _):
                story?.add("      chain \(text(key)) ended after \(attempts): \(failure.map(\.rawValue) ?? "told")")
            case .deliveryRetried(let key, let attempt, let delay, let failure, _):
                story?.add("      chain \(text(key)) attempt \(attempt) failed with \(failure), next in \(delay.nanoseconds) ns")
            default: story?.add("      \(note)")
            }
        }
    }

    private func text(_ key: LogKey) -> String { "k\(world.id(of: key)) \(key.groupKey):\(key.receiver)/\(key.kind)/\(key.index)" }

    private func summary(_ record: JournalRecord) -> String {
        func alert(_ alert: Alert) -> String {
            let ended = alert.endReason.map { " \($0)" } ?? ""
            return "s\(world.subject(alert.body.labels.fingerprint) ?? -1) [\(alert.startsAt), \(alert.endsAt)]\(ended)"
        }
        func set(_ subjects: SubjectSet?) -> String { "\(subjects?.members ?? [])" }
        switch record {
        case .alert(let slot, let one): return "alert \(slot) \(alert(one))"
        case .alertRemoved(let slot): return "alert \(slot) removed"
        case .silence(let silence): return "silence \(silence.id) [\(silence.startsAt), \(silence.endsAt)] \(silence.matchers)"
        case .silenceRemoved(let id): return "silence \(id) removed"
        case .told(let entry, let ended):
            return
                "told \(text(entry.key)) F\(set(world.mask(of: entry.firing))) R\(set(world.mask(of: entry.resolved))) at \(entry.timestamp), ended "
                + "\(ended.map { "\($0.slot): \(alert($0.alert))" })"
        case .logEntry(let entry): return "log \(text(entry.key)) at \(entry.timestamp)"
        case .logEntryRemoved(let key): return "log \(text(key)) removed"
        case .leases(let leases, let heartbeat): return "leases \(leases.map { "\($0.slot) until \($0.endsAt)" }) heartbeat \(heartbeat)"
        }
    }
}

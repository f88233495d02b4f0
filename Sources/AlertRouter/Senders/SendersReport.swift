import AlertCore
import Labels
import Time

/// Who sends an alert, and whether they agree, in words.
struct SendersReport {
    /// A sender that spoke of the alert not long ago.
    struct Present: Hashable {
        var sender: Sender
        var isEnd: Bool
        var heardAt: Timestamp
        var startsAt: Timestamp
    }

    /// The same alert under another name of the replica, from another sender.
    struct Twin {
        /// The label that tells them apart.
        var name: String
        var labels: LabelSet
        var sender: SenderID
    }

    /// Who has not spoken for so long is no sender of the alert any more. Prometheus repeats an end for fifteen minutes.
    private static let presence = TimeSpan.minutes(15)
    /// Beginnings that lie further apart than a pair's evaluations do.
    private static let apart = TimeSpan.minutes(2)

    /// The latest first.
    let present: [Present]
    /// How they contradict each other, if they do.
    let quarrel: Explanation.Quarrel?
    /// What the headline says about it; empty when all is well.
    let headline: String
    /// The lines about senders.
    let lines: [String]

    init(_ explanation: Explanation, twin: Twin? = nil, book: SenderBook, at now: ClockReading, zone: Zone) {
        let present = Self.present(explanation, book: book, at: now)
        self.present = present
        quarrel = explanation.quarrel.flatMap { present.count > 1 && now.wall - $0.last < Self.presence ? $0 : nil }
        let clock = MomentWords(now: now.wall, zone: zone)
        var lines: [String] = []
        if let quarrel {
            headline = "; its senders contradict each other"
            lines += Self.contradiction(quarrel, present, clock)
        } else {
            headline = ""
            if let text = Self.agreement(present, clock) { lines.append(text) }
        }
        if let twin, let sender = book[twin.sender] {
            lines.append(
                "the same alert with \(twin.name)=\(GoQuote.quote(twin.labels[twin.name] ?? "")) comes from \(sender): each is told for itself. "
                    + "If they are a pair, drop the label in both Prometheis: alerting: alert_relabel_configs: "
                    + "[{regex: \(twin.name), action: labeldrop}]")
        }
        self.lines = lines
    }

    private static func present(_ explanation: Explanation, book: SenderBook, at now: ClockReading) -> [Present] {
        guard let alert = explanation.alert else { return [] }
        if explanation.words.isEmpty {
            let isEnd = explanation.state == .ended(.resolved)
            return book[explanation.sender].map {
                [Present(sender: $0, isEnd: isEnd, heardAt: alert.updatedAt, startsAt: alert.startsAt)]
            } ?? []
        }
        return explanation.words.filter { now.wall - $0.heardAt < presence }.compactMap { word in
            book[word.sender].map { Present(sender: $0, isEnd: word.isEnd, heardAt: word.heardAt, startsAt: word.startsAt) }
        }
    }

    private static func contradiction(_ quarrel: Explanation.Quarrel, _ present: [Present], _ clock: MomentWords) -> [String] {
        let said = present.map { one in
            "\(one.sender) says \(one.isEnd ? "over" : "firing since \(clock.moment(one.startsAt))"), heard \(clock.ago(one.heardAt))"
        }
        return [
            "\(said.joined(separator: "; ")). Contradicted each other \(quarrel.reversals) times since \(clock.moment(quarrel.since)); the last word counts",
            "do they watch the same? If not, give each an external label of its own, and they are two alerts. If they are a pair, compare their rules, "
                + "their targets (up) and their clocks; alert_relabel_configs that drop a label may have made two alerts one",
        ]
    }

    private static func agreement(_ present: [Present], _ clock: MomentWords) -> String? {
        guard let first = present.first else { return nil }
        guard present.count > 1 else { return "one: \(first.sender), heard \(clock.ago(first.heardAt))" }
        let heard = present.map { "\($0.sender) heard \(clock.ago($0.heardAt))" }.joined(separator: ", ")
        let count = present.count == 2 ? "two" : "three"
        guard present.allSatisfy({ $0.isEnd == first.isEnd }) else {
            let said = present.map { "\($0.sender) said \($0.isEnd ? "over" : "firing") \(clock.ago($0.heardAt))" }
            return "\(count), one of them ahead of the other: \(said.joined(separator: ", ")). A pair does that for a moment around an end"
        }
        let starts = present.map(\.startsAt).sorted()
        var text = "\(count), in agreement: \(heard)"
        if !first.isEnd, let earliest = starts.first, let latest = starts.last, latest - earliest > apart {
            text +=
                "; they name different beginnings, \(clock.moment(earliest)) and \(clock.moment(latest)), as after a restart of one; the earlier counts"
        }
        return text
    }

    /// A label that names one of several equal Prometheis, as the Prometheus operator, Thanos and Mimir call it.
    static func replicaLabel(of labels: LabelSet) -> String? {
        var found: String?
        labels.forEach { name, _ in
            let name = String(decoding: name, as: UTF8.self)
            if found == nil, name.contains("replica") { found = name }
        }
        return found
    }
}

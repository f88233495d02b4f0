import AlertCore
import Labels
import Time

extension Timestamp {
    /// Where virtual time begins: 2026-01-01T00:00:00Z.
    static let start = Timestamp(seconds: 1_767_225_600)

    /// Seconds after the beginning of virtual time.
    static func at(_ seconds: Double) -> Timestamp { start + TimeSpan(nanoseconds: Int64((seconds * 1e9).rounded())) }

    /// Seconds since the beginning of virtual time.
    var sinceStart: Double { Double((self - .start).nanoseconds) / 1e9 }
}

extension TimeSpan {
    static func span(_ seconds: Double) -> TimeSpan { TimeSpan(nanoseconds: Int64((seconds * 1e9).rounded())) }
}

/// What a test posts: an alert with times in seconds of virtual time.
struct Post {
    var labels: [String: String]
    var annotations: [String: String] = [:]
    var generatorURL = ""
    var startsAt: Double?
    var endsAt: Double?

    /// An alert that is named by its alertname alone.
    static func alert(
        _ name: String, _ startsAt: Double? = nil, _ endsAt: Double? = nil, note: String? = nil, _ labels: [String: String] = [:]
    ) -> Post {
        Post(
            labels: labels.merging(["alertname": name]) { given, _ in given }, annotations: note.map { ["v": $0] } ?? [:],
            startsAt: startsAt,
            endsAt: endsAt)
    }

    var labelSet: LabelSet { LabelSet(labels) }
    var fingerprint: Fingerprint { labelSet.fingerprint }
}

extension Matcher {
    static func equal(_ name: String, _ value: String) -> Matcher { Matcher(name: name, equals: value) }

    static func regex(_ name: String, _ value: String) -> Matcher {
        (try? Matcher(name: name, operation: .regexMatch, value: value)) ?? Matcher(name: "broken", equals: "pattern")
    }

    static func not(_ name: String, _ value: String) -> Matcher {
        (try? Matcher(name: name, operation: .notEqual, value: value)) ?? Matcher(name: "broken", equals: "value")
    }
}

extension CoreConfiguration {
    /// One route, grouped by these labels, to receivers named A, B, … each of one webhook, or to one receiver "hook" of these integrations.
    static func simple(
        groupBy: Route.GroupBy = .labels([]), wait: Double = 1, interval: Double = 1, repeats: Double = 4 * 3600,
        integrations: [Integration] = [Integration(kind: "webhook")], inhibit: [InhibitRule] = [], resolveTimeout: Double = 300,
        mute: [String] = [], active: [String] = [], intervals: [String: TimeInterval] = [:]
    ) -> CoreConfiguration {
        CoreConfiguration(
            routes: [
                Route(
                    receiver: 0, groupBy: groupBy, groupWait: .span(wait), groupInterval: .span(interval), repeatInterval: .span(repeats),
                    muteTimeIntervals: mute, activeTimeIntervals: active)
            ],
            receivers: [Receiver(name: "hook", integrations: integrations)], inhibitRules: inhibit, timeIntervals: intervals,
            resolveTimeout: .span(resolveTimeout))
    }
}

extension Silence {
    static func draft(_ matchers: [Matcher], from: Double, to: Double, id: String = "", comment: String = "") -> Silence {
        Silence(
            id: id, matchers: Matchers(matchers), startsAt: .at(from), endsAt: .at(to), updatedAt: .goZero, createdBy: "me",
            comment: comment)
    }
}

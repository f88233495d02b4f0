import JSON
import Time

/// The receipt of a drill: what was proved of each alert, from the samples to the receiver.
struct DrillReport: Sendable {
    /// One alert.
    struct Entry: Sendable {
        var proof: DrillProof
        /// The test messages, where the alert fired.
        var test: TestFire?
        var paths: [TestFire.PathReport] = []
        /// Why it is not proved; empty where it is.
        var problem = ""
        var advice = ""
    }

    /// When it ended.
    var time: Timestamp
    var entries: [Entry]

    var failures: [Entry] { entries.filter { !$0.problem.isEmpty } }
    var isProof: Bool { failures.isEmpty && !entries.isEmpty }
    var alertnames: [String] { entries.map(\.proof.alertname) }

    /// The last line: what is proved and when, or what is not and why.
    func summary(zone: Zone) -> String {
        let local = time.shown(in: zone)
        let count = entries.count
        guard !isProof else { return "\(Self.all(count)) can fire, proven \(local)" }
        let reasons = failures.map { "\($0.proof.alertname): \($0.problem)" }.joined(separator: "; ")
        return "\(count - failures.count) of \(count) proven \(local). NOT PROVEN: \(reasons)"
    }

    private static func all(_ count: Int) -> String {
        let words = ["", "the one alert", "both", "all three", "all four", "all five", "all six"]
        return count < words.count ? words[count] : "all \(count)"
    }

    func json(zone: Zone) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.key("time")
        json.string(RFC3339.string(time.utc, fraction: .asNeeded))
        json.key("proven")
        json.bool(isProof)
        json.key("summary")
        json.string(summary(zone: zone))
        json.key("alerts")
        json.beginArray()
        for entry in entries { entry.write(into: &json) }
        json.endArray()
        json.endObject()
        return json
    }
}

extension DrillReport.Entry {
    func write(into json: inout JSONWriter) {
        json.beginObject()
        for (name, value) in [
            ("alertname", proof.alertname), ("situation", proof.situation), ("problem", problem), ("advice", advice),
        ] where !value.isEmpty {
            json.key(name)
            json.string(value)
        }
        json.key("fires")
        json.bool(proof.sample != nil)
        if proof.sample != nil {
            json.key("after")
            json.string(PrometheusDuration.format(proof.after))
        }
        json.key("notes")
        json.strings(proof.notes)
        test?.write(paths, into: &json)
        json.endObject()
    }
}

extension Timestamp {
    /// Date, time and zone as people read them.
    fileprivate func shown(in zone: Zone) -> String {
        let offset = zone.offset(at: self)
        let local = Timestamp(seconds: seconds, nanoseconds: nanoseconds, utcOffset: offset.seconds)
        return "\(GoLayout.format(local, layout: "2006-01-02 15:04")) \(offset.abbreviation.isEmpty ? "UTC" : offset.abbreviation)"
    }
}

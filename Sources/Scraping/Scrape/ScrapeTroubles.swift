import Logging

/// What is wrong with a target's scrapes, as far as it was logged. Only a change is news.
struct ScrapeTroubles: Sendable, Equatable {
    /// The kind of the last scrape's failure; empty when it had none.
    private var failure = ""
    private var duplicates = false
    private var outOfOrder = false
    private var outOfBounds = false
    private var refused = false

    /// A line for the log.
    struct Line: Sendable {
        var level: Logger.Level
        var message: Logger.Message
        var metadata: Logger.Metadata

        func log(to log: Logger, job: String, url: String) {
            log.log(level: level, message, metadata: metadata.merging(["job": "\(job)", "target": "\(url)"]) { own, _ in own })
        }
    }

    /// Takes the outcome of a scrape; gives what has changed.
    mutating func update(_ outcome: ScrapeLoop.Outcome) -> [Line] {
        var lines: [Line] = []
        let kind = outcome.failure?.kind ?? ""
        if kind != failure {
            if let reason = outcome.failure?.description {
                lines.append(Line(level: .warning, message: "The target cannot be scraped", metadata: ["reason": "\(reason)"]))
            } else {
                lines.append(Line(level: .info, message: "The target can be scraped again", metadata: [:]))
            }
            failure = kind
        }
        // A failed scrape says nothing about single samples.
        guard outcome.failure == nil else { return lines }
        let counts = outcome.counts
        for (count, field, message) in [
            (
                counts.duplicates, \Self.duplicates,
                "Samples dropped: the same series and time twice, or another value for a time that is stored"
            ),
            (counts.outOfOrder, \Self.outOfOrder, "Samples dropped: older than the newest one of their series"),
            (counts.outOfBounds, \Self.outOfBounds, "Samples dropped: more than ten minutes in the future, or older than the retention"),
            (counts.refused, \Self.refused, "Samples dropped: the store is at a limit"),
        ] as [(Int, WritableKeyPath<Self, Bool>, Logger.Message)] {
            guard self[keyPath: field] != (count > 0) else { continue }
            self[keyPath: field] = count > 0
            guard count > 0 else { continue }
            var metadata: Logger.Metadata = ["samples": "\(count)"]
            if field == \Self.refused, let refusal = counts.refusal { metadata["limit"] = "\(refusal.rawValue)" }
            lines.append(Line(level: .warning, message: message, metadata: metadata))
        }
        return lines
    }
}

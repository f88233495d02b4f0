public import GoTemplate
public import StrictYAML
import Time

/// Compiles a configuration's texts and tries them on sample data, so that a broken one is found at load and not at three in the morning.
public enum TemplateCheck {
    /// One templated text of a configuration.
    public struct Text: Sendable {
        /// Where it stands.
        public var position: YAMLPosition?
        /// The text as configured, or its default.
        public var text: String
        /// How what it prints is made safe.
        public var escaping: TemplateEscaping
        /// What it is, for complaints: `slack title`.
        public var what: String
        /// Whether it may hold a secret, such as a URL: complaints then show nothing of it.
        public var isSecret: Bool
        /// Whether it is also rendered when nothing fires any more.
        public var isSentResolved: Bool

        /// A text.
        public init(
            position: YAMLPosition?, text: String, escaping: TemplateEscaping = .none, what: String, isSecret: Bool = false,
            isSentResolved: Bool = true
        ) {
            self.position = position
            self.text = text
            self.escaping = escaping
            self.what = what
            self.isSecret = isSecret
            self.isSentResolved = isSentResolved
        }
    }

    /// What came out.
    public struct Outcome: Sendable {
        /// Texts that cannot work.
        public var issues: [ConfigurationIssue] = []
        /// Texts that failed on some of the samples or may fail on some data.
        public var warnings: [ConfigurationWarning] = []
    }

    /// Prepares each text in `templates` and renders it.
    public static func run(_ texts: [Text], in templates: inout NotificationTemplates) -> Outcome {
        var outcome = Outcome()
        let samples = NotificationData.Sample.allCases.map { ($0, NotificationData.sample($0, now: sampleTime)) }
        for text in texts {
            do throws(TemplateError) {
                try templates.prepare(text.text, text.escaping)
            } catch {
                outcome.issues.append(issue(error, in: text))
                continue
            }
            check(text, on: samples.filter { $0.0 != .resolved || text.isSentResolved }, templates, &outcome)
        }
        return outcome
    }

    /// Any moment will do.
    private static let sampleTime = Timestamp(seconds: 1_767_225_600)

    private static func check(
        _ text: Text, on samples: [(NotificationData.Sample, NotificationData)], _ templates: NotificationTemplates,
        _ outcome: inout Outcome
    ) {
        var failed: [NotificationData.Sample] = []
        var first: TemplateError?
        for (sample, data) in samples {
            do throws(TemplateError) {
                _ =
                    try text.escaping == .html
                    ? templates.html(text.text, data, now: sampleTime) : templates.text(text.text, data, now: sampleTime)
            } catch {
                failed.append(sample)
                if first == nil { first = error }
            }
        }
        guard let first else { return }
        let issue = issue(first, in: text)
        if failed.count == samples.count, !dependsOnData(first) {
            outcome.issues.append(issue)
        } else {
            let cases = failed.count == samples.count ? "the sample alerts" : failed.map(\.phrase).joined(separator: " and ")
            outcome.warnings.append(ConfigurationWarning(position: text.position, message: "\(issue.message) (tried with \(cases))"))
        }
    }

    /// Whether other alerts than the samples may well do better: what is looked up by number, cut, decoded or read as something.
    private static func dependsOnData(_ error: TemplateError) -> Bool {
        let functions = ["index", "slice", "mustToDate", "base64decode", "humanizeDuration", "tz", "urlUnescape"]
        return error.kind == .execution && functions.contains { error.message.contains("error calling \($0): ") }
    }

    private static func issue(_ error: TemplateError, in text: Text) -> ConfigurationIssue {
        guard text.isSecret else { return ConfigurationIssue(position: text.position, message: "\(text.what): \(error)") }
        let verb = error.kind == .parse ? "parsed" : "rendered"
        return ConfigurationIssue(
            position: text.position, message: "\(text.what): the template cannot be \(verb)\(error.place) (text not shown)")
    }
}

extension NotificationData.Sample {
    /// How warnings call it.
    fileprivate var phrase: String {
        switch self {
        case .firing: "firing alerts"
        case .resolved: "resolved alerts"
        case .both: "firing and resolved alerts together"
        }
    }
}

extension TemplateError {
    /// ` at line 1, column 5`, for where the error's own text may not be shown; empty when it has no place.
    var place: String {
        guard let line else { return "" }
        return " at line \(line)" + (column.map { ", column \($0 + 1)" } ?? "")
    }
}

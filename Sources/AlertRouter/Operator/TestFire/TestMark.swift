import GoTemplate
import Labels

/// Says TEST or DRILL where people read, so that nobody takes a test for the real thing. Labels stay as they are: they decide the route.
struct TestMark: Sendable, Hashable {
    /// What people find.
    let word: String
    /// What programs find, each with the value `true`.
    let annotations: [String]

    /// A single test message.
    static let test = TestMark(word: "TEST", annotations: [testAnnotation])
    /// Every alert that must be able to fire, one after another.
    static let drill = TestMark(word: "DRILL", annotations: [drillAnnotation, testAnnotation])
    private static let testAnnotation = "flatalert_test"
    private static let drillAnnotation = "flatalert_drill"
    /// Annotations that people read, in both languages.
    private static let readNames: Set<String> = ["summary", "title", "summary_ja", "title_ja"]

    /// What stands before a text.
    var text: String { "[\(word)]" }

    /// The mark that an alert's annotations carry; nil for a real one.
    static func of(_ annotations: LabelSet) -> TestMark? {
        [drill, test].first { mark in mark.annotations.allSatisfy { annotations[$0] == "true" } }
    }

    /// A test's annotations: those that people read, marked, and the ones for programs.
    func annotations(_ given: [(String, String)], defaultSummary: String) -> LabelSet {
        var pairs = given
        if !pairs.contains(where: { $0.0 == "summary" }) { pairs.append(("summary", defaultSummary)) }
        pairs = pairs.map { name, value in
            Self.readNames.contains(name) && !value.contains(text) ? (name, "\(text) \(value)") : (name, value)
        }
        return LabelSet(pairs + annotations.map { ($0, "true") })
    }

    /// The integration with the mark in what its message shows first, unless its own templates show it already. A webhook's readers are programs: they
    /// have the annotation.
    func marked(_ integration: IntegrationConfiguration, for message: Message) -> IntegrationConfiguration {
        func shows(_ sources: String...) -> Bool { sources.contains { ((try? message.text($0)) ?? "").contains(word) } }
        func isEmpty(_ source: String) -> Bool { ((try? message.text(source)) ?? "").isEmpty }
        switch integration {
        case .webhook: return integration
        case .slack(var slack):
            guard !shows(slack.title, slack.pretext, slack.text, slack.messageText) else { return integration }
            if isEmpty(slack.title), !isEmpty(slack.text) {
                slack.text = "\(text) \(slack.text)"
            } else {
                slack.title = "\(text) \(slack.title)"
            }
            slack.fallback = "\(text) \(slack.fallback)"
            return .slack(slack)
        case .email(var email):
            let subject = email.messageHeaders.first { $0.name == "Subject" }?.value ?? ""
            guard !shows(subject) else { return integration }
            email.headers.removeAll { $0.name == "Subject" }
            email.headers.append(EmailConfiguration.Header(name: "Subject", value: "\(text) \(subject)"))
            return .email(email)
        }
    }
}

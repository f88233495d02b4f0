import GoTemplate
import Labels

/// Says TEST where people read, so that nobody takes a test for the real thing. Labels stay as they are: they decide the route.
enum TestMark {
    /// What stands before a text.
    static let text = "[TEST]"
    /// The annotation that programs find.
    static let annotation = "flatalert_test"

    /// A test's annotations: those that people read, marked, and the one for programs.
    static func annotations(_ given: [(String, String)], defaultSummary: String) -> LabelSet {
        var pairs = given
        if !pairs.contains(where: { $0.0 == "summary" }) { pairs.append(("summary", defaultSummary)) }
        pairs = pairs.map { name, value in
            ["summary", "title"].contains(name) && !value.contains(text) ? (name, "\(text) \(value)") : (name, value)
        }
        return LabelSet(pairs + [(annotation, "true")])
    }

    /// The integration with the mark in what its message shows first, unless its own templates show it already. A webhook's readers are programs: they
    /// have the annotation.
    static func marked(_ integration: IntegrationConfiguration, for message: Message) -> IntegrationConfiguration {
        func shows(_ sources: String...) -> Bool { sources.contains { ((try? message.text($0)) ?? "").contains("TEST") } }
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

import AlertRouter
import GoTemplate
import JSON
import Mail
import Time

/// Shows what the integrations of one receiver would send.
struct MessagePreview {
    let receiver: ReceiverConfiguration
    private let templates: NotificationTemplates
    private let session: ClientSession

    /// Finds the receiver in a configuration: the named one, or the only one.
    init(configFile: String, receiver name: String?, globs: [String], _ session: ClientSession) throws(ClientError) {
        guard let contents = try session.environment.contents(configFile) else { throw .failed("path '\(configFile)' does not exist") }
        let configuration: AlertmanagerConfiguration
        do throws(ConfigurationError) {
            configuration = try AlertmanagerConfiguration.parse(
                contents, file: configFile, baseDirectory: directory(of: configFile), mode: session.matchers.mode)
        } catch {
            throw .failed(error.lines.joined(separator: "\n  "))
        }
        let known = configuration.receivers.map(\.name).joined(separator: ", ")
        if let name {
            guard let found = configuration.receivers.first(where: { $0.name == name }) else {
                throw .failed("\(configFile) has no receiver '\(name)'; it has \(known)")
            }
            receiver = found
        } else {
            guard let only = configuration.receivers.first, configuration.receivers.count == 1 else {
                throw .failed("required flag --receiver not provided: \(configFile) has \(known)")
            }
            receiver = only
        }
        // Patterns on the command line stand in for those of the file: to try templates before they are installed.
        templates = globs.isEmpty ? configuration.messageTemplates : try TemplateRender.templates(globs)
        self.session = session
    }

    /// Prints the body of each Slack message, one value a line.
    func printSlack(_ data: NotificationData) throws(ClientError) {
        guard !receiver.slacks.isEmpty else { throw .failed("receiver '\(receiver.name)' has no slack_configs") }
        for slack in receiver.slacks {
            let body: [UInt8]
            do throws(TemplateError) {
                body = try SlackMessage.body(slack, data, templates, now: session.environment.now())
            } catch {
                throw .failed("slack_configs[\(slack.index)] of '\(receiver.name)': \(error)")
            }
            session.console.print("# slack_configs[\(slack.index)] of \(receiver.name)")
            guard let value = try? JSONValue.parse(body) else { continue }
            session.console.print(IndentedJSON.text(value) + "\n")
        }
    }

    /// Prints the header fields and the parts of each mail, decoded.
    func printMails(_ data: NotificationData) throws(ClientError) {
        guard !receiver.emails.isEmpty else { throw .failed("receiver '\(receiver.name)' has no email_configs") }
        for email in receiver.emails {
            let circumstances = EmailMessage.Circumstances(
                now: session.environment.now(), zone: .local, messageID: "<preview@localhost>", boundary: "preview")
            let mail: MailMessage
            do throws(EmailError) {
                mail = try EmailMessage.build(email, data: data, templates: templates, in: circumstances).mail
            } catch {
                throw .failed("email_configs[\(email.index)] of '\(receiver.name)': \(error)")
            }
            session.console.print("# email_configs[\(email.index)] of \(receiver.name)")
            for header in mail.headers { session.console.print("\(header.name): \(header.value)") }
            for (name, part) in [("text/plain", mail.text), ("text/html", mail.html)] {
                guard let part else { continue }
                session.console.print("\n# \(name)\n\(part)")
            }
        }
    }
}

/// JSON for people: a member or element a line.
enum IndentedJSON {
    static func text(_ value: JSONValue, indent: String = "") -> String {
        let inner = indent + "  "
        switch value {
        case .array(let elements) where !elements.isEmpty:
            return "[\n" + elements.map { inner + text($0, indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.map { "\(inner)\(JSONValue.string($0.key).readable): \(text($0.value, indent: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        default: return value.readable
        }
    }
}

extension JSONValue {
    /// Compact text without Go's escapes of `<`, `>` and `&`, which say nothing to people.
    fileprivate var readable: String {
        var writer = JSONWriter(escapesHTML: false)
        write(into: &writer)
        return writer.string
    }
}

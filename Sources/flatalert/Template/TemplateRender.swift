import AlertRouter
import ArgumentParser
import GoTemplate

/// `template render`: what a text becomes; beyond amtool, what a receiver's Slack messages and mails look like.
struct TemplateRender: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool template render",
        abstract: "Render a template, or preview a receiver's messages.",
        discussion: """
            With --template.text, prints what the text becomes; Alertmanager's default templates and those of the files are known to it.
            With --slack or --email, prints what the receivers of a configuration would be sent.
            Without --template.data, made-up alerts are used.
            """)

    /// How a text is escaped.
    enum TextType: String, ExpressibleByArgument, CaseIterable {
        case text, html
    }

    /// Which made-up alerts are used.
    enum Sample: String, ExpressibleByArgument, CaseIterable {
        case firing, resolved, both

        var sample: NotificationData.Sample {
            switch self {
            case .firing: .firing
            case .resolved: .resolved
            case .both: .both
            }
        }
    }

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(name: .customLong("template.glob"), help: "Template files, as a pattern such as /etc/alertmanager/*.tmpl.", completion: .file())
    var globs: [String] = []

    @Option(name: .customLong("template.text"), help: "The text to render.")
    var text: String?

    @Option(name: .customLong("template.type"), help: "text or html: how what the template prints is escaped.")
    var type: TextType = .text

    @Option(
        name: .customLong("template.data"),
        help: "A JSON file with the data, in the form of a webhook's body (or of Alertmanager's template.Data).", completion: .file())
    var dataFile: String?

    @Flag(help: "Preview the Slack messages of --receiver in --config.file.")
    var slack = false

    @Flag(help: "Preview the mails of --receiver in --config.file.")
    var email = false

    @Option(name: .customLong("config.file"), help: "The configuration whose receiver is previewed.", completion: .file())
    var configFile: String?

    @Option(help: "The receiver to preview; needed only if there are several.")
    var receiver: String?

    @Option(help: "Which made-up alerts to use: firing, resolved or both.")
    var sample: Sample = .both

    func run(_ session: ClientSession) async throws(ClientError) {
        if slack || email {
            guard text == nil else { throw .failed("--template.text and a preview (--slack, --email) are mutually exclusive") }
            guard let configFile else { throw .failed("required flag --config.file not provided: it names the receivers to preview") }
            let preview = try MessagePreview(configFile: configFile, receiver: receiver, globs: globs, session)
            let data = try data(session) ?? .sample(sample.sample, receiver: preview.receiver.name, now: session.environment.now())
            if slack { try preview.printSlack(data) }
            if email { try preview.printMails(data) }
        } else {
            guard !globs.isEmpty || session.environment.program != "amtool" else {
                throw .failed("required flag --template.glob not provided")
            }
            guard let text else { throw .failed("required flag --template.text not provided") }
            session.console.write(.output, try rendering(of: text, session))
        }
    }

    private func rendering(of text: String, _ session: ClientSession) throws(ClientError) -> String {
        var templates = try Self.templates(globs)
        templates.passesDataByValue = true
        let now = session.environment.now()
        let data = try data(session) ?? .sample(sample.sample, now: now)
        do throws(TemplateError) {
            return try type == .html ? templates.html(text, data, now: now) : templates.text(text, data, now: now)
        } catch {
            throw .failed(error.description)
        }
    }

    private func data(_ session: ClientSession) throws(ClientError) -> NotificationData? {
        guard let dataFile, !dataFile.isEmpty else { return nil }
        guard let contents = try session.environment.contents(dataFile) else {
            throw .failed("open \(dataFile): no such file or directory")
        }
        do throws(TemplateDataError) {
            return try NotificationData.decode(contents)
        } catch {
            throw .failed("\(dataFile): \(error)")
        }
    }

    static func templates(_ globs: [String]) throws(ClientError) -> NotificationTemplates {
        do throws(TemplateFilesError) {
            return try NotificationTemplates.load(matching: globs)
        } catch {
            throw .failed(error.description)
        }
    }
}

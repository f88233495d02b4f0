import ArgumentParser
import Runbooks

/// `runbook`: what to do about an alert, without a network.
struct RunbookCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "amtool runbook",
        abstract: "Print what to do about an alert.",
        discussion: """
            Without a name, lists the alerts that have a runbook. The texts are part of the program; a server shows them below /runbook/NAME, where its \
            messages lead. Without --lang the language is that of LC_ALL, LC_MESSAGES or LANG: Japanese, else English.
            """)

    /// What runbooks are written in.
    enum Tongue: String, ExpressibleByArgument, CaseIterable {
        case ja, en
    }

    @OptionGroup(title: GlobalFlags.title) var global: GlobalFlags

    @Option(help: "ja or en.")
    var lang: Tongue?

    @Argument(help: "The alert.", completion: .list(Runbooks.names))
    var name: String?

    func run(_ session: ClientSession) async throws(ClientError) {
        let language = language(session)
        guard let name else {
            for name in Runbooks.names { session.console.print(Runbooks.title(name, language) ?? name) }
            return
        }
        guard let text = Runbooks.text(name, language) else {
            throw .failed("there is no runbook of the name '\(name)'; there are \(Runbooks.names.joined(separator: ", "))")
        }
        session.console.write(.output, text)
    }

    private func language(_ session: ClientSession) -> Runbooks.Language {
        if let lang { return lang == .ja ? .ja : .en }
        // The first that is set decides, as everywhere.
        let wanted = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { session.environment.variable($0) }.first { !$0.isEmpty }
        return wanted.flatMap { Runbooks.Language(tag: $0.prefix { $0 != "." }) } ?? .en
    }
}

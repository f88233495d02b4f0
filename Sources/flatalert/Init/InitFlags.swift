import ArgumentParser

/// The answers to `init`'s questions that are given on the command line. Secrets come in files: a command line is visible to everyone.
struct InitFlags: ParsableArguments {
    @Option(name: .customLong("slack.api-url"), help: "The Slack webhook URL, or none. Others can see it in the list of processes.")
    var slackURL: String?

    @Option(name: .customLong("slack.api-url-file"), help: "A file with the Slack webhook URL.", completion: .file())
    var slackURLFile: String?

    @Option(name: .customLong("email.smarthost"), help: "The mail server as host:port, or none.")
    var smarthost: String?

    @Option(name: .customLong("email.from"), help: "The sender of mails.")
    var from: String?

    @Option(name: .customLong("email.to"), help: "The reader of mails; several with commas.")
    var to: String?

    @Option(name: .customLong("email.auth-username"), help: "The user at the mail server; none by default.")
    var user: String?

    @Option(
        name: .customLong("email.auth-password-file"), help: "A file with that user's password; /dev/stdin reads it from a pipe.",
        completion: .file())
    var passwordFile: String?

    @Option(name: .customLong("config.file"), help: "The configuration file to write; ./flatalert.yml by default.", completion: .file())
    var configFile: String?

    @Option(
        name: .customLong("secrets.directory"), help: "The directory for secrets; secrets/ beside the configuration file by default.",
        completion: .directory)
    var secretsDirectory: String?

    @Option(help: "Matchers of the alerts that can't wait, or none; severity=\"critical\" by default.")
    var urgent: String?

    @Option(name: .customLong("urgent.repeat-interval"), help: "How often an urgent alert is told again; 1h by default.")
    var urgentRepeat: String?

    @Option(name: .customLong("repeat-interval"), help: "How often another alert is told again; 4h by default.")
    var otherRepeat: String?

    @Option(help: "Flatnet's messages in this language, and which of its alerts follows from which.")
    var flatnet: InitFlatnet.Language?

    @Option(
        name: .customLong("flatnet.directory"), help: "Where the files for --flatnet are; with the installed program by default.",
        completion: .directory)
    var flatnetDirectory: String?

    /// What must be known and has no default: the flags, each with what it takes.
    var missing: [String] {
        var missing: [String] = []
        if slackURL == nil, slackURLFile == nil { missing.append("--slack.api-url-file=FILE (or --slack.api-url=none)") }
        guard let smarthost else { return missing + ["--email.smarthost=HOST:PORT (or none)"] }
        guard !Self.isNone(smarthost) else { return missing }
        if from == nil { missing.append("--email.from=ADDRESS") }
        if to == nil { missing.append("--email.to=ADDRESS") }
        if let user, !Self.isNone(user), passwordFile == nil { missing.append("--email.auth-password-file=FILE") }
        return missing
    }

    /// Whether an answer says that there is no such thing.
    static func isNone(_ text: String) -> Bool { text.isEmpty || text == "none" }
}

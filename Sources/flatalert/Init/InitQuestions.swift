import Glibc

/// Finds the answers: from flags, else from the person at the terminal, else from defaults.
struct InitQuestions {
    let flags: InitFlags
    let overwrites: Bool
    let environment: ClientEnvironment
    /// Who is asked; nil when nobody is.
    let terminal: Terminal?

    func answers() throws(ClientError) -> InitAnswers {
        // Before anybody is asked anything.
        let flatnet = try flags.flatnet.map { language throws(ClientError) in
            try InitFlatnet.find(language, in: try flags.flatnetDirectory.map(absolute), environment)
        }
        say("1. Slack: messages go to the channel of an incoming webhook (https://api.slack.com/messaging/webhooks).")
        let slack = try optional(
            try contents(flags.slackURLFile, "--slack.api-url-file") ?? flags.slackURL, flag: "--slack.api-url",
            "Webhook URL, not shown (Enter: none)",
            isSecret: true, InitCheck.webhook)
        say("2. E-mail: messages are handed to a mail server.")
        let email = try email()
        say("3. Files: the configuration, and beside it a directory that only you can read, for secrets.")
        let configFile = try absolute(
            try required(flags.configFile, flag: "--config.file", "Configuration file", fallback: "./flatalert.yml") { path in
                // Asked for now, not after the last question.
                if terminal != nil, !overwrites, access(path, F_OK) == 0 { return "exists: name another file, or run init with --force" }
                return InitCheck.line(path)
            })
        let place = directory(of: configFile)
        let secrets = try absolute(
            try flags.secretsDirectory.map { path throws(ClientError) in
                try required(path, flag: "--secrets.directory", "", InitCheck.line)
            } ?? (place == "/" ? "/secrets" : "\(place)/secrets"))
        say("4. Urgency: urgent alerts are told within seconds and more often.")
        let urgent = try required(
            flags.urgent, flag: "--urgent", "Urgent are alerts with, or none", fallback: "severity=\"critical\""
        ) { InitFlags.isNone($0) ? nil : InitCheck.matchers($0) }
        let urgentRepeat =
            InitFlags.isNone(urgent)
            ? "1h"
            : try required(
                flags.urgentRepeat, flag: "--urgent.repeat-interval", "Tell urgent ones again every", fallback: "1h", InitCheck.duration)
        let otherRepeat = try required(
            flags.otherRepeat, flag: "--repeat-interval", "Tell others again every", fallback: "4h", InitCheck.duration)
        return InitAnswers(
            slackURL: slack, email: email, configFile: configFile, secretsDirectory: secrets,
            urgent: InitFlags.isNone(urgent) ? nil : urgent, urgentRepeat: urgentRepeat, otherRepeat: otherRepeat, flatnet: flatnet)
    }

    private func email() throws(ClientError) -> InitAnswers.Email? {
        let smarthost = try optional(
            flags.smarthost, flag: "--email.smarthost", "Mail server as host:port (Enter: none)", InitCheck.smarthost)
        guard let smarthost else { return nil }
        let from = try required(flags.from, flag: "--email.from", "From", InitCheck.addresses)
        let to = try required(flags.to, flag: "--email.to", "To", InitCheck.addresses)
        // Who gave the server by a flag and no user has none.
        let user = try optional(
            flags.user ?? (flags.smarthost == nil ? nil : ""), flag: "--email.auth-username", "User (Enter: no login)", InitCheck.line)
        guard let user else { return InitAnswers.Email(smarthost: smarthost, from: from, to: to) }
        let password = try required(
            try contents(flags.passwordFile, "--email.auth-password-file"), flag: "--email.auth-password-file", "Password, not shown",
            isSecret: true, InitCheck.line)
        return InitAnswers.Email(smarthost: smarthost, from: from, to: to, login: .init(user: user, password: password))
    }

    // MARK: Asking

    /// An answer that may be none.
    private func optional(
        _ given: String?, flag: String, _ question: String, isSecret: Bool = false, _ check: (String) -> String?
    ) throws(ClientError) -> String? {
        let answer = try required(given, flag: flag, question, fallback: "", isSecret: isSecret) {
            InitFlags.isNone($0) ? nil : check($0)
        }
        return InitFlags.isNone(answer) ? nil : answer
    }

    /// An answer that must be there. A person may try again; a flag may not.
    private func required(
        _ given: String?, flag: String, _ question: String, fallback: String? = nil, isSecret: Bool = false, _ check: (String) -> String?
    ) throws(ClientError) -> String {
        if let given {
            if let complaint = check(given) { throw .failed("\(flag) \(complaint)") }
            return given
        }
        guard let terminal else {
            guard let fallback else { throw .failed("required flag \(flag) not provided") }
            return fallback
        }
        let hint = fallback.map { $0.isEmpty ? "" : " [\($0)]" } ?? ""
        while true {
            let line = try terminal.readLine(isSecret) { environment.console.write(.error, "   \(question)\(hint): ") }
            guard let line else {
                throw .failed("the answers ended at \"\(question)\"; nothing was written")
            }
            if isSecret { environment.console.complain("") }
            let words = Self.trimmed(line)
            let answer = words.isEmpty ? fallback ?? "" : words
            guard let complaint = check(answer) else { return answer }
            say("   It \(complaint).")
        }
    }

    /// Says something to the person, if there is one. Not on standard output: that is for what comes of it.
    private func say(_ line: String) {
        if terminal != nil { environment.console.complain(line) }
    }

    /// The secret in a file, without the line end that editors leave.
    private func contents(_ path: String?, _ flag: String) throws(ClientError) -> String? {
        guard let path else { return nil }
        guard let bytes = try environment.contents(path) else { throw .failed("\(flag): \(path) does not exist") }
        let text = Self.trimmed(String(decoding: bytes, as: UTF8.self))
        guard !text.isEmpty else { throw .failed("\(flag): \(path) is empty") }
        return text
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }

    /// A path that means the same wherever the configuration is read.
    private func absolute(_ given: String) throws(ClientError) -> String {
        var path = given[...]
        if path.hasPrefix("~/"), let home = environment.variable("HOME") { return "\(home)/\(path.dropFirst(2))" }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard !path.hasPrefix("/") else { return String(path) }
        while path.hasPrefix("./") { path = path.dropFirst(2).drop { $0 == "/" } }
        guard let here = getcwd(nil, 0) else { throw .failed("the current directory can't be found: give absolute paths") }
        defer { free(here) }
        let base = String(cString: here)
        return base == "/" ? "/\(path)" : "\(base)/\(path)"
    }
}

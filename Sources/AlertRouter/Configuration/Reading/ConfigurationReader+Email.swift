import ClientConfiguration
import Labels
import Mail
import StrictYAML
import Transport

extension ConfigurationReader {
    /// One element of `email_configs` (reference 1.5). Nil if there is no mail server.
    func email(_ fields: YAMLMapping, global: GlobalConfiguration, sendResolved: Bool) -> EmailConfiguration? {
        let smarthost = smarthost(fields["smarthost"]) ?? global.smtp.smarthost
        if smarthost == nil, !smarthostIsWrong, isBlank(fields["smarthost"]) {
            fields.fail("no global SMTP smarthost set")
        }
        let to = requiredTemplate(fields, "to", what: "to", missing: "missing to address in email config")
        let from = inherited(fields, "from", global.smtp.from)
        if from.isEmpty, fields["from"]?.node.scalar != nil || !fields.isSet("from") { fields.fail("no global SMTP from set") }
        keep(from, at: fields["from"]?.node.position ?? fields.position, what: "from")
        var email = EmailConfiguration(to: to, from: from, smarthost: smarthost ?? .unset)
        email.sendResolved = sendResolved
        email.hello = inherited(fields, "hello", global.smtp.hello)
        email.authUsername = inherited(fields, "auth_username", global.smtp.authUsername)
        email.authPassword = password(fields) ?? global.smtp.authPassword
        email.authSecret = fields.source("auth_secret", file: "auth_secret_file") ?? global.smtp.authSecret
        email.authIdentity = inherited(fields, "auth_identity", global.smtp.authIdentity)
        email.requireTLS = fields.bool("require_tls") ?? global.smtp.requireTLS
        email.tls = fields.isSet("tls_config") ? mailTLS(fields["tls_config"]) : global.smtp.tls
        email.forceImplicitTLS = fields.bool("force_implicit_tls") ?? global.smtp.forceImplicitTLS
        email.html = template(fields, "html", default: email.html, escaping: .html)
        email.text = template(fields, "text", default: email.text)
        email.threading = threading(fields)
        email.headers = headers(fields["headers"], isThreaded: email.threading != nil)
        if !email.headers.contains(where: { $0.name == "Subject" }) {
            keep(EmailConfiguration.defaultSubject, at: fields.position, what: "header \"Subject\"")
        }
        return smarthost == nil ? nil : email
    }

    /// `host:port`; nil if there is none, also after a complaint.
    func smarthost(_ element: YAMLElement?) -> HostPort? {
        guard let element, !isBlank(element) else { return nil }
        return element.parsed { text throws(HostPort.Fault) in try HostPort(text) }
    }

    /// Whether a text is absent, null or empty.
    private func isBlank(_ element: YAMLElement?) -> Bool {
        guard let element else { return true }
        return element.node.scalar.map { $0.value == .null || $0.text.isEmpty } ?? false
    }

    /// Of a password and a file the file is what Alertmanager logs in with.
    private func password(_ fields: YAMLMapping) -> TextSource? {
        let inline = fields.string("auth_password") ?? ""
        let file = fields.string("auth_password_file") ?? ""
        if !inline.isEmpty, !file.isEmpty {
            warn(fields["auth_password"]?.node.position, "auth_password is not used: auth_password_file is there as well")
        }
        return file.isEmpty ? inline.isEmpty ? nil : .inline(inline) : .file(file)
    }

    /// A plain text that the empty text leaves to `global`.
    private func inherited(_ fields: YAMLMapping, _ key: String, _ global: String) -> String {
        guard let own = fields.string(key), !own.isEmpty else { return global }
        return own
    }

    private func threading(_ fields: YAMLMapping) -> EmailConfiguration.Threading? {
        fields.mapping("threading", as: "threading") { fields in
            let isEnabled = fields.bool("enabled") ?? false
            let text = fields.string("thread_by_date") ?? ""
            guard isEnabled else { return nil }
            guard let choice = EmailConfiguration.ThreadByDate(rawValue: text) else {
                fields.fail("thread_by_date", "thread_by_date must be \"none\" or \"daily\", found \(GoQuote.quote(text))")
                return nil
            }
            return EmailConfiguration.Threading(threadByDate: choice)
        }
    }

    private func headers(_ element: YAMLElement?, isThreaded: Bool) -> [EmailConfiguration.Header] {
        var known: Set<String> = []
        let headers = templates(element) { "header \(GoQuote.quote(HeaderName.canonical($0)))" }.compactMap {
            key, position, text -> EmailConfiguration.Header? in
            let name = HeaderName.canonical(key)
            if !known.insert(name).inserted { decoder.report("duplicate header \(GoQuote.quote(name)) in email config", at: position) }
            if isThreaded, name == "References" || name == "In-Reply-To" {
                decoder.report("header \(GoQuote.quote(name)) must not be configured together with threading", at: position)
            }
            // Alertmanager writes it as it is: the reader takes the rest of the fields for the text, or the server refuses the message.
            guard MailHeader.isName(name) else {
                warn(position, "\(GoQuote.quote(key)) cannot be the name of a mail header and is left out of the message")
                return nil
            }
            return EmailConfiguration.Header(name: name, value: text)
        }
        return headers.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}

public import GoTemplate
import Labels
public import Mail
public import Time

/// One notification as a mail: everything rendered, addresses parsed (reference 9.17). Making it is a pure function.
public struct EmailMessage: Sendable {
    /// Who sends it.
    public let sender: MailAddress
    /// Who gets it, never empty.
    public let recipients: [MailAddress]
    /// What they get.
    public let mail: MailMessage

    /// What of a mail is not in its configuration.
    public struct Circumstances: Sendable {
        /// The moment of writing: what `Date` says and templates see.
        public var now: Timestamp
        /// The time zone of `Date` and of the days of `thread_by_date`.
        public var zone: Zone
        /// The value of `Message-Id`, angle brackets and all.
        public var messageID: String
        /// What separates the parts.
        public var boundary: String

        /// Circumstances.
        public init(now: Timestamp, zone: Zone, messageID: String, boundary: String) {
            self.now = now
            self.zone = zone
            self.messageID = messageID
            self.boundary = boundary
        }
    }

    /// Mail servers refuse or cut messages whose fields are too long (Postfix: 100 kB in all); nobody reads a longer subject.
    static let longestField = 16 << 10

    private static func shortened(_ value: String) -> String {
        var bytes = Array(value.utf8.prefix(longestField))
        // Not in the middle of a character.
        while let last = bytes.last, last & 0xc0 == 0x80 { bytes.removeLast() }
        if let last = bytes.last, last >= 0xc0 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self) + "…"
    }

    /// Renders the configured texts.
    public static func build(
        _ email: EmailConfiguration, data: NotificationData, templates: NotificationTemplates, in circumstances: Circumstances
    ) throws(EmailError) -> EmailMessage {
        let rendering = Rendering(templates: templates, data: data, now: circumstances.now)
        var fields: [MailHeader] = []
        let (sender, recipients) = try addresses(of: email, rendering)
        for header in ordered(email.messageHeaders) {
            let value = try rendering.text(header.value, as: "header \(header.name)")
            let fits = value.utf8.count <= longestField || MailHeader.holdsAddresses(header.name)
            fields.append(try field(header.name, fits ? value : shortened(value)))
        }
        let html = email.html.isEmpty ? nil : try rendering.html(email.html, as: "html")
        let text = email.text.isEmpty ? nil : try rendering.text(email.text, as: "text")
        fields += try standardFields(email, data: data, in: circumstances)
        return EmailMessage(
            sender: sender, recipients: recipients,
            mail: MailMessage(headers: fields, text: text, html: html, boundary: circumstances.boundary))
    }

    /// The built-in message in place of one whose template failed, to the same people. Fails only if those cannot be found out.
    public static func fallback(
        _ fallback: FallbackMessage, for email: EmailConfiguration, data: NotificationData, templates: NotificationTemplates,
        in circumstances: Circumstances
    ) throws(EmailError) -> EmailMessage {
        let (sender, recipients) = try addresses(of: email, Rendering(templates: templates, data: data, now: circumstances.now))
        var fields = [
            try field("From", sender.headerText), try field("To", recipients.map(\.headerText).joined(separator: ", ")),
            try field("Subject", fallback.subject),
        ]
        fields += try standardFields(email, data: data, in: circumstances, configured: false)
        return EmailMessage(
            sender: sender, recipients: recipients,
            mail: MailMessage(headers: fields, text: fallback.text, html: nil, boundary: circumstances.boundary))
    }

    /// The configured texts with what they are rendered with.
    private struct Rendering {
        let templates: NotificationTemplates
        let data: NotificationData
        let now: Timestamp

        func text(_ source: String, as what: String) throws(EmailError) -> String {
            do throws(TemplateError) { return try templates.text(source, data, now: now) } catch { throw .template(what, error) }
        }

        func html(_ source: String, as what: String) throws(EmailError) -> String {
            do throws(TemplateError) { return try templates.html(source, data, now: now) } catch { throw .template(what, error) }
        }
    }

    private static func addresses(
        of email: EmailConfiguration, _ rendering: Rendering
    ) throws(EmailError) -> (sender: MailAddress, recipients: [MailAddress]) {
        func parse(_ source: String, _ what: String) throws(EmailError) -> [MailAddress] {
            let text = try rendering.text(source, as: what)
            do throws(MailAddressError) { return try MailAddressList.parse(text) } catch { throw .address(what, error) }
        }
        let senders = try parse(email.from, "from")
        guard let sender = senders.first, senders.count == 1 else { throw .senders(senders.count) }
        let recipients = try parse(email.to, "to")
        guard !recipients.isEmpty else { throw .noRecipient }
        return (sender, recipients)
    }

    /// Alertmanager's order changes from mail to mail; here it is the one that people read in.
    private static func ordered(_ headers: [EmailConfiguration.Header]) -> [EmailConfiguration.Header] {
        let first = ["From", "To", "Cc", "Subject"]
        return first.flatMap { name in headers.filter { $0.name == name } } + headers.filter { !first.contains($0.name) }
    }

    private static func field(_ name: String, _ value: String) throws(EmailError) -> MailHeader {
        do throws(MailHeaderError) { return try MailHeader(name, value) } catch { throw .header(error) }
    }

    /// Message-Id, threading and Date; those that the configuration sets itself are left out.
    private static func standardFields(
        _ email: EmailConfiguration, data: NotificationData, in circumstances: Circumstances, configured: Bool = true
    ) throws(EmailError) -> [MailHeader] {
        var fields = [("Message-Id", circumstances.messageID)]
        if let threading = email.threading {
            let day =
                threading.threadByDate == .daily
                ? GoLayout.format(circumstances.now, in: circumstances.zone, layout: "2006-01-02") : ""
            let root = "<alert-\(SHA256.hexadecimal(data.groupKey).prefix(16))-\(day)@alertmanager>"
            fields += [("References", root), ("In-Reply-To", root)]
        }
        fields.append(("Date", GoLayout.format(circumstances.now, in: circumstances.zone, layout: "Mon, 02 Jan 2006 15:04:05 -0700")))
        var headers: [MailHeader] = []
        for (name, value) in fields where !configured || !email.headers.contains(where: { $0.name == name }) {
            headers.append(try field(name, value))
        }
        return headers
    }
}

/// Why a notification is no mail.
public enum EmailError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The template of a part failed.
    case template(String, TemplateError)
    /// `from` or `to` is no address list.
    case address(String, MailAddressError)
    /// `from` gives another number of addresses than one.
    case senders(Int)
    /// `to` gives no address.
    case noRecipient
    /// A header cannot be called so.
    case header(MailHeaderError)

    /// One line that names the part.
    public var description: String {
        switch self {
        case .template(let part, let error): "execute '\(part)' template: \(error)"
        case .address(let part, let error): "parse '\(part)' addresses: \(error)"
        case .senders(let count): "must be exactly one 'from' address (got: \(count))"
        case .noRecipient: "'to' holds no address"
        case .header(let error): error.description
        }
    }
}

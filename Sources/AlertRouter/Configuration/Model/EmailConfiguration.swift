public import Transport

/// One element of `email_configs` (reference 1.5), defaults and what `global` gives already in it.
public struct EmailConfiguration: Sendable, Hashable {
    /// Position within the receiver's list.
    public var index = 0
    /// Whether ends of alerts are told.
    public var sendResolved = false
    /// Template of an address list, never empty.
    public var to: String
    /// Template of one address, never empty.
    public var from: String
    /// The mail server.
    public var smarthost: HostPort
    /// What to call ourselves.
    public var hello = "localhost"
    /// The user; empty does not authenticate.
    public var authUsername = ""
    /// For PLAIN and LOGIN. A file is read at every notification, relative to the working directory, as all files here are.
    public var authPassword: TextSource?
    /// For CRAM-MD5.
    public var authSecret: TextSource?
    /// For PLAIN.
    public var authIdentity = ""
    /// Whether a connection without TLS is refused.
    public var requireTLS = true
    /// Certificates and versions.
    public var tls = TLSOptions()
    /// TLS from the first byte; nil decides by the port.
    public var forceImplicitTLS: Bool?
    /// `headers`, sorted by name.
    public var headers: [Header] = []
    /// Template of the HTML part, escaped as such; empty sends none.
    public var html = #"{{ template "email.default.html" . }}"#
    /// Template of the plain part; empty sends none.
    public var text = ""
    /// Whether a group's messages refer to each other; nil if not.
    public var threading: Threading?

    /// The header fields that are templates: the configured ones, and those that every message has.
    public var messageHeaders: [Header] {
        let standard = [
            Header(name: "Subject", value: Self.defaultSubject), Header(name: "To", value: to), Header(name: "From", value: from),
        ]
        let missing = standard.filter { field in !headers.contains { $0.name == field.name } }
        return (headers + missing).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// `Subject` where `headers` has none.
    static let defaultSubject = #"{{ template "email.default.subject" . }}"#

    /// A header field of its own.
    public struct Header: Sendable, Hashable {
        /// In canonical form, such as `X-Priority`; unique.
        public var name: String
        /// Template of the value.
        public var value: String
    }

    /// How a group's messages refer to each other.
    public struct Threading: Sendable, Hashable {
        /// When a new thread begins.
        public var threadByDate: ThreadByDate
    }

    /// When a group's messages begin a new thread.
    public enum ThreadByDate: String, Sendable, Hashable, CaseIterable {
        /// Never.
        case none
        /// Every day.
        case daily
    }
}

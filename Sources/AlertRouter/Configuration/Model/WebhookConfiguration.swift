public import ClientConfiguration
public import JSON
public import Time
public import Transport

/// One element of `webhook_configs` (reference 1.5), with the global `http_config` already in it.
public struct WebhookConfiguration: Sendable, Hashable {
    /// Position within the receiver's list.
    public var index = 0
    /// Where messages go. A file is read at every notification, relative to the working directory.
    public var url: TextSource
    /// Whether ends of alerts are told.
    public var sendResolved = true
    /// At most this many alerts a message; 0 is all.
    public var maxAlerts: UInt64 = 0
    /// Limit of one attempt; zero is none.
    public var timeout = TimeSpan.zero
    /// Replaces the usual body (reference 9.1).
    public var payload: JSONValue?
    /// The receiver's own `http_config`, or the global one.
    public var http = HTTPConfiguration()

    /// What the transport needs to send to it.
    public var clientOptions: HTTPClientOptions { http.clientOptions }
}

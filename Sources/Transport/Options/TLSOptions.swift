/// `tls_config` (reference 1.7). Files are read at every request, so a renewed certificate is used without a reload.
public struct TLSOptions: Sendable, Hashable {
    /// Certificate authorities in PEM form instead of the system's.
    public var ca: TextSource?
    /// The client's certificate chain in PEM form; comes with `key`.
    public var cert: TextSource?
    /// The client's private key in PEM form.
    public var key: TextSource?
    /// The name to ask for and to verify instead of the URL's host.
    public var serverName: String?
    /// Accept any certificate.
    public var insecureSkipVerify: Bool
    /// The oldest version to speak.
    public var minVersion: TLSVersion
    /// The newest version to speak; nil is the newest that the library knows.
    public var maxVersion: TLSVersion?

    /// Makes options; the defaults are those of an absent `tls_config`.
    public init(
        ca: TextSource? = nil,
        cert: TextSource? = nil,
        key: TextSource? = nil,
        serverName: String? = nil,
        insecureSkipVerify: Bool = false,
        minVersion: TLSVersion = .tls12,
        maxVersion: TLSVersion? = nil
    ) {
        self.ca = ca
        self.cert = cert
        self.key = key
        self.serverName = serverName
        self.insecureSkipVerify = insecureSkipVerify
        self.minVersion = minVersion
        self.maxVersion = maxVersion
    }
}

/// A version of TLS, under the name that the configuration uses.
public enum TLSVersion: String, Sendable, Hashable, Comparable, CaseIterable {
    /// TLS 1.0.
    case tls10 = "TLS10"
    /// TLS 1.1.
    case tls11 = "TLS11"
    /// TLS 1.2.
    case tls12 = "TLS12"
    /// TLS 1.3.
    case tls13 = "TLS13"

    /// Older versions sort first.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}

import ClientConfiguration
import Transport

/// A text that an integration needs and that may be in a file: an address that is a secret, a password, a certificate.
struct ConfiguredSecret: Hashable {
    /// What it is for.
    enum Use: Hashable {
        /// The address to send to.
        case address
        /// What shows that we may.
        case credential
        /// PEM.
        case certificate
    }

    var use: Use
    /// Its key in the configuration.
    var key: String
    var source: TextSource

    /// Where a person finds it: the file, or the key.
    var place: String {
        switch source {
        case .inline: key
        case .file(let path): path
        }
    }
}

extension IntegrationConfiguration {
    /// Every text of the integration that may be in a file.
    var secrets: [ConfiguredSecret] {
        switch self {
        case .webhook(let webhook):
            return [ConfiguredSecret(use: .address, key: "url", source: webhook.url)] + webhook.http.options.secrets
                + webhook.http.headerFiles
        case .slack(let slack):
            let target =
                switch slack.target {
                case .webhook(let source): ConfiguredSecret(use: .address, key: "api_url", source: source)
                case .app(let token, _): ConfiguredSecret(use: .credential, key: "app_token", source: token)
                }
            return [target] + slack.http.options.secrets + slack.http.headerFiles
        case .email(let email):
            guard !email.authUsername.isEmpty else { return email.tls.secrets }
            return [("auth_password", email.authPassword), ("auth_secret", email.authSecret)].compactMap { key, source in
                source.map { ConfiguredSecret(use: .credential, key: key, source: $0) }
            } + email.tls.secrets
        }
    }
}

extension HTTPClientOptions {
    fileprivate var secrets: [ConfiguredSecret] {
        let credentials = [
            ("basic_auth.username", basicAuth?.username), ("basic_auth.password", basicAuth?.password),
            ("authorization.credentials", authorization?.credentials), ("oauth2.client_secret", oauth2?.clientSecret),
        ]
        return credentials.compactMap { key, source in
            source.map { ConfiguredSecret(use: .credential, key: "http_config.\(key)", source: $0) }
        } + tls.secrets + (oauth2?.tls.secrets ?? [])
    }
}

extension HTTPConfiguration {
    fileprivate var headerFiles: [ConfiguredSecret] {
        headers.flatMap { header in
            header.files.map { ConfiguredSecret(use: .credential, key: "http_headers.\(header.name)", source: .file($0)) }
        }
    }
}

extension TLSOptions {
    fileprivate var secrets: [ConfiguredSecret] {
        [("ca", ca), ("cert", cert), ("key", key)].compactMap { key, source in
            source.map { ConfiguredSecret(use: .certificate, key: "tls_config.\(key)", source: $0) }
        }
    }
}

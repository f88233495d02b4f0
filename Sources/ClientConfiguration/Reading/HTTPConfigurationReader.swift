import Labels
public import StrictYAML
public import Transport

/// Reads the HTTP client's block: `http_config` and `tls_config` in one product's file, keys among others in that of the other.
///
/// What is wrong goes to the decoder, and reading goes on.
public struct HTTPConfigurationReader {
    private let decoder: YAMLDecoder
    private let joined: (String) -> String

    /// A reader.
    ///
    /// - Parameters:
    ///   - decoder: Who hears what is wrong.
    ///   - join: Joins the path of a file to the configuration's directory.
    public init(decoder: YAMLDecoder, join: @escaping (String) -> String = { $0 }) {
        self.decoder = decoder
        joined = join
    }

    /// Reads the block's keys out of a mapping, which may have others.
    public func read(_ fields: YAMLMapping) -> HTTPConfiguration {
        var result = HTTPConfiguration()
        result.options.basicAuth = fields.mapping("basic_auth", as: "basic_auth") { fields in
            BasicAuth(
                username: fields.source("username", file: "username_file", in: "basic_auth", path: joined),
                password: fields.source("password", file: "password_file", in: "basic_auth", path: joined))
        }
        result.options.authorization = authorization(
            fields, hasBasicAuth: result.options.basicAuth != nil)
        result.options.oauth2 = fields["oauth2"].flatMap(oauth2)
        if result.options.oauth2 != nil,
            result.options.basicAuth != nil || result.options.authorization != nil
        {
            fields.fail("oauth2", "at most one of basic_auth, oauth2 & authorization must be configured")
        }
        result.options.tls = tls(fields["tls_config"])
        result.options.proxy = proxy(fields)
        result.options.followRedirects = fields.bool("follow_redirects", default: true)
        result.options.http2 = fields.bool("enable_http2", default: true)
        result.headers = headers(fields)
        return result
    }

    /// `authorization` and its older spellings, folded into one.
    private func authorization(_ fields: YAMLMapping, hasBasicAuth: Bool) -> Authorization? {
        let bearer = fields.source("bearer_token", file: "bearer_token_file", path: joined)
        let authorization = fields.mapping("authorization", as: "authorization") { fields in
            let type = Self.trimmed(fields.string("type") ?? "")
            if type.lowercased() == "basic" {
                fields.fail("type", "authorization type cannot be set to \"basic\", use \"basic_auth\" instead")
            }
            return Authorization(
                type: type.isEmpty ? "Bearer" : type,
                credentials: fields.source("credentials", file: "credentials_file", in: "authorization", path: joined))
        }
        let bearerKey = fields.isSet("bearer_token") ? "bearer_token" : "bearer_token_file"
        if bearer != nil, authorization != nil {
            fields.fail(bearerKey, "authorization is not compatible with bearer_token & bearer_token_file")
        } else if bearer != nil, hasBasicAuth || fields.isSet("oauth2") {
            fields.fail(bearerKey, "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured")
        } else if authorization != nil, hasBasicAuth {
            fields.fail("authorization", "at most one of basic_auth, oauth2 & authorization must be configured")
        }
        return authorization ?? bearer.map { Authorization(credentials: $0) }
    }

    // MARK: - oauth2

    private func oauth2(_ element: YAMLElement) -> OAuth2Options? {
        element.mapping(as: "oauth2") { fields in
            let clientID = fields.string("client_id") ?? ""
            if clientID.isEmpty { fields.fail("client_id", "oauth2 client_id must be configured") }
            let tokenURL = fields.string("token_url") ?? ""
            if tokenURL.isEmpty { fields.fail("token_url", "oauth2 token_url must be configured") }
            checkGrant(fields, in: element)
            return OAuth2Options(
                clientID: clientID,
                clientSecret: fields.source("client_secret", file: "client_secret_file", in: "oauth2", path: joined),
                scopes: fields.strings("scopes") ?? [],
                tokenURL: tokenURL,
                endpointParameters: (fields["endpoint_params"]?.sortedEntries() ?? []).compactMap { key, _, value in
                    OAuth2Options.Parameter(name: key, value: value.string() ?? "")
                },
                tls: tls(fields["tls_config"]),
                proxy: proxy(fields))
        }
    }

    /// The other grant needs a signature, which the transport does not make; its keys are refused with it.
    private func checkGrant(_ fields: YAMLMapping, in element: YAMLElement) {
        switch fields.string("grant_type") ?? "" {
        case "", "client_credentials": break
        case "urn:ietf:params:oauth:grant-type:jwt-bearer": fields.fail("grant_type", "oauth2 grant_type jwt-bearer: not in this version")
        default: fields.fail("grant_type", "oauth2 grant_type must be client_credentials or urn:ietf:params:oauth:grant-type:jwt-bearer")
        }
        fields.ignore(
            "client_certificate_key", "client_certificate_key_file", "client_certificate_key_id", "signature_algorithm", "iss", "audience",
            "claims")
        for key in [
            "client_certificate_key", "client_certificate_key_file", "client_certificate_key_id",
        ] { element.refuse(key) }
    }

    // MARK: - Proxies and headers

    private func proxy(_ fields: YAMLMapping) -> ProxyOptions {
        let url = fields["proxy_url"]?.parsed { text throws(WebURL.Fault) in
            text.isEmpty ? "" : try WebURL(text, mask: text.contains("@") ? "xxxxx" : nil).text
        }.flatMap { $0.isEmpty ? nil : $0 }
        let noProxy = fields.string("no_proxy") ?? ""
        let fromEnvironment = fields.bool("proxy_from_environment") ?? false
        let connectHeaders = (fields["proxy_connect_header"]?.sortedEntries() ?? []).map { name, _, values in
            CustomHeader(name: name, values: (values.strings() ?? []).map { .inline($0) })
        }
        let hasURL = fields.isSet("proxy_url")
        if fromEnvironment, hasURL {
            fields.fail("proxy_from_environment", "if proxy_from_environment is configured, proxy_url must not be configured")
        }
        if fromEnvironment, !noProxy.isEmpty {
            fields.fail("proxy_from_environment", "if proxy_from_environment is configured, no_proxy must not be configured")
        } else if !noProxy.isEmpty, !hasURL {
            fields.fail("no_proxy", "if no_proxy is configured, proxy_url must also be configured")
        }
        if !connectHeaders.isEmpty, !hasURL, !fromEnvironment {
            fields.fail(
                "proxy_connect_header", "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured"
            )
        }
        return ProxyOptions(url: url, noProxy: noProxy, fromEnvironment: fromEnvironment, connectHeaders: connectHeaders)
    }

    private func headers(_ fields: YAMLMapping) -> [HTTPConfiguration.Header] {
        (fields["http_headers"]?.sortedEntries() ?? []).compactMap { name, position, value in
            if HTTPConfiguration.reservedHeaders.contains(name.lowercased()) {
                decoder.report("setting header \(GoQuote.quote(name)) is not allowed", at: position)
            }
            return value.mapping(as: "header") { fields in
                HTTPConfiguration.Header(
                    name: name, values: fields.strings("values") ?? [], secrets: fields.strings("secrets") ?? [],
                    files: (fields.strings("files") ?? []).map(joined))
            }
        }
    }

    // MARK: - tls_config

    /// Reads `tls_config`; the defaults if it is absent.
    public func tls(_ element: YAMLElement?) -> TLSOptions {
        element?.mapping(as: "tls_config") { fields in
            var tls = TLSOptions()
            tls.ca = fields.source("ca", file: "ca_file", path: joined)
            tls.cert = fields.source("cert", file: "cert_file", path: joined)
            tls.key = fields.source("key", file: "key_file", path: joined)
            if tls.cert != nil, tls.key == nil {
                fields.fail(
                    fields.isSet("cert") ? "cert" : "cert_file",
                    "exactly one of key or key_file must be configured when a client certificate is configured")
            } else if tls.key != nil, tls.cert == nil {
                fields.fail(
                    fields.isSet("key") ? "key" : "key_file",
                    "exactly one of cert or cert_file must be configured when a client key is configured")
            }
            tls.serverName = fields.string("server_name").flatMap { $0.isEmpty ? nil : $0 }
            tls.insecureSkipVerify = fields.bool("insecure_skip_verify") ?? false
            tls.minVersion = tlsVersion(fields, "min_version") ?? tls.minVersion
            tls.maxVersion = tlsVersion(fields, "max_version")
            if let newest = tls.maxVersion, newest < tls.minVersion {
                fields.fail(
                    "max_version",
                    "tls_config.max_version must be greater than or equal to tls_config.min_version, which is \(tls.minVersion.rawValue)")
            }
            return tls
        } ?? TLSOptions()
    }

    private func tlsVersion(_ fields: YAMLMapping, _ key: String) -> TLSVersion? {
        guard let text = fields.string(key) else { return nil }
        let version = TLSVersion(rawValue: text)
        if version == nil { fields.fail(key, "unknown TLS version: \(text)") }
        return version
    }

    // MARK: - Texts

    private static func trimmed(_ text: String) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension HTTPConfiguration {
    /// Fields that the program sets itself, in lower case.
    static let reservedHeaders: Set<String> = [
        "authorization", "host", "content-encoding", "content-length", "content-type", "user-agent", "connection", "keep-alive",
        "proxy-authenticate", "proxy-authorization", "www-authenticate", "accept-encoding", "x-prometheus-remote-write-version",
        "x-prometheus-remote-read-version", "x-prometheus-scrape-timeout-seconds", "x-amz-date", "x-amz-security-token",
        "x-amz-content-sha256",
    ]
}

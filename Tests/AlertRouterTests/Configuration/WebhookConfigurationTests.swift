import AlertRouter
import JSON
import Testing
import Time
import Transport

@Suite("Webhooks are read with everything that sending needs")
struct WebhookConfigurationTests {
    private func webhooks(_ items: String, global: String = "", directory: String? = nil) throws -> [WebhookConfiguration] {
        let yaml = "global: {\(global)}\nroute: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs:\n\(items)\n"
        return try AlertmanagerConfiguration.parse(yaml, file: "f", baseDirectory: directory).receivers[0].webhooks
    }

    private func options(_ flow: String, directory: String? = nil) throws -> HTTPClientOptions {
        try #require(try webhooks("  - {url: 'http://a', http_config: {\(flow)}}", directory: directory).first).clientOptions
    }

    @Test("a URL alone takes the defaults")
    func defaults() throws {
        let webhook = try #require(try webhooks("  - url: HTTP://User:pw@Host:9/x?y=z#f").first)
        #expect(webhook.url == .inline("http://User:pw@Host:9/x?y=z#f"))
        #expect(webhook.sendResolved)
        #expect(webhook.maxAlerts == 0)
        #expect(webhook.timeout == .zero)
        #expect(webhook.payload == nil)
        #expect(webhook.clientOptions == HTTPClientOptions())
    }

    @Test("every key is read")
    func everything() throws {
        let webhook = try #require(
            try webhooks(
                "  - {url_file: hooks/url, send_resolved: no, max_alerts: 5, timeout: 1m30.5s, payload: {a: [1, yes, ~, 1.5, '2', x]}}"
            ).first)
        #expect(webhook.url == .file("hooks/url"))
        #expect(!webhook.sendResolved)
        #expect(webhook.maxAlerts == 5)
        #expect(webhook.timeout == .milliseconds(90_500))
        #expect(webhook.payload == ["a": [1, true, nil, .number(try #require(JSONNumber(1.5))), "2", "x"]])
    }

    @Test(
        "max_alerts is cut to a whole number, and what no count reaches is no limit",
        arguments: [("1.5", 1), ("1e3", 1000), ("-0.5", 0), ("-1e30", 0), ("18446744073709551615", 0), ("~", 0)] as [(String, UInt64)])
    func maxAlerts(_ text: String, _ count: UInt64) throws {
        #expect(try webhooks("  - {url: 'http://a', max_alerts: \(text)}").first?.maxAlerts == count)
    }

    @Test("a switch without a value is off, an absent one is as by default")
    func emptySwitches() throws {
        let webhooks = try webhooks(
            "  - {url: 'http://a'}\n  - {url: 'http://a', send_resolved: , http_config: {follow_redirects: ~, enable_http2: NULL}}")
        #expect(webhooks.map(\.sendResolved) == [true, false])
        #expect(webhooks.map(\.clientOptions.followRedirects) == [true, false])
        #expect(webhooks.map(\.clientOptions.http2) == [true, false])
    }

    @Test("payload keys that are no strings are left out, and null is no payload")
    func payloadKeys() throws {
        let webhooks = try webhooks("  - {url: 'http://a', payload: {1: x, z: {yes: 1}, 'yes': 2}}\n  - {url: 'http://a', payload: null}")
        #expect(webhooks[0].payload == ["z": [:], "yes": 2])
        #expect(webhooks[1].payload == nil)
    }

    @Test("the mask of a shown configuration is taken for a URL")
    func mask() throws {
        #expect(try webhooks("  - url: <secret>").first?.url == .inline("<secret>"))
    }

    @Test("the global http_config is inherited whole or not at all")
    func globalHTTP() throws {
        let webhooks = try webhooks(
            "  - {url: 'http://a'}\n  - {url: 'http://a', http_config: {enable_http2: false}}\n  - {url: 'http://a', http_config: {}}",
            global: "http_config: {basic_auth: {username: u, password: p}, follow_redirects: false}")
        #expect(webhooks[0].clientOptions.basicAuth == BasicAuth(username: .inline("u"), password: .inline("p")))
        #expect(!webhooks[0].clientOptions.followRedirects)
        #expect(webhooks[1].clientOptions == HTTPClientOptions(http2: false))
        #expect(webhooks[2].clientOptions == HTTPClientOptions())
    }

    @Test("authorization defaults to Bearer, and bearer_token is an older way to say it")
    func authorization() throws {
        #expect(try options("authorization: {credentials: c}").authorization == Authorization(credentials: .inline("c")))
        #expect(
            try options("authorization: {type: ' Foo ', credentials_file: /c}").authorization
                == Authorization(type: "Foo", credentials: .file("/c")))
        #expect(try options("bearer_token: c").authorization == Authorization(type: "Bearer", credentials: .inline("c")))
        #expect(try options("bearer_token_file: /c").authorization == Authorization(credentials: .file("/c")))
        #expect(try options("basic_auth: {}").basicAuth == BasicAuth(username: nil, password: nil))
        #expect(try options("basic_auth: null, authorization: null, oauth2: null, tls_config: null") == HTTPClientOptions())
    }

    @Test("oauth2 is read with its own TLS and proxy")
    func oauth2() throws {
        let oauth2 = try options(
            """
            oauth2: {client_id: i, client_secret: s, scopes: [a, b], token_url: 'http://t', endpoint_params: {z: 1, a: b},
              tls_config: {insecure_skip_verify: true}, proxy_url: 'http://p'}
            """
        ).oauth2
        #expect(
            oauth2
                == OAuth2Options(
                    clientID: "i", clientSecret: .inline("s"), scopes: ["a", "b"], tokenURL: "http://t",
                    endpointParameters: [.init(name: "a", value: "b"), .init(name: "z", value: "1")],
                    tls: TLSOptions(insecureSkipVerify: true),
                    proxy: ProxyOptions(url: "http://p")))
    }

    @Test("TLS keys are read")
    func tls() throws {
        #expect(
            try options(
                "tls_config: {ca: A, cert_file: /c, key: K, server_name: n, insecure_skip_verify: yes, min_version: TLS10, max_version: TLS13}"
            ).tls
                == TLSOptions(
                    ca: .inline("A"), cert: .file("/c"), key: .inline("K"), serverName: "n", insecureSkipVerify: true, minVersion: .tls10,
                    maxVersion: .tls13))
        #expect(try options("tls_config: {}").tls == TLSOptions())
    }

    @Test("proxies are read")
    func proxies() throws {
        let proxy = try options("proxy_url: 'http://me:pw@p:1', no_proxy: 'a,b', proxy_connect_header: {X: [v, w]}").proxy
        #expect(proxy.url == "http://me:pw@p:1")
        #expect(proxy.noProxy == "a,b")
        #expect(proxy.connectHeaders == [CustomHeader(name: "X", values: [.inline("v"), .inline("w")])])
        #expect(try options("proxy_from_environment: true").proxy.fromEnvironment)
        #expect(try options("proxy_url: ''").proxy == ProxyOptions())
    }

    @Test("headers are read in the order of their names, values before secrets before files")
    func headers() throws {
        #expect(
            try options("http_headers: {X-B: {files: [/f], secrets: [s], values: [v]}, X-A: {values: [w]}}").headers == [
                CustomHeader(name: "X-A", values: [.inline("w")]),
                CustomHeader(name: "X-B", values: [.inline("v"), .inline("s"), .file("/f")]),
            ])
    }

    @Test("files of http_config are relative to the configuration's directory, url_file is not")
    func relativePaths() throws {
        let webhook = try #require(
            try webhooks(
                """
                  - url_file: url
                    http_config:
                      basic_auth: {username_file: u, password_file: ../p}
                      tls_config: {ca_file: /abs/ca, cert_file: ./c//d, key_file: k}
                      http_headers: {X: {files: [h]}}
                """, directory: "/etc/am"
            ).first)
        let options = webhook.clientOptions
        #expect(webhook.url == .file("url"))
        #expect(options.basicAuth == BasicAuth(username: .file("/etc/am/u"), password: .file("/etc/p")))
        #expect(options.tls == TLSOptions(ca: .file("/abs/ca"), cert: .file("/etc/am/c/d"), key: .file("/etc/am/k")))
        #expect(options.headers == [CustomHeader(name: "X", values: [.file("/etc/am/h")])])
        #expect(try self.options("bearer_token_file: t", directory: ".").authorization == Authorization(credentials: .file("t")))
        #expect(
            try self.options("oauth2: {client_id: i, token_url: x, client_secret_file: s}", directory: "../up").oauth2?.clientSecret
                == .file("../up/s"))
    }

    @Test("files of the mail server's settings stay relative to the working directory")
    func globalPaths() throws {
        let yaml = """
            global: {smtp_tls_config: {ca_file: ca}, smtp_auth_password_file: p, http_config: {tls_config: {ca_file: ca}}}
            route: {receiver: a}
            receivers: [{name: a}]
            """
        let global = try AlertmanagerConfiguration.parse(yaml, file: "f", baseDirectory: "/etc/am").global
        #expect(global.smtp.tls.ca == .file("ca"))
        #expect(global.smtp.authPassword == .file("p"))
        #expect(global.http.clientOptions.tls.ca == .file("/etc/am/ca"))
    }

    @Test("printing a webhook shows no secret")
    func printing() throws {
        let webhook = try #require(
            try webhooks("  - {url: 'http://hunter2', http_config: {basic_auth: {password: hunter3}}}").first)
        let text = "\(webhook) \(String(reflecting: webhook))"
        #expect(!text.contains("hunter2") && !text.contains("hunter3"))
    }
}

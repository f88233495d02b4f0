extension BadConfiguration {
    /// Faults of `receivers`.
    static let receivers: [BadConfiguration] = [
        .receivers("[{name: a}, {}]", "2:24: missing name in receiver"),
        .receivers("[{name: a}, {name: a}]", #"2:31: notification config name "a" is not unique"#),
        .receivers("[{name: a}, null]", "2:24: missing name in receiver"),
        .receivers("{name: a}", "2:12: expected a list, found a mapping"),
        .receivers("[{name: a, foo: 1}]", "2:23: field foo not found in type receiver"),
        .receivers("[{name: a}, b]", #"2:24: expected a mapping, found the string "b""#),
        .receivers("[{name: a, labels: {name: b}}]", #"2:38: label "name" of receiver "a" must be the receiver's name"#),
        .receivers("[{name: a, labels: [x]}]", "2:31: expected a mapping, found a list"),
        .receivers("[{name: a, webhook_configs: [null]}]", "2:41: empty element in webhook_configs"),
        .receivers("[{name: a, webhook_configs: {url: x}}]", "2:40: expected a list, found a mapping"),
        .webhook("", "5:5: one of url or url_file must be configured"),
        .webhook("url: 'http://a', url_file: b", "5:33: at most one of url & url_file must be configured"),
        .webhook("foo: 1, url: 'http://a'", "5:6: field foo not found in type webhook_config"),
        .webhook("url: foo", #"5:11: unsupported scheme "" for URL"#),
        .webhook("url: ''", #"5:11: unsupported scheme "" for URL"#),
        .webhook("url: 'ftp://foo'", #"5:11: unsupported scheme "ftp" for URL"#),
        .webhook("url: 'http://'", "5:11: missing host for URL"),
        .webhook("url: 'http://a b'", #"5:11: parse "<secret>": invalid character "<secret>" in host name"#),
        .webhook("url: 'http://[::1'", #"5:11: parse "<secret>": missing ']' in host"#),
        .webhook("url: 'http://me:pass/word@host'", #"5:11: parse "<secret>": invalid port "<secret>" after host"#),
        .webhook("url: 'http://a/%zz'", #"5:11: parse "<secret>": invalid URL escape "<secret>""#),
        .webhook(#"url: "http://a\x7f""#, #"5:11: parse "<secret>": net/url: invalid control character in URL"#),
        .webhook("url: ':foo'", #"5:11: parse "<secret>": missing protocol scheme"#),
        .webhook(
            "url: 'http://hunter2/{{ .x }}'", "5:11: webhook url: the template cannot be rendered at line 1, column 19 (text not shown)"),
        .webhook("url: 'http://hunter2/{{'", "5:11: webhook url: the template cannot be parsed at line 1 (text not shown)"),
        .webhook(
            "url: 'http://a', payload: {a: [{b: '{{ .x }}'}], '{{ c }}': 1}",
            #"5:41: webhook payload: template: :1:3: executing "" at <.x>: can't evaluate field x in type *template.Data"#,
            #"5:55: webhook payload: template: :1: function "c" not defined"#),
        .webhook("url: 'http://a', payload: '{{ .x'", #"5:32: webhook payload: template: :1: unclosed action"#),
        .webhook("url: 'http://a', payload: {a: .inf}", "5:36: JSON has no number .inf; put it in quotes"),
        .webhook("url: 'http://a', max_alerts: -1", "5:35: expected an integer of at least 0, found -1"),
        .webhook("url: 'http://a', max_alerts: x", #"5:35: expected an integer, found the string "x""#),
        .webhook("url: 'http://a', max_alerts: '5'", #"5:35: expected an integer, found the string "5"; write it without quotes"#),
        .webhook("url: 'http://a', max_alerts: .nan", "5:35: expected an integer of at least 0, found .nan"),
        .webhook(
            "url: 'http://a', send_resolved: 'true'",
            #"5:38: expected true or false, found the string "true"; write it without quotes"#),
        .webhook("url: 'http://a', timeout: 1d", #"5:32: time: unknown unit "d" in duration "1d""#),
        .webhook("url: 'http://a', timeout: 5", #"5:32: time: missing unit in duration "5""#),
        .receivers(
            "[{name: a, pagerduty_configs: [{foo: 1}], sns_configs: [{to: x}]}]",
            "2:23: pagerduty_configs: not in this version",
            "2:54: sns_configs: not in this version"),
        .receivers("[{name: a, slack_configs: [null]}]", "2:39: empty element in slack_configs"),
        .receivers("[{name: a, email_configs: [null]}]", "2:39: empty element in email_configs"),
        .receivers("[{name: a, email_configs: {to: x}}]", "2:38: expected a list, found a mapping"),
    ]

    /// Faults of `http_config`.
    static let httpConfig: [BadConfiguration] = [
        .http("foo: 1", "6:19: field foo not found in type http_config"),
        .http("basic_auth: {foo: 1}", "6:32: field foo not found in type basic_auth"),
        .http("authorization: {foo: 1}", "6:35: field foo not found in type authorization"),
        .http("oauth2: {client_id: a, token_url: 'http://t', foo: 1}", "6:65: field foo not found in type oauth2"),
        .http("tls_config: {foo: 1}", "6:32: field foo not found in type tls_config"),
        .http(
            "basic_auth: {username: a}, authorization: {credentials: a}",
            "6:61: at most one of basic_auth, oauth2 & authorization must be configured"),
        .http(
            "basic_auth: {username: a}, bearer_token: a",
            "6:60: at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured"),
        .http("bearer_token_file: a, bearer_token: a", "6:38: at most one of bearer_token & bearer_token_file must be configured"),
        .http(
            "authorization: {credentials: x}, bearer_token: a",
            "6:66: authorization is not compatible with bearer_token & bearer_token_file"),
        .http(
            "basic_auth: {username: a, password: b, password_file: c}",
            "6:73: at most one of basic_auth password & password_file must be configured"),
        .http(
            "basic_auth: {username: a, username_file: b}",
            "6:60: at most one of basic_auth username & username_file must be configured"),
        .http(
            "authorization: {credentials: x, credentials_file: a}",
            "6:69: at most one of authorization credentials & credentials_file must be configured"),
        .http(
            "authorization: {type: ' BASIC ', credentials: x}",
            #"6:41: authorization type cannot be set to "basic", use "basic_auth" instead"#),
        .http("oauth2: {}", "6:27: oauth2 client_id must be configured", "6:27: oauth2 token_url must be configured"),
        .http("oauth2: {client_id: a}", "6:27: oauth2 token_url must be configured"),
        .http(
            "oauth2: {client_id: a, token_url: 'http://x', client_secret: a, client_secret_file: b}",
            "6:103: at most one of oauth2 client_secret & client_secret_file must be configured"),
        .http(
            "oauth2: {client_id: a, token_url: 'http://x'}, basic_auth: {username: a}",
            "6:27: at most one of basic_auth, oauth2 & authorization must be configured"),
        .http(
            "oauth2: {client_id: a, token_url: 'http://x'}, authorization: {credentials: a}",
            "6:27: at most one of basic_auth, oauth2 & authorization must be configured"),
        .http(
            "oauth2: {client_id: a, token_url: 'http://x', grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', client_certificate_key: k}",
            "6:77: oauth2 grant_type jwt-bearer: not in this version",
            "6:124: client_certificate_key: not in this version"),
        .http(
            "oauth2: {client_id: a, token_url: 'http://x', grant_type: password}",
            "6:77: oauth2 grant_type must be client_credentials or urn:ietf:params:oauth:grant-type:jwt-bearer"),
        .http("proxy_url: ':foo'", #"6:30: parse ":foo": missing protocol scheme"#),
        .http("proxy_url: 'http://me:pw@h:x'", #"6:30: parse "xxxxx": invalid port "xxxxx" after host"#),
        .http("no_proxy: foo", "6:29: if no_proxy is configured, proxy_url must also be configured"),
        .http(
            "proxy_from_environment: true, proxy_url: 'http://a', no_proxy: x",
            "6:43: if proxy_from_environment is configured, proxy_url must not be configured",
            "6:43: if proxy_from_environment is configured, no_proxy must not be configured"),
        .http(
            "proxy_connect_header: {a: [b]}",
            "6:41: if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured"),
        .http("proxy_connect_header: {a: b}, proxy_url: 'http://a'", #"6:45: expected a list, found the string "b""#),
        .http(
            "http_headers: {Authorization: {values: [x]}, x-amz-date: {values: [y]}}",
            #"6:34: setting header "Authorization" is not allowed"#,
            #"6:64: setting header "x-amz-date" is not allowed"#),
        .http("http_headers: {X: {value: [x]}}", "6:38: field value not found in type header; did you mean values?"),
        .http("http_headers: {X: x}", #"6:37: expected a mapping, found the string "x""#),
        .http("tls_config: {ca: a, ca_file: b}", "6:48: at most one of ca & ca_file must be configured"),
        .http(
            "tls_config: {cert_file: b}",
            "6:43: exactly one of key or key_file must be configured when a client certificate is configured"),
        .http("tls_config: {key: b}", "6:37: exactly one of cert or cert_file must be configured when a client key is configured"),
        .http("tls_config: {min_version: foo}", "6:45: unknown TLS version: foo"),
        .http(
            "tls_config: {min_version: TLS13, max_version: TLS12}",
            "6:65: tls_config.max_version must be greater than or equal to tls_config.min_version, which is TLS13"),
        .http(
            "tls_config: {max_version: TLS11}",
            "6:45: tls_config.max_version must be greater than or equal to tls_config.min_version, which is TLS12"),
        .http("tls_config: {cert: a, cert_file: b, key_file: c}", "6:52: at most one of cert & cert_file must be configured"),
    ]
}

import Testing

/// An integration that must be taken. Alertmanager 0.25 takes those whose keys it knows too.
struct GoodReceiver: Sendable, CustomTestStringConvertible {
    let yaml: String

    var testDescription: String { yaml.split(separator: "\n").last.map(String.init) ?? yaml }

    private static func one(_ kind: String, _ flow: String, _ global: String) -> Self {
        Self(yaml: "global: {\(global)}\nroute: {receiver: a}\nreceivers:\n- name: a\n  \(kind)_configs:\n  - {\(flow)}\n")
    }

    static func slack(_ flow: String, global: String = "") -> Self { one("slack", flow, global) }
    static func email(_ flow: String, global: String = "") -> Self { one("email", flow, global) }
}

extension GoodReceiver {
    static let slack: [GoodReceiver] = [
        .slack(#"api_url: "http://x""#),
        .slack(#"api_url: "<secret>""#),
        .slack("api_url_file: f"),
        .slack("", global: #"slack_api_url: "http://x""#),
        .slack("", global: "slack_api_url_file: x"),
        .slack("api_url_file: y", global: #"slack_api_url: "http://x""#),
        .slack(#"api_url: "http://x""#, global: "slack_api_url_file: x"),
        .slack(#"api_url: "http://x", channel: 5"#),
        .slack(#"api_url: "http://x", title: ~"#),
        .slack(#"api_url: "http://x", title: "{{ .Status }}""#),
        .slack(#"api_url: "http://x", link_names: yes"#),
        .slack(#"api_url: "http://x", mrkdwn_in: [text]"#),
        .slack(#"api_url: "http://x", fields: [{title: a, value: b}]"#),
        .slack(#"api_url: "http://x", fields: [{title: a, value: b, short: yes}]"#),
        .slack(#"api_url: "http://x", fields: []"#),
        .slack(#"api_url: "http://x", actions: [{type: b, text: c, url: u}]"#),
        .slack(#"api_url: "http://x", actions: [{type: b, text: c, name: n}]"#),
        .slack(#"api_url: "http://x", actions: [{type: b, text: c, name: n, confirm: {text: t}}]"#),
        .slack(#"api_url: "http://x", actions: [{type: b, text: c, name: n, confirm: null}]"#),
        .slack(#"api_url: "http://x", http_config: {authorization: {credentials: x}}"#),
        .slack("http_config: {authorization: {credentials: x}}", global: #"slack_api_url: "http://x""#),
        .slack("app_token: t"),
        .slack("app_token_file: t"),
        .slack(#"app_token: t, app_url: "http://a/""#),
        .slack(#"api_url: "http://x", app_url: "http://a/""#),
        .slack("", global: "slack_app_token: t"),
        .slack(#"api_url: "http://x""#, global: "slack_app_token: t"),
        .slack(#"http_config: {authorization: {credentials: x}}, api_url: "http://x""#, global: "slack_app_token: t"),
        .slack("app_token: t, http_config: {}"),
        .slack("", global: #"slack_app_token: t, slack_api_url: "https://slack.com/api/chat.postMessage""#),
        .slack(#"api_url: "https://slack.com/api/chat.postMessage", update_message: true"#),
        .slack("app_token: t, update_message: true"),
        .slack(#"api_url: "<secret>", update_message: true"#),
        .slack(#"api_url: "http://x", message_text: "{{ .Status }}", timeout: 1m30s"#),
    ]

    static let email: [GoodReceiver] = [
        .email(#"to: a@b, from: f@b, smarthost: "h:25""#),
        .email("to: a@b", global: #"smtp_smarthost: "h:25", smtp_from: f"#),
        .email(#"to: a@b, from: "", smarthost: """#, global: #"smtp_smarthost: "h:25", smtp_from: f"#),
        .email(#"to: a@b, from: f, smarthost: ":25""#),
        .email(#"to: a@b, from: f, smarthost: "[::1]:25""#),
        .email(#"to: a@b, from: f, smarthost: "h:smtp""#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", headers: {x-foo: a, x-bar: b}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", headers: {"a b": a, "A b": b}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", headers: {a: null}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", headers: {a: 5}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", headers: {"é": x}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", require_tls: no"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", tls_config: {insecure_skip_verify: true}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", tls_config: {ca: a}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", auth_username: u, auth_password: p, auth_identity: i, auth_secret: s"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", auth_password_file: f"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", html: ~, text: """#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", hello: """#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", send_resolved: yes"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", force_implicit_tls: yes"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", threading: {enabled: true, thread_by_date: daily}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", threading: {enabled: true, thread_by_date: none}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", threading: {thread_by_date: weekly}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", threading: {}"#),
        .email(#"to: a@b, from: f@b, smarthost: "h:25", headers: {references: x}"#),
    ]
}

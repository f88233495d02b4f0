extension BadConfiguration {
    /// Faults of the file as a whole.
    static let wholeFile: [BadConfiguration] = [
        .file("", "1:1: no route provided in config"),
        .file("  \n# nothing\n", "1:1: no route provided in config"),
        .file("receivers: [{name: a}]\n", "1:1: no route provided in config"),
        .file("foo\n", #"1:1: expected a mapping, found the string "foo""#),
        .file("- a\n", "1:1: expected a mapping, found a list"),
        .route("", "1:1: no route provided in config"),
        .route("[]", "1:8: expected a mapping, found a list"),
        .extra("foo: 1", "3:1: field foo not found in type configuration"),
        .extra("global: {foo: 1}", "3:10: field foo not found in type global"),
        .extra("global: []", "3:9: expected a mapping, found a list"),
        .file(
            "route: {receiver: a}\nroute: {receiver: a}\nreceivers: [{name: a}]\n",
            #"2:1: key "route" is already set at line 1, column 1"#),
        .file("route: [\n", "2:1: did not find expected node content, while parsing a flow node"),
        .file("a: b: c\n", "1:5: mapping values are not allowed in this context"),
        .file("\tfoo: bar\n", "1:1: found a tab; YAML is indented with spaces"),
        .file("route: *x\n", "1:8: unknown anchor: no &x comes before this alias"),
        .extra("tracing: {endpoint: 'x:1'}", "3:1: tracing: not in this version"),
        .extra("templates: ['[']", #"3:13: syntax error in pattern "[""#),
        .extra("templates: ['x[a.tmpl']", #"3:13: syntax error in pattern "x[a.tmpl""#),
        .extra("templates: a.tmpl", #"3:12: expected a list, found the string "a.tmpl""#),
        .extra("templates: ['a[]b']", #"3:13: syntax error in pattern "a[]b""#),
        .extra(#"templates: ['a\']"#, #"3:13: syntax error in pattern "a\\""#),
        .file(
            "route: {receiver: a, foo: 1, group_wait: x}\nreceivers: [{name: a, bar: 1}, {name: a}]\nzzz: 1\nglobal: {qq: 1, resolve_timeout: 1}\n",
            "1:22: field foo not found in type route",
            #"1:42: not a valid duration string: "x""#,
            "2:23: field bar not found in type receiver",
            #"2:39: notification config name "a" is not unique"#,
            "3:1: field zzz not found in type configuration",
            "4:10: field qq not found in type global",
            #"4:34: not a valid duration string: "1""#),
    ]

    /// Faults of `global`.
    static let global: [BadConfiguration] = [
        .global("smtp_smarthost: foo", "3:26: address foo: missing port in address"),
        .global("smtp_smarthost: 'foo:'", #"3:26: address "foo:": port cannot be empty"#),
        .global("smtp_smarthost: 'a:b:c'", "3:26: address a:b:c: too many colons in address"),
        .global("smtp_smarthost: '::1:25'", "3:26: address ::1:25: too many colons in address"),
        .global("smtp_smarthost: '[::1:25'", "3:26: address [::1:25: missing ']' in address"),
        .global("smtp_smarthost: '[::1]25'", "3:26: address [::1]25: missing port in address"),
        .global("smtp_smarthost: '[::1]'", "3:26: address [::1]: missing port in address"),
        .global("smtp_smarthost: '[::1]:2:5'", "3:26: address [::1]:2:5: too many colons in address"),
        .global("smtp_smarthost: 'a]:25'", "3:26: address a]:25: unexpected ']' in address"),
        .global("smtp_require_tls: maybe", #"3:28: expected true or false, found the string "maybe""#),
        .global("smtp_force_implicit_tls: 'true'", #"3:35: expected true or false, found the string "true"; write it without quotes"#),
        .global(
            "smtp_tls_config: {cert_file: a}",
            "3:39: exactly one of key or key_file must be configured when a client certificate is configured"),
        .global(
            "smtp_auth_password: a, smtp_auth_password_file: b",
            "3:58: at most one of smtp_auth_password & smtp_auth_password_file must be configured"),
        .global(
            "smtp_auth_secret: a, smtp_auth_secret_file: b",
            "3:54: at most one of smtp_auth_secret & smtp_auth_secret_file must be configured"),
        .global(
            "slack_api_url: 'http://a', slack_api_url_file: b",
            "3:57: at most one of slack_api_url & slack_api_url_file must be configured"),
        .global("slack_api_url: foo", #"3:25: unsupported scheme "" for URL"#),
        .global(
            "slack_app_token: a, slack_app_token_file: b",
            "3:52: at most one of slack_app_token & slack_app_token_file must be configured"),
        .global(
            "slack_app_token: a, slack_api_url: 'http://a'",
            "3:27: at most one of slack_app_token & slack_api_url must be configured, unless slack_api_url equals slack_app_url"),
        .global(
            "slack_app_token: a, slack_api_url_file: b",
            "3:27: at most one of slack_app_token & slack_api_url must be configured, unless slack_api_url equals slack_app_url"),
        .global(
            "opsgenie_api_key: a, opsgenie_api_key_file: b",
            "3:54: at most one of opsgenie_api_key & opsgenie_api_key_file must be configured"),
        .global(
            "victorops_api_key: a, victorops_api_key_file: b",
            "3:56: at most one of victorops_api_key & victorops_api_key_file must be configured"),
        .global(
            "wechat_api_secret: a, wechat_api_secret_file: b",
            "3:56: at most one of wechat_api_secret & wechat_api_secret_file must be configured"),
        .global(
            "telegram_bot_token: a, telegram_bot_token_file: b",
            "3:58: at most one of telegram_bot_token & telegram_bot_token_file must be configured"),
        .global(
            "rocketchat_token: a, rocketchat_token_file: b",
            "3:54: at most one of rocketchat_token & rocketchat_token_file must be configured"),
        .global(
            "rocketchat_token_id: a, rocketchat_token_id_file: b",
            "3:60: at most one of rocketchat_token_id & rocketchat_token_id_file must be configured"),
        .global(
            "mattermost_webhook_url: 'http://a', mattermost_webhook_url_file: b",
            "3:75: at most one of mattermost_webhook_url & mattermost_webhook_url_file must be configured"),
        .global("opsgenie_api_url: foo", #"3:28: unsupported scheme "" for URL"#),
        .global("opsgenie_api_url: '<secret>'", #"3:28: unsupported scheme "" for URL"#),
        .global("pagerduty_url: ''", #"3:25: unsupported scheme "" for URL"#),
        .global("jira_api_url: 'ftp://a'", #"3:24: unsupported scheme "ftp" for URL"#),
        .global("resolve_timeout: 5", #"3:27: not a valid duration string: "5""#),
        .global("resolve_timeout: [5m]", "3:27: expected a string, found a list"),
        .global("http_config: {foo: 1}", "3:24: field foo not found in type http_config"),
    ]
}

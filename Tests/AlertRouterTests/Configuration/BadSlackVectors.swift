extension BadConfiguration {
    /// Faults of `slack_configs`. Alertmanager 0.25 refuses the same.
    static let slack: [BadConfiguration] = [
        .slack("", "6:5: no global Slack API URL set either inline or in a file, nor a Slack app token"),
        .slack(#"api_url: "foo""#, #"6:15: unsupported scheme "" for URL"#),
        .slack(#"api_url: """#, #"6:15: unsupported scheme "" for URL"#),
        .slack(#"api_url: "ftp://hooks/hunter2""#, #"6:15: unsupported scheme "ftp" for URL"#),
        .slack(#"api_url: "http://""#, "6:15: missing host for URL"),
        .slack(#"api_url: "http://u:hunter2@h:x/""#, #"6:15: parse "<secret>": invalid port "<secret>" after host"#),
        .slack(#"api_url: "http://a b/hunter2""#, #"6:15: parse "<secret>": invalid character "<secret>" in host name"#),
        .slack(#"api_url_file: """#, "6:5: no global Slack API URL set either inline or in a file, nor a Slack app token"),
        .slack(#"api_url: "http://x", api_url_file: y"#, "6:41: at most one of api_url & api_url_file must be configured"),
        .slack("", global: #"slack_api_url: "foo""#, #"1:25: unsupported scheme "" for URL"#),
        .slack(
            "", global: #"slack_api_url: "http://x", slack_api_url_file: y"#,
            "1:57: at most one of slack_api_url & slack_api_url_file must be configured"),
        .slack(#"api_url: "http://x", foo: 1"#, "6:27: field foo not found in type slack_config"),
        .slack(#"api_url: "http://x", chanel: x"#, "6:27: field chanel not found in type slack_config; did you mean channel?"),
        .slack(#"api_url: "http://x", channel: [x]"#, "6:36: expected a string, found a list"),
        .slack(#"api_url: "http://x", channel: {a: b}"#, "6:36: expected a string, found a mapping"),
        .slack(
            #"api_url: "http://x", link_names: "true""#,
            #"6:39: expected true or false, found the string "true"; write it without quotes"#),
        .slack(#"api_url: "http://x", short_fields: 1"#, "6:41: expected true or false, found the integer 1"),
        .slack(#"api_url: "http://x", mrkdwn_in: text"#, #"6:38: expected a list, found the string "text""#),
        .slack(#"api_url: "http://x", mrkdwn_in: {}"#, "6:38: expected a list, found a mapping"),
        .slack(#"api_url: "http://x", send_resolved: maybe"#, #"6:42: expected true or false, found the string "maybe""#),
        .slack(#"api_url: "http://x", fields: [{title: a}]"#, "6:36: missing value in Slack field configuration"),
        .slack(#"api_url: "http://x", fields: [{value: a}]"#, "6:36: missing title in Slack field configuration"),
        .slack(
            #"api_url: "http://x", fields: [{}]"#,
            "6:36: missing title in Slack field configuration",
            "6:36: missing value in Slack field configuration"),
        .slack(#"api_url: "http://x", fields: [{title: "", value: b}]"#, "6:44: missing title in Slack field configuration"),
        .slack(#"api_url: "http://x", fields: [{title: a, value: ""}]"#, "6:54: missing value in Slack field configuration"),
        .slack(#"api_url: "http://x", fields: [{title: a, value: b, short: 1}]"#, "6:64: expected true or false, found the integer 1"),
        .slack(#"api_url: "http://x", fields: [{title: a, value: b, long: 1}]"#, "6:57: field long not found in type slack_field"),
        .slack(#"api_url: "http://x", fields: {title: a, value: b}"#, "6:35: expected a list, found a mapping"),
        .slack(#"api_url: "http://x", actions: [{type: b, text: c}]"#, "6:37: missing name or url in Slack action configuration"),
        .slack(#"api_url: "http://x", actions: [{type: b, url: u}]"#, "6:37: missing text in Slack action configuration"),
        .slack(#"api_url: "http://x", actions: [{text: b, url: u}]"#, "6:37: missing type in Slack action configuration"),
        .slack(
            #"api_url: "http://x", actions: [{}]"#,
            "6:37: missing type in Slack action configuration",
            "6:37: missing text in Slack action configuration",
            "6:37: missing name or url in Slack action configuration"),
        .slack(
            #"api_url: "http://x", actions: [{type: b, text: c, name: n, confirm: {}}]"#,
            "6:74: missing text in Slack confirmation configuration"),
        .slack(
            #"api_url: "http://x", actions: [{type: b, text: c, url: u, confirm: {}}]"#,
            "6:73: missing text in Slack confirmation configuration"),
        .slack(
            #"api_url: "http://x", actions: [{type: b, text: c, name: n, confirm: {text: t, ok: x}}]"#,
            "6:84: field ok not found in type slack_confirmation"),
        .slack(#"api_url: "http://x", actions: [{type: b, text: c, name: n, value: [v]}]"#, "6:72: expected a string, found a list"),
        .slack(
            #"api_url: "http://x", http_config: {basic_auth: {username: a}, bearer_token: b}"#,
            "6:82: at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured"),
        .slack(#"api_url: "http://x", http_config: {proxy_url: ":x"}"#, #"6:52: parse ":x": missing protocol scheme"#),
        .slack("app_token: t, app_token_file: u", "6:36: at most one of app_token & app_token_file must be configured"),
        .slack(
            #"api_url: "http://x", app_token: t"#,
            "6:38: at most one of api_url/api_url_file & app_token/app_token_file must be configured"),
        .slack(
            "api_url_file: f, app_token_file: t",
            "6:39: at most one of api_url/api_url_file & app_token/app_token_file must be configured"),
        .slack(#"app_token: t, app_url: "foo""#, #"6:29: unsupported scheme "" for URL"#),
        .slack(
            "http_config: {authorization: {credentials: x}}", global: "slack_app_token: t",
            "6:5: no global Slack API URL set either inline or in a file, nor a Slack app token"),
        .slack(
            "app_token: t, http_config: {authorization: {credentials: x}}",
            "6:33: http_config.authorization must not be configured together with a Slack app token"),
        .slack(
            "app_token: t, http_config: {basic_auth: {username: x}}",
            "6:33: http_config.basic_auth and http_config.oauth2 must not be configured together with a Slack app token"),
        .slack(
            "app_token: t", global: "http_config: {authorization: {credentials: x}}",
            "6:17: http_config.authorization must not be configured together with a Slack app token"),
        .slack(
            "", global: #"slack_app_token: t, slack_api_url: "http://x""#,
            "1:27: at most one of slack_app_token & slack_api_url must be configured, unless slack_api_url equals slack_app_url"),
        .slack(
            #"api_url: "http://x", update_message: true"#,
            "6:43: update_message needs api_url to be https://slack.com/api/chat.postMessage"),
        .slack("api_url_file: f, update_message: true", "6:39: update_message needs api_url to be https://slack.com/api/chat.postMessage"),
        .slack(
            #"app_token: t, app_url: "http://a/", update_message: true"#,
            "6:58: update_message needs api_url to be https://slack.com/api/chat.postMessage"),
        .slack(#"api_url: "http://x", timeout: 1d"#, #"6:36: time: unknown unit "d" in duration "1d""#),
        .slack(#"api_url: "http://x", timeout: 5"#, #"6:36: time: missing unit in duration "5""#),
    ]
}

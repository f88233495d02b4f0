"""Parts of Slack and e-mail receivers for `configurations`: which are taken and which refused (reference 1.3, 1.5)."""
SLACK = "global: {%s}\nroute: {receiver: a}\nreceivers: [{name: a, slack_configs: [%s]}]\n"
EMAIL = "global: {%s}\nroute: {receiver: a}\nreceivers: [{name: a, email_configs: [%s]}]\n"
URL = "api_url: 'http://h/x'"
SMTP = "smtp_smarthost: 'h:25', smtp_from: 'a@b'"
TRIED = [
    SLACK % ("", ""), SLACK % ("", "{}"), SLACK % ("", "null"), SLACK % ("", "{channel: c}"), SLACK % ("slack_api_url: 'http://h'", "{}"), SLACK % ("slack_api_url_file: f", "{}"), SLACK % ("slack_api_url: ''", "{}"),
    SLACK % ("slack_api_url: 'ftp://h'", "{}"), SLACK % ("slack_api_url: x", "{}"), SLACK % ("", "{api_url: ''}"), SLACK % ("", "{api_url: x}"), SLACK % ("", "{api_url: 'http://'}"), SLACK % ("", "{api_url: null}"),
    SLACK % ("", "{api_url_file: f}"), SLACK % ("", "{api_url: 'http://h', api_url_file: f}"), SLACK % ("slack_api_url: 'http://h'", "{api_url_file: f}"), SLACK % ("slack_api_url_file: f", "{api_url: 'http://h'}"),
    *(SLACK % ("", f"{{{URL}, {part}}}") for part in (
        "unknown: 1", "send_resolved: true", "send_resolved: x", "channel: 1", "channel: null", "channel: [c]", "title: ''", "title: '{{ .Status }}'", "text: 1.5", "text: true", "color: '#fff'", "link_names: true", "link_names: 1",
        "short_fields: 'true'", "mrkdwn_in: []", "mrkdwn_in: [a, b]", "mrkdwn_in: a", "mrkdwn_in: null", "mrkdwn_in: [1]", "fields: []", "fields: null", "fields: [{}]", "fields: [null]", "fields: [{title: a}]", "fields: [{value: b}]",
        "fields: [{title: a, value: b}]", "fields: [{title: '', value: b}]", "fields: [{title: a, value: b, short: true}]", "fields: [{title: a, value: b, short: x}]", "fields: [{title: a, value: b, short: null}]",
        "fields: [{title: a, value: b, unknown: 1}]", "fields: {title: a, value: b}", "actions: []", "actions: null", "actions: [{}]", "actions: [null]", "actions: [{type: button}]", "actions: [{type: button, text: t}]",
        "actions: [{type: button, text: t, url: u}]", "actions: [{type: button, text: t, name: n}]", "actions: [{type: button, text: t, name: n, value: v, style: s}]", "actions: [{type: '', text: t, url: u}]",
        "actions: [{type: button, text: '', url: u}]", "actions: [{type: button, text: t, url: u, confirm: {}}]", "actions: [{type: button, text: t, name: n, confirm: {text: x}}]", "actions: [{type: button, text: t, name: n, confirm: {title: x}}]",
        "actions: [{type: button, text: t, name: n, confirm: {text: ''}}]", "actions: [{type: button, text: t, name: n, confirm: {text: x, ok_text: o, dismiss_text: d, title: t}}]",
        "actions: [{type: button, text: t, name: n, confirm: {text: x, unknown: 1}}]", "actions: [{type: button, text: t, url: u, unknown: 1}]", "http_config: {bearer_token: t}", "http_config: {unknown: 1}", "icon_url: x", "image_url: 'x y'",
        "thumb_url: ''", "callback_id: c", "fallback: f", "footer: f", "icon_emoji: ':x:'", "pretext: p", "title_link: l", "username: u")),
    EMAIL % ("", "{}"), EMAIL % ("", "null"), EMAIL % (SMTP, "{}"), EMAIL % (SMTP, "{to: ''}"), EMAIL % (SMTP, "{to: x}"), EMAIL % (SMTP, "{to: null}"), EMAIL % (SMTP, "{to: [a@b]}"), EMAIL % (SMTP, "{to: '{{ .Status }}'}"),
    EMAIL % ("smtp_smarthost: 'h:25'", "{to: a@b}"), EMAIL % ("smtp_from: a@b", "{to: a@b}"), EMAIL % ("", "{to: a@b}"), EMAIL % ("", "{to: a@b, from: c@d}"), EMAIL % ("", "{to: a@b, smarthost: 'h:25'}"),
    EMAIL % ("", "{to: a@b, from: c@d, smarthost: 'h:25'}"), EMAIL % ("", "{to: a@b, from: c@d, smarthost: h}"), EMAIL % ("", "{to: a@b, from: c@d, smarthost: 'h:'}"), EMAIL % ("", "{to: a@b, from: c@d, smarthost: ':25'}"),
    EMAIL % ("", "{to: a@b, from: c@d, smarthost: '[::1]:25'}"), EMAIL % ("", "{to: a@b, from: c@d, smarthost: '::1:25'}"), EMAIL % ("", "{to: a@b, from: c@d, smarthost: ''}"), EMAIL % ("", "{to: a@b, from: c@d, smarthost: 25}"),
    EMAIL % ("", "{to: a@b, from: c@d, smarthost: 'h:smtp'}"), EMAIL % ("", "{to: a@b, from: c@d, smarthost: null}"),
    *(EMAIL % (SMTP, f"{{to: a@b, {part}}}") for part in (
        "unknown: 1", "send_resolved: true", "hello: h", "hello: ''", "auth_username: u", "auth_password: p", "auth_secret: s", "auth_identity: i", "require_tls: true", "require_tls: null", "require_tls: x", "headers: {}", "headers: null",
        "headers: {a: b}", "headers: {a: ''}", "headers: {a: null}", "headers: {a: 1}", "headers: {a: [b]}", "headers: {x-foo: a, X-Foo: b}", "headers: {x-foo: a, X-FOO: b}", "headers: {subject: a, Subject: b}", "headers: {Subject: '{{ .Status }}'}",
        "headers: {1: b}", "headers: [a]", "headers: {'a b': c}", "headers: {'': c}", "html: ''", "text: ''", "html: null", "html: '<p>{{ .Status }}</p>'", "text: '{{ .Status }}'", "tls_config: {}", "tls_config: {insecure_skip_verify: true}",
        "tls_config: {unknown: 1}", "tls_config: {server_name: s}", "from: ''", "from: null", "smarthost: 'x:1'", "auth_username: null", "auth_password: ''", "http_config: {}")),
    *(EMAIL % (f"{SMTP}, {part}", "{to: a@b}") for part in (
        "smtp_hello: h", "smtp_auth_username: u, smtp_auth_password: p", "smtp_auth_identity: i", "smtp_auth_secret: s", "smtp_require_tls: false", "smtp_unknown: 1", "smtp_from: x")),
]

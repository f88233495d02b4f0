"""Receivers of webhooks, Slack and e-mail for `configurations.py`: what is in each field, and chosen ones (reference 1.3, 1.5 to 1.7)."""

ODD = (
    "", "null", "''", "' '", "x", "1", "0", "-1", "1.5", "-1.5", "1e3", "0x10", "1_000", ".nan", ".inf", "true", "'true'", "yes", "2001-01-01", "[]", "[x]", "[null]", "[[x]]", "{}", "{x: y}", "{x: null}", "{null: x}", "[{}]",
    "日本", "'a\nb'", "\"a\\0b\"", "\"a\\x80b\"", "!!str 1", "!!str", "!!binary eA==", "!!binary '!'", "!!int x", "!!int '1'", "!own x", "<secret>", "'{{ .Status }}'", "'{{'", "'{{ .Nope }}'", "'{{ template \"nope\" }}'", "&a x", "*b",
    "|\n  x", "!!timestamp x", "!!timestamp 2001-01-01", "!!float 1", "!!bool yes", "!!null x", "!!map x", "!!seq [x]", "!!set {x}", "!own {x: y}", "!own [x]", "NULL", "Null", "!!binary 'eA='", "!!binary 'e A=='", "!<tag:x> x", "!!str , y: z", "{<<: {x: y}}", "18446744073709551615", "18446744073709551616", "0b11", "0o7", "017", "~", "=", "'x': y", "x # y", "x: y")
URLS = (
    "'http://h'", "'https://h:1/p?q#f'", "'ftp://h'", "'//h'", "'http:h'", "'http://'", "'http:///p'", "'http://h:port'", "'http://h:'", "'http://h:99999'", "'http://[::1]:1'", "'http://[::1'", "'http://h/%zz'", "'http://h%41'", "'http://h/ x'", "'http://h x'",
    "'http://u:p@h'", "'http://u:p@'", "'HTTP://h'", "\"http://h\\n\"", "' http://h'", "'http://h '", "'http://日本/'", "'http://h/{{ .Status }}'", "'{{ .CommonLabels.u }}'", "'http://h\\p'", "'http://h_x'", "'http://?q'", "'http://#f'", "'http://:1'", "'mailto:a@b'",
    "'1http://h'", "'http://h/\x7f'", "'unix:///x'", "'http+x://h'")
TEXTS = ("'{{ .Status | toUpper }}'", "'{{ if }}'", "'}}'", "'{{ nope }}'", "'{{ index .Alerts 9 }}'", "'{{/* x */}}'")
PORTS = ("h:25", "'h:'", "':25'", "':'", "'h:25:26'", "'[::1]:25'", "'::1:25'", "'[::1]'", "'[h]:25'", "'h:smtp'", "'h:99999'", "'h :25'", "' h:25'", "'h:2 5'", "h:-1", "'[::1%eth0]:25'", "'h]:25'", "'日本:25'")
TLS = {
    "ca_file": ("/nosuch",), "cert_file": ("f",), "key_file": ("f",), "server_name": (), "insecure_skip_verify": (), "min_version": ("TLS13", "TLS9", "TLS10", "tls12"), "ca": (), "cert": (), "key": (), "max_version": ("TLS12", "TLS10"),
    "nope": ()}
HTTP = {
    "http_config: %s": (), "http_config: {nope: %s}": (), "http_config: {basic_auth: %s}": ("{username: u, password: p}", "{password: p}", "{password: p, password_file: f}", "{username_file: f}", "{username: u, username_file: f}"),
    "http_config: {basic_auth: {username: %s}}": (), "http_config: {basic_auth: {username: u, password: %s}}": (), "http_config: {basic_auth: {username: u, password_file: %s}}": (),
    "http_config: {authorization: %s}": ("{credentials: c}", "{credentials_file: f}", "{credentials: c, credentials_file: f}", "{type: Own}", "{type: BASIC, credentials: c}"),
    "http_config: {authorization: {type: %s, credentials: c}}": ("Basic", "' basic '", "Bearer"), "http_config: {authorization: {credentials: %s}}": (),
    "http_config: {basic_auth: {username: u}, authorization: %s}": ("{credentials: c}",), "http_config: {basic_auth: {username: u}, bearer_token: %s}": (), "http_config: {authorization: {credentials: c}, bearer_token: %s}": (),
    "http_config: {bearer_token: %s}": (), "http_config: {bearer_token_file: %s}": (), "http_config: {bearer_token: t, bearer_token_file: %s}": (),
    "http_config: {oauth2: %s}": ("{client_id: i}", "{token_url: 'http://t'}", "{client_id: i, token_url: 'http://t'}", "{client_id: i, token_url: 'http://t', client_secret: s, client_secret_file: f}"),
    "http_config: {oauth2: {client_id: %s, token_url: 'http://t', client_secret: s}}": (), "http_config: {oauth2: {client_id: i, token_url: %s, client_secret: s}}": URLS, "http_config: {oauth2: {client_id: i, token_url: 'http://t', client_secret: %s}}": (),
    "http_config: {oauth2: {client_id: i, token_url: 'http://t', client_secret: s, scopes: %s}}": (), "http_config: {oauth2: {client_id: i, token_url: 'http://t', client_secret: s, endpoint_params: %s}}": (),
    "http_config: {oauth2: {client_id: i, token_url: 'http://t', client_secret: s, tls_config: {insecure_skip_verify: %s}}}": (), "http_config: {oauth2: {client_id: i, token_url: 'http://t', client_secret: s, proxy_url: %s}}": URLS,
    "http_config: {follow_redirects: %s}": (), "http_config: {enable_http2: %s}": (), "http_config: {proxy_url: %s}": URLS, "http_config: {proxy_connect_header: %s}": (), "http_config: {proxy_url: 'http://p', proxy_connect_header: %s}": ("{a: [b]}", "{a: b}", "{a: [null]}"),
    "http_config: {no_proxy: %s}": (), "http_config: {proxy_from_environment: %s}": (), "http_config: {http_headers: %s}": ("{A: {values: [b]}}", "{Host: {values: [b]}}", "{A: null}"),
    "http_config: {tls_config: %s}": (), **{f"http_config: {{tls_config: {{{key}: %s}}}}": more for key, more in TLS.items()}, "http_config: {tls_config: {cert_file: f, key_file: %s}}": ()}
WEBHOOK = {
    "url: %s": URLS, "max_alerts: %s": ("1.0", "-0.5", "1e19", "1e20", "-1e30", "9223372036854775808"), "send_resolved: %s": (), "nope: %s": (), "url_file: %s": (), "timeout: %s": ("1s", "1m30s", "1.5h", "500ms", "1d"), "payload: %s": ("{a: '{{ .Status }}'}", "{a: '{{'}"), **HTTP}
SLACK = {
    "api_url: %s": URLS, "api_url_file: %s": ("f",), "api_url: 'http://h', api_url_file: %s": ("f",), "send_resolved: %s": (), "nope: %s": (),
    **{f"{key}: %s": TEXTS for key in (
        "channel", "username", "color", "title", "title_link", "pretext", "text", "footer", "fallback", "callback_id", "icon_emoji", "icon_url", "image_url", "thumb_url", "message_text")},
    "link_names: %s": (), "short_fields: %s": (), "mrkdwn_in: %s": ("[a, b]", "[1, true]"), "timeout: %s": ("1s",), "update_message: %s": (), "app_token: %s": (), "app_token_file: %s": (), "app_url: %s": URLS,
    "fields: %s": ("[{title: t, value: v}]", "[{title: t, value: v}, null]", "[null, null]", "{title: t, value: v}", "[{title: t}]", "[{value: v}]"),
    "fields: [{title: %s, value: v}]": TEXTS, "fields: [{title: t, value: %s}]": TEXTS, "fields: [{title: t, value: v, short: %s}]": (), "fields: [{title: t, value: v, nope: %s}]": (), "fields: [null, {title: t, value: %s}]": (),
    "actions: %s": ("[{type: button, text: t, url: u}]", "[{type: button, text: t, url: u}, null]", "[{type: button, text: t}]", "[{type: button, text: t, name: n}]"),
    "actions: [{type: %s, text: t, url: u}]": TEXTS, "actions: [{type: button, text: %s, url: u}]": TEXTS, "actions: [{type: button, text: t, url: %s}]": TEXTS, "actions: [{type: button, text: t, name: %s}]": TEXTS, "actions: [{type: button, text: t, name: n, value: %s}]": TEXTS,
    "actions: [{type: button, text: t, name: n, style: %s}]": TEXTS, "actions: [{type: button, text: t, url: u, nope: %s}]": (), "actions: [{type: button, text: t, name: n, confirm: %s}]": ("{text: x}", "{title: x}"),
    "actions: [{type: button, text: t, url: u, confirm: %s}]": ("{title: x}",), "actions: [{type: button, text: t, name: n, confirm: {text: %s}}]": TEXTS, "actions: [{type: button, text: t, name: n, confirm: {text: x, title: %s}}]": (),
    "actions: [{type: button, text: t, name: n, confirm: {text: x, ok_text: %s}}]": (), "actions: [{type: button, text: t, name: n, confirm: {text: x, dismiss_text: %s}}]": (), "actions: [{type: button, text: t, name: n, confirm: {text: x, nope: %s}}]": (),
    "http_config: %s": (), "http_config: {bearer_token: %s}": (), "http_config: {tls_config: {cert_file: %s}}": ()}
NAMES = (
    "X-Foo", "x-foo", "subject", "''", "'a b'", "'a:b'", "'a:'", "':'", "' a'", "'a '", "日本", "\"a\\nb\"", "\"a\\r\\nBcc: c@d\"", "\"a\\tb\"", "\"a\\0\"", "\"a\\x7f\"", "1", "null", "true", "1.5", "Date", "Message-Id", "Content-Type", "MIME-Version", "References",
    "In-Reply-To", "Content-Transfer-Encoding", "X" * 100, "X" * 101, "X" * 998, "X" * 2000, "[a]", "{a: b}", "'(a)'", "'a@b'", "~", "<<")
EMAIL = {
    "to: %s": ("a@b", "'a@b, c@d'", "'A <a@b>'", "'<'", *TEXTS), "from: %s": ("a@b", "'a@b, c@d'", *TEXTS), "smarthost: %s": PORTS, "hello: %s": TEXTS, "auth_username: %s": (), "auth_password: %s": (), "auth_password_file: %s": ("f",),
    "auth_password: p, auth_password_file: %s": ("f",), "auth_password_file: f, auth_password: %s": ("p",), "auth_secret: %s": (), "auth_secret_file: %s": ("f",), "auth_secret: s, auth_secret_file: %s": ("f",), "auth_identity: %s": (), "send_resolved: %s": (), "require_tls: %s": (),
    "nope: %s": (), "http_config: %s": (), "headers: %s": ("{a: b}", "[a]", "{x-foo: a, X-Foo: b}", "{a: b, a: c}", "{'': a, null: b}", "{'a b': a, 'A b': b}", "{'a b': a, 'a  b': b}"), "headers: {a: %s}": TEXTS, "headers: {Subject: %s}": TEXTS, "headers: {To: %s}": ("'<'",), "headers: {From: %s}": (),
    "headers: {%s: v}": NAMES, "headers: {Subject: s, %s: v}": NAMES, "html: %s": (*TEXTS, "'<a href={{ .Status }}>'", "'<a '", "'<script>{{ .Status }}</script>'", "'<style>{{ .Status }}</style>'", "'<b>'"), "text: %s": TEXTS, "threading: %s": ("{enabled: true, thread_by_date: daily}",),
    "force_implicit_tls: %s": (), "tls_config: %s": (), **{f"tls_config: {{{key}: %s}}": more for key, more in TLS.items()}, "tls_config: {cert_file: f, key_file: %s}": (), "tls_config: {key_file: f, cert_file: %s}": (), "require_tls: false, tls_config: {cert_file: %s}": ("f",)}
GLOBAL = {
    **{f"{key}: %s": () for key in ("smtp_from", "smtp_hello", "smtp_auth_username", "smtp_auth_password", "smtp_auth_password_file", "smtp_auth_secret", "smtp_auth_identity", "smtp_require_tls", "slack_api_url_file", "resolve_timeout", "nope", "smtp_auth_secret_file",
                                    "smtp_tls_config", "smtp_force_implicit_tls", "slack_app_token")},
    "smtp_smarthost: %s": PORTS, "slack_api_url: %s": URLS, "slack_app_url: %s": URLS, "smtp_auth_password: p, smtp_auth_password_file: %s": ("f",), "slack_api_url: 'http://h', slack_api_url_file: %s": ("f",), "http_config: %s": (), "http_config: {proxy_url: %s}": ()}


class Kind:
    """A sort of receiver: its fields with the values they are tried with, and what a good one needs besides."""

    def __init__(self, name, fields, needs, text):
        self.name, self.needs, self.text = name, needs, text
        self.fields = {field: list(dict.fromkeys((*more, *ODD))) for field, more in fields.items()}

    def configuration(self, values):
        """A configuration with these fields; what it needs besides is there unless it is one of them."""
        parts = [field % value for field, value in values.items()]
        keys = {part.partition(":")[0] for part in parts}
        parts += [part for part in self.needs if part.partition(":")[0] not in keys]
        return self.text % ", ".join(parts)


RECEIVER = "global: {smtp_smarthost: 'h:25', smtp_from: a@b}\nroute: {receiver: a}\nreceivers: [{name: a, KIND_configs: [{%s}]}]\n"
KINDS = [
    Kind("webhook", WEBHOOK, ["url: 'http://h'"], RECEIVER.replace("KIND", "webhook")), Kind("slack", SLACK, ["api_url: 'http://h'"], RECEIVER.replace("KIND", "slack")), Kind("email", EMAIL, ["to: a@b"], RECEIVER.replace("KIND", "email")),
    Kind("global", GLOBAL, ["smtp_smarthost: 'h:25'", "smtp_from: a@b", "slack_api_url: 'http://h'"], "global: {%s}\nroute: {receiver: a}\nreceivers: [{name: a, slack_configs: [{}], email_configs: [{to: a@b}], webhook_configs: [{url: 'http://h'}]}]\n"),
]

# Receivers that are not a good one with some field changed.
WHOLE = "global: {%s}\nroute: {receiver: a}\nreceivers: [%s]\n"
SMTP = "smtp_smarthost: 'h:25', smtp_from: a@b"
TRIED = [
    *(WHOLE % ("", f"{{name: a, {kind}_configs: {value}}}") for kind in ("webhook", "slack", "email") for value in (*ODD, "[{}, null]")),
    *(WHOLE % (values, "{name: a, slack_configs: [{%s}]}" % fields) for values, fields in (
        ("", ""), ("", "channel: c"), ("slack_api_url: 'http://h'", ""), ("slack_api_url_file: f", ""), ("slack_api_url: ''", ""), ("", "api_url: ''"), ("", "api_url: null"), ("", "api_url_file: f"), ("slack_api_url: 'http://h'", "api_url_file: f"),
        ("slack_api_url_file: f", "api_url: 'http://h'"), ("", "api_url: null, api_url_file: f"), ("", "api_url: '', api_url_file: f"), ("", "api_url: 'http://h', api_url_file: ''"), ("", "api_url_file: ''"), ("slack_api_url: null", ""))),
    *(WHOLE % (values, "{name: a, email_configs: [{%s}]}" % fields) for values, fields in (
        ("", ""), (SMTP, ""), ("smtp_smarthost: 'h:25'", "to: a@b"), ("smtp_from: a@b", "to: a@b"), ("", "to: a@b"), ("", "to: a@b, from: c@d"), ("", "to: a@b, smarthost: 'h:25'"), ("", "to: a@b, from: c@d, smarthost: 'h:25'"),
        ("smtp_smarthost: ''", "to: a@b, from: c@d"), (SMTP, "to: a@b, smarthost: ''"), (SMTP, "to: a@b, from: ''"), (SMTP, "to: a@b, from: null, smarthost: null"), (SMTP + ", smtp_auth_password: p", "to: a@b, auth_password_file: f"),
        (SMTP + ", smtp_auth_password_file: f", "to: a@b, auth_password: p"), (SMTP, "to: [a@b]"), (SMTP + ", smtp_require_tls: false", "to: a@b, require_tls: null"), (SMTP + ", smtp_hello: ''", "to: a@b"), ("smtp_smarthost: h", "to: a@b, smarthost: 'h:1', from: c@d"))),
    *(WHOLE % ("", part) for part in (
        "{name: a}, {name: b, webhook_configs: [{}]}", "{name: a}, {name: b, slack_configs: [{}]}", "{name: a}, {name: b, email_configs: [{to: x}]}", "{name: a, slack_configs: [], slack_configs: []}", "{name: a, webhook_configs: [{url: 'http://h', url: 'http://h'}]}",
        "{name: a, webhook_configs: [{url: 'http://h'}, {url: 'http://h'}]}", "{name: a, nope_configs: []}", "{name: a, webhook_configs: [{<<: {url: 'http://h'}}]}", "{name: a, webhook_configs: [&w {url: 'http://h'}, *w]}", "{name: a, Webhook_configs: []}",
        "{name: a, webhook_configs: [{url: 'http://h', http_config: &c {bearer_token: t}}, {url: 'http://h', http_config: *c}]}", "{name: a, webhook_configs: [{url: 'http://h', 1: 2}]}", "{name: a, webhook_configs: [{url: 'http://h', ? [x] : 2}]}")),
    *(WHOLE % ("", "{name: a, webhook_configs: [{url: 'http://h'}]}") + rest for rest in ("---\n", "---\nroute: {receiver: b}\n", "...\n", "---\n{{{\n", "...\n---\nx: [\n", "---\n---\n", "--- x\n", "... # x\n", "...\nx\n", "%YAML 1.1\n---\nx\n", "---\n\x01\n")),
]

"""What monitor_files.py tries: files that lie beside the configurations, places for fields, odd values of every field, and whole configurations."""

ODD = ["null", "~", "''", "0", "1", "-1", "1.5", "true", "x", "[]", "{}", "[a]", "{a: b}"]
TEXT = ODD + ["'a b'", '"\\n"', "é"]
BOOL = ["null", "true", "false", "yes", "off", "y", "1", "''", "'true'", "x", "[]", "{}"]
DURATION = ["null", "''", "0", "0s", "5s", "1m", "10m", "1h30m", "1d", "1w2d", "1y", "30m1h", "5", "-5s", "1.5s", "1 m", "500ms", "x", "[]", "{}", "true", "300y"]
COUNT = ["null", "''", "0", "1", "-1", "1.5", "1e3", "0x10", "010", "1_000", "18446744073709551615", "18446744073709551616", "x", "'5'", "[]", "true"]
SIZE = ["null", "''", "0", "1", "1B", "1KB", "1kB", "1KiB", "10MB", "1.5MB", ".5KB", "1GB1MB", "-1MB", "+1MB", "1..5MB", "1XB", "KB", "99EB", "[]", "x"]
LIST = ["null", "[]", "x", "''", "{}", "[null]", "[[]]", "[x]", "[{}]", "[1]"]
MAP = ["null", "{}", "[]", "x", "''", "{a: b}", "{a: null}", "{a: 1}", "{a: true}", "{a: [b]}", "{'': b}", "{null: b}", "{a: {}}"]
URL = ["null", "''", "1", "[]"] + [f"'{url}'" for url in (
    "http://h", "https://h:1/p?q#f", "http://u:p@h", "ftp://h", "h:1", "/p", "http://", "http://a b", "http://h:x", "http://[::1]:9", "http://[::1", "http://h/%zz")]
FILE = ["null", "''", "rules.yml", "token", "missing", "dir", "./token", "1", "[]"]
LABELS = ["[a]", "[a, b]", "a", "[]", "null", "[null]", "['']", "[1a]", "[a-b]", "[__name__]", "[1]", "[[a]]", "{a: b}"]

# Files that lie where the configurations are.
FILES = {
    "rules.yml": "groups: [{name: g, rules: [{record: r, expr: up}]}]\n",
    "bad-rules.yml": "groups: [{name: g, rules: [{record: r, expr: 'up('}]}]\n",
    "token": "secret\n",
    "good.json": '[{"targets": ["a:1"], "labels": {"x": "y"}}]',
    "good.yml": "- targets: [a:1]\n  labels: {x: y}\n",
    "empty.yml": "",
    "empty.json": "[]",
    "nothing.json": "",
    "null.json": "null",
    "null-group.yml": "- null\n",
    "odd-key.yml": "- target: [a]\n",
    "odd-key.json": '[{"target": ["a"]}]',
    "odd-case.json": '[{"Targets": ["a"]}]',
    "no-list.yml": "targets: [a]\n",
    "no-list.json": '{"targets": ["a"]}',
    "number.json": '[{"targets": [1]}]',
    "number.yml": "- targets: [1]\n",
    "bad-label.yml": "- targets: [a]\n  labels: {'': x}\n",
    "bad-label.json": '[{"targets": ["a"], "labels": {"": "x"}}]',
    "slash.yml": "- targets: ['http://a']\n",
    "no-address.yml": "- targets: ['']\n",
    "two.yml": "- targets: [a]\n---\n- targets: [b]\n",
    "broken.json": '[{"targets": ["a"',
}

PLACES = {
    "global": "global: {%s}\n",
    "top": "%s\n",
    "job": "scrape_configs: [{job_name: j, %s}]\n",
    "short job": "global: {scrape_interval: 5s}\nscrape_configs: [{job_name: j, %s}]\n",
    "relabel": "scrape_configs: [{job_name: j, relabel_configs: [{target_label: t, %s}]}]\n",
    "step": "scrape_configs: [{job_name: j, metric_relabel_configs: [{%s}]}]\n",
    "group": "scrape_configs: [{job_name: j, static_configs: [{%s}]}]\n",
    "relabelled group": "scrape_configs: [{job_name: j, relabel_configs: [{target_label: __address__, replacement: a}], static_configs: [{%s}]}]\n",
    "file list": "scrape_configs: [{job_name: j, file_sd_configs: [{%s}]}]\n",
    "HTTP list": "scrape_configs: [{job_name: j, http_sd_configs: [{url: 'http://h', %s}]}]\n",
    "HTTP list alone": "scrape_configs: [{job_name: j, http_sd_configs: [{%s}]}]\n",
    "client": "scrape_configs: [{job_name: j, %s}]\n",
    "basic auth": "scrape_configs: [{job_name: j, basic_auth: {%s}}]\n",
    "authorization": "scrape_configs: [{job_name: j, authorization: {%s}}]\n",
    "TLS": "scrape_configs: [{job_name: j, tls_config: {%s}}]\n",
    "alerting": "alerting: {%s}\n",
    "alertmanager": "alerting: {alertmanagers: [{%s}]}\n",
    "alertmanager's group": "alerting: {alertmanagers: [{static_configs: [{%s}]}]}\n",
}

RELABEL = {
    "source_labels": LABELS,
    "separator": TEXT,
    "regex": TEXT + ["(", "a(b", "'[a'", "'a*+'", "'(?i)a'", "'(?=a)'", "'\\Ca'", "'.{1001}'"],
    "modulus": COUNT,
    "replacement": TEXT + ["$1", "'${1}'", "'$a-b'", "'a$'"],
    "action": TEXT + ["replace", "keep", "drop", "hashmod", "labelmap", "labeldrop", "labelkeep", "lowercase", "uppercase", "keepequal", "dropequal", "KEEP", "Replace"],
}

FIELDS = {
    "global": {
        "scrape_interval": DURATION, "scrape_timeout": DURATION, "evaluation_interval": DURATION, "query_log_file": TEXT,
        "external_labels": MAP + ["{__name__: x}", "{a-b: x}", "{1a: x}", "{a: $HOME}", "{a: '$$'}", "{é: x}"],
        "sample_limit": ["5"], "rule_query_offset": ["5s"], "odd": ["1"],
    },
    "top": {
        "global": ["null", "{}", "[]", "x", "''", "{odd: 1}"],
        "rule_files": LIST + ["[rules.yml]", "[missing.yml]", "['*.none']", "['*/rules.yml']", "['a*b*.yml']", "['[.yml']", "['rule?.yml']", "[bad-rules.yml]", "['rules.y*']", "[dir]"],
        "scrape_configs": LIST + ["[{job_name: a}, {job_name: b}]", "[{job_name: a}, {job_name: a}]", "[{job_name: null}]"],
        "alerting": ["null", "{}", "[]", "x"],
        "remote_write": ["null", "[]", "[{url: 'http://h'}]", "[{}]", "[null]"],
        "remote_read": ["null", "[]", "[{url: 'http://h'}]"],
        "storage": ["null", "{}", "{tsdb: {out_of_order_time_window: 5m}}"],
        "tracing": ["null", "{endpoint: 'h:1'}"],
        "rule_file": ["[]"], "scrape_config_files": ["[]"], "otlp": ["{}"], "runtime": ["{}"],
    },
    "job": {
        "scrape_interval": DURATION, "scrape_timeout": DURATION, "metrics_path": TEXT, "scheme": TEXT + ["https", "HTTP"], "honor_labels": BOOL, "honor_timestamps": BOOL,
        "params": MAP + ["{a: []}", "{a: [1, null]}", "{a: [[b]]}"], "sample_limit": COUNT, "target_limit": COUNT, "label_limit": COUNT, "label_name_length_limit": COUNT,
        "label_value_length_limit": COUNT, "body_size_limit": SIZE, "static_configs": LIST + ["[{targets: [a]}]", "[{targets: [a]}, {targets: [a]}]"], "file_sd_configs": LIST,
        "http_sd_configs": LIST, "relabel_configs": LIST, "metric_relabel_configs": LIST, "enable_compression": ["true"], "scrape_protocols": ["[PrometheusText0.0.4]"],
        "kubernetes_sd_configs": ["null", "[]", "[{role: node}]"], "dns_sd_configs": ["[]", "[{names: [a]}]"], "odd": ["1"],
    },
    "short job": {"scrape_timeout": DURATION, "scrape_interval": DURATION},
    "relabel": RELABEL,
    "step": RELABEL | {"target_label": TEXT + ["a_b", "a-b", "1a", "$1", "'${1}'", "'a${b}c'", "'a$'", "'${'", "'$1a'"]},
    "group": {"targets": LIST + ["[a:1]", "['a:1', 'a:1']", "['http://a']", "['']", "[a/b]", "['[::1]:9']"], "labels": MAP + ["{a-b: c}", "{__address__: x}", "{__scrape_interval__: x}"], "odd": ["1"]},
    "relabelled group": {"targets": ["['http://a']", "['']", "[a]"]},
    "file list": {
        "files": LIST + [f"[{name}]" for name in FILES] + ["[missing.json]", "[missing.yml]", "['*.none']", "['good.*']", "['g*.json']", "['*/a.yml']", "['a*b*.yml']", "[A.JSON]", "[a.Json]", "['*.json']"],
        "refresh_interval": DURATION,
    },
    "HTTP list": {"refresh_interval": DURATION, "basic_auth": ["null", "{}", "{username: u, password: p}"], "odd": ["1"]},
    "HTTP list alone": {"url": URL},
    "client": {
        "basic_auth": ["null", "{}", "[]", "x"], "authorization": ["null", "{}", "[]", "x"], "oauth2": ["null", "{}", "{client_id: a, client_secret: b, token_url: 'http://h'}", "{client_id: a}", "[]"],
        "bearer_token": TEXT, "bearer_token_file": FILE, "tls_config": ["null", "{}", "[]", "x", "{odd: 1}"], "proxy_url": URL, "follow_redirects": BOOL, "enable_http2": BOOL,
        "no_proxy": ["a"], "proxy_from_environment": ["true"], "http_headers": ["{X-A: {values: [b]}}"],
    },
    "basic auth": {"username": TEXT, "password": TEXT, "password_file": FILE, "odd": ["1"]},
    "authorization": {"type": TEXT + ["Basic", "basic", "' BASIC '", "Bearer"], "credentials": TEXT, "credentials_file": FILE, "odd": ["1"]},
    "TLS": {"ca_file": FILE, "cert_file": FILE, "key_file": FILE, "server_name": TEXT, "insecure_skip_verify": BOOL, "min_version": TEXT + ["TLS10", "TLS12", "TLS13", "TLS14"]},
    "alerting": {"alert_relabel_configs": LIST + ["[{target_label: a}]"], "alertmanagers": LIST + ["[{static_configs: [{targets: [a]}]}]"], "odd": ["1"]},
    "alertmanager": {
        "scheme": TEXT, "path_prefix": TEXT + ["/", "/a/", "a//b"], "timeout": DURATION, "api_version": TEXT + ["v1", "v2", "v3"], "relabel_configs": LIST, "file_sd_configs": LIST + ["[{files: [good.json]}]"],
        "static_configs": LIST, "basic_auth": ["null", "{username: u}"], "odd": ["1"], "alert_relabel_configs": ["[]"],
    },
    "alertmanager's group": {"targets": LIST + ["['a:1']", "['http://a']", "['']"], "labels": MAP},
}

BASE = "global: {scrape_interval: 15s, external_labels: {a: b}}\nrule_files: [rules.yml]\nalerting: {alertmanagers: [{static_configs: [{targets: ['a:9093']}]}]}\n"
WRITTEN = [
    "", "# nothing\n", "---\n", "{}\n", "[]\n", "x\n", "null\n", BASE, BASE + "scrape_configs: [{job_name: j, static_configs: [{targets: ['a:1'], labels: {x: y}}]}]\n", BASE + "global: {}\n",
    "global: {scrape_interval: 5s, scrape_interval: 6s}\n", "a: [\n", "\tglobal: {}\n", "global:\n  scrape_interval: 5s\n scrape_timeout: 1s\n", "global: &g {scrape_interval: 5s}\nglobal2: *g\n",
    "scrape_configs: [{job_name: a, honor_labels: true, honor_labels: false}]\n", "global: {}\n---\nodd: 1\n", "global: {external_labels: {a: x, a: y}}\n",
    "scrape_configs: [{job_name: a, basic_auth: {username: u}, bearer_token: t}]\n", "scrape_configs: [{job_name: a, basic_auth: {username: u}, authorization: {credentials: t}}]\n",
    "scrape_configs: [{job_name: a, bearer_token: t, bearer_token_file: token}]\n", "scrape_configs: [{job_name: a, authorization: {credentials: t, credentials_file: token}}]\n",
    "scrape_configs: [{job_name: a, basic_auth: {username: u, password: p, password_file: token}}]\n", "scrape_configs: [{job_name: a, tls_config: {cert_file: token, key_file: token}}]\n",
    "scrape_configs: [{job_name: a, tls_config: {min_version: TLS13, max_version: TLS12}}]\n", "scrape_configs: [{job_name: a, scrape_interval: 5s, scrape_timeout: 6s}]\n",
    "scrape_configs: [{job_name: a, authorization: {credentials: t}, bearer_token: u}]\n", "scrape_configs: [{job_name: a, proxy_url: 'http://p', no_proxy: a}]\n",
]

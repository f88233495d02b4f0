"""Which configurations are taken and which refused: chosen ones and damaged ones (reference 1). Only the verdicts are compared. Receivers have a piece of their own."""
import pathlib
import random
import re
import subprocess

from play import PEERS, Answer
from scenarios.status import CONFIGURATION

SEED = 20261122
SMALL = "route: {receiver: a%s}\nreceivers: [{name: a}, {name: b}]\n%s"
TRIED = [
    "", " ", "\n", "---\n", "# nothing\n", "{}", "[]", "x", "null", "route:\n", "route: {}\nreceivers: []\n", "route: {receiver: a}\n", "route: {receiver: a}\nreceivers: []\n",
    "route: {receiver: a}\nreceivers: [{name: b}]\n", "receivers: [{name: a}]\n", SMALL % ("", ""), SMALL % ("", "unknown: 1\n"), SMALL % ("", "route: {receiver: b}\n"),
    SMALL % (", unknown: 1", ""), SMALL % (", receiver: b", ""), SMALL % ("", "global:\n"), SMALL % ("", "global: {}\n"), SMALL % ("", "global: {resolve_timeout: 0}\n"),
    *(SMALL % ("", f"global: {{resolve_timeout: {value}}}\n") for value in ("5m", "1h30m", "1d", "5", "-5m", "1.5h", "''", "5M", "1m1h", "300y", "1w2d", "5 m", "1ms", "null", "[1m]", "true", "0s", "00s", "1h1h")),
    *(SMALL % (f", {key}: {value}", "") for key in ("group_wait", "group_interval", "repeat_interval") for value in ("0s", "0", "1s", "x", "null")),
    *(SMALL % (f", group_by: {value}", "") for value in ("[]", "[a]", "[a, a]", "['...']", "['...', a]", "a", "[1]", "[null]", "['']", "['a b']", "[0a]", "{}", "null", "[[a]]")),
    SMALL % (", match: {a: b}", ""), SMALL % (", matchers: [a=b]", ""), SMALL % (", matchers: []", ""), SMALL % (", match_re: {a: b}", ""), SMALL % (", continue: true", ""), SMALL % (", continue: false", ""),
    SMALL % (", mute_time_intervals: [x]", ""), SMALL % (", active_time_intervals: [x]", ""), SMALL % (", routes: []", ""), SMALL % (", routes: null", ""), SMALL % (", routes: [null]", ""), SMALL % (", routes: [{}]", ""),
    *(SMALL % (f", routes: [{{{value}}}]", "") for value in (
        "receiver: b", "receiver: c", "receiver: ''", "match: {a: b}", "match: {'0': b}", "match: {a: 1}", "match: {a: null}", "match: {a: [b]}", "match_re: {a: '('}", "match_re: {a: null}", "match_re: {a: ''}", "matchers: a=b",
        "matchers: [a]", "matchers: ['a=~(']", "matchers: ['a=b,c=d']", "matchers: ['{a=b}']", "matchers: ['a=']", "matchers: ['']", "matchers: [null]", "matchers: [1]", "matchers: ['0=1']", "continue: yes", "continue: 1", "continue: 'true'",
        "continue: null", "mute_time_intervals: [x]", "routes: [{receiver: c}]", "routes: {receiver: b}", "group_by: []", "group_by: null", "group_interval: 0s", "repeat_interval: 0s", "group_wait: 0s")),
    *(f"route: {{receiver: a}}\nreceivers: {value}\n" for value in (
        "[{name: a}, {name: a}]", "[{name: a}, {name: ''}]", "[{name: a}, {}]", "[{name: a}, null]", "{name: a}", "[a]", "[{name: [a]}]", "[{name: a, unknown: 1}]", "[{name: a, webhook_configs: null}]", "[{name: a, webhook_configs: []}]",
        "[{name: a, webhook_configs: [null]}]", "[{name: a, webhook_configs: [{}]}]", "[{name: a, webhook_configs: {url: 'http://h'}}]", "[{name: 1}]", "[{name: a, webhook_configs: [{url: 'http://h', unknown: 1}]}]")),
    *(f"route: {{receiver: a}}\nreceivers: [{{name: a, webhook_configs: [{{url: {value}}}]}}]\n" for value in (
        "'http://h'", "'https://h:1/p?q'", "'ftp://h'", "h", "'h:80'", "''", "null", "'http://'", "'http:///p'", "'/p'", "'http://h:port'", "'http://[::1]'", "'http://[::1'", "'http://h/%zz'", "'http://h/ x'", "[a]", "1", "' http://h'", "'HTTP://h'", "'http://h\\n'")),
    *(f"route: {{receiver: a}}\nreceivers: [{{name: a, webhook_configs: [{{url: 'http://h', {value}}}]}}]\n" for value in (
        "max_alerts: 1", "max_alerts: -1", "max_alerts: 1.5", "max_alerts: x", "max_alerts: null", "max_alerts: '1'", "send_resolved: true", "send_resolved: 1", "send_resolved: 'no'", "send_resolved: null", "http_config: null", "http_config: {}", "http_config: {unknown: 1}",
        "http_config: {basic_auth: {username: u}}", "http_config: {basic_auth: {}}", "http_config: {basic_auth: {password: p, password_file: f}}", "http_config: {basic_auth: {username: u}, authorization: {credentials: c}}", "http_config: {bearer_token: t}",
        "http_config: {bearer_token: t, bearer_token_file: f}", "http_config: {bearer_token: t, basic_auth: {username: u}}", "http_config: {authorization: {type: Basic, credentials: c}}", "http_config: {authorization: {type: basic, credentials: c}}",
        "http_config: {authorization: {credentials: c, credentials_file: f}}", "http_config: {authorization: {}}", "http_config: {proxy_url: 'http://p'}", "http_config: {proxy_url: ''}", "http_config: {proxy_url: ':'}", "http_config: {follow_redirects: x}",
        "http_config: {enable_http2: false}", "http_config: {tls_config: {ca_file: /nosuch}}", "http_config: {tls_config: {cert_file: x}}", "http_config: {tls_config: {insecure_skip_verify: true}}", "http_config: {tls_config: {min_version: TLS13}}",
        "http_config: {tls_config: {min_version: TLS9}}", "http_config: {tls_config: {unknown: 1}}", "http_config: {oauth2: {client_id: i, client_secret: s, token_url: 'http://t'}}", "http_config: {oauth2: {client_id: i, token_url: 'http://t'}, basic_auth: {username: u}}",
        "http_config: {oauth2: {client_secret: s, client_secret_file: f, client_id: i, token_url: 'http://t'}}")),
    *(SMALL % ("", f"inhibit_rules: {value}\n") for value in (
        "[]", "null", "{}", "[{}]", "[null]", "[{equal: [a]}]", "[{equal: a}]", "[{equal: ['0']}]", "[{source_match: {a: b}, target_match: {c: d}}]", "[{source_match: {'0': b}}]", "[{source_match_re: {a: '('}}]", "[{source_matchers: ['a=b'], target_matchers: ['c=~d']}]",
        "[{source_matchers: ['a']}]", "[{target_matchers: ['a=~(']}]", "[{unknown: 1}]", "[{source_matchers: a=b}]", "[{equal: [null]}]")),
    *(SMALL % ("", f"{key}: {value}\n") for key in ("time_intervals", "mute_time_intervals") for value in ("[]", "null", "[{name: x}]", "[{name: x}, {name: x}]", "[{time_intervals: []}]", "[{name: '', time_intervals: []}]", "[null]", "[{name: x, unknown: 1}]")),
    SMALL % ("", "time_intervals: [{name: x}]\nmute_time_intervals: [{name: x}]\n"), SMALL % ("", "time_intervals: [null]\nmute_time_intervals: [null]\n"), SMALL % ("", "time_intervals: [null, null]\n"),
    *(SMALL % ("", f"time_intervals: [{{name: x, time_intervals: [{value}]}}]\n") for value in (
        "{}", "null", "{unknown: 1}", "{times: [null]}", "{days_of_month: [null]}", "{months: [null]}", "{years: [null]}", *("{times: %s}" % times for times in (
            "[]", "[{}]", "[{start_time: '00:00'}]", "[{start_time: '00:00', end_time: '24:00'}]", "[{start_time: '10:00', end_time: '09:00'}]", "[{start_time: '10:00', end_time: '10:00'}]", "[{start_time: '1:00', end_time: '2:00'}]",
            "[{start_time: '24:00', end_time: '24:00'}]", "[{start_time: '00:60', end_time: '02:00'}]", "[{start_time: 00:00, end_time: 09:30}]", "[{start_time: '', end_time: '02:00'}]", "[{start_time: '01:00:00', end_time: '02:00'}]", "x")),
        *("{weekdays: %s}" % days for days in ("[monday]", "['monday:friday']", "['friday:monday']", "[Monday]", "['SUNDAY:monday']", "[mon]", "['1']", "['monday:']", "[':monday']", "monday", "['']", "['saturday:sunday']", "['monday:tuesday:friday']", "[null]")),
        *("{days_of_month: %s}" % days for days in ("['1']", "[1]", "['1:31']", "['0']", "['32']", "['-1']", "['-31:-1']", "['-1:-5']", "['5:1']", "['-5:5']", "['1:-1']", "['10:-20']", "['10:-10']", "['x']", "['1:x']", "['-32']", "['1:2:3']", "['29:-1']", "[1.5]")),
        *("{months: %s}" % months for months in ("[january]", "['1']", "[1]", "['january:march']", "['1:3']", "['1:march']", "['march:january']", "['13']", "['0']", "[jan]", "[JANUARY]", "['1:']", "['12:1']", "['-1']")),
        *("{years: %s}" % years for years in ("['2024']", "[2024]", "['2024:2026']", "['2026:2024']", "['x']", "['-1']", "['99999']", "['2024:']")),
        *("{location: %s}" % place for place in ("UTC", "Local", "Asia/Tokyo", "Europe/Berlin", "Nowhere/Land", "''", "utc", "[UTC]", "null", "../etc/passwd", "EST", "GMT+1", "Etc/GMT+1")))),
    SMALL % ("", "templates: []\n"), SMALL % ("", "templates: ['*.nosuch']\n"), SMALL % ("", "templates: ['[']\n"), SMALL % ("", "templates: x\n"), SMALL % ("", "templates: [null]\n"), SMALL % ("", "templates: ['a/b/*.c', '/d']\n"),
    *(SMALL % ("", f"global: {{{value}}}\n") for value in (
        "smtp_smarthost: 'h:25'", "smtp_smarthost: h", "smtp_smarthost: ':25'", "smtp_smarthost: '[::1]:25'", "smtp_smarthost: ''", "smtp_smarthost: 'h:'", "smtp_require_tls: maybe", "smtp_require_tls: null", "slack_api_url: 'http://h'", "slack_api_url: h",
        "slack_api_url: 'http://h', slack_api_url_file: f", "opsgenie_api_key: k, opsgenie_api_key_file: f", "pagerduty_url: ''", "pagerduty_url: 'ftp://h'", "http_config: {proxy_url: 'http://p'}", "http_config: {unknown: 1}", "unknown: 1", "smtp_from: 1", "smtp_hello: ''",
        "victorops_api_key: a, victorops_api_key_file: b", "wechat_api_url: 'http://h'", "telegram_api_url: x", "smtp_auth_password: a, smtp_auth_password_file: b")),
    "route: {receiver: a}\nreceivers: [{name: a}]\nroute: {receiver: a}\n", "a: &x {receiver: a}\nroute: *x\nreceivers: [{name: a}]\n", "route: &x {receiver: a}\nreceivers: [{name: a}]\n", "route: {<<: {receiver: a}}\nreceivers: [{name: a}]\n",
    "route: {receiver: a}\nreceivers: [{name: a}]\n---\nroute: {receiver: b}\n", "route: {receiver: a}\nreceivers: [{name: a}]\n...\n", "%YAML 1.1\n---\nroute: {receiver: a}\nreceivers: [{name: a}]\n", "route: {receiver: !!str a}\nreceivers: [{name: a}]\n",
    "route: {receiver: a\nreceivers: [{name: a}]\n", "\troute: {receiver: a}\nreceivers: [{name: a}]\n", "route: {receiver: \"a\\x00\"}\nreceivers: [{name: \"a\\x00\"}]\n", "\ufeffroute: {receiver: a}\nreceivers: [{name: a}]\n", "route: {receiver: ü}\nreceivers: [{name: ü}]\n",
    "route: {receiver: yes}\nreceivers: [{name: yes}]\n", "route: {receiver: 1}\nreceivers: [{name: '1'}]\n", "route: {receiver: ~}\nreceivers: [{name: a}]\n", "{route: {receiver: a}, receivers: [{name: a}]}", "ROUTE: {receiver: a}\nreceivers: [{name: a}]\n",
    "route: {receiver: a}\r\nreceivers: [{name: a}]\r\n", "route:\n    receiver: a\nreceivers:\n    - name: a\n", "route:\n  receiver: a\nreceivers:\n- name: a\n- name: >-\n    b\n", "? route\n: {receiver: a}\nreceivers: [{name: a}]\n", "route: {receiver: a}\nreceivers: [{name: a}]\n1: 2\n",
]


def damaged(chance, text):
    """The configuration with one or two of its lines taken out, doubled, moved, indented or with a character changed."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, 2)):
        place = chance.randrange(len(lines))
        action = chance.randrange(6)
        if action == 0:
            del lines[place]
        elif action == 1:
            lines.insert(place, lines[place])
        elif action == 2:
            lines.insert(chance.randrange(len(lines)), lines.pop(place))
        elif action == 3:
            lines[place] = "  " + lines[place] if chance.random() < 0.5 else lines[place][1:]
        elif lines[place]:
            column = chance.randrange(len(lines[place]))
            with_it = chance.choice("{}[]:,'\"-#&*!|>%@` 0a~=.")
            lines[place] = lines[place][:column] + with_it + lines[place][column + (action == 4):]
    return "\n".join(lines) + "\n"


def verdicts(files):
    """{file: what Debian's amtool says of it}; nil texts are good. A file that makes it crash is bad."""
    found, batches = {}, [files[start:start + 40] for start in range(0, len(files), 40)]
    while batches:
        batch = batches.pop()
        done = subprocess.run([PEERS / "amtool", "check-config", *batch], capture_output=True, text=True, timeout=60)
        if done.returncode > 1:
            if len(batch) == 1:
                found[batch[0]] = "it crashed"
            else:
                batches += [[file] for file in batch]
            continue
        for name, verdict, why in re.findall(r"^Checking '(.*?)'  (SUCCESS|FAILED)(.*)$", done.stdout, re.MULTILINE):
            found[pathlib.Path(name)] = why if verdict == "FAILED" else None
    return found


def scenario(play):
    chance = random.Random(SEED)
    cases = [(f"configuration {text[-150:]!r}", text) for text in TRIED] + [(f"damaged configuration {number}", damaged(chance, CONFIGURATION)) for number in range(250)]
    files = [play.ours.directory / f"{number}.yml" for number in range(len(cases))]
    for file, (_, text) in zip(files, cases):
        file.write_bytes(text.encode())
    theirs = verdicts(files)
    for file, (name, text) in zip(files, cases):
        play.ours.file.write_bytes(text.encode())
        ours = play.ours.call("POST", "/-/reload", b"")
        if ours.status == 500 and not theirs[file]:
            # 0.25's server refuses some that its amtool does not.
            play.theirs.file.write_bytes(text.encode())
            reloaded = play.theirs.call("POST", "/-/reload", b"")
            theirs[file] = None if reloaded.status == 200 else f"its server: {reloaded.body}"
        # The words are our own: they name the place. What counts is the verdict.
        play.judge(name, Answer(500 if theirs[file] else 200, {}, ""), Answer(ours.status, {}, ""), f"0.25: {theirs[file]!r:.300}\n          here: {ours.body!r:.300}")

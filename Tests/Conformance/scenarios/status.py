"""The effective configuration that GET /status shows: defaults filled in, secrets masked, everything inherited (reference 1, 3.3)."""
import collections

from play import Answer

CONFIGURATION = r"""
global:
  resolve_timeout: 90m
  smtp_smarthost: 'mail.example:587'
  smtp_from: a@b.example
  smtp_auth_username: u
  smtp_auth_password: pw
  slack_api_url: https://hooks.slack.example/x
  http_config: {follow_redirects: false, proxy_url: "http://u:p@proxy:1"}
templates: ['*.tmpl', '/etc/x/*.tmpl']
route:
  receiver: default
  group_by: [alertname, "cluster"]
  group_wait: 45s
  group_interval: 10m
  repeat_interval: 1d
  routes:
  - receiver: hook
    match: {a: b, c: "d e"}
    match_re: {x: "y|z", s: "^(?:api)$"}
    matchers: [ 'foo="bar"', "q!~\"w+\"", 'e=', "n!=1" ]
    continue: true
    mute_time_intervals: [night]
    active_time_intervals: [day]
    group_by: ['...']
    routes:
    - {receiver: default, group_wait: 0s, matchers: ['{a="1",b=~"2|3"}']}
inhibit_rules:
- source_matchers: [severity="critical", 'x=~".+"']
  target_matchers: [severity="warning"]
  equal: [alertname, instance]
- source_match: {a: b}
  source_match_re: {c: d.*}
  target_match: {e: f}
  target_match_re: {g: h}
receivers:
- name: default
- name: hook
  webhook_configs:
  - {url: "http://h/x?y=z", max_alerts: 3, send_resolved: false}
  - url: http://h/y
    http_config:
      basic_auth: {username: me, password: secret}
      tls_config: {insecure_skip_verify: true, server_name: x}
  - url: "http://h/z"
    http_config:
      authorization: {type: Token, credentials: abc}
      follow_redirects: false
      enable_http2: false
  - url: http://h/o
    http_config:
      oauth2: {client_id: i, client_secret: s, token_url: "http://t/", scopes: [a, b], endpoint_params: {k: v}}
mute_time_intervals:
- name: night
  time_intervals:
  - {times: [{start_time: "00:00", end_time: "06:30"}, {start_time: "22:00", end_time: "24:00"}], weekdays: ['monday:friday', sunday],
     days_of_month: ['1', '5:10', '-3:-1'], months: ['january:march', '7', 'december'], years: ['2024:2026', '2030'], location: 'Asia/Tokyo'}
time_intervals:
- name: day
  time_intervals:
  - times: [{start_time: "09:00", end_time: "17:00"}]
- name: never
  time_intervals: []
"""

# Lines that only 0.25 shows: URLs of webhooks are secret since 0.26, and newer versions write the lists of an interval one element a line.
ONLY_THEIRS = [
    "        client_secret_file: \"\"", *(f"    url: http://h/{path}" for path in ("o", "x?y=z", "y", "z")), "    days_of_month: [\"1\", \"5:10\", '-3:-1']",
    "    months: [\"1:3\", \"7\", \"12\"]", "    weekdays: ['monday:friday', sunday]", "    years: ['2024:2026', \"2030\"]"]
ONLY_OURS = [
    "  rocketchat_api_url: https://open.rocket.chat/", "  slack_app_url: https://slack.com/api/chat.postMessage", *4 * ["    url: <secret>", "    url_file: \"\"", "    timeout: 0s"],
    "    weekdays:", "    - monday:friday", "    - sunday", "    days_of_month:", "    - \"1\"", "    - \"5:10\"", "    - -3:-1", "    months:", "    - \"1:3\"", "    - \"7\"", "    - \"12\"",
    "    years:", "    - 2024:2026", "    - \"2030\""]


def scenario(play):
    theirs, ours = play.both(lambda program: collections.Counter(shown(program).replace(str(program.directory), "DIRECTORY").splitlines()))
    play.expect("lines that only 0.25 shows", Answer(200, {}, sorted((theirs - ours).elements())), Answer(200, {}, sorted(ONLY_THEIRS)))
    play.expect("lines that only Flatalert shows", Answer(200, {}, sorted((ours - theirs).elements())), Answer(200, {}, sorted(ONLY_OURS)))
    play.expect("lines of both", Answer(200, {}, sum((ours & theirs).values()) > 100), Answer(200, {}, True))
    for secret in ("pw", "hooks.slack", "u:p@", ": secret", "abc"):
        play.expect(f"no secret: {secret}", Answer(200, {}, [line for line in ours if secret in line]), Answer(200, {}, []))
    # What one shows the other must be able to read: that is how a configuration is moved.
    text = shown(play.ours)
    for program in (play.theirs, play.ours):
        program.file.write_text(readable(text))
        play.expect(f"{program.name} reads it", program.call("POST", "/-/reload", b""), Answer(200, {}, ""))
    play.expect("shown again, it is the same", Answer(200, {}, shown(play.ours)), Answer(200, {}, text))


def shown(program):
    return program.call("GET", "/api/v2/status").body["config"]["original"]


def readable(text):
    """Without the keys that 0.25 does not know and with URLs in place of secrets that it wants to be URLs."""
    lines = [line for line in text.splitlines() if not line.strip().startswith(("slack_app_url", "rocketchat_api_url", "url_file", "timeout:"))]
    return "\n".join(line.replace("url: <secret>", "url: http://h/").replace("xxxxx", "x") for line in lines) + "\n"

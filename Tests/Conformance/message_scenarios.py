"""Seeded scenarios for `messages.py`: a part of a routing tree with receivers of its own, and what happens to its alerts and silences in each wave.

All scenarios of a batch share one configuration. Alerts carry their scenario's name in the label `scenario`, which routes, inhibition rules and silences ask for.
"""
import datetime
import random

FAR = "2099-01-01T00:00:00Z"
WORDS = ["disk full", "日本語のアラート", "🙂🔥", "a \"quoted\" value", "C:\\path\\x", "line one\nline two", "<b>bold</b> & <i>", "é à ü ñ", "مرحبا", "x" * 300, "tab\there", "100%", "{{ .Status }}",
         "*bold* _it_ `code` ~no~", "<!channel> <@U1>", "\u200b\u2028\u2029", "e\u0301", "a.b-c:d/e?f=g&h", "'single'", "Ω≈ç√", "0", "-1.5", "😀" * 40, "https://x.example/?a=b&c=d#e", "\x01\x7f"]
LABELS = ["alertname", "job", "instance", "severity", "cluster", "zone", "team", "device", "mount", "path", "note"]
# Templates that give a text for any alerts. None uses `title`, which in 0.25 two receivers at the same time spoil for each other.
TEXTS = [
    "", "plain", "日本 🙂 <&>", '{{ template "__subject" . }}', "{{ .CommonLabels.alertname }} is {{ .Status }}", "[{{ .Status | toUpper }}:{{ .Alerts.Firing | len }}] {{ .GroupLabels.SortedPairs.Values | join \" \" }}",
    "{{ range .Alerts }}{{ .Labels.instance }} {{ .Annotations.summary }}\n{{ end }}", "{{ range $i, $a := .Alerts }}{{ if $i }}, {{ end }}{{ $a.Fingerprint }}{{ end }}",
    "{{ range .Alerts.Firing }}*{{ .Labels.alertname }}*{{ range .Labels.SortedPairs }}\n • {{ .Name }}: `{{ .Value }}`{{ end }}\n{{ else }}none fires{{ end }}",
    "{{ with .CommonAnnotations.summary }}{{ . }}{{ else }}nothing in common{{ end }}", "{{ (index .Alerts 0).StartsAt.Format \"2006-01-02 15:04:05.999 MST\" }}", "{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}",
    "{{ (.CommonLabels.Remove .GroupLabels.Names).Values | join \",\" }}", "{{ reReplaceAll \"(\\\\w+)\" \"<$1>\" .CommonLabels.alertname }}", "{{ if match \"(?i)crit\" .CommonLabels.severity }}:fire:{{ else }}:warning:{{ end }}",
    "{{ printf \"%-10s|%05d|%q\" .Status (len .Alerts) .Receiver }}", "{{ .Alerts.Firing | len }} / {{ .Alerts.Resolved | len }}", '{{ template "__text_alert_list" .Alerts }}', '{{ template "mine.list" . }}', '{{ template "mine.line" .CommonLabels }}',
    "{{ range .Alerts.Resolved }}{{ .EndsAt.Sub .StartsAt }} {{ .EndsAt.UTC.Format \"Jan _2\" }};{{ end }}", "{{ .CommonLabels.note }}", "{{ .CommonAnnotations.text }}", "{{ .CommonLabels.nosuch }}", "{{- range .Alerts -}} {{ .Labels.note | js }} {{- end -}}",
    "{{ range .Alerts }}{{ .GeneratorURL }} {{ end }}", "{{ $n := len .Alerts }}{{ if gt $n 2 }}many{{ else if eq $n 2 }}two{{ else }}one{{ end }}", "{{ range .CommonLabels }}[{{ . }}]{{ end }}",
    "{{ join \"/\" (stringSlice \"a\" .Status) | toLower }}"]
COLORS = ["", "good", "#ff0000", '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}', '{{ if .CommonLabels.severity }}#{{ len .CommonLabels.severity }}{{ end }}']
PAGES = [
    '{{ template "email.default.html" . }}', "<p>{{ .CommonLabels.note }}</p>", '<a href="{{ .ExternalURL }}/x?q={{ .CommonLabels.note }}" title="{{ .CommonLabels.note }}">{{ .Status }}</a>',
    "<!-- {{ .Status }} --><ul>{{ range .Alerts }}<li class={{ .Labels.alertname }}>{{ .Annotations.text }}</li>\n{{ end }}</ul>", "<a href='{{ .CommonLabels.path }}'>{{ .CommonAnnotations.text | safeHtml }}</a>",
    "<textarea>{{ .CommonLabels.note }}</textarea><title>{{ .CommonLabels.note }}</title>", '<img src="{{ .CommonLabels.note }}" alt=\'{{ .CommonLabels.note }}\'>日本 &amp; {{ len .Alerts }}', '{{ define "x" }}<b>{{ . }}</b>{{ end }}{{ range .Alerts }}{{ template "x" .Labels.note }}{{ end }}',
    '<a href="/p/{{ .CommonLabels.note }}?a={{ .CommonLabels.text }}#{{ .CommonLabels.note }}">x</a>', "<p {{ if .Alerts.Firing }}id=f{{ else }}id=r{{ end }}>{{ .CommonLabels.Names }}</p>", ""]
TEMPLATES = ['{{ define "mine.list" }}{{ range .Alerts }}- {{ .Labels.alertname }} {{ .Status }}\n{{ end }}{{ end }}', '{{ define "mine.line" }}{{ range .SortedPairs }}{{ .Name }}="{{ .Value }}" {{ end }}{{ end }}']
# What a user's file may put in the place of Alertmanager's own.
OVERRIDES = ['{{ define "slack.default.title" }}mine: {{ template "__subject" . }}{{ end }}', '{{ define "__subject" }}{{ .Status }} {{ .CommonLabels.alertname }} ✉{{ end }}', '{{ define "slack.default.text" }}{{ template "mine.list" . }}{{ end }}',
             '{{ define "email.default.subject" }}件名: {{ template "__subject" . }}{{ end }}', '{{ define "slack.default.footer" }}{{ .ExternalURL }}{{ end }}', '{{ define "__alertmanager" }}Wächter{{ end }}']
# Of routes below a scenario's own; no two have the same key.
MATCHING = [
    *({"matchers": [text]} for text in ('severity="critical"', 'severity!="info"', 'alertname=~"A.*|B"', 'zone=""', 'note!~".*é.*"', 'cluster=~"c1|c2"')),
    {"match": {"severity": "warning"}}, {"match": {"alertname": "日本"}}, *({"match_re": {"alertname": text}} for text in ("A.+", "B|C", ".*[0-9]")),
    {"matchers": ['severity=~"warning|critical"', 'instance!=""']}]
LOGINS = {"none": "", "plain": "PLAIN", "login": "LOGIN", "cram": "CRAM-MD5", "several": "LOGIN PLAIN CRAM-MD5"}


def stamp(seconds, nanoseconds=0, zone=None):
    """RFC 3339 of a time, with nanoseconds and a zone of any offset."""
    text = datetime.datetime.fromtimestamp(seconds, zone or datetime.timezone.utc).isoformat(timespec="seconds")
    fraction = f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""
    return (text[:19] + fraction + text[19:]).replace("+00:00", "Z")


class Scenario:
    """`kind` says what a batch may do: `steady` (alerts of now), `reloading` (the configuration changes), `pushing` (receivers refuse)."""

    def __init__(self, seed, number, kind):
        self.random = random.Random(f"{seed} {number} {kind}")
        self.name, self.kind = f"s{number}", kind
        self.alone = self.random.random() < 0.15
        self.alerts, self.silences, self.made = [], [], 0
        self.draw()

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, probability):
        return self.random.random() < probability

    # The configuration.

    def draw(self):
        """Draws the routes, receivers and rules anew, as a change of the configuration does."""
        self.receivers = [self.receiver(index) for index in range(self.random.randint(1, 3))]
        names = [receiver["name"] for receiver in self.receivers]
        self.route = {"matchers": [f'scenario="{self.name}"'], "receiver": self.pick(*names), **self.timing()}
        # Siblings with equal matchers share a key of the notification log. Two such groups that flush at the same moment both tell in 0.25, or one does, by chance.
        routes = [{"receiver": self.pick(*names), "continue": self.chance(0.4), **matching, **(self.timing(top=False) if self.chance(0.5) else {})}
                  for matching in self.random.sample(MATCHING, self.random.randint(0, 3))]
        if routes:
            self.route["routes"] = routes
        self.rules = []
        # A lone alert from long ago is flushed at once, in 0.25 sometimes before the inhibitor was told of the sources.
        if self.chance(0.4) and not self.alone:
            self.rules.append({"source_matchers": [f'scenario="{self.name}"', 'severity="critical"'], "target_matchers": [f'scenario="{self.name}"', self.pick('severity="warning"', 'severity=~"w.*|info"')],
                               "equal": self.pick([], ["instance"], ["cluster", "job"])})

    def timing(self, top=True):
        # Below another route, 0.25 takes an empty group_by for none (reference 15, 0.31).
        group_by = ["..."] if self.alone else self.pick(["alertname"], ["alertname", "severity"], [] if top else ["zone"], ["instance", "cluster"], ["..."], ["note", "alertname"], ["nosuch"])
        return {"group_by": group_by, "group_wait": self.pick("$1000", "$1000", "$1300"), "group_interval": f"${self.wave_length}000", "repeat_interval": self.pick("1h", "1h", f"${self.wave_length * 3 // 2}000")}

    def receiver(self, index):
        receiver = {"name": f"{self.name}.{'abc'[index]}" + self.pick("", " (team+x)", "é", "/\"q\"")}
        for kind, chance in (("webhook", 0.5), ("slack", 0.6), ("email", 0.5)):
            made = [getattr(self, kind)(index, place) for place in range(self.pick(1, 1, 2) if self.chance(chance) else 0)]
            if made:
                receiver[f"{kind}_configs"] = made
        if len(receiver) == 1:
            receiver["webhook_configs"] = [self.webhook(index, 0)]
        return receiver

    def url(self, kind, index, place):
        answer = self.pick("200", "200", "200", "503,200")
        if self.kind == "pushing":
            answer = self.pick("200", "404", "429", "503,200", "401,200", "500,404")
        return f"$HTTP/{self.name}/{kind}/{index}/{place}?answer={answer}"

    def sending(self):
        return {"send_resolved": self.chance(0.7)} if self.chance(0.7) else {}

    def http(self):
        return self.pick({}, {}, {}, {"http_config": {"basic_auth": {"username": "üx", "password": "pß"}}}, {"http_config": {"authorization": {"credentials": "secret"}}},
                         {"http_config": {"authorization": {"type": "Token", "credentials": "x y"}}})

    def webhook(self, index, place):
        return {"url": self.url("webhook", index, place), **self.sending(), **self.http(), **({"max_alerts": self.random.randint(0, 3)} if self.chance(0.4) else {})}

    def slack(self, index, place):
        config = {"api_url": self.url("slack", index, place), **self.sending(), **self.http()}
        for name in ("channel", "username", "title", "title_link", "pretext", "text", "fallback", "callback_id", "footer", "icon_emoji", "icon_url", "image_url", "thumb_url"):
            if self.chance(0.3):
                config[name] = self.pick(*TEXTS)
        if self.chance(0.3):
            config["color"] = self.pick(*COLORS)
        if self.chance(0.3):
            config["fields"] = [{"title": self.pick(*TEXTS[1:]), "value": self.pick(*TEXTS[1:]), **({"short": self.chance(0.5)} if self.chance(0.5) else {})} for _ in range(self.random.randint(1, 4))]
        if self.chance(0.25):
            config["actions"] = [self.action() for _ in range(self.random.randint(1, 3))]
        for name, value in (("link_names", True), ("short_fields", True), ("mrkdwn_in", self.pick([], ["text"], ["fields", "text"]))):
            if self.chance(0.2):
                config[name] = value
        return config

    def action(self):
        action = {"type": "button", "text": self.pick(*TEXTS[1:]), **({"style": self.pick("primary", "danger", '{{ if .Alerts.Firing }}danger{{ end }}')} if self.chance(0.4) else {})}
        if self.chance(0.6):
            return {**action, "url": self.pick("https://x.example/?a=1&b=2", "{{ .ExternalURL }}/{{ .GroupLabels.alertname | urlquery }}")}
        confirm = {"confirm": {"text": self.pick(*TEXTS[1:]), **{name: self.pick(*TEXTS) for name in ("title", "ok_text", "dismiss_text") if self.chance(0.5)}}} if self.chance(0.5) else {}
        return {**action, "name": self.pick(*TEXTS[1:]), "value": self.pick(*TEXTS), **confirm}

    def email(self, index, place):
        login = self.pick(*LOGINS)
        tag = f"{self.name}.{index}.{place}"
        refusing = "+450.250" if self.kind == "pushing" and self.chance(0.3) else ""
        config = {
            "to": self.pick(f"{tag}{refusing}@x.example", f"Team ü <{tag}{refusing}@x.example>", f"{tag}{refusing}@x.example, \"B, b\" <b@y.example>", tag + refusing + '@{{ if .Alerts }}x.example{{ end }}'),
            "from": self.pick("am@x.example", "Alert Manager <am@x.example>", "日本 <am@x.example>"), "smarthost": f"{self.pick('127.0.0.1', 'localhost')}:$SMTP-{login}", "require_tls": False, **self.sending()}
        if login != "none" and self.chance(0.9):
            config.update(auth_username="us er", auth_password="pß wd", auth_secret="secret", **({"auth_identity": "idé"} if self.chance(0.3) else {}))
        if self.chance(0.3):
            config["hello"] = "host.example"
        if self.chance(0.5):
            config["text"] = self.pick(*TEXTS)
        if self.chance(0.5):
            config["html"] = self.pick(*PAGES)
        if not config.get("text") and config.get("html") == "":
            config["text"] = "neither is empty"
        headers = {name: self.pick(*TEXTS[1:]) for name in ("Subject", "x-note", "X-Label-ID") if self.chance(0.35)}
        for name, value in (("Reply-To", "nobody@x.example"), ("To", "Undisclosed <all@x.example>"), ("From", "Other <other@x.example>"), ("Message-Id", "<fixed@x.example>")):
            if self.chance(0.1):
                headers[name] = value
        return {**config, **({"headers": headers} if headers else {})}

    # What happens. `now` is the wave's time in seconds; both programs are sent the same bytes.

    def wave(self, number, now):
        """Returns {"post": [alerts …], "late": [alerts …], "silence": [bodies], "expire": [names]}."""
        did = {"post": [], "late": [], "silence": [], "expire": []}
        for alert in list(self.alerts):
            self.next(alert, now, did)
        for _ in range(self.random.randint(1, 5) if number == 0 else self.random.randint(0, 3)):
            self.begin(now, did)
        if self.chance(0.3):
            did["silence"].append(self.silence(now))
        if self.silences and self.chance(0.4):
            did["expire"].append(self.silences.pop(self.random.randrange(len(self.silences))))
        self.random.shuffle(did["post"])
        return did

    def begin(self, now, did):
        self.made += 1
        labels = {"scenario": self.name, "alertname": self.pick("Alpha", "Beta", "B", "C1", "日本"), "instance": self.pick("a:1", "b:2", f"c:{self.made}"), "number": str(self.made)}
        labels.update({name: self.pick(*WORDS) for name in LABELS[1:] if name not in labels and self.chance(0.25)})
        if self.chance(0.7):
            labels["severity"] = self.pick("critical", "warning", "info")
        if self.chance(0.05):
            labels.update({f"label_{index}": f"value {index}" for index in range(30)})
        annotations = {name: self.pick(*WORDS) for name in ("summary", "description", "text", "runbook_url") if self.chance(0.6)}
        start = self.future() if self.kind == "reloading" else stamp(now, self.pick(0, 1_000, 123_456_789), self.zone())
        if self.alone:
            start = stamp(self.random.randrange(1, 1_700_000_000), self.pick(0, 1, 120_000_000), self.zone())
        alert = {"labels": labels, "annotations": annotations, "startsAt": start, "endsAt": FAR, "generatorURL": self.pick("", "http://p.example/graph?g0.expr=up%7B%7D&b=<2>")}
        if self.kind != "reloading" and not self.alone and self.chance(0.1):
            # It ends by itself between the first flush and the next.
            alert["endsAt"] = stamp(now + self.seconds(3))
            did["post"].append(alert)
            return
        self.alerts.append(alert)
        did["late" if self.alone else "post"].append(alert)

    def seconds(self, seconds):
        return int(seconds * self.pace)

    def zone(self):
        return datetime.timezone(datetime.timedelta(minutes=self.pick(0, 0, 60, 540, -210, 345)))

    def future(self):
        return stamp(self.random.randrange(1_900_000_000, 4_000_000_000), self.pick(0, 0, 123_456_789, 500_000_000), self.zone())

    def next(self, alert, now, did):
        """One alert goes on: as before, with other annotations, or it ends."""
        chance = self.random.random()
        if chance < 0.35:
            self.alerts.remove(alert)
            start = alert["startsAt"]
            # An end before the start would be refused.
            did["post"].append({**alert, "startsAt": stamp(now - 5) if self.kind == "reloading" and not self.alone else start, "endsAt": stamp(now, self.pick(0, 1_000))})
        elif chance < 0.5:
            alert["annotations"] = {**alert["annotations"], "text": self.pick(*WORDS)}
            did["post"].append(dict(alert))
        elif chance < 0.6:
            did["post"].append(dict(alert))

    def silence(self, now):
        name = f"silence {self.made} {len(self.silences)} of {self.name}"
        self.made += 1
        matchers = [{"name": "scenario", "value": self.name, "isRegex": False, "isEqual": True}]
        if self.chance(0.8):
            matchers.append(self.pick({"name": "severity", "value": "critical", "isRegex": False, "isEqual": True}, {"name": "alertname", "value": "A.*|B", "isRegex": True, "isEqual": True},
                                      {"name": "instance", "value": "a:1", "isRegex": False, "isEqual": False}, {"name": "note", "value": ".*é.*", "isRegex": True, "isEqual": False}))
        self.silences.append(name)
        return name, {"matchers": matchers, "startsAt": stamp(now), "endsAt": stamp(now + self.pick(3600, 7200, self.seconds(3))), "createdBy": self.pick("me", "日本"), "comment": self.pick(*WORDS)}

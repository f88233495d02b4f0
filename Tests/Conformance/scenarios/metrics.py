"""Names, types and labels of metrics, and the values that both programs must agree on (reference 13)."""
import hashlib
import re

from play import Answer
from scenarios.webhooks import CONFIGURATION, firing, over  # noqa: F401

SERIES = re.compile(r'^([a-z_:0-9A-Z]+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')
# Families whose values depend on what was done alone.
VALUES = ("alertmanager_alerts", "alertmanager_alerts_received_total", "alertmanager_alerts_invalid_total", "alertmanager_silences", "alertmanager_config_hash", "alertmanager_config_last_reload_successful",
          "alertmanager_receivers", "alertmanager_integrations", "alertmanager_notifications_total", "alertmanager_notification_requests_total", "alertmanager_notifications_failed_total",
          "alertmanager_notification_requests_failed_total", "alertmanager_dispatcher_aggregation_groups", "alertmanager_cluster_enabled", "alertmanager_notification_latency_seconds_count",
          "alertmanager_http_concurrency_limit_exceeded_total", "alertmanager_dispatcher_alert_processing_duration_seconds_count")


def families(text):
    """{family: (type, help given, {labels: value})} of a scrape."""
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    helped = set(re.findall(r"^# HELP (\S+) \S", text, re.MULTILINE))
    found = {name: (kind, name in helped, {}) for name, kind in types.items()}
    for line in text.splitlines():
        if line.startswith("#") or not line:
            continue
        name, labels, value = SERIES.match(line).groups()
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        family = name if name in found else base
        found[family][2][name, tuple(sorted(LABEL.findall(labels or "")))] = float(value)
    return found


def config_hash(program):
    return float(int.from_bytes(hashlib.md5(program.file.read_bytes()).digest()[:6], "little"))


def scrape(play):
    return play.both(lambda program: families(program.raw("GET", "/metrics")[2].decode()))


def scenario(play):
    play("alerts for metrics", "POST", "/api/v2/alerts", [firing("Plain", host=str(n)) for n in range(3)] + [firing("Other"), firing("Team", team="x"), over(firing("Plain", host="gone")), {"labels": {"alertname": "x", "n": "2"}, "startsAt": "2020-01-02T00:00:00Z", "endsAt": "2020-01-01T00:00:00Z"}])
    for body in ({"startsAt": "2020-01-01T00:00:00Z"}, {"startsAt": "2098-01-01T00:00:00Z"}):
        play("silence for metrics", "POST", "/api/v2/silences", {"matchers": [{"name": "alertname", "value": "Other", "isRegex": False}], "endsAt": "2099-01-01T00:00:00Z", "createdBy": "", "comment": "", **body})
    play("groups for metrics", "GET", "/api/v2/alerts/groups", unordered=True)
    play.reached("webhooks for metrics", lambda program: len(program.webhooks["ALL"].requests) >= 1 and len(program.webhooks["TEAM"].requests) >= 1)
    play.quiet(1)
    theirs, ours = scrape(play)
    for name in sorted(theirs):
        kind, _, series = theirs[name]
        ours_kind, is_helped, our_series = ours.get(name, ("none", True, {}))
        labels = sorted({key for (_, pairs) in series for key, _ in pairs})
        our_labels = sorted({key for (_, pairs) in our_series for key, _ in pairs})
        play.judge(f"metric {name}", Answer(200, {"type": kind, "help": True}, labels), Answer(200, {"type": ours_kind, "help": is_helped}, our_labels))
    for name in VALUES:
        family = re.sub(r"_count$", "", name) if name not in theirs else name
        for (series, pairs), value in sorted(theirs.get(family, ("", True, {}))[2].items()):
            if series != name:
                continue
            if name == "alertmanager_config_hash":
                # The files differ in the webhooks' ports. 0.25 shows that the rule is the right one.
                play.judge("value by rule of 0.25", Answer(200, {}, config_hash(play.theirs)), Answer(200, {}, value))
                value = config_hash(play.ours)
            play.judge(f"value {series}{dict(pairs)}", Answer(200, {}, value), Answer(200, {}, ours.get(family, ("", True, {}))[2].get((series, pairs))))
    for name in NEWER:
        play.judge(f"newer metric {name}", Answer(200, {}, True), Answer(200, {}, name in ours))


# Newer than 0.25 (reference 13) and meaningful here.
NEWER = ("alertmanager_inhibition_rules", "alertmanager_alerts_limited_total", "alertmanager_alerts_per_alert_limit", "alertmanager_notifications_suppressed_total", "alertmanager_nflog_maintenance_total",
         "alertmanager_nflog_maintenance_errors_total", "alertmanager_silences_maintenance_total", "alertmanager_silences_maintenance_errors_total", "alertmanager_silences_state_size")

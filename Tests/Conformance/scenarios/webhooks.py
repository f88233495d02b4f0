"""What webhooks are told: bodies, grouping, continue, max_alerts, send_resolved, failures (reference 4.2, 5.3, 5.4, 9.1)."""
import datetime
import json

HOOKS = ("ALL", "TEAM", "LIMITED", "FIRING")
CONFIGURATION = """
global: {resolve_timeout: 1h}
route:
  receiver: all
  group_by: [alertname]
  group_wait: 1s
  group_interval: 4s
  repeat_interval: 1h
  routes:
  - {receiver: "team.x(1)+", matchers: [team="x"], group_by: ['...'], continue: true}
  - {receiver: limited, matchers: ['lot=~".+"'], group_by: [nosuch]}
  - {receiver: firing only, match_re: {quiet: "y|z"}, group_by: [alertname, "cluster", missing]}
  - {receiver: nobody, matchers: [nobody!=""]}
inhibit_rules:
- {source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [host]}
receivers:
- {name: all, webhook_configs: [{url: "$ALL"}]}
- {name: "team.x(1)+", webhook_configs: [{url: "$TEAM", max_alerts: 0}]}
- {name: limited, webhook_configs: [{url: "$LIMITED", max_alerts: 3}]}
- {name: firing only, webhook_configs: [{url: "$FIRING", send_resolved: false}]}
- {name: nobody}
"""
START = "2020-01-01T00:00:00Z"
FAR = "2099-01-01T00:00:00Z"
SECOND = 1.0


def now():
    """A time that groups are made after: an older start would flush each group with its first alert (reference 4.3)."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="microseconds")


def firing(name, start=None, **labels):
    start = start or now()
    return {"labels": {"alertname": name, **labels}, "annotations": {"summary": f"{name} <&> \u2028 \U0001f642"}, "startsAt": start, "endsAt": FAR, "generatorURL": "http://p/graph?a=1&b=<2>"}


def over(alert):
    return {**alert, "endsAt": now()}


def scenario(play):
    """Each step posts to both programs and waits until each told its webhooks as much as it should."""
    labels = [
        firing("Plain"), firing("Plain", host="b", job="z"), firing("Plain", host="c", job="a"), firing("Plain", host="d", job="a", instance="i"), firing("Plain", x="1", y="2"),
        firing("Quoted", "2020-01-01T01:02:03.123456789+02:00", **{"path": "C:\\dir\t\"q\"", "text": "a\nb\u0001\u007f\u00fc"}), {"labels": {"lone": "label"}, "endsAt": FAR, "startsAt": START},
        firing("Team", team="x", host="a"), firing("Team", team="x", host="b"),
        *(firing("Lot", lot=str(n)) for n in range(1, 8)),
        firing("Quiet", quiet="y", cluster="k", cause="1"), firing("Quiet", quiet="z", cluster="k", cause="2"), firing("Quiet", quiet="y"),
        firing("Muting", severity="critical", host="h"), firing("Muted", severity="warning", host="h"), firing("Unmuted", severity="warning", host="other"),
        firing("Nobody", nobody="1"), {"labels": {"alertname": "NoTimes"}, "annotations": {}},
    ]
    play("first batch", "POST", "/api/v2/alerts", labels)
    # Plain, Quoted, {}, Team, Muting, Unmuted, NoTimes at "all"; two at the team; one limited; two quiet groups.
    told(play, "first notifications", ALL=6, TEAM=2, LIMITED=1, FIRING=2)
    play("the same again", "POST", "/api/v2/alerts", labels)
    ended = [labels[index] for index in (0, 1, 7, 9, 16, 18)]
    new = [firing("Plain", host="e"), firing("Quiet", quiet="y", cluster="k", cause="3")]
    play("some end, some are new", "POST", "/api/v2/alerts", [*map(over, ended), *new])
    # Plain: new and ended. Team: one ended. Lot: one ended. Quiet k: one new. The second quiet group: an end, not sent.
    told(play, "second notifications", ALL=7, TEAM=3, LIMITED=2, FIRING=3)
    # An end that is repeated is left out: 0.25 tells it again if the group has something else to tell, Flatalert does not.
    play("the rest ends", "POST", "/api/v2/alerts", [over(alert) for alert in labels + new if alert not in ended and alert["labels"].get("alertname") != "NoTimes"])
    told(play, "last notifications", ALL=12, TEAM=4, LIMITED=3, FIRING=3)
    play.quiet(5 * SECOND)
    told(play, "nothing more", ALL=12, TEAM=4, LIMITED=3, FIRING=3)


def told(play, name, **counts):
    """Waits until each webhook was told this often, and compares what it was told."""
    play.told(name, counts)


def shown(webhook, program):
    """Everything told to one webhook, groups in the order of their keys."""
    result = []
    for headers, raw in list(webhook.requests):
        pairs = json.loads(raw, object_pairs_hook=list)
        body = json.loads(raw)
        result.append({
            "headers": {key: value for key, value in headers.items() if key in ("Content-Type", "Transfer-Encoding", "Expect", "Accept-Encoding", "User-Agent")},
            "keys": [key for key, _ in pairs], "alert keys": [key for key, _ in pairs[2][1][0]], "newline": raw.endswith(b"}\n"),
            "escapes": [text for text in (b"\\u003c", b"\\u0026", b"\\u2028", b"\xf0\x9f\x99\x82", b"\\u0001", b"\x7f", b"\\t") if text in raw],
            "body": program.meaning(body)})
    return sorted(result, key=lambda entry: entry["body"]["groupKey"])

"""GET alerts, groups and receivers: filters, receivers, routes with continue, inhibition, order (reference 3.4, 3.5, 3.7, 6.1)."""
import random
import urllib.parse

START, FAR = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
CONFIGURATION = """
global: {resolve_timeout: 1h}
route:
  receiver: default
  group_by: [alertname, cluster]
  group_wait: 1s
  group_interval: 5m
  routes:
  - {receiver: team.a, matchers: ['team="a"'], continue: true, group_by: [alertname]}
  - {receiver: team-a, matchers: ['team=~"a|b"'], continue: true, group_by: ['...']}
  - receiver: team b
    match: {team: b}
    routes:
    - {receiver: critical, match_re: {severity: "crit.*"}, group_by: []}
    - {receiver: team.a, matchers: [severity!="info", 'severity!~"none|"']}
  - {receiver: default, matchers: ['team="a"'], continue: true}
  - {receiver: default, matchers: ['team=""', x=y]}
inhibit_rules:
- {source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [cluster]}
- {source_match: {alertname: Down}, target_match_re: {alertname: "Down|Slow"}, equal: [nosuch, instance]}
receivers:
- {name: default}
- {name: team.a}
- {name: team-a}
- {name: team b}
- {name: critical}
- {name: unused}
- {name: ünïcode}
"""
QUERIES = [
    "", 'alertname="Down"', "alertname=Down", "alertname!=Down", "alertname=~D.*", "alertname!~D.*", "alertname=~D", 'team=""', 'team!=""', "team=~a|b", 'team=~""', "team=~|a", "team!=a", "nosuch=",
    "nosuch!=x", "nosuch=~.*", "nosuch=~.+", "nosuch!~.+", "instance=i1", "alertname=Down&filter=team=a", "alertname=Down&filter=alertname=Slow", "alertname", "=x", "alertname=~(", "{alertname=Down}",
    "alertname=Down,team=a", 'alertname="Down', "alertname=Down\"", 'alertname="D\\"own"', "alertname=D own", " alertname = Down ", "alertname==Down", "alertname=~D.*n$", "alertname=~^D.*", "alertname=~(?i)down",
    "alertname=\\", 'alertname="\\n"', "alertname=\u00fc", "alertname=~[a-", "alert name=x", "0=x", "a:b=x", "alertname=~x{1001}"]
RECEIVERS = ["", "default", "team.a", "team\\.a", "team", "team.*", "(default|critical)", "critical|nosuch", "nosuch", "(", "^default$", "team b", "unused", ".*", "Default", "(?i)DEFAULT", "*", "a{2,1}", "\u00fcn.*"]


def alerts(seed):
    """Alerts with every mix of a few labels, in a random order."""
    chance = random.Random(seed)
    made = []
    for number in range(60):
        labels = {"alertname": chance.choice(["Down", "Slow", "Full", "Odd"])}
        for name, values in (("team", "ab"), ("cluster", "xy"), ("severity", ["critical", "warning", "info", "none"]), ("instance", ["i1", "i2"]), ("x", "y"), ("job", ["j1", "j2"])):
            if chance.random() < 0.6:
                labels[name] = chance.choice(values)
        annotations = {"summary": f"number {number}"} if chance.random() < 0.5 else {}
        made.append({"labels": labels, "annotations": annotations, "startsAt": START, "endsAt": FAR, "generatorURL": "http://p/" if chance.random() < 0.5 else ""})
    return made


def scenario(play):
    play("sixty alerts", "POST", "/api/v2/alerts", alerts(20261122))
    play.reached("all groups made", lambda program: len(program.call("GET", "/api/v2/alerts/groups").body) > 60)
    for query in QUERIES:
        text = "&".join("filter=" + urllib.parse.quote(part, safe="") for part in query.split("&filter="))
        play(f"alerts with {query!r}", "GET", f"/api/v2/alerts?{text}")
        play(f"groups with {query!r}", "GET", f"/api/v2/alerts/groups?{text}")
    for receiver in RECEIVERS:
        text = urllib.parse.quote(receiver, safe="")
        play(f"alerts of receiver {receiver!r}", "GET", f"/api/v2/alerts?receiver={text}")
        play(f"groups of receiver {receiver!r}", "GET", f"/api/v2/alerts/groups?receiver={text}")
    for query in ("inhibited=false", "active=false", "inhibited=false&active=false", "silenced=false", "silenced=false&inhibited=false&active=false", "receiver=default&inhibited=false", "inhibited=true",
                  "receiver=default&receiver=critical", "filter=team%3Da&receiver=team.a&active=false", "filter=alertname%3DDown;x=y", "filter=%zz", "filter", "filter=&filter=", "%66ilter=alertname%3DDown", "Filter=alertname%3DDown"):
        play(f"alerts?{query}", "GET", f"/api/v2/alerts?{query}")
        play(f"groups?{query}", "GET", f"/api/v2/alerts/groups?{query}")
    play("receivers", "GET", "/api/v2/receivers")
    play("resolve some", "POST", "/api/v2/alerts", [{**alert, "endsAt": "2020-01-02T00:00:00Z"} for alert in alerts(20261122)[::2]])
    play("alerts when some resolved", "GET", "/api/v2/alerts")
    play("groups when some resolved", "GET", "/api/v2/alerts/groups")


def classic(play):
    """0.25 knows only what newer versions call the classic mode: both must agree, names and matchers included."""
    play("sixty alerts", "POST", "/api/v2/alerts", alerts(20261122))
    play.reached("all groups made", lambda program: len(program.call("GET", "/api/v2/alerts/groups").body) > 60)
    for query in QUERIES:
        text = "&".join("filter=" + urllib.parse.quote(part, safe="") for part in query.split("&filter="))
        play(f"classic alerts with {query!r}", "GET", f"/api/v2/alerts?{text}")
        play(f"classic silences with {query!r}", "GET", f"/api/v2/silences?{text}")
    for name in ("00", "a-b", "a b", "\u00fc", "\u0000", "a\n", "a:b", "", "_", "a1"):
        play(f"classic label {name!r}", "POST", "/api/v2/alerts", [{"labels": {"alertname": "c", name: "x"}}])
        play(f"classic annotation {name!r}", "POST", "/api/v2/alerts", [{"labels": {"alertname": "c"}, "annotations": {name: "x"}}])
        play(f"matcher name, classic {name!r}", "POST", "/api/v2/silences", {
            "matchers": [{"name": name, "value": "x", "isRegex": False}], "startsAt": "2098-01-01T00:00:00Z", "endsAt": FAR, "createdBy": "", "comment": ""})
    play("classic alerts", "GET", "/api/v2/alerts")
    play("classic silences", "GET", "/api/v2/silences")

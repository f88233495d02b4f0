"""Where Flatalert must answer otherwise than Alertmanager 0.25, each with the section of the reference that says so.

A difference turns 0.25's answer into the expected one (or, where only wording differs, both into what must be equal). One that is never needed fails the run.
"""
import copy
import datetime
import re

from play import Answer

JSON = {"Content-Type": "application/json"}


class Difference:
    """`pattern` names the exchanges; `section` the place in the reference; `change` maps (theirs, ours) to (expected, given)."""

    def __init__(self, pattern, section, why, change):
        self.pattern, self.section, self.why, self.change = re.compile(pattern, re.DOTALL), section, why, change
        self.used = 0

    def concerns(self, name):
        return self.pattern.fullmatch(name) is not None

    def adapt(self, theirs, ours):
        return self.change(copy.deepcopy(theirs), copy.deepcopy(ours))

    def __repr__(self):
        return f"{self.pattern.pattern} ({self.section}: {self.why})"


def checked_fields(answer):
    """What every answer of API v2 carries since 0.26 (reference 3.2). Returns what is wrong."""
    if "/api/v2/" not in answer.target or answer.headers.get("Content-Type", "").startswith("text/"):
        return None
    if answer.fields.get("Cache-Control") != "no-store" or "Origin" not in answer.fields.get("Vary", ""):
        return f"Cache-Control {answer.fields.get('Cache-Control')!r}, Vary {answer.fields.get('Vary')!r}"
    return None


def expects(status, headers, body):
    """Flatalert answers exactly this."""
    return lambda theirs, ours: (Answer(status, headers, body), ours)


def each_alert(value, change):
    """Applies a change to every alert in an answer."""
    if isinstance(value, list):
        for part in value:
            each_alert(part, change)
    elif isinstance(value, dict):
        if "fingerprint" in value and isinstance(value.get("status"), dict):
            change(value)
        elif "alerts" in value and "labels" in value:
            each_alert(value["alerts"], change)


def alerts_have(change):
    def adapt(theirs, ours):
        each_alert(theirs.body, change)
        return theirs, ours
    return adapt


def groups_have_route_labels(theirs, ours):
    if isinstance(theirs.body, list):
        for group in theirs.body:
            if isinstance(group, dict) and "alerts" in group and "receiver" in group:
                group["routeLabels"] = {}
    return theirs, ours


def receivers_have_labels(theirs, ours):
    for receiver in theirs.body:
        receiver["labels"] = {"name": receiver["name"]}
    return theirs, ours


def text(pattern, replacement):
    """0.25's text with one part in newer words."""
    def adapt(theirs, ours):
        if isinstance(theirs.body, str):
            theirs.body = re.sub(pattern, replacement, theirs.body)
        return theirs, ours
    return adapt


def same_but_for(part):
    """Both answers refuse with the same status and code; the wording of one part of the message differs."""
    def adapt(theirs, ours):
        for answer in (theirs, ours):
            if isinstance(answer.body, dict) and "message" in answer.body:
                answer.body["message"] = re.sub(part, "…", answer.body["message"], flags=re.DOTALL)
        return theirs, ours
    return adapt


def accepted(theirs, ours):
    """0.25 refuses it, we take it in."""
    return Answer(200, {}, ""), ours


def stored(label):
    """What 0.25 refused is there, with this name among the labels or annotations of some alert."""
    def adapt(theirs, ours):
        found = isinstance(ours.body, list) and any(label in alert["labels"] or label in alert["annotations"] for alert in ours.body)
        return (ours if found else Answer(200, JSON, [f"an alert with {label!r}"])), ours
    return adapt


def made(theirs, ours):
    """0.25 refuses the silence, we make one."""
    id = ours.body.get("silenceID", "") if isinstance(ours.body, dict) else ""
    return Answer(200, JSON, {"silenceID": id if id.startswith("<id of") else "an id"}), ours


def lists_also(*names):
    """Silences that only we made are left out of the comparison."""
    def adapt(theirs, ours):
        if isinstance(ours.body, list):
            ours.body = [silence for silence in ours.body if not any(f"<id of {name}>" == silence["id"] for name in names)]
        return theirs, ours
    return adapt


def times_in_utc(theirs, ours):
    for silence in theirs.body:
        for member in ("startsAt", "endsAt"):
            if not silence[member].endswith(("Z", ">")):
                time = datetime.datetime.fromisoformat(silence[member]).astimezone(datetime.timezone.utc)
                silence[member] = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return theirs, ours


def only_status(theirs, ours):
    """Both answer a page or text of their own."""
    return Answer(theirs.status, theirs.headers, ""), Answer(ours.status, ours.headers, "" if ours.body else "nothing")


def without_allow_order(theirs, ours):
    """0.25 lists allowed methods in random order."""
    for answer in (theirs, ours):
        if isinstance(answer.body, dict) and "message" in answer.body:
            answer.body["message"] = re.sub(r"\[[A-Z,]+\]", lambda match: "[" + ",".join(sorted(match.group()[1:-1].split(","))) + "]", answer.body["message"])
    return theirs, ours


def notified(theirs, ours):
    """Bodies of webhooks: what came after 0.25, in its place and with its meaning (reference 5.3, 9.1)."""
    firing = {}
    for told in theirs.body:
        body = told["body"]
        known, now = firing.get(body["groupKey"]), {alert["fingerprint"] for alert in body["alerts"] if alert["status"] == "firing"}
        body["notification_reason"] = (
            "first notification" if known is None else "all alerts resolved" if not now else "new alerts added" if now - known else "some alerts resolved")
        firing[body["groupKey"]] = now
        body["routeLabels"] = {}
        told["keys"].insert(told["keys"].index("alerts") + 1, "notification_reason")
        told["keys"].insert(told["keys"].index("commonAnnotations") + 1, "routeLabels")
        told["headers"]["User-Agent"] = "Alertmanager/0.34.0"
    return theirs, ours


# What Go's encoding/json says of a value of the wrong type names Go types, in other ways in each version.
GO_TYPE = r"json: cannot unmarshal \w+ into Go .*"
# The last layout tried was another one.
TIME_LAYOUT = r"(parsing time \S+).*"

DIFFERENCES = [
    Difference("(?!told|count|metric|value|newer).*", "3.5", "status.mutedBy, since 0.28", alerts_have(lambda alert: alert["status"].update(mutedBy=[]))),
    Difference(".*groups.*", "3.7", "routeLabels, since 0.34", groups_have_route_labels),
    Difference("receivers|GET /api/v2/receivers", "3.4", "labels, since 0.33", receivers_have_labels),
    Difference("told: .*", "9.1", "notification_reason since 0.32, routeLabels since 0.34", notified),
    # Alerts.
    Difference("(label|annotation) name '(00|a-b|a b|ü|a:b|.x00|a.n)'", "1.1", "any UTF-8 is a name, since 0.27", accepted),
    *(Difference(f"(label|annotation) name {name!r}: stored".replace("\\", "."), "1.1", "any UTF-8 is a name, since 0.27", stored(name))
      for name in ("00", "a-b", "a b", "ü", "a:b", "\x00", "a\n")),
    Difference("some invalid, some not", "3.6", "problems joined by newlines", text("; ", "\n")),
    Difference("startsAt '2020-01-01(T01:00:00.0200)?'", "3.2", "bare dates and offsets without a colon are times", accepted),
    Difference("startsAt '2020-01-01(T01:00:00.0200)?': stored", "3.2", "bare dates and offsets without a colon are times", stored("alertname")),
    Difference("(startsAt '|silence with (starts|ends)At \"|mutated (alerts|silence)).*", "3.2", "another layout was tried last", same_but_for(TIME_LAYOUT)),
    Difference("the body '.null.'.*", "3.2", "0.25 cuts the connection", expects(422, JSON, {"code": 602, "message": "0.labels in body is required"})),
    Difference("(the body|startsAt|silence|matcher|labels|annotations|a label|generatorURL|POST|odd POST|/api|mutated).*", "3.2", "Go's names of types", same_but_for(GO_TYPE)),
    # Silences.
    Difference("(matcher|two|a bad|an empty|one|bad|mutated silence).*", "3.8", "the words for invalid silences", text(
        "silence invalid: (invalid label matcher [0-9]+|)", lambda match: "invalid silence: " + match.group(1) + (" in set 0" if match.group(1) else ""))),
    Difference("matcher name '(0a|a-b|a b|ü|a:b|a.n)'", "1.1", "any UTF-8 is a name, since 0.27", made),
    Difference("a null matcher", "3.2", "0.25 cuts the connection", expects(422, JSON, {"code": 602, "message": "matchers.0.isRegex in body is required"})),
    Difference("everything|silences with .*", "1.1", "silences that 0.25 refused", lists_also(*(f"matcher name {name!r}" for name in ("0a", "a-b", "a b", "ü", "a:b", "a\n")))),
    Difference("silences by then|everything", "3.8", "times of silences are UTC", times_in_utc),
    Difference("(expire unknown|DELETE /api/v2/silence/|delete silence for).*", "15", "DELETE of an unknown silence is 404, since 0.26", lambda theirs, ours: (
        Answer(404, {}, "") if theirs.status == 500 else theirs, ours)),
    # Filters.
    Difference("(alerts|groups|silences) with '([{]alertname=Down[}]|alertname=~x[{]1001[}]|[{]f=1[}])'", "2.3", "braces are refused where one matcher is wanted, since 0.27", text(
        "^(bad matcher format|error parsing regexp): .*", lambda match: "unexpected open or close brace: " + (
            match.group().split(": ")[1] if match.group().startswith("bad") else "alertname=~x{1001}"))),
    Difference("(alerts|groups) with '0=x'", "2.1", "any UTF-8 is a name, since 0.27", expects(200, JSON, [])),
    # Paths and header fields.
    Difference("v1 (?!nosuch).*", "3.1", "API v1 is gone, since 0.27", lambda theirs, ours: (
        Answer(410, JSON, "deprecated"), Answer(ours.status, ours.headers, ours.body.get("status") if isinstance(ours.body, dict) else ours.body))),
    Difference("[A-Z]+ /api/v2/.*", "3.2", "the order of methods in the message is random", without_allow_order),
    Difference("[A-Z]+ /api/v2", "3.2", "an unknown path is 404; 0.25 redirects to /api/v2/, which is 404", lambda theirs, ours: (
        Answer(404, JSON, ours.body if ours.body == "" else {"code": 404, "message": "path /api/v2 was not found"}), ours)),
    Difference("odd POST .*(//|/[.]).*", "3.6", "a sender's POST is answered by taking its alerts in: 0.25 redirects it, so that it comes back as a GET without them", lambda theirs, ours: (
        Answer(200, {}, "") if theirs.status == 301 else theirs, ours)),
    Difference("odd .*#x", "3.1", "a raw # in a request, which no client sends", same_but_for("alerts.*x was")),
    Difference("(get|delete) id %2F", "3.2", "an id of the wrong format is 601; to 0.25 a slash is one even when it is escaped", expects(422, JSON, {"code": 601, "message": 'silenceID in path must be of type uuid: "/"'})),
    Difference("(alerts|silence) as '(application/json, text/plain|;|a/b/c)'", "3.2", "another type is 415, also where 0.25 cannot parse it", lambda theirs, ours: (
        Answer(415, JSON, "unsupported"), Answer(ours.status, ours.headers, ours.body["message"].split()[0]))),
    Difference("alerts as 'application/json; x'", "3.2", "parameters of a type are not looked at", expects(200, {}, "")),
    Difference("silence as 'application/json; x'", "3.2", "parameters of a type are not looked at", expects(422, JSON, {"code": 602, "message": "comment in body is required"})),
    Difference("GET /|prefixed GET /am/x/|external GET /path/to/|(prefixed )?GET (/am/x)?/metrics|prefixed GET /am/x/metrics", "3.1", "a page and help texts of its own", only_status),
    Difference("(prefixed )?GET (/am/x)?/api/v2/status", "3.3", "version, start and configuration of its own; shape compared", lambda theirs, ours: (
        Answer(200, JSON, shape_of_status(theirs.body)), Answer(ours.status, ours.headers, shape_of_status(ours.body)))),
    # Configurations.
    Difference("configuration .*(group_by: .(1|'a b'|0a).|'0=1'|equal: .'0'.).*", "1.1", "any UTF-8 is a label name, since 0.27", lambda theirs, ours: (Answer(200, {}, ""), ours)),
    Difference("configuration .*equal: .null.*", "1.1", "a label name is not empty, which a null element is, since 0.27", lambda theirs, ours: (Answer(500, {}, ""), ours)),
    # Metrics.
    Difference("metric (go_.*|net_conntrack_.*|promhttp_.*|process_virtual_memory_max_bytes)", "13", "of Go's runtime and libraries", expects(200, {"type": "none", "help": True}, [])),
    Difference("metric .*(gossip|snapshot|_gc_|nflog_query_duration|marked_alerts).*", "13", "no gossip and no snapshots here; marked_alerts is gone since 0.33",
               expects(200, {"type": "none", "help": True}, [])),
    Difference("metric alertmanager_build_info", "13", "no goarch and goos: it is not Go", lambda theirs, ours: (Answer(200, theirs.headers, [
        label for label in theirs.body if label not in ("goarch", "goos")]), ours)),
    Difference("metric alertmanager_dispatcher_alert_processing_duration_seconds", "13", "with quantiles since 0.33", lambda theirs, ours: (
        Answer(200, theirs.headers, ["quantile"]), ours)),
    Difference("metric alertmanager_http_request_duration_seconds", "13", "code, since 0.30", lambda theirs, ours: (Answer(200, theirs.headers, ["code", *theirs.body]), ours)),
    Difference("metric alertmanager_notifications_failed_total", "13", "reason, since 0.26", lambda theirs, ours: (Answer(200, theirs.headers, [*theirs.body, "reason"]), ours)),
    Difference("value .*'version': 'v1'.*", "13", "API v1 is gone, since 0.27", lambda theirs, ours: (Answer(200, {}, None), ours)),
    Difference("value .*'integration': '(?!webhook|slack|email).*", "13", "only the integrations of this version", lambda theirs, ours: (Answer(200, {}, None), ours)),
    Difference("value alertmanager_notifications_failed_total.*(webhook|slack|email).*", "13", "by reason, since 0.26", lambda theirs, ours: (Answer(200, {}, None), ours)),
]


def shape_of_status(body):
    """The keys, the parts that must be equal, and the lines of the configuration that 0.25 knows."""
    return {"keys": sorted(body), "cluster": body["cluster"], "uptime": body["uptime"], "version": sorted(body["versionInfo"]), "config": sorted(body["config"])}

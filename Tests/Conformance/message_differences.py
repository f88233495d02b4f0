"""Where Flatalert's messages must be other than Alertmanager 0.25's, each with its section of the reference. One that is never needed fails the run."""
import copy
import re

REASONS = {'"first notification"', '"new alerts added"', '"all alerts resolved"', '"some alerts resolved"', '"repeat interval elapsed"'}


class Difference:
    """`pattern` is searched in the name of the comparison; `change(theirs, ours)` changes both in place into what must be equal."""

    def __init__(self, pattern, section, why, change):
        self.pattern, self.section, self.why, self.change = re.compile(pattern), section, why, change
        self.used = 0

    def __repr__(self):
        return f"{self.pattern.pattern} ({self.section}: {self.why})"


def adapted(name, theirs, ours):
    """Returns (expected, given, how many differences were needed)."""
    expected, given, used = copy.deepcopy(theirs), copy.deepcopy(ours), 0
    for difference in ANSWERS:
        if difference.pattern.search(name):
            before = copy.deepcopy((expected, given))
            difference.change(expected, given)
            if before != (expected, given):
                difference.used += 1
                used += 1
    return expected, given, used


def parts(value, member):
    """All objects inside that have this member."""
    if isinstance(value, dict):
        if member in value:
            yield value
        for part in value.values():
            yield from parts(part, member)
    elif isinstance(value, list):
        for part in value:
            yield from parts(part, member)


def muted_by(theirs, ours):
    for status in parts(theirs["body"], "silencedBy"):
        status["mutedBy"] = []


def route_labels(theirs, ours):
    for group in theirs["body"] if isinstance(theirs["body"], list) else []:
        group["routeLabels"] = {}


def receiver_labels(theirs, ours):
    for receiver in theirs["body"]:
        receiver["labels"] = {"name": receiver["name"]}


def newer_members(theirs, ours):
    """0.25's bodies have none of them, ours have both, with a reason that there is."""
    for message in theirs:
        if message["kind"] == "webhook":
            message["newer"] = message["newer"] or {"notification_reason": "a reason", "routeLabels": "{}"}
    for message in ours:
        if message["kind"] == "webhook" and message["newer"].get("notification_reason") in REASONS:
            message["newer"]["notification_reason"] = "a reason"


def user_agent(theirs, ours):
    for message in theirs:
        if "User-Agent" in message.get("headers", {}):
            message["headers"]["User-Agent"] = message["headers"]["User-Agent"].replace("/0.25.0", "/0.34.0")


LABEL = re.compile(r'([a-zA-Z_]\w*)="(?:[^"\\]|\\.)*"')


def group_key(theirs, ours):
    """0.25 sorts the printed pairs, so that label_10="…" comes before label_1="…"; names are sorted since."""
    for message in theirs:
        if message["kind"] == "webhook":
            routes, _, labels = message["group"].rpartition(":{")
            pairs = [match.group() for match in LABEL.finditer(labels)]
            if ", ".join(pairs) + "}" == labels:
                message["group"] = routes + ":{" + ", ".join(sorted(pairs, key=lambda pair: pair.partition("=")[0])) + "}"


ANSWERS = [
    Difference("/api/v2/alerts", "3.5", "status.mutedBy, since 0.28", muted_by),
    Difference("/alerts/groups", "3.7", "routeLabels, since 0.34", route_labels),
    Difference("/receivers$", "3.4", "labels, since 0.33", receiver_labels),
    Difference("told to /.*/webhook/", "9.1", "notification_reason since 0.32, routeLabels since 0.34", newer_members),
    Difference("told to /.*/webhook/", "4.2", "labels of the group key sorted by name", group_key),
    Difference("told to /", "9", "the version in User-Agent", user_agent),
]

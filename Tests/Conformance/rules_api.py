#!/usr/bin/env python3
"""The same prometheus.yml, rule files and targets under Debian's Prometheus 2.42 and under Flatalert: what both tell of them is compared.

Usage: rules_api.py FLATALERT [--verbose]
While targets rise, fall silent and return, /api/v1/rules, /alerts, /targets, /alertmanagers and others are read from both and compared key by key, in
the order of the keys too; then what both posted to their Alertmanagers. Times and durations must have the right form and lie near each other. Ends with
how many answers were equal, how many differ as reference 10.1 says that they must, and how many differ otherwise, which fails the run.
"""
import argparse
import collections
import datetime
import http.server
import json
import pathlib
import re
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))
from peers import PEERS, Flatalert, Process, environment_without_proxies, free_port, wait_until  # noqa: E402
from targets import Target  # noqa: E402

ROUTER = "route: {receiver: none}\nreceivers: [{name: none}]\n"

CONFIGURATION = """global:
  scrape_interval: 1s
  scrape_timeout: 500ms
  evaluation_interval: 1s
  external_labels: {{site: lab, severity: unset}}
rule_files: [{directory}/rules/*.yml]
alerting:
  alert_relabel_configs:
  - source_labels: [alertname]
    regex: Hidden
    action: drop
  - source_labels: [severity]
    target_label: priority
    replacement: p-$1
  alertmanagers:
  - path_prefix: /am
    static_configs: [{{targets: ['{alertmanager}']}}]
  - static_configs: [{{targets: ['127.0.0.1:1']}}]
    relabel_configs: [{{action: drop, source_labels: [__address__], regex: '.*:1'}}]
scrape_configs:
- job_name: rooms
  params: {{a: ['1', '2'], b: [x y]}}
  static_configs:
  - targets: ['{first}', '{second}']
    labels: {{floor: '2'}}
  - targets: ['127.0.0.1:2']
    labels: {{drop: me}}
  relabel_configs: [{{action: drop, source_labels: [drop], regex: me}}]
- job_name: lonely
  scrape_interval: 2s
  metrics_path: /other
  static_configs: [{{targets: ['{third}']}}]
"""

RULES = {
    "b.yml": """groups:
- name: temperatures
  interval: 2s
  limit: 10
  rules:
  - record: floor:temperature:max
    expr: max by(floor) (temperature)
    labels: {kind: max}
  - alert: Hot
    expr: temperature   >  50
    for: 3s
    keep_firing_for: 4s
    labels: {severity: page, room: '{{ $labels.room }}!', empty: ''}
    annotations:
      summary: 'Room {{ $labels.room }} at {{ $externalLabels.site }} has {{ $value }} & more <b>'
      empty: ''
  - alert: Hidden
    expr: temperature > 50
- name: always
  rules:
  - alert: Always
    expr: vector(0.25)
  - alert: Never
    expr: vector(1) > 2
    annotations: {z: '1', a: '2'}
  - alert: Down
    expr: up == 0
    for: 2s
""",
    "a.yml": """groups:
- name: always
  rules:
  - record: doubled
    expr: temperature * 2
  - alert: Broken
    expr: vector(1) * on() (vector(1) or label_replace(vector(2), 'a', 'b', '', ''))
    for: 1h
    labels: {severity: none}
- name: empty
  rules: []
""",
}

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
MILLISECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ZERO = "0001-01-01T00:00:00Z"
TIMES = ("lastEvaluation", "activeAt", "lastScrape", "keepFiringSince", "startsAt", "endsAt")
DURATIONS = ("evaluationTime", "lastScrapeDuration")
# Seconds. Both evaluate every 1 or 2 s, each with its own phase; loaded machines are late.
NEAR = 5.0


def seconds(text):
    return datetime.datetime.fromisoformat(re.sub(r"(\.\d{1,6})\d*", r"\1", text).replace("Z", "+00:00")).timestamp()


class Alertmanager:
    """Keeps what is posted."""

    def __init__(self):
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, self.headers["Content-Type"], json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def alerts(self, name, resolved=None):
        """Alerts of this name in the order of arrival."""
        found = [alert for _, _, body in list(self.requests) for alert in body if alert["labels"]["alertname"] == name]
        return [alert for alert in found if resolved in (None, seconds(alert["endsAt"]) <= time.time())]


class Side:
    """One of the two programs."""

    def __init__(self, name, url, process, alertmanager):
        self.name, self.url, self.process, self.alertmanager = name, url, process, alertmanager

    def get(self, path):
        """(status, value) of an answer; objects keep the order of their keys."""
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{path}", timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raw = error.read()
            try:
                return error.code, json.loads(raw)
            except ValueError:
                return error.code, raw.decode(errors="replace")

    def states(self):
        """{(alertname, room or instance): state} of the active alerts."""
        status, answer = self.get("alerts")
        if status != 200:
            return {}
        return {
            (alert["labels"]["alertname"], alert["labels"].get("room") or alert["labels"].get("instance", "")): alert["state"]
            for alert in answer["data"]["alerts"]
        }

    def is_ready(self):
        """Every rule was evaluated, every target scraped, the Alertmanager found."""
        assert self.process.child.poll() is None, f"{self.name} ended: {self.process.output()[-3000:]}"
        try:
            groups = self.get("rules")[1]["data"]["groups"]
        except (OSError, TypeError, KeyError):
            return False
        targets = self.get("targets?state=active")[1]["data"]["activeTargets"]
        return (
            groups and all(rule["lastEvaluation"] != ZERO for group in groups for rule in group["rules"])
            and len(targets) == 3 and all(target["health"] == "up" for target in targets)
            and self.get("alertmanagers")[1]["data"]["activeAlertmanagers"]
        )


def in_order(elements):
    """Alerts and targets by their labels: their order means nothing."""
    return sorted(elements, key=lambda element: json.dumps(element.get("labels") or element.get("discoveredLabels"), sort_keys=True))


def words(text):
    """An error's words in no order: 2.42 names the two series of a match as they come."""
    return sorted(re.split(r"[\[\]{}, ]+", text)) if isinstance(text, str) else text


def reason(place, theirs, ours):
    """Why a difference is right; None when it is not."""
    if theirs is not None:
        return None
    if place.endswith(".droppedTargetCounts") or re.search(r"\.droppedTargets\[\d+\]\.scrapePool$", place):
        return "2.42 tells dropped targets by their discovered labels alone"
    if ours == {} and re.search(r"\.rules\[\d+\]\.labels$", place):
        return "2.42 leaves out the labels of a recording rule without any"
    if ours == {} and place == ".annotations":
        return "2.42 leaves out the annotations of a message without any"
    return None


class Comparison:
    """Two answers beside each other: differences by their place."""

    def __init__(self):
        self.differences = []
        self.allowed = set()

    def note(self, place, theirs, ours):
        topic = reason(place, theirs, ours)
        if topic:
            self.allowed.add(topic)
        else:
            self.differences.append(f"{place}: {json.dumps(theirs)[:400]} / {json.dumps(ours)[:400]}")

    def compare(self, theirs, ours, place=""):
        key = place.rsplit(".", 1)[-1]
        if isinstance(theirs, dict) and isinstance(ours, dict):
            for name in sorted(theirs.keys() | ours.keys()):
                self.compare(theirs.get(name), ours.get(name), f"{place}.{name}")
            if [name for name in theirs if name in ours] != [name for name in ours if name in theirs]:
                self.differences.append(f"{place}: order of keys {list(theirs)} / {list(ours)}")
        elif isinstance(theirs, list) and isinstance(ours, list):
            self.compare_lists(theirs, ours, place, key)
        elif key in TIMES and all(isinstance(text, str) and TIME.fullmatch(text) for text in (theirs, ours)):
            if (theirs == ZERO) != (ours == ZERO) or theirs != ZERO and abs(seconds(theirs) - seconds(ours)) > NEAR:
                self.note(place, theirs, ours)
        elif place.endswith(".value[0]"):
            # When the query came.
            if abs(theirs - ours) > NEAR:
                self.note(place, theirs, ours)
        elif key in DURATIONS and all(isinstance(number, (int, float)) for number in (theirs, ours)):
            if not (0 <= theirs < NEAR and 0 <= ours < NEAR):
                self.note(place, theirs, ours)
        elif key == "lastError":
            if words(theirs) != words(ours):
                self.note(place, theirs, ours)
        elif place.endswith("activeAlertmanagers[0].url") and isinstance(theirs, str) and isinstance(ours, str):
            # Each has an Alertmanager of its own.
            if re.sub(r":\d+/", ":PORT/", theirs) != re.sub(r":\d+/", ":PORT/", ours):
                self.note(place, theirs, ours)
        elif theirs != ours or isinstance(theirs, bool) != isinstance(ours, bool):
            self.note(place, theirs, ours)

    def compare_lists(self, theirs, ours, place, key):
        if key in ("alerts", "activeTargets", "droppedTargets"):
            theirs, ours = in_order(theirs), in_order(ours)
        elif key == "groups":
            # Groups without rules are in 2.42's answers alone.
            theirs = [group for group in theirs if group["rules"]]
        if len(theirs) != len(ours):
            return self.note(place, theirs, ours)
        for index, (a, b) in enumerate(zip(theirs, ours)):
            self.compare(a, b, f"{place}[{index}]")
        return None


class Run:
    def __init__(self, sides, verbose):
        self.sides = sides
        self.verbose = verbose
        self.equal, self.failed = 0, 0
        self.allowed = collections.Counter()

    def compare(self, title, theirs, ours):
        comparison = Comparison()
        comparison.compare(theirs, ours)
        if self.verbose:
            print(f"{title}\n  {json.dumps(theirs)}\n  {json.dumps(ours)}")
        self.allowed.update(comparison.allowed)
        self.failed += bool(comparison.differences)
        self.equal += not comparison.differences and not comparison.allowed
        for difference in comparison.differences:
            print(f"FAILED: {title} {difference}")
        return not comparison.differences

    def wait(self, condition, what):
        """Until both sides meet the condition."""
        wait_until(lambda: all(condition(side.states()) for side in self.sides), 40, what)

    def read(self, state, *paths):
        """Compares answers in a state that lasts. A pass may fall between two reads: what differs is read again."""
        for path in paths:
            for _ in range(5):
                theirs, ours = ({"status": status, "body": body} for status, body in (side.get(path) for side in self.sides))
                trial = Comparison()
                trial.compare(theirs, ours)
                if not trial.differences:
                    break
                time.sleep(0.7)
            self.compare(f"{state}: {path}", theirs, ours)

    def play(self, rooms):
        first, _, third = rooms
        lists = ("rules", "alerts", "targets")
        self.wait(lambda states: states.get(("Always", "")) == "firing", "the first alert fires")
        self.read("quiet", *lists, "rules?type=alert", "rules?type=record", "rules?type=odd", "targets?state=active", "targets?state=dropped",
                  "targets?state=odd", "scrape_pools", "alertmanagers", "metadata?metric=temperature",
                  "query?query=floor:temperature:max*0")
        first.fail("hot")
        self.wait(lambda states: states.get(("Hot", "first!")) == "pending", "the alert is pending")
        self.wait(lambda states: states.get(("Hot", "first!")) == "firing", "the alert fires")
        self.read("hot", *lists)
        first.recover()
        self.wait(lambda states: ("Hidden", "first") not in states and states.get(("Hot", "first!")) == "firing", "the alert is kept firing")
        self.read("kept", "alerts")
        self.wait(lambda states: ("Hot", "first!") not in states, "the alert ends")
        third.fail("refuse")
        self.wait(lambda states: states.get(("Down", third.address)) == "firing", "a target is down")
        self.read("down", "rules", "alerts")
        third.recover()
        self.wait(lambda states: ("Down", third.address) not in states, "the target is back")
        self.read("back", *lists)
        self.compare_messages()
        self.compare_keys()

    def compare_messages(self):
        """What the Alertmanagers were told: the same alerts, in the same form."""
        alertmanagers = [side.alertmanager for side in self.sides]
        for name, resolved in (("Always", None), ("Hot", None), ("Hot", True), ("Down", True)):
            wait_until(lambda: all(hook.alerts(name, resolved) for hook in alertmanagers), 20, f"{name} was told")
            # Prometheus finds its Alertmanagers after some seconds; the newest messages are of the same time.
            theirs, ours = (hook.alerts(name, resolved)[-1] for hook in alertmanagers)
            for message in (theirs, ours):
                assert all(MILLISECONDS.fullmatch(message[key]) for key in ("startsAt", "endsAt")), message
            self.compare(f"message of {name} ({'resolved' if resolved else 'newest'})", theirs, ours)
        self.compare("way of messages", *(list(hook.requests[0][:2]) for hook in alertmanagers))
        self.compare("messages of what relabelling drops", *(hook.alerts("Hidden") for hook in alertmanagers))

    def compare_keys(self):
        """Pages of which only the form is the same: every key that Prometheus has and that does not speak of Go."""
        for path, foreign in (("status/runtimeinfo", {"GOGC", "GODEBUG", "GOMEMLIMIT"}), ("status/tsdb", set()), ("status/config", set())):
            theirs, (status, ours) = (side.get(path) for side in self.sides)
            missing = theirs[1]["data"].keys() - foreign - (ours["data"].keys() if status == 200 else set())
            self.compare(f"keys of {path} that are missing", [], sorted(missing))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--verbose", action="store_true", help="print every answer")
    options = parser.parse_args()
    rooms = [Target(name) for name in ("first", "second", "third")]
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        (directory / "rules").mkdir()
        for name, text in RULES.items():
            (directory / "rules" / name).write_text(text)
        hooks = [Alertmanager(), Alertmanager()]
        for number, hook in enumerate(hooks):
            (directory / f"{number}.yml").write_text(CONFIGURATION.format(
                directory=directory, alertmanager=hook.address, first=rooms[0].address, second=rooms[1].address, third=rooms[2].address))
        port = free_port()
        shared = ["--web.external-url=http://mon.example:9000", "--rules.alert.resend-delay=1s"]
        prometheus = Process(
            [PEERS / "prometheus", f"--config.file={directory / '0.yml'}", f"--storage.tsdb.path={directory / 'tsdb'}",
             f"--web.listen-address=127.0.0.1:{port}", *shared],
            directory / "prometheus.log", env=environment_without_proxies())
        flatalert = Flatalert(
            options.flatalert, directory / "flatalert", ROUTER,
            extra=[f"--monitor.config={directory / '1.yml'}", "--rules.alert.send-to=both", *shared])
        sides = [Side("prometheus", f"http://127.0.0.1:{port}", prometheus, hooks[0]), Side("flatalert", flatalert.url, flatalert, hooks[1])]
        run = Run(sides, options.verbose)
        try:
            for side in sides:
                wait_until(side.is_ready, 40, f"{side.name} knows its targets and has evaluated its rules")
            run.play(rooms)
        except AssertionError:
            print(flatalert.output()[-3000:])
            raise
        finally:
            prometheus.stop()
            flatalert.stop()
            for room in rooms:
                room.close()
    print(f"rules API: {run.equal} answers and messages equal, {sum(run.allowed.values())} allowed differences {dict(run.allowed)}, {run.failed} failed")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Rules from our own engine with real targets: kills, sleeps and reloads in the middle of everything, a remote source, remote Alertmanagers.

Usage: rules.py BINARY [NAME …]
"""
import http.server
import os
import pathlib
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from peers import PEERS, ROOT, Flatalert, Process, Webhook, free_port, request, wait_until  # noqa: E402
from targets import Target  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
FAKETIME = ROOT / ".build-tools/root/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
HOLD = 6
RULES = f"""groups:
- name: rooms
  rules:
  - alert: Down
    expr: up == 0
    for: {HOLD}s
    annotations: {{summary: '{{{{ $labels.job }}}} is down'}}
  - alert: Hot
    expr: temperature > 50
    keep_firing_for: {HOLD}s
  - alert: Errors
    expr: rate(errors_total[10s]) > 1
"""


def routing(webhook, grouping="'...'"):
    return f"""route: {{receiver: hook, group_by: [{grouping}], group_wait: 0s, group_interval: 1s, repeat_interval: 1000h}}
receivers:
- name: hook
  webhook_configs: [{{url: '{webhook.url}', send_resolved: true}}]
"""


class Scene:
    """A target, a receiver, and Flatalert between them, every second."""

    def __init__(self, directory, rules=RULES, extra=(), alerting="", scrape=True, clock=None):
        self.directory = directory
        self.target = Target("cellar")
        self.webhook = Webhook()
        self.rules = directory / "rules.yml"
        self.rules.write_text(rules)
        self.monitor = directory / "prometheus.yml"
        jobs = f"scrape_configs: [{{job_name: rooms, static_configs: [{{targets: ['{self.target.address}']}}]}}]\n" if scrape else ""
        self.monitor.write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s, external_labels: {host: lab}}\nrule_files: [rules.yml]\n" + jobs + alerting)
        self.extra = [f"--monitor.config={self.monitor}", *extra]
        self.port = free_port()
        self.clock = clock
        self.flatalert = None
        self.start()

    def start(self):
        binary = BINARY
        if self.clock:
            # libfaketime changes the environment of the first process that has it, which hides the arguments from Swift: so a shell goes first.
            binary = self.directory / "program"
            binary.write_text(f"#!/bin/sh\nexec {BINARY} \"$@\"\n")
            binary.chmod(0o755)
            os.environ.update(LD_PRELOAD=str(FAKETIME), FAKETIME_TIMESTAMP_FILE=str(self.clock), FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1")
        try:
            self.flatalert = Flatalert(binary, self.directory / "ours", routing(self.webhook), port=self.port, extra=self.extra)
        finally:
            for name in ("LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC"):
                os.environ.pop(name, None)
        self.flatalert.ready()
        self.url = self.flatalert.url

    def kill_and_restart(self, pause=0.0):
        self.flatalert.kill()
        time.sleep(pause)
        self.start()

    def get(self, path, **query):
        status, answer = request(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query, doseq=True)}")
        assert status == 200 and answer["status"] == "success", (path, query, status, answer)
        return answer["data"]

    def alert(self, name):
        found = [alert for alert in self.get("alerts")["alerts"] if alert["labels"]["alertname"] == name]
        assert len(found) <= 1, found
        return found[0] if found else None

    def state(self, name):
        alert = self.alert(name)
        return alert["state"] if alert else "inactive"

    def wait_for(self, name, state, seconds=20):
        wait_until(lambda: self.state(name) == state, seconds, f"{name} is {state}; it is {self.alert(name)}")
        return self.alert(name)

    def told(self, name):
        return [alert["status"] for alert in self.webhook.told(alertname=name)]

    def wait_told(self, name, statuses, seconds=20):
        wait_until(lambda: self.told(name) == statuses, seconds, f"{name} told as {statuses}; it was {self.told(name)}")

    def well(self):
        """Scraped at least once, everything evaluated."""
        def check():
            groups = self.get("rules")["groups"]
            return groups and all(rule["health"] == "ok" for group in groups for rule in group["rules"])
        wait_until(check, 20, "every rule was evaluated")
        return self

    def close(self):
        assert self.flatalert.stop() == 0
        self.target.close()
        self.webhook.close()


def a_target_that_dies_is_told_and_its_return_too(directory):
    scene = Scene(directory).well()
    targets = scene.get("targets")["activeTargets"]
    assert [(t["health"], t["scrapePool"], t["labels"]["instance"]) for t in targets] == [("up", "rooms", scene.target.address)], targets
    assert scene.get("query", query="up")["result"][0]["value"][1] == "1"
    scene.target.fail("refuse")
    pending = scene.wait_for("Down", "pending")
    assert scene.told("Down") == []
    scene.wait_told("Down", ["firing"])
    alert = scene.webhook.told(alertname="Down")[0]
    assert alert["labels"] == {"alertname": "Down", "job": "rooms", "instance": scene.target.address, "host": "lab"}, alert
    assert alert["annotations"] == {"summary": "rooms is down"}, alert
    assert "/graph?g0.expr=up+%3D%3D+0&g0.tab=1" in alert["generatorURL"], alert
    firing = scene.alert("Down")
    assert firing["activeAt"] == pending["activeAt"] and firing["value"] == "0e+00", firing
    # The external label is of the message, not of the rule's series.
    series = scene.get("query", query='ALERTS{alertname="Down"}')["result"]
    assert [s["metric"] for s in series] == [{"__name__": "ALERTS", "alertname": "Down", "alertstate": "firing", "job": "rooms", "instance": scene.target.address}], series
    broken = scene.get("targets")["activeTargets"][0]
    assert broken["health"] == "down" and "connect" in broken["lastError"].lower(), broken
    scene.target.recover()
    scene.wait_told("Down", ["firing", "resolved"])
    scene.close()


def a_kill_in_the_middle_of_anything_changes_nothing(directory):
    scene = Scene(directory).well()
    # In the middle of `for`.
    scene.target.fail("refuse")
    pending = scene.wait_for("Down", "pending")
    begun = time.monotonic()
    time.sleep(HOLD / 2)
    scene.kill_and_restart(pause=1)
    after = wait_until(lambda: scene.alert("Down"), 10, "the pending alert is back")
    assert after["state"] == "pending", after
    scene.wait_for("Down", "firing")
    took = time.monotonic() - begun
    assert took >= HOLD - 1.5, f"fired after {took:.1f} s, `for` is {HOLD} s"
    assert took <= HOLD + 6, f"fired after {took:.1f} s: `for` began anew"
    scene.wait_told("Down", ["firing"])
    # While firing, twice.
    firing = scene.alert("Down")
    for _ in range(2):
        scene.kill_and_restart()
        scene.well()
        again = scene.alert("Down")
        assert again and again["state"] == "firing" and again["activeAt"] == firing["activeAt"], (firing, again)
    time.sleep(3)
    assert scene.told("Down") == ["firing"], scene.told("Down")
    # As it resolves.
    scene.target.recover()
    scene.wait_for("Down", "inactive")
    scene.kill_and_restart()
    scene.well()
    scene.wait_told("Down", ["firing", "resolved"])
    time.sleep(3)
    assert scene.told("Down") == ["firing", "resolved"], scene.told("Down")
    # While it is kept firing.
    scene.target.fail("hot")
    scene.wait_told("Hot", ["firing"])
    scene.target.recover()
    wait_until(lambda: "keepFiringSince" in (scene.alert("Hot") or {}), 10, "it is kept firing")
    kept = scene.alert("Hot")["keepFiringSince"]
    scene.kill_and_restart()
    again = wait_until(lambda: scene.alert("Hot"), 5, "it is still kept firing")
    assert again["state"] == "firing", again
    assert kept.startswith("20")
    scene.wait_told("Hot", ["firing", "resolved"])
    assert pending["state"] == "pending"
    scene.close()


def eight_hours_of_sleep_change_nothing(directory):
    if not FAKETIME.exists():
        raise runner.Skipped("no libfaketime: scripts/peers faketime")
    clock = directory / "clock"
    clock.write_text("+0\n")
    scene = Scene(directory, clock=clock).well()
    jumps = iter(("+8h", "+16h", "+24h", "+32h"))

    def sleep():
        clock.write_text(next(jumps) + "\n")

    # In the middle of `for`.
    scene.target.fail("refuse")
    scene.wait_for("Down", "pending")
    begun = time.monotonic()
    time.sleep(HOLD / 2)
    sleep()
    scene.wait_for("Down", "firing")
    took = time.monotonic() - begun
    assert took >= HOLD - 1.5, f"fired {took:.1f} s after it began: the sleep counted towards `for`"
    scene.wait_told("Down", ["firing"])
    # While firing.
    sleep()
    time.sleep(4)
    assert scene.told("Down") == ["firing"], scene.told("Down")
    assert scene.state("Down") == "firing"
    # While it sleeps the target comes back: its end is told once.
    scene.target.recover()
    sleep()
    scene.wait_told("Down", ["firing", "resolved"])
    # An alert of a rate, which sees nothing right after the sleep.
    scene.target.fail("errors")
    scene.wait_told("Errors", ["firing"], 30)
    sleep()
    time.sleep(15)
    assert scene.told("Errors") == ["firing"], scene.told("Errors")
    scene.target.recover()
    scene.wait_told("Errors", ["firing", "resolved"], 40)
    assert scene.told("Down") == ["firing", "resolved"], scene.told("Down")
    scene.close()


def a_reload_keeps_state_and_a_bad_file_changes_nothing(directory):
    scene = Scene(directory).well()
    scene.target.fail("hot")
    scene.wait_told("Hot", ["firing"])
    scene.rules.write_text(RULES + "  - alert: Another\n    expr: vector(1)\n")
    assert request(scene.url + "/-/reload", b"", method="POST")[0] == 200
    scene.wait_told("Another", ["firing"])
    assert scene.state("Hot") == "firing"
    scene.rules.write_text(RULES + "  - alert: Broken\n    expr: vector(\n")
    status, answer = request(scene.url + "/-/reload", b"", method="POST")
    assert status == 500 and "rules.yml" in answer and "parse error" in answer, (status, answer)
    assert scene.state("Hot") == "firing" and scene.state("Another") == "firing"
    # A target that is no longer in the file goes, its series with it.
    scene.rules.write_text(RULES)
    assert request(scene.url + "/-/reload", b"", method="POST")[0] == 200
    assert scene.told("Hot") == ["firing"], scene.told("Hot")
    scene.close()


def a_remote_source_that_fails_resolves_nothing(directory):
    """A real Prometheus scrapes; Flatalert only asks it. It is stopped, restarted, frozen, and answers 500 through a proxy of ours."""
    target = Target("remote")
    prometheus_port = free_port()
    (directory / "their.yml").write_text(
        f"global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: rooms, static_configs: [{{targets: ['{target.address}']}}]}}]\n")

    def prometheus():
        process = Process([PEERS / "prometheus", f"--config.file={directory / 'their.yml'}", f"--storage.tsdb.path={directory / 'tsdb'}",
                           f"--web.listen-address=127.0.0.1:{prometheus_port}"], directory / "prometheus.log")
        wait_until(lambda: ready(f"http://127.0.0.1:{prometheus_port}/-/ready"), 30, "Prometheus is ready")
        return process
    server = prometheus()
    proxy = FaultyProxy(prometheus_port)
    scene = Scene(directory, scrape=False, extra=[f"--rules.source=far={proxy.url}", "--rules.default-source=far"])
    try:
        scene.well()
        target.fail("hot")
        scene.wait_told("Hot", ["firing"])
        groups = scene.get("rules")["groups"]

        def health():
            return {rule["health"] for group in scene.get("rules")["groups"] for rule in group["rules"]}

        def fails_and_recovers(break_it, mend_it, words):
            break_it()
            wait_until(lambda: health() == {"err"}, 20, f"the rules notice: {words}")
            time.sleep(HOLD + 3)
            assert scene.state("Hot") == "firing", scene.alert("Hot")
            assert scene.told("Hot") == ["firing"], scene.told("Hot")
            errors = [rule["lastError"] for group in scene.get("rules")["groups"] for rule in group["rules"]]
            assert all("far" in error and words in error for error in errors), errors
            mend_it()
            mended = time.monotonic()
            wait_until(lambda: health() == {"ok"}, 20, "the rules work again")
            print(f"        {words}: works again {time.monotonic() - mended:.1f} s later")
        fails_and_recovers(lambda: proxy.answer(500), lambda: proxy.answer(None), "500")
        fails_and_recovers(lambda: proxy.answer("hang"), lambda: proxy.answer(None), "")
        fails_and_recovers(lambda: proxy.answer("cut"), lambda: proxy.answer(None), "")
        server.stop()
        wait_until(lambda: health() == {"err"}, 20, "the rules notice that Prometheus is gone")
        time.sleep(3)
        assert scene.state("Hot") == "firing" and scene.told("Hot") == ["firing"]
        server = prometheus()
        wait_until(lambda: health() == {"ok"}, 20, "the rules work again")
        # Warnings are kept and no failure.
        proxy.answer("warn")
        wait_until(lambda: "only one store answered" in str(scene.get("rules")) or "only one store answered" in scene.flatalert.output(), 20, "the warning is told")
        assert scene.state("Hot") == "firing"
        proxy.answer(None)
        target.recover()
        scene.wait_told("Hot", ["firing", "resolved"], 30)
        assert groups
    finally:
        server.stop()
        proxy.close()
        target.close()
    scene.close()


def recording_rules_of_a_remote_group_are_refused(directory):
    webhook = Webhook()
    (directory / "rules.yml").write_text("groups: [{name: far-away, rules: [{record: 'a:b', expr: up}]}]\n")
    (directory / "prometheus.yml").write_text("rule_files: [rules.yml]\n")
    flatalert = Flatalert(BINARY, directory / "ours", routing(webhook), extra=[
        f"--monitor.config={directory / 'prometheus.yml'}", "--rules.source=far=http://127.0.0.1:9/", "--rules.default-source=far"])
    wait_until(lambda: flatalert.child.poll() is not None, 10, "it refuses to start")
    assert flatalert.child.returncode == 1
    assert "far-away" in flatalert.output() and "a:b" in flatalert.output() and "far" in flatalert.output(), flatalert.output()


def alerts_go_to_debians_alertmanager_too(directory):
    port = free_port()
    theirs = Webhook()
    (directory / "am.yml").write_text(routing(theirs))
    alertmanager = Process([PEERS / "alertmanager", f"--config.file={directory / 'am.yml'}", f"--storage.path={directory / 'am'}",
                            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="], directory / "am.log")
    scene = Scene(directory, extra=["--rules.alert.send-to=both"], alerting=f"""alerting:
  alert_relabel_configs: [{{source_labels: [alertname], regex: Errors, action: drop}}]
  alertmanagers:
  - static_configs: [{{targets: ['127.0.0.1:{port}']}}]
    alert_relabel_configs: [{{target_label: via, replacement: flatalert}}]
""").well()
    try:
        wait_until(lambda: ready(f"http://127.0.0.1:{port}/-/ready"), 20, "Alertmanager is ready")
        scene.target.fail("hot")
        scene.wait_told("Hot", ["firing"])
        wait_until(lambda: [a["status"] for a in theirs.told(alertname="Hot")] == ["firing"], 20, "Alertmanager tells it too")
        assert theirs.told(alertname="Hot")[0]["labels"]["via"] == "flatalert"
        assert "via" not in scene.webhook.told(alertname="Hot")[0]["labels"]
        assert scene.get("alertmanagers")["activeAlertmanagers"] == [{"url": f"http://127.0.0.1:{port}/api/v2/alerts"}]
        scene.target.recover()
        scene.wait_told("Hot", ["firing", "resolved"])
        wait_until(lambda: [a["status"] for a in theirs.told(alertname="Hot")] == ["firing", "resolved"], 20, "Alertmanager tells the end too")
    finally:
        alertmanager.stop()
    scene.close()


def ready(url):
    try:
        return request(url)[0] == 200
    except OSError:
        return False


class FaultyProxy:
    """Passes POSTs on to Prometheus, or answers as it is told."""

    def __init__(self, port):
        self.mode = None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.answer(None)

            def do_POST(self):
                self.answer(self.rfile.read(int(self.headers["Content-Length"])))

            def answer(self, body):
                if outer.mode == "hang":
                    end = time.monotonic() + 60
                    while outer.mode == "hang" and time.monotonic() < end:
                        time.sleep(0.1)
                if outer.mode == 500:
                    return self.reply(500, b"out of order\n", "text/plain")
                call = urllib.request.Request(f"http://127.0.0.1:{port}{self.path}", data=body)
                try:
                    with urllib.request.urlopen(call, timeout=10) as answer:
                        status, raw = answer.status, answer.read()
                except urllib.error.HTTPError as error:
                    status, raw = error.code, error.read()
                except OSError:
                    return self.reply(502, b"no upstream\n", "text/plain")
                if outer.mode == "cut":
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(raw)))
                    self.end_headers()
                    self.wfile.write(raw[: len(raw) // 2])
                    self.close_connection = True
                    return None
                if outer.mode == "warn":
                    raw = raw.rstrip().removesuffix(b"}") + b',"warnings":["only one store answered"]}'
                return self.reply(status, raw, "application/json")

            def reply(self, status, raw, kind):
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(raw)))
                    self.end_headers()
                    self.wfile.write(raw)
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass
        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, mode):
        self.mode = mode

    def close(self):
        self.mode = None
        self.server.shutdown()


TESTS = [
    a_target_that_dies_is_told_and_its_return_too,
    a_kill_in_the_middle_of_anything_changes_nothing,
    eight_hours_of_sleep_change_nothing,
    a_reload_keeps_state_and_a_bad_file_changes_nothing,
    a_remote_source_that_fails_resolves_nothing,
    recording_rules_of_a_remote_group_are_refused,
    alerts_go_to_debians_alertmanager_too,
]

if __name__ == "__main__":
    sys.exit(runner.main(TESTS))

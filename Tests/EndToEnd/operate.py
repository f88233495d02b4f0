#!/usr/bin/env python3
"""What an operator does with a running instance: backup and restore, heartbeat. Usage: operate.py BINARY [NAME …]"""
import http.server
import pathlib
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from peers import Flatalert, Webhook, request, wait_until  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())


def configuration(webhook):
    return f"""
route:
  receiver: hook
  group_by: ['...']
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
receivers:
- name: hook
  webhook_configs:
  - url: {webhook.url}
    send_resolved: true
"""


def later(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def command(*arguments, cwd, code=0):
    """Runs `flatalert ARGUMENTS` and returns what it printed."""
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=60, cwd=cwd)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def a_backup_under_load_restored_elsewhere_tells_nothing_twice(directory):
    """Everything acknowledged before the backup is in it; the restored instance holds it, tells none of it again, and tells its ends once."""
    webhook = Webhook()
    text = configuration(webhook)
    flatalert = Flatalert(BINARY, directory / "first", text).ready()
    here = f"--alertmanager.url={flatalert.url}"
    numbers = [str(n) for n in range(200)]
    flatalert.post(*({"labels": {"alertname": "Kept", "n": n}, "endsAt": later(600)} for n in numbers))
    command("silence", "add", "alertname=Quiet", "-d", "1h", "-c", "kept", "-a", "e2e", here, cwd=directory)
    wait_until(lambda: len(webhook.told("firing", alertname="Kept")) == 200, 60, "all told")
    acknowledged, stop = [], threading.Event()

    def load():
        number = 0
        while not stop.is_set():
            alerts = [{"labels": {"alertname": "Quiet", "n": str(number + n)}, "endsAt": later(600)} for n in range(50)]
            flatalert.post(*alerts)
            number += 50
            acknowledged.append(number)

    sender = threading.Thread(target=load)
    sender.start()
    wait_until(lambda: len(acknowledged) >= 5, 30, "load")
    before = acknowledged[-1]
    printed = command("backup", "state.backup", here, cwd=directory)
    after = acknowledged[-1] + 50
    stop.set()
    sender.join()
    # Whatever came between the call and its end may or may not be in it, in whole requests.
    with sqlite3.connect(f"file:{directory / 'state.backup'}?mode=ro", uri=True) as copy:
        stored = copy.execute("SELECT count(*) FROM alerts").fetchone()[0]
        assert copy.execute("PRAGMA quick_check").fetchone() == ("ok",)
    assert 200 + before <= stored <= 200 + after, (before, stored, after)
    assert f"{stored} alerts, 1 silence, 200 log entries, taken " in printed, printed
    assert "overwrite it with -f" in command("backup", "state.backup", here, cwd=directory, code=1)
    assert f"in use by process {flatalert.child.pid}" in command("restore", "state.backup", "--storage.path=first/data", cwd=directory, code=1)
    # Killed, it leaves a log that belongs to the old database and must not meet the new one.
    flatalert.kill()
    assert (directory / "first/data/flatalert.db-wal").exists()

    # On another machine there is nothing yet; on this one the old database is kept.
    printed = command("restore", "state.backup", "--storage.path=second/data", cwd=directory)
    assert "second/data/flatalert.db: " in printed and "kept as" not in printed, printed
    printed = command("restore", "state.backup", "--storage.path=first/data", cwd=directory)
    kept = [word for word in printed.split() if "flatalert.db.replaced-" in word]
    assert len(kept) == 1 and not (directory / "first/data/flatalert.db-wal").exists(), printed
    with sqlite3.connect(directory / kept[0]) as old:
        assert old.execute("SELECT count(*) FROM alerts").fetchone()[0] >= 200 + acknowledged[-1], "the old one is kept with all it acknowledged"
    told = len(webhook.bodies)
    second = Flatalert(BINARY, directory / "second", text).ready()
    alerts = second.alerts()
    assert {a["labels"]["n"] for a in alerts if a["labels"]["alertname"] == "Kept"} == set(numbers), len(alerts)
    assert len(alerts) == stored, (len(alerts), stored)
    assert [s["comment"] for s in request(second.url + "/api/v2/silences")[1]] == ["kept"]
    second.post({"labels": {"alertname": "After"}, "endsAt": later(600)})
    wait_until(lambda: webhook.told("firing", alertname="After"), 20, "a new alert is told")
    time.sleep(3)
    assert len(webhook.bodies) == told + 1, f"{len(webhook.bodies) - told - 1} told twice"
    second.post(*({"labels": {"alertname": "Kept", "n": n}, "endsAt": later(-1)} for n in numbers))
    wait_until(lambda: len(webhook.told("resolved", alertname="Kept")) == 200, 60, "their ends")
    time.sleep(2)
    assert len(webhook.bodies) == told + 201, len(webhook.bodies) - told
    assert second.stop() == 0
    webhook.close()


class Watcher:
    """Somebody outside who counts calls."""

    def __init__(self):
        self.calls = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.calls += 1
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/ping/secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def a_watchdog_that_stops_is_told_and_the_outside_watcher_left_alone(directory):
    """MonitoringSilent is told once, over a kill -9 too, and resolved when the watchdog is back; pings come only while all is well."""
    webhook, watcher = Webhook(), Watcher()
    flags = ["--heartbeat.expect=alertname=\"Watchdog\"", f"--heartbeat.ping={watcher.url}", "--heartbeat.ping-interval=1s"]
    flatalert = Flatalert(BINARY, directory / "flatalert", configuration(webhook), extra=[*flags, "--heartbeat.timeout=6s"]).ready()
    heartbeat = flatalert.url + "/api/flatalert/v1/heartbeat"
    watchdog = {"labels": {"alertname": "Watchdog"}}
    flatalert.post({**watchdog, "endsAt": later(600)})
    status, answer = request(heartbeat)
    assert status == 200 and answer["ok"], answer
    wait_until(lambda: watcher.calls >= 1, 20, "a call")
    wait_until(lambda: webhook.told("firing", alertname="MonitoringSilent"), 30, "MonitoringSilent")
    status, answer = request(heartbeat)
    assert status == 503 and not answer["ok"], answer
    assert [c["ok"] for c in answer["checks"] if c["check"] == "expected"] == [False], answer
    told = webhook.told("firing", alertname="MonitoringSilent")[0]
    assert told["labels"]["expected"] == 'alertname="Watchdog"' and told["labels"]["severity"] == "critical", told
    calls = watcher.calls
    time.sleep(2.5)
    assert watcher.calls == calls, "called although the heartbeat stopped"
    flatalert.kill()
    flatalert = Flatalert(
        BINARY, directory / "flatalert", configuration(webhook), port=flatalert.port, extra=[*flags, "--heartbeat.timeout=60s"]).ready()
    assert request(heartbeat)[0] == 503, "still silent"
    time.sleep(3)
    assert len(webhook.told(alertname="MonitoringSilent")) == 1, "told again after the restart"
    flatalert.post({**watchdog, "endsAt": later(600)})
    wait_until(lambda: webhook.told("resolved", alertname="MonitoringSilent"), 30, "its end")
    assert request(heartbeat)[0] == 200
    wait_until(lambda: watcher.calls > calls, 20, "calls again")

    # A receiver whose last delivery failed stops it as well; the next success starts it again.
    webhook.fail_with = 400
    flatalert.post({"labels": {"alertname": "Refused"}, "endsAt": later(600)})
    status, answer = wait_until(lambda: next((a for a in [request(heartbeat)] if a[0] == 503), None), 20, "503 after a refused delivery")
    assert [c["name"] for c in answer["checks"] if not c["ok"]] == ["hook/webhook[0]"], answer
    webhook.fail_with = None
    flatalert.post({"labels": {"alertname": "Taken"}, "endsAt": later(600)})
    wait_until(lambda: request(heartbeat)[0] == 200, 20, "200 after a delivery")
    output = flatalert.output()
    assert output.count("The heartbeat stopped") >= 2 and "The heartbeat is back" in output, output
    assert "secret" not in output, "the URL of the watcher is a secret"
    assert flatalert.stop() == 0
    webhook.close()


TESTS = [
    a_backup_under_load_restored_elsewhere_tells_nothing_twice,
    a_watchdog_that_stops_is_told_and_the_outside_watcher_left_alone,
]


if __name__ == "__main__":
    sys.exit(runner.main(TESTS))

#!/usr/bin/env python3
"""End to end on real input: Debian's Prometheus sends, Debian's amtool operates, a webhook receives. Usage: run.py BINARY [NAME …]"""
import concurrent.futures
import contextlib
import datetime
import errno
import pathlib
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from peers import PEERS, Flatalert, Process, Webhook, amtool, environment_without_proxies, free_port, request, wait_until  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
RUNBOOKS = pathlib.Path(__file__).resolve().parents[2] / "runbooks"


def configuration(webhook, more=""):
    return f"""
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="warning"]
  equal: [host]
receivers:
- name: hook
  webhook_configs:
  - url: {webhook.url}
    send_resolved: true
{more}"""


def prometheus_with_rules_reaches_the_webhook_exactly_once(directory):
    """A rule fires in a real Prometheus; one alert is told, one is silenced by amtool, one is inhibited; then all resolve."""
    webhook = Webhook()
    flatalert = Flatalert(BINARY, directory / "flatalert", configuration(webhook)).ready()
    # What decides whether the rules fire: a text file that Prometheus scrapes from us.
    metrics = {"value": 1}

    import http.server
    import threading

    class Target(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = f"demo_broken {metrics['value']}\n".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    target = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Target)
    threading.Thread(target=target.serve_forever, daemon=True).start()
    (directory / "rules.yml").write_text("""
groups:
- name: demo
  interval: 1s
  rules:
  # Prometheus sends the alerts of one rule after those of the other: the end of what is inhibited must come first.
  - {alert: Inhibited, expr: demo_broken == 1, labels: {severity: warning, host: a}}
  - {alert: Told, expr: demo_broken == 1, labels: {severity: critical, host: a}, annotations: {summary: 'value {{ $value }}'}}
  - {alert: Silenced, expr: demo_broken == 1, labels: {severity: critical, host: b}}
""")
    (directory / "prometheus.yml").write_text(f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{flatalert.port}']}}]}}]}}
scrape_configs: [{{job_name: demo, static_configs: [{{targets: ['127.0.0.1:{target.server_address[1]}']}}]}}]
""")
    silence = amtool(flatalert, "silence", "add", "alertname=Silenced", "--duration=1h", "--author=e2e", "--comment=quiet please").strip()
    prometheus = Process(
        [PEERS / "prometheus", f"--config.file={directory / 'prometheus.yml'}", f"--storage.tsdb.path={directory / 'tsdb'}",
         f"--web.listen-address=127.0.0.1:{free_port()}", "--rules.alert.resend-delay=2s"],
        directory / "prometheus.log", env=environment_without_proxies())
    try:
        wait_until(lambda: webhook.told("firing", alertname="Told"), 60, "the firing alert at the webhook")
        wait_until(lambda: len(flatalert.alerts()) == 3, 20, "three alerts in the API")
        states = {a["labels"]["alertname"]: a["status"] for a in flatalert.alerts()}
        assert states["Silenced"]["silencedBy"] == [silence], states
        assert states["Inhibited"]["state"] == "suppressed" and states["Inhibited"]["inhibitedBy"], states
        assert states["Told"]["state"] == "active", states
        shown = amtool(flatalert, "alert", "query")
        assert "Told" in shown and "Silenced" not in shown, shown
        assert silence in amtool(flatalert, "silence", "query"), "amtool lists the silence"
        before = len(webhook.bodies)
        # Prometheus resends every few seconds: nothing more may be told for a while that spans several flushes.
        time.sleep(6)
        assert len(webhook.bodies) == before == 1, [b["groupKey"] for b in webhook.bodies]
        assert not webhook.told(alertname="Silenced") and not webhook.told(alertname="Inhibited")
        amtool(flatalert, "silence", "expire", silence)
        wait_until(lambda: webhook.told("firing", alertname="Silenced"), 20, "the alert whose silence was expired")
        metrics["value"] = 0
        wait_until(lambda: webhook.told("resolved", alertname="Told") and webhook.told("resolved", alertname="Silenced"), 60, "both ends")
        time.sleep(4)
        for name in ("Told", "Silenced"):
            assert len(webhook.told("firing", alertname=name)) == 1, (name, webhook.bodies)
            assert len(webhook.told("resolved", alertname=name)) == 1, (name, webhook.bodies)
        assert not webhook.told(alertname="Inhibited"), webhook.bodies
    finally:
        prometheus.stop()
        assert flatalert.stop() == 0, "exit code after SIGTERM"
        target.shutdown()
        webhook.close()


def a_restart_tells_nothing_again_and_forgets_nothing(directory):
    """Killed with -9 between a firing and its end: no repeat after the restart, and the owed end is told once."""
    webhook = Webhook()
    text = configuration(webhook)
    flatalert = Flatalert(BINARY, directory / "flatalert", text).ready()
    flatalert.post({"labels": {"alertname": "Kept", "host": "a"}, "endsAt": later(600)})
    wait_until(lambda: webhook.told("firing", alertname="Kept"), 20, "the firing alert")
    silence = amtool(flatalert, "silence", "add", "alertname=Other", "--duration=1h", "--author=e2e", "--comment=kept").strip()
    flatalert.kill()
    flatalert = Flatalert(BINARY, directory / "flatalert", text, port=flatalert.port).ready()
    assert [a["labels"]["alertname"] for a in flatalert.alerts()] == ["Kept"], flatalert.alerts()
    assert silence in amtool(flatalert, "silence", "query"), "the silence survives"
    flatalert.post({"labels": {"alertname": "Kept", "host": "a"}, "endsAt": later(600)})
    time.sleep(4)
    assert len(webhook.bodies) == 1, webhook.bodies
    webhook.fail_with = 500
    flatalert.post({"labels": {"alertname": "Kept", "host": "a"}, "startsAt": later(-60), "endsAt": later(-1)})
    time.sleep(2)
    flatalert.kill()
    webhook.fail_with = None
    flatalert = Flatalert(BINARY, directory / "flatalert", text, port=flatalert.port).ready()
    wait_until(lambda: webhook.told("resolved", alertname="Kept"), 20, "the owed end")
    time.sleep(3)
    assert len(webhook.told("resolved", alertname="Kept")) == 1 and len(webhook.bodies) == 2, webhook.bodies
    flatalert.stop()
    webhook.close()


def a_pause_of_the_process_ends_no_alert(directory):
    """Stopped for longer than its sender promised while all clocks run on, as by `podman pause`: the alert goes on until somebody had time to speak."""
    webhook = Webhook()
    flatalert = Flatalert(BINARY, directory / "flatalert", configuration(webhook)).ready()
    labels = {"alertname": "Paused"}
    assert request(flatalert.url + "/api/v2/alerts", [{"labels": labels, "endsAt": later(25)}])[0] == 200
    wait_until(lambda: webhook.told("firing", alertname="Paused"), 20, "the firing alert")
    flatalert.child.send_signal(signal.SIGSTOP)
    time.sleep(34)
    flatalert.child.send_signal(signal.SIGCONT)
    wait_until(lambda: "stood still" in flatalert.output(), 20, "a log line")
    assert [alert["labels"] for alert in flatalert.alerts()] == [labels]
    assert request(flatalert.url + "/api/v2/alerts", [{"labels": labels, "endsAt": later(600)}])[0] == 200
    time.sleep(4)
    assert len(webhook.bodies) == 1, "nothing is told because of the pause"
    assert request(flatalert.url + "/api/v2/alerts", [{"labels": labels, "endsAt": later(0)}])[0] == 200
    wait_until(lambda: webhook.told("resolved", alertname="Paused"), 20, "its end")
    flatalert.stop()
    webhook.close()


def a_second_instance_is_refused_and_names_the_first(directory):
    webhook = Webhook()
    first = Flatalert(BINARY, directory / "flatalert", configuration(webhook)).ready()
    second = Flatalert(BINARY, directory / "flatalert", configuration(webhook))
    assert second.child.wait(30) == 1
    # Both write to one log file; the refusal names the holder's pid.
    assert f"{first.child.pid}" in second.output(), second.output()[-800:]
    first.stop()
    webhook.close()


def a_taken_port_is_refused_and_names_the_holder(directory):
    webhook = Webhook()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        flatalert = Flatalert(BINARY, directory / "flatalert", configuration(webhook), port=port)
        assert flatalert.child.wait(30) == 1
        import os
        assert str(port) in flatalert.output() and str(os.getpid()) in flatalert.output(), flatalert.output()[-800:]
    webhook.close()


def a_corrupt_store_is_set_aside_with_a_clear_error(directory):
    webhook = Webhook()
    text = configuration(webhook)
    flatalert = Flatalert(BINARY, directory / "flatalert", text).ready()
    flatalert.post({"labels": {"alertname": "A"}})
    flatalert.stop()
    data = directory / "flatalert" / "data"
    stores = [p for p in data.iterdir() if p.is_file() and p.read_bytes()[:15] == b"SQLite format 3"]
    assert sorted(p.name for p in stores) == ["flatalert.db", "history.db"], list(data.iterdir())
    for store in stores:
        store.write_bytes(b"this is not a database at all" * 400)
    again = Flatalert(BINARY, directory / "flatalert", text, port=flatalert.port)
    again.child.wait(30) if again.child.poll() is None and not ready_or_ended(again) else None
    kept = [p for p in data.rglob("*") if p.is_file() and p.read_bytes().startswith(b"this is not a database")]
    assert len(kept) == 2, "the corrupt files are kept"
    assert "corrupt" in again.output().lower(), again.output()[-800:]
    again.stop()
    webhook.close()


def ready_or_ended(flatalert):
    try:
        flatalert.ready()
        return True
    except AssertionError:
        return flatalert.child.poll() is not None


def reload_by_signal_and_by_post(directory):
    """A good file is swapped in by SIGHUP and by POST /-/reload; a bad one leaves the old in force and says where it is wrong."""
    webhook = Webhook()
    flatalert = Flatalert(BINARY, directory / "flatalert", configuration(webhook)).ready()
    flatalert.post({"labels": {"alertname": "Once"}, "endsAt": later(600)})
    wait_until(lambda: webhook.told(alertname="Once"), 20, "the alert")
    flatalert.file.write_text(configuration(webhook, "- name: second\n"))
    flatalert.child.send_signal(signal.SIGHUP)
    wait_until(lambda: len(request(flatalert.url + "/api/v2/receivers")[1]) == 2, 20, "the second receiver after SIGHUP")
    flatalert.file.write_text("route: {receiver: nowhere}\nunknown: 1\n")
    status, answer = request(flatalert.url + "/-/reload", b"", "POST")
    assert status == 500 and "failed to reload config" in answer and ":2" in answer, (status, answer)
    assert len(request(flatalert.url + "/api/v2/receivers")[1]) == 2
    flatalert.file.write_text(configuration(webhook))
    assert request(flatalert.url + "/-/reload", b"", "POST")[0] == 200
    time.sleep(3)
    assert len(webhook.bodies) == 1, webhook.bodies
    flatalert.stop()
    webhook.close()


def many_senders_at_once_lose_nothing(directory):
    """Forty senders post distinct alerts side by side: every acknowledged one is listed, and told exactly once."""
    webhook = Webhook()
    flatalert = Flatalert(BINARY, directory / "flatalert", configuration(webhook)).ready()

    def send(sender):
        for number in range(10):
            flatalert.post(*({"labels": {"alertname": f"A{sender}", "n": str(number * 5 + i)}, "endsAt": later(600)} for i in range(5)))

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        list(pool.map(send, range(40)))
    assert len(flatalert.alerts()) == 2000
    wait_until(lambda: len({a["fingerprint"] for a in webhook.told()}) == 2000, 60, "2000 alerts told")
    flatalert.stop()
    webhook.close()


def a_stop_lets_deliveries_end_and_tells_nothing_twice(directory):
    """SIGTERM while hundreds of webhooks are being told: what was taken is in the log, what was not is told after the next start."""
    webhook = Webhook()
    text = configuration(webhook).replace("group_by: [alertname]", "group_by: ['...']").replace("group_wait: 1s", "group_wait: 0s").replace(
        "group_interval: 1s", "group_interval: 1h")
    # It must raise the limit of open files by itself.
    limited = directory / "limited"
    limited.write_text(f'#!/bin/sh\nulimit -Sn 128\nexec "{BINARY}" "$@"\n')
    limited.chmod(0o755)
    flatalert = Flatalert(limited, directory / "flatalert", text).ready()
    limits = [line.split() for line in pathlib.Path(f"/proc/{flatalert.child.pid}/limits").read_text().splitlines() if line.startswith("Max open files")]
    assert limits[0][3] == limits[0][4] and int(limits[0][3]) > 128, limits
    webhook.delay = 1.5
    flatalert.post(*({"labels": {"alertname": "Slow", "n": str(n)}, "endsAt": later(600)} for n in range(300)))
    wait_until(lambda: len(webhook.bodies) >= 20, 30, "the first ones taken, none answered")
    started = time.monotonic()
    assert flatalert.stop() == 0
    assert time.monotonic() - started < 12
    told = [alert["labels"]["n"] for alert in webhook.told()]
    assert len(told) == len(set(told)), "told twice before the stop"
    webhook.delay = 0
    flatalert = Flatalert(BINARY, directory / "flatalert", text, port=flatalert.port).ready()
    wait_until(lambda: len({alert["labels"]["n"] for alert in webhook.told()}) == 300, 30, "all told in the end")
    time.sleep(2)
    assert len(webhook.told()) == 300, f"{len(webhook.told()) - 300} told twice"
    flatalert.stop()
    webhook.close()


def a_stop_does_not_wait_for_a_webhook_that_hangs(directory):
    webhook = Webhook()
    text = configuration(webhook).replace("group_wait: 1s", "group_wait: 0s")
    flatalert = Flatalert(BINARY, directory / "flatalert", text).ready()
    webhook.delay = 20
    flatalert.post({"labels": {"alertname": "Hanging"}, "endsAt": later(600)})
    wait_until(lambda: webhook.bodies, 20, "the request taken")
    started = time.monotonic()
    assert flatalert.stop(seconds=15) == 0
    assert 4 < time.monotonic() - started < 12, time.monotonic() - started
    webhook.delay = 0
    flatalert = Flatalert(BINARY, directory / "flatalert", text, port=flatalert.port).ready()
    wait_until(lambda: len(webhook.bodies) == 2, 20, "told again: no answer came")
    flatalert.stop()
    webhook.close()


def a_runbook_is_a_page_for_browsers_and_text_for_curl(directory):
    """What a message links to, behind a route prefix, in both languages; asked by a real curl."""
    webhook = Webhook()
    flatalert = Flatalert(BINARY, directory / "flatalert", configuration(webhook), extra=["--web.route-prefix=/am"])
    wait_until(lambda: listens(flatalert), 20, "flatalert listens")

    def curl(path, *arguments):
        command = ["curl", "-sS", "-m", "20", "-w", "\n%{http_code} %{content_type}", *arguments, flatalert.url + path]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment_without_proxies())
        assert done.returncode == 0, (command, done.stderr)
        body, _, end = done.stdout.rpartition("\n")
        return body, end

    browser = ["-H", "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "-H", "Accept-Language: ja,en-US;q=0.7"]
    english = (RUNBOOKS / "GatewayDown.en.md").read_text()
    japanese = (RUNBOOKS / "GatewayDown.ja.md").read_text()
    plain = "200 text/plain; charset=utf-8"
    assert curl("/am/runbook/GatewayDown?lang=en") == (english, plain)
    assert curl("/am/runbook/GatewayDown?lang=ja") == (japanese, plain)
    assert curl("/am/runbook/GatewayDown", "-H", "Accept-Language: ja") == (japanese, plain)
    page, end = curl("/am/runbook/GatewayDown", *browser)
    assert end == "200 text/html; charset=utf-8", end
    title = japanese.splitlines()[0].removeprefix("# ")
    for part in ['<html lang="ja">', f"<h1>{title}</h1>", "?lang=en", "<code>Get-Service OpenResty;"]:
        assert part in page, (part, page)
    # The message's own language wins over the browser's.
    page, _ = curl("/am/runbook/GatewayDown?lang=en", *browser)
    assert '<html lang="en">' in page and "?lang=ja" in page, page
    head, end = curl("/am/runbook/GatewayDown?lang=en", "--head")
    assert end == plain and f"content-length: {len(english.encode())}" in head.lower() and english not in head, (head, end)
    known = sorted({file.name.split(".")[0] for file in RUNBOOKS.glob("*.md")})
    answer, end = curl("/am/runbook/Nope", *browser)
    assert end.startswith("404") and known and all(name in answer for name in known), (answer, end)
    assert curl("/runbook/GatewayDown")[1].startswith("404")
    flatalert.stop()
    webhook.close()


def listens(flatalert):
    assert flatalert.child.poll() is None, flatalert.output()[-2000:]
    try:
        return request(flatalert.url + "/am/-/ready")[0] == 200
    except OSError:
        return False


@contextlib.contextmanager
def small_disk(path, size):
    """A file system of this size, mounted at the path."""
    path.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], capture_output=True, text=True)
    if done.returncode != 0:
        raise runner.Skipped(f"no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", path], check=True)


def fill(disk, name):
    """Writes a file until nothing more fits."""
    with open(disk / name, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC, error


def a_full_disk_stops_no_alert_and_loses_nothing_acknowledged(directory):
    """The reserve carries the first alerts; then alerts are told but answered 503 and silences 507; when there is room again all is durable."""
    webhook = Webhook()
    with small_disk(directory / "flatalert" / "data", "24m") as disk:
        text = configuration(webhook).replace("group_wait: 1s", "group_wait: 0s")
        flatalert = Flatalert(BINARY, directory / "flatalert", text).ready()
        acknowledged, refused = [], []

        def send(name, bytes=60_000):
            status, answer = request(flatalert.url + "/api/v2/alerts", [{"labels": {"alertname": name}, "annotations": {"text": "y" * bytes}, "endsAt": later(600)}])
            assert status in (200, 503), (status, answer)
            (acknowledged if status == 200 else refused).append(name)
            return status

        def silence(name):
            return request(flatalert.url + "/api/v2/silences", {
                "matchers": [{"name": "alertname", "value": name, "isRegex": False}], "startsAt": later(-1), "endsAt": later(600), "createdBy": "e2e", "comment": name})

        def durable():
            return "\nflatalert_journal_durable 1\n" in request(flatalert.url + "/metrics")[1]

        assert send("Before") == 200 and silence("Other")[0] == 200 and durable()
        fill(disk, "filler")
        assert send("DiskSpaceCritical") == 200, "the reserve has room for it"
        for number in range(300):
            fill(disk, f"filler{number}")
            if send(f"Full{number}") == 503:
                break
        assert refused, "the disk never got full"
        wait_until(lambda: webhook.told("firing", alertname=refused[0]), 20, "an alert that was refused is told all the same")
        assert send("AlsoFull") == 503
        wait_until(lambda: webhook.told("firing", alertname="AlsoFull"), 20, "another one, too")
        status, answer = silence("Late")
        assert status == 507 and "room" in answer, (status, answer)
        assert request(flatalert.url + "/-/healthy") == (200, "OK") and not durable()
        assert len(request(flatalert.url + "/api/v2/silences")[1]) == 1, "a refused silence does not mute"
        assert {alert["labels"]["alertname"] for alert in flatalert.alerts()} == {*acknowledged, *refused}
        wait_until(lambda: "The journal cannot write" in flatalert.output(), 5, "a log line")

        for file in disk.glob("filler*"):
            file.unlink()
        wait_until(durable, 20, "durable again by itself")
        wait_until(lambda: "The journal writes again" in flatalert.output(), 5, "a log line")
        late = [*refused]
        assert all(send(name) == 200 for name in late) and silence("Afterwards")[0] == 200
        wait_until(lambda: len({alert["labels"]["alertname"] for alert in webhook.told("firing")}) == len({*acknowledged}), 20, "all told")
        told = len(webhook.bodies)
        flatalert.kill()
        flatalert = Flatalert(BINARY, directory / "flatalert", text, port=flatalert.port).ready()
        assert {alert["labels"]["alertname"] for alert in flatalert.alerts()} == {*acknowledged}
        assert sorted(s["comment"] for s in request(flatalert.url + "/api/v2/silences")[1]) == ["Afterwards", "Other"]
        time.sleep(3)
        assert len(webhook.bodies) == told, "nothing is told twice"
        assert flatalert.stop() == 0
    webhook.close()


def later(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat()


TESTS = [
    prometheus_with_rules_reaches_the_webhook_exactly_once,
    a_restart_tells_nothing_again_and_forgets_nothing,
    a_pause_of_the_process_ends_no_alert,
    a_second_instance_is_refused_and_names_the_first,
    a_taken_port_is_refused_and_names_the_holder,
    a_corrupt_store_is_set_aside_with_a_clear_error,
    reload_by_signal_and_by_post,
    many_senders_at_once_lose_nothing,
    a_stop_lets_deliveries_end_and_tells_nothing_twice,
    a_stop_does_not_wait_for_a_webhook_that_hangs,
    a_runbook_is_a_page_for_browsers_and_text_for_curl,
    a_full_disk_stops_no_alert_and_loses_nothing_acknowledged,
]


if __name__ == "__main__":
    sys.exit(runner.main(TESTS))

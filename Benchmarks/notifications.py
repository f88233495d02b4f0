#!/usr/bin/env python3
"""Flatalert beside Debian's Alertmanager in one run: notifications a second and CPU a notification, and the time of rendering Slack's default texts.

Usage: notifications.py FLATALERT [--notifications N]
Every alert is a group of its own, posted in batches, so one notification is everything from the POST to the receiver's answer. CPU is that of the server's own
process. The receivers are a process of their own (Python); a rate near the faster program's may be the receivers' own limit, CPU is not touched by it.
"""
import argparse
import json
import multiprocessing
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests" / "EndToEnd"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests" / "Conformance"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from peers import PEERS  # noqa: E402
from router import Server, row  # noqa: E402

DEFAULTS = PEERS.parent / "share" / "prometheus" / "alertmanager"
FIELDS = ("title", "username", "fallback", "callbackid", "pretext", "titlelink", "iconemoji", "iconurl", "text", "footer")


def receive(ports, counts):
    """The receivers' process: tells its ports and keeps counting."""
    from sinks import Sinks
    sinks = Sinks(keep=False)
    ports.send((sinks.http, sinks.smtp["plain"]))
    while True:
        counts[0], counts[1] = sinks.posted, sinks.mailed
        time.sleep(0.002)


def told(options, directory, receivers, kind, number):
    """Tells `number` groups through one kind of receiver. Prints what one notification costs both programs."""
    (http, smtp), counts = receivers
    receiver = {
        "webhook": f"webhook_configs: [{{url: 'http://127.0.0.1:{http}/'}}]",
        "slack": f"slack_configs: [{{api_url: 'http://127.0.0.1:{http}/', channel: '#alerts'}}]",
        "mail": f"email_configs: [{{to: a@x.example, from: b@x.example, smarthost: '127.0.0.1:{smtp}', require_tls: false}}]"}[kind]
    configuration = f"""
route: {{receiver: all, group_by: ['...'], group_wait: 0s, group_interval: 1h, repeat_interval: 4h}}
receivers:
- name: all
  {receiver}
"""
    rates, costs = [], []
    for name, binary in (("flatalert", options.flatalert), ("alertmanager", str(PEERS / "alertmanager"))):
        server = Server(name, binary, directory / f"{kind}-{name}", configuration)
        server.start()
        # The first one opens what is opened on first use.
        column = 1 if kind == "mail" else 0
        before = counts[column]
        server.post([json.dumps([{"labels": {"alertname": "First", "by": name}}]).encode()])
        wait(lambda: counts[column] - before, 1, kind)
        time.sleep(0.5)
        before, begun, cpu = counts[column], time.monotonic(), server.cpu()
        server.post([json.dumps([{
            "labels": {"alertname": f"HighLatency{n % 50}", "instance": f"10.0.{n // 250}.{n % 250}:9100", "job": "node", "severity": "warning", "by": name},
            "annotations": {"summary": f"p95 of instance {n} is above one second", "description": "The 95th percentile of request durations has been above the threshold for five minutes."},
            "generatorURL": "http://prometheus.example:9090/graph?g0.expr=up"} for n in range(start, start + 50)]).encode() for start in range(0, number, 50)])
        wait(lambda: counts[column] - before, number, kind)
        rates.append(number / (time.monotonic() - begun))
        # The last answers are still being read.
        time.sleep(0.3)
        costs.append((server.cpu() - cpu) / number * 1e6)
        server.stop()
    row(f"{kind}: notifications a second, {number} groups at once", *rates, "/s")
    row(f"{kind}: CPU a notification", *costs, "us")


def wait(count, number, kind):
    end = time.monotonic() + 120
    while count() < number:
        if time.monotonic() > end:
            raise SystemExit(f"{kind}: {count()} of {number} notifications in two minutes")
        time.sleep(0.002)


def rendering(options, directory):
    """CPU of rendering all default texts of a Slack message once, from many renderings in one process."""
    (directory / "many.tmpl").write_text(
        '{{ define "one" }}' + "".join(f'{{{{ template "slack.default.{field}" . }}}}' for field in FIELDS) + "{{ end }}"
        + "".join(f'{{{{ define "{name}" }}}}' + f'{{{{ template "{part}" . }}}}' * 10 + "{{ end }}" for part, name in (("one", "x10"), ("x10", "x100"), ("x100", "x1000"))))
    for number, name, times in ((1, "x1000", 1000), (100, "x1000", 1000), (10_000, "x100", 100)):
        alerts = [{"status": "firing" if n % 5 else "resolved", "labels": {"alertname": "HighLatency", "job": "node", "instance": f"10.0.{n // 250}.{n % 250}:9100", "severity": "warning"},
                   "annotations": {"summary": "slow"}, "startsAt": "2026-01-01T00:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://p/", "fingerprint": f"{n:016x}"} for n in range(number)]
        common = {"alertname": "HighLatency", "job": "node", "severity": "warning"}
        (directory / "data.json").write_text(json.dumps({
            "receiver": "team", "status": "firing", "alerts": alerts, "groupLabels": {"alertname": "HighLatency"}, "commonLabels": common, "commonAnnotations": {"summary": "slow"}, "externalURL": "http://am.example"}))
        costs = []
        for binary, globs in ((options.flatalert, []), (str(PEERS / "amtool"), [f"--template.glob={DEFAULTS}/default.tmpl"])):
            command = [binary, "template", "render", *globs, f"--template.glob={directory / 'many.tmpl'}", f"--template.data={directory / 'data.json'}"]
            # Three times against once: reading the data, which takes longer than all rendering, cancels out. In turns, and the least of each, against what else runs here.
            texts = ['{{ template "%s" . }}' % name, '{{ template "%s" . }}{{ template "%s" . }}{{ template "%s" . }}' % (name, name, name)]
            measured = [[cpu_of([*command, f"--template.text={text}"]) for text in texts] for _ in range(5)]
            once, thrice = (min(column) for column in zip(*measured))
            costs.append(max(0.0, thrice - once) / (2 * times) * 1e6)
        row(f"default Slack texts of {number} alerts, rendered once", *costs, "us")


def cpu_of(command):
    """CPU seconds of one child."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stderr[:500]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--notifications", type=int, default=2000)
    options = parser.parse_args()
    options.flatalert = os.path.abspath(options.flatalert)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-bench-"))
    mine, theirs = multiprocessing.Pipe()
    counts = multiprocessing.Array("q", 2, lock=False)
    process = multiprocessing.Process(target=receive, args=(theirs, counts), daemon=True)
    process.start()
    print(f"{'':<52} {'flatalert':>10} {'debian am':>10}")
    try:
        ports = mine.recv()
        for kind in ("webhook", "slack", "mail"):
            told(options, directory, (ports, counts), kind, options.notifications)
        rendering(options, directory)
    finally:
        process.kill()
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Flatalert beside Debian's Alertmanager in one run: CPU an alert, memory, GET, start. Prints each figure of both and their ratio.

Usage: router.py FLATALERT [--alerts N] [--large]      N alerts are held for the ingest rows (default 10000); --large adds 100,000
Speeds are CPU seconds of the server's own process (/proc/PID/stat), so the load generator's cost does not count.
"""
import argparse
import datetime
import http.client
import json
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests" / "EndToEnd"))
from peers import PEERS, Process, Webhook, free_port, request, wait_until  # noqa: E402

BATCH = 10


class Server:
    """One of the two programs under load."""

    def __init__(self, name, binary, directory, configuration):
        self.name, self.binary, self.directory = name, binary, pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "alertmanager.yml").write_text(configuration)
        self.port = free_port()
        self.process = None
        self.connection = None

    def start(self):
        """Starts it and returns the seconds until it is ready."""
        arguments = [self.binary] + (["serve"] if self.name == "flatalert" else []) + [
            f"--config.file={self.directory / 'alertmanager.yml'}", f"--storage.path={self.directory / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address=", "--log.level=error"]
        begun = time.monotonic()
        self.process = Process(arguments, self.directory / "log")

        def ready():
            try:
                return request(f"http://127.0.0.1:{self.port}/-/ready")[0] == 200
            except OSError:
                return False
        while not ready():
            if self.process.child.poll() is not None:
                raise SystemExit(f"{self.name} ended: {self.process.output()[-1000:]}")
            time.sleep(0.002)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)
        return time.monotonic() - begun

    def stop(self):
        self.connection.close()
        self.process.stop(60)

    def cpu(self):
        return self.process.cpu()

    def memory(self, key="VmRSS"):
        return self.process.memory(key)

    def post(self, bodies):
        for body in bodies:
            self.connection.request("POST", "/api/v2/alerts", body, {"Content-Type": "application/json"})
            answer = self.connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{self.name}: {answer.status} {text[:300]}")

    def get(self, path):
        begun = time.monotonic()
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        size = len(answer.read())
        return time.monotonic() - begun, size


def bodies(first, count, ends, batch=BATCH):
    """POST bodies of `count` alerts in the shape that a real Prometheus sends."""
    result = []
    for start in range(first, first + count, batch):
        alerts = []
        for n in range(start, min(start + batch, first + count)):
            alerts.append({
                "labels": {"alertname": f"HighLatency{n % 50}", "instance": f"10.0.{n // 250 % 250}.{n % 250}:9100", "job": "node",
                           "severity": "warning", "cluster": f"c{n % 7}", "pod": f"payments-{n}-7c9f"},
                "annotations": {"summary": f"p95 of instance {n} is above one second", "runbook": "https://runbooks.example/latency",
                                "description": "The 95th percentile of request durations has been above the threshold for five minutes."},
                "startsAt": "2026-01-01T00:00:00.123Z", "endsAt": ends, "generatorURL": "http://prometheus.example:9090/graph?g0.expr=up"})
        result.append(json.dumps(alerts).encode())
    return result


def later(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def microseconds(server, prepared, alerts):
    before = server.cpu()
    server.post(prepared)
    return (server.cpu() - before) / alerts * 1e6


def row(what, ours, theirs, unit, budget=None):
    ratio = ours / theirs if theirs else float("nan")
    verdict = "" if budget is None else ("  budget " + budget)
    print(f"{what:<52} {ours:>10.2f} {theirs:>10.2f} {unit:<4} ratio {ratio:5.2f}{verdict}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args()
    webhook = Webhook()
    configuration = f"""
route: {{receiver: hook, group_by: [alertname, cluster], group_wait: 1h, group_interval: 1h, repeat_interval: 4h}}
inhibit_rules:
- {{source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: [instance]}}
receivers:
- name: hook
  webhook_configs: [{{url: '{webhook.url}'}}]
"""
    # startsAt lies far back, which would make every new group flush at once: that belongs to another benchmark.
    quiet = configuration.replace("receiver: hook", "receiver: nobody") + "- name: nobody\n"
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-bench-"))
    peers = [Server("flatalert", options.flatalert, directory / "ours", quiet),
             Server("alertmanager", str(PEERS / "alertmanager"), directory / "theirs", quiet)]
    print(f"{'':<52} {'flatalert':>10} {'debian am':>10}")

    starts = []
    for server in peers:
        times = []
        for _ in range(5):
            times.append(server.start())
            server.stop()
        starts.append(statistics.median(times))
    row("start to ready, nothing stored", *starts, "s", "0.05 s")
    for server in peers:
        server.start()
    row("memory, idle", *(s.memory() for s in peers), "MB", "25 MB")

    sizes = [options.alerts] + ([100_000] if options.large else [])
    held = 0
    for size in sizes:
        ends = later(3600)
        fresh = bodies(held, size - held, ends)
        row(f"CPU an alert, new and journalled, to {size}", *(microseconds(s, fresh, size - held) for s in peers), "us", "0.5")
        # Many rounds over the same alerts: /proc counts in hundredths of a second.
        part, rounds = min(size, 10_000), 5
        posted = part * rounds
        same = bodies(0, part, ends) * rounds
        row(f"CPU an alert, known and unchanged, {size} held", *(microseconds(s, same, posted) for s in peers), "us", "0.15")
        moved = [body for step in range(rounds) for body in bodies(0, part, later(7200 + step))]
        row(f"CPU an alert, endsAt moved, {size} held", *(microseconds(s, moved, posted) for s in peers), "us", "0.17")
        large = [body for step in range(rounds) for body in bodies(0, part, later(9000 + step), batch=64)]
        row(f"CPU an alert, endsAt moved, batches of 64, {size} held", *(microseconds(s, large, posted) for s in peers), "us", "0.1")
        row(f"memory, {size} alerts held", *(s.memory() for s in peers), "MB", "44 MB at 10k, 125 MB at 100k")
        row(f"memory peak, {size} alerts held", *(s.memory("VmHWM") for s in peers), "MB")
        gets = []
        for server in peers:
            server.get("/api/v2/alerts")
            gets.append(statistics.median(server.get("/api/v2/alerts")[0] for _ in range(5)))
        row(f"GET /api/v2/alerts, {size} held", *gets, "s", "0.03 s at 10k, 0.4 s at 100k")
        groups = [statistics.median(server.get("/api/v2/alerts/groups")[0] for _ in range(3)) for server in peers]
        row(f"GET /api/v2/alerts/groups, {size} held", *groups, "s")
        held = size
    for server in peers:
        server.stop()
    restart = []
    for server in peers:
        restart.append(server.start())
    stored = len(json.loads(http_get(peers[0], "/api/v2/alerts")))
    forgotten = len(json.loads(http_get(peers[1], "/api/v2/alerts")))
    row(f"start to ready, {stored} stored (they keep {forgotten})", *restart, "s", "1 s at 100k")
    for server in peers:
        server.stop()
    delivery_latency(options, directory, configuration, webhook)
    size = pathlib.Path(options.flatalert).stat().st_size / 1e6
    theirs = sum((PEERS / n).stat().st_size for n in ("prometheus-alertmanager", "amtool")) / 1e6
    row("size of the program (theirs: two)", size, theirs, "MB", "35 MB")
    webhook.close()
    shutil.rmtree(directory, ignore_errors=True)


def http_get(server, path):
    server.connection.request("GET", path)
    return server.connection.getresponse().read()


def delivery_latency(options, directory, configuration, webhook):
    """POST of one new alert to its arrival at the webhook, group_wait 0."""
    text = configuration.replace("group_wait: 1h", "group_wait: 0s").replace("group_by: [alertname, cluster]", "group_by: ['...']")
    results = []
    for name, binary in (("flatalert", options.flatalert), ("alertmanager", str(PEERS / "alertmanager"))):
        server = Server(name, binary, directory / f"latency-{name}", text)
        server.start()
        times = []
        for n in range(200):
            seen = len(webhook.bodies)
            begun = time.monotonic()
            server.post([json.dumps([{"labels": {"alertname": "Latency", "n": str(n), "by": name}}]).encode()])
            while len(webhook.bodies) == seen:
                time.sleep(0.0002)
            times.append(time.monotonic() - begun)
        results.append(sorted(times)[197] * 1000)
        if name == "flatalert":
            print(f"{'memory after plain-HTTP deliveries, 200 alerts':<52} {server.memory():>10.2f} {'':>10} MB")
        server.stop()
    row("POST to webhook, p99 of 200", *results, "ms", "one fsync + 5 ms")


if __name__ == "__main__":
    main()

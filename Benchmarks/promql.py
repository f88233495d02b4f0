#!/usr/bin/env python3
"""Flatalert's samples and queries beside Debian's Prometheus in one run: append rate, memory, disk, and CPU of ten typical and ten heavy expressions.

Usage: promql.py FLATALERT [--series 50000] [--seconds S]      S seconds of CPU at least are spent on each expression and server (default 0.6)
An hour of samples every 15 s goes to both by remote write, in the same requests; all times are virtual. CPU is that of the server's own process.
"""
import argparse
import json
import pathlib
import random
import shutil
import struct
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "Tests" / "EndToEnd"), str(ROOT / "Tests" / "Conformance")]
import remote_write  # noqa: E402
from peers import PEERS, Process, free_port, request, wait_until  # noqa: E402

STEP = 15
STEPS = 240
# A whole number of days, one hour of samples before it.
END = 1_767_225_600
# Queries look from 7 s behind the grid of samples, so that none stands on the edge of a window, which 2.42 counts in and 3 does not.
AT = END + 7
# Samples of one series in one request: a sender catches up in such pieces.
SAMPLES = 5

TYPICAL = [
    'up == 0',
    'node_filesystem_avail_bytes / node_filesystem_size_bytes * 100 < 10',
    'sum by (instance) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (instance) (rate(http_requests_total[5m])) > 0.05',
    'histogram_quantile(0.95, sum by (le, instance) (rate(request_duration_seconds_bucket[5m]))) > 1',
    '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.9',
    'absent(up{job="missing"})',
    'predict_linear(node_filesystem_avail_bytes[30m], 4 * 3600) < 0',
    'increase(http_requests_total{code="500"}[10m]) > 100',
    'changes(gauge_0[15m]) > 200',
    'max_over_time(gauge_1[10m]) > 1e9 and on (instance) up == 1',
]
HEAVY = [
    ('instant', 'sum(rate(http_requests_total[5m]))'),
    ('instant', 'sum by (path, code) (increase(http_requests_total[30m]))'),
    ('instant', 'topk(10, rate(http_requests_total[5m]))'),
    ('instant', 'count by (__name__) ({__name__=~".+"})'),
    ('instant', 'http_requests_total * on (instance) group_left () up'),
    ('instant', 'quantile_over_time(0.9, request_duration_seconds_bucket[30m])'),
    ('range', 'sum by (instance) (rate(http_requests_total[5m]))'),
    ('range', 'histogram_quantile(0.99, sum by (le, path) (rate(request_duration_seconds_bucket[5m])))'),
    ('range', 'avg by (mode) (rate(node_cpu_seconds_total[5m]))'),
    ('range', 'max_over_time(sum by (code) (rate(http_requests_total{instance=~"host-1.*"}[2m]))[10m:1m])'),
]


def fleet(count):
    """Label sets in the shape of a fleet: 500 series an instance."""
    series = []
    for host in range(max(1, count // 500)):
        base = {"instance": f"host-{host}.example:9100", "job": "node", "cluster": "eu-1"}
        series.append({**base, "__name__": "up"})
        for mount in range(8):
            for kind in ("avail", "size"):
                series.append({**base, "__name__": f"node_filesystem_{kind}_bytes", "mountpoint": f"/data/{mount}", "fstype": "ext4"})
        for cpu in range(8):
            for mode in ("idle", "user", "system", "iowait", "irq", "softirq", "steal", "nice"):
                series.append({**base, "__name__": "node_cpu_seconds_total", "cpu": str(cpu), "mode": mode})
        for method in ("GET", "POST", "PUT", "DELETE"):
            for code in ("200", "301", "404", "500", "503"):
                for path in range(10):
                    series.append({**base, "__name__": "http_requests_total", "method": method, "code": code, "path": f"/api/v1/resource{path}"})
        for path in range(10):
            for bound in ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"):
                series.append({**base, "__name__": "request_duration_seconds_bucket", "path": f"/api/v1/resource{path}", "le": bound})
        for number in range(500 - 1 - 16 - 64 - 200 - 120):
            series.append({**base, "__name__": f"gauge_{number}"})
    return series[:count]


class Samples:
    """The samples of one series: counters that grow, gauges that wander, a few that never change."""

    def __init__(self, labels, random):
        self.labels = b"".join(remote_write.label(name, labels[name]) for name in sorted(labels))
        self.name = labels["__name__"]
        self.random = random
        self.value = float(random.randrange(1_000_000))
        self.bucket = labels.get("le")

    def next(self):
        if self.name.endswith(("_total", "_bucket")):
            self.value += self.random.choice((0, 0, 1, 1, 2, 15))
        elif self.name == "up":
            self.value = 1.0
        elif not self.name.endswith("size_bytes"):
            self.value = round(self.value + self.random.uniform(-50, 50), 2)
        return self.value

    def encoded(self, times):
        body = [self.labels]
        for milliseconds in times:
            body.append(b"\x12\x10\x09" + struct.pack("<d", self.next()) + b"\x10" + remote_write.varint(milliseconds))
        return remote_write.field(1, b"".join(body))


class Server:
    def __init__(self, name, arguments, directory, port):
        self.name, self.port, self.directory = name, port, directory
        self.url = f"http://127.0.0.1:{port}"
        self.process = Process(arguments, directory / f"{name}.log")
        wait_until(self.is_ready, 30, f"{name} is ready")

    def is_ready(self):
        try:
            return request(f"{self.url}/api/v1/query?query=1")[0] == 200
        except OSError:
            return False

    def cpu(self):
        return self.process.cpu()

    def memory(self, key="VmRSS"):
        return self.process.memory(key)

    def query(self, kind, expression):
        form = {"query": expression, "time": AT} if kind == "instant" else {"query": expression, "start": AT - 2700, "end": AT, "step": 15}
        path = "query" if kind == "instant" else "query_range"
        call = urllib.request.Request(f"{self.url}/api/v1/{path}", data=urllib.parse.urlencode(form).encode())
        with urllib.request.urlopen(call, timeout=300) as answer:
            return json.loads(answer.read())["data"]["result"]

    def cost(self, kind, expression, seconds):
        """Milliseconds of CPU a query, over as many as take this much CPU in all."""
        self.query(kind, expression)
        before = now = self.cpu()
        count = 0
        while now - before < seconds and count < 2000:
            self.query(kind, expression)
            count += 1
            now = self.cpu()
        return (now - before) / count * 1000


def size(directory):
    return sum(file.stat().st_size for file in pathlib.Path(directory).rglob("*") if file.is_file())


def row(what, ours, theirs, unit, aim=""):
    print(f"{what:<58} {ours:>10.2f} {theirs:>10.2f} {unit:<6} ratio {ours / theirs if theirs else float('nan'):5.2f}  {aim}", flush=True)


def load(servers, series):
    """Seconds of CPU that each server spent on taking an hour of samples."""
    random_source = random.Random(1)
    columns = [Samples(labels, random_source) for labels in series]
    before = {server.name: server.cpu() for server in servers}
    for first in range(0, STEPS, SAMPLES):
        times = [(END - 3600 + (first + number + 1) * STEP) * 1000 for number in range(SAMPLES)]
        for start in range(0, len(columns), 1000):
            body = remote_write.snappy(b"".join(column.encoded(times) for column in columns[start:start + 1000]))
            for server in servers:
                call = urllib.request.Request(f"{server.url}/api/v1/write", data=body, headers={
                    "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"})
                urllib.request.urlopen(call, timeout=60).read()
    return {server.name: server.cpu() - before[server.name] for server in servers}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--series", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=0.6)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-bench-"))
    (directory / "prometheus.yml").write_text("{}\n")
    (directory / "alertmanager.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    servers = []
    try:
        port = free_port()
        servers.append(Server("flatalert", [
            options.flatalert, "serve", f"--config.file={directory / 'alertmanager.yml'}", f"--storage.path={directory / 'ours'}",
            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=error", "--web.enable-remote-write-receiver",
            "--storage.tsdb.retention.time=100y"], directory, port))
        port = free_port()
        servers.append(Server("prometheus", [
            PEERS / "prometheus", f"--config.file={directory / 'prometheus.yml'}", f"--storage.tsdb.path={directory / 'theirs'}",
            f"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver", "--storage.tsdb.retention.time=100y",
            "--log.level=error"], directory, port))
        ours, theirs = servers
        series = fleet(options.series)
        count = len(series) * STEPS
        print(f"{len(series)} series, {count} samples\n{'':<58} {'flatalert':>10} {'prometheus':>10}")
        row("memory before any sample", ours.memory(), theirs.memory(), "MB")
        spent = load(servers, series)
        row("append, samples a second of CPU (remote write)", count / spent["flatalert"] / 1e6, count / spent["prometheus"] / 1e6, "M/s", "more is better")
        row("memory after the hour", ours.memory(), theirs.memory(), "MB", "aim 0.5")
        row("memory a sample", ours.memory() * 2**20 / count, theirs.memory() * 2**20 / count, "B")
        time.sleep(6)
        row("disk a sample", size(directory / "ours") / count, size(directory / "theirs") / count, "B")
        for expression in TYPICAL:
            compare(servers, "instant", expression, options.seconds)
        for kind, expression in HEAVY:
            compare(servers, kind, expression, options.seconds)
        row("memory after the queries", ours.memory(), theirs.memory(), "MB", "aim 0.5")
        row("memory at its peak", ours.memory("VmHWM"), theirs.memory("VmHWM"), "MB")
    finally:
        for server in servers:
            server.process.stop(60)
        shutil.rmtree(directory)


def compare(servers, kind, expression, seconds):
    ours, theirs = servers
    found = [len(server.query(kind, expression)) for server in servers]
    if found[0] != found[1]:
        raise SystemExit(f"{expression}: {found[0]} series from Flatalert, {found[1]} from Prometheus")
    row(f"{kind} {expression}"[:58], ours.cost(kind, expression, seconds), theirs.cost(kind, expression, seconds), "ms", f"aim 1.0  ({found[0]} series)")


if __name__ == "__main__":
    main()

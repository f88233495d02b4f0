#!/usr/bin/env python3
"""Scraping and rules beside Debian's Prometheus in one run: 100 targets of 500 series every 15 s, 1,000 rules.

Usage: rules.py FLATALERT [--minutes 10] [--targets 100] [--series 500] [--rules 1000]
Both scrape the same pages, which a process of its own serves; CPU and memory are those of the servers' own processes. The time of an evaluation
is what each server's /api/v1/rules says of its groups, read every few seconds.
"""
import argparse
import http.server
import json
import multiprocessing
import pathlib
import random
import shutil
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "Tests" / "EndToEnd")]
from peers import PEERS, Process, free_port, request, wait_until  # noqa: E402

INTERVAL = 15


def page(target, series, generator):
    """The lines of one target without their values, and how each value moves: a host, a web service and gauges."""
    lines = []
    for mount in range(8):
        for kind in ("avail", "size"):
            lines.append((f'node_filesystem_{kind}_bytes{{device="/dev/sd{mount}",mountpoint="/data/{mount}",fstype="ext4"}}', "gauge" if kind == "avail" else "fixed"))
    for cpu in range(8):
        for mode in ("idle", "user", "system", "iowait", "irq", "softirq", "steal", "nice"):
            lines.append((f'node_cpu_seconds_total{{cpu="{cpu}",mode="{mode}"}}', "counter"))
    for method in ("GET", "POST", "PUT", "DELETE"):
        for code in ("200", "301", "404", "500", "503"):
            for path in range(10):
                lines.append((f'http_requests_total{{method="{method}",code="{code}",path="/api/v1/resource{path}"}}', "counter"))
    for path in range(10):
        for bound in ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"):
            lines.append((f'request_duration_seconds_bucket{{path="/api/v1/resource{path}",le="{bound}"}}', "counter"))
    while len(lines) < series:
        lines.append((f"gauge_{len(lines)}", "gauge"))
    return [[name, kind, float(generator.randrange(1_000_000))] for name, kind in lines[:series]]


def serve(port, targets, series):
    """Pages under /0 … /99; every scrape moves the values on. Both servers scrape each page, so values move twice an interval."""
    generator = random.Random(2)
    pages = [page(number, series, generator) for number in range(targets)]

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            lines = pages[int(self.path.strip("/"))]
            for line in lines:
                if line[1] == "counter":
                    line[2] += generator.choice((0, 0, 1, 2, 15))
                elif line[1] == "gauge":
                    line[2] = round(line[2] + generator.uniform(-50, 50), 2)
            body = "".join(f"{name} {value}\n" for name, _, value in lines).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def rule_file(count):
    """Rules in groups of 20: half of them alerts, most of them quiet, half of them recorded rates and quantiles."""
    shapes = [
        ("alert", 'up == 0'),
        ("alert", 'node_filesystem_avail_bytes{{mountpoint="/data/{n}"}} / node_filesystem_size_bytes < 0.0001'),
        ("record", 'sum by (instance) (rate(http_requests_total{{path="/api/v1/resource{n}"}}[5m]))'),
        ("alert", 'sum by (instance) (rate(http_requests_total{{code=~"5..",path="/api/v1/resource{n}"}}[5m])) > 1e6'),
        ("record", 'histogram_quantile(0.95, sum by (le, instance) (rate(request_duration_seconds_bucket{{path="/api/v1/resource{n}"}}[5m])))'),
        ("alert", 'avg by (instance) (rate(node_cpu_seconds_total{{cpu="{n}",mode="idle"}}[2m])) < -1'),
        ("record", 'max_over_time(gauge_{g}[5m])'),
        ("alert", 'absent(up{{job="fleet"}})'),
        ("record", 'sum by (code) (rate(http_requests_total{{method="GET",path="/api/v1/resource{n}"}}[1m]))'),
        ("alert", 'gauge_{g} > 1e9 and on (instance) up == 1'),
    ]
    text = ["groups:"]
    for number in range(count):
        if number % 20 == 0:
            text.append(f"- name: group-{number // 20}\n  rules:")
        kind, expression = shapes[number % len(shapes)]
        expression = expression.format(n=number % 8, g=400 + number % 90)
        if kind == "alert":
            text.append(f"  - alert: Alert{number}\n    expr: '{expression}'\n    for: 1m\n    labels: {{severity: warning}}\n    annotations: {{summary: '{{{{ $labels.instance }}}} is at {{{{ $value }}}}'}}")
        else:
            text.append(f"  - record: recorded:{number}\n    expr: '{expression}'")
    return "\n".join(text) + "\n"


def ready(url):
    try:
        return request(url)[0] == 200
    except OSError:
        return False


def evaluations(url, seen):
    """Notes the time of every group's evaluation that was not seen yet, seconds."""
    for group in request(f"{url}/api/v1/rules")[1]["data"]["groups"]:
        seen[group["name"], group["lastEvaluation"]] = group["evaluationTime"]


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def row(what, ours, theirs, unit, aim=""):
    print(f"{what:<52} {ours:>10.3f} {theirs:>10.3f} {unit:<4} ratio {ours / theirs if theirs else float('nan'):5.2f}  {aim}", flush=True)


def size(directory):
    return sum(file.stat().st_size for file in pathlib.Path(directory).rglob("*") if file.is_file()) / 2**20


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--targets", type=int, default=100)
    parser.add_argument("--series", type=int, default=500)
    parser.add_argument("--rules", type=int, default=1000)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-bench-"))
    pages = free_port()
    exposer = multiprocessing.Process(target=serve, args=(pages, options.targets, options.series), daemon=True)
    exposer.start()
    (directory / "rules.yml").write_text(rule_file(options.rules))
    (directory / "alertmanager.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
    jobs = "".join(
        f"""  - targets: ['127.0.0.1:{pages}']
    labels: {{__metrics_path__: /{number}, instance: 'host-{number}.example:9100'}}
""" for number in range(options.targets))
    (directory / "prometheus.yml").write_text(
        f"global: {{scrape_interval: {INTERVAL}s, evaluation_interval: {INTERVAL}s}}\nrule_files: [rules.yml]\n"
        f"scrape_configs:\n- job_name: fleet\n  static_configs:\n{jobs}")
    servers = {}
    try:
        port = free_port()
        servers["flatalert"] = (f"http://127.0.0.1:{port}", Process([
            options.flatalert, "serve", f"--config.file={directory / 'alertmanager.yml'}", f"--storage.path={directory / 'ours'}",
            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=error",
            f"--monitor.config={directory / 'prometheus.yml'}"], directory / "flatalert.log"))
        port = free_port()
        servers["prometheus"] = (f"http://127.0.0.1:{port}", Process([
            PEERS / "prometheus", f"--config.file={directory / 'prometheus.yml'}", f"--storage.tsdb.path={directory / 'theirs'}",
            f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"], directory / "prometheus.log"))
        for url, process in servers.values():
            wait_until(lambda url=url: ready(url + "/-/ready"), 30, f"{url} is ready")
        seen = {name: {} for name in servers}
        before = {name: process.cpu() for name, (_, process) in servers.items()}
        begun = time.monotonic()
        while time.monotonic() - begun < options.minutes * 60:
            time.sleep(min(5, options.minutes * 30))
            for name, (url, _) in servers.items():
                evaluations(url, seen[name])
        passed = time.monotonic() - begun
        (our_url, ours), (their_url, theirs) = servers["flatalert"], servers["prometheus"]
        print(f"{options.targets} targets of {options.series} series every {INTERVAL} s, {options.rules} rules, {passed:.0f} s\n{'':<52} {'flatalert':>10} {'prometheus':>10}")
        cpu = {name: (process.cpu() - before[name]) / passed * 100 for name, (_, process) in servers.items()}
        row("CPU", cpu["flatalert"], cpu["prometheus"], "%", "aim 1.0")
        row("memory at the end", ours.memory(), theirs.memory(), "MB", "aim 0.5")
        row("memory at the peak", ours.memory("VmHWM"), theirs.memory("VmHWM"), "MB", "aim 0.5")
        times = {name: list(found.values()) for name, found in seen.items()}
        row("evaluation of a group of 20 rules, median", percentile(times["flatalert"], 0.5) * 1000, percentile(times["prometheus"], 0.5) * 1000, "ms")
        row("evaluation of a group of 20 rules, p99", percentile(times["flatalert"], 0.99) * 1000, percentile(times["prometheus"], 0.99) * 1000, "ms", "no more")
        row("files", size(directory / "ours"), size(directory / "theirs"), "MB")
        counts = {}
        for name, (url, _) in servers.items():
            answer = {what: request(f"{url}/api/v1/query?query={query}")[1]["data"]["result"] for what, query in
                      (("up", "sum(up)"), ("series", "count(%7B__name__%3D~%22.%2B%22%7D)"))}
            healths = [rule["health"] for group in request(f"{url}/api/v1/rules")[1]["data"]["groups"] for rule in group["rules"]]
            counts[name] = {what: value[0]["value"][1] if value else None for what, value in answer.items()} | {"rules ok": healths.count("ok"), "evaluations": len(times[name])}
        print(json.dumps(counts))
        shutil.rmtree(directory, ignore_errors=True)
    finally:
        for _, process in servers.values():
            process.stop()
        exposer.terminate()


if __name__ == "__main__":
    main()

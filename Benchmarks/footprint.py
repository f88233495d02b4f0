#!/usr/bin/env python3
"""One Flatnet host for an hour: `serve` with rules, scraping and all exporters in one process, beside Prometheus, Alertmanager and node-exporter.

Usage: footprint.py FLATALERT [--minutes 60] [--requests 10]
Both watch the same Gateway (nginx, --requests a second through it) with rules/*.yml every 15 s. The Gateway's and the CNI plugin's exporters of the
peers' side are Flatalert's own in a process that counts for neither. CPU is that of each process and of the children it waited for.
"""
import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "Tests" / "EndToEnd")]
from gateway_nginx import Nginx  # noqa: E402
from gateway_upstreams import Upstreams  # noqa: E402
from peers import PEERS, Process, environment_without_proxies, free_port, request, wait_until  # noqa: E402

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
INTERVAL = 15
IPAM = {"subnet": "10.87.1.0/24", "gateway": "10.87.1.1", "range_start": "10.87.1.2", "range_end": "10.87.1.254", "host_id": 1, "multihost": False,
        "allocations": {"0b454b316303e728b508eaf6fbe5979e60983e9fb236110bacda65f790a383c8": "10.87.1.2"}}


class Visitors(threading.Thread):
    """Somebody who uses the Gateway all the time."""

    def __init__(self, url, rate):
        super().__init__(daemon=True)
        self.url, self.rate, self.sent = url, rate, 0
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.wait(1 / self.rate):
            try:
                with OPENER.open(self.url, timeout=10) as answer:
                    answer.read()
                self.sent += 1
            except OSError:
                pass


def cpu(process):
    """Seconds of CPU, those of ended children among them."""
    fields = pathlib.Path(f"/proc/{process.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def is_there(url):
    try:
        with OPENER.open(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def monitoring(directory, jobs, alertmanager):
    """A prometheus.yml with these jobs: name -> (address, path)."""
    file = directory / "prometheus.yml"
    scrapes = "".join(
        f"- {{job_name: {name}, metrics_path: {path}, static_configs: [{{targets: ['{address}']}}]}}\n" for name, (address, path) in jobs.items())
    sent = f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{alertmanager}']}}]}}]}}\n" if alertmanager else ""
    file.write_text(
        f"global: {{scrape_interval: {INTERVAL}s, evaluation_interval: {INTERVAL}s, external_labels: {{host: flatnet-01}}}}\n"
        f"rule_files: ['{ROOT}/rules/*.yml']\n{sent}scrape_configs:\n{scrapes}")
    return file


def files(directory):
    return sum(file.stat().st_size for file in pathlib.Path(directory).rglob("*") if file.is_file()) / 2**20


def show(name, processes, started, passed, data):
    spent = sum(cpu(process) - started[process] for process in processes)
    print(f"{name:<36} {sum(p.memory() for p in processes):>8.1f} {sum(p.memory('VmHWM') for p in processes):>8.1f} "
          f"{spent / passed:>10.4f} {sum(map(files, data)):>8.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--requests", type=float, default=10)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-bench-"))
    (directory / "alertmanager.yml").write_text("route: {receiver: none, group_by: [alertname]}\nreceivers: [{name: none}]\n")
    (directory / "ipam.json").write_text(json.dumps(IPAM, indent=2))
    plugin = directory / "plugin"
    plugin.write_text("#!/bin/sh\necho '{\"cniVersion\":\"1.0.0\",\"supportedVersions\":[\"0.4.0\",\"1.0.0\"]}'\n")
    plugin.chmod(0o755)
    (directory / "net.d").mkdir()
    (directory / "net.d" / "flatnet.conflist").write_text('{"cniVersion": "0.4.0", "name": "flatnet", "plugins": [{"type": "flatnet"}]}')
    upstreams = Upstreams()
    nginx = Nginx(directory / "nginx", upstreams=upstreams)
    running = []

    def start(name, *arguments):
        process = Process(arguments, directory / f"{name}.log", env=environment_without_proxies())
        running.append(process)
        return process

    try:
        nginx.start()
        sources = [
            f"--gateway.url={nginx.url}", f"--gateway.access-log={nginx.access_log}", f"--gateway.error-log={nginx.error_log}",
            f"--gateway.registry-log={nginx.registry_log}", f"--gateway.nginx-config={nginx.file}", f"--gateway.api-url={nginx.api_url}",
            f"--cni.ipam-file={directory / 'ipam.json'}", f"--cni.event-log={directory / 'cni.log'}", f"--cni.plugin={plugin}", f"--cni.config-directory={directory / 'net.d'}"]
        ports = {name: free_port() for name in ("ours", "gateway", "cni", "host", "prometheus", "alertmanager", "node")}
        at = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
        start("exporters", options.flatalert, "exporter", "all", *(f"--{name}.listen-address={at[name]}" for name in ("gateway", "cni", "host")),
              f"--state.directory={directory / 'state'}", *sources)
        (directory / "ours").mkdir()
        pages = {"node": "/metrics/host", "gateway": "/metrics/gateway", "cni-plugin": "/metrics/cni", "alertmanager": "/metrics"}
        file = monitoring(directory / "ours", {job: (at["ours"], page) for job, page in pages.items()}, None)
        ours = start(
            "flatalert", options.flatalert, "serve", f"--config.file={directory / 'alertmanager.yml'}", f"--storage.path={directory / 'ours'}",
            f"--web.listen-address={at['ours']}", "--cluster.listen-address=", "--exporters=host,gateway,cni", *sources,
            f"--monitor.config={file}")
        (directory / "theirs").mkdir()
        jobs = {"node": (at["node"], "/metrics"), "gateway": (at["gateway"], "/metrics"), "cni-plugin": (at["cni"], "/metrics"),
                "alertmanager": (at["alertmanager"], "/metrics")}
        prometheus = start(
            "prometheus", PEERS / "prometheus", f"--config.file={monitoring(directory / 'theirs', jobs, at['alertmanager'])}",
            f"--storage.tsdb.path={directory / 'theirs' / 'data'}", f"--web.listen-address={at['prometheus']}", "--log.level=error")
        alertmanager = start(
            "alertmanager", PEERS / "alertmanager", f"--config.file={directory / 'alertmanager.yml'}",
            f"--storage.path={directory / 'alertmanager'}", f"--web.listen-address={at['alertmanager']}", "--cluster.listen-address=",
            "--log.level=error")
        node = start("node", PEERS / "prometheus-node-exporter", f"--web.listen-address={at['node']}")
        for name, path in {"ours": "/-/ready", "prometheus": "/-/ready", "alertmanager": "/-/ready", "node": "/metrics", "gateway": "/metrics"}.items():
            wait_until(lambda url=f"http://{at[name]}{path}": is_there(url), 60, name)
        visitors = Visitors(nginx.url + "/ok", options.requests)
        visitors.start()
        watched = [ours, prometheus, alertmanager, node]
        started, begun = {process: cpu(process) for process in watched}, time.monotonic()
        while time.monotonic() - begun < options.minutes * 60:
            time.sleep(min(60, options.minutes * 15))
            for process in running:
                assert process.child.poll() is None, f"{process.log.name} ended: {process.output()[-2000:]}"
        passed = time.monotonic() - begun
        visitors.is_over.set()
        print(f"{passed / 60:.0f} minutes, {visitors.sent} requests through the Gateway, every {INTERVAL} s scraped and evaluated")
        print(f"{'':<36} {'MB':>8} {'MB peak':>8} {'CPU, cores':>10} {'MB disk':>8}    aim: 64 MB, 0.1 core")
        show("flatalert serve, all in one", [ours], started, passed, [directory / "ours"])
        show("prometheus", [prometheus], started, passed, [directory / "theirs"])
        show("alertmanager", [alertmanager], started, passed, [])
        show("node-exporter", [node], started, passed, [])
        show("the three", [prometheus, alertmanager, node], started, passed, [directory / "theirs"])
        counts = {}
        for name in ("ours", "prometheus"):
            groups = request(f"http://{at[name]}/api/v1/rules")[1]["data"]["groups"]
            healths = [rule["health"] for group in groups for rule in group["rules"]]
            up = request(f"http://{at[name]}/api/v1/query?query=sum(up)")[1]["data"]["result"]
            alerts = sorted({alert["labels"]["alertname"] for alert in request(f"http://{at[name]}/api/v1/alerts")[1]["data"]["alerts"]})
            counts[name] = {"rules ok": healths.count("ok"), "of": len(healths), "up": up and up[0]["value"][1], "alerts": alerts}
        print(json.dumps(counts))
        shutil.rmtree(directory, ignore_errors=True)
    finally:
        for process in running:
            process.stop()
        nginx.stop()
        upstreams.close()


if __name__ == "__main__":
    main()

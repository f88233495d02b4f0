#!/usr/bin/env python3
"""The exporters at work: memory of all three in one process, CPU a scrape, and CPU a request of a Gateway that is watched; the host's page
beside Debian's node-exporter.

Usage: exporters.py FLATALERT [--scrapes 200] [--seconds 10]
"""
import argparse
import pathlib
import shutil
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "Tests" / "EndToEnd")]
from gateway_load import Wrk  # noqa: E402
from gateway_nginx import Nginx  # noqa: E402
from gateway_upstreams import Upstreams  # noqa: E402
from peers import PEERS, Process, environment_without_proxies, free_port, wait_until  # noqa: E402

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def page(url, accept="application/openmetrics-text;version=1.0.0,text/plain;q=0.5"):
    ask = urllib.request.Request(url, headers={"Accept": accept, "Accept-Encoding": "gzip"})
    with OPENER.open(ask, timeout=30) as answer:
        return answer.read()


def answers(url):
    try:
        return page(url)
    except OSError:
        return None


def scrape(process, url, count):
    """(milliseconds of CPU a scrape, milliseconds that a scrape takes, bytes of the page)"""
    size = len(page(url))
    cpu, begun = process.cpu(), time.monotonic()
    for _ in range(count):
        page(url)
    return (process.cpu() - cpu) / count * 1000, (time.monotonic() - begun) / count * 1000, size


def row(what, value, unit, note=""):
    print(f"{what:<58} {value:>10.2f} {unit:<8} {note}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--scrapes", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=10)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-bench-"))
    upstreams = Upstreams()
    nginx = Nginx(directory / "nginx", upstreams=upstreams)
    running = []
    try:
        nginx.start()
        ports = {name: free_port() for name in ("gateway", "cni", "host")}
        exporter = Process(
            [options.flatalert, "exporter", "all", *(f"--{name}.listen-address=127.0.0.1:{port}" for name, port in ports.items()),
             f"--state.directory={directory / 'state'}", f"--gateway.url={nginx.url}", f"--gateway.access-log={nginx.access_log}",
             f"--gateway.error-log={nginx.error_log}", f"--gateway.registry-log={nginx.registry_log}", f"--gateway.nginx-config={nginx.file}",
             f"--gateway.api-url={nginx.api_url}"], directory / "exporter.log", env=environment_without_proxies())
        running.append(exporter)
        urls = {name: f"http://127.0.0.1:{port}/metrics" for name, port in ports.items()}
        for url in urls.values():
            wait_until(lambda url=url: answers(url), 30, url)
        peer = None
        if (PEERS / "prometheus-node-exporter").exists():
            port = free_port()
            peer = Process([PEERS / "prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}"], directory / "node.log")
            running.append(peer)
            peer_url = f"http://127.0.0.1:{port}/metrics"
            wait_until(lambda: answers(peer_url), 30, peer_url)
        row("exporter all: memory after the first scrapes", exporter.memory(), "MB", "aim 20")
        for name, url in urls.items():
            cpu, taken, size = scrape(exporter, url, options.scrapes)
            row(f"{name}: CPU a scrape", cpu, "ms", f"{taken:.2f} ms each, {size} bytes packed")
        if peer:
            cpu, taken, size = scrape(peer, peer_url, options.scrapes)
            row("node-exporter: CPU a scrape", cpu, "ms", f"{taken:.2f} ms each, {size} bytes packed")
            row("node-exporter: memory", peer.memory(), "MB")
        cpu = exporter.cpu()
        seen, _ = Wrk(nginx, directory, options.seconds).join()
        page(urls["gateway"])
        spent, count = exporter.cpu() - cpu, sum(seen.values())
        row("requests a second that wrk made", count / options.seconds, "1/s")
        row("gateway: CPU a million requests", spent / count * 1e6, "s", f"{100 * spent / options.seconds:.1f} % of a core at that rate")
        row("exporter all: memory afterwards", exporter.memory(), "MB", "aim 20")
        row("exporter all: memory at the peak", exporter.memory("VmHWM"), "MB")
        shutil.rmtree(directory, ignore_errors=True)
    finally:
        for process in running:
            process.stop()
        nginx.stop()
        upstreams.close()


if __name__ == "__main__":
    main()

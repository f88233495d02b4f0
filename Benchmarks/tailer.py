#!/usr/bin/env python3
"""How fast the Gateway's exporter counts an access log from its beginning, beside `wc -l` and mawk counting the same file's statuses.

Usage: tailer.py FLATALERT [--lines 2000000] [--aim 500000]     fails below the aim in lines a second
The file is read once before, so that all find it in memory. What the exporter shows in the end is compared with what was written.
"""
import argparse
import collections
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "Tests" / "EndToEnd")]
from peers import Process, environment_without_proxies, free_port  # noqa: E402

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def combined(index, clock, uri, status, size, _):
    return (f'192.168.10.{index % 250} - - [15/Jan/2026:10:{clock} +0900] "GET {uri} HTTP/1.1" {status} {size} '
            f'"http://gw.example.lan/" "{AGENT}"\n')


def extended(index, clock, uri, status, size, taken):
    return (f'{{"timestamp":"2026-01-15T10:{clock}+09:00","msec":{1768440600 + index // 2000}.{index % 1000:03d},"level":"INFO",'
            f'"component":"gateway","message":"GET {uri}","request_id":"6f1c0b8e9a3d4d52b7e21f7c{index:08x}",'
            f'"remote_addr":"192.168.10.{index % 250}","method":"GET","uri":"{uri}","status":{status},"bytes":{size},'
            f'"request_time":{taken / 1000:.3f},"duration_ms":{taken},"upstream_addr":"10.87.1.2:3000","upstream_status":"{status}",'
            f'"upstream_response_time":"0.044","server_port":3080}}\n')


def write(path, lines, form):
    """Writes a log; the requests by status and the sum of their milliseconds, as far as the form tells them."""
    chance = random.Random(1)
    statuses, milliseconds = collections.Counter(), 0
    with open(path, "w", encoding="ascii", buffering=1 << 20) as file:
        for index in range(lines):
            status = chance.choice((200, 200, 200, 200, 200, 200, 200, 200, 304, 404, 502))
            taken = chance.randrange(2000)
            second = index // 2000
            file.write(form(index, f"{second // 60 % 60:02d}:{second % 60:02d}", f"/team/wiki/src/branch/main/file{index % 997}.md", status,
                            chance.randrange(100_000), taken))
            statuses[str(status)] += 1
            milliseconds += taken
    return statuses, milliseconds if form is extended else None


def metrics(port):
    with OPENER.open(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))


def count(binary, path, lines, directory):
    """(seconds until the page shows all lines, seconds of CPU for them, MB of memory at the peak, the page)"""
    empty = directory / "empty.log"
    empty.touch()
    port = free_port()
    process = Process(
        [binary, "exporter", "gateway", f"--web.listen-address=127.0.0.1:{port}", f"--state.directory={directory / path.stem}",
         "--log.from-beginning", f"--gateway.access-log={path}", f"--gateway.error-log={empty}", f"--gateway.registry-log={empty}",
         "--gateway.url=http://127.0.0.1:1", "--gateway.api-url="], directory / "exporter.log", env=environment_without_proxies())
    begun = time.monotonic()
    try:
        while True:
            if process.child.poll() is not None:
                sys.exit(f"the exporter ended:\n{process.output()}")
            try:
                page = metrics(port)
            except OSError:
                time.sleep(0.005)
                continue
            if float(page.get('flatnet_gateway_log_lines_total{log="access",result="ok"}', 0)) >= lines:
                return time.monotonic() - begun, process.cpu(), process.memory("VmHWM"), page
            if time.monotonic() - begun > 600:
                sys.exit("the page did not show all lines within ten minutes")
    finally:
        process.stop()


def peer(command):
    """(seconds, seconds of CPU, the output) of a program that reads the file."""
    before, begun = os.times(), time.monotonic()
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - begun, spent, output


def row(what, lines, seconds, cpu, note=""):
    print(f"{what:<44} {lines / seconds / 1e6:>8.2f} M lines/s {lines / max(cpu, 0.01) / 1e6:>8.2f} M lines a second of CPU  {note}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--aim", type=int, default=500_000)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-bench-"))
    slow = []
    try:
        for name, form in (("combined", combined), ("JSON", extended)):
            path = directory / f"{name}.log"
            statuses, milliseconds = write(path, options.lines, form)
            size = path.stat().st_size / 1e6
            seconds, cpu, _ = peer(["wc", "-l", path])
            row(f"{name}: wc -l", options.lines, seconds, cpu, f"{size:.0f} MB")
            if shutil.which("mawk") and form is combined:
                seconds, cpu, output = peer(["mawk", '{ s[$9]++ } END { for (k in s) print k, s[k] }', path])
                assert dict(line.split() for line in output.splitlines()) == {key: str(value) for key, value in statuses.items()}
                row(f"{name}: mawk, statuses alone", options.lines, seconds, cpu)
            seconds, cpu, memory, page = count(options.flatalert, path, options.lines, directory)
            row(f"{name}: exporter gateway, from its start", options.lines, seconds, cpu, f"{memory:.1f} MB at the peak")
            if options.lines / seconds < options.aim:
                slow.append(f"{name}: {options.lines / seconds:.0f} lines a second")
            shown = {key.split('"')[1]: int(float(value)) for key, value in page.items() if key.startswith("nginx_http_requests_total{")}
            assert {key: value for key, value in shown.items() if value} == dict(statuses), f"{shown} instead of {statuses}"
            if milliseconds is not None:
                found = float(page["nginx_http_request_duration_seconds_sum"])
                assert found == milliseconds / 1000, f"{found} s instead of {milliseconds / 1000} s"
            path.unlink()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    if slow:
        sys.exit(f"below the aim of {options.aim} lines a second: {'; '.join(slow)}")


if __name__ == "__main__":
    main()

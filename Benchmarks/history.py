#!/usr/bin/env python3
"""The history under load: what ingest costs with and without it, a million events through the running program, its file's size, the time of queries.

Usage: history.py FLATALERT [--events N] [--rounds N] [--alerts N]
Alerts fire and end in turns, in batches of 500, so each POST makes 500 events. CPU is that of the server's own process, history included.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests" / "EndToEnd"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from router import Server, bodies, http_get, later  # noqa: E402

ALERTS = 10_000
BATCH = 500
QUERIES = {
    "the newest 100": "",
    "a page of 1000": "limit=1000",
    "one alert of 10,000": "filter=" + urllib.parse.quote('instance="i4711"') + "&filter=" + urllib.parse.quote('alertname="A11"'),
    "200 alerts by a regex": "filter=" + urllib.parse.quote('instance=~"i1[0-9][0-9]"'),
    "a kind that is rare": "kind=started",
    "a kind that never was": "kind=delivery_failed",
    "nothing matches": "filter=" + urllib.parse.quote('alertname="none"'),
    "an hour that has passed": "until=2020-01-01T00:00:00Z",
}


def turn(number):
    """POST bodies after which every alert has changed its state."""
    ends = later(3600) if number % 2 == 0 else later(-1)
    for first in range(0, ALERTS, BATCH):
        yield json.dumps([
            {"labels": {"alertname": f"A{n % 50}", "instance": f"i{n}", "job": "node", "severity": "warning"},
             "annotations": {"summary": f"instance {n}"}, "startsAt": later(-10), "endsAt": ends}
            for n in range(first, first + BATCH)]).encode()


def started(options, directory, limit, name=None):
    """A server whose history has this limit."""
    os.environ["FLATALERT_HISTORY_MAX_BYTES"] = limit
    server = Server(
        "flatalert", options.flatalert, directory / (name or limit),
        "route: {receiver: r, group_by: [alertname], group_wait: 1h}\nreceivers: [{name: r}]\n")
    server.start()
    return server


def measure(options, directory, limit, events):
    """CPU an event with this limit of the history's file, and the server, still running."""
    server = started(options, directory, limit)
    turns = events // ALERTS
    before = server.cpu()
    for number in range(turns):
        server.post(turn(number))
    # What still waits is written with the question.
    http_get(server, "/api/flatalert/v1/history?limit=1")
    return (server.cpu() - before) / (turns * ALERTS) * 1e6, server


def round_of_posts(server, prepared, alerts):
    """Latency of each POST in ms, acknowledged alerts a second, and CPU an alert in us with what the history writes later."""
    begun_cpu = server.cpu()
    times = []
    begun = time.monotonic()
    for body in prepared:
        sent = time.monotonic()
        server.post([body])
        times.append((time.monotonic() - sent) * 1000)
    seconds = time.monotonic() - begun
    http_get(server, "/api/flatalert/v1/history?limit=1")
    return times, alerts / seconds, (server.cpu() - begun_cpu) / alerts * 1e6


def ingest(options, directory):
    """New alerts to two servers, one without and one with a history, in turns: what the history changes where alerts come in."""
    servers = [started(options, directory, limit, name) for limit, name in (("0", "ingest-without"), ("40MB", "ingest-with"))]
    rounds = [[], []]
    for number in range(options.rounds):
        prepared = bodies(number * options.alerts, options.alerts, later(3600))
        # Whoever is second finds the disk and the caches as the first left them: they take turns.
        for side in ((0, 1), (1, 0))[number % 2]:
            rounds[side].append(round_of_posts(servers[side], prepared, options.alerts))
    for server in servers:
        server.stop()

    def row(what, unit, of):
        each = [[of(one) for one in side] for side in rounds]
        ratio = statistics.median(w / o for o, w in zip(*each))
        print(f"{what:<44} {statistics.median(each[0]):10.2f} {statistics.median(each[1]):10.2f} {unit:<6} ratio {ratio:5.2f}", flush=True)

    print(f"{f'new alerts, {options.rounds} rounds of {options.alerts} in turns':<44} {'without':>10} {'with':>10}")
    row("POST of 10 alerts, p50", "ms", lambda one: statistics.median(one[0]))
    row("POST of 10 alerts, p99", "ms", lambda one: sorted(one[0])[len(one[0]) * 99 // 100])
    row("acknowledged alerts a second", "", lambda one: one[1])
    row("CPU an alert", "us", lambda one: one[2])


def oldest(server, newest):
    """The number of the oldest event that is kept."""
    low, high = 1, newest
    while low < high:
        middle = (low + high) // 2
        page = json.loads(http_get(server, f"/api/flatalert/v1/history?limit=1&before={middle + 1}"))
        if page["events"]:
            high = middle
        else:
            low = middle + 1
    return low


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--alerts", type=int, default=10_000, help="new alerts in a round")
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-history-"))
    ingest(options, directory)
    without, server = measure(options, directory, "0", min(options.events, 200_000))
    server.stop()
    with_history, server = measure(options, directory, "40MB", options.events)
    print(f"{'CPU an event, without and with a history':<44} {without:10.2f} {with_history:10.2f} us")
    size = sum(f.stat().st_size for f in (server.directory / "data").glob("history.db*")) / 2**20
    newest = json.loads(http_get(server, "/api/flatalert/v1/history?limit=1"))["events"][0]["number"]
    print(f"{'events written; the number of the oldest kept':<44} {newest:10d} {oldest(server, newest):10d}")
    print(f"{'files of the history':<44} {size:10.2f}            MB   limit 40 MB")
    print(f"{'memory':<44} {server.memory():10.2f}            MB")
    for name, query in QUERIES.items():
        http_get(server, "/api/flatalert/v1/history?" + query)
        times = []
        for _ in range(9):
            begun = time.monotonic()
            answer = json.loads(http_get(server, "/api/flatalert/v1/history?" + query))
            times.append((time.monotonic() - begun) * 1000)
        print(f"query: {name:<37} {statistics.median(times):10.2f} {max(times):10.2f} ms   {len(answer['events'])} events   budget 50 ms")
    server.stop()
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()

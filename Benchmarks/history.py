#!/usr/bin/env python3
"""The history under load: a million events through the running program, its file's size, the time of queries, and what ingest costs with and without it.

Usage: history.py FLATALERT [--events N]
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
from router import Server, http_get, later  # noqa: E402

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


def measure(options, directory, limit):
    """CPU an event with this limit of the history's file, and the server, still running."""
    os.environ["FLATALERT_HISTORY_MAX_BYTES"] = limit
    server = Server("flatalert", options.flatalert, directory / limit, "route: {receiver: r, group_by: [alertname], group_wait: 1h}\nreceivers: [{name: r}]\n")
    server.start()
    turns = options.events // ALERTS
    before = server.cpu()
    for number in range(turns):
        server.post(turn(number))
    # What still waits is written with the question.
    http_get(server, "/api/flatalert/v1/history?limit=1")
    return (server.cpu() - before) / (turns * ALERTS) * 1e6, server


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-history-"))
    without, server = measure(argparse.Namespace(flatalert=options.flatalert, events=min(options.events, 200_000)), directory, "0")
    server.stop()
    with_history, server = measure(options, directory, "40MB")
    print(f"{'CPU an event, without and with a history':<44} {without:10.2f} {with_history:10.2f} us")
    size = sum(f.stat().st_size for f in (server.directory / "data").glob("history.db*")) / 2**20
    newest = json.loads(http_get(server, "/api/flatalert/v1/history?limit=1"))["events"][0]["number"]
    oldest = newest
    page = json.loads(http_get(server, f"/api/flatalert/v1/history?limit=1&until=2020-01-01T00:00:00Z"))
    while "next" in page and not page["events"]:
        oldest = page["next"]
        page = json.loads(http_get(server, f"/api/flatalert/v1/history?limit=1&until=2020-01-01T00:00:00Z&before={oldest}"))
    print(f"{'events written; the oldest kept is below number':<44} {newest:10d} {oldest:10d}")
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

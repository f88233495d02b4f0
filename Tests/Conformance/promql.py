#!/usr/bin/env python3
"""Random PromQL over random series, evaluated by Debian's Prometheus 2.42 and by Flatalert; every answer is compared.

Usage: promql.py FLATALERT [--count 5000] [--seed N] [--verbose]
Both servers get the same samples by remote write, stale markers included. Ends with how many answers were equal, how many differ as reference 10.1
says that they must, by topic, and how many differ otherwise, which fails the run.
"""
import argparse
import collections
import json
import math
import os
import pathlib
import random
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))
import promql_differences as differences  # noqa: E402
import promql_expressions as expressions  # noqa: E402
import promql_requests as requests  # noqa: E402
import promql_series as series  # noqa: E402
import remote_write  # noqa: E402
from peers import PEERS, Flatalert, Process, free_port, wait_until  # noqa: E402

CONFIGURATION = "route: {receiver: none}\nreceivers: [{name: none}]\n"


def ask(url, path, form):
    """(status, answer) of a query."""
    call = urllib.request.Request(url + "/api/v1/" + path, data=urllib.parse.urlencode(form).encode(), method="POST")
    try:
        with urllib.request.urlopen(call, timeout=120) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raw = error.read()
        try:
            return error.code, json.loads(raw)
        except ValueError:
            return error.code, {"status": "error", "errorType": "none", "error": raw.decode(errors="replace")}


def close(theirs, ours):
    """Whether two printed values are equal to float tolerance."""
    if theirs == ours:
        return True
    a, b = float(theirs), float(ours)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a == b
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b)) or abs(a - b) < 1e-12


def rows(data):
    """{labels: [[time, value], …]} of a vector or matrix; the order for a vector is kept beside it."""
    if data["resultType"] in ("scalar", "string"):
        return {"": [data["result"]]}
    return {json.dumps(element["metric"], sort_keys=True): element.get("values") or [element["value"]] for element in data["result"]}


def is_ordered(expression):
    return expression.startswith(("sort(", "sort_desc("))


def problem(expression, path, theirs, ours):
    """What differs between two answers; None when nothing does."""
    (their_status, their_body), (our_status, our_body) = theirs, ours
    if their_body["status"] != our_body["status"]:
        return f"{their_status} {their_body.get('error', 'success')} / {our_status} {our_body.get('error', 'success')}"
    if their_body["status"] == "error":
        same = their_status == our_status and their_body["errorType"] == our_body["errorType"]
        return None if same else f"{their_status} {their_body['error']} / {our_status} {our_body['error']}"
    a, b = their_body["data"], our_body["data"]
    if a["resultType"] != b["resultType"]:
        return f"type {a['resultType']} / {b['resultType']}"
    a_rows, b_rows = rows(a), rows(b)
    if a_rows.keys() != b_rows.keys():
        missing, extra = sorted(a_rows.keys() - b_rows.keys()), sorted(b_rows.keys() - a_rows.keys())
        return f"series: missing {missing[:3]} of {len(missing)}, extra {extra[:3]} of {len(extra)}"
    for key, points in a_rows.items():
        given = b_rows[key]
        if [time for time, _ in points] != [time for time, _ in given]:
            return f"times of {key}: {[t for t, _ in points][:5]} … {len(points)} / {[t for t, _ in given][:5]} … {len(given)}"
        for (time, x), (_, y) in zip(points, given):
            if not close(x, y):
                return f"value of {key} at {time}: {x} / {y}"
    if path == "query" and is_ordered(expression) and a["resultType"] == "vector":
        a_values, b_values = ([element["value"][1] for element in data["result"]] for data in (a, b))
        if not all(close(x, y) for x, y in zip(a_values, b_values)):
            return f"order: {a_values} / {b_values}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="print each allowed difference too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        (directory / "prometheus.yml").write_text("{}\n")
        port = free_port()
        prometheus_url = f"http://127.0.0.1:{port}"
        prometheus = Process(
            [PEERS / "prometheus", f"--config.file={directory / 'prometheus.yml'}", f"--storage.tsdb.path={directory / 'tsdb'}",
             f"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver", "--storage.tsdb.retention.time=100y"],
            directory / "prometheus.log")
        flatalert = Flatalert(
            options.flatalert, directory / "flatalert", CONFIGURATION,
            extra=["--web.enable-remote-write-receiver", "--storage.tsdb.retention.time=100y"])
        try:
            wait_until(lambda: ask_ready(prometheus_url), 30, "Prometheus is ready")
            wait_until(lambda: ask_ready(flatalert.url), 30, "Flatalert is ready")
            data = series.all_series(options.seed)
            for url in (prometheus_url, flatalert.url):
                remote_write.write(url, data)
            print(f"{len(data)} series, {sum(len([1 for _, value in samples if value is not None]) for _, samples in data)} samples")
            failed = requests.play(prometheus_url, flatalert.url) + play(options, prometheus_url, flatalert.url)
        finally:
            prometheus.stop()
            flatalert.stop()
    return 1 if failed else 0


def ask_ready(url):
    try:
        return ask(url, "query", {"query": "1"})[0] == 200
    except OSError:
        return False


def play(options, prometheus_url, flatalert_url):
    source = random.Random(options.seed)
    expressions.AT = series.START + series.EVALUATION_OFFSET + 120 * series.STEP
    generator = expressions.Generator(options.seed)
    counts = collections.Counter()
    errors = 0
    empty = 0
    for number in range(options.count):
        expression = generator.expression()
        at = series.START + series.EVALUATION_OFFSET + source.randrange(-20, series.STEPS + 60) * series.STEP
        if source.random() < 0.35:
            path, form = "query_range", {"start": at, "end": at + source.randrange(0, 60) * 15, "step": source.choice([15, 30, 60, 45])}
        else:
            path, form = "query", {"time": at}
        form["query"] = expression
        theirs, ours = ask(prometheus_url, path, form), ask(flatalert_url, path, form)
        errors += theirs[1]["status"] == "error"
        empty += theirs[1]["status"] == "success" and not theirs[1]["data"]["result"]
        found = problem(expression, path, theirs, ours)
        if found is None:
            counts["equal"] += 1
            continue
        topic = differences.topic(expression, theirs, ours, found)
        if topic:
            counts[topic] += 1
        else:
            counts["failed"] += 1
        if topic is None or options.verbose:
            print(f"{'FAILED' if topic is None else topic}: {path} {form}\n    {found}")
    allowed = {topic: count for topic, count in counts.items() if topic not in ("equal", "failed")}
    print(f"{options.count} expressions (seed {options.seed}; {errors} errors and {empty} empty answers of Prometheus): {counts['equal']} equal, "
          f"{sum(allowed.values())} allowed differences {dict(sorted(allowed.items()))}, {counts['failed']} failed")
    return counts["failed"]


if __name__ == "__main__":
    sys.exit(main())

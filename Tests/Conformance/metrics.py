#!/usr/bin/env python3
"""Pages of metrics through Debian's promtool 2.42 and through Flatalert's stricter lint; and Flatalert's own page through Debian's Prometheus.

Usage: metrics.py BINARY [--show PATTERN] [--drawn N] [FILE…]
Whatever promtool finds the lint must find at the same metric, and nothing else but what metric_cases.py lists beyond it; what is listed must be
found. Files named beside the cases must have no finding of promtool that the lint has not.
"""
import argparse
import gzip
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))
from metric_cases import CASES, drawn  # noqa: E402
from peers import PEERS, Flatalert, Process, environment_without_proxies, free_port, request, wait_until  # noqa: E402

# promtool's words, and the check that says the same.
CHECKS = {
    "no help text": "no-help",
    'non-counter metrics should not have "_total" suffix': "total-suffix",
    'counter metrics should have "_total" suffix': "counter-name",
    r'.* metrics should not have "_(bucket|sum|count)" suffix': "reserved-suffix",
    r'.* metrics should not have "(le|quantile)" label': "reserved-label",
    "metric name should not include type .*": "type-in-name",
    "metric names should not contain ':'": "colon-in-name",
    ".* names should be written in 'snake_case' not 'camelCase'": "camel-case",
    "use base unit .* instead of .*": "base-unit",
    "metric names should not contain abbreviated units": "abbreviated-unit",
}
FINDING = re.compile(r"standard input:\d+: (?:error|warning): (?:([a-zA-Z_:][\w:]*): )?.* \[([a-z0-9-]+)\]")
ACCEPT = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"


def promtool(page):
    """(exit code, what it finds, what it says)."""
    done = subprocess.run([PEERS / "promtool", "check", "metrics"], input=page, capture_output=True, timeout=60)
    text = done.stderr.decode(errors="replace")
    found = set()
    for line in text.splitlines() if done.returncode == 3 else []:
        metric, words = line.split(" ", 1)
        found.add((metric, next(check for pattern, check in CHECKS.items() if re.fullmatch(pattern, words))))
    return done.returncode, found, text


def flatalert(binary, page):
    """The same of ours; the metric of what is about the page is -."""
    done = subprocess.run([binary, "check-metrics", "--format=text"], input=page, capture_output=True, timeout=60)
    text = done.stderr.decode(errors="replace")
    found = {(match[1] or "-", match[2]) for match in map(FINDING.fullmatch, text.splitlines()) if match}
    assert len(found) > 0 or not text, f"not understood: {text}"
    return done.returncode, found, text


def difference(case, theirs, ours):
    """What is wrong between two verdicts of a page; None when nothing is."""
    (their_code, there, _), (our_code, here, _) = theirs, ours
    if their_code != (1 if case.refused else 3 if there else 0):
        return f"promtool's exit code {their_code}"
    if our_code not in ((1, 3) if case.refused else (1, 3) if here else (0,)):
        return f"exit code {our_code}"
    if there & case.found():
        return f"listed as beyond promtool, which finds it: {sorted(there & case.found())}"
    expected = there | case.found()
    if here != expected:
        return f"lacks {sorted(expected - here)}, has beyond it {sorted(here - expected)}"
    return None


def drawn_difference(theirs, ours):
    """The same for a drawn page: promtool tells one unit of a name at random, we all; and what only we have a word for is left aside."""
    (_, there, _), (_, here, _) = theirs, ours
    lacking = there - here
    units = {metric for metric, check in there if check == "base-unit"}
    shared = {(metric, check) for metric, check in here if check in CHECKS.values() and not (check == "base-unit" and metric in units)}
    # promtool picks among all units of a name, base units too.
    shared = {pair for pair in shared if pair[1] != "base-unit" or not re.search("_(seconds|bytes|meters)(_|$)", pair[0])}
    if lacking or shared - there:
        return f"lacks {sorted(lacking)}, has beyond promtool {sorted(shared - there)}"
    return None


def compare(options, binary):
    failed = findings = 0

    def judge(name, page, judged):
        nonlocal failed, findings
        theirs, ours = promtool(page), flatalert(binary, page)
        findings += len(theirs[1])
        if options.show and re.search(options.show, name):
            print(f"{name}\n{theirs[0]} {theirs[2]}\n{ours[0]} {ours[2]}")
        why = judged(theirs, ours)
        if why:
            failed += 1
            print(f"FAILED  {name}: {why}\n          2.42: {theirs[2]!r:.600}\n          here: {ours[2]!r:.900}")

    for name, case in CASES.items():
        judge(name, case.page.encode(errors="surrogateescape"), lambda theirs, ours: difference(case, theirs, ours))
    for seed in range(options.drawn):
        judge(f"drawn {seed}", drawn(seed).encode(), drawn_difference)
    for file in options.files:
        judge(file, pathlib.Path(file).read_bytes(), drawn_difference)
    beyond = sum(len(case.beyond) for case in CASES.values())
    refused = sum(case.refused for case in CASES.values())
    print(f"pages of metrics: {len(CASES)} ({refused} refused), {options.drawn} drawn, {findings} findings of promtool shared, "
          f"{beyond} beyond it, {failed} failed")
    return failed


def scrape(binary, directory):
    """Prometheus reads our page as OpenMetrics: the target is up, and everything on the page arrives."""
    server = Flatalert(binary, directory / "flatalert", "route: {receiver: none}\nreceivers: [{name: none}]\n").ready()
    port = free_port()
    configuration = directory / "prometheus.yml"
    configuration.write_text(
        f"global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: x, static_configs: [{{targets: ['127.0.0.1:{server.port}']}}]}}]\n")
    prometheus = Process(
        [PEERS / "prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={directory / 'tsdb'}", f"--web.listen-address=127.0.0.1:{port}"],
        directory / "prometheus.log", environment_without_proxies())
    problems = []
    try:
        url = f"http://127.0.0.1:{port}/api/v1/"

        def target():
            try:
                targets = request(url + "targets")[1]["data"]["activeTargets"]
            except (OSError, TypeError):
                return None
            return targets[0] if targets and targets[0]["health"] != "unknown" else None

        found = wait_until(target, 30, "the first scrape")
        if found["health"] != "up":
            problems.append(f"the target is {found['health']}: {found['lastError']}")
        metadata = {entry["metric"]: entry["type"] for entry in request(url + "targets/metadata?limit=10000")[1]["data"]}
        # Only OpenMetrics names a counter without its ending.
        if metadata.get("alertmanager_alerts_received") != "counter" or "alertmanager_alerts_received_total" in metadata:
            problems.append("Prometheus did not read counters as OpenMetrics has them")
        call = urllib.request.Request(server.url + "/metrics", headers={"Accept": ACCEPT, "Accept-Encoding": "gzip"})
        with urllib.request.urlopen(call, timeout=15) as answer:
            if answer.headers["Content-Encoding"] != "gzip" or not answer.headers["Content-Type"].startswith("application/openmetrics-text"):
                problems.append(f"answered as {answer.headers['Content-Type']}, {answer.headers['Content-Encoding']}")
            page = gzip.decompress(answer.read()).decode()
        names = {re.match(r"[\w:]+", line)[0] for line in page.splitlines() if not line.startswith("#")}
        stored = set(request(url + "label/__name__/values")[1]["data"])
        if not names <= stored:
            problems.append(f"not stored: {sorted(names - stored)}")
        done = subprocess.run([binary, "check-metrics", server.url + "/metrics"], capture_output=True, text=True, timeout=60)
        plain = subprocess.run([binary, "check-metrics", "--format=text", server.url + "/metrics"], capture_output=True, text=True, timeout=60)
        for run, what in ((done, "OpenMetrics"), (plain, "text format")):
            if f", {what}: " not in run.stdout or run.returncode == 1:
                problems.append(f"our own lint of our own page: {run.returncode} {run.stdout}{run.stderr}")
        print(f"scraped by Prometheus 2.42 as OpenMetrics: {len(names)} names, {len(metadata)} families; {plain.stdout.strip()}")
    finally:
        prometheus.stop()
        server.stop()
    for problem in problems:
        print(f"FAILED  scrape: {problem}")
    return len(problems)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--show", help="print what both say where the name matches")
    parser.add_argument("--drawn", type=int, default=150, help="how many drawn pages")
    options = parser.parse_args()
    binary = pathlib.Path(options.binary).resolve()
    failed = compare(options, binary)
    with tempfile.TemporaryDirectory(prefix="flatalert-metrics-") as directory:
        failed += scrape(binary, pathlib.Path(directory))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

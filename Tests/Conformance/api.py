#!/usr/bin/env python3
"""Plays the same scenarios to Debian's Alertmanager 0.25 and to Flatalert and compares status, header fields, bodies, metrics and what webhooks are told.

Where Flatalert follows a newer Alertmanager, `differences.py` says what it must answer instead. Usage: api.py BINARY [SCENARIO …]
"""
import concurrent.futures
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from differences import DIFFERENCES, checked_fields  # noqa: E402
from play import PEERS, Answer, Program, differing, wait_until  # noqa: E402
from scenarios import alerts, configurations, http, metrics, mutations, queries, silences, status, webhooks  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
SHOWN = 5


class Play:
    """One scenario on both programs. Called with an exchange, it plays it, compares, and returns Flatalert's answer."""

    def __init__(self, theirs, ours, pool):
        self.theirs, self.ours, self.pool = theirs, ours, pool
        self.passed = self.failed = self.adapted = 0

    def both(self, work):
        """Does the same to both programs at the same time."""
        return list(self.pool.map(work, (self.theirs, self.ours)))

    def __call__(self, name, method, target, body=None, unordered=False, **options):
        self.theirs.exchange = self.ours.exchange = name
        theirs, ours = self.both(lambda program: program.call(method, target, body, **options))
        if unordered:
            for answer in (theirs, ours):
                if isinstance(answer.body, list):
                    answer.body.sort(key=repr)
        self.judge(name, theirs, ours)
        return ours

    def judge(self, name, theirs, ours, about=""):
        """Compares two answers, after the differences that the reference asks for. `about` is shown when they differ."""
        problem = checked_fields(ours)
        expected, given = theirs, ours
        for difference in DIFFERENCES:
            if difference.concerns(name):
                adapted, given = difference.adapt(expected, given)
                if adapted != expected or given != ours:
                    difference.used += 1
                    self.adapted += 1
                expected = adapted
        if problem or expected != given:
            self.failed += 1
            print(f"FAILED  {name}" + (f": {problem}" if problem else "") + (f"\n          {about}" if about else ""), flush=True)
            for place, there, here in list(differing([expected.status, expected.headers, expected.body], [given.status, given.headers, given.body]))[:SHOWN]:
                print(f"          {place}: expected {there!r:.300}, got {here!r:.300}")
        else:
            self.passed += 1

    def expect(self, name, ours, expected):
        """Compares an answer with what the reference alone says."""
        self.judge(name, expected, ours)

    def reached(self, name, condition, seconds=30):
        """Waits until the condition holds for both programs."""
        try:
            for program in (self.theirs, self.ours):
                wait_until(lambda: condition(program), seconds, f"{program.name}: {name}")
            self.passed += 1
        except AssertionError as error:
            self.failed += 1
            print(f"FAILED  {name}: {error}", flush=True)

    def told(self, name, counts):
        """Waits until each webhook was told this often by both programs, and compares what it was told."""
        self.reached(name, lambda program: all(len(program.webhooks[hook].requests) >= count for hook, count in counts.items()))
        for hook, count in counts.items():
            theirs, ours = ([*webhooks.shown(program.webhooks[hook], program)] for program in (self.theirs, self.ours))
            self.judge(f"told: {name}, webhook {hook}", Answer(len(theirs), {}, theirs), Answer(len(ours), {}, ours))
            self.judge(f"count: {name}, webhook {hook}", Answer(count, {}, ""), Answer(len(ours), {}, ""))

    def quiet(self, seconds):
        """Lets time pass in which nothing may happen."""
        time.sleep(seconds)


SCENARIOS = {
    "alerts": (alerts.scenario, alerts.CONFIGURATION, ()),
    "silences": (silences.scenario, silences.CONFIGURATION, ()),
    "queries": (queries.scenario, queries.CONFIGURATION, ()),
    "mutations": (mutations.scenario, mutations.CONFIGURATION, ("--enable-feature=classic-mode",)),
    "classic": (queries.classic, queries.CONFIGURATION, ("--enable-feature=classic-mode",)),
    "http": (http.scenario, http.CONFIGURATION, ()),
    "prefix": (http.prefixed, http.CONFIGURATION, ("--web.route-prefix=/am/x/",)),
    "external-path": (http.external, http.CONFIGURATION, ("--web.external-url=https://am.example/path/to/",)),
    "webhooks": (webhooks.scenario, webhooks.CONFIGURATION, ()),
    "status": (status.scenario, status.CONFIGURATION, ()),
    "configurations": (configurations.scenario, status.CONFIGURATION, ()),
    "metrics": (metrics.scenario, metrics.CONFIGURATION, ()),
}


def run(name):
    """Plays one scenario. Returns (passed, failed, adapted)."""
    scenario, configuration, arguments = SCENARIOS[name]
    directory = pathlib.Path(tempfile.mkdtemp(prefix=f"flatalert-conformance-{name}-"))
    hooks = webhooks.HOOKS if name in ("webhooks", "metrics") else ()
    prefix = {"prefix": "/am/x", "external-path": "/path/to"}.get(name, "")
    # 0.25 knows one matcher grammar and one kind of label names: those of the classic mode.
    common = [argument for argument in arguments if not argument.startswith("--enable-feature")]
    programs = [Program("alertmanager", PEERS / "alertmanager", directory, configuration, hooks, common), Program("flatalert", BINARY, directory, configuration, hooks, arguments)]
    started = time.monotonic()
    try:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            play = Play(*programs, pool)
            try:
                play.both(lambda program: program.ready(prefix + "/-/ready"))
                scenario(play)
            except Exception:
                play.failed += 1
                print(f"FAILED  {name}: the scenario broke off; its files are in {directory}", flush=True)
                traceback.print_exc()
    finally:
        for program in programs:
            program.stop()
    if not play.failed:
        shutil.rmtree(directory, ignore_errors=True)
    print(f"{name}: {play.passed} passed, {play.failed} failed, {play.adapted} of them by a listed difference ({time.monotonic() - started:.1f} s)", flush=True)
    return play.passed, play.failed


def main():
    names = sys.argv[2:] or list(SCENARIOS)
    # These mostly wait, for time to pass and for amtool: they go along with the others.
    waiting = ("webhooks", "configurations")
    with concurrent.futures.ThreadPoolExecutor(len(waiting)) as pool:
        beside = [pool.submit(run, name) for name in names if name in waiting]
        results = [run(name) for name in names if name not in waiting] + [future.result() for future in beside]
    passed, failed = (sum(column) for column in zip(*results))
    for difference in DIFFERENCES:
        if not sys.argv[2:] and not difference.used:
            failed += 1
            print(f"FAILED  listed but not seen: {difference}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

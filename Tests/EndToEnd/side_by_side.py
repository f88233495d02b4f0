#!/usr/bin/env python3
"""The same rules and targets under Debian's Prometheus and Alertmanager, and under Flatalert alone, while services die and return.

Usage: side_by_side.py FLATALERT [--minutes 10] [--seed 1] [--scrape 1] [--evaluate 5]
Every fault that lasts must be told once and its end once by both; short ones by neither; both sides' messages at most one evaluation and one scrape
apart (each has its own phase). Printed: from the fault to the webhook, for both.
"""
import argparse
import pathlib
import random
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from peers import PEERS, Flatalert, Process, free_port, request, wait_until  # noqa: E402
from peers import Webhook as PlainWebhook  # noqa: E402
from targets import Target  # noqa: E402

TARGETS = 6
# What each fault makes fire, by its name in the rules.
KINDS = {"refuse": "TargetDown", "hang": "TargetDown", "error": "TargetDown", "garbage": "TargetDown", "hot": "TooHot", "errors": "Errors"}


class Webhook(PlainWebhook):
    """Keeps when each body came."""

    def __init__(self):
        super().__init__()
        self.times = []

    def transitions(self):
        """(alertname, instance) -> [(status, seconds when it was first told)]."""
        found = {}
        for body, at in zip(list(self.bodies), list(self.times)):
            for alert in body["alerts"]:
                key = (alert["labels"]["alertname"], alert["labels"].get("instance", ""))
                last = found.setdefault(key, [])
                last.append((alert["status"], at, alert))
        return found


def watch_times(webhook):
    """Notes the time of each new body: called often by the main loop."""
    while len(webhook.times) < len(webhook.bodies):
        webhook.times.append(time.monotonic())


def rules(evaluate, scrape):
    hold = 2 * evaluate
    window = max(4 * scrape, 2 * evaluate)
    return f"""groups:
- name: side-by-side
  rules:
  - record: instance:errors:rate
    expr: rate(errors_total[{window}s])
  - alert: TargetDown
    expr: up == 0
    for: {hold}s
    labels: {{severity: critical, team: '{{{{ $labels.job }}}}-ops'}}
    annotations:
      summary: '{{{{ $labels.instance }}}} of {{{{ $labels.job }}}} is down in {{{{ $externalLabels.site }}}}'
  - alert: TooHot
    expr: temperature > 50
    labels: {{severity: warning}}
    annotations:
      summary: '{{{{ $labels.room }}}}: {{{{ $value | humanize }}}} degrees'
  - alert: Errors
    expr: instance:errors:rate > 1
    for: {evaluate}s
    keep_firing_for: {evaluate}s
    labels: {{severity: warning}}
    annotations:
      summary: 'errors on {{{{ $labels.instance }}}}'
  - alert: Always
    expr: vector(1)
  - alert: Missing
    expr: absent(up{{job="ghost"}})
    for: {evaluate}s
"""


def routing(webhook):
    return f"""route:
  receiver: hook
  group_by: ['...']
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 12h
receivers:
- name: hook
  webhook_configs: [{{url: '{webhook.url}', send_resolved: true}}]
"""


def plan(seconds, evaluate, scrape, generator):
    """[(start, end, target, kind, lasts)] so that each target recovers fully between two faults and everything is over before the end."""
    hold = 2 * evaluate
    slack = evaluate + scrape + 1
    settle = 3 * evaluate + 4 * scrape + 4
    faults = []
    for target in range(TARGETS):
        at = 2 * evaluate + generator.uniform(0, 3 * evaluate)
        while True:
            kind = generator.choice(sorted(KINDS))
            # Faults of a length near the limits would be decided by the phase.
            lasts = kind in ("hot", "errors") or generator.random() < 0.75
            length = generator.uniform(hold + 2 * slack, hold + 5 * slack) if lasts else generator.uniform(scrape, max(scrape, hold - slack))
            if at + length + settle > seconds:
                break
            faults.append((at, at + length, target, kind, lasts))
            at += length + settle + generator.uniform(0, 2 * evaluate)
    return sorted(faults)


def compare(ours, theirs, faults, targets, begun, options):
    """Prints what differs; returns the number of problems."""
    problems = 0
    bound = options.evaluate + options.scrape + 1.5
    told = {"flatalert": ours.transitions(), "prometheus": theirs.transitions()}
    delays = {"flatalert": [], "prometheus": []}
    apart = []
    expected = {}
    for start, end, target, kind, lasts in faults:
        if lasts:
            expected.setdefault((KINDS[kind], targets[target].address), []).extend([("firing", begun + start), ("resolved", begun + end)])
    for name, transitions in told.items():
        for key in sorted(set(transitions) | set(expected)):
            if key[0] in ("Always", "Missing"):
                if [status for status, _, _ in transitions[key]] != ["firing"]:
                    problems += 1
                    print(f"  {name}: {key}: {[s for s, _, _ in transitions[key]]}, expected one firing")
                continue
            wanted, got = expected.get(key, []), transitions.get(key, [])
            if [status for status, _ in wanted] != [status for status, _, _ in got]:
                problems += 1
                print(f"  {name}: {key}: told {[(s, round(at - begun, 1)) for s, at, _ in got]}, faults {[(s, round(at - begun, 1)) for s, at in wanted]}")
                continue
            delays[name] += [at - due for (status, due), (_, at, _) in zip(wanted, got) if status == "firing"]
    for name in ("Always", "Missing"):
        for side, transitions in told.items():
            # Prometheus learns its Alertmanagers some seconds after its first evaluations and drops what they told; it repeats it a minute later.
            if side == "prometheus" and options.minutes < 1.5:
                continue
            if not any(key[0] == name for key in transitions):
                problems += 1
                print(f"  {side}: {name} was never told")
    for key in sorted(set(told["flatalert"]) & set(told["prometheus"])):
        for (status, mine, one), (other_status, other, two) in zip(told["flatalert"][key], told["prometheus"][key]):
            if key[0] in ("Always", "Missing"):
                continue
            apart.append(abs(mine - other))
            if abs(mine - other) > bound:
                problems += 1
                print(f"  {key} {status}: {abs(mine - other):.1f} s apart, at most {bound:.1f} expected")
            if (one["labels"], one["annotations"]) != (two["labels"], two["annotations"]):
                problems += 1
                print(f"  {key} {status}: {one['labels']} {one['annotations']} and {two['labels']} {two['annotations']}")
    lasting = sum(1 for fault in faults if fault[4])
    print(f"{len(faults)} faults, {lasting} of them to be told; {len(apart)} messages in both, at most {max(apart, default=0):.1f} s apart, median {statistics.median(apart) if apart else 0:.1f} s")
    for name, values in delays.items():
        if values:
            print(f"from the fault to the webhook, {name}: median {statistics.median(values):.1f} s, at most {max(values):.1f} s ({len(values)} faults)")
    return problems + (1 if lasting == 0 else 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flatalert")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scrape", type=int, default=1)
    parser.add_argument("--evaluate", type=int, default=5)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-side-"))
    targets = [Target(f"room-{number}") for number in range(TARGETS)]
    ours, theirs = Webhook(), Webhook()
    (directory / "rules.yml").write_text(rules(options.evaluate, options.scrape))
    (directory / "alertmanager.yml").write_text(routing(theirs))
    alertmanager_port = free_port()
    common = f"""global:
  scrape_interval: {options.scrape}s
  scrape_timeout: {options.scrape}s
  evaluation_interval: {options.evaluate}s
  external_labels: {{site: lab}}
rule_files: [rules.yml]
scrape_configs:
- job_name: rooms
  static_configs:
  - targets: {[target.address for target in targets]}
"""
    (directory / "ours.yml").write_text(common)
    (directory / "theirs.yml").write_text(common + f"alerting:\n  alertmanagers:\n  - static_configs: [{{targets: ['127.0.0.1:{alertmanager_port}']}}]\n")
    processes = []
    problems = 1
    try:
        processes.append(Process(
            [PEERS / "alertmanager", f"--config.file={directory / 'alertmanager.yml'}", f"--storage.path={directory / 'am'}",
             f"--web.listen-address=127.0.0.1:{alertmanager_port}", "--cluster.listen-address="], directory / "alertmanager.log"))
        wait_until(lambda: answers(f"http://127.0.0.1:{alertmanager_port}/-/ready"), 30, "Alertmanager is ready")
        prometheus_port = free_port()
        processes.append(Process(
            [PEERS / "prometheus", f"--config.file={directory / 'theirs.yml'}", f"--storage.tsdb.path={directory / 'tsdb'}",
             f"--web.listen-address=127.0.0.1:{prometheus_port}"], directory / "prometheus.log"))
        flatalert = Flatalert(options.flatalert, directory / "ours", routing(ours), extra=[f"--monitor.config={directory / 'ours.yml'}"])
        processes.append(flatalert)
        wait_until(lambda: answers(f"http://127.0.0.1:{prometheus_port}/-/ready"), 30, "Prometheus is ready")
        flatalert.ready()
        seconds = options.minutes * 60
        faults = plan(seconds, options.evaluate, options.scrape, random.Random(options.seed))
        begun = time.monotonic()
        steps = sorted([(start, target, kind) for start, _, target, kind, _ in faults] + [(end, target, None) for _, end, target, _, _ in faults],
                       key=lambda step: step[0])
        while time.monotonic() - begun < seconds:
            while steps and steps[0][0] <= time.monotonic() - begun:
                _, target, kind = steps.pop(0)
                targets[target].fail(kind) if kind else targets[target].recover()
            for webhook in (ours, theirs):
                watch_times(webhook)
            time.sleep(0.02)
        for process in processes:
            assert process.child.poll() is None, f"{process.log} ended"
        problems = compare(ours, theirs, faults, targets, begun, options)
    finally:
        for process in reversed(processes):
            process.stop()
        for target in targets:
            target.close()
    print(f"side by side, {options.minutes:g} min, seed {options.seed}: {'0 problems' if not problems else f'{problems} problems; files in {directory}'}")
    return 1 if problems else 0


def answers(url):
    try:
        return request(url)[0] == 200
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())

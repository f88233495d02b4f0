#!/usr/bin/env python3
"""Plays seeded scenarios to Debian's Alertmanager 0.25 and to Flatalert at the same time and compares API answers, webhook and Slack bodies and mails.

A batch is one pair of processes with some forty scenarios side by side. It goes in waves of six or eight seconds that both programs share: alerts and silences are posted
at the start of a wave, groups flush in its second second, the configuration is changed after that, answers of the API are compared in its last two. group_interval
is one wave, so a flush keeps its place in it, and no flush comes near a change. Per receiver and wave the messages must be equal; their order within one wave is
that of chance, because different groups flush in the same second. Usage: messages.py BINARY|debian [--seeds N] [--first SEED] [--scenarios N] [--batch KIND]
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import mails  # noqa: E402
from message_differences import ANSWERS, adapted  # noqa: E402
from message_scenarios import LOGINS, OVERRIDES, TEMPLATES, Scenario  # noqa: E402
from play import PEERS, Program, differing  # noqa: E402
from sinks import WEBHOOK_MEMBERS, Sinks  # noqa: E402

KINDS = ("steady", "reloading", "pushing")
WAVES = 4
# Seconds of a wave and, in it, of posting what is flushed at once and of asking. Groups flush one second after they are made or the configuration is changed, then
# at the same place of every wave: a second change comes after these.
WAVE = {"steady": 6, "reloading": 8, "pushing": 6}
ASK = {"steady": 4.2, "reloading": 6.5, "pushing": 4.2}
RELOADS = {0: 2.5, 2: 4.6}
LATE = 1.3
HEADERS = ("Content-Type", "Authorization", "User-Agent", "Expect", "Accept-Encoding", "Transfer-Encoding")
GROUP_KEY = re.compile(r'"groupKey":"(?:[^"\\]|\\.)*",')
SHOWN = 6


def yaml(value):
    """JSON that any YAML reader takes."""
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda match: f"\\u{ord(match.group()):04x}", json.dumps(value, ensure_ascii=False))


class Side:
    """One program, its sinks and its configuration."""

    def __init__(self, name, binary, directory, batch):
        self.sinks = Sinks(LOGINS)
        self.templates = directory / name / "mine.tmpl"
        self.program = Program(name, binary, directory, "{}", arguments=["--alerts.gc-interval=1s", "--web.external-url=http://am.example:9093/sub", "--web.route-prefix=/", *batch.flags(name)], starts=False)
        self.configure(batch)
        self.program.start()

    def configure(self, batch):
        self.templates.write_text("\n".join([*TEMPLATES, *batch.overrides]))
        text = yaml(batch.configuration(str(self.templates))).replace("$HTTP", f"http://127.0.0.1:{self.sinks.http}")
        for login, port in self.sinks.smtp.items():
            text = text.replace(f"$SMTP-{login}\"", f"{port}\"")
        self.program.file.write_text(re.sub(r"\$(\d+)", lambda match: f"{int(match.group(1)) * batch.pace}ms", text))

    def do(self, wave, late=False):
        """Sends what a wave brings; returns the answers by name."""
        answers = {}
        for scenario, did in wave:
            if did["late" if late else "post"]:
                answers[f"alerts of {scenario.name}"] = self.call(f"post {scenario.name}", "POST", "/api/v2/alerts", did["late" if late else "post"])
            if late:
                continue
            for name, silence in did["silence"]:
                answers[name] = self.call(name, "POST", "/api/v2/silences", silence)
            for name in did["expire"]:
                answers[f"expire {name}"] = self.call(f"expire {name}", "DELETE", f"/api/v2/silence/<id of {name}>")
        return answers

    def ask(self, questions):
        return {question: self.call(question, "GET", question) for question in questions}

    def call(self, exchange, *arguments):
        self.program.exchange = exchange
        return self.program.call(*arguments)

    def told(self, begun, wave_length):
        """Everything told: {place: {wave: [messages]}}. A place is the path of a webhook or the first recipient of a mail."""
        found = collections.defaultdict(lambda: collections.defaultdict(list))
        for post in self.sinks.posts:
            wave = int((post.time - begun) // wave_length)
            kind = "webhook" if "/webhook/" in post.path else "slack"
            headers = {name: post.headers[name] for name in HEADERS if name in post.headers}
            if kind == "webhook":
                members = dict(re.findall(WEBHOOK_MEMBERS, post.body.decode()))
                body = re.sub(WEBHOOK_MEMBERS, "", post.body.decode())
                message = {"group": json.loads(body)["groupKey"], "bytes": GROUP_KEY.sub('"groupKey":…,', body), "newer": members}
            else:
                message = {"body": json.loads(post.body), "keys": json.dumps(shape(json.loads(post.body))), "newline": post.body.endswith(b"}\n")}
            found[post.path][wave].append({"at": post.time - begun, "kind": kind, "headers": headers, "answer": post.answer, **message})
        for mail in self.sinks.mails:
            wave = int((mail.time - begun) // wave_length)
            found[mails.address(mail.recipients[0])][wave].append({"at": mail.time - begun, "kind": "mail", **mails.meaning(mail)})
        return found

    def stop(self):
        try:
            self.program.stop()
        finally:
            self.sinks.close()


def shape(value):
    """The keys of a body in their order."""
    if isinstance(value, dict):
        return [[key, shape(part)] for key, part in value.items()]
    return [shape(part) for part in value] if isinstance(value, list) else None


class Batch:
    """One pair of processes under all scenarios of one kind and seed."""

    def __init__(self, binary, kind, seed, count, pace):
        self.kind, self.seed, self.pace, self.debian = kind, seed, pace, binary == "debian"
        self.random = random.Random(f"{seed} {kind}")
        self.wave_length = WAVE[kind]
        Scenario.pace, Scenario.wave_length = pace, self.wave_length
        self.scenarios = [Scenario(seed, number, kind) for number in range(count)]
        self.overrides = self.drawn_overrides()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix=f"flatalert-messages-{kind}-{seed}-"))
        self.passed = self.adapted = self.late = 0
        self.shown = None
        # What differed, by the name of the comparison.
        self.failed = {}
        ours = ("alertmanager", PEERS / "alertmanager") if self.debian else ("flatalert", str(pathlib.Path(binary).resolve()))
        self.sides = [Side("alertmanager", PEERS / "alertmanager", self.directory / "theirs", self), Side(*ours, self.directory / "ours", self)]
        self.pool = concurrent.futures.ThreadPoolExecutor(2)

    def drawn_overrides(self):
        return self.random.sample(OVERRIDES, self.random.randint(0, 3))

    def flags(self, name):
        return ["--delivery.manners=alertmanager"] if self.kind == "pushing" and name == "flatalert" else []

    def configuration(self, templates):
        return {
            "global": {"resolve_timeout": "1h"}, "templates": [templates],
            "route": {"receiver": "nobody", "routes": [scenario.route for scenario in self.scenarios]},
            "inhibit_rules": [rule for scenario in self.scenarios for rule in scenario.rules],
            "receivers": [{"name": "nobody"}, *(receiver for scenario in self.scenarios for receiver in scenario.receivers)]}

    def both(self, work):
        return list(self.pool.map(work, self.sides))

    def compare(self, name, theirs, ours, about=""):
        """One comparison, after the listed differences."""
        expected, given, used = (theirs, ours, 0) if self.debian else adapted(name, theirs, ours)
        self.adapted += used
        if expected == given:
            self.passed += 1
            return
        lines = self.failed.setdefault(name, [f"          {about}"] if about else [])
        if isinstance(expected, list):
            # Messages that both sent are none of the problem; of the others those in the same place are compared.
            alone = [message for message in expected if message not in given], [message for message in given if message not in expected]
            expected, given = dict(enumerate(alone[0])), dict(enumerate(alone[1]))
        for place, there, here in list(differing(expected, given))[:SHOWN]:
            there, here = from_difference(there, here)
            lines.append(f"          {place}: expected {there!r:.400}, got {here!r:.400}")

    def until(self, seconds):
        """Waits for a moment of the batch; one that is long gone spoils the order of things."""
        moment = self.begun + seconds * self.pace
        left = moment - time.monotonic()
        if left > 0:
            time.sleep(left)
        return -left

    def play(self):
        for side in self.sides:
            side.program.ready("/-/ready")
        # Times in alerts are whole seconds of the clock.
        start = int(time.time()) + 2
        self.begun = time.monotonic() + start - time.time()
        for number in range(WAVES):
            self.wave(number, start)
        # A last flush tells the ends of the last wave.
        self.until(WAVES * self.wave_length + ASK[self.kind])
        theirs, ours = (side.told(self.begun, self.wave_length * self.pace) for side in self.sides)
        for place in sorted(theirs.keys() | ours.keys()):
            for wave in range(WAVES + 1):
                if self.shown and self.shown in place:
                    print(f"{place} wave {wave}")
                    for side, told in (("theirs", theirs), ("ours", ours)):
                        for message in told.get(place, {}).get(wave, []):
                            print(f"  {side:6} {message['at']:.2f} {message.get('answer', '')} {json.dumps(message.get('bytes') or message.get('body') or message, ensure_ascii=False)}")
                there, here = (in_order(side.get(place, {}).get(wave, [])) for side in (theirs, ours))
                if there or here:
                    self.compare(f"told to {place} in wave {wave}", without_times(there), without_times(here), about=f"{len(there)} at {times(there)} and {len(here)} at {times(here)}")
        if not self.debian:
            # What they send is not ours to mend: they fold nothing. What we send is correct.
            for mail in self.sides[1].sinks.mails:
                self.compare(f"a mail to {mails.address(mail.recipients[0])} as RFC 5322 wants it", [], mails.problems(mail))
        self.messages = [sum(len(messages) for waves in side.values() for messages in waves.values()) for side in (theirs, ours)]

    def wave(self, number, start):
        at = number * self.wave_length
        done = [(scenario, scenario.wave(number, start + at * self.pace)) for scenario in self.scenarios]
        for scenario, did in done:
            if self.shown and f"/{scenario.name}/".startswith(self.shown):
                print(f"wave {number}: {json.dumps(did, ensure_ascii=False)}\n{json.dumps([scenario.route, scenario.rules, scenario.receivers], ensure_ascii=False)}")
        self.late += self.until(at) > 0.3 * self.pace
        theirs, ours = self.both(lambda side: side.do(done))
        self.late += time.monotonic() > self.begun + (at + 0.8) * self.pace
        for name in theirs:
            self.compare(f"answer {name}", plain(theirs[name]), plain(ours[name]))
        self.until(at + LATE)
        self.both(lambda side: side.do(done, late=True))
        if self.kind == "reloading" and number in RELOADS:
            for scenario in self.scenarios:
                if self.random.random() < 0.5:
                    scenario.draw()
            self.overrides = self.drawn_overrides()
            for side in self.sides:
                side.configure(self)
            self.late += self.until(at + RELOADS[number]) > 0.3 * self.pace
            theirs, ours = self.both(lambda side: side.call("reload", "POST", "/-/reload", b""))
            self.compare("reload", plain(theirs), plain(ours))
        self.until(at + ASK[self.kind])
        questions = ["/api/v2/receivers", *(question for scenario in self.scenarios for question in self.questions(scenario))]
        theirs, ours = self.both(lambda side: side.ask(questions))
        self.late += time.monotonic() > self.begun + (at + self.wave_length) * self.pace
        for question in questions:
            self.compare(f"wave {number}: {question}", plain(theirs[question]), plain(ours[question]))

    def questions(self, scenario):
        own = f"filter=scenario%3D%22{scenario.name}%22"
        return self.random.sample([
            f"/api/v2/alerts?{own}", f"/api/v2/alerts/groups?{own}", f"/api/v2/silences?{own}", f"/api/v2/alerts?{own}&silenced=false&inhibited=false", f"/api/v2/alerts?{own}&active=false",
            f"/api/v2/alerts/groups?{own}&receiver={scenario.name}.a.*", f"/api/v2/alerts?{own}&receiver=.*%5B.%5Db.*", f"/api/v2/alerts?{own}&filter=severity%3D~%22crit.*%22&unprocessed=false",
            f"/api/v2/alerts/groups?{own}&silenced=false&inhibited=false"], 2)

    def close(self):
        for side in self.sides:
            side.stop()
        if not self.failed:
            shutil.rmtree(self.directory, ignore_errors=True)


def from_difference(there, here):
    """Two texts from a little before where they part."""
    if isinstance(there, str) and isinstance(here, str):
        same = max(0, len(os.path.commonprefix([there, here])) - 60)
        return there[same:], here[same:]
    return there, here


def plain(answer):
    return {"status": answer.status, "headers": answer.headers, "body": answer.body}


def in_order(messages):
    return sorted(messages, key=lambda message: json.dumps({**message, "at": 0}, sort_keys=True))


def without_times(messages):
    return [{name: value for name, value in message.items() if name != "at"} for message in messages]


def times(messages):
    return ", ".join(f"{message['at']:.2f}" for message in messages)


def run(options, kind, seed):
    """Plays one batch. One that differs, or that the machine was too slow for, is played again at half the pace: what differs only once was the machine's doing
    (a process that stood still for a second lets a flush slip into the next wave) and is shown but does not count."""
    first = None
    for pace in (1, 2):
        batch = Batch(options.binary, kind, seed, options.scenarios, pace)
        batch.shown = options.show
        try:
            batch.play()
        finally:
            batch.close()
        if first is None and (batch.late or batch.failed):
            print(f"{kind} {seed}: " + ("too slow for" if batch.late else f"{len(batch.failed)} differences in") + f" waves of {WAVE[kind]} s, once more in longer ones", flush=True)
            first = batch
            continue
        break
    # Names are those of the same things in both runs: the scenarios are the same.
    counted = [name for name in batch.failed if first is None or first.late or name in first.failed]
    once = {} if first is None or first.late else {name: lines for name, lines in first.failed.items() if name not in counted}
    once.update((name, lines) for name, lines in batch.failed.items() if name not in counted)
    for word, differences in (("once only", once), ("FAILED ", {name: batch.failed[name] for name in counted})):
        for name, lines in differences.items():
            print("\n".join([f"{word} {kind} {seed}: {name}", *lines]))
    print(f"{kind} {seed}: {len(batch.scenarios)} scenarios, {batch.passed} passed, {len(counted)} failed, {batch.adapted} by a listed difference; messages: {batch.messages[0]} and {batch.messages[1]}", flush=True)
    used = sorted(index for index, difference in enumerate(ANSWERS) if difference.used)
    print("result " + json.dumps({"scenarios": len(batch.scenarios), "passed": batch.passed, "failed": len(counted), "used": used}), flush=True)
    return len(counted)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--scenarios", type=int, default=40)
    parser.add_argument("--batch", choices=KINDS)
    parser.add_argument("--show", help="with --batch: print what happened to the places whose names contain this, such as /s7/")
    parser.add_argument("--jobs", type=int, default=3)
    options = parser.parse_args()
    if options.batch:
        return 1 if run(options, options.batch, options.first) else 0
    arguments = [[sys.executable, __file__, options.binary, "--batch", kind, "--first", str(seed), "--scenarios", str(options.scenarios)]
                 for seed in range(options.first, options.first + options.seeds) for kind in KINDS]
    total, used = collections.Counter(), set()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for command, done in zip(arguments, pool.map(lambda command: subprocess.run(command, capture_output=True, text=True), arguments)):
            *lines, last = done.stdout.splitlines() or [""]
            if not last.startswith("result "):
                total["failed"] += 1
                lines += [last, done.stderr, f"FAILED  {' '.join(command[2:])} broke off"]
            else:
                result = json.loads(last[7:])
                used.update(result.pop("used"))
                total.update(result)
            print("\n".join(lines), flush=True)
    for index, difference in enumerate(ANSWERS):
        if options.binary != "debian" and index not in used:
            total["failed"] += 1
            print(f"FAILED  listed but not seen: {difference}")
    print(f"messages: {total['scenarios']} scenarios, {total['passed']} passed, {total['failed']} failed", flush=True)
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Asks Debian's Alertmanager 0.25 and Flatalert which receivers of webhooks, Slack and e-mail they load: every field with odd values, and several odd fields at once.

Verdicts are those of `amtool check-config` and `flatalert check-config`; where only Flatalert refuses, 0.25's server is asked too: it refuses more than its amtool.
Only verdicts are compared: the words are each program's own. What an empty field means is compared in the configuration that both show.
Usage: configurations.py BINARY [--seed N] [--drawn N] [--show PATTERN]
"""
import argparse
import concurrent.futures
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from configuration_differences import DIFFERENCES, SHOWN_OTHERWISE  # noqa: E402
from configuration_receivers import KINDS, TRIED  # noqa: E402
from play import PEERS, Program  # noqa: E402

SHOWN = 40
AT_ONCE = 100


def cases(seed, drawn):
    """{name: text}. A name says which field of which receiver has which value."""
    found = {f"written {text[:-1]}": text for text in TRIED}
    for kind in KINDS:
        for field, values in kind.fields.items():
            for value in values:
                found[f"{kind.name} {field % value}"] = kind.configuration({field: value})
    chance = random.Random(seed)
    for _ in range(drawn):
        kind = chance.choice(KINDS)
        fields = {field: chance.choice(kind.fields[field]) for field in chance.sample(list(kind.fields), chance.randint(2, 4))}
        # Each belongs to another key of the receiver: a key that comes twice is refused by both.
        fields = {re.match(r"\w+", field).group(): (field, value) for field, value in fields.items()}
        found[f"{kind.name} " + ", ".join(field % value for field, value in fields.values())] = kind.configuration(dict(fields.values()))
    return found


def verdicts(command, files):
    """{file: why it is refused}; None for a good one. A file that makes the program crash is refused."""
    found, batches = {}, [files[start:start + AT_ONCE] for start in range(0, len(files), AT_ONCE)]
    while batches:
        batch = batches.pop()
        done = subprocess.run([*command, "check-config", *batch], capture_output=True, text=True, timeout=120)
        if done.returncode not in (0, 1):
            # Halves, until only what it falls over is left.
            middle = len(batch) // 2
            batches += [batch[:middle], batch[middle:]] if middle else []
            found.update({} if middle else {batch[0]: f"it crashed: {done.stderr[:200]}"})
            continue
        for name, verdict, why in re.findall(r"^Checking '(.*?)'  (SUCCESS|FAILED)(.*?)(?=^Checking '|\Z)", done.stdout, re.MULTILINE | re.DOTALL):
            found[pathlib.Path(name)] = why if verdict == "FAILED" else None
    missing = [file for file in files if file not in found]
    if missing:
        raise AssertionError(f"{command[0]} says nothing of {missing[:3]}")
    return found


class Server:
    """A running program. 0.25 builds every receiver that it loads, and may fall over it."""

    def __init__(self, name, binary, directory):
        self.program = Program(name, binary, directory, "route: {receiver: a}\nreceivers: [{name: a}]\n").ready()

    def refuses(self, text):
        self.program.file.write_bytes(text.encode())
        answer = self.program.call("POST", "/-/reload", b"")
        return f"its server: {answer.body}" if answer.status == 500 else None if answer.status == 200 else f"it broke: {answer}"

    def shown(self):
        """The lines of the configuration that it shows, but for those that both have a reason to show otherwise."""
        lines = self.program.call("GET", "/api/v2/status").body["config"]["original"].splitlines()
        return sorted(line.strip(" -") for line in lines if not SHOWN_OTHERWISE.match(line.strip(" -")))


def meanings(theirs, ours):
    """Where an empty field means something else: (name, what only 0.25 shows, what only Flatalert shows)."""
    for kind in KINDS:
        for field in kind.fields:
            for value in ("null", "''"):
                text = kind.configuration({field: value})
                # A global http_config that is null makes 0.25 fall over the receivers that would inherit it.
                if (kind.name, field % value) == ("global", "http_config: null") or theirs.refuses(text) or ours.refuses(text):
                    continue
                there, here = theirs.shown(), ours.shown()
                yield f"{kind.name} {field % value}", [line for line in there if line not in here], [line for line in here if line not in there]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drawn", type=int, default=500, help="how many receivers with several odd fields")
    parser.add_argument("--shown", type=int, default=SHOWN, help="how many failures to print")
    parser.add_argument("--show", help="print both verdicts where the name matches")
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-configurations-"))
    named = cases(options.seed, options.drawn)
    files = {name: directory / f"{number}.yml" for number, name in enumerate(named)}
    for name, file in files.items():
        file.write_bytes(named[name].encode())
    commands = [PEERS / "amtool"], [str(pathlib.Path(options.binary).resolve())]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        theirs, ours = pool.map(lambda command: verdicts(command, list(files.values())), commands)
    servers = [Server("alertmanager", PEERS / "alertmanager", directory / "server"), Server("flatalert", commands[1][0], directory / "server")]
    counts = {"equal": 0, "by a listed difference": 0, "failed": 0}
    accepted = 0
    try:
        for name, file in files.items():
            there, here = theirs[file], ours[file]
            if here and not there:
                there = servers[0].refuses(named[name])
            if options.show and re.search(options.show, name):
                print(f"{name}\n          0.25: {there!r:.300}\n          here: {here!r:.300}")
            accepted += not here
            if bool(there) == bool(here):
                counts["equal"] += 1
                continue
            needed = [difference for difference in DIFFERENCES if difference.explains(name, there, here)]
            for difference in needed:
                difference.used += 1
            counts["by a listed difference" if needed else "failed"] += 1
            if not needed and counts["failed"] <= options.shown:
                print(f"FAILED  {name}\n          0.25: {there!r:.300}\n          here: {here!r:.300}")
        shown = 0
        for name, there, here in meanings(*servers):
            shown += 1
            if there or here:
                counts["failed"] += 1
                print(f"FAILED  what {name} means: 0.25 shows {there}, here {here}")
    finally:
        for server in servers:
            server.program.stop()
    for difference in DIFFERENCES:
        if not difference.used:
            counts["failed"] += 1
            print(f"FAILED  listed but not seen: {difference}")
    print(f"configurations: {len(named)} receivers, {accepted} loaded, {shown} of them compared as shown, " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    shutil.rmtree(directory, ignore_errors=True)
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Asks Debian's promtool 2.42 (`check config`) and Flatalert (`monitor check`) which prometheus.yml they load: every field with odd values, steps of relabelling, lists of targets, files that are named.

Exit codes are compared; the words are each program's own. Where they differ, a line of monitor_file_differences.py must say why.
Usage: monitor_files.py BINARY [--seed N] [--drawn N] [--show PATTERN]
"""
import argparse
import collections
import concurrent.futures
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from monitor_file_cases import FIELDS, FILES, PLACES, WRITTEN  # noqa: E402
from monitor_file_differences import DIFFERENCES  # noqa: E402
from play import PEERS  # noqa: E402

SHOWN = 40


def cases(seed, drawn):
    """{name: text}. A name says which field has which value."""
    found = {f"written {text[:-1]}": text for text in WRITTEN}
    for place, fields in FIELDS.items():
        for field, values in fields.items():
            for value in values:
                found[f"{place} {field}: {value}"] = PLACES[place] % f"{field}: {value}"
    chance = random.Random(seed)
    for _ in range(drawn):
        place = chance.choice(list(FIELDS))
        chosen = chance.sample(list(FIELDS[place]), min(len(FIELDS[place]), chance.randint(2, 4)))
        text = ", ".join(f"{field}: {chance.choice(FIELDS[place][field])}" for field in chosen)
        found[f"{place} {text}"] = PLACES[place] % text
    return found


def verdict(command, file):
    """Why a file is refused; None for a good one."""
    done = subprocess.run([*command, file.name], cwd=file.parent, capture_output=True, text=True, timeout=60)
    if done.returncode == 0:
        return None
    return (done.stderr + done.stdout).strip() if done.returncode == 1 else f"it crashed: {done.stderr[:300]}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drawn", type=int, default=200, help="how many files with several odd fields")
    parser.add_argument("--shown", type=int, default=SHOWN, help="how many failures to print")
    parser.add_argument("--show", help="print both verdicts where the name matches")
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-monitor-files-"))
    (directory / "dir").mkdir()
    for name, text in FILES.items():
        (directory / name).write_text(text)
    named = cases(options.seed, options.drawn)
    files = {name: directory / f"case{number}.yml" for number, name in enumerate(named)}
    for name, file in files.items():
        file.write_text(named[name])
    theirs, ours = [PEERS / "promtool", "check", "config"], [pathlib.Path(options.binary).resolve(), "monitor", "check"]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        there = dict(zip(files, pool.map(lambda file: verdict(theirs, file), files.values())))
        here = dict(zip(files, pool.map(lambda file: verdict(ours, file), files.values())))
    counts = collections.Counter(equal=0, explained=0, failed=0)
    for name in files:
        if options.show and re.search(options.show, name):
            print(f"{name}\n          2.42: {there[name]!r:.400}\n          here: {here[name]!r:.400}")
        if bool(there[name]) == bool(here[name]):
            counts["equal"] += 1
            continue
        needed = [difference for difference in DIFFERENCES if difference.explains(name, there[name], here[name])]
        for difference in needed:
            difference.used += 1
        counts["explained" if needed else "failed"] += 1
        if not needed and counts["failed"] <= options.shown:
            print(f"FAILED  {name}\n          2.42: {there[name]!r:.300}\n          here: {here[name]!r:.300}")
    for difference in DIFFERENCES:
        if not difference.used:
            counts["failed"] += 1
            print(f"FAILED  listed but not seen: {difference}")
    loaded = sum(not why for why in here.values())
    print(f"monitor files: {len(named)} files, {loaded} loaded, {counts['equal']} equal, {counts['explained']} by a listed difference, {counts['failed']} failed")
    shutil.rmtree(directory, ignore_errors=True)
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())

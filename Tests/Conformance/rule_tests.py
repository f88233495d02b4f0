#!/usr/bin/env python3
"""Unit-test files of rules through Debian's promtool 2.42 and through Flatalert: exit code, and everything that both print.

Usage: rule_tests.py BINARY [--show PATTERN] [FILE…]
Files named beside the cases of rule_test_cases.py are run where they are, and so are those of rules/tests. What the reference says to be newer than
2.42 is listed there; a case that is listed but agrees fails the run.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))
from peers import PEERS  # noqa: E402
from promtool import Comparison  # noqa: E402
from rule_test_cases import CASES, FILES, Case  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
OWN_TESTS = ROOT / "rules/tests"
ROUTING = ROOT / "monitoring/alertmanager"
LINE = re.compile(r"line (\d+): ")


def play(command, file, directory):
    """(exit code, standard output, standard error)."""
    done = subprocess.run([*command, file], capture_output=True, text=True, timeout=300, cwd=directory, env={**os.environ, "TZ": "UTC"})
    return done.returncode, done.stdout, done.stderr


def difference(theirs, ours, is_told_otherwise):
    """What differs; None when nothing does."""
    if theirs[0] != ours[0]:
        return f"exit code {theirs[0]} / {ours[0]}"
    if theirs[1] != ours[1] and "yaml: " not in theirs[2]:
        return "standard output"
    if is_told_otherwise or theirs[2] == ours[2]:
        return None
    if "yaml: unmarshal errors" in theirs[2]:
        lines = sorted({int(line) for line in LINE.findall(theirs[2])}), sorted({int(line) for line in re.findall(r"^\S+\.yml:(\d+):", ours[2], re.MULTILINE)})
        return None if lines[0] == lines[1] else f"lines {lines[0]} / {lines[1]}"
    if "yaml: " in theirs[2]:
        return None if re.search(r"\.yml:\d+:\d+: ", ours[2]) else "nothing was told"
    if "not a valid duration" in theirs[2]:
        # 2.42 tells it without its place, in one wording.
        return None if theirs[2].strip().split(": ")[-1] in ours[2] else "the duration is not told"
    return "text"


def main():
    comparison = Comparison(__doc__.splitlines()[0])
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-rule-tests-"))
    for name, text in FILES.items():
        (directory / name).write_text(text)
    runs = []
    for number, (name, case) in enumerate(CASES.items()):
        file = directory / f"test-{number}.yml"
        file.write_text(case.text)
        runs.append((name, case, file))
    for file in [*sorted(OWN_TESTS.glob("*.yml")), *map(pathlib.Path, comparison.options.files)]:
        # Only the first document is promtool's.
        first = directory / "own" / file.parent.name / file.name
        first.parent.mkdir(parents=True, exist_ok=True)
        for rules in file.parent.parent.glob("*.yml"):
            (first.parent.parent / rules.name).write_bytes(rules.read_bytes())
        for rules in file.parent.glob("*.yml"):
            (first.parent / rules.name).write_bytes(rules.read_bytes())
        # What the documents behind the first one name.
        shutil.copytree(ROUTING, first.parents[2] / "monitoring/alertmanager", dirs_exist_ok=True)
        first.write_text(re.split(r"^---", file.read_text(), flags=re.MULTILINE)[0])
        runs.append((file.name, Case(first.read_text()), first))
    commands = [PEERS / "promtool", "test", "rules"], [pathlib.Path(comparison.options.binary).resolve(), "rules", "test"]
    for name, case, file in runs:
        theirs, ours = [play(command, file.name, file.parent) for command in commands]
        found = difference(theirs, ours, case.is_told_otherwise)
        comparison.judge(name, case, (theirs[0], ours[0]), (theirs[1] + theirs[2], ours[1] + ours[2]), found)
    return comparison.finish(f"unit tests of rules: {len(runs)} files ({comparison.refused} bad)")


if __name__ == "__main__":
    sys.exit(main())

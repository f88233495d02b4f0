#!/usr/bin/env python3
"""Rule files through Debian's promtool 2.42 and through Flatalert: exit code, every problem's place (line, column, group, rule), and its text.

Usage: rule_files.py BINARY [--show PATTERN] [FILE…]
Files named beside the cases of rule_file_cases.py are compared too. What the reference says to be newer than 2.42 is listed there with its row; a
case that is listed but agrees fails the run, so that the list stays true.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))
from peers import PEERS  # noqa: E402
from promtool import Comparison  # noqa: E402
from rule_file_cases import CASES, Case  # noqa: E402

OWN_RULES = pathlib.Path(__file__).resolve().parents[2] / "rules"
PROBLEM = re.compile(r'(?P<places>(?:\d+:\d+: )*)(?P<rule>group "(?:[^"\\]|\\.)*", rule \d+, "(?:[^"\\]|\\.)*": )?(?P<message>.*)', re.DOTALL)
DECODING = re.compile(r"line (\d+): ")


def check(command, file, flags):
    """(exit code, whether anything was counted, what is wrong)."""
    done = subprocess.run([*command, *flags, str(file)], capture_output=True, text=True, errors="surrogateescape", timeout=60)
    # Bytes that are no UTF-8 become a mark here, whoever prints them.
    return done.returncode, re.findall(r"SUCCESS: (\d+)", done.stdout), re.sub("[\udc80-\udcff]", "\ufffd", done.stderr)


def problems(text, file):
    """What is wrong, a string each."""
    found = [part.strip("\n") for part in re.split(rf"^{re.escape(str(file))}: ", text, flags=re.MULTILINE)]
    return [part for part in found if part and not part.endswith("FAILED:") and "WARNING" not in part]


def difference(theirs, ours, file):
    """What differs between two checks of a file; None when nothing does."""
    if theirs[:2] != ours[:2]:
        return f"exit code and rules {theirs[:2]} / {ours[:2]}"
    if "lint error" in theirs[2]:
        return None if theirs[2] == ours[2] else "lint"
    there, here = problems(theirs[2], file), problems(ours[2], file)
    if any(problem.startswith("yaml: unmarshal errors") for problem in there):
        # Told with lines alone, and once for each of two decodings.
        lines = [sorted({int(line) for problem in there for line in DECODING.findall(problem)})]
        lines.append(sorted({int(line) for problem in here for line in re.findall(r"^(\d+):", problem)}))
        return None if lines[0] == lines[1] else f"lines {lines[0]} / {lines[1]}"
    if any(problem.startswith("yaml: ") for problem in there):
        # yaml.v3 says where the context began, or a line too few; the exit codes are equal.
        return None if here else "nothing was told"
    if any("duration" in problem for problem in there):
        # 2.42 tells a bad duration without a place, in one wording, and stops there.
        endings = [problem.split(": ")[-1] for problem in there]
        missing = [ending for ending in endings if not any(told.endswith(ending) for told in here)]
        return None if not missing else f"{missing} is not told"
    for a, b in zip(sorted(there), sorted(here)):
        a, b = PROBLEM.match(a), PROBLEM.match(b)
        if (a["places"], a["rule"]) != (b["places"], b["rule"]):
            return f"place {a['places']}{a['rule']} / {b['places']}{b['rule']}"
        if a["message"] != b["message"]:
            return f"text {a['message']} / {b['message']}"
    return None if len(there) == len(here) else f"{len(there)} problems / {len(here)}"


def main():
    comparison = Comparison(__doc__.splitlines()[0])
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-rule-files-"))
    cases = dict(CASES)
    for file in [*sorted(OWN_RULES.glob("*.yml")), *map(pathlib.Path, comparison.options.files)]:
        cases[str(file.name)] = Case(file.read_text())
    commands = [PEERS / "promtool", "check", "rules"], [pathlib.Path(comparison.options.binary).resolve(), "rules", "check"]
    for number, (name, case) in enumerate(cases.items()):
        file = directory / f"{number}.yml"
        file.write_bytes(case.text.encode(errors="surrogateescape"))
        theirs, ours = [check(command, file, case.flags) for command in commands]
        comparison.judge(name, case, (theirs[0], ours[0]), (theirs[2], ours[2]), difference(theirs, ours, file))
    return comparison.finish(f"rule files: {len(cases)} ({comparison.refused} refused)")


if __name__ == "__main__":
    sys.exit(main())

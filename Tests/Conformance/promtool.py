"""What comparisons with promtool share: their options, and the verdict over a case and what both programs said of it."""
import argparse
import re


class Comparison:
    """Counts cases. One that is listed as newer than 2.42 must differ and have its own exit code; every other must not differ."""

    def __init__(self, description):
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("binary")
        parser.add_argument("files", nargs="*")
        parser.add_argument("--show", help="print what both say where the name matches")
        self.options = parser.parse_args()
        self.counts = {"equal": 0, "newer than 2.42": 0, "failed": 0}
        self.refused = 0

    def judge(self, name, case, codes, texts, found):
        """Takes a case, the exit codes and texts of 2.42 and of ours, and what differs between them (None when nothing does)."""
        self.refused += codes[1] != 0
        if self.options.show and re.search(self.options.show, name):
            print(f"{name}\n{codes[0]} {texts[0]}\n{codes[1]} {texts[1]}")
        if not case.newer:
            failure = found
        elif not found:
            failure = f"agrees, though it is listed: {case.newer}"
        else:
            failure = None if codes[1] == case.code else f"exit code {codes[1]} rather than {case.code}"
        self.counts["failed" if failure else "newer than 2.42" if case.newer else "equal"] += 1
        if failure:
            print(f"FAILED  {name}: {failure}\n          2.42: {texts[0]!r:.900}\n          here: {texts[1]!r:.900}")

    def finish(self, what):
        """Prints the sum; returns the exit code."""
        print(f"{what}: " + ", ".join(f"{count} {kind}" for kind, count in self.counts.items()))
        return 1 if self.counts["failed"] else 0

"""Rotations of the Gateway's logs, as scripts on Windows and Linux do them, and what all files of a log hold together."""
import collections
import contextlib
import json
import os
import re
import shutil
import signal
import time

from gateway_nginx import BUCKETS

COMBINED = re.compile(r'^\S+ - .*? \[[^\]]+\] "(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?P<bytes>\d+) "')


class Rotation:
    """Rotates one log in all the ways. Names carry a stamp that never comes twice."""

    def __init__(self, nginx, log=None):
        self.nginx, self.log = nginx, log or nginx.access_log
        self.done = collections.Counter()
        self._stamp = int(time.time())

    def _name(self):
        self._stamp = max(self._stamp + 1, int(time.time()))
        return self.log.with_name(f"{self.log.name}.{time.strftime('%Y%m%d-%H%M%S', time.gmtime(self._stamp))}")

    @contextlib.contextmanager
    def frozen(self):
        """Nobody writes meanwhile. A copy followed by a clearing loses what is written between the two: that is the fault of such a
        rotation, which no reader of the log can mend. Here the writers are stopped for that instant, so that all that was sent is in a file."""
        pids = self.nginx.worker_pids()
        try:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            for pid in pids:
                while open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "T":
                    time.sleep(0.001)
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def copied_and_cleared(self):
        """As the Gateway's script: copy (with its time, as Windows copies), clear in place, reopen."""
        with self.frozen():
            shutil.copy2(self.log, self._name())
            os.truncate(self.log, 0)
        self.nginx.reopen()
        self.done["copied and cleared"] += 1

    def copied_by_a_name_first(self):
        """The copy appears under its name only when it is whole."""
        with self.frozen():
            whole = self.log.with_name("copy.part")
            shutil.copyfile(self.log, whole)
            whole.rename(self._name())
            os.truncate(self.log, 0)
        self.done["copied under another name"] += 1

    def renamed(self):
        """Renamed, then reopened: until the workers follow, lines go on into the renamed file."""
        self.log.rename(self._name())
        self.nginx.reopen()
        self._returned()
        self.done["renamed"] += 1

    def renamed_late(self):
        """Renamed; the log is not there for a while, and lines go on into the renamed file."""
        self.log.rename(self._name())
        time.sleep(0.6)
        self.nginx.reopen()
        self._returned()
        self.done["renamed, reopened later"] += 1

    def shifted(self):
        """As logrotate: .1 becomes .2 and so on, the log becomes .1."""
        numbered = sorted((int(p.suffix[1:]) for p in self.log.parent.glob(self.log.name + ".*") if p.suffix[1:].isdigit()), reverse=True)
        for number in numbered:
            self.log.with_name(f"{self.log.name}.{number}").rename(self.log.with_name(f"{self.log.name}.{number + 1}"))
        self.log.rename(self.log.with_name(f"{self.log.name}.1"))
        self.nginx.reopen()
        self._returned()
        self.done["shifted"] += 1

    def replaced(self):
        """Linked under another name, then an empty file is put in its place in one step; nginx follows when it reopens."""
        os.link(self.log, self._name())
        empty = self.log.with_name("empty.part")
        empty.touch()
        empty.rename(self.log)
        self.nginx.reopen()
        self.done["replaced"] += 1

    @property
    def ways(self):
        return [self.copied_and_cleared, self.renamed, self.shifted, self.copied_by_a_name_first, self.replaced, self.renamed_late]

    def _returned(self):
        end = time.monotonic() + 5
        while not self.log.exists():
            assert time.monotonic() < end, f"nginx did not open {self.log} again"
            time.sleep(0.005)


def files(log):
    """The log and all that was rotated away from it."""
    return [p for p in log.parent.iterdir() if p.name == log.name or p.name.startswith((log.name + ".", log.name + "-"))]


def counted(nginx):
    """What all files of the access log hold, in the keys of nginx's own counters: what differs was lost by a rotation or by the bench."""
    totals = collections.Counter()
    for file in files(nginx.access_log):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            if nginx.json_log:
                count_json(json.loads(line), totals)
            else:
                count_combined(line, totals)
    return dict(totals)


def requests(truth):
    """Of nginx's own counters, those that the access log also holds."""
    return {key: value for key, value in truth.items() if not key.startswith(("registry ", "try "))}


def count_json(entry, totals):
    if entry["uri"].split("?")[0] == "/metrics" or int(entry["server_port"]) == 9145:
        totals["ignored"] += 1
        return
    totals["ok"] += 1
    totals[f"status {entry['status']}"] += 1
    totals["bytes"] += int(entry["bytes"])
    if int(entry["status"]) == 101 or ".git/" in entry["uri"]:
        return
    milliseconds = round(float(entry["request_time"]) * 1000)
    bucket = next((i for i, bound in enumerate(BUCKETS) if milliseconds <= bound), len(BUCKETS))
    totals[f"bucket {bucket + 1}"] += 1
    totals["milliseconds"] += milliseconds


def count_combined(line, totals):
    found = COMBINED.match(line)
    assert found, line
    words = found["request"].split(" ")
    if len(words) > 1 and words[1].split("?")[0] == "/metrics":
        totals["ignored"] += 1
        return
    totals["ok"] += 1
    totals[f"status {found['status']}"] += 1
    totals["bytes"] += int(found["bytes"])


def lines_by_level(log):
    """Lines of all files of the error log by level."""
    totals = collections.Counter()
    for file in files(log):
        for line in file.read_text(errors="replace").splitlines():
            found = re.match(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(\w+)\] ", line)
            totals[found[1] if found else "none"] += 1
    return totals

#!/usr/bin/env python3
"""Renders 2,000 templates by Debian's Alertmanager 0.25 and by Flatalert and compares the texts, or the errors.

Every template is the text of a Slack receiver of its own, all of which are told of the same group. 0.25 sends nothing for those that fail and logs their errors. Flatalert
refuses a configuration whose templates fail on all sample data, and sends a text of its own for those that fail later (a mark at the end of the text tells it): what
failed in 0.25 is rendered by `flatalert template render` on the same data. Usage: templates.py BINARY [--count N] [--seed N] [--render]
"""
import argparse
import codecs
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
os.environ["TZ"] = "Asia/Tokyo"
from generated import templates as generated  # noqa: E402
from play import PEERS, Program, wait_until  # noqa: E402
from sinks import Sinks  # noqa: E402
from template_differences import DIFFERENCES, PRINTED, classes  # noqa: E402

LISTS = pathlib.Path(__file__).parent / "templates"
MARK = "¶"
RECEIVER = "team.x (a+b)"
REFUSED = re.compile(r"alertmanager\.yml:(\d+):\d+: (.*?)(?=; /\S*alertmanager\.yml:\d|$)", re.DOTALL)
LOGGED = re.compile(r"team\.x \(a\+b\)/slack\[(\d+)\]: notify retry canceled due to unrecoverable error after 1 attempts: (.*)", re.DOTALL)
FILE = """{{ define "mine.title" }}[{{ .Status | toUpper }}:{{ len .Alerts }}] {{ .CommonLabels.alertname }}{{ end }}
{{ define "mine.nested" }}<{{ template "mine.title" . }}>{{ end }}
{{ define "mine.fails" }}before{{ .Nosuch }}after{{ end }}
{{ define "mine.list" }}{{ range . }}- {{ .Labels.instance }}
{{ end }}{{ end }}
"""
SHOWN = 400


def alert(instance, start, labels=None, annotations=None, end="2099-01-01T00:00:00Z"):
    return {
        "labels": {"alertname": "HighLoad", "job": "node", "html": "<b>&'\"</b>", "path": "C:\\dir\t\"q\"", "emoji": "🙂 日本", "n": "42", "neg": "-3.5", "instance": instance, **(labels or {})},
        "annotations": {"summary": "load is <high> & rising", "multi": "line1\nline2\n", **(annotations or {})}, "startsAt": start, "endsAt": end,
        "generatorURL": "http://p.example/graph?g0.expr=up%7Bjob%3D%22x%22%7D&b=<2>"}


# The last one, which is over, comes last: 0.25 flushes a group at once when an alert from long ago joins it.
ALERTS = [
    alert("a1:9100", "2031-02-03T04:05:06.789012345+09:00", {"severity": "critical"}, {"runbook": "https://r.example/x?a=1&b=2", "value": "12.345678"}),
    alert("b2:9100", "2031-02-03T04:05:06Z", {"severity": "warning"}, {"value": "1e9", "dur": "3723.5"}),
    alert("c3:9100", "2032-02-29T23:59:59.5-03:30", {"severity": "critical"}),
    alert("e5:9100", "2098-12-31T12:00:00.1200+01:00", {"severity": "info"}, {"runbook": "https://r.example/?q=日本"}),
    alert("d4:9100", "2020-02-29T23:59:59.000000001Z", {"severity": "critical"}, end="2020-03-01T01:01:01.5Z"),
]


def listed(html=False):
    """The templates written by hand, those for text or those for HTML."""
    for file in sorted(file for file in LISTS.glob("*.txt") if file.name.endswith(".html.txt") == html):
        for line in file.read_text().split("\n"):
            if line and not line.startswith("# "):
                yield line.replace("⏎", "\n").replace("⇥", "\t")


def yaml(value):
    """JSON that any YAML reader takes: what it does not call printable is escaped."""
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda match: f"\\u{ord(match.group()):04x}", json.dumps(value, ensure_ascii=False))


def configuration(sinks, texts, file):
    """The configuration, with the Slack receiver of the n-th text in line n + 2."""
    base = f"http://127.0.0.1:{sinks.http}"
    empty = dict.fromkeys(("title", "title_link", "fallback", "color", "username", "pretext", "footer", "callback_id"), "")
    slack = [yaml({"api_url": f"{base}/{index}", "send_resolved": True, "channel": "#c", "text": text + MARK, **empty}) for index, text in texts.items()]
    rest = yaml([{"name": "all"}, {"name": f"{RECEIVER} data", "webhook_configs": [{"url": f"{base}/data"}]}])[1:-1]
    route = {"receiver": "all", "group_by": ["alertname", "job"], "group_wait": "1s", "group_interval": "1h", "routes": [
        {"receiver": RECEIVER, "continue": True}, {"receiver": f"{RECEIVER} data", "continue": True}]}
    return (f'{{"route": {yaml(route)}, "templates": {yaml([str(file)])}, "receivers": [{rest}, {{"name": {yaml(RECEIVER)}, "slack_configs": [\n' + ",\n".join(slack) + "\n]}]}")


class Side:
    """One program rendering templates in its Slack receivers."""

    def __init__(self, name, binary, directory, texts, file):
        self.sinks = Sinks()
        self.texts, self.refused = dict(texts), {}
        start = lambda: Program(name, binary, directory / str(len(self.refused)), configuration(self.sinks, self.texts, file), arguments=["--log.level=error", "--log.format=json"])  # noqa: E731
        self.program = start()
        try:
            self.program.ready()
        except AssertionError as error:
            # Flatalert names every text that it refuses; the others are tried without these.
            indexes = list(self.texts)
            self.refused = {indexes[int(line) - 2]: f"refused: {what.strip()}" for line, what in REFUSED.findall(str(error).strip())}
            if not self.refused:
                raise
            self.texts = {index: text for index, text in self.texts.items() if index not in self.refused}
            self.program = start().ready()

    def errors(self):
        """What the log says of the templates that failed."""
        found = {}
        for line in self.program.process.output().splitlines():
            for part in re.split(r"(?:^|; )(?=team\.x \(a\+b\)/slack\[)", json.loads(line).get("err", "") if line.startswith("{") else ""):
                if match := LOGGED.match(part):
                    found[int(match.group(1))] = match.group(2)
        return found

    def render(self):
        """Returns ({index: (text, error)}, the data as JSON)."""
        try:
            answer = self.program.call("POST", "/api/v2/alerts", ALERTS)
            assert answer.status == 200, answer
            wait_until(lambda: self.sinks.posted + len(self.errors()) >= len(self.texts) + 1, 90, f"{self.program.name}: {len(self.texts)} messages")
        finally:
            self.program.stop()
            self.sinks.close()
        texts, data = {index: (None, error) for index, error in [*self.errors().items(), *self.refused.items()]}, None
        for post in self.sinks.posts:
            body = json.loads(post.body)
            if post.path == "/data":
                data = body
            else:
                text = body["attachments"][0].get("text", "")
                texts[int(post.path[1:])] = (text[:-1], None) if text.endswith(MARK) else (None, f"no mark at the end of {text!r}")
        return texts, data


def decoded(output):
    """A program's output as text, with U+FFFD for every byte that is part of no character, as in the JSON that a receiver gets."""
    return output.decode("utf-8", "each byte")


codecs.register_error("each byte", lambda error: ("\ufffd" * (error.end - error.start), error.end))


class Command:
    """`template render` of one program."""

    def __init__(self, binary, directory, data):
        self.binary, self.glob, self.data = binary, directory / "mine.tmpl", directory / "data.json"
        self.data.write_text(json.dumps(data, ensure_ascii=False))

    def render(self, text, kind="text"):
        """Returns (text, None) or (None, error)."""
        if "\0" in text:
            return None, "NUL"
        done = subprocess.run([self.binary, "template", "render", f"--template.glob={self.glob}", f"--template.text={text}", f"--template.data={self.data}", f"--template.type={kind}"],
                              capture_output=True, timeout=60)
        if done.returncode == 0:
            return decoded(done.stdout), None
        return None, re.sub(r"^\w+: error: ", "", decoded(done.stderr).strip())


class Comparison:
    def __init__(self):
        self.texts = self.same_errors = self.classes = self.adapted = self.failed = 0
        self.kinds = collections.Counter()

    def judge(self, template, theirs, ours):
        """Compares (text, error) of both, after the listed differences."""
        changed = theirs, ours
        for difference in DIFFERENCES:
            changed = difference.apply(template, *changed)
        if changed != (theirs, ours):
            self.adapted += 1
        theirs, ours = changed
        if theirs[1] is None and theirs == ours:
            self.texts += 1
        elif theirs[1] is not None and ours[1] is not None and classes(theirs[1]) == classes(ours[1]):
            self.classes += 1
            self.kinds[classes(theirs[1])] += 1
            if theirs[1] == ours[1]:
                self.same_errors += 1
        else:
            self.failed += 1
            print(f"FAILED  {template!r}\n  expected {shown(theirs)}\n       got {shown(ours)}", flush=True)


def shown(result):
    text, error = result
    return repr(text)[:SHOWN] if error is None else f"error ({classes(error)}) {error[:SHOWN]}"


def without_mark(result):
    return (result[0].removesuffix(MARK), None) if result[1] is None else result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--render", action="store_true", help="all through `template render`, none through Slack")
    options = parser.parse_args()
    binary = str(pathlib.Path(options.binary).resolve())
    # "debian" plays Debian's program on both sides, which must give no difference.
    debian = options.binary == "debian"
    written = [text for text in dict.fromkeys(listed()) if "\0" not in text]
    texts = dict(enumerate(written + generated(options.seed, max(0, options.count - len(written)))))
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-templates-"))
    (directory / "mine.tmpl").write_text(FILE)
    file = directory / "mine.tmpl"
    comparison = Comparison()

    theirs, data = Side("alertmanager", PEERS / "alertmanager", directory / "theirs", texts, file).render()
    if not debian:
        PRINTED.learn(data)
    amtool = Command(str(PEERS / "amtool"), directory, data)
    for index, text in texts.items():
        # Two that use 0.25's `title` at the same time spoil each other's text: it is asked again alone.
        if re.search(r"\btitle\b", text) and "default" not in text:
            theirs[index] = without_mark(amtool.render(text + MARK))
    through_slack = [index for index in texts if theirs[index][1] is None and not options.render and not any(difference.breaks(texts[index]) for difference in DIFFERENCES)]
    ours = {}
    if through_slack:
        name, program = ("alertmanager", PEERS / "alertmanager") if debian else ("flatalert", binary)
        ours, _ = Side(name, program, directory / "ours", {index: texts[index] for index in through_slack}, file).render()
    command = amtool if debian else Command(binary, directory, data)
    # What fails on every sample is refused, though it may have a text for this data.
    refused = [index for index in through_slack if (ours[index][1] or "").startswith("refused: ") and ": executing " in ours[index][1]]
    left = sorted(set(texts) - set(through_slack) | set(refused))
    for index in sorted(set(through_slack) - set(refused)):
        comparison.judge(texts[index], theirs[index], ours[index])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for index, result in zip(left, pool.map(lambda index: command.render(texts[index] + MARK), left)):
            comparison.judge(texts[index], theirs[index], without_mark(result))
    pages = list(dict.fromkeys(listed(html=True)))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = [list(pool.map(lambda page: each.render(page, "html"), pages)) for each in (amtool, command)]
    for page, there, here in zip(pages, *answers):
        comparison.judge(f"HTML: {page}", there, here)
    for difference in DIFFERENCES:
        if not debian and not difference.used:
            comparison.failed += 1
            print(f"FAILED  listed but not seen: {difference}")
    print(f"templates: {len(texts)} ({len(written)} by hand) and {len(pages)} of HTML: {comparison.texts} same text ({len(through_slack)} asked through Slack, {len(refused)} of them refused for the samples), {comparison.classes} same class of error "
          f"(the very same words: {comparison.same_errors}), {comparison.adapted} of them by a listed difference, {comparison.failed} failed", flush=True)
    if comparison.failed:
        print("errors by class:", dict(comparison.kinds.most_common()))
    shutil.rmtree(directory, ignore_errors=True)
    return 1 if comparison.failed else 0


if __name__ == "__main__":
    sys.exit(main())

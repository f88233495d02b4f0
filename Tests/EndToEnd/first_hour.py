#!/usr/bin/env python3
"""The first hour of somebody who installs Flatalert: a clean clone, make run, what it suggests, init, and what can stand in the way.

Only commands that the program printed are run, as they were printed. Usage: first_hour.py [--binary FILE]
With --binary (make run BINARY=FILE) nothing is built, which takes seconds; without it the clone is built as on a new machine.
"""
import argparse
import http.server
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from peers import PEERS, ROOT, free_port, wait_until  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("--binary", type=lambda path: pathlib.Path(path).resolve())
OPTIONS = parser.parse_args()
MAKE_RUN = ["make", "run", *([f"BINARY={OPTIONS.binary}"] if OPTIONS.binary else [])]
# A first build on a slow machine.
PATIENCE = 60 if OPTIONS.binary else 3600


class Terminal:
    """A program at a terminal, and what the terminal shows."""

    def __init__(self, command, cwd, env):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(command[0], command, env)
        self.text = ""
        self.code = None

    def read(self, seconds):
        """Takes in what comes within this time; false at the end."""
        if not select.select([self.descriptor], [], [], seconds)[0]:
            return True
        try:
            chunk = os.read(self.descriptor, 65536)
        except OSError:
            chunk = b""
        self.text += chunk.decode(errors="replace").replace("\r\n", "\n")
        return bool(chunk)

    def wait_for(self, pattern, seconds, after=0):
        """Reads until the pattern has come behind a place in the text; returns the match."""
        end = time.monotonic() + seconds
        while not (found := re.compile(pattern, re.MULTILINE).search(self.text, after)):
            left = end - time.monotonic()
            if left <= 0 or not self.read(min(left, 1)):
                raise AssertionError(f"{pattern!r} did not come; the terminal shows:\n{self.text[-3000:]}")
        return found

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def end(self, seconds=30):
        """Reads until the program has ended, and returns its exit code."""
        end = time.monotonic() + seconds
        while self.code is None and time.monotonic() < end:
            open_ = self.read(0.2)
            pid, status = os.waitpid(self.pid, os.WNOHANG if open_ else 0)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        assert self.code is not None, f"it goes on:\n{self.text[-2000:]}"
        os.close(self.descriptor)
        return self.code

    def kill(self):
        if self.code is None:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self.descriptor)
            self.code = -9


class Slack:
    """A server that answers as an incoming webhook does."""

    def __init__(self):
        self.messages = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                outer.messages.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/services/T0/B0/secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class FirstHour:
    """What the steps hand on."""

    def __init__(self, directory):
        self.directory = directory
        self.clone = directory / "clone"
        self.environment = dict(os.environ, no_proxy="127.0.0.1,localhost", NO_PROXY="127.0.0.1,localhost")
        for name in [name for name in self.environment if name.startswith("FLATALERT_") or name in ("MAKEFLAGS", "MAKELEVEL", "BINARY")]:
            del self.environment[name]
        self.port = 9093
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", self.port))
            except OSError:
                self.port = free_port()
                self.environment["FLATALERT_WEB_LISTEN_ADDRESS"] = f":{self.port}"
                print(f"        port 9093 is taken here, so FLATALERT_WEB_LISTEN_ADDRESS=:{self.port}", flush=True)
        self.slack = Slack()
        self.instance = None

    def shell(self, command, code=0, cwd=None):
        """Runs a line as somebody types it; returns what it said."""
        # No settings of whoever runs this test.
        env = dict(self.environment, HOME=str(self.directory))
        done = subprocess.run(["sh", "-c", command], cwd=cwd or self.clone, env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, (command, done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def holder(self):
        """The process that serves."""
        return int(self.shell("./flatalert doctor | sed -n 's/.*held by flatalert (pid \\([0-9]*\\)).*/\\1/p'"))

    def amtool_accepts(self, file):
        done = subprocess.run([PEERS / "amtool", "check-config", file], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0 and "SUCCESS" in done.stdout, (done.stdout, done.stderr, pathlib.Path(file).read_text())


def make_run_says_what_is_on_and_what_to_try(hour):
    """In a clean clone, three steps; only parts that exist; every place that it names is there."""
    subprocess.run(["git", "clone", "-q", ROOT, hour.clone], check=True)
    hour.instance = Terminal(MAKE_RUN, hour.clone, hour.environment)
    hour.instance.wait_for(r"^Beside your Alertmanager: .*\n", PATIENCE)
    lines = hour.instance.text.splitlines()
    patterns = [
        r"\[1/3\] Debian packages: all present",
        r"\[2/3\] Building: not needed, BINARY=.*" if OPTIONS.binary else r"\[2/3\] Building \(first time ~\d+ min, later seconds\) \.+ \d+m\d\ds",
        rf"\[3/3\] Flatalert \d+\.\d+\.\d+ on http://localhost:{hour.port}   config: built-in   data: \./data \((\w+, )?\d+ [GM]B free\)",
        r"  clock      \d{4}-\d\d-\d\d \d\d:\d\d \S+(, in step|, no time service \(NTP\) keeps it in step)?",
        r"  rules      7 of 37 active: DiskSpaceWarning, DiskSpaceCritical, FilesystemReadOnly, HostMetricsMissing and 3 more; 1 target",
        r'             off, no scrape job "cni-plugin": CNIPluginDown, CNIBridgeDown, IPForwardingOff, IPPoolFilling and 11 more',
        r'             off, no scrape job "gateway": GatewayDown, HighErrorRate, HighLatency, LatencyBlind and 11 more',
        r"             to turn them on: serve --exporters=host,gateway,cni, or docs/rules\.md",
        r"  exporters  host",
        r"  receivers  inbox \(built-in\)\.  Slack, mail: not set up",
        r"  watched by nobody outside this machine yet: (\S+)#(\S+)",
        r"Try, in another terminal:",
    ]
    for pattern, line in zip(patterns, lines):
        assert re.fullmatch(pattern, line), f"{line!r} is not {pattern!r}"
    document, anchor = re.search(r"yet: (\S+)#(\S+)", hour.instance.text).groups()
    headings = re.findall(r"^#+ (.*)", (hour.clone / document).read_text(), re.MULTILINE)
    assert anchor in [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings], (anchor, headings)


def what_make_run_suggests_works_as_printed(hour):
    """test-fire, an alert, a silence, explain; messages appear below, at the terminal of make run."""
    block = re.search(r"^Try, in another terminal:\n((?:  .*\n)+)", hour.instance.text, re.MULTILINE).group(1)
    commands = [re.split(r" {3,}", line.strip())[0] for line in block.splitlines()]
    said = {}
    for command in commands:
        before = len(hour.instance.text)
        verb = re.match(r"\./flatalert (test-fire|alert add|silence add|explain) ?", command).group(1)
        said[verb] = hour.shell(command)
        title = {"test-fire": r"\[TEST\] Demo: hello from Flatalert", "alert add": r"\[FIRING\] Demo"}.get(verb)
        if title:
            hour.instance.wait_for(rf"^\d\d:\d\d:\d\d INBOX {title}   route {{}} → inbox   [\d.]+ m?s$", 20, after=before)
    assert list(said) == ["test-fire", "alert add", "silence add", "explain"], commands
    assert re.search(r"^  webhook\[0\] .* sent    1 attempt  200 ok   \d+ ms\n1 of 1 delivered", said["test-fire"], re.MULTILINE), said
    silence = said["silence add"].strip()
    assert re.match(rf'{{alertname="Demo"}}: TOLD at [\d:]+, but not again: silenced by {silence}\n', said["explain"]), said


def this_machine_is_watched(hour):
    """Disk rules are evaluated over this machine's own filesystems; explain says what they see, test-fire takes their words, doctor names those that are off."""
    def rules():
        answer = json.loads(hour.shell(f"curl -s http://localhost:{hour.port}/api/v1/rules"))
        return {rule["name"]: (rule["health"], rule["state"]) for group in answer["data"]["groups"] for rule in group["rules"]}
    wait_until(lambda: all(health == "ok" for health, _ in rules().values()), 60, "every rule was evaluated")
    found = rules()
    expected = {"DiskSpaceWarning", "DiskSpaceCritical", "FilesystemReadOnly", "HostMetricsMissing", "RequiredMountMissing", "ExporterUnstable", "Watchdog"}
    assert set(found) == expected, found
    assert found["Watchdog"][1] == "firing" and found["HostMetricsMissing"][1] == "inactive", found
    seen = hour.shell("./flatalert query 'node_filesystem_size_bytes{mountpoint=\"/\"}'")
    assert 'mountpoint="/"' in seen, seen
    said = hour.shell("./flatalert explain alertname=DiskSpaceWarning")
    assert "scraped" in said and "rule" in said, said
    before = len(hour.instance.text)
    said = hour.shell("./flatalert test-fire --rule DiskSpaceCritical mountpoint=/")
    assert "1 of 1 delivered" in said, said
    hour.instance.wait_for(r"INBOX \[TEST\] DiskSpaceCritical: / [\d.]+% used", 20, after=before)
    said = hour.shell("./flatalert doctor")
    assert 'off, no scrape job "gateway": GatewayDown' in said and "1 target of 1 job, none down" in said, said


def a_second_one_is_told_who_is_in_the_way(hour):
    """Started twice in one place, or elsewhere on the same port: the process is named and goes on."""
    holder = hour.holder()
    said = fails_with_one_line(hour, MAKE_RUN, hour.environment, seconds=PATIENCE)
    assert f"data/ is in use by process {holder} (./flatalert serve --welcome): stop it, or " in said, said
    elsewhere = dict(hour.environment, FLATALERT_STORAGE_PATH=str(hour.directory / "elsewhere"))
    said = fails_with_one_line(hour, MAKE_RUN, elsewhere, seconds=PATIENCE)
    assert f"the port is taken by flatalert (pid {holder}); stop it, or " in said and "FLATALERT_WEB_LISTEN_ADDRESS=" in said, said
    assert os.path.exists(f"/proc/{holder}"), "the first one goes on"


def init_asks_four_questions_and_slack_has_the_test(hour):
    """The answers of a person, the files that come of them, and each command that init prints."""
    command = re.search(r"^Your Slack in a minute:   (.*)$", hour.instance.text, re.MULTILINE).group(1)
    person = Terminal(["sh", "-c", command], hour.clone, dict(hour.environment, HOME=str(hour.directory)))
    for question, answer in [
        (r"Webhook URL", hour.slack.url), (r"Mail server", ""), (r"Configuration file \[./flatalert.yml\]", ""), (r"Urgent are alerts with", ""),
        (r"Tell urgent ones", "30m"), (r"Tell others", ""),
    ]:
        person.wait_for(question + r".*: $", 20)
        person.type(answer + "\n")
    assert person.end() == 0, person.text
    assert len(re.findall(r"^[1-4]\. ", person.text, re.MULTILINE)) == 4 and hour.slack.url not in person.text, person.text
    file, secret = hour.clone / "flatalert.yml", hour.clone / "secrets" / "slack_api_url"
    assert secret.read_text() == hour.slack.url + "\n" and hour.slack.url not in file.read_text()
    assert [path.stat().st_mode & 0o777 for path in (file, secret, secret.parent)] == [0o644, 0o600, 0o700]
    assert hour.shell("git status --porcelain") == "", "nothing that could be committed by accident"
    hour.amtool_accepts(file)

    steps = dict(re.findall(r"^(wrote|first|start|then try) +(.*)$", person.text, re.MULTILINE))
    assert steps["first"] == f"stop what holds port {hour.port}: flatalert (pid {hour.holder()})", person.text
    hour.instance.type("\x03")
    hour.instance.end()
    hour.instance = Terminal(["sh", "-c", "exec " + steps["start"]], hour.clone, hour.environment)
    hour.instance.wait_for(r'msg="Listening on"', 60)
    # The alert of before is silenced, so nothing but the test comes.
    said = hour.shell(steps["then try"])
    assert re.search(r"^TEST route {} → oncall .*\n  slack\[0\] .* sent    1 attempt  200 ok ", said) and "1 of 1 delivered" in said, said
    wait_until(lambda: hour.slack.messages, 20, "the test at the Slack server")
    (path, message), = hour.slack.messages
    assert path == "/services/T0/B0/secret" and "TEST" in json.dumps(message) and "Demo" in json.dumps(message), message


def init_takes_flags_and_amtool_takes_what_it_writes(hour):
    """Slack, mail with and without a login, and nobody: each a configuration that Debian's amtool accepts; --test asks the running instance."""
    (hour.directory / "hook").write_text(hour.slack.url + "\n")
    (hour.directory / "password").write_text("it's a secret\n")
    mail = "--email.smarthost=smtp.example.com:587 --email.from=flatalert@example.com --email.to=oncall@example.com"
    variants = {
        "slack": "--slack.api-url-file=../hook --email.smarthost=none",
        "mail": f"--slack.api-url=none {mail} --email.auth-username=joe --email.auth-password-file=../password",
        "both": f"--slack.api-url-file=../hook {mail} --urgent='severity=~\"page|critical\"' --urgent.repeat-interval=10m --repeat-interval=1d",
        "nobody": "--slack.api-url=none --email.smarthost=none",
        "flatnet-ja": f"--flatnet=ja --slack.api-url-file=../hook {mail}",
        "flatnet-en": f"--flatnet=en --slack.api-url-file=../hook {mail}",
    }
    for name, flags in variants.items():
        said = hour.shell(f"./flatalert init {flags} --config.file=variants-{name}.yml --secrets.directory=variants-{name} </dev/null")
        assert hour.slack.url not in said and "it's a secret" not in said, said
        hour.amtool_accepts(hour.clone / f"variants-{name}.yml")
        for secret in (hour.clone / f"variants-{name}").glob("*"):
            assert secret.stat().st_mode & 0o777 == 0o600, secret
    # What is there already stays, and the instance that runs is tested only with its own configuration.
    assert "exists: name another file, or overwrite it with --force" in hour.shell(f"./flatalert init {variants['slack']}", code=1)
    before = len(hour.slack.messages)
    assert "not tested: the instance that runs has another configuration" in hour.shell(
        f"./flatalert init {variants['slack']} --config.file=other.yml --secrets.directory=other --test")
    said = hour.shell(f"./flatalert init {variants['slack']} --force --test")
    assert "1 of 1 delivered" in said and len(hour.slack.messages) == before + 1, said


def without_swift_it_says_where_swift_is_from(hour):
    path = programs_without(hour.directory / "no-swift", "swift")
    said = fails_with_one_line(hour, ["make", "run"], dict(hour.environment, PATH=str(path)))
    assert "no swift in PATH. Install Swift 6.3 for Debian 12 from https://www.swift.org/install/linux/" in said, said


def without_sudo_it_says_what_root_must_install(hour):
    """As a user who is not root, on a machine that lacks packages."""
    path = programs_without(hour.directory / "no-sudo", "sudo", "dpkg-query")
    (path / "dpkg-query").write_text("#!/bin/sh\nexit 1\n")
    (path / "dpkg-query").chmod(0o755)
    # Flatalert's own files are not looked at: the packages come first.
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    said = fails_with_one_line(hour, [*user, "make", "run"], dict(hour.environment, PATH=str(path)))
    assert re.search(r"there is no sudo\. As root: apt-get install libcurl4-openssl-dev .*python3$", said, re.MULTILINE), said


def a_build_that_cannot_be_says_why(hour):
    """No network, no room: what the build said stays in its log, and one line says what to do."""
    for number, (error, advice) in enumerate([
        ("error: Failed to clone repository https://github.com/x: Could not resolve host: github.com", "connect or set https_proxy"),
        ("error: write: No space left on device", "the disk is full: a build needs about 2 GB"),
    ]):
        path = programs_without(hour.directory / f"no-luck-{number}", "swift")
        (path / "swift").write_text(f"#!/bin/sh\necho '{error}'\nexit 1\n")
        (path / "swift").chmod(0o755)
        said = fails_with_one_line(hour, ["make", "run"], dict(hour.environment, PATH=str(path)))
        assert advice in said and error in (hour.clone / ".build/run.log").read_text(), said


def programs_without(directory, *names):
    """A directory with all programs of PATH but these."""
    directory.mkdir()
    for place in os.environ["PATH"].split(":"):
        for program in sorted(pathlib.Path(place).glob("*")) if place else []:
            link = directory / program.name
            if program.name not in names and not link.is_symlink():
                link.symlink_to(program)
    return directory


def fails_with_one_line(hour, command, environment, seconds=60):
    """Runs it; it must fail with one line of advice beside make's own. Returns the line."""
    done = subprocess.run(command, cwd=hour.clone, env=environment, capture_output=True, text=True, timeout=seconds)
    said = [line for line in done.stderr.splitlines() if not line.startswith("make: ")]
    assert done.returncode != 0 and len(said) == 1, (done.returncode, done.stdout, done.stderr)
    return said[0]


STEPS = [
    make_run_says_what_is_on_and_what_to_try,
    what_make_run_suggests_works_as_printed,
    this_machine_is_watched,
    a_second_one_is_told_who_is_in_the_way,
    init_asks_four_questions_and_slack_has_the_test,
    init_takes_flags_and_amtool_takes_what_it_writes,
    without_swift_it_says_where_swift_is_from,
    without_sudo_it_says_what_root_must_install,
    a_build_that_cannot_be_says_why,
]


def main():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-first-hour-"))
    # Another user looks into it, too.
    directory.chmod(0o755)
    hour = FirstHour(directory)
    passed = 0
    try:
        for step in STEPS:
            started = time.monotonic()
            step(hour)
            passed += 1
            print(f"ok      {step.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
    except Exception:
        print(f"FAILED  {step.__name__}; the files are in {directory}", flush=True)
        traceback.print_exc()
    finally:
        if hour.instance:
            hour.instance.type("\x03")
            try:
                hour.instance.end()
            except AssertionError:
                hour.instance.kill()
    if passed == len(STEPS):
        shutil.rmtree(directory, ignore_errors=True)
    print(f"{passed} of {len(STEPS)} steps passed")
    return 0 if passed == len(STEPS) else 1


if __name__ == "__main__":
    sys.exit(main())

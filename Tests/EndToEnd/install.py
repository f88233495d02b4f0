"""From a package or the tarball to the first message in Slack, on bare Debian 12 roots, as docs/install.md says. Usage: install.py DIST [TEST …]

The commands, the line for the service's settings and the answers are read out of the document, so that it cannot drift from what works. Needs root and
mmdebstrap. A root has what a Debian or Ubuntu in WSL has beyond the smallest: libcurl, CA certificates, zone data and sudo; no compiler, no -dev package.
It lies in a namespace without any network but its loopback, on which a Slack-shaped server listens. There is no systemd in it: a stand-in for systemctl
reads the real unit and starts what it says as the user that it says, without the unit's hardening; systemd-analyze looks at the unit itself.
"""
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import runner
from artefacts import CURL, DIST, Inside, artefact, bare_root, run
from peers import ROOT, wait_until

DOCUMENT = ROOT / "docs/install.md"
EDITS_AIM = 3

#: As little of systemctl as the document uses.
SYSTEMCTL = r"""#!/bin/sh
case "$1" in
daemon-reload) exit 0 ;;
enable) [ "$2" = --now ] && shift ;;
start) ;;
*) echo "this stand-in for systemctl knows no $1" >&2; exit 1 ;;
esac
for place in /etc/systemd/system /lib/systemd/system; do
    if [ -e "$place/$2.service" ]; then unit=$place/$2.service; break; fi
done
[ -n "$unit" ] || { echo "no unit $2" >&2; exit 1; }
get() { sed -n "s/^$1=//p" "$unit"; }
user=$(get User); settings=$(get EnvironmentFile); settings=${settings#-}
install -d -o "$user" -g "$user" -m "$(get StateDirectoryMode)" "/var/lib/$(get StateDirectory)"
FLATALERT_ARGUMENTS=$(sed -n 's/^FLATALERT_ARGUMENTS=//p' "$settings")
eval "set -- $(get ExecStart)"
cd /
setsid setpriv --reuid="$user" --regid="$user" --clear-groups "$@" >/var/log/service.log 2>&1 </dev/null &
"""

#: Answers as an incoming webhook does, and prints each message as a line.
SLACK = """
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers(); self.wfile.write(b"ok")
        print(self.path, body.decode().replace(chr(10), " "), flush=True)
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 8065), Handler)
print("ready", flush=True)
server.serve_forever()
"""
WEBHOOK = "http://127.0.0.1:8065/services/T0/B0/secret"


def steps(way):
    """What the document has somebody do, in order: ("command", line) and ("edit", file, text), for `package` or `tarball`."""
    found = []
    for info, body in re.findall(r"^```(\S[^\n]*)\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL):
        kind, _, rest = info.partition(" ")
        if kind == "sh" and rest in ("", way):
            found += [("command", line) for line in body.splitlines() if line]
        elif kind == "ini":
            found.append(("edit", rest, body))
    return found


class Machine:
    """A bare root with a user who may use sudo, its namespaces and a Slack-shaped server."""

    def __init__(self, directory):
        self.root = bare_root(directory, CURL + ["libstdc++6", "sudo"])
        for compiler in ("cc", "gcc", "clang", "swift"):
            assert not (self.root / "usr/bin" / compiler).exists(), compiler
        assert not (self.root / "usr/include/stdio.h").exists(), "headers of the C library"
        for device in (self.root / "dev").iterdir():
            if device.is_char_device():
                device.chmod(0o666)
        run("chroot", self.root, "useradd", "--create-home", "--shell", "/bin/bash", "you")
        sudoers = self.root / "etc/sudoers.d/you"
        sudoers.write_text("Defaults !use_pty\nyou ALL=(ALL) NOPASSWD: ALL\n")
        sudoers.chmod(0o440)
        systemctl = self.root / "usr/bin/systemctl"
        assert not systemctl.exists()
        systemctl.write_text(SYSTEMCTL)
        systemctl.chmod(0o755)
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost bare\n")
        self.inside = Inside(self.root, "/bin/sleep", "1000000")
        self.directory = "/home/you"
        deadline = time.monotonic() + 30
        while not (child := subprocess.run(["pgrep", "-P", str(self.inside.process.pid), "sleep"], capture_output=True, text=True).stdout.split()):
            assert time.monotonic() < deadline, pathlib.Path(self.inside.log.name).read_text()
            time.sleep(0.1)
        self.pid = int(child[0])
        self.slack = subprocess.Popen(
            ["nsenter", f"--target={self.pid}", "--net", sys.executable, "-c", SLACK], stdout=subprocess.PIPE, text=True)
        assert self.slack.stdout.readline() == "ready\n"

    def typed(self, command):
        """How a line that `you` types gets into the root."""
        shell = ["setpriv", "--reuid=you", "--regid=you", "--init-groups", "env", "-i", "HOME=/home/you", "USER=you", "TERM=dumb",
                 "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "bash", "-c", f"cd {self.directory} && {command}"]
        return ["nsenter", f"--target={self.pid}", "--net", "--mount", f"--root=/proc/{self.pid}/root", *shell]

    def do(self, command):
        done = subprocess.run(self.typed(command), capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
        assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}{self.log()}"
        return done.stdout

    def log(self):
        log = self.root / "var/log/service.log"
        return log.read_text()[-3000:] if log.exists() else ""

    def answer(self, command, answers):
        """Runs it at a terminal; `answers` is (question, what is typed). Returns what the terminal showed."""
        pid, descriptor = pty.fork()
        if pid == 0:
            os.execvp("nsenter", self.typed(command))
        text, at, deadline = "", 0, time.monotonic() + 60
        answers = list(answers)
        while time.monotonic() < deadline:
            if select.select([descriptor], [], [], 0.5)[0]:
                try:
                    chunk = os.read(descriptor, 65536).decode(errors="replace")
                except OSError:
                    chunk = ""
                if not chunk:
                    break
                text += chunk
            if answers and (found := re.search(answers[0][0] + r"[^\n]*: $", text[at:])):
                at += found.end()
                os.write(descriptor, (answers.pop(0)[1] + "\n").encode())
        os.close(descriptor)
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0 and not answers, f"{command}: left {answers}\n{text}"
        return text

    def wait(self):
        """Until the service answers: it has just been started, and a person is slower than this."""
        self.do("for i in $(seq 60); do flatalert health >/dev/null 2>&1 && exit 0; sleep 0.5; done; exit 1")

    def stop(self):
        """Ends the service that the stand-in has started: the processes in this root's mount namespace that serve."""
        mine = os.readlink(f"/proc/{self.pid}/ns/mnt")
        for number in subprocess.run(["pgrep", "-f", "^/usr(/local)?/bin/flatalert serve"], capture_output=True, text=True).stdout.split():
            try:
                if os.readlink(f"/proc/{number}/ns/mnt") == mine:
                    os.kill(int(number), signal.SIGTERM)
                    wait_until(lambda: not os.path.exists(f"/proc/{number}"), 30, "the service ends")
            except (FileNotFoundError, ProcessLookupError):
                pass

    def close(self):
        self.slack.kill()
        self.slack.wait()
        self.stop()
        self.inside.close()


def first_message(directory, way, pattern):
    """Does what the document says, and counts."""
    machine = Machine(directory)
    started = time.monotonic()
    counted = {"commands": 0, "edits": 0}
    said = []
    try:
        shutil.copy(artefact(pattern), machine.root / "home/you")
        for step in steps(way):
            if step[0] == "edit":
                _, file, text = step
                counted["edits"] += 1
                target = machine.root / file.lstrip("/")
                kept = [line for line in target.read_text().splitlines() if not line.startswith(text.split("=")[0] + "=")] if target.exists() else []
                target.write_text("\n".join([*kept, text]))
                print(f"        edit     {file}: 1 line", flush=True)
                continue
            command = step[1]
            counted["commands"] += 1
            print(f"        command  {command}", flush=True)
            if command.startswith("cd "):
                machine.directory = machine.do(f"{command} && pwd").strip()
            elif " init " in command:
                shown = machine.answer(command, [
                    ("Webhook URL", WEBHOOK), ("Mail server", ""), ("Urgent are alerts with", ""), ("Tell urgent ones", ""), ("Tell others", "")])
                assert WEBHOOK not in shown, "the secret is not shown"
                counted["edits"] += 1
                print("        edit     the answer to init's first question; Enter for the others", flush=True)
            else:
                if "test-fire" in command:
                    machine.wait()
                said.append(machine.do(command))
        assert "1 of 1 delivered" in said[-1] and "slack[0]" in said[-1], said[-1]
        arrived = machine.slack.stdout.readline()
        seconds = time.monotonic() - started
        path, _, body = arrived.partition(" ")
        assert path == "/services/T0/B0/secret" and "TEST" in body and json.loads(body)["attachments"] and "<no value>" not in body, arrived
        assert "静める: flatalert silence add" in json.loads(body)["attachments"][0]["text"], "Flatnet's own message in Japanese"

        owner = machine.do("stat -c '%U %a' /etc/flatalert; sudo stat -c '%U %a' /etc/flatalert/secrets /etc/flatalert/secrets/slack_api_url").split("\n")
        assert owner[:3] == ["flatalert 750", "flatalert 700", "flatalert 600"], owner
        # doctor finds the instance, its rules and its exporters; what lacks is what a bare root lacks. The rule that fires always wakes nobody.
        doctor = subprocess.run(machine.typed("flatalert doctor"), capture_output=True, text=True, timeout=120).stdout
        assert re.search(r"^ok +rules ", doctor, re.MULTILINE) or "rules" in doctor, doctor
        assert not re.search(r"^FAIL", doctor, re.MULTILINE), doctor
        route = machine.do("sudo -u flatalert flatalert config routes test --config.file=/etc/flatalert/alertmanager.yml alertname=Watchdog severity=none")
        assert route.strip() == "nobody", route
        print(f"        {way}: {counted['commands']} commands, {counted['edits']} edits, {seconds:.0f} s from the file to the message in Slack "
              f"(aims: {EDITS_AIM} edits, 300 s)", flush=True)
        assert counted["edits"] <= EDITS_AIM, counted
    finally:
        machine.close()


def package(directory):
    """The Debian package."""
    first_message(directory, "package", "*.deb")


def tarball(directory):
    """The tarball."""
    first_message(directory, "tarball", "*.tar.gz")


def upgrade_and_back(directory):
    """docs/upgrade.md: the package over itself keeps what is there; a database of a later version is refused, and the copy that was kept brings all back."""
    machine = Machine(directory)
    try:
        shutil.copy(artefact("*.deb"), machine.root / "home/you")
        settings = machine.root / "etc/default/flatalert"
        machine.do("sudo apt-get install ./flatalert_*_amd64.deb")
        settings.write_text("FLATALERT_ARGUMENTS=--web.listen-address=127.0.0.1:9093\n")
        machine.do("echo mine | sudo -u flatalert tee /etc/flatalert/mine && sudo chmod 700 /etc/flatalert && sudo systemctl start flatalert")
        machine.wait()
        silence = machine.do("flatalert silence add alertname=Kept -d 1h -c kept --author=you").strip()
        machine.do("flatalert backup before-upgrade.backup")
        machine.stop()
        machine.do("sudo apt-get install --reinstall ./flatalert_*_amd64.deb")
        assert settings.read_text() == "FLATALERT_ARGUMENTS=--web.listen-address=127.0.0.1:9093\n", settings.read_text()
        assert machine.do("stat -c '%U %a' /etc/flatalert; sudo cat /etc/flatalert/mine") == "flatalert 700\nmine\n"
        machine.do("sudo systemctl start flatalert")
        machine.wait()
        assert silence in machine.do("flatalert silence query -q")
        machine.stop()

        # A later version, as far as an older one can tell: the copy that a migration keeps, and a number that this program does not know.
        data = machine.root / "var/lib/flatalert"
        machine.do("sudo cp -a /var/lib/flatalert/flatalert.db /var/lib/flatalert/flatalert.db.v1")
        base = sqlite3.connect(data / "flatalert.db")
        assert base.execute("PRAGMA user_version").fetchone() == (1001,)
        base.execute("PRAGMA user_version=2002")
        base.close()
        marked = (data / "flatalert.db").read_bytes()
        done = subprocess.run(
            machine.typed("sudo -u flatalert flatalert serve --storage.path=/var/lib/flatalert --web.listen-address=127.0.0.1:9093"),
            capture_output=True, text=True, timeout=60)
        sentence = "has schema version 2, this program knows versions up to 1: run the newer program, or put back the copy"
        assert done.returncode != 0 and sentence in done.stderr + done.stdout and "flatalert.db.v1" in done.stderr + done.stdout, done
        assert (data / "flatalert.db").read_bytes() == marked
        # The document's own lines.
        block = re.search(r"^   ```text\n(.*?)^   ```", (ROOT / "docs/upgrade.md").read_text(), re.MULTILINE | re.DOTALL).group(1)
        lines = [re.sub(r" +#.*", "", line.strip()) for line in block.splitlines()]
        assert sentence in (ROOT / "docs/upgrade.md").read_text() and lines[0] == "cd /var/lib/flatalert", lines
        machine.do("sudo sh -c '" + " && ".join(line.replace("sudo ", "") for line in lines) + "'")
        machine.wait()
        assert silence in machine.do("flatalert silence query -q")
        machine.stop()
        # And the other way: the backup of before.
        machine.do("sudo flatalert restore before-upgrade.backup --storage.path=/var/lib/flatalert && sudo systemctl start flatalert")
        machine.wait()
        assert silence in machine.do("flatalert silence query -q")
    finally:
        machine.close()


def unit_is_sound(directory):
    """systemd's own look at the unit of the package, in a root that has systemd."""
    if not shutil.which("systemd-analyze"):
        raise runner.Skipped("needs systemd-analyze")
    root = bare_root(directory, CURL + ["libstdc++6", "procps", "systemd"])
    shutil.copy(artefact("*.deb"), root / "tmp/flatalert.deb")
    run("chroot", root, "dpkg", "-i", "/tmp/flatalert.deb")
    done = run("systemd-analyze", "verify", "--man=no", f"--root={root}", "flatalert.service", check=False)
    complaints = [line for line in (done.stdout + done.stderr).splitlines() if "flatalert" in line]
    assert done.returncode == 0 and not complaints, (done.returncode, done.stdout, done.stderr)
    exposure = run("systemd-analyze", "security", "--offline=true", f"--root={root}", "flatalert.service", check=False)
    print("        " + exposure.stdout.strip().splitlines()[-1])


def document_names_what_is_there(_):
    """Every relative link of the document leads somewhere, and every block is of a kind that this test knows."""
    text = DOCUMENT.read_text()
    for info in re.findall(r"^```(\S[^\n]*)$", text, re.MULTILINE):
        assert info.split()[0] in ("sh", "ini", "text", "powershell"), info
    for target in re.findall(r"\]\(((?!https?:)[^)#]+)", text):
        assert (DOCUMENT.parent / target).exists(), f"{target} is not there"
    assert [step[0] for step in steps("package")].count("edit") == 1 and len(steps("tarball")) > len(steps("package"))


if __name__ == "__main__":
    assert DIST.is_dir(), f"{DIST} is no directory: make dist"
    sys.exit(runner.main([document_names_what_is_there, unit_is_sound, package, tarball, upgrade_and_back]))

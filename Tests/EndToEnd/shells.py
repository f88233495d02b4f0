#!/usr/bin/env python3
"""Completion in real shells, and manual pages in real formatters. Usage: shells.py BINARY [NAME …]

What is not installed (zsh, fish, groff, man, mandoc) is left out, with a line that says so.
"""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from peers import ROOT, Flatalert  # noqa: E402

BINARY = pathlib.Path(sys.argv[1]).resolve()
NAMES = ["flatalert", "alertmanager", "amtool"]


def need(program):
    if not shutil.which(program):
        raise runner.Skipped(f"no {program} here")


def names(directory):
    """A directory with the program under each of its names."""
    place = directory / "names"
    place.mkdir()
    for name in NAMES:
        (place / name).symlink_to(BINARY)
    return place


class Shell:
    """An interactive shell at a terminal, with the program's completions."""

    START = {
        "bash": (["bash", "--norc", "--noprofile", "-i"], "source <({0} completion bash)", ["PS1='$ '", "bind 'set bell-style none'"]),
        "zsh": (["zsh", "-f", "-i"], "source <({0} completion zsh)", ["PS1='$ '", "bindkey -e", "autoload -U compinit", "compinit -u -D"]),
        "fish": (["fish", "--no-config", "-i"], "{0} completion fish | source", ["function fish_prompt; echo '$ '; end"]),
    }

    def __init__(self, name, directory):
        need(name)
        self.name = name
        command, load, setup = self.START[name]
        work = directory / "work"
        (work / "folder").mkdir(parents=True)
        (work / "silences.json").write_text("[]")
        environment = {"PATH": f"{names(directory)}:{os.environ['PATH']}", "HOME": str(directory), "TERM": "dumb", "LC_ALL": "C.UTF-8"}
        environment.update({k: v for k, v in os.environ.items() if k == "LD_LIBRARY_PATH"})
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(work)
            os.execvpe(command[0], command, environment)
        self.seen = ""
        for line in [*setup, *(load.format(program) for program in NAMES)]:
            self.type(line + "\n")
        self.type("echo rea''dy\n")
        self.wait_for("ready")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait_for(self, pattern, seconds=20):
        """Reads until the pattern has come; returns the match and forgets what was before."""
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.seen)):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.terminal], [], [], left)[0]:
                raise AssertionError(f"{pattern!r} did not come; the terminal shows {self.seen[-400:]!r}")
            chunk = os.read(self.terminal, 65536).decode(errors="replace")
            self.seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>()][B0]?|\r", "", chunk)
        self.seen = self.seen[found.end():]
        return found

    def complete(self, line):
        """What a line becomes at the tab key: it is then echoed instead of run."""
        self.type(line + "\t")
        self.type("\x01echo '<<\x05>>'\n")
        return self.wait_for(r"\n<<([^\n]*)>>").group(1).strip()

    def list(self, line, words):
        """What the tab key shows where there are several ways on, in any order."""
        # Fish draws its list over the screen; asked for it, it prints the same.
        self.type(f"complete -C '{line}'\n" if self.name == "fish" else line + "\t\t")
        self.wait_for("".join(rf"(?=[\s\S]*\b{word}\b)" for word in words))
        self.type("" if self.name == "fish" else "\x01true \x05\n")
        self.type("echo rea''dy\n")
        self.wait_for("ready")

    def close(self):
        os.kill(self.pid, signal.SIGHUP)
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


# What is typed, and what the tab key makes of it where there is only one way on.
LINES = [
    ("flatalert sile", "flatalert silence"),
    ("flatalert silence ex", "flatalert silence expire"),
    ("flatalert config routes t", "flatalert config routes test"),
    ("flatalert help config rou", "flatalert help config routes"),
    ("flatalert man silence up", "flatalert man silence update"),
    ("flatalert completion f", "flatalert completion fish"),
    ("flatalert silence add --dur", "flatalert silence add --duration"),
    ("flatalert --alertmanager.url=http://localhost:1 silence add --dur", "flatalert --alertmanager.url=http://localhost:1 silence add --duration"),
    ("flatalert alert --unp", "flatalert alert --unprocessed"),
    ("flatalert serve --log.le", "flatalert serve --log.level"),
    ("flatalert serve --log.level de", "flatalert serve --log.level debug"),
    ("flatalert serve --log.level=w", "flatalert serve --log.level=warn"),
    ("flatalert serve --web.listen-address :9093 --log.form", "flatalert serve --web.listen-address :9093 --log.format"),
    ("flatalert alert query -o ext", "flatalert alert query -o extended"),
    ("flatalert history --kind delivery_f", "flatalert history --kind delivery_failed"),
    ("flatalert silence import sil", "flatalert silence import silences.json"),
    ("flatalert serve --config.file=sil", "flatalert serve --config.file=silences.json"),
    ("flatalert serve --storage.path fol", "flatalert serve --storage.path folder"),
    ("amtool sile", "amtool silence"),
    ("amtool silence que", "amtool silence query"),
    ("alertmanager --cluster.pe", "alertmanager --cluster.peer"),
    ("alertmanager --delivery.manners=fl", "alertmanager --delivery.manners=flatalert"),
]


def complete_in(shell, directory):
    here = Shell(shell, directory)
    try:
        for typed, expected in LINES:
            # Zsh takes the slash behind a directory back.
            assert (found := here.complete(typed).removesuffix("/")) == expected, f"{shell}: {typed!r} became {found!r}, not {expected!r}"
        here.list("flatalert silence ", ["add", "expire", "import", "query", "update"])
        here.list("flatalert serve --log.level=", ["debug", "info", "warn", "error"])
        here.list("alertmanager --heartbeat.", [r"heartbeat\.expect", r"heartbeat\.ping", r"heartbeat\.timeout"])
    finally:
        here.close()


def bash_completes_commands_flags_values_and_files(directory):
    complete_in("bash", directory)


def zsh_completes_commands_flags_values_and_files(directory):
    complete_in("zsh", directory)


def fish_completes_commands_flags_values_and_files(directory):
    complete_in("fish", directory)


def a_silence_of_the_running_instance_is_completed(directory):
    """An ID comes from the server that the line names."""
    flatalert = Flatalert(BINARY, directory / "flatalert", "route: {receiver: none}\nreceivers: [{name: none}]\n").ready()
    added = subprocess.run([BINARY, "silence", "add", "a=b", "-c", "x", f"--alertmanager.url={flatalert.url}"], capture_output=True, text=True)
    silence = added.stdout.strip()
    shell = Shell("bash", directory)
    try:
        line = f"flatalert --alertmanager.url={flatalert.url} silence expire "
        assert shell.complete(line + silence[:3]) == line + silence
    finally:
        shell.close()
        assert flatalert.stop() == 0


def scripts_of_alertmanagers_own_programs_go_on_to_work(directory):
    """amtool --completion-script-bash in a profile, the question that its own script asks, and --help-man."""
    place = names(directory)

    def said(*words):
        return subprocess.run([place / words[0], *words[1:]], capture_output=True, text=True, check=True).stdout

    assert said("amtool", "--completion-script-bash") == said("amtool", "completion", "bash")
    assert said("amtool", "--completion-script-zsh") == said("amtool", "completion", "zsh")
    assert said("amtool", "--completion-bash", "silence", "").split() == ["add", "expire", "import", "query", "update"]
    assert said("alertmanager", "--help-man") == said("alertmanager", "man")
    assert "complete -F _prometheus_alertmanager" not in said("alertmanager", "completion", "bash")


def every_manual_page_is_right_for_every_formatter(directory):
    """No warning from groff, man or mandoc, and each flag of each command's help is on its page."""
    place = names(directory)
    formatters = {
        "groff": lambda page: ["groff", "-man", "-ww", "-Tutf8", page],
        "man": lambda page: ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page],
        "mandoc": lambda page: ["mandoc", "-T", "lint", page],
    }
    there = {name: command for name, command in formatters.items() if shutil.which(name)}
    for name in formatters.keys() - there.keys():
        print(f"        no {name} here", flush=True)
    if not there:
        raise runner.Skipped("no formatter of manual pages here")
    pages = 0
    for program in NAMES:
        listed = subprocess.run([place / program, "man", "--list"], capture_output=True, text=True, check=True).stdout.splitlines()
        # Pages of single commands are the same under each name.
        for line in listed if program == "flatalert" else listed[:1]:
            file, *words = line.split()
            source = subprocess.run([place / program, "man", *words], capture_output=True, text=True, check=True).stdout
            page = directory / file
            page.write_text(source)
            for name, command in there.items():
                done = subprocess.run(command(page), capture_output=True, text=True)
                said = done.stderr + (done.stdout if name == "mandoc" else "")
                assert done.returncode == 0 and not said, (name, file, said)
            shown = subprocess.run([place / program, *words, "--help"], capture_output=True, text=True).stdout
            for flag in set(re.findall(r"^  (?:-\w, )?--([\w.-]+)", shown, re.MULTILINE)):
                spelled = [flag.replace("-", r"\-"), r"[no\-]" + flag.removeprefix("no-").replace("-", r"\-")]
                assert any(rf"\fB\-\-{name}\fR" in source for name in spelled), f"{file} does not have --{flag}"
            pages += 1
    assert pages > 30, pages


def make_install_puts_program_pages_and_completions_in_place(directory):
    """Under a prefix, readable by everyone whatever root's umask is."""
    done = subprocess.run(
        ["sh", "-c", f"umask 077; make install BINARY={BINARY} DESTDIR={directory}/root PREFIX=/usr"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout, done.stderr)
    root = directory / "root" / "usr"
    listed = subprocess.run([root / "bin" / "flatalert", "man", "--list"], capture_output=True, text=True, check=True).stdout
    pages = {line.split()[0] for line in listed.splitlines()}
    assert {page.name for page in (root / "share/man/man1").iterdir()} == pages and "flatalert-silence-add.1" in pages, pages
    for file in ("bash-completion/completions/flatalert", "zsh/site-functions/_flatalert", "fish/vendor_completions.d/flatalert.fish"):
        assert "internal-complete" in (root / "share" / file).read_text(), file
    for file in root.rglob("*.1"):
        assert file.stat().st_mode & 0o777 == 0o644, file


TESTS = [
    bash_completes_commands_flags_values_and_files,
    zsh_completes_commands_flags_values_and_files,
    fish_completes_commands_flags_values_and_files,
    a_silence_of_the_running_instance_is_completed,
    scripts_of_alertmanagers_own_programs_go_on_to_work,
    every_manual_page_is_right_for_every_formatter,
    make_install_puts_program_pages_and_completions_in_place,
]


if __name__ == "__main__":
    sys.exit(runner.main(TESTS))

"""The documents name what is there: docs/requirements.md S1 to S49 once each, files and tests that exist; all of them links that lead somewhere
and commands of the program. Usage: requirements.py BINARY [TEST …]"""
import pathlib
import re
import subprocess
import sys

import runner

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/requirements.md"
HEADS = ["", "asked for", "where", "proved by", "open"]


def rows(text):
    """(number, cells) of each row."""
    return [(int(number), [cell.strip() for cell in cells.split("|")[:-1]]) for number, cells in re.findall(r"^\| S(\d+) \|(.*)$", text, re.MULTILINE)]


def faults(text, root=ROOT):
    """What the document says and is not so."""
    found = []
    numbers = [number for number, _ in rows(text)]
    found += [f"S{number} is not there" for number in range(1, 50) if number not in numbers]
    found += [f"S{number} is there {numbers.count(number)} times" for number in sorted(set(numbers)) if numbers.count(number) > 1 or not 1 <= number <= 49]
    for head in re.findall(r"^\|([^|\n]*\| asked for.*)\|$", text, re.MULTILINE):
        if [cell.strip() for cell in head.split("|")] != HEADS:
            found.append(f"a table has the columns {head}")
    for number, cells in rows(text):
        if len(cells) != 4:
            found.append(f"S{number} has {len(cells)} cells beside its number")
            continue
        _, where, proof, _ = cells
        for place in re.findall(r"`([^`]+)`", where):
            if not (root / place).exists():
                found.append(f"S{number}: there is no {place}")
        tests = re.findall(r"`([^`]+)`", proof)
        if not tests:
            found.append(f"S{number}: nothing proves it")
        for test in tests:
            file, _, name = test.partition(" ")
            path = root / file
            if not path.exists():
                found.append(f"S{number}: there is no {file}")
            elif name and path.suffix == ".py" and not re.search(rf"^ *def {re.escape(name)}\(", path.read_text(), re.MULTILINE):
                found.append(f"S{number}: {file} has no function {name}")
            elif name and path.suffix == ".yml" and not re.search(rf"^ *- name: {re.escape(name)}$", path.read_text(), re.MULTILINE):
                found.append(f"S{number}: {file} has no test {name!r}")
            elif name and path.suffix == ".swift" and f'@Test("{name}"' not in path.read_text():
                found.append(f"S{number}: {file} has no test {name!r}")
            elif name and path.suffix not in (".py", ".yml", ".swift"):
                found.append(f"S{number}: the name {name!r} in {file} cannot be looked up")
    return found


def every_requirement_names_what_is_there(_):
    assert not (found := faults(DOCUMENT.read_text())), "\n".join(found)


def it_notices_what_is_missing(_):
    """A document with a fault of each kind has each named."""
    text = DOCUMENT.read_text()
    first = next(line for line in text.splitlines() if line.startswith("| S5 "))
    wrong = {
        "S5 is not there": text.replace(first + "\n", ""),
        "S5 is there 2 times": text.replace(first, first + "\n" + first),
        "has no function no_such_test": text.replace("every_status_and_latency_is_counted_exactly", "no_such_test"),
        "there is no Sources/Nowhere": text.replace("Sources/Exporters/Gateway/AccessLog", "Sources/Nowhere"),
        "has no test 'exactly 6 percent": text.replace("exactly 5 percent", "exactly 6 percent"),
        "nothing proves it": text.replace("`Tests/EndToEnd/host.py the_same_series_and_values_as_node_exporter`, `Tests/EndToEnd/stack_scenes.py all_targets_are_up`", ""),
    }
    for fault, changed in wrong.items():
        assert changed != text, fault
        assert any(fault in line for line in faults(changed)), (fault, faults(changed))


def anchors(path):
    """The anchors of a document's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in re.findall(r"^#+ +(.*?) *$", text, re.MULTILINE)]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def every_link_of_the_documents_leads_somewhere(_):
    """Relative links of README, docs and monitoring: the file is there, and so is the heading."""
    documents = [ROOT / "README.md", ROOT / "README.ja.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("monitoring/**/*.md"), *ROOT.glob("runbooks/**/*.md")]
    lost, seen = [], 0
    for document in documents:
        if "secrets" in document.parts:
            continue
        for target in re.findall(r"\]\(((?![a-z]+:)[^)\s]+)\)", document.read_text()):
            seen += 1
            file, _, anchor = target.partition("#")
            path = (document.parent / file).resolve() if file else document
            if not path.exists():
                lost.append(f"{document.relative_to(ROOT)}: {target} is not there")
            elif anchor and path.suffix == ".md" and anchor not in anchors(path):
                lost.append(f"{document.relative_to(ROOT)}: {target} has no such heading")
    assert seen > 50 and not lost, "\n".join(lost) or seen


def commands_in(text):
    """The commands of ours in a document's code, each up to what a shell would do with it."""
    code = re.findall(r"`([^`\n]+)`", text) + [line for block in re.findall(r"^```.*?$(.*?)^```", text, re.MULTILINE | re.DOTALL) for line in block.splitlines()]
    for line in code:
        if found := re.match(r"\s*(?:\$ |sudo )*flatalert +([^|>;&#`\\{]+)", line):
            yield found[1].split()


class Manual:
    """What the program says of its own commands."""

    def __init__(self, binary):
        self.binary = binary
        self.commands = {line.partition(" ")[2] for line in self.run("man", "--list").splitlines() if line.startswith("flatalert")}
        self.pages = {}

    def run(self, *words):
        done = subprocess.run([self.binary, *words], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def fault(self, words):
        """What is wrong with a command; None when nothing is."""
        command = max((name for name in self.commands if words[:len(name.split())] == name.split()), key=len)
        rest = words[len(command.split()):]
        has_commands = any(name.startswith(command + " ") or (not command and name) for name in self.commands)
        if has_commands and rest and re.fullmatch(r"[a-z][a-z-]*", rest[0]):
            return f"there is no command {' '.join([command, rest[0]]).strip()!r}"
        if command not in self.pages:
            # The help of the whole program tells of commands alone; its own flags are tried.
            self.pages[command] = self.run(*command.split(), "--help") if command else " ".join(
                flag for flag in ("--help", "--version") if self.run(flag))
        for flag in (word.partition("=")[0] for word in rest if re.match(r"--?[a-zA-Z]", word)):
            if not re.search(rf"(?<![\w.-]){re.escape(flag)}(?![\w-]|[.]\w)", self.pages[command]):
                return f"{command!r} has no flag {flag}"
        return None


def every_command_of_the_documents_exists(_):
    """Whoever types what a runbook or a manual says is understood: commands and flags are the program's."""
    manual = Manual(BINARY)
    assert manual.fault("rules chekc a.yml".split()) and manual.fault("runbook X --language ja".split()) and manual.fault(["nosuch"])
    wrong, seen = [], 0
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("monitoring/**/*.md"), *ROOT.glob("runbooks/**/*.md"),
                     *ROOT.glob("monitoring/alertmanager/templates/*.tmpl")]:
        for words in commands_in(document.read_text()):
            seen += 1
            if fault := manual.fault(words):
                wrong.append(f"{document.relative_to(ROOT)}: flatalert {' '.join(words)}: {fault}")
    assert seen > 80 and not wrong, "\n".join(wrong) or seen


if __name__ == "__main__":
    sys.exit(runner.main([
        every_requirement_names_what_is_there, it_notices_what_is_missing, every_link_of_the_documents_leads_somewhere,
        every_command_of_the_documents_exists]))

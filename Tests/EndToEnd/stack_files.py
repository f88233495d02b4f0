#!/usr/bin/env python3
"""The files of monitoring/, read as podman-compose reads them and without starting anything. Usage: stack_files.py [BINARY [NAME …]]

A stand-in for podman writes down what each version of podman-compose asks of it; the tests look at that. No root, no container. Needs
scripts/peers compose prometheus alertmanager; BINARY also reads prometheus.yml, where it is given.
"""
import concurrent.futures
import filecmp
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from runner import Skipped  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
MONITORING, TOOLS = ROOT / "monitoring", ROOT / ".build-tools"
BINARY = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
FILES = {"default": "podman-compose.yml", "alone": "podman-compose.alone.yml"}
VERSIONS = ["1.0.6", "1.6.0"]
TOO_OLD = "1.0.3"

# Memory and processors (S49). Who does Prometheus' work as well gets half of what that would have.
BUDGETS = {
    "default": {"prometheus": ("512m", 0.5), "grafana": ("256m", 0.5), "alertmanager": ("64m", 0.1), "node-exporter": ("32m", 0.1), "exporters": ("64m", 0.1)},
    "alone": {"grafana": ("256m", 0.5), "alertmanager": ("256m", 0.5), "host-exporter": ("64m", 0.1), "exporters": ("64m", 0.1)},
}

STAND_IN = """#!/bin/sh
case "$1" in --version) echo podman version 4.9.3; exit;; ps) echo "[]"; exit;; esac
{ for word in "$@"; do printf '%s\\037' "$word"; done; printf '\\036'; } >>"$CALLS"
case "$1 $2" in "network exists") [ -e "$CALLS.network" ]; exit;; "network create") : >"$CALLS.network";; esac
"""


class Container:
    """What podman is asked to create."""

    def __init__(self, words):
        self.words, self.text = words, " ".join(words)
        self.name = self.one("--name").removeprefix("flatnet-")
        self.image = next(word for word in words if re.match(r"(localhost|docker\.io)/", word))
        self.arguments = words[words.index(self.image) + 1:]

    def all(self, *names):
        """The values of a flag, however it is written; a value of two words is the next word."""
        found = []
        for index, word in enumerate(self.words):
            name, _, value = word.partition("=")
            if name in names:
                found.append(value if "=" in word else self.words[index + 1])
        return found

    def one(self, *names):
        found = self.all(*names)
        assert len(found) == 1, (names, self.words)
        return found[0]

    @property
    def network(self):
        return self.one("--network", "--net")

    @property
    def address(self):
        """Its address on the stack's network; none on the host's."""
        found = re.search(r"\bip=([\d.]+)", self.text)
        return found and found[1]

    @property
    def hosts(self):
        return dict(entry.split(":", 1) for entry in self.all("--add-host"))


def compose(directory, version, file, settings):
    """Runs up in a copy of monitoring/: whether it succeeded, what it said, and every call of podman."""
    program = TOOLS / f"podman-compose-{version}" / "podman_compose.py"
    if not program.exists():
        raise Skipped(f"there is no podman-compose {version}; scripts/peers compose gets it")
    place = pathlib.Path(tempfile.mkdtemp(prefix=f"{version}-", dir=directory)) / "monitoring"
    shutil.copytree(MONITORING, place, ignore=shutil.ignore_patterns("secrets", ".env", "grafana", "windows"))
    (place / "secrets").mkdir()
    (place / ".env").write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
    # podman-compose makes directories that are missing: not on this machine.
    text = (place / file).read_text()
    (place / file).write_text(re.sub(r"^(\s+- )(/(?:var|etc|opt)/)", rf"\g<1>{place.parent}/host\2", text, flags=re.M))
    tools = place.parent / "bin"
    tools.mkdir()
    (tools / "podman").write_text(STAND_IN)
    (tools / "podman").chmod(0o755)
    calls = place.parent / "calls"
    calls.touch()
    environment = {"PATH": f"{tools}:/usr/bin:/bin", "CALLS": str(calls), "HOME": str(place.parent), "PYTHONPATH": str(program.parent)}
    done = subprocess.run([sys.executable, program, "-f", file, "up", "-d"], cwd=place, env=environment, capture_output=True, text=True, timeout=60)
    asked = [call.split("\037")[:-1] for call in calls.read_text().split("\036") if call]
    return done.returncode == 0, done.stdout + done.stderr, asked


OTHER = {"NETWORK": "10.42.7", "BIND_ADDRESS": "192.0.2.7"}
SEEN = {}


def containers(directory, version, profile, **settings):
    """By name, and all calls; each is asked for once."""
    key = (version, profile, *sorted(settings.items()))
    if key not in SEEN:
        SEEN[key] = translated(directory, version, profile, **settings)
    return SEEN[key]


def translated(directory, version, profile, **settings):
    passed, said, asked = compose(directory, version, FILES[profile], {"FLATNET_HOST": "flatnet-01", **settings})
    assert passed, (version, profile, said[-2000:])
    found = [Container(call) for call in asked if call[0] in ("create", "run")]
    return {container.name: container for container in found}, asked


def every(directory, **settings):
    kinds = [(version, profile) for version in VERSIONS for profile in FILES]
    # The older one sleeps between its calls.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for kind, (found, asked) in zip(kinds, pool.map(lambda kind: containers(directory, *kind, **settings), kinds)):
            yield *kind, found, asked


def each_service_is_limited_and_pinned(directory):
    """Memory, processors, log, image, rights and health of every container, under both versions of podman-compose."""
    count = 0
    for version, profile, found, _ in every(directory):
        assert found.keys() == BUDGETS[profile].keys(), (profile, found.keys())
        for name, container in found.items():
            memory, processors = BUDGETS[profile][name]
            where = (version, profile, name)
            assert container.one("-m") == memory and float(container.one("--cpus")) == processors, where
            assert container.one("--log-driver") == "k8s-file" and "max-size=10mb" in container.all("--log-opt"), where
            assert re.search(r":v?\d+\.\d+\.\d+$", container.image), (*where, container.image)
            assert "--read-only" in container.words and "ALL" in container.all("--cap-drop"), where
            assert "no-new-privileges" in container.all("--security-opt") and "--privileged" not in container.words, where
            assert set(container.all("--cap-add")) <= ({"DAC_READ_SEARCH"} if name == "exporters" else set()), where
            assert container.one("--restart") == "always", where
            health = container.one("--healthcheck-command", "--health-cmd")
            assert ("flatalert" in health and "health" in health) if "flatalert" in container.image else "wget" in health, (*where, health)
            count += 1
    print(f"        {count} containers, of {len(VERSIONS)} versions and {len(FILES)} files")


def nothing_is_open_beyond_the_loopback(directory):
    """Published ports are the loopback's, whoever listens on the host's network does so on the bridge; BIND_ADDRESS opens, and nothing else does."""
    ports = {"prometheus": "9090:9090", "alertmanager": "9093:9093", "grafana": "3001:3000"}
    for address, prefix, settings in (("127.0.0.1", "10.89.93", {}), (OTHER["BIND_ADDRESS"], OTHER["NETWORK"], OTHER)):
        for version, profile, found, _ in every(directory, **settings):
            for name, container in found.items():
                wanted = [f"{address}:{ports[name]}"] if name in ports else []
                assert container.all("-p", "--publish") == wanted, (version, profile, name, container.all("-p", "--publish"))
                listening = [word.split("=", 1)[1] for word in container.arguments if re.match(r"--\S*listen-address=", word)]
                if container.network == "host":
                    assert all(not where or where.startswith(f"{prefix}.1:") for where in listening), (version, profile, name, listening)
                    assert any(listening), (version, profile, name)


def names_need_no_server(directory):
    """Every name that a configuration speaks of is in the hosts of each container on the bridge, at the address where it is."""
    text = (MONITORING / "prometheus" / "prometheus.yml").read_text() + (MONITORING / "prometheus" / "targets" / "prometheus.yml").read_text()
    configured = dict(re.findall(r'"([a-z][\w-]*):(\d+)"', text))
    configured.update({"exporters": "9145"})
    assert configured.keys() >= {"exporters", "node", "alertmanager", "prometheus"}, configured
    for prefix, settings in (("10.89.93", {}), (OTHER["NETWORK"], OTHER)):
        for version, profile, found, asked in every(directory, **settings):
            created = next(call for call in asked if call[:2] == ["network", "create"])
            assert f"{prefix}.0/24" in created and f"{prefix}.1" in created, created
            for name, container in found.items():
                if container.network == "host":
                    continue
                urls = re.findall(r"http://([a-z][\w-]*):", " ".join(container.all("-e", "--env")))
                for asked_for in {*configured, *urls} - {"localhost", "prometheus" if profile == "alone" else ""}:
                    there = found[asked_for].address if asked_for in found and found[asked_for].address else f"{prefix}.1"
                    assert container.hosts.get(asked_for) == there, (version, profile, name, asked_for, container.hosts)
            addresses = [container.address for container in found.values() if container.address]
            assert len(addresses) == len(set(addresses)) and all(address.startswith(prefix + ".") for address in addresses), addresses
            listening = "\n".join(word for container in found.values() if container.network == "host" for word in container.arguments)
            for port in ("9145", "9146", "9100"):
                assert listening.count(f"={prefix}.1:{port}") == 1, (version, profile, port, listening)


def one_evaluates_in_each_profile(directory):
    """Prometheus, or Flatalert with a file to scrape by; and one page about the host."""
    for version, profile, found, _ in every(directory):
        evaluators = [name for name, container in found.items() if "/prometheus:" in container.image or "--monitor.config" in container.text]
        assert evaluators == [{"default": "prometheus", "alone": "alertmanager"}[profile]], (version, profile, evaluators)
        assert '--heartbeat.expect=alertname="Watchdog"' in found["alertmanager"].arguments, (version, profile)
        assert "FLATNET_HOST=flatnet-01" in found[evaluators[0]].all("-e"), (version, profile)
        source = f"PROMETHEUS_URL=http://{evaluators[0]}:{9090 if profile == 'default' else 9093}"
        assert source in found["grafana"].all("-e"), (version, profile)


def what_is_missing_is_said_before_anything_starts(directory):
    """No name of the host: an error that says what to do, and podman is asked for no container. The same for a podman-compose without addresses."""
    for version in VERSIONS:
        for file in FILES.values():
            passed, said, asked = compose(directory, version, file, {"FLATNET_HOST": ""})
            assert not passed and "cp .env.example .env" in said, (version, file, said[-500:])
            assert not [call for call in asked if call[0] in ("create", "run")], (version, file)
    for file in FILES.values():
        passed, said, asked = compose(directory, TOO_OLD, file, {"FLATNET_HOST": "flatnet-01"})
        assert not passed and "1.0.6 or newer is needed" in said and not asked, (file, said[-500:], asked)


def an_empty_secret_stops_its_container(directory):
    """The entries of Flatalert's and Grafana's containers, run here with directories of the test's."""
    for version, profile, found, _ in every(directory):
        for service, program, names in (("alertmanager", "/usr/bin/flatalert", ["slack_url", "smtp_password"]),
                                        ("grafana", "/run.sh", ["grafana_admin_password"])):
            container = found[service]
            mounted = [word for word in container.all("--volume", "-v") if ":/run/secrets/" in word]
            assert sorted(re.findall(r":/run/secrets/(\w+)", " ".join(mounted))) == sorted(names), (version, profile, mounted)
            script = json.loads(container.one("--entrypoint"))[2]
            place = directory / f"secrets-{version}-{profile}-{service}"
            place.mkdir()
            script = script.replace("/run/secrets", str(place)).replace(program, "/bin/echo")

            def run(**contents):
                for name in names:
                    (place / name).write_text(contents.get(name, "a secret\n"))
                done = subprocess.run(["/bin/sh", "-c", script, service, "started"], capture_output=True, text=True, timeout=20)
                return done.returncode, done.stdout, done.stderr
            assert run() == (0, "started\n", ""), (version, profile, service, run())
            assert run(**{names[0]: "no newline"})[0] == 0
            for name in names:
                for nothing in ("", "\n", "  \n"):
                    code, out, said = run(**{name: nothing})
                    assert code == 1 and not out and name in said and "podman-compose up -d" in said, (version, profile, name, nothing, code, said)
                (place / name).unlink()
                (place / name).mkdir()
                done = subprocess.run(["/bin/sh", "-c", script, service, "started"], capture_output=True, text=True, timeout=20)
                assert done.returncode == 1 and name in done.stderr, (name, done)
                (place / name).rmdir()


def start_says_what_lacks(directory):
    """The script start, with stand-ins for podman and podman-compose: what lacks is said before anything is started, and what does not run afterwards."""
    place, tools = directory / "monitoring", directory / "bin"
    shutil.copytree(MONITORING, place, ignore=shutil.ignore_patterns("secrets", ".env", "grafana", "windows"))
    tools.mkdir()
    calls = directory / "calls"
    scripts = {
        "podman": 'case "$1 $2" in "image exists") [ -z "$NO_IMAGE" ];; "container exists") [ "$3" = "$THERE" ];; "logs --tail") echo "it said this";;\n'
                  'inspect*) eval "last=\\${$#}"; [ "$last" = "$ILL" ] && echo "exited 0" || echo "running 0";; esac',
        "podman-compose": 'echo "$@" >>"$CALLS"; exit "${COMPOSE_CODE:-0}"', "id": "echo ${USER_ID:-0}", "sleep": ":"}
    for name, text in scripts.items():
        (tools / name).write_text("#!/bin/sh\n" + text.replace("\\n", "\n") + "\n")
        (tools / name).chmod(0o755)

    def start(*words, **environment):
        calls.write_text("")
        done = subprocess.run([place / "start", *words], capture_output=True, text=True, timeout=60,
                              env={"PATH": f"{tools}:/usr/bin:/bin", "CALLS": str(calls), "TRIES": "2", **environment})
        return done.returncode, done.stdout + done.stderr, calls.read_text()

    def lacks(words, *arguments, started="", **environment):
        code, said, called = start(*arguments, **environment)
        assert code == 1 and words in said and called == started, (words, code, said, called)
    lacks("there is no .env")
    settings = (place / ".env.example").read_text()
    (place / ".env").write_text(settings)
    lacks("FLATNET_HOST has no value")
    (place / ".env").write_text(settings.replace("FLATNET_HOST=", "FLATNET_HOST=flatnet-01"))
    (place / "secrets").mkdir()
    names = ["slack_url", "smtp_password", "grafana_admin_password"]
    for name in names:
        lacks(f"there is no ./secrets/{name}")
        (place / "secrets" / name).write_text(" \n")
        lacks(f"./secrets/{name} is empty")
        (place / "secrets" / name).write_text("a secret\n")
        (place / "secrets" / name).chmod(0o600)
        lacks(f"cannot read ./secrets/{name}")
        (place / "secrets" / name).chmod(0o644)
    lacks("it needs root", USER_ID="1000")
    lacks("podman load", NO_IMAGE="yes")
    lacks("flatnet-host-exporter is there", THERE="flatnet-host-exporter")
    lacks("flatnet-prometheus is there", "alone", THERE="flatnet-prometheus")
    lacks("unknown profile", "both")
    up = "-f podman-compose.yml up -d\n"
    lacks("podman-compose could not", started=up, COMPOSE_CODE="1")
    for name in re.findall("container_name: (.*)", (place / FILES["default"]).read_text()):
        lacks(f"it said this\nstart: {name} is not well", started=up, ILL=name)
    assert start()[0] == 0 and start()[2] == up, start()
    assert start("alone")[2] == "-f podman-compose.alone.yml up -d\n", start("alone")


def every_setting_is_in_the_example(directory):
    """.env.example names each variable of the compose files, with the default that they have, and no other."""
    used = {}
    for file in FILES.values():
        for name, default in re.findall(r"(?<!\$)\$\{(\w+)(?::-([^}]*))?", re.sub(r"\$\$\{", "", (MONITORING / file).read_text())):
            used.setdefault(name, set()).add(default)
    used.pop("COMPOSE_PROJECT_DIR")
    named = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", (MONITORING / ".env.example").read_text(), re.M))
    # Every flag of Flatalert's is a setting as well.
    assert used.keys() <= named.keys() and all(name.startswith("FLATALERT_") for name in named.keys() - used.keys()), used.keys() ^ named.keys()
    for name, defaults in used.items():
        assert len(defaults) == 1, (name, defaults)
        if default := next(iter(defaults)):
            assert named[name] == default, (name, default, named[name])
    for name in ("/monitoring/secrets/", "/monitoring/.env"):
        assert name in (ROOT / ".gitignore").read_text().splitlines(), f"{name} is not ignored by git"


def rules_are_copies(directory):
    """monitoring/prometheus/alerts has rules/*.yml, byte by byte, and nothing else."""
    ours, copies = ROOT / "rules", MONITORING / "prometheus" / "alerts"
    names = {file.name for file in ours.glob("*.yml")}
    assert names == {file.name for file in copies.iterdir()}, (names, sorted(copies.iterdir()))
    different = [name for name in sorted(names) if not filecmp.cmp(ours / name, copies / name, shallow=False)]
    assert not different, f"{', '.join(different)} differ; cp rules/*.yml monitoring/prometheus/alerts/"
    assert not [file for file in copies.iterdir() if file.is_symlink()], "links do not leave the repository"


def the_configurations_are_right(directory):
    """promtool and amtool of Debian, and the binary where there is one."""
    tools = TOOLS / "root" / "usr" / "bin"
    if not (tools / "promtool").exists() or not (tools / "amtool").exists():
        raise Skipped("there is no promtool or amtool; scripts/peers prometheus alertmanager unpacks them")
    prometheus, routing = MONITORING / "prometheus" / "prometheus.yml", MONITORING / "alertmanager" / "alertmanager.yml"
    commands = [[tools / "promtool", "check", "config", prometheus], [tools / "amtool", "check-config", routing]]
    if BINARY:
        commands += [[BINARY, "monitor", "check", prometheus], [BINARY, "check-config", routing]]
        version = subprocess.run([str(BINARY), "--version"], check=True, capture_output=True, text=True).stdout.split()[2].strip(",")
        for file in FILES.values():
            images = re.findall(r"localhost/flatalert:\S+", (MONITORING / file).read_text())
            assert set(images) == {f'localhost/flatalert:${{FLATALERT_VERSION:-{version}}}"'}, (version, images)
    environment = {**os.environ, "FLATNET_HOST": "flatnet-01"}
    for command in commands:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, env=environment)
        assert done.returncode == 0, (command, done.stdout, done.stderr)


TESTS = [each_service_is_limited_and_pinned, nothing_is_open_beyond_the_loopback, names_need_no_server, one_evaluates_in_each_profile,
         what_is_missing_is_said_before_anything_starts, an_empty_secret_stops_its_container, start_says_what_lacks, every_setting_is_in_the_example, rules_are_copies,
         the_configurations_are_right]

if __name__ == "__main__":
    sys.exit(runner.main(TESTS))

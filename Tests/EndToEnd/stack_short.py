"""A copy of monitoring/ for one run of the test: the same files, with seconds for minutes and this test's addresses and secrets."""
import pathlib
import re
import shutil
import sys

from peers import ROOT
from stack_podman import COMPOSE, PEERS
from stack_sinks import PASSWORD, USER

SOURCE = ROOT / "monitoring"
HOST = "flatnet-01"


def seconds_for_minutes(text):
    """Rules: evaluated each second, `for` in seconds where it is minutes, and `keep_firing_for` five. What expressions look back over stays as
    it is, in steps of a second where they are 15 (a Gateway that lived for less than a step has no last success), and `for` is eight seconds at least:
    so long a Prometheus may take to find its targets."""
    text = re.sub(r"^(\s*interval: )\S+$", r"\g<1>1s", text, flags=re.M)
    text = text.replace(":15s]", ":1s]")

    def shorter(found):
        number = int(found[2]) * {"s": 1 / 60, "m": 1, "h": 60}[found[3]]
        return f"{found[1]}5s" if "keep" in found[1] else f"{found[1]}{max(8, round(number))}s"
    return re.sub(r"^(\s*(?:keep_firing_)?for: )(\d+)([smh])$", shorter, text, flags=re.M)


def change(path, *changes):
    """Replaces each pattern, which must be there."""
    path = pathlib.Path(path)
    text = path.read_text()
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text, flags=re.M)
        assert count, f"{path} has nothing like {pattern!r}"
    path.write_text(text)


def only_disk(text, disk):
    """The rules of disks look at the test's disk alone: those of the machine that runs the test may be full."""
    text, count = re.subn(r"(node_filesystem_avail_bytes\{)(fstype!~)", rf'\g<1>mountpoint="{disk}",\2', text)
    assert count == 2, f"{count} rules of disks, not 2"
    return text


def copy(directory, sinks, disk):
    """Returns the copy: secrets, addresses and shortened times in it, the compose files untouched."""
    target = pathlib.Path(directory)
    shutil.copytree(SOURCE, target, symlinks=False, ignore=shutil.ignore_patterns("secrets", ".env"))
    for file in sorted((target / "prometheus" / "alerts").glob("*.yml")):
        text = seconds_for_minutes(file.read_text())
        file.write_text(only_disk(text, disk) if file.name == "host.yml" else text)
    change(target / "prometheus" / "prometheus.yml", (r"\b(scrape_interval|evaluation_interval): *\w+", r"\1: 1s"))
    routing = target / "alertmanager" / "alertmanager.yml"
    change(routing, (r"group_wait: 30s", "group_wait: 9s"), (r"group_wait: 10s", "group_wait: 4s"), (r"group_interval: \w+", "group_interval: 4s"),
           (r"smarthost: .*", f"smarthost: {sinks.address}:{sinks.mail_port}"), (r"auth_username: .*", f"auth_username: {USER}"))
    # The certificate of this mail server is its own.
    text = routing.read_text()
    routing.write_text(re.sub(r"^(\s*)(auth_username: .*)$", r"\1\2\n\1tls_config: {insecure_skip_verify: true}", text, flags=re.M))
    (target / ".env").write_text(f"FLATNET_HOST={HOST}\nGATEWAY_URL=http://{sinks.address}\n")
    secrets = target / "secrets"
    secrets.mkdir(mode=0o700)
    for name, secret in (("slack_url", sinks.slack_url), ("smtp_password", PASSWORD), ("grafana_admin_password", "for this test alone")):
        (secrets / name).write_text(secret + "\n")
        (secrets / name).chmod(0o644)
    return target


def shorten_services(file):
    """Who evaluates says every five seconds what fires, not every minute, and so promises it for twenty; its silence is noticed after sixteen.
    There are fifteen times as many scrapes and evaluations, by a program that is perhaps not optimised: so limits are lifted."""
    change(file, (r"--heartbeat.timeout=\S+", "--heartbeat.timeout=16s"), (r"^    cpus: .*\n", ""), (r"^    mem_limit: .*$", "    mem_limit: 512m"),
           (r"^      - --(config.file=/etc/prometheus|monitor.config=).*$", r"\g<0>\n      - --rules.alert.resend-delay=5s"))


def fake_clock(file, clock):
    """Gives every Flatalert of a compose file a wall clock that the test can set, as `rules.py` does: libfaketime, and a shell before the program,
    for the library hides the arguments of the first process that has it from Swift."""
    home = clock.parent
    home.mkdir()
    home.chmod(0o755)
    clock.write_text("+0\n")
    shutil.copy(PEERS / "usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", home / "libfaketime.so")
    faked = {"LD_PRELOAD": "/clock/libfaketime.so", "FAKETIME_TIMESTAMP_FILE": f"/clock/{clock.name}", "FAKETIME_NO_CACHE": "1",
             "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    sys.path.insert(0, str(COMPOSE["1.6.0"].parent))
    import yaml
    content = yaml.safe_load(file.read_text())
    for service in content["services"].values():
        if "flatalert" in service["image"]:
            service.setdefault("entrypoint", ["/bin/sh", "-c", 'exec /usr/bin/flatalert "$$@"', "flatalert"])
            service["volumes"] = [*service["volumes"], f"{home}:/clock:ro"]
            service["healthcheck"]["test"] = ["CMD", "/bin/sh", "-c", 'exec "$$@"', "check", *service["healthcheck"]["test"][1:]]
            service["environment"] = {**service["environment"], **faked}
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000))

"""A copy of monitoring/ for one run of the test: the same files, with seconds for minutes and this test's addresses and secrets."""
import pathlib
import re
import shutil

from peers import ROOT
from stack_sinks import PASSWORD, USER

SOURCE = ROOT / "monitoring"


def seconds_for_minutes(text):
    """Rules: evaluated each second, `for` and `keep_firing_for` in seconds where they are minutes, but four seconds at least. What expressions look
    back over stays as it is."""
    text = re.sub(r"^(\s*interval: )\S+$", r"\g<1>1s", text, flags=re.M)

    def shorter(found):
        number = int(found[2]) * {"s": 1 / 60, "m": 1, "h": 60}[found[3]]
        return f"{found[1]}{max(4, round(number))}s"
    return re.sub(r"^(\s*(?:keep_firing_)?for: )(\d+)([smh])$", shorter, text, flags=re.M)


def change(path, *changes):
    """Replaces each pattern, which must be there."""
    path = pathlib.Path(path)
    text = path.read_text()
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text, flags=re.M)
        assert count, f"{path} has nothing like {pattern!r}"
    path.write_text(text)


def copy(directory, sinks):
    """Returns the copy: secrets, addresses and shortened times in it, the compose files untouched."""
    target = pathlib.Path(directory)
    shutil.copytree(SOURCE, target, symlinks=False, ignore=shutil.ignore_patterns("secrets", ".env"))
    for file in sorted((target / "prometheus" / "alerts").glob("*.yml")):
        file.write_text(seconds_for_minutes(file.read_text()))
    change(target / "prometheus" / "prometheus.yml", (r"\b(scrape_interval|evaluation_interval): *\w+", r"\1: 1s"))
    routing = target / "alertmanager" / "alertmanager.yml"
    change(routing, (r"group_wait: 30s", "group_wait: 12s"), (r"group_wait: 10s", "group_wait: 4s"), (r"group_interval: \w+", "group_interval: 4s"),
           (r"smarthost: .*", f"smarthost: {sinks.address}:{sinks.mail_port}"), (r"auth_username: .*", f"auth_username: {USER}"))
    # The certificate of this mail server is its own.
    text = routing.read_text()
    routing.write_text(re.sub(r"^(\s*)(auth_username: .*)$", r"\1\2\n\1tls_config: {insecure_skip_verify: true}", text, flags=re.M))
    secrets = target / "secrets"
    secrets.mkdir()
    for name, secret in (("slack_url", sinks.slack_url), ("smtp_password", PASSWORD), ("grafana_admin_password", "for this test alone")):
        (secrets / name).write_text(secret + "\n")
        (secrets / name).chmod(0o644)
    return target

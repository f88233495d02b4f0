"""Checks and tests rules/ with Debian's promtool and amtool and with a binary: both must be content with everything, and disagree nowhere.

Then breaks the rules and the routing, one edit at a time: the tests must fail under both. An edit that no test notices is a rule that is not tested.

Usage: shipped_rules.py BINARY [--quick]
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The messages and who gets them.
ROUTING = "monitoring/alertmanager"
TOOLS = ROOT / ".build-tools/root/usr/bin"
# Texts show local times.
ENVIRONMENT = dict(os.environ, TZ="UTC")
LIMIT_SECONDS = 300

# File, what stands there, what stands there instead, the test files that must notice.
EDITS = [
    ("gateway.yml", 'up{job="gateway"} == 0 or nginx_up', 'up{job="gateway"} == 2 or nginx_up', "gateway-down"),
    ("gateway.yml", 'nginx_up{job="gateway"} == 0', 'nginx_up{job="gateway"} == 2', "gateway-down"),
    ("gateway.yml", ' or absent(up{job="gateway"})', "", "gateway-down"),
    ("gateway.yml", "    for: 1m\n    keep", "    for: 45s\n    keep", "gateway-down"),
    ("gateway.yml", "keep_firing_for: 2m", "keep_firing_for: 1m", "gateway-down"),
    ("gateway.yml", "> 0.05", "> 0.049", "gateway-errors"),
    ("gateway.yml", "> 0.05", "> 0.06", "gateway-errors"),
    ("gateway.yml", ">= 5\n", ">= 1\n", "gateway-errors"),
    ("gateway.yml", 'rate(nginx_http_requests_total{status=~"5.."}', 'rate(nginx_http_requests_total{status=~"[45].."}', "gateway-errors"),
    ("gateway.yml", "[5m])) >= 5\n    for: 5m", "[5m])) >= 5\n    for: 4m", "gateway-errors"),
    ("gateway.yml", "_bucket[5m]))) > 1\n", "_bucket[5m]))) > 0.9\n", "gateway-latency"),
    ("gateway.yml", "_bucket[5m]))) > 1\n", "_bucket[5m]))) > 2\n", "gateway-latency"),
    ("gateway.yml", ">= 20\n", ">= 2\n", "gateway-latency"),
    ("gateway.yml", ">= 20\n    for: 5m", ">= 20\n    for: 6m", "gateway-latency"),
    ("gateway.yml", " unless on (job,instance) nginx_http_request_duration_seconds_count", "", "gateway-latency"),
    ("cni-plugin.yml", 'flatnet_cni_plugin_up{job="cni-plugin"} == 0', 'flatnet_cni_plugin_up{job="cni-plugin"} == 2', "cni-plugin-down"),
    ("cni-plugin.yml", "for: 1m\n", "for: 2m\n", "cni-plugin-down"),
    ("cni-plugin.yml", ' or absent(up{job="cni-plugin"})', "", "cni-plugin-down"),
    ("host.yml", "> 80\n", ">= 80\n", "host"),
    ("host.yml", "> 90\n", ">= 90\n", "host"),
    ("host.yml", "> 90\n", "> 91\n", "host"),
    ("host.yml", "    for: 5m\n    keep", "    for: 4m\n    keep", "host"),
    ("host.yml", "keep_firing_for: 15m", "keep_firing_for: 5m", "host"),
    ("host.yml", "> 90\n      unless on (instance,device,mountpoint) min_over_time(node_filesystem_readonly[1d]) == 1",
     "> 90 and on (instance,device,mountpoint) node_filesystem_readonly == 0", "host"),
    ("host.yml", "|overlay|", "|", "host"),
    ("host.yml", "unless on (instance,device,mountpoint) min_over_time(node_filesystem_readonly[1d]) == 1\n    labels", "\n    labels", "host"),
    ("host.yml", ',mountpoint="/"})\n    for: 5m', ',mountpoint="/"})\n    for: 10m', "host"),
    ("monitoring.yml", "vector(1)", "vector(1) > 1", "monitoring"),
    ("gateway.yml", "Restart-Service OpenResty → 30", "Restart-Service OpenResty → 60", "gateway-messages"),
    ("host.yml", "Windows 側の不要ファイルを削除", "不要ファイルを削除", "host-messages"),
    ("cni-plugin.yml", "[1h:15s]", "[1s:1s]", "cni-plugin-messages"),
    ("gateway.yml", "unless on (job,instance,upstream) flatnet_gateway_upstream_up", "unless on (job,instance,upstream) nothing", "gateway-upstreams"),
    ("gateway.yml", "for: 2m\n    keep_firing_for: 2m", "for: 90s\n    keep_firing_for: 2m", "gateway-upstreams"),
    ("gateway.yml", "_active{job=\"gateway\"} > 400", "_active{job=\"gateway\"} >= 400", "gateway-upstreams"),
    ("gateway.yml", "_stale{job=\"gateway\"} == 1\n    for: 1m", "_stale{job=\"gateway\"} == 1\n    for: 2m", "gateway-upstreams"),
    ("gateway.yml", "log_up{job=\"gateway\"} == 0\n    for: 5m", "log_up{job=\"gateway\"} == 0\n    for: 4m", "gateway-sources"),
    ("gateway.yml", "        or rate(nginx_connections_handled_total{job=\"gateway\"}[15m]) > 2)", ")", "gateway-sources"),
    ("gateway.yml", "handled_total{job=\"gateway\"}[15m]) > 2", "handled_total{job=\"gateway\"}[15m]) > 0", "gateway-sources"),
    ("gateway.yml", ",log=\"access\"} == 1\n", ",log=\"access\"} >= 0\n", "gateway-sources"),
    ("gateway.yml", ">= 20) > 0.1", ">= 20) > 0.099", "gateway-sources"),
    ("gateway.yml", ">= 20) > 0.1", ">= 2) > 0.1", "gateway-sources"),
    ("gateway.yml", "api_up{job=\"gateway\"} == 0 unless on (job,instance) nginx_up{job=\"gateway\"} == 0", "api_up{job=\"gateway\"} == 0", "gateway-sources"),
    ("gateway.yml", "changes(up{job=\"gateway\"}[1h]) >= 6", "changes(up{job=\"gateway\"}[1h]) >= 2", "gateway-sources"),
    ("gateway.yml", "gaps_total{job=\"gateway\"}[1h]) > 0", "gaps_total{job=\"gateway\"}[1h]) > 1.5", "gateway-sources"),
    ("cni-plugin.yml", "> 90\n", ">= 90\n", "cni-plugin-addresses"),
    ("cni-plugin.yml", "> 0.5 <= 0.9", "> 0.3 <= 0.9", "cni-plugin-addresses"),
    ("cni-plugin.yml", "> 0.5 <= 0.9", "> 0.5", "cni-plugin-addresses"),
    ("cni-plugin.yml", "      and predict_linear(flatnet_cni_ip_free{job=\"cni-plugin\"}[20m], 8 * 3600) <= 0\n", "", "cni-plugin-addresses"),
    ("cni-plugin.yml", "failures_total{job=\"cni-plugin\"}[15m]) > 0", "failures_total{job=\"cni-plugin\"}[5m]) > 0", "cni-plugin-addresses"),
    ("cni-plugin.yml", "for: 1h\n", "for: 50m\n", "cni-plugin-addresses"),
    ("cni-plugin.yml", "        - sum by (job,instance) (flatnet_cni_ip_allocation_failures_total{job=\"cni-plugin\"}))[15m:15s]", ")[15m:15s]", "cni-plugin-operations"),
    ("cni-plugin.yml", "status=\"failure\"}[15m])) > 0", "status=\"failure\"}[15m])) > 2", "cni-plugin-operations"),
    ("cni-plugin.yml", "[30m])) >= 5", "[30m])) >= 3", "cni-plugin-operations"),
    ("cni-plugin.yml", "bridge_up{job=\"cni-plugin\"} == 0 and on (job,instance) flatnet_cni_active_containers{job=\"cni-plugin\"} > 0", "bridge_up{job=\"cni-plugin\"} == 0", "cni-plugin-operations"),
    ("cni-plugin.yml", "enabled{job=\"cni-plugin\"} == 0 and on (job,instance) flatnet_cni_active_containers{job=\"cni-plugin\"} > 0", "enabled{job=\"cni-plugin\"} == 0", "cni-plugin-operations"),
    ("host.yml", "_mount_up{job=\"node\"} == 0\n    for: 2m", "_mount_up{job=\"node\"} == 0\n    for: 1m", "host-mounts"),
    ("upstream-names.yml", "sum without (operation,status)", "sum without (status)", "upstream-names"),
]

# What only tests of notifications can notice: promtool does not look at them. What stands there, what stands there instead.
ROUTING_EDITS = [
    ("equal: [host, instance, device, mountpoint]", "equal: [host, instance]"),
    ("""target_matchers: ['component="gateway"', 'severity=~"warning|info"']""", """target_matchers: ['severity=~"warning|critical"']"""),
    ("""source_matchers: ['alertname="GatewayDown"'], target_matchers: ['component""", """source_matchers: ['alertname="Down"'], target_matchers: ['component"""),
    ("group_wait: 10s", "group_wait: 20s"),
    ("receiver: none}", "receiver: ops}"),
    ("group_by: [host, alertname]", "group_by: [host]"),
    ("or .Annotations.summary_ja .Annotations.summary ", "or .Annotations.summary "),
]
EXPORTER_ROUTING_EDITS = [
    (""", 'path="via_gateway"'""", ""),
    ("GatewayRegistrationFailures|SlowCNIOperations", "SlowCNIOperations"),
    ("""'component="cni-plugin"', 'severity=~"warning|info"'""", """'component="cni-plugin"', 'severity="warning"'"""),
    ("""'component="gateway"', 'severity=~"warning|info"'""", """'component="gateway"', 'severity="warning"'"""),
    ("CNIBridgeDown|IPForwardingOff", "IPForwardingOff"),
    ("equal: [host, instance, upstream]", "equal: [host]"),
    (""", 'mountpoint="/mnt/f"'""", """, 'mountpoint="/mnt/c"'"""),
]


def run(*command, cwd):
    result = subprocess.run([str(word) for word in command], cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=LIMIT_SECONDS)
    return result.returncode, result.stdout + result.stderr


def edited(directory, file, old, new):
    path = directory / file
    text = path.read_text()
    if old not in text:
        return False
    path.write_text(text.replace(old, new))
    return True


class Trial:
    """Counts what went wrong."""

    def __init__(self, binary):
        self.tools = [("promtool", [TOOLS / "promtool"]), (binary.name, [binary])]
        self.problems = 0
        self.checks = 0

    def complain(self, text, output=""):
        self.problems += 1
        print(f"FAILED {text}")
        for line in output.strip().splitlines()[:25]:
            print(f"    {line}")

    def command(self, name, words, verb):
        order = ["check", "rules"] if verb == "check" else ["test", "rules"]
        return [*words, *(order if name == "promtool" else order[::-1])]

    def contented(self, directory):
        """Everything is right, and both say so."""
        rules = sorted(path.name for path in directory.glob("*.yml"))
        tests = sorted(path.name for path in (directory / "tests").glob("*.yml"))
        for name, words in self.tools:
            code, output = run(*self.command(name, words, "check"), *rules, cwd=directory)
            self.checks += 1
            if code != 0 or output.count("SUCCESS") != len(rules):
                self.complain(f"{name} check: exit code {code}", output)
            for test in tests:
                code, output = run(*self.command(name, words, "test"), test, cwd=directory / "tests")
                self.checks += 1
                if code != 0 or "SUCCESS" not in output:
                    self.complain(f"{name} test {test}: exit code {code}", output)
        self.explained(directory, rules)
        self.exposed(directory, rules)
        for name, words in [("amtool", [TOOLS / "amtool"]), self.tools[1]]:
            code, output = run(*words, "check-config", "alertmanager.yml", cwd=directory.parent / "monitoring/alertmanager")
            self.checks += 1
            if code != 0:
                self.complain(f"{name} check-config: exit code {code}", output)

    def explained(self, directory, rules):
        """Each alert has a section of the runbooks and says everything in both languages."""
        sections = {line[3:].strip().lower() for line in (ROOT / "docs/runbooks.md").read_text().splitlines() if line.startswith("## ")}
        for file in rules:
            for alert in (directory / file).read_text().split("  - alert: ")[1:]:
                name = alert.split("\n", 1)[0]
                self.checks += 1
                section = re.search(r"^      runbook: docs/runbooks[.]md#(\S+)$", alert, re.MULTILINE)
                if section is None and name != "Watchdog":
                    self.complain(f"{file}: {name} has no runbook")
                elif section and section.group(1) not in sections:
                    self.complain(f"docs/runbooks.md: no section for {name}, \"{section.group(1)}\"")
                keys = set(re.findall(r"^      (\w+):", alert, re.MULTILINE))
                plain = keys & {"summary", "reason", "threshold", "trend", "impact", "check", "first_aid"}
                if missing := {key for key in plain if f"{key}_ja" not in keys} | ({"summary", "impact"} - keys if name != "Watchdog" else set()):
                    self.complain(f"{file}: {name} lacks {', '.join(sorted(missing))} in one language or in both")

    def exposed(self, directory, rules):
        """Every metric that an expression or a text asks for is one that the exporters have."""
        known = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE))
        for file in rules:
            text = (directory / file).read_text()
            asked = set(re.findall(r"\b((?:flatnet|nginx|flatalert|node|process)_\w+)(?=[{\[)%])", text)) - set(re.findall(r"record: (\w+)", text))
            self.checks += 1
            if unknown := sorted(name for name in asked if name not in known and re.sub(r"_(bucket|sum|count)$", "", name) not in known):
                self.complain(f"{file}: docs/metrics.md does not know {', '.join(unknown)}")

    def noticed(self, file, old, new, test, tools):
        """An edit makes the test fail, under each of the tools."""
        with tempfile.TemporaryDirectory() as place:
            directory = pathlib.Path(place) / "rules"
            shutil.copytree(ROOT / "rules", directory)
            shutil.copytree(ROOT / ROUTING, directory.parent / ROUTING)
            what = f"{file}: {old.strip()!r} -> {new.strip()!r}"
            if not edited(directory, file, old, new):
                self.complain(f"{what}: that does not stand there")
                return
            for name, words in tools:
                code, output = run(*self.command(name, words, "test"), f"{test}.yml", cwd=directory / "tests")
                self.checks += 1
                if code == 0 or "FAILED" not in output or "error loading" in output:
                    self.complain(f"{what}: {name} test {test}.yml does not notice, exit code {code}", output)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", help="break nothing")
    arguments = parser.parse_args()
    trial = Trial(arguments.binary.resolve())
    trial.contented(ROOT / "rules")
    if not arguments.quick:
        for file, old, new, test in EDITS:
            trial.noticed(file, old, new, test, trial.tools)
        for old, new in ROUTING_EDITS:
            file = "templates/flatnet.ja.tmpl" if "summary" in old else "alertmanager.yml"
            trial.noticed(f"../{ROUTING}/{file}", old, new, "notifications", trial.tools[1:])
        for old, new in EXPORTER_ROUTING_EDITS:
            trial.noticed(f"../{ROUTING}/alertmanager.yml", old, new, "notifications-exporters", trial.tools[1:])
    edits = 0 if arguments.quick else len(EDITS) + len(ROUTING_EDITS) + len(EXPORTER_ROUTING_EDITS)
    print(f"rules: {trial.checks} runs, {edits} edits, {trial.problems} problems")
    return 1 if trial.problems else 0


if __name__ == "__main__":
    sys.exit(main())

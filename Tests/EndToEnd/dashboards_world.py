"""A small Flatnet whose every panel has something to show: a Gateway under load, container events, alerts that were told, and two evaluators."""
import itertools
import json
import pathlib
import threading
import time
import urllib.parse

import gateway_load as load
from gateway_nginx import Nginx
from gateway_upstreams import Upstreams
from peers import PEERS, ROOT, Flatalert, Process, Webhook, environment_without_proxies, free_port, request, wait_until

FORM = "application/x-www-form-urlencoded"
SCRAPE = 2
SUBNET = {"subnet": "10.87.1.0/24", "gateway": "10.87.1.1", "range_start": "10.87.1.2", "range_end": "10.87.1.254", "host_id": 1, "multihost": False}
ROUTES = """
route: {{receiver: both, group_by: [alertname], group_wait: 0s, group_interval: 1s}}
receivers:
- name: both
  webhook_configs:
  - {{url: '{good}'}}
  - {{url: '{bad}'}}
"""
# A condition that holds at once, beside those of rules/ that hold only after a while.
CRITICAL = """groups:
- name: made up
  interval: 1s
  rules:
  - {alert: DiskSpaceCritical, expr: 'max by (host, instance) (up{job="node"}) == 1', labels: {severity: critical, component: system, mountpoint: /made-up}}
  - {alert: MadeUpNote, expr: vector(1), labels: {severity: info, component: monitoring}}
"""


def ask(url, path, **form):
    """A call of Prometheus's API as Grafana makes it: a posted form."""
    status, answer = request(f"{url}/api/v1/{path}", urllib.parse.urlencode(form, doseq=True).encode(), content_type=FORM)
    assert status == 200 and answer["status"] == "success", (path, form, status, answer)
    return answer["data"]


def get(url, path, **query):
    status, answer = request(f"{url}/api/v1/{path}?{urllib.parse.urlencode(query, doseq=True)}")
    assert status == 200 and answer["status"] == "success", (path, query, status, answer)
    return answer["data"]


class Events(threading.Thread):
    """Lines of the CNI plugin's stand-in: containers come, are looked at and go, some in vain."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.is_over = path, threading.Event()

    def run(self):
        kinds = itertools.cycle([
            ("ADD", "success", 184, {"registration": {"success": 1, "failure": 0}}), ("ADD", "failure", 37, {"error_code": 102, "exit_code": 1}),
            ("CHECK", "success", 12, {}), ("DEL", "success", 61, {"deregistration": {"success": 1, "failure": 0}}),
            ("ADD", "success", 2300, {"registration": {"success": 0, "failure": 1}}), ("DEL", "failure", 90, {"error_code": 5, "exit_code": 1})])
        for number in itertools.count():
            operation, status, duration, more = next(kinds)
            with open(self.path, "a") as log:
                log.write(json.dumps({
                    "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()), "level": "INFO" if status == "success" else "ERROR",
                    "component": "flatnet-cni", "message": f"{operation} {status}", "operation": operation, "status": status, "duration_ms": duration,
                    "container_id": f"{number:064x}", "exit_code": 0, **more}) + "\n")
            if self.is_over.wait(0.2):
                return


class World:
    """Two hosts: flatnet-01 with everything, flatnet-02 with a Gateway that is down. `default` is Prometheus beside Flatalert as its Alertmanager,
    `alone` is Flatalert that scrapes and evaluates by itself."""

    def __init__(self, binary, directory):
        self.binary, self.directory = binary, pathlib.Path(directory)
        self.running = []
        self.visitors = self.events = None
        self.started = time.time()
        self.good, self.bad = Webhook(), Webhook()
        self.bad.fail_with = 400
        self.upstreams = Upstreams()
        self.nginx = Nginx(self.directory / "nginx", upstreams=self.upstreams)

    def start(self):
        self.nginx.start()
        self.files()
        self.exporters()
        self.evaluators()
        return self

    def process(self, name, *arguments):
        made = Process(arguments, self.directory / f"{name}.log", env={**environment_without_proxies(), "TZ": "UTC"})
        self.running.append(made)
        return made

    def files(self):
        directory = self.directory
        containers = {f"{number:064x}": f"10.87.1.{number + 2}" for number in range(40)} | {"f" * 64: "10.99.0.1"}
        (directory / "ipam.json").write_text(json.dumps(SUBNET | {"allocations": containers}, indent=2))
        plugin = directory / "plugin"
        plugin.write_text("#!/bin/sh\necho '{\"cniVersion\":\"1.0.0\",\"supportedVersions\":[\"0.4.0\",\"1.0.0\"]}'\n")
        plugin.chmod(0o755)
        (directory / "net.d").mkdir()
        (directory / "net.d" / "flatnet.conflist").write_text('{"cniVersion": "0.4.0", "name": "flatnet", "plugins": [{"type": "flatnet"}]}')
        (directory / "cni.log").touch()
        rules = directory / "alerts"
        rules.mkdir()
        for file in (ROOT / "rules").glob("*.yml"):
            # The same rules, looked at more often.
            (rules / file.name).write_text(file.read_text().replace("interval: 15s", f"interval: {SCRAPE}s"))
        (rules / "made-up.yml").write_text(CRITICAL)
        states = {"10.100.2.10": {"state": "P2P_ACTIVE", "metadata": {"target_gateway": "10.100.2.1"}, "latency": 12.4, "retry_count": 0},
                  "10.100.3.10": {"state": "GATEWAY_FALLBACK", "metadata": {"target_gateway": "10.100.3.1"}, "latency": 812.4, "retry_count": 2}}
        self.nginx.set("states", states)
        self.nginx.set("failures", {"10.100.3.10": 2})
        self.nginx.set("peers", ["http://10.100.2.1:8080"])
        self.nginx.set("containers", [{"id": "a" * 64, "ip": "10.100.1.12", "hostId": 1, "createdAt": "1768440704", "ttl": 300}])

    def exporters(self):
        self.ports = {name: free_port() for name in ("gateway", "cni", "host", "node", "second", "prometheus")}
        self.at = {name: f"127.0.0.1:{port}" for name, port in self.ports.items()}
        directory, nginx, nowhere = self.directory, self.nginx, f"http://127.0.0.1:{free_port()}"
        self.process(
            "exporters", self.binary, "exporter", "all", *(f"--{name}.listen-address={self.at[name]}" for name in ("gateway", "cni", "host")),
            f"--state.directory={directory / 'state'}", f"--gateway.url={nginx.url}", f"--gateway.access-log={nginx.access_log}",
            f"--gateway.error-log={nginx.error_log}", f"--gateway.error-log.time-zone={nginx.zone}", f"--gateway.registry-log={nginx.registry_log}",
            f"--gateway.nginx-config={nginx.file}", f"--gateway.api-url={nginx.api_url}", f"--gateway.stub-status-url={nginx.url}/stub_status",
            f"--cni.ipam-file={directory / 'ipam.json'}", f"--cni.event-log={directory / 'cni.log'}", f"--cni.plugin={directory / 'plugin'}",
            f"--cni.config-directory={directory / 'net.d'}")
        self.second = self.process(
            "second", self.binary, "exporter", "gateway", f"--web.listen-address={self.at['second']}", f"--state.directory={directory / 'second'}",
            f"--gateway.url={nowhere}", f"--gateway.api-url={nowhere}", *(f"--gateway.{name}=" for name in ("access-log", "error-log", "registry-log",
                                                                                                        "nginx-config", "stub-status-url")))
        self.process("node", PEERS / "prometheus-node-exporter", f"--web.listen-address={self.at['node']}")
        for name in ("gateway", "cni", "host", "second", "node"):
            wait_until(lambda: self.answers(f"http://{self.at[name]}/metrics"), 30, f"the page of {name}")

    @staticmethod
    def answers(url):
        try:
            return request(url)[0] == 200
        except OSError:
            return False

    def monitoring(self, name, jobs, alertmanager=""):
        """A prometheus.yml over the same targets."""
        def job(job, *targets):
            groups = ", ".join(f"{{targets: ['{address}']{f', labels: {{host: {host}}}' if host else ''}}}" for address, host in targets)
            return f"- {{job_name: {job}, static_configs: [{groups}]}}\n"
        one, two = "flatnet-01", "flatnet-02"
        scrapes = job("gateway", (self.at["gateway"], one), (self.at["second"], two)) + job("cni-plugin", (self.at["cni"], one))
        scrapes += "".join(job(key, (address, one if key == "node" else "")) for key, address in jobs.items())
        file = self.directory / f"{name}.yml"
        file.write_text(f"global: {{scrape_interval: {SCRAPE}s, evaluation_interval: {SCRAPE}s, external_labels: {{site: here}}}}\n"
                        f"rule_files: ['{self.directory}/alerts/*.yml']\n{alertmanager}scrape_configs:\n{scrapes}")
        return file

    def evaluators(self):
        routes = ROUTES.format(good=self.good.url, bad=self.bad.url)
        expect = '--heartbeat.expect=alertname="Watchdog"'
        self.router = Flatalert(self.binary, self.directory / "router", routes, extra=[expect])
        port = free_port()
        file = self.monitoring("alone", {"node": self.at["host"], "alertmanager": f"127.0.0.1:{port}"})
        self.alone = Flatalert(self.binary, self.directory / "alone", routes, port=port, extra=[expect, f"--monitor.config={file}"])
        self.running += [self.router, self.alone]
        self.router.ready()
        file = self.monitoring(
            "default", {"node": self.at["node"], "alertmanager": f"127.0.0.1:{self.router.port}", "prometheus": self.at["prometheus"]},
            f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{self.router.port}']}}]}}]}}\n")
        self.process(
            "prometheus", PEERS / "prometheus", f"--config.file={file}", f"--storage.tsdb.path={self.directory / 'tsdb'}",
            f"--web.listen-address={self.at['prometheus']}", "--log.level=error",
            "--rules.alert.resend-delay=5s")
        self.alone.ready()
        wait_until(lambda: self.answers(f"http://{self.at['prometheus']}/-/ready"), 30, "Prometheus")
        # Name of the profile -> (where Prometheus's API is, where Alertmanager's is).
        self.profiles = {"default": (f"http://{self.at['prometheus']}", self.router.url), "alone": (self.alone.url, self.alone.url)}

    def silence(self):
        """One alert that nobody is told of."""
        for _, router in self.profiles.values():
            now = time.time()
            status, answer = request(router + "/api/v2/silences", {
                "matchers": [{"name": "alertname", "value": "MadeUpNote", "isRegex": False, "isEqual": True}], "createdBy": "test", "comment": "test",
                "startsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)), "endsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + 3600))})
            assert status == 200, answer

    def begin(self):
        """People, containers and failures, until `stop`."""
        actions = [
            (load.visit("/ok"), 20), (load.visit("/code/301"), 4), (load.visit("/code/404"), 4), (load.visit("/code/500"), 4),
            (load.visit("/slow/30"), 6), (load.visit("/slow/1200"), 1), (load.visit("/wsl2/"), 6), (load.visit("/fail/refused"), 3),
            (load.visit("/fail/closed"), 2), (load.visit("/warn"), 3), (load.websocket, 1)]
        self.visitors = load.Steadily(self.nginx, actions, pause=0.02).start()
        self.events = Events(self.directory / "cni.log")
        self.events.start()
        self.registry = threading.Thread(target=self.register, daemon=True)
        self.registry.start()

    def register(self):
        while not self.events.is_over.wait(0.5):
            body = json.dumps({"id": "b" * 64, "ip": "10.100.1.13", "hostId": 1, "createdAt": "1768440704"}).encode()
            request(self.nginx.api_url + "/api/containers", body, "POST")
            request(self.nginx.api_url + "/api/containers/" + "b" * 64, method="DELETE")

    def end(self):
        """No more of it; returns what nginx counted."""
        self.events.is_over.set()
        self.visitors.stop()
        self.events.join()
        self.registry.join()
        return self.nginx.settled()

    def close(self):
        if self.visitors:
            self.visitors.stopping.set()
        if self.events:
            self.events.is_over.set()
            self.registry.join()
        for process in self.running:
            process.stop()
        self.nginx.stop()
        self.upstreams.close()
        self.good.close()
        self.bad.close()

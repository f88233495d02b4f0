"""One run of the stack: compose up in a copy of monitoring/, what its parts say, and how it ends."""
import pathlib
import subprocess
import sys
import time
import urllib.parse

from peers import ROOT, request, wait_until
from stack_podman import Compose, continue_all, stop_all
import stack_short

ALERTMANAGER, PROMETHEUS = "http://127.0.0.1:9093", "http://127.0.0.1:9090"
DEADLINE = 60


class Stack:
    """`profile` is "default", where Prometheus evaluates, or "alone", where Flatalert does all."""

    def __init__(self, machine, directory, profile, backend, version, clock=False, disk=None, journal=None):
        self.machine, self.podman, self.sinks, self.profile = machine, machine.podman, machine.sinks, profile
        self.directory = pathlib.Path(directory)
        self.clock = None
        self.podman.use(backend)
        # Podman took it for one of its own, unused, in an earlier run.
        machine.host.network()
        self.files = stack_short.copy(self.directory / "monitoring", self.sinks, disk.directory if disk else "none")
        self.file = self.files / ("podman-compose.yml" if profile == "default" else "podman-compose.alone.yml")
        stack_short.shorten_services(self.file)
        if clock:
            self.clock = self.directory / "clock" / "now"
            stack_short.fake_clock(self.file, self.clock)
        if journal:
            # The volume of Flatalert's data lies in a directory of the test's.
            journal.mkdir()
            journal.chmod(0o777)
            self.podman("volume", "create", "--opt", "type=none", "--opt", "o=bind", "--opt", f"device={journal}", "monitoring_alertmanager_data")
        self.compose = Compose(self.podman, self.file, version)
        self.evaluator = PROMETHEUS if profile == "default" else ALERTMANAGER

    def images(self, binary):
        """Once for all runs: the images outlive them."""
        files = [self.files / name for name in ("podman-compose.yml", "podman-compose.alone.yml")]
        done = subprocess.run([sys.executable, ROOT / "scripts" / "stack-images", binary, *files], capture_output=True, text=True, timeout=180,
                              env=self.podman.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        print("".join(f"        {line}\n" for line in done.stdout.splitlines()), end="", flush=True)

    def up(self, script=False):
        """By podman-compose, or by the script that looks at everything before and after."""
        if script:
            self.script()
        else:
            self.compose("up", "-d")
        wait_until(lambda: self.answers(ALERTMANAGER), DEADLINE, f"Flatalert is ready; {self.state()}")
        wait_until(lambda: self.answers(self.evaluator), DEADLINE, f"the evaluator is ready; {self.state()}")
        return self

    def script(self, code=0):
        done = self.compose.beside("./start", *([] if self.profile == "default" else ["alone"]))
        assert done.returncode == code, (done.returncode, done.stdout[-2000:], done.stderr[-4000:])
        return done.stdout + done.stderr

    def answers(self, url):
        try:
            return request(url + "/-/ready")[0] == 200
        except OSError:
            return False

    def state(self):
        return self.podman("ps", "--all", "--format", "{{.Names}}: {{.Status}}", code=None).stdout.replace("\n", "; ")

    def containers(self):
        return self.podman("ps", "--format", "{{.Names}}").stdout.split()

    # What its parts say

    def ask(self, url, path, **query):
        status, answer = request(f"{url}{path}?{urllib.parse.urlencode(query, doseq=True)}")
        assert status == 200, (url, path, status, answer)
        return answer

    def query(self, expression):
        return self.ask(self.evaluator, "/api/v1/query", query=expression)["data"]["result"]

    def rules(self):
        """State by name of every alerting rule's alerts."""
        found = {}
        for alert in self.ask(self.evaluator, "/api/v1/alerts")["data"]["alerts"]:
            found.setdefault(alert["labels"]["alertname"], []).append(alert)
        return found

    def firing(self, name, **labels):
        return [a for a in self.rules().get(name, []) if a["state"] == "firing" and all(a["labels"].get(k) == v for k, v in labels.items())]

    def alerts(self, name=None, **labels):
        """What Flatalert holds."""
        wanted = {**({"alertname": name} if name else {}), **labels}
        return [a for a in self.ask(ALERTMANAGER, "/api/v2/alerts") if all(a["labels"].get(k) == v for k, v in wanted.items())]

    def heartbeat(self):
        return request(ALERTMANAGER + "/api/flatalert/v1/heartbeat")

    def evaluations(self):
        """The newest time at which each rule group was evaluated."""
        groups = self.ask(self.evaluator, "/api/v1/rules")["data"]["groups"]
        return {group["name"]: group["lastEvaluation"] for group in groups}

    # Waiting

    def until(self, condition, what, seconds=DEADLINE):
        def try_it():
            try:
                return condition()
            except OSError:
                return None
        try:
            return wait_until(try_it, seconds, what)
        except AssertionError as error:
            raise AssertionError(f"{error}; messages: {self.sinks.messages}; faults: {self.sinks.faults}; firing: "
                                 f"{ {n: [a['state'] for a in found] for n, found in self.rules().items()} }") from None

    def until_told(self, name, kind, over=False, since=0):
        return self.until(lambda: self.sinks.of(name, kind, over, since), f"{name} {'over' if over else 'firing'} by {kind}")[0]

    def quiet(self, seconds):
        """Watches until every rule was evaluated for so long after now, by the clock of this machine."""
        end = time.monotonic() + seconds
        before = self.evaluations()
        while time.monotonic() < end:
            time.sleep(0.2)
        self.until(lambda: all(self.evaluations()[name] != moment for name, moment in before.items()), "every rule is evaluated again")

    # Its end

    def freeze(self):
        """Stops every process of every container, as a suspended WSL2 does. Returns them."""
        pids = self.podman.processes(self.containers())
        stop_all(pids)
        return pids

    def thaw(self, pids):
        continue_all(pids)

    def logs(self):
        """What its containers wrote, for a run that failed."""
        for name in self.podman("ps", "--all", "--format", "{{.Names}}", code=None).stdout.split():
            done = self.podman("logs", name, code=None)
            (self.directory / f"{name}.log").write_text(done.stdout + done.stderr)

    def down(self):
        self.compose("down", "-v", "-t", "1", code=None)
        self.podman.clear()

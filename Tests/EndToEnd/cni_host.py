"""A host of its own for CNI plugins: namespaces that end with the test, real plugins in their places, the exporter beside them."""
import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from gateway_exporter import Page
from peers import ROOT, Process, environment_without_proxies, free_port, request, wait_until
from runner import Skipped

PLUGINS = ROOT / ".build-tools" / "root" / "usr" / "lib" / "cni"
INSIDE = "FLATALERT_E2E_NAMESPACES"
BOUNDS = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 20000, 30000]


def enter_namespaces():
    """Runs this script again with a network, mounts and processes of its own, which end with it; what cannot be made is told to each test by
    `need_namespaces`."""
    if os.environ.get(INSIDE):
        return
    namespaces = ["unshare", "--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]
    why = ""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        why = "there is no unshare or no ip"
    elif (tried := subprocess.run([*namespaces, "mount", "-t", "sysfs", "sysfs", "/sys"], capture_output=True, text=True)).returncode:
        why = f"network and mount namespaces cannot be made here: {tried.stderr.strip()}"
    if why:
        os.environ[INSIDE] = f"no: {why}"
        return
    os.environ[INSIDE] = "yes"
    os.execvp("unshare", [*namespaces, sys.executable, *sys.argv])


def need_namespaces():
    said = os.environ.get(INSIDE, "")
    if said != "yes":
        raise Skipped(said.removeprefix("no: "))
    if not (PLUGINS / "bridge").exists():
        raise Skipped("there are no CNI plugins; scripts/peers cni unpacks them")
    if not pathlib.Path("/run/netns/.private").exists():
        # Nothing of this outlives the test: the kernel's view of our own network, and names of namespaces that nobody else sees.
        run("ip", "link", "set", "lo", "up")
        # The new view of devices hides what is mounted in the old one; engines need its control groups.
        groups = pathlib.Path("/sys/fs/cgroup")
        aside = tempfile.mkdtemp(prefix="flatalert-e2e-cgroup-")
        run("mount", "--rbind", groups, aside)
        run("mount", "-t", "sysfs", "sysfs", "/sys")
        run("mount", "--rbind", aside, groups)
        run("umount", "--recursive", aside)
        os.rmdir(aside)
        pathlib.Path("/run/netns").mkdir(exist_ok=True)
        run("mount", "-t", "tmpfs", "tmpfs", "/run/netns")
        # Nobody may write to the usual log, where the tests name another.
        run("mount", "-t", "tmpfs", "tmpfs", "/var/log")
        run("mount", "--make-shared", "/run/netns")
        pathlib.Path("/run/netns/.private").touch()


def run(*command, check=True):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
    assert not check or done.returncode == 0, f"{' '.join(map(str, command))}: {done.stderr.strip()}"
    return done


@dataclasses.dataclass
class Done:
    """What a call of a plugin left behind."""
    code: int
    out: bytes
    err: bytes
    seconds: float

    @property
    def result(self):
        return json.loads(self.out)

    def seen(self):
        """What must be the same with and without the stand-in. Only what the kernel or the plugin draws at random is made equal: hardware
        addresses, the names of host devices, and link-local addresses made of hardware addresses."""
        def plain(text):
            text = re.sub(rb"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", b"MAC", text)
            return re.sub(rb"\bveth[0-9a-f]{8}\b", b"VETH", text)
        return self.code, plain(self.out), plain(self.err)


class Host:
    """Plugins in a directory, one of them `flatnet`; a network's configuration; an event log; the exporter over them."""

    def __init__(self, binary, directory, real, **settings):
        need_namespaces()
        self.binary, self.directory = binary, pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.bin, self.net = self.directory / "bin", self.directory / "net.d"
        self.log = self.directory / "log" / "cni.log"
        for path in (self.bin, self.net):
            path.mkdir(exist_ok=True)
        self.plugin = self.bin / "flatnet"
        shutil.copy2(real, self.plugin)
        self.plugin.chmod(0o755)
        shutil.copy2(PLUGINS / "host-local", self.bin / "host-local")
        self.exporter, self.settings, self.netns = None, settings, []

    # The stand-in

    def shim(self, verb, *flags, code=0):
        done = run(self.binary, "cni-shim", verb, f"--plugin={self.plugin}", *flags, check=False)
        assert done.returncode == code, (verb, done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def install(self):
        self.shim("install", f"--log={self.log}")
        return self

    def events(self, count=None):
        """The lines of the event log; waits until there are so many, which a busy machine may write after the operation's end."""
        def lines():
            return self.log.read_text().splitlines() if self.log.exists() else []
        if count is not None:
            wait_until(lambda: len(lines()) >= count, 10, f"{count} lines in the event log")
            assert len(lines()) == count, (len(lines()), count)
        return [json.loads(line) for line in lines()]

    # Operations

    def environment(self, command, container, netns, ifname="eth0", **more):
        basic = {"PATH": os.environ["PATH"], "CNI_PATH": str(self.bin), "CNI_IFNAME": ifname, "CNI_CONTAINERID": container}
        netns = str(netns) if netns is None or "/" in str(netns) else f"/run/netns/{netns}"
        return basic | ({"CNI_COMMAND": command} if command else {}) | ({"CNI_NETNS": netns} if netns != "None" else {}) | more

    def call(self, command, container, netns, stdin, ifname="eth0", arguments=(), **more):
        """Calls the plugin as libcni does."""
        stdin = stdin if isinstance(stdin, bytes) else json.dumps(stdin).encode()
        started = time.monotonic()
        done = subprocess.run([str(self.plugin), *arguments], input=stdin, capture_output=True, timeout=60, cwd=self.directory,
                              env=self.environment(command, container, netns, ifname, **more))
        return Done(done.returncode, done.stdout, done.stderr, time.monotonic() - started)

    def start(self, command, container, netns, stdin, **more):
        """The same without waiting for its end."""
        child = subprocess.Popen([str(self.plugin)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=self.environment(command, container, netns, **more))
        child.stdin.write(json.dumps(stdin).encode())
        child.stdin.close()
        child.stdin = None
        return child

    def add_netns(self, *names):
        for name in names:
            run("ip", "netns", "add", name)
            self.netns.append(name)

    # The exporter

    def watch(self, **changed):
        """Starts the exporter."""
        self.port = free_port()
        settings = {
            "web.listen-address": f"127.0.0.1:{self.port}", "state.directory": self.directory / "state", "cni.plugin": self.plugin,
            "cni.config-directory": self.net, "cni.event-log": self.log, "cni.ipam-file": self.directory / "allocations.json",
        } | self.settings | {name.replace("__", ".").replace("_", "-"): value for name, value in changed.items()}
        self.arguments = [self.binary, "exporter", "cni", *(f"--{k}={v}" for k, v in settings.items()), "--log.from-beginning"]
        return self.watch_again()

    def watch_again(self):
        self.exporter = Process(self.arguments, self.directory / "exporter.log", env=environment_without_proxies())
        wait_until(self.answers, 20, "the exporter's page")
        return self

    def answers(self):
        assert self.exporter.child.poll() is None, self.exporter.output()
        try:
            return self.page()
        except OSError:
            return None

    def page(self):
        status, text = request(f"http://127.0.0.1:{self.port}/metrics")
        assert status == 200, (status, text)
        return Page(text)

    def close(self, *bridges):
        assert not os.listdir("/var/log"), os.listdir("/var/log")
        if self.exporter:
            self.exporter.stop()
        for name in self.netns:
            run("ip", "netns", "delete", name, check=False)
        for bridge in bridges:
            run("ip", "link", "delete", bridge, check=False)


def assert_events_counted(page, events):
    """Every operation, duration, error and registration of the event log is on the page, and nothing else."""
    for operation in ("ADD", "DEL", "CHECK"):
        own = [event for event in events if event["operation"] == operation]
        for status in ("success", "failure"):
            counted = page["flatnet_cni_operations_total", f"operation={operation}", f"status={status}"]
            assert counted == sum(event["status"] == status for event in own), (operation, status, counted)
        name = "flatnet_cni_operation_duration_seconds"
        assert page[f"{name}_count", f"operation={operation}"] == len(own)
        assert abs(page[f"{name}_sum", f"operation={operation}"] - sum(event["duration_ms"] for event in own) / 1000) < 1e-9
        for bound in BOUNDS:
            below = sum(event["duration_ms"] <= bound for event in own)
            assert page[f"{name}_bucket", f"operation={operation}", f"le={bound / 1000:g}"] == below, (operation, bound)
    failed = [str(event.get("error_code", "none")) for event in events if event["status"] == "failure"]
    for (label,), counted in page.family("flatnet_cni_errors_total").items():
        assert counted == failed.count(label.removeprefix("code=")), (label, counted, failed)
    assert sum(page.family("flatnet_cni_errors_total").values()) == len(failed)
    for operation, key in (("register", "registration"), ("deregister", "deregistration")):
        for status in ("success", "failure"):
            counted = page["flatnet_cni_gateway_registrations_total", f"operation={operation}", f"status={status}"]
            assert counted == sum(event.get(key, {}).get(status, 0) for event in events), (operation, status, counted)
    assert page["flatnet_cni_containers_created_total"] == sum((e["operation"], e["status"]) == ("ADD", "success") for e in events)
    assert page["flatnet_cni_event_log_lines_total", "result=ok"] == len(events)
    assert page["flatnet_cni_event_log_lines_total", "result=unparsed"] == 0

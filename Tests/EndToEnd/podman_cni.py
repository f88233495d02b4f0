#!/usr/bin/env python3
"""Life cycles of real containers: Podman with its CNI backend calls the stand-in before bridge. Usage: podman_cni.py BINARY [NAME …]"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tarfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import podman_unpacked  # noqa: E402
import runner  # noqa: E402
from cni_host import PLUGINS, Host, assert_events_counted, enter_namespaces, need_namespaces, run  # noqa: E402
from podman_unpacked import PEERS  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
BRIDGE = "fa-podman0"


class Podman:
    """Podman and all that it needs, unpacked and not installed; what it keeps lies in a directory of the test's own."""

    def __init__(self, directory, host):
        if not (PEERS / "usr" / "bin" / "podman").exists():
            raise runner.Skipped("there is no podman; scripts/peers podman unpacks it")
        self.directory, self.host = pathlib.Path(directory), host
        # What engines keep in fixed places ends with the test's mounts.
        self.made, self.groups = [], f"flatalert-e2e-{self.directory.parent.name}"
        for place in map(pathlib.Path, ("/run", "/var/lib/cni", "/var/lib/containers")):
            if not place.exists():
                place.mkdir()
                self.made.append(place)
            run("mount", "-t", "tmpfs", "tmpfs", place)
        pathlib.Path("/run/netns").mkdir()
        self.environment = podman_unpacked.prepare(self.directory, "vfs") | {"PATH": f"{PEERS}/usr/bin:{PEERS}/usr/sbin:{os.environ['PATH']}"}
        podman_unpacked.set_network(self.directory, "cni", [host.bin], host.net, default="small")
        self.load_image()

    def close(self):
        """Ends what runs still, and leaves no directory behind; the mounts end with the test's namespace."""
        self("rm", "--force", "--time", "0", "--all", code=None)
        for place in self.made:
            run("umount", "--lazy", place)
            place.rmdir()
        run("find", "/sys/fs/cgroup", "-depth", "-type", "d", "-path", f"*/{self.groups}*", "-exec", "rmdir", "{}", ";", check=False)

    def run(self, *words, code=0):
        return self("run", "--cgroup-parent", f"/{self.groups}", "--network", "small", *words, code=code)

    def load_image(self):
        """An image of one program, made here."""
        archive = self.directory / "image.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(PEERS / "bin" / "busybox", "bin/busybox")
        self("import", "--change", 'ENTRYPOINT ["/bin/busybox"]', archive, "localhost/busybox:test")

    def __call__(self, *words, code=0):
        done = subprocess.run(["podman", *map(str, words)], capture_output=True, text=True, timeout=120, env=self.environment)
        assert code is None or (done.returncode == 0) == (code == 0), (words, done.returncode, done.stdout, done.stderr)
        return done


def life_cycles_are_counted_exactly(directory):
    """Run, stop, start, kill, remove, reload, and starts that fail: as many ADD and DEL as each of them means."""
    need_namespaces()
    host = Host(BINARY, directory, PLUGINS / "bridge", **{"cni.bridge": BRIDGE, "cni.host-local-directory": directory / "ipam" / "small"})
    plugin = {"type": "flatnet", "bridge": BRIDGE, "isGateway": True, "ipMasq": False, "ipam": {
        "type": "host-local", "dataDir": str(directory / "ipam"),
        "ranges": [[{"subnet": "10.87.9.0/24", "rangeStart": "10.87.9.2", "rangeEnd": "10.87.9.9"}]]}}
    (host.net / "10-small.conflist").write_text(json.dumps({"cniVersion": "0.4.0", "name": "small", "plugins": [plugin]}))
    host.install().watch()
    podman = Podman(directory / "podman", host)
    try:
        live(podman, host, directory)
    finally:
        podman.close()
        host.close(BRIDGE)


def live(podman, host, directory):
    assert podman("info", "--format", "{{.Host.NetworkBackend}}").stdout.strip() == "cni"
    expected = collections.Counter()

    def see(active, **changes):
        """What the page says now, against what must have been called until now."""
        expected.update(changes)
        events = host.events(sum(expected.values()))
        told = collections.Counter(
            event["operation"].lower() + ("" if event["status"] == "success" else "_failed") for event in events)
        assert told == expected, (told, expected)
        page = host.page()
        assert_events_counted(page, events)
        assert page["flatnet_cni_ip_allocated"] == active, (page["flatnet_cni_ip_allocated"], active)
        assert page["flatnet_cni_active_containers"] == active and page["flatnet_cni_ip_free"] == 8 - active
        assert page["flatnet_cni_ip_stale_allocations"] == 0

    see(0)
    for number in range(1, 6):
        podman.run("--detach", "--name", f"c{number}", "localhost/busybox:test", "sleep", "600")
        see(number, add=1)
    ip = podman("inspect", "--format", "{{.NetworkSettings.Networks.small.IPAddress}}", "c1").stdout.strip()
    assert host.events()[0]["ip"] == ip and host.events()[0]["container_id"] == podman(
        "inspect", "--format", "{{.Id}}", "c1").stdout.strip()
    podman("stop", "--time", "0", "c1")
    see(4, **{"del": 1})
    podman("start", "c1")
    see(5, add=1)
    podman("kill", "c2")
    podman("wait", "c2", code=None)
    see(4, **{"del": 1})
    podman("rm", "c2")
    see(4)
    podman("network", "reload", "c3")
    see(4, add=1, **{"del": 1})
    podman("network", "disconnect", "small", "c4")
    see(3, **{"del": 1})
    podman("network", "connect", "small", "c4")
    see(4, add=1)
    podman("restart", "--time", "0", "c5")
    see(4, add=1, **{"del": 1})
    podman.run("--rm", "localhost/busybox:test", "true")
    see(4, add=1, **{"del": 1})
    # A plugin that fails: the run fails with its words, and the stand-in is no hindrance.
    (directory / "ipam" / "small" / "last_reserved_ip.0").unlink(missing_ok=True)
    names = [f"f{number}" for number in range(1, 5)]
    for number, name in enumerate(names, 5):
        podman.run("--detach", "--name", name, "localhost/busybox:test", "sleep", "600")
        see(number, add=1)
    failed = podman.run("--name", "over", "localhost/busybox:test", "true", code=1)
    assert "no IP addresses available in range set" in failed.stderr, failed.stderr
    # Podman takes back what failed.
    see(8, add_failed=1, **{"del": 1})
    assert host.page()["flatnet_cni_ip_allocation_failures_total"] == 1
    podman("rm", "over")
    podman("rm", "--force", "--time", "0", "--all")
    see(0, **{"del": 8})
    print(f"        {sum(expected.values())} operations of Podman {podman('--version').stdout.split()[-1]}: {dict(expected)}")


if __name__ == "__main__":
    enter_namespaces()
    sys.exit(runner.main([life_cycles_are_counted_exactly]))

"""Podman of Debian 12, unpacked and not installed, in namespaces of the test's own; and podman-compose before it, in both of its versions."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import podman_unpacked
from cni_host import run
from gateway_nginx import children
from peers import ROOT
from podman_unpacked import PEERS
from runner import Skipped

TOOLS = ROOT / ".build-tools"
PLUGINS = PEERS / "usr" / "lib" / "cni"
# That of Ubuntu 24.04, and the newest.
COMPOSE = {version: TOOLS / f"podman-compose-{version}" / "podman_compose.py" for version in ("1.0.6", "1.6.0")}

# Laid over for the test; what is not there yet is removed again.
PLACES = [pathlib.Path(place) for place in (
    "/run", "/dev/shm", "/var/lib/cni", "/var/lib/containers", "/etc/cni", "/var/lib/flatnet", "/opt/cni", "/mnt/f")]


class Podman:
    """What engines keep in fixed places lies on mounts of the test's own, and ends with them. Images outlive a change of the network backend."""

    def __init__(self, directory):
        for path in ("usr/bin/podman", "usr/lib/podman/netavark", "usr/lib/cni/bridge", "usr/sbin/runc", "usr/bin/conmon"):
            if not (PEERS / path).exists():
                raise Skipped(f"there is no {path}; scripts/peers podman netavark cni unpacks it")
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        self.ids = set()
        for place in PLACES:
            place.mkdir(parents=True, exist_ok=True)
            run("mount", "-t", "tmpfs", "tmpfs", place)
        for place in ("/run/netns", "/etc/cni/net.d", "/var/lib/flatnet/ipam", "/opt/cni/bin"):
            pathlib.Path(place).mkdir()
        # No names can be asked for here; that must be told at once, not after a while.
        (self.directory / "resolv.conf").write_text("nameserver 10.231.0.1\n")
        run("mount", "--bind", self.directory / "resolv.conf", "/etc/resolv.conf")
        # As on a host with systemd; without it podman refuses the bind mounts of the host's root.
        run("mount", "--make-rshared", "/")
        self.driver = self.storage_driver()
        self.environment = podman_unpacked.prepare(self.directory, self.driver) | {
            "PATH": f"{self.iptables()}:{PEERS}/usr/bin:{PEERS}/usr/sbin:{os.environ['PATH']}", "LANG": "C.UTF-8", "TZ": "Asia/Tokyo",
        }

    def iptables(self):
        """The packages leave these names to alternatives, and their extensions are looked for in a fixed place. What conmon calls at a container's
        end has a path of its own, so they are laid over the system's where that can be."""
        bin = self.directory / "bin"
        bin.mkdir()
        for name in ("iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore"):
            (bin / name).write_text(f"#!/bin/sh\nexport XTABLES_LIBDIR={PEERS}/usr/lib/x86_64-linux-gnu/xtables\n"
                                    f"exec {PEERS}/usr/sbin/xtables-nft-multi {name} \"$@\"\n")
            (bin / name).chmod(0o755)
        if self.driver == "overlay":
            run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={bin}:/usr/sbin", "/usr/sbin")
        return bin

    def storage_driver(self):
        """overlay where the kernel takes one here, for vfs copies every image for every container."""
        tried = self.directory / "overlay"
        for name in ("lower", "upper", "work", "merged"):
            (tried / name).mkdir(parents=True)
        done = run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={tried}/lower,upperdir={tried}/upper,workdir={tried}/work",
                   tried / "merged", check=False)
        run("umount", tried / "merged", check=False)
        return "vfs" if done.returncode else "overlay"

    def use(self, backend):
        """netavark, or CNI with the bridge plugin and without dnsname."""
        self.backend = backend
        networks = "/etc/cni/net.d" if backend == "cni" else self.directory / "networks"
        podman_unpacked.set_network(self.directory, backend, [PLUGINS, "/opt/cni/bin"], networks)
        assert self("info", "--format", "{{.Host.NetworkBackend}}").stdout.strip() == backend
        return self

    def __call__(self, *words, code=0, seconds=120):
        done = subprocess.run(["podman", *map(str, words)], capture_output=True, text=True, timeout=seconds, env=self.environment)
        assert code is None or (done.returncode == 0) == (code == 0), (words, done.returncode, done.stdout, done.stderr)
        return done

    def inspect(self, name):
        return json.loads(self("inspect", name).stdout)[0]

    def processes(self, names):
        """The process IDs of containers, an init's children too."""
        found = []
        for name in names:
            first = self.inspect(name)["State"]["Pid"]
            assert first > 0, f"{name} does not run"
            found.append(first)
        for pid in found:
            found += children(pid)
        return found

    def clear(self):
        """Ends and removes all containers, pods, volumes and networks that this Podman has."""
        self.ids |= set(self("ps", "--all", "--quiet", "--no-trunc", code=None).stdout.split())
        for words in (("rm", "--force", "--time", "0", "--all", "--volumes"), ("pod", "rm", "--force", "--all"), ("volume", "prune", "--force"),
                      ("network", "prune", "--force")):
            self(*words, code=None)

    def close(self):
        """Ends what runs; the mounts end with the test's namespaces, and `Leftovers` takes the rest."""
        self.clear()


class Leftovers:
    """What outlives namespaces that were killed: empty directories that were mounted over, control groups, and the test's files."""

    def __init__(self):
        self.places = [place for place in PLACES if not place.exists()]
        self.groups = self.find()
        self.files = tempfile.mkdtemp(prefix="flatalert-e2e-stack-")
        os.environ["TMPDIR"] = self.files

    @staticmethod
    def find():
        """Each control group of Podman's, in every hierarchy."""
        parents = subprocess.run(["find", "/sys/fs/cgroup", "-maxdepth", "3", "-name", "libpod_parent"], capture_output=True, text=True).stdout.split()
        return {*parents, *(str(child) for parent in parents for child in pathlib.Path(parent).iterdir() if child.is_dir())}

    def clear(self, all):
        """`all`: the files of tests that failed, too."""
        for group in sorted(self.find() - self.groups, key=len, reverse=True):
            if os.path.isdir(group):
                subprocess.run(["find", group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"], capture_output=True)
        for place in self.places:
            for empty in (place, place.parent):
                try:
                    empty.rmdir()
                except OSError:
                    break
        if all:
            shutil.rmtree(self.files, ignore_errors=True)
        elif not os.listdir(self.files):
            os.rmdir(self.files)


class Compose:
    """One project: a compose file, and the podman-compose that runs it."""

    def __init__(self, podman, file, version, project="monitoring"):
        self.podman, self.file, self.project = podman, pathlib.Path(file), project
        self.program = COMPOSE[version]
        if not self.program.exists():
            raise Skipped(f"there is no podman-compose {version}; scripts/peers compose gets it")
        self.version = version
        self.environment = {**podman.environment, "PYTHONPATH": str(self.program.parent)}

    def __call__(self, *words, code=0, seconds=90):
        command = [sys.executable, str(self.program), "-p", self.project, "-f", self.file.name, *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, env=self.environment, cwd=self.file.parent)
        assert code is None or (done.returncode == 0) == (code == 0), (words, done.returncode, done.stdout[-3000:], done.stderr[-5000:])
        return done

    def beside(self, *command, seconds=120):
        """Runs something of the stack's directory that finds this podman-compose in its path."""
        bin = self.podman.directory / f"compose-{self.version}"
        if not bin.exists():
            bin.mkdir()
            (bin / "podman-compose").write_text(f'#!/bin/sh\nexec {sys.executable} {self.program} "$@"\n')
            (bin / "podman-compose").chmod(0o755)
        environment = {**self.environment, "PATH": f"{bin}:{self.environment['PATH']}"}
        return subprocess.run(command, capture_output=True, text=True, timeout=seconds, env=environment, cwd=self.file.parent)


def stop_all(pids):
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)


def continue_all(pids):
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


class Stages:
    """Where the time goes: prints how long each stage took."""

    def __init__(self):
        self.last = time.monotonic()

    def __call__(self, words):
        now = time.monotonic()
        print(f"        {now - self.last:5.1f} s  {words}", flush=True)
        self.last = now

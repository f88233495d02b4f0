"""What `make dist` made, on bare Debian 12 roots: the tarball, the package, the image. Usage: artefacts.py DIST [TEST …]

Needs root and mmdebstrap; a root is made once and kept in .build-tools. Everything listens on loopback in a network namespace of its own.
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tarfile
import time

import runner

DIST = pathlib.Path(sys.argv[1]).resolve()
TOOLS = pathlib.Path(__file__).resolve().parents[2] / ".build-tools"
BARE = TOOLS / "bare.tar"
#: What Debian's own tools need to unpack a package's dependencies, and nothing of ours.
SUITE = "bookworm"
CURL = ["libcurl4", "ca-certificates", "tzdata"]


def artefact(pattern):
    found = sorted(DIST.glob(pattern))
    assert len(found) == 1, f"{DIST} has {len(found)} files like {pattern}; make dist"
    return found[0]


def run(*command, check=True, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def bare_root(directory, extra=()):
    """A root as a new machine has it: Debian's smallest, no compiler, no -dev packages, no libcurl; `extra` packages on top."""
    if os.geteuid() != 0 or not shutil.which("mmdebstrap"):
        raise runner.Skipped("needs root and mmdebstrap (apt-get install mmdebstrap)")
    archive = TOOLS / f"bare-{'-'.join(extra)}.tar" if extra else BARE
    if not archive.exists():
        TOOLS.mkdir(exist_ok=True)
        part = archive.with_suffix(".part.tar")
        run("mmdebstrap", "--variant=minbase", *([f"--include={','.join(extra)}"] if extra else []), SUITE, part)
        part.rename(archive)
    root = directory / "root"
    root.mkdir()
    run("tar", "-xf", archive, "-C", root, "--exclude=./dev/*")
    for device in ("null", "urandom", "random", "zero"):
        target = root / "dev" / device
        kind = os.stat(f"/dev/{device}")
        os.mknod(target, kind.st_mode, kind.st_rdev)
    return root


class Inside:
    """A program inside a root, in a network namespace of its own, ended at the close."""

    def __init__(self, root, *command, user=None, read_only=False, writable=()):
        script = ["ip link set lo up"]
        if read_only:
            script.append(f"mount --bind {root} {root} && mount -o remount,bind,ro {root}")
        for folder in writable:
            script.append(f"mount -t tmpfs -o mode=0777 none {root}/{folder}")
        script.append(f"mount -t proc none {root}/proc")
        chroot = ["chroot"] + ([f"--userspec={user}"] if user else []) + [str(root)]
        script.append("exec " + " ".join(chroot + list(command)))
        self.log = open(f"{root}.log", "a+")
        self.process = subprocess.Popen(
            ["unshare", "--net", "--mount", "--fork", "--kill-child", "sh", "-c", " && ".join(script)], stdout=self.log, stderr=self.log)

    def again(self, *command):
        """Runs another command in the same namespaces and root."""
        child = int(run("pgrep", "-P", self.process.pid).stdout.split()[0])
        return run("nsenter", f"--target={child}", "--net", "--mount", f"--root=/proc/{child}/root", *command, check=False)

    def until(self, what, *command):
        deadline = time.monotonic() + 30
        while True:
            if self.process.poll() is not None:
                break
            try:
                done = self.again(*command)
                if what(done):
                    return done
            except (AssertionError, IndexError):
                pass
            if time.monotonic() > deadline:
                break
            time.sleep(0.2)
        self.log.seek(0)
        raise AssertionError(f"{' '.join(command)} did not come to it:\n{self.log.read()}")

    def close(self):
        # A program that runs as another user does not get --kill-child's signal: the kernel forgets it when the user changes.
        for child in run("pgrep", "-P", self.process.pid, check=False).stdout.split():
            os.kill(int(child), signal.SIGTERM)
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def sums(directory):
    """SHA256SUMS names every artefact, with its sum."""
    listed = dict(reversed(line.split("  ")) for line in (DIST / "SHA256SUMS").read_text().splitlines())
    there = {path.name for path in DIST.iterdir()} - {"SHA256SUMS"}
    assert set(listed) == there, (sorted(listed), sorted(there))
    for name, sum_ in listed.items():
        assert hashlib.sha256((DIST / name).read_bytes()).hexdigest() == sum_, name


def unpack(root):
    run("tar", "-xzf", artefact("*.tar.gz"), "-C", root / "opt")
    return next((root / "opt").iterdir()).name


def tarball_without_libcurl(directory):
    """It starts on the barest root, says what is missing for sending, and serves."""
    root = bare_root(directory)
    name = unpack(root)
    assert not (root / "usr/bin/cc").exists() and not list(root.glob("usr/lib/x86_64-linux-gnu/libcurl*"))
    inside = Inside(root, f"/opt/{name}/bin/flatalert", "serve", "--storage.path=/var/lib/flatalert")
    try:
        # The client commands need libcurl as well; the shell does not.
        asks = "exec 3<>/dev/tcp/127.0.0.1/9093; printf 'GET /-/healthy HTTP/1.0\\r\\n\\r\\n' >&3; head -1 <&3"
        inside.until(lambda done: " 200 " in done.stdout, "bash", "-c", asks)
        log = pathlib.Path(inside.log.name).read_text()
        assert "libcurl" in log, log
        version = inside.again(f"/opt/{name}/bin/amtool", "--version")
        assert "amtool" in version.stdout, version
    finally:
        inside.close()


def tarball_sends(directory):
    """With the three packages that INSTALL names a message arrives."""
    root = bare_root(directory, CURL)
    name = unpack(root)
    (root / "etc/flatalert").mkdir()
    (root / "etc/flatalert/alertmanager.yml").write_text(
        "route: {receiver: hook, group_wait: 0s}\nreceivers: [{name: hook, webhook_configs: [{url: 'http://127.0.0.1:9095/'}]}]\n")
    program = f"/opt/{name}/bin/flatalert"
    inside = Inside(
        root, program, "serve", "--config.file=/etc/flatalert/alertmanager.yml", "--storage.path=/var/lib/flatalert")
    try:
        inside.until(lambda done: done.returncode == 0, program, "health")
        child = int(run("pgrep", "-P", inside.process.pid).stdout.split()[0])
        sink = subprocess.Popen(
            ["nsenter", f"--target={child}", "--net", sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True)
        try:
            assert sink.stdout.readline() == "ready\n"
            inside.again(program, "alert", "add", "Bare", "severity=critical")
            body = json.loads(sink.stdout.readline())
            assert body["alerts"][0]["labels"] == {"alertname": "Bare", "severity": "critical"}, body
        finally:
            sink.kill()
            sink.wait()
    finally:
        inside.close()


SINK = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200); self.end_headers()
        print(body.decode().replace(chr(10), " "), flush=True)
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 9095), Handler)
print("ready", flush=True)
server.serve_forever()
"""


def package(directory):
    """The package installs where its dependencies are, brings its unit, manual pages and completions, and goes again."""
    root = bare_root(directory, CURL + ["libstdc++6"])
    deb = artefact("*.deb")
    shutil.copy(deb, root / "tmp/flatalert.deb")
    run("chroot", root, "dpkg", "-i", "/tmp/flatalert.deb")
    for path in ("usr/bin/flatalert", "lib/systemd/system/flatalert.service", "usr/share/man/man1/flatalert-serve.1.gz", "etc/default/flatalert"):
        assert (root / path).exists(), path
    unit = (root / "lib/systemd/system/flatalert.service").read_text()
    assert "ExecStart=/usr/bin/flatalert serve" in unit, unit
    inside = Inside(root, "/usr/bin/flatalert", "serve", "--storage.path=/var/lib/flatalert")
    try:
        inside.until(lambda done: done.returncode == 0, "/usr/bin/flatalert", "health")
    finally:
        inside.close()
    run("chroot", root, "dpkg", "-r", "flatalert")
    assert not (root / "usr/bin/flatalert").exists()
    assert (root / "etc/default/flatalert").exists(), "a removed package keeps its settings until it is purged"


def image(directory):
    """The image's files run as nobody on a read-only root with /data alone to write to, know zones, and its digests are right."""
    if os.geteuid() != 0:
        raise runner.Skipped("needs root")
    root = directory / "root"
    root.mkdir()
    archive = directory / "archive"
    archive.mkdir()
    with tarfile.open(artefact("*-oci-*.tar")) as tar:
        tar.extractall(archive, filter="fully_trusted") if hasattr(tarfile, "fully_trusted_filter") else tar.extractall(archive)
    blobs = archive / "blobs/sha256"
    for path in blobs.iterdir():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    manifest = json.loads((archive / "index.json").read_text())["manifests"][0]
    content = json.loads((blobs / manifest["digest"].split(":")[1]).read_text())
    settings = json.loads((blobs / content["config"]["digest"].split(":")[1]).read_text())
    assert settings["config"]["User"] == "65534:65534" and settings["config"]["Cmd"][0] == "serve", settings
    run("tar", "-xzf", blobs / content["layers"][0]["digest"].split(":")[1], "-C", root)
    (root / "proc").mkdir()
    (root / "dev").mkdir()
    (root / "etc/flatalert/alertmanager.yml").write_text(
        "route: {receiver: none}\nreceivers: [{name: none}]\n"
        "time_intervals: [{name: night, time_intervals: [{location: Asia/Tokyo, times: [{start_time: '22:00', end_time: '24:00'}]}]}]\n")
    program = settings["config"]["Entrypoint"][0]
    inside = Inside(
        root, program, *settings["config"]["Cmd"], "--config.file=/etc/flatalert/alertmanager.yml", user="65534:65534", read_only=True,
        writable=["data"])
    try:
        inside.until(lambda done: done.returncode == 0, program, "health")
        log = pathlib.Path(inside.log.name).read_text()
        assert "Outgoing HTTP may not work" not in log, log
        checked = inside.again(program, "doctor")
        assert "https" in checked.stdout, checked.stdout + checked.stderr
    finally:
        inside.close()


if __name__ == "__main__":
    sys.exit(runner.main([sums, tarball_without_libcurl, tarball_sends, package, image]))

#!/usr/bin/env python3
"""Writes an OCI archive of a program with its libraries, for podman load. Usage: oci.py BINARY VERSION ARCHITECTURE FILE

One layer: the program, every library that it or libcurl is bound to, the certificate authorities and the zone data of this machine, and a
shell, by which Podman's older composers call health checks. The same files give the same bytes. Nothing in it must be written to but the
volume /data.
"""
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile

STAMP = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
# 9 for what is published; tests that load the archive at once take less.
COMPRESSION = int(os.environ.get("OCI_COMPRESSION", "9"))
USER = "65534:65534"


def libraries(path):
    """The files that a program or library is bound to, by the names under which the loader looks for them."""
    text = subprocess.run(["ldd", path], check=True, capture_output=True, text=True).stdout
    missing = re.findall(r"(\S+) => not found", text)
    if missing:
        sys.exit(f"oci.py: {path} needs {', '.join(missing)}, which this machine lacks")
    return {found for found in re.findall(r"(?:=> |^\s+)(/\S+) \(", text, re.M)}


def find(soname):
    """Where the loader finds a library."""
    text = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    found = re.search(rf"^\s*{re.escape(soname)} .*=> (\S+)$", text, re.M)
    if not found:
        sys.exit(f"oci.py: there is no {soname} here; install libcurl4")
    return found.group(1)


class Layer:
    """A tar of files, in order, with equal times and owners."""

    def __init__(self):
        self.buffer = io.BytesIO()
        self.tar = tarfile.open(fileobj=self.buffer, mode="w", format=tarfile.PAX_FORMAT)
        self.seen = set()

    def add(self, name, kind, mode, data=b"", link="", owner=0):
        name = name.strip("/")
        if not name or name in self.seen:
            return
        self.folder(os.path.dirname(name))
        self.seen.add(name)
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode, entry.mtime, entry.size, entry.linkname = kind, mode, STAMP, len(data), link
        entry.uid = entry.gid = owner
        self.tar.addfile(entry, io.BytesIO(data))

    def folder(self, name, mode=0o755, owner=0):
        self.add(name, tarfile.DIRTYPE, mode, owner=owner)

    def file(self, name, source, mode=0o644):
        with open(source, "rb") as stream:
            self.add(name, tarfile.REGTYPE, mode, stream.read())

    def text(self, name, text):
        self.add(name, tarfile.REGTYPE, 0o644, text.encode())

    def link(self, name, target):
        self.add(name, tarfile.SYMTYPE, 0o777, link=target)

    def finish(self):
        self.tar.close()
        return self.buffer.getvalue()


def layer(binary):
    content = Layer()
    content.file("usr/bin/flatalert", binary, 0o755)
    for name in ("alertmanager", "amtool"):
        content.link(f"usr/bin/{name}", "flatalert")
    curl = find("libcurl.so.4")
    shell = os.path.realpath("/bin/sh")
    for path in sorted(libraries(binary) | libraries(curl) | libraries(shell) | {curl}):
        # The loader looks in /lib and /usr/lib; its own path is fixed in the program.
        target = path if "ld-linux" in path else f"usr/lib/{os.path.basename(path)}"
        content.file(target, os.path.realpath(path), 0o755)
    content.file("bin/sh", shell, 0o755)
    content.file("etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/ca-certificates.crt")
    zones = "/usr/share/zoneinfo"
    for directory, folders, files in os.walk(zones):
        folders[:] = sorted(set(folders) - {"right", "posix"})
        for name in sorted(files):
            source = os.path.join(directory, name)
            with open(source, "rb") as stream:
                if stream.read(4) != b"TZif":
                    continue
            if os.path.islink(source) and os.path.realpath(source).startswith(zones):
                content.link(source, os.path.relpath(os.path.realpath(source), directory))
            else:
                content.file(source, source)
    content.text("etc/passwd", "root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n")
    content.text("etc/group", "root:x:0:\nnogroup:x:65534:\n")
    content.text("etc/nsswitch.conf", "hosts: files dns\n")
    content.folder("etc/flatalert")
    content.folder("data", 0o750, owner=65534)
    content.folder("tmp", 0o1777)
    return content.finish()


def main():
    binary, version, architecture, target = sys.argv[1:]
    plain = layer(binary)
    packed = gzip.compress(plain, COMPRESSION, mtime=STAMP)
    created = subprocess.run(["date", "-u", "-d", f"@{STAMP}", "+%Y-%m-%dT%H:%M:%SZ"], check=True, capture_output=True, text=True).stdout.strip()
    configuration = {
        "created": created,
        "architecture": architecture,
        "os": "linux",
        "config": {
            "User": USER,
            "ExposedPorts": {"9093/tcp": {}, "9145/tcp": {}, "9146/tcp": {}, "9100/tcp": {}},
            "Env": ["PATH=/usr/bin", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],
            "Entrypoint": ["/usr/bin/flatalert"],
            "Cmd": ["serve", "--storage.path=/data"],
            "Volumes": {"/data": {}},
            "WorkingDir": "/data",
            "StopSignal": "SIGTERM",
            "Labels": {"org.opencontainers.image.title": "flatalert", "org.opencontainers.image.version": version},
        },
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(plain).hexdigest()]},
        "history": [{"created": created, "created_by": "scripts/dist"}],
    }
    blobs = {}

    def blob(kind, data):
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(data)}

    manifest = blob("manifest.v1+json", json.dumps({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob("config.v1+json", json.dumps(configuration, sort_keys=True).encode()),
        "layers": [blob("layer.v1.tar+gzip", packed)],
    }, sort_keys=True).encode())
    manifest["annotations"] = {
        "org.opencontainers.image.ref.name": f"localhost/flatalert:{version}",
        "io.containerd.image.name": f"localhost/flatalert:{version}",
    }
    archive = Layer()
    archive.text("oci-layout", '{"imageLayoutVersion": "1.0.0"}')
    archive.text("index.json", json.dumps({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [manifest]}, sort_keys=True))
    for digest, data in sorted(blobs.items()):
        archive.add(f"blobs/sha256/{digest}", tarfile.REGTYPE, 0o644, data)
    with open(target, "wb") as stream:
        stream.write(archive.finish())
    print(f"image localhost/flatalert:{version}: {len(plain) / 1e6:.1f} MB unpacked, {len(packed) / 1e6:.1f} MB packed")


if __name__ == "__main__":
    main()

"""What a Flatnet host has around the stack: Windows as another machine with the Gateway on it, its files below /mnt/f, the CNI plugin's files."""
import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import urllib.error
import urllib.request

from cni_host import run
from gateway_namespace import within
from gateway_nginx import API, LIBRARIES, SHIPPED_FORMAT, TREE, TRUTH, BUCKETS, Nginx
from gateway_upstreams import Upstreams
from stack_podman import PLUGINS

WINDOWS, WSL = "10.231.0.1", "10.231.0.9"
WINDOWS_NAMESPACE = "windows"
FILES = pathlib.Path("/mnt/f/flatnet")


class Gateway(Nginx):
    """The Gateway on Windows: the ports and files that a Flatnet host has, one upstream in WSL2."""

    def __init__(self, upstreams):
        ports = {"gateway": 80, "api": 8080, "control": 8099}
        super().__init__(FILES / "config", address=WINDOWS, ports=ports, upstreams=upstreams, namespace=WINDOWS_NAMESPACE)
        (FILES / "logs").mkdir()
        (FILES / "openresty" / "logs").mkdir(parents=True)
        self.access_log, self.error_log = (FILES / "logs" / f"{name}.log" for name in ("access", "error"))
        self.registry_log = FILES / "openresty" / "logs" / "api_access.log"

    def configure(self):
        lua = self.directory / "lua"
        lua.mkdir(exist_ok=True)
        (lua / "truth.lua").write_text(TRUTH % {"bounds": ", ".join(map(str, BUCKETS))})
        (lua / "api.lua").write_text(API)
        shutil.copy(SHIPPED_FORMAT, self.directory / "log-format.conf")
        name = self.log_format()[1]
        temporary = "\n".join(f"    {kind}_temp_path {self.directory}/temp_{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.file.write_text(f"""
load_module {TREE}/usr/lib/nginx/modules/ndk_http_module.so;
load_module {TREE}/usr/lib/nginx/modules/ngx_http_lua_module.so;
user root root;
daemon off;
worker_processes 1;
pid {self.directory}/nginx.pid;
error_log {self.error_log} info;
events {{ worker_connections 1024; }}
http {{
    lua_package_path "{lua}/?.lua;{TREE}/usr/share/lua/5.1/?.lua;;";
    lua_package_cpath "{LIBRARIES}/lua/5.1/?.so;;";
    lua_shared_dict truth 4m;
    lua_shared_dict registry 4m;
{temporary}
    include {self.directory}/log-format.conf;
    access_log {self.access_log} {name};
    upstream wsl2_backend {{ server {self.upstreams.backend_address}; }}
    server {{
        listen {WINDOWS}:80 default_server;
        location = /health {{ access_log off; default_type text/plain; return 200 "OK\\n"; }}
        location = /stub_status {{ access_log off; stub_status; }}
        location = /broken {{ return 500 "broken\\n"; }}
        location / {{ proxy_pass http://wsl2_backend; }}
    }}
    server {{
        listen {WINDOWS}:8080;
        access_log {self.registry_log};
        location /api/containers {{ content_by_lua_block {{ require("api").containers() }} }}
        location = /api/status {{ content_by_lua_block {{ require("api").status() }} }}
        location = /api/escalation/states {{ content_by_lua_block {{ require("api").states() }} }}
        location = /api/healthcheck/status {{ content_by_lua_block {{ require("api").healthcheck() }} }}
        location = /api/health {{ access_log off; return 200 "OK\\n"; }}
    }}
    server {{
        listen {WINDOWS}:8099;
        access_log off;
        location = /truth {{ content_by_lua_block {{ require("truth").say() }} }}
    }}
}}
""")

    def kill(self):
        """The master and its workers, which would go on without it."""
        workers = self.worker_pids()
        super().kill()
        for pid in workers:
            os.kill(pid, signal.SIGKILL)

    def ask_many(self, path, count):
        """That many requests from WSL2; returns how many were answered with 200."""
        def one(_):
            try:
                with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://{WINDOWS}{path}", timeout=20) as answer:
                    return answer.status == 200
            except urllib.error.HTTPError:
                return False
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            return sum(pool.map(one, range(count)))


class FlatnetHost:
    """This namespace as WSL2, one hop from Windows; nothing of it outlives the test."""

    def __init__(self):
        (FILES / "config").mkdir(parents=True)
        run("ip", "netns", "add", WINDOWS_NAMESPACE)
        run("ip", "-n", WINDOWS_NAMESPACE, "link", "set", "lo", "up")
        run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", WINDOWS_NAMESPACE)
        for inside, address in (((), WSL), (("-n", WINDOWS_NAMESPACE), WINDOWS)):
            run("ip", *inside, "address", "add", f"{address}/24", "dev", "eth0")
            run("ip", *inside, "link", "set", "eth0", "up")
        run("ip", "route", "add", "default", "via", WINDOWS)
        self.upstreams = Upstreams(WSL)
        self.gateway = Gateway(self.upstreams).start()
        self.plugin()

    def plugin(self):
        """The CNI plugin as Flatnet installs it, with a network and no container on it."""
        shutil.copy2(PLUGINS / "bridge", "/opt/cni/bin/flatnet")
        os.chmod("/opt/cni/bin/flatnet", 0o755)
        self.network()
        pathlib.Path("/var/lib/flatnet/ipam/allocations.json").write_text(json.dumps({
            "subnet": "10.87.1.0/24", "gateway": "10.87.1.1", "range_start": "10.87.1.2", "range_end": "10.87.1.254", "host_id": 1,
            "multihost": False, "allocations": {}}))
        log = pathlib.Path("/var/log/flatnet/cni.log")
        log.parent.mkdir(exist_ok=True)
        log.touch()

    @staticmethod
    def network():
        pathlib.Path("/etc/cni/net.d/flatnet.conflist").write_text(json.dumps({
            "cniVersion": "0.4.0", "name": "flatnet", "plugins": [{"type": "flatnet", "bridge": "flatnet-br0", "ipam": {
                "type": "flatnet-ipam", "subnet": "10.87.1.0/24", "gateway": "10.87.1.1"}}]}))

    def within_windows(self, function, *arguments):
        return within(WINDOWS_NAMESPACE, function, *arguments)

    def close(self):
        if self.gateway.process.child.poll() is None:
            self.gateway.process.stop()
        self.upstreams.stop_backend()


class Disk:
    """A small filesystem in a file, mounted; the loop device goes with the mount."""

    def __init__(self, directory, megabytes=64):
        self.directory = pathlib.Path(directory)
        image = self.directory.with_suffix(".img")
        self.directory.mkdir(parents=True)
        with open(image, "wb") as file:
            file.truncate(megabytes << 20)
        # An exporter that is nobody must be able to look at it.
        for parent in (self.directory.parent, self.directory.parent.parent):
            parent.chmod(0o755)
        run("mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", image)
        run("mount", "-o", "loop", image, self.directory)
        # Podman's volumes keep the owner of a directory that is mounted into them.
        self.directory.chmod(0o777)

    def used(self):
        found = os.statvfs(self.directory)
        return 100 * (1 - found.f_bavail / found.f_blocks)

    def fill(self, percent):
        """Writes so much that this share of the room is used; returns what is."""
        found = os.statvfs(self.directory)
        wanted = int(found.f_bavail - found.f_blocks * (100 - percent) / 100)
        with open(self.directory / "filling", "ab") as file:
            try:
                while wanted > 0:
                    file.write(b"\1" * found.f_frsize * min(wanted, 256))
                    wanted -= 256
                file.flush()
                os.fsync(file.fileno())
            except OSError as error:
                assert percent >= 100, error
        return self.used()

    def free(self):
        (self.directory / "filling").unlink()

    def close(self):
        run("umount", self.directory, check=False)
        self.directory.with_suffix(".img").unlink(missing_ok=True)

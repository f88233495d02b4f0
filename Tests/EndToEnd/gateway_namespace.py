"""Two machines out of network namespaces: the WSL2 side with its eth0 and default route, and the Windows side that is its next hop."""
import ctypes
import os
import subprocess
import threading

from runner import Skipped

CLONE_NEWNET = 0x40000000


def within(namespace, function, *arguments):
    """Calls the function in a thread that is in the namespace: sockets that it makes belong there."""
    if namespace is None:
        return function(*arguments)
    outcome = {}

    def run():
        descriptor = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
        try:
            if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            outcome["value"] = function(*arguments)
        except BaseException as error:
            outcome["error"] = error
        finally:
            os.close(descriptor)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


class Machines:
    """`wsl` with eth0 at 10.231.0.9 and a default route to `windows` at 10.231.0.1; only between each other."""

    windows_address, windows_later, wsl_address, wsl_later = "10.231.0.1", "10.231.0.2", "10.231.0.9", "10.231.0.10"

    def __init__(self):
        self.windows, self.wsl = f"fa-win-{os.getpid()}", f"fa-wsl-{os.getpid()}"
        try:
            for name in (self.windows, self.wsl):
                self.run("ip", "netns", "add", name)
                self.run("ip", "-n", name, "link", "set", "lo", "up")
            self.run("ip", "link", "add", "eth0", "netns", self.wsl, "type", "veth", "peer", "name", "eth0", "netns", self.windows)
            self.run("ip", "-n", self.windows, "address", "add", f"{self.windows_address}/24", "dev", "eth0")
            self.run("ip", "-n", self.windows, "address", "add", f"{self.windows_later}/24", "dev", "eth0")
            self.run("ip", "-n", self.wsl, "address", "add", f"{self.wsl_address}/24", "dev", "eth0")
            for name in (self.windows, self.wsl):
                self.run("ip", "-n", name, "link", "set", "eth0", "up")
            self.default_route(self.windows_address)
        except (OSError, AssertionError) as error:
            self.close()
            raise Skipped(f"network namespaces cannot be made here: {error}")

    @staticmethod
    def run(*command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}"

    def default_route(self, address):
        self.run("ip", "-n", self.wsl, "route", "replace", "default", "via", address)

    def block(self):
        """From now on nothing that the Windows side answers arrives: as when its firewall drops what comes."""
        self.run("ip", "-n", self.windows, "route", "add", "blackhole", f"{self.wsl_address}/32")

    def unblock(self):
        self.run("ip", "-n", self.windows, "route", "del", "blackhole", f"{self.wsl_address}/32")

    def windows_moves(self):
        """The Windows side keeps only its later address, and WSL2's default route follows."""
        self._only(self.windows, self.windows_address, self.windows_later)
        self.default_route(self.windows_later)

    def wsl_moves(self):
        """WSL2 comes up with another address, as it does after each of its restarts."""
        self._only(self.wsl, self.wsl_address, self.wsl_later)
        self.default_route(self.windows_later)

    def _only(self, namespace, old, new):
        # With the first address of a subnet the kernel takes the others away.
        self.run("ip", "-n", namespace, "address", "del", f"{old}/24", "dev", "eth0")
        self.run("ip", "-n", namespace, "address", "replace", f"{new}/24", "dev", "eth0")

    def close(self):
        for name in (self.windows, self.wsl):
            subprocess.run(["ip", "netns", "del", name], capture_output=True)

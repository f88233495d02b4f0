"""Load with known counts: a client that counts each answer it gets, and wrk beside it."""
import collections
import json
import random
import socket
import subprocess
import threading
import time

from gateway_nginx import LIBRARIES, TREE
from peers import environment_without_proxies

# Begins like a TLS client that has come to a plain port.
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\"\\\x7f\r\n\r\n"


class Client:
    """One connection that is kept as long as the server lets it."""

    def __init__(self, host, port):
        self.host, self.port = host, port
        self.connection, self.rest = None, b""

    def connect(self):
        if self.connection is None:
            self.connection, self.rest = socket.create_connection((self.host, self.port), timeout=30), b""
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.connection

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def get(self, path, method="GET", body=b"", agent="exact/1.0"):
        """The status of the answer; 0 when the server closed without one."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nUser-Agent: {agent}\r\n"
        if body:
            head += f"Content-Length: {len(body)}\r\n"
        self.connect().sendall(head.encode("utf-8", "surrogateescape") + b"\r\n" + body)
        status, _ = self.answer(method)
        return status

    def answer(self, method="GET"):
        """(status, body) of the next answer."""
        data = self.rest
        while b"\r\n\r\n" not in data:
            more = self.connection.recv(65536)
            if not more:
                self.close()
                return 0, b""
            data += more
        head, data = data.split(b"\r\n\r\n", 1)
        lines = head.lower().split(b"\r\n")
        status = int(lines[0].split()[1])
        fields = dict(line.split(b": ", 1) for line in lines[1:])
        if status in (204, 304, 101) or method == "HEAD":
            length = 0
        elif b"content-length" in fields:
            length = int(fields[b"content-length"])
        elif fields.get(b"transfer-encoding") == b"chunked":
            return status, self._chunks(data)
        else:
            length = None
        while length is None or len(data) < length:
            more = self.connection.recv(65536)
            if not more:
                if length is not None:
                    raise AssertionError(f"the answer of {status} ended after {len(data)} of {length} bytes")
                self.close()
                return status, data
            data += more
        body, self.rest = data[:length], data[length:]
        if fields.get(b"connection") == b"close":
            self.close()
        return status, body

    def _chunks(self, data):
        body = b""
        while True:
            while b"\r\n" not in data:
                data += self.connection.recv(65536)
            size, data = data.split(b"\r\n", 1)
            size = int(size, 16)
            while len(data) < size + 2:
                data += self.connection.recv(65536)
            body, data = body + data[:size], data[size + 2:]
            if size == 0:
                self.rest = data
                return body


# What a client can do with one request, and the status that the Gateway must note for it.

def visit(path, method="GET"):
    """Asks and reads the answer."""
    return lambda client: client.get(path, method)


def leave(path):
    """Goes away before the answer: the Gateway notes 499."""
    def act(client):
        with socket.create_connection((client.host, client.port), timeout=30) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {client.host}\r\nUser-Agent: impatient\r\n\r\n".encode())
            # The Gateway must have begun: a request that is not read at the time of the end is never seen.
            time.sleep(0.05)
        return 499
    return act


def hello(client):
    """Speaks TLS to a plain port: 400."""
    with socket.create_connection((client.host, client.port), timeout=30) as connection:
        connection.sendall(HELLO)
        while connection.recv(65536):
            pass
    return 400


def stall(client):
    """Begins a request and never ends it: 408."""
    with socket.create_connection((client.host, client.port), timeout=30) as connection:
        connection.sendall(b"GET /never HTTP/1.1\r\nHost: x\r\n")
        while connection.recv(65536):
            pass
    return 408


def hung_up(client):
    """The Gateway closes without an answer, on purpose: 444."""
    status = client.get("/closed")
    assert status == 0, status
    return 444


def websocket(client):
    """A connection that becomes something else, and lives for a while: 101."""
    with socket.create_connection((client.host, client.port), timeout=30) as connection:
        connection.sendall(b"GET /wsl2-ws/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(4096)
        assert data.startswith(b"HTTP/1.1 101"), data
        connection.sendall(b"ping")
        assert connection.recv(16) == b"ping"
        time.sleep(0.2)
    return 101


class Exactly:
    """Sends each action so many times, from some threads, in random order; `seen` counts the statuses that came."""

    def __init__(self, nginx, actions, threads=8, seed=1):
        self.host, self.port = nginx.address, nginx.ports["gateway"]
        self.work = [action for action, times in actions for _ in range(times)]
        random.Random(seed).shuffle(self.work)
        self.seen = collections.Counter()
        self.errors = []
        self._lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def join(self):
        for thread in self.threads:
            thread.join()
        assert not self.errors, self.errors[:5]
        return self.seen

    def _run(self):
        client, seen = Client(self.host, self.port), collections.Counter()
        try:
            while True:
                with self._lock:
                    if not self.work:
                        break
                    action = self.work.pop()
                seen[action(client)] += 1
        except Exception as error:
            self.errors.append(repr(error))
        finally:
            client.close()
            with self._lock:
                self.seen += seen


class Steadily(Exactly):
    """The same, from now until it is told to stop: actions by weight. `pause` is waited for behind each."""

    def __init__(self, nginx, actions, threads=4, seed=1, pause=0.0):
        super().__init__(nginx, [], threads, seed)
        self.actions, self.weights = zip(*actions)
        self.pause, self.stopping = pause, threading.Event()

    def _run(self):
        client, seen, choose = Client(self.host, self.port), collections.Counter(), random.Random(threading.get_ident())
        try:
            while not self.stopping.is_set():
                seen[choose.choices(self.actions, self.weights)[0](client)] += 1
                if self.pause:
                    time.sleep(self.pause)
        except Exception as error:
            self.errors.append(repr(error))
        finally:
            client.close()
            with self._lock:
                self.seen += seen

    def stop(self):
        self.stopping.set()
        return self.join()


WRK = """
local threads, paths = {}, {"/ok", "/code/404", "/size/2000", "/ok", "/ok"}
function setup(thread) table.insert(threads, thread) end
function init() n, ok, missing, other = 0, 0, 0, 0 end
function request() n = n + 1 return wrk.format("GET", paths[n % #paths + 1]) end
function response(status)
    if status == 200 then ok = ok + 1 elseif status == 404 then missing = missing + 1 else other = other + 1 end
end
function done(summary)
    local parts = {}
    for _, thread in ipairs(threads) do
        parts[#parts + 1] = string.format('{"200":%d,"404":%d,"0":%d}', thread:get("ok"), thread:get("missing"), thread:get("other"))
    end
    local e = summary.errors
    io.write(string.format('\\nRESULT {"requests":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"threads":[%s]}\\n',
        summary.requests, e.connect, e.read, e.write, e.timeout, table.concat(parts, ",")))
end
"""


class Wrk:
    """wrk for some seconds. At its end it cuts connections that still wait: each can hold one request that only nginx has counted."""

    def __init__(self, nginx, directory, seconds, connections=16, threads=2):
        self.connections = connections
        script = directory / f"wrk-{time.monotonic_ns()}.lua"
        script.write_text(WRK)
        self.child = subprocess.Popen(
            [str(TREE / "usr/bin/wrk"), f"-d{seconds}s", f"-c{connections}", f"-t{threads}", "--timeout", "20s", "-s", str(script), nginx.url],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**environment_without_proxies(), "LD_LIBRARY_PATH": f"{LIBRARIES}:{TREE}/lib/x86_64-linux-gnu"})

    def join(self):
        """(answers by status, how many more nginx may have counted)"""
        output, _ = self.child.communicate(timeout=300)
        line = next((l for l in output.splitlines() if l.startswith("RESULT ")), None)
        assert self.child.returncode == 0 and line, output
        result = json.loads(line[len("RESULT "):])
        assert result["connect"] == result["read"] == result["write"] == 0, result
        seen = collections.Counter()
        for thread in result["threads"]:
            seen.update({int(status): count for status, count in thread.items()})
        return seen, self.connections

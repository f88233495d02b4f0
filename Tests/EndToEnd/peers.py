"""Real processes for the end-to-end tests: Flatalert, Debian's Prometheus and amtool, and a webhook that writes down what it is told."""
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / ".build-tools" / "root" / "usr" / "bin"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(condition, seconds, what):
    """Polls until the condition holds and returns its value; fails with `what` when the time is over."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def request(url, body=None, method=None, content_type="application/json"):
    """Returns (status, parsed JSON or text)."""
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    call = urllib.request.Request(url, data=data, method=method)
    if data is not None:
        call.add_header("Content-Type", content_type)
    try:
        with urllib.request.urlopen(call, timeout=15) as answer:
            status, raw = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, raw = error.code, error.read()
    try:
        return status, json.loads(raw)
    except ValueError:
        return status, raw.decode(errors="replace")


class Webhook:
    """A receiver: keeps every body in order of arrival, and the header fields and bytes of the same requests."""

    def __init__(self):
        self.bodies = []
        self.requests = []
        self.fail_with = None
        # Seconds between taking a request and answering it.
        self.delay = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                status = outer.fail_with or 200
                if status == 200:
                    outer.requests.append((dict(self.headers), raw))
                    outer.bodies.append(json.loads(raw))
                time.sleep(outer.delay)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            # Hundreds connect at the same instant; beyond the backlog their connecting would take seconds.
            request_queue_size = 1024

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def told(self, status=None, **labels):
        """(alert status, labels) of every alert told so far that carries these labels."""
        found = []
        for body in list(self.bodies):
            for alert in body["alerts"]:
                if all(alert["labels"].get(k) == v for k, v in labels.items()) and status in (None, alert["status"]):
                    found.append(alert)
        return found

    def close(self):
        self.server.shutdown()


class Process:
    """A child whose stderr goes to a file; ended by its own pid."""

    def __init__(self, arguments, log, env=None):
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen([str(a) for a in arguments], stdout=out, stderr=out, env=env)

    def output(self):
        return self.log.read_text(errors="replace")

    def cpu(self):
        """Seconds of CPU that it has used."""
        fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, key="VmRSS"):
        """MB resident, or at the peak with VmHWM."""
        for line in pathlib.Path(f"/proc/{self.child.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1024
        return float("nan")

    def kill(self):
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self, seconds=15):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"{self.log.name}: did not end within {seconds} s of SIGTERM")
        return self.child.returncode


class Flatalert(Process):
    """`flatalert serve` with a configuration and a storage directory of the test's own."""

    def __init__(self, binary, directory, configuration, port=None, extra=()):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.file = self.directory / "alertmanager.yml"
        self.file.write_text(configuration)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__(
            [binary, "serve", f"--config.file={self.file}", f"--storage.path={self.directory / 'data'}",
             f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address=", *extra],
            self.directory / "flatalert.log")

    def ready(self, seconds=20):
        def check():
            if self.child.poll() is not None:
                raise AssertionError(f"flatalert ended with {self.child.returncode}: {self.output()[-2000:]}")
            try:
                return request(self.url + "/-/ready")[0] == 200
            except OSError:
                return False
        wait_until(check, seconds, f"{self.url} ready")
        return self

    def post(self, *alerts):
        status, answer = request(self.url + "/api/v2/alerts", list(alerts))
        assert status == 200, (status, answer)

    def alerts(self, query=""):
        status, answer = request(self.url + "/api/v2/alerts" + query)
        assert status == 200, (status, answer)
        return answer


def amtool(flatalert, *arguments):
    """Runs Debian's amtool against this instance and returns its standard output."""
    done = subprocess.run([PEERS / "amtool", f"--alertmanager.url={flatalert.url}", *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, f"amtool {arguments}: {done.returncode} {done.stderr}"
    return done.stdout


def environment_without_proxies():
    return {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}

"""The Gateway's exporter as a process, its page as numbers, and what the page must say when it is right."""
import pathlib
import re
import subprocess
import threading
import time
import urllib.request

from gateway_namespace import within
from gateway_nginx import BUCKETS
from peers import Process, environment_without_proxies, free_port, wait_until

SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


class Page:
    """Samples of a page in the text format: `page["name", "label=value", …]`, and the types of the families."""

    def __init__(self, text):
        self.text, self.samples, self.types = text, {}, {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                self.types[name] = kind
            elif line and not line.startswith("#"):
                found = SAMPLE.match(line)
                assert found, f"not a sample: {line!r}"
                key = (found[1], *sorted(f"{name}={value}" for name, value in LABEL.findall(found[2] or "")))
                assert key not in self.samples, f"twice on one page: {line!r}"
                self.samples[key] = float(found[3])

    def __getitem__(self, key):
        key = (key,) if isinstance(key, str) else (key[0], *sorted(key[1:]))
        assert key in self.samples, f"{key} is not on the page; there is {[k for k in self.samples if k[0] == key[0]]}"
        return self.samples[key]

    def get(self, *key):
        return self.samples.get((key[0], *sorted(key[1:])))

    def family(self, name):
        return {key[1:]: value for key, value in self.samples.items() if key[0] == name}

    def running(self):
        """All samples that may only grow: those of counters, and the counts and sums of histograms."""
        for key, value in self.samples.items():
            base = re.sub(r"_(bucket|count|sum|total)$", "", key[0])
            if self.types.get(key[0]) == "counter" or "histogram" in (self.types.get(base), self.types.get(key[0])):
                yield key, value


class GatewayExporter(Process):
    """`flatalert exporter gateway` that watches this nginx."""

    def __init__(self, binary, directory, nginx, *flags, port=None, namespace=None, address="127.0.0.1", zone="UTC", environment={},
                 **changed):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.address, self.namespace = address, namespace
        self.port = port or free_port()
        self.url = f"http://{address}:{self.port}/metrics"
        settings = {
            "web.listen-address": f"{address}:{self.port}", "state.directory": self.directory / "state", "gateway.url": nginx.url,
            "gateway.access-log": nginx.access_log, "gateway.error-log": nginx.error_log, "gateway.registry-log": nginx.registry_log,
            "gateway.nginx-config": nginx.file, "gateway.api-url": nginx.api_url, "gateway.error-log.time-zone": nginx.zone,
            "gateway.latency-exclude": r".*\.git/.*",
        } | {name.replace("__", ".").replace("_", "-"): value for name, value in changed.items()}
        inside = ["nsenter", f"--net=/run/netns/{namespace}"] if namespace else []
        self.arguments = [*inside, binary, "exporter", "gateway", *(f"--{k}={v}" for k, v in settings.items() if v is not None), *flags]
        self.environment = {**environment_without_proxies(), "TZ": zone, **environment}
        super().__init__(self.arguments, self.directory / "exporter.log", env=self.environment)

    def again(self):
        """A new process with the same arguments, port and state."""
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen([str(a) for a in self.arguments], stdout=out, stderr=out, env=self.environment)
        return self

    def fetch(self, accept="text/plain", timeout=30):
        """(content type, text) of the page as it is now."""
        def call():
            ask = urllib.request.Request(self.url, headers={"Accept": accept})
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(ask, timeout=timeout) as answer:
                return answer.headers["Content-Type"], answer.read().decode()
        return within(self.namespace, call)

    def page(self):
        return Page(self.fetch()[1])

    def ready(self, seconds=20):
        def check():
            if self.child.poll() is not None:
                raise AssertionError(f"the exporter ended with {self.child.returncode}: {self.output()[-2000:]}")
            try:
                return self.page()
            except OSError:
                return None
        wait_until(check, seconds, f"{self.url} answers")
        return self

    def equals(self, truth, json_log=True, log="access", seconds=15):
        """Waits until the page says what nginx counted; fails with each number that differs. Returns the page."""
        end = time.monotonic() + seconds
        while True:
            page = self.page()
            wrong = differences(page, truth, json_log, log)
            if not wrong:
                return page
            if time.monotonic() > end:
                raise AssertionError("the page differs from what nginx counted:\n  " + "\n  ".join(wrong) + f"\nlast words: {self.output()[-1500:]}")
            time.sleep(0.2)


def differences(page, truth, json_log=True, log="access"):
    """Each number of the access log's families that is not what nginx counted, in words."""
    wrong = []

    def check(what, shown, sent):
        if shown != sent:
            wrong.append(f"{what}: exposed {shown}, sent {sent}")
    statuses = {key.split()[1]: count for key, count in truth.items() if key.startswith("status ")}
    shown = {labels[0].removeprefix("status="): value for labels, value in page.family("nginx_http_requests_total").items()}
    for status in sorted({*statuses, *shown, "200", "404", "500", "502", "503", "504"}):
        check(f"requests of {status}", shown.get(status), statuses.get(status, 0))
    check("bytes", page["nginx_http_response_bytes_total"], truth.get("bytes", 0))
    check("lines ok", page["flatnet_gateway_log_lines_total", f"log={log}", "result=ok"], truth.get("ok", 0))
    check("lines ignored", page["flatnet_gateway_log_lines_total", f"log={log}", "result=ignored"], truth.get("ignored", 0))
    check("lines unparsed", page["flatnet_gateway_log_lines_total", f"log={log}", "result=unparsed"], 0)
    name = "nginx_http_request_duration_seconds"
    if not json_log:
        check("series of the histogram", [k for k in page.samples if k[0].startswith(name)], [])
        return wrong
    running = 0
    limits = {float(labels[0].removeprefix("le=").replace("+Inf", "inf")): value for labels, value in page.family(name + "_bucket").items()}
    check("bounds", sorted(limits), [b / 1000 for b in BUCKETS] + [float("inf")])
    for i, bound in enumerate([*(b / 1000 for b in BUCKETS), float("inf")]):
        running += truth.get(f"bucket {i + 1}", 0)
        check(f"not slower than {bound} s", limits.get(bound), running)
    check("count of the histogram", page[name + "_count"], running)
    check("milliseconds in all", round(page[name + "_sum"] * 1000, 3), truth.get("milliseconds", 0))
    return wrong


class Watch:
    """Reads the page every 200 ms and notes each counter that went back, across restarts of the exporter too."""

    def __init__(self, exporter, interval=0.2):
        self.exporter, self.interval = exporter, interval
        self.highest, self.back, self.pages, self.failures = {}, [], 0, 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._end.wait(self.interval):
            try:
                page = self.exporter.page()
            except (OSError, AssertionError) as error:
                # Down between a kill and the next start; a page that is no page is a fault.
                if isinstance(error, AssertionError):
                    self.back.append(repr(error))
                self.failures += 1
                continue
            self.pages += 1
            for key, value in page.running():
                if key[0].startswith("process_"):
                    continue
                if value < self.highest.get(key, 0):
                    self.back.append(f"{key}: {value} after {self.highest[key]}")
                self.highest[key] = max(value, self.highest.get(key, 0))
            for key in self.highest.keys() - {k for k, _ in page.running()}:
                self.back.append(f"{key}: gone after {self.highest.pop(key)}")

    def stop(self):
        self._end.set()
        self._thread.join()
        assert not self.back, f"{len(self.back)} counters went back: {self.back[:5]}"
        assert self.pages > 5, (self.pages, self.failures)
        return self.pages

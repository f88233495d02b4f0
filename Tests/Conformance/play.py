"""Two programs under the same scenario: Debian's Alertmanager and Flatalert, each with a configuration, a storage directory and webhooks of its own."""
import datetime
import http.client
import itertools
import json
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))
from peers import PEERS, Process, Webhook, environment_without_proxies, free_port, wait_until  # noqa: E402

SHOWN_HEADERS = ("Content-Type", "Allow", "Location", "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Answer:
    """What a program answered, with everything that differs from run to run replaced by its meaning."""

    def __init__(self, status, headers, body, fields=(), target=""):
        self.status, self.headers, self.body = status, headers, body
        self.fields, self.target = dict(fields), target

    def __eq__(self, other):
        return (self.status, self.headers, self.body) == (other.status, other.headers, other.body)

    def __repr__(self):
        shown = self.body if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False, sort_keys=True)
        return f"{self.status} {self.headers} {shown[:1500]}"


class Program:
    """One running program. `name` is `alertmanager` (0.25) or `flatalert`."""

    def __init__(self, name, binary, directory, configuration, hooks=(), arguments=(), starts=True):
        self.name, self.binary, self.arguments = name, binary, arguments
        self.webhooks = {hook: Webhook() for hook in hooks}
        self.directory = pathlib.Path(directory) / name
        self.directory.mkdir(parents=True)
        self.file = self.directory / "alertmanager.yml"
        self.configure(configuration)
        self.port = free_port()
        self.ids = {}
        self.exchange = ""
        if starts:
            self.start()

    def start(self):
        arguments = self.arguments
        command = [self.binary] if self.name == "alertmanager" else [self.binary, "serve"]
        self.process = Process(
            [*command, f"--config.file={self.file}", f"--storage.path={self.directory / 'data'}", f"--web.listen-address=127.0.0.1:{self.port}",
             "--cluster.listen-address=", *(["--web.cors-origin=.*"] if self.name == "flatalert" else []), *(["--web.external-url=http://am.example:9093"] if not any("external-url" in a for a in arguments) else []),
             *arguments],
            self.directory / "log", env=environment_without_proxies())

    def configure(self, text):
        for hook, webhook in self.webhooks.items():
            text = text.replace(f"${hook}", webhook.url)
        self.file.write_text(text)

    def ready(self, path="/-/ready"):
        def check():
            assert self.process.child.poll() is None, f"{self.name} ended: {self.process.output()[-200000:]}"
            try:
                return self.raw("GET", path)[0] == 200
            except OSError:
                return False
        wait_until(check, 30, f"{self.name} ready")
        return self

    def stop(self):
        try:
            return self.process.stop()
        finally:
            for webhook in self.webhooks.values():
                webhook.close()

    def raw(self, method, target, body=None, headers=(), chunks=()):
        """Sends one request with exactly these header fields and returns (status, headers, bytes)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for field, value in headers:
                connection.putheader(field, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            for chunk in (*chunks, b"") if chunks else ():
                connection.send(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def call(self, method, target, body=None, headers=None, **options):
        """Sends a request; a body that is not bytes is sent as JSON. Returns an `Answer`."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if headers is None:
            headers = [("Content-Type", "application/json")] if body is not None else []
        try: status, fields, raw = self.raw(method, self.expand(target), body if body is None else self.expand(body), headers, **options)
        except (OSError, http.client.HTTPException) as e: return Answer(0, {}, repr(e))
        shown = {name: fields[name] for name in SHOWN_HEADERS if name in fields}
        if "Allow" in shown:
            shown["Allow"] = sorted(part.strip() for part in shown["Allow"].split(","))
        text = raw.decode("utf-8", errors="backslashreplace")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        return Answer(status, shown, self.meaning(value), fields.items(), target)

    def expand(self, value):
        """Puts the real silence ids where a scenario says `<id N>`."""
        for real, shown in self.ids.items():
            value = value.replace(shown.encode(), real.encode()) if isinstance(value, bytes) else value.replace(shown, real)
        return value

    def name_id(self, real):
        """An id is called after the exchange that showed it first."""
        if real not in self.ids:
            self.ids[real] = f"<id of {self.exchange}>"
        return self.ids[real]

    def meaning(self, value):
        """The value with ids numbered in the order of their first sight and with times near now written as `<now>`."""
        if isinstance(value, dict):
            whole = {key: self.meaning(part) for key, part in value.items()}
            if "silencedBy" in whole:
                whole["silencedBy"].sort()  # the order is that of the random ids
                # 0.25 names any of several sources.
                whole["inhibitedBy"] = ["<source>" for _ in whole["inhibitedBy"]]
            return whole
        if isinstance(value, list):
            whole = [self.meaning(part) for part in value]
            if whole and isinstance(whole[0], dict) and "alerts" in whole[0]:
                return without_ties(whole, lambda group: (group["labels"], group["receiver"]))
            if whole and isinstance(whole[0], dict) and "createdBy" in whole[0]:
                return without_ties(whole, lambda silence: (silence["status"], silence["startsAt" if silence["status"]["state"] == "pending" else "endsAt"]))
            return whole
        if not isinstance(value, str):
            return value
        value = UUID.sub(lambda match: self.name_id(match.group()), value)
        return TIME.sub(near_now, value)


def without_ties(elements, key):
    """Elements that nothing puts in order come in an order of ours; all others stay where they are."""
    return [element for _, same in itertools.groupby(elements, key) for element in sorted(same, key=repr)]


def differing(a, b, place=""):
    """The places in which two values differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            if a.get(key) != b.get(key):
                yield from differing(a.get(key), b.get(key), f"{place}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for index, (x, y) in enumerate(zip(a, b)):
            if x != y:
                yield from differing(x, y, f"{place}[{index}]")
    else:
        yield place, a, b


def near_now(match):
    """`<now>`, `<now+1h>` (the resolve_timeout of the scenarios) or the time as it stands."""
    try:
        instant = datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", match.group()).replace("Z", "+00:00"))
    except ValueError:
        return match.group()
    seconds = instant.timestamp() - time.time()
    # Three digits are a form of their own; Go drops the last zeros of nanoseconds, so how many there are is chance.
    digits = len(match.group(1) or ".") - 1
    fraction = digits if digits <= 3 else "4-9"
    zone = match.group(2)
    if abs(seconds) < 90:
        return f"<now {fraction} digits {zone}>"
    if abs(seconds - 3600) < 90:
        return f"<now+1h {fraction} digits {zone}>"
    return match.group()

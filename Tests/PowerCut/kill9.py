#!/usr/bin/env python3
"""Kills a serving flatalert again and again under load, and checks after each restart that nothing acknowledged is lost and nothing is told twice.

    kill9.py BINARY [--kills 50] [--seed N] [--keep]

Senders and an operator post to it and note which requests got a 2xx; a webhook notes what it is told. Each kill comes at a random moment. Afterwards:
every alert and silence is in the state of its last 2xx or of the one request after it that got no answer; the same notification came twice only if the
first copy came less than a second before a kill; at the end everything that was told as firing is told as resolved.

kill -9 says nothing about syncing: what the process wrote survives in the page cache. The power-cut tests are there for that.
"""

import argparse
import http.client
import http.server
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta, timezone

SENDERS = 3
ALERTS_EACH = 8
READY_TIMEOUT = 30
ANSWER_TIMEOUT = 20
SETTLE_TIMEOUT = 60
# A repetition of what was taken less than this before a kill is no fault.
WINDOW = 1.0


def rfc3339(moment):
    return moment.astimezone(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")


def now():
    return datetime.now(timezone.utc)


class Sink:
    """A webhook that remembers what it took."""

    def __init__(self):
        self.lock = threading.Lock()
        self.last = {}
        self.told = {}
        self.kills = []
        self.taken = 0
        self.forgiven = 0
        self.duplicates = []
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.take(json.loads(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """A killed client resets its connections."""

        self.server = Listener(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, message):
        names = lambda status: frozenset(a["labels"]["name"] for a in message["alerts"] if a["status"] == status)
        content = (names("firing"), names("resolved"))
        at = time.monotonic()
        with self.lock:
            before = self.last.get(message["groupKey"])
            if before and before[0] == content:
                if self.excused(before[1]):
                    self.forgiven += 1
                else:
                    self.duplicates.append(f"{message['groupKey']}: {sorted(content[0])} firing, {sorted(content[1])} resolved, "
                                           f"{at - before[1]:.2f} s after the first")
            self.taken += 1
            self.last[message["groupKey"]] = (content, at)
            for name in content[0]:
                self.told[name] = (True, at)
            for name in content[1]:
                self.told[name] = (False, at)

    def excused(self, at):
        """Whether a kill came so soon after this moment that nobody may remember it."""
        return any(0 <= kill - at < WINDOW for kill in self.kills)

    def unfinished(self):
        with self.lock:
            return sorted(name for name, (fires, at) in self.told.items() if fires and not self.excused(at))


class Server:
    """The process under test on one port and one directory."""

    def __init__(self, binary, directory, sink):
        self.binary, self.directory = binary, directory
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.configuration = os.path.join(directory, "alertmanager.yml")
        with open(self.configuration, "w") as file:
            file.write(
                "route:\n  receiver: team\n  group_by: [group]\n  group_wait: 100ms\n  group_interval: 1s\n  repeat_interval: 10h\n"
                f"receivers:\n- name: team\n  webhook_configs:\n  - url: http://127.0.0.1:{sink.port}/\n")
        self.log = open(os.path.join(directory, "server.log"), "ab")
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "serve", f"--config.file={self.configuration}", f"--storage.path={self.directory}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address="],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + READY_TIMEOUT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended with {self.process.returncode}; see {self.log.name}")
            try:
                if self.request("GET", "/-/ready")[0] == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.01)
        raise SystemExit(f"the server was not ready within {READY_TIMEOUT} s; see {self.log.name}")

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_TIMEOUT)
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
            response = connection.getresponse()
            text = response.read()
            return response.status, json.loads(text) if text[:1] in (b"[", b"{", b'"') else text
        finally:
            connection.close()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


class Promises:
    """The last acknowledged state of every alert and silence, and the one that was sent after it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.alerts = {}
        self.silences = {}
        self.lost_silences = []
        self.acknowledged = 0
        self.faults = []
        self.surprises = []

    def settle(self, alerts, silences):
        """Compares what the server has with what it promised, and goes on from there."""
        found = {a["labels"]["name"]: int(a["annotations"]["version"]) for a in alerts}
        for name, promise in self.alerts.items():
            # An ended alert is not listed: its version cannot be told.
            states = [s for s in (promise["acknowledged"], promise["issued"]) if s]
            allowed = {s[0] if s[1] else None for s in states}
            if not promise["acknowledged"]:
                allowed.add(None)
            here = found.get(name)
            if here not in allowed:
                self.faults.append(f"alert {name}: found version {here}, acknowledged {promise['acknowledged']}, sent {promise['issued']}")
            if here is not None:
                promise["acknowledged"] = promise["issued"] = (here, True)
            else:
                version = promise["issued"][0]
                promise["acknowledged"] = promise["issued"] = (version, False)
        for name in found.keys() - self.alerts.keys():
            self.faults.append(f"alert {name} was never sent")
        here = {s["id"]: (s["comment"], s["status"]["state"] == "expired") for s in silences}
        for id, promise in self.silences.items():
            if here.get(id) not in (promise["acknowledged"], promise["issued"]):
                self.faults.append(f"silence {id}: found {here.get(id)}, acknowledged {promise['acknowledged']}, sent {promise['issued']}")
            promise["acknowledged"] = promise["issued"] = here.get(id, promise["acknowledged"])
        # A silence whose answer was lost has an id that nobody knows.
        for id, state in here.items():
            if id not in self.silences:
                if state[0] not in self.lost_silences:
                    self.faults.append(f"silence {id} ({state[0]}) was never made")
                self.silences[id] = {"acknowledged": state, "issued": state}


def send(server, promises, sender, stopped, seed):
    """A sender with alerts of its own, who waits for each answer."""
    choose = random.Random(seed)
    while not stopped.is_set():
        name = f"s{sender}a{choose.randrange(ALERTS_EACH)}"
        with promises.lock:
            promise = promises.alerts.setdefault(name, {"acknowledged": None, "issued": (0, False)})
            state = (promise["issued"][0] + 1, choose.random() < 0.7)
            promise["issued"] = state
        try:
            status, _ = server.request("POST", "/api/v2/alerts", [alert(name, *state)])
        except (OSError, http.client.HTTPException):
            return
        if 200 <= status < 300:
            with promises.lock:
                promises.acknowledged += 1
                promise["acknowledged"] = state
        else:
            promises.surprises.append(f"POST /api/v2/alerts: {status}")
            return


def alert(name, version, fires):
    sender, index = name[1:].split("a")
    end = now() + timedelta(hours=5) if fires else now()
    return {"labels": {"name": name, "group": f"g{sender}-{int(index) % 2}"}, "annotations": {"version": str(version)},
            "startsAt": rfc3339(now() - timedelta(seconds=1)), "endsAt": rfc3339(end)}


def operate(server, promises, stopped, seed):
    """An operator who makes, changes and ends silences that match nothing."""
    choose = random.Random(seed)
    while not stopped.is_set():
        comment = f"version {choose.randrange(1 << 40)}"
        with promises.lock:
            active = sorted(id for id, p in promises.silences.items() if not p["issued"][1])
        id = choose.choice(active) if active and choose.random() < 0.7 else None
        ends = id is not None and choose.random() < 0.4
        try:
            if ends:
                with promises.lock:
                    promises.silences[id]["issued"] = (promises.silences[id]["issued"][0], True)
                status, _ = server.request("DELETE", f"/api/v2/silence/{id}")
            else:
                with promises.lock:
                    promises.lost_silences.append(comment)
                    if id:
                        promises.silences[id]["issued"] = (comment, False)
                # With another start it could not be changed in place.
                start = server.request("GET", f"/api/v2/silence/{id}")[1]["startsAt"] if id else rfc3339(now())
                body = {"matchers": [{"name": "nothing", "value": "at all", "isRegex": False, "isEqual": True}], "startsAt": start,
                        "endsAt": rfc3339(now() + timedelta(hours=5)), "createdBy": "kill9", "comment": comment}
                status, answer = server.request("POST", "/api/v2/silences", {**body, "id": id} if id else body)
        except (OSError, http.client.HTTPException):
            return
        if not 200 <= status < 300:
            promises.surprises.append(f"silences: {status}")
            return
        with promises.lock:
            promises.acknowledged += 1
            if ends:
                promises.silences[id]["acknowledged"] = promises.silences[id]["issued"]
                continue
            promises.silences[answer["silenceID"]] = {"acknowledged": (comment, False), "issued": (comment, False)}
            if id and answer["silenceID"] != id:
                promises.faults.append(f"silence {id} was not changed in place")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--keep", action="store_true", help="keep the directory with the log and the data")
    arguments = parser.parse_args()
    choose = random.Random(arguments.seed)
    directory = tempfile.mkdtemp(prefix="flatalert-kill9-")
    sink, promises = Sink(), Promises()
    server = Server(os.path.abspath(arguments.binary), directory, sink)
    print(f"kill9: seed {arguments.seed}, {arguments.kills} kills, {directory}", flush=True)
    try:
        for _ in range(arguments.kills):
            server.start()
            settle(server, promises)
            stopped = threading.Event()
            threads = [threading.Thread(target=send, args=(server, promises, s, stopped, choose.random())) for s in range(SENDERS)]
            threads.append(threading.Thread(target=operate, args=(server, promises, stopped, choose.random())))
            for thread in threads:
                thread.start()
            time.sleep(choose.uniform(0.02, 1.5))
            with sink.lock:
                server.kill()
                sink.kills.append(time.monotonic())
            stopped.set()
            for thread in threads:
                thread.join()
        server.start()
        settle(server, promises)
        end_everything(server, promises, sink)
    finally:
        server.stop()
        if arguments.keep:
            print(f"kill9: kept {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)
    return report(promises, sink)


def settle(server, promises):
    promises.settle(server.request("GET", "/api/v2/alerts")[1], server.request("GET", "/api/v2/silences")[1])


def end_everything(server, promises, sink):
    """Ends every alert, and waits until the webhook heard of it."""
    for name, promise in promises.alerts.items():
        if promise["issued"][1]:
            server.request("POST", "/api/v2/alerts", [alert(name, promise["issued"][0] + 1, False)])
    deadline = time.monotonic() + SETTLE_TIMEOUT
    while sink.unfinished() and time.monotonic() < deadline:
        time.sleep(0.1)


def report(promises, sink):
    problems = [f"lost or invented: {f}" for f in promises.faults]
    problems += [f"told twice: {d}" for d in sink.duplicates]
    problems += [f"end never told: {name}" for name in sink.unfinished()]
    problems += [f"unexpected answer: {s}" for s in promises.surprises]
    if not promises.acknowledged or not sink.taken:
        problems.append("nothing was acknowledged or told: the run proves nothing")
    print(f"kill9: {len(sink.kills)} kills, {promises.acknowledged} acknowledged writes, {sink.taken} notifications, "
          f"{sink.forgiven} repeated within {WINDOW:g} s of a kill, {len(problems)} problems")
    for problem in problems[:50]:
        print(f"  {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Why was nobody told? Situations of all kinds side by side, each explained by its cause. Usage: explain.py BINARY [NAME …]"""
import concurrent.futures
import http.client
import json
import pathlib
import re
import shutil
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from peers import Flatalert, Webhook, free_port, request, wait_until  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
CLOCK = r"\d\d:\d\d:\d\d"
SITUATIONS = []
# Seconds, where a sender must be missed; long enough to tell the alert before on a busy machine.
RESOLVE_TIMEOUT = 10


def instant(seconds=0.0):
    moment = time.time() + seconds
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1e6):06d}Z"


class GreyList:
    """A mail server that puts everybody off."""

    def __init__(self):
        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"220 mail.test ESMTP\r\n")
                for line in self.rfile:
                    verb = line[:4].upper().strip()
                    if verb == b"RCPT":
                        answer = b"451 4.7.1 greylisted, come back later"
                    elif verb == b"QUIT":
                        return self.wfile.write(b"221 bye\r\n")
                    else:
                        answer = b"250 ok"
                    self.wfile.write(answer + b"\r\n")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Sinks:
    """Receivers that take, refuse, fail and dawdle."""

    def __init__(self):
        self.good = Webhook()
        self.answering = {status: Webhook() for status in (400, 401, 404, 429, 500, 503)}
        for status, sink in self.answering.items():
            sink.fail_with = status
        self.slow = Webhook()
        self.slow.delay = 40
        self.mail = GreyList()
        self.closed = f"http://127.0.0.1:{free_port()}/"


def hook(url, more=""):
    return f"webhook_configs: [{{url: '{url}'{more}}}]"


class Situation:
    """One alert, or a few, with a route and a receiver of its own in a process that it shares with others."""

    def __init__(self, run, stage, route, receiver):
        self.run, self.name, self.stage = run, run.__name__, stage
        self.title = "".join(word.capitalize() for word in self.name.split("_"))
        self.route, self.receiver = route, receiver
        self.flatalert = None
        self.began = instant(-30)

    def configuration(self, sinks):
        """The items of `routes` and `receivers`."""
        settings = {"group_wait": "0s", "group_interval": "1s", "repeat_interval": "1h", **self.route}
        matchers = settings.pop("matchers", f"situation=\"{self.name}\"")
        route = [f"- matchers: ['{matchers}']", f"  receiver: {self.name}", *(f"  {key}: {value}" for key, value in settings.items())]
        receiver = [f"- name: {self.name}"]
        content = self.receiver(sinks) if self.receiver else hook(sinks.good.url)
        return route, receiver + ([f"  {content}"] if content else [])

    def labels(self, suffix="", **labels):
        return {"alertname": self.title + suffix, "situation": self.name, **labels}

    def fire(self, suffix="", ends=600.0, starts=None, **labels):
        alert = {"labels": self.labels(suffix, **labels)}
        if ends is not None:
            alert["endsAt"] = instant(ends)
        if starts is not None:
            alert["startsAt"] = instant(starts)
        self.flatalert.post(alert)

    def speak(self, address, ends=600.0, link="http://prometheus.test:9090/graph", **labels):
        """A message from another address of this host."""
        alert = {"labels": self.labels(**labels), "startsAt": self.began, "endsAt": instant(ends), "generatorURL": link}
        connection = http.client.HTTPConnection("127.0.0.1", self.flatalert.port, timeout=15, source_address=(address, 0))
        connection.request("POST", "/api/v2/alerts", json.dumps([alert]), {"Content-Type": "application/json", "User-Agent": "Prometheus/2.53.0"})
        assert connection.getresponse().status == 200
        connection.close()

    def resolve(self, suffix="", **labels):
        self.fire(suffix, ends=0.0, **labels)

    def silence(self, *, starts=0.0, ends=3600.0, suffix="", matchers=None, comment="e2e"):
        matchers = matchers or [{"name": "alertname", "value": self.title + suffix, "isRegex": False, "isEqual": True}]
        status, answer = request(self.flatalert.url + "/api/v2/silences", {
            "matchers": matchers, "startsAt": instant(starts), "endsAt": instant(ends), "createdBy": "ann", "comment": comment})
        assert status == 200, answer
        return answer["silenceID"]

    def answer(self, suffix="", **more):
        query = urllib.parse.urlencode([("filter", f'{k}="{v}"') for k, v in {"alertname": self.title + suffix, **more}.items()])
        status, answer = request(f"{self.flatalert.url}/api/flatalert/v1/explain?{query}")
        assert status == 200 and len(answer["alerts"]) == 1, answer
        return answer["alerts"][0]

    def explained(self, headline, *lines, suffix="", seconds=25, **more):
        """Waits until the headline and lines name what they must, and looks whether the command says the same."""
        def missing(found):
            text = "\n".join(f"{line['topic']} {line['text']}" for line in found["lines"])
            return [w for w, where in [(headline, found["headline"]), *((line, text) for line in lines)] if not re.search(w, where)]

        try:
            found = wait_until(lambda: (lambda a: None if missing(a) else a)(self.answer(suffix, **more)), seconds, headline)
        except AssertionError:
            found = self.answer(suffix, **more)
            raise AssertionError(f"not named: {missing(found)} in {found}") from None
        printed = self.command(f"alertname={self.title + suffix}", *(f"{k}={v}" for k, v in more.items()))
        for wanted in (headline, *lines):
            last = wanted.split(" ", 1)[-1] if wanted in lines else wanted
            assert re.search(last, printed), f"not printed: {wanted} in {printed}"
        return found

    def told(self, suffix="", **more):
        self.explained("TOLD", r"told \w+\[0\]: told as firing", suffix=suffix, **more)

    def command(self, *arguments):
        done = subprocess.run([BINARY, "explain", f"--alertmanager.url={self.flatalert.url}", *arguments], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (arguments, done.returncode, done.stdout, done.stderr)
        return done.stdout


def situation(stage="main", receiver=None, **route):
    def add(run):
        SITUATIONS.append(Situation(run, stage, route, receiver))
        return run
    return add


# Nothing came, or it went somewhere else.

@situation()
def never_arrived(here):
    here.explained("NEVER ARRIVED, no sender has told this instance", "state not known here", "route .*→ never_arrived", situation=here.name)


@situation()
def never_arrived_and_asked_with_a_pattern(here):
    status, answer = request(f"{here.flatalert.url}/api/flatalert/v1/explain?filter=alertname%3D~%22Nowhere.%2B%22")
    assert status == 404 and "no alert matches" in answer["error"] and "give its labels with =" in answer["advice"], answer


@situation(stage="small")
def dropped_by_the_limit(here):
    for number in range(4):
        here.fire(n=str(number))
    here.explained(f"DROPPED, --alerts.per-alertname-limit let in no more alerts named {here.title}, last at {CLOCK}", n="3")


@situation(stage="small")
def over_and_forgotten(here):
    here.fire()
    here.told()
    here.resolve()
    here.explained(f"OVER AND FORGOTTEN since {CLOCK}: its sender said so", f"history {CLOCK} resolved, {CLOCK} firing")


@situation(matchers='team="wrong_label_value"')
def wrong_label_value(here):
    here.fire(team="wrong-label-value")
    here.explained("TOLD to fallback", 'route {} → fallback', r'route not .* → wrong_label_value: team is "wrong-label-value"')


@situation(matchers='team="missing_label",severity=~"page|ticket"')
def missing_label(here):
    here.fire(team="missing_label")
    here.explained("TOLD to fallback", r"route not .* → missing_label: it has no label severity")


@situation(stage="reloaded")
def moved_by_a_reload(here):
    here.fire()
    here.told()
    file = here.flatalert.file
    file.write_text(file.read_text().replace("receiver: moved_by_a_reload", "receiver: fallback"))
    status, answer = request(here.flatalert.url + "/-/reload", b"", method="POST")
    assert status == 200, answer
    here.explained("TOLD to fallback", "route .*→ fallback")


# It waits.

@situation(group_wait="1h")
def waiting_for_group(here):
    here.fire()
    here.explained(f"NOT TOLD YET, its group is told first at {CLOCK}", "group .* of 1 alert", f"next flush {CLOCK}")


@situation(group_by="[situation]", group_interval="1h")
def waiting_for_interval(here):
    here.fire("First")
    here.told("First")
    here.fire()
    here.explained(
        f"NOT TOLD YET, it joined a group that was told already; next flush at {CLOCK}", "the group was told without it", "of 2 alerts")


@situation()
def repeat_not_due(here):
    here.fire()
    here.explained(f"TOLD to repeat_not_due at {CLOCK}", r"muted by nothing", r"told again at the first flush after .*\d\d:\d\d:\d\d")


@situation(group_interval="1h")
def end_waits(here):
    here.fire()
    here.told()
    here.resolve()
    here.explained(f"OVER, its end is told with the next flush at {CLOCK}", "state over since .*: its sender said so")


# It is over.

@situation()
def expired(here):
    here.fire(ends=4)
    here.explained(f"OVER, and its end was told at {CLOCK}", "state over since .*: its sender fell silent")


@situation()
def ended_by_its_sender(here):
    here.fire()
    here.told()
    here.resolve()
    here.explained(f"OVER, and its end was told at {CLOCK}", "state over since .*: its sender said so", "told as over")


@situation(receiver=lambda sinks: hook(sinks.good.url, ", send_resolved: false"))
def send_resolved_is_off(here):
    here.fire()
    here.told()
    here.resolve()
    here.explained(
        "OVER, its end is not told: no integration of send_resolved_is_off has send_resolved", "it does not want ends; this one was noted")


@situation()
def over_before_anybody_was_told(here):
    here.silence()
    here.fire()
    here.explained("silenced")
    here.resolve()
    here.explained("NOT TOLD, it was over before anybody had been told that it fires")


@situation()
def ended_while_silenced(here):
    here.fire()
    here.told()
    id = here.silence()
    here.resolve()
    here.explained(f"OVER, its end is not told, silenced by {id}")


@situation()
def flapping(here):
    for _ in range(4):
        here.fire()
        here.resolve()
    here.fire()
    here.explained(f"; it flaps: fired 5 times since {CLOCK}", "history .*resolved, .*firing, .*resolved")


# It is muted.

@situation()
def silenced(here):
    id = here.silence(comment="deploying the shop")
    here.fire()
    here.explained(f"NOT TOLD, silenced by {id}", f'muted silence {id} .*alertname="Silenced".* by ann until .*: deploying the shop')


@situation()
def silenced_twice(here):
    ids = [here.silence(), here.silence(matchers=[{"name": "situation", "value": "silenced_t.*", "isRegex": True, "isEqual": True}])]
    here.fire()
    found = here.explained("NOT TOLD, silenced by .*, ", f"muted silence {ids[0]}", f"muted silence {ids[1]}")
    assert all(id in found["headline"] for id in ids), found


@situation()
def silenced_after_it_was_told(here):
    here.fire()
    here.told()
    id = here.silence()
    here.explained(f"TOLD at {CLOCK}, but not again: silenced by {id}", "silenced until")


@situation()
def its_silence_is_over(here):
    id = here.silence()
    here.fire()
    here.explained(f"silenced by {id}")
    status, answer = request(f"{here.flatalert.url}/api/v2/silence/{id}", method="DELETE")
    assert status == 200, answer
    here.explained("TOLD to its_silence_is_over", f"silence {id} .* is over since {CLOCK}: it mutes nothing now")


@situation()
def its_silence_has_not_begun(here):
    id = here.silence(starts=600)
    here.fire()
    here.explained("TOLD to its_silence_has_not_begun", f"silence {id} .* begins at .*{CLOCK}: it mutes nothing now")


@situation()
def inhibited(here):
    here.fire("Source", cause="inhibited", host="a")
    here.fire(effect="inhibited", host="a")
    here.explained(
        f"NOT TOLD, inhibited by InhibitedSource since {CLOCK}", r'muted inhibit_rules\[0\] "net-down" equal host; source \w+ .*InhibitedSource',
        "if InhibitedSource ends before: told then")


@situation()
def inhibited_and_silenced(here):
    here.fire("Source", cause="inhibited", host="b")
    id = here.silence()
    here.fire(effect="inhibited", host="b")
    here.explained("NOT TOLD, inhibited by InhibitedAndSilencedSource", f"muted silence {id}")


@situation()
def no_longer_inhibited(here):
    here.fire("Source", cause="inhibited", host="c")
    here.fire(effect="inhibited", host="c")
    here.explained("inhibited by NoLongerInhibitedSource")
    here.resolve("Source", cause="inhibited", host="c")
    here.explained("TOLD to no_longer_inhibited", "muted by nothing: not silenced, not inhibited, no interval")


@situation(mute_time_intervals="[always]")
def muted_by_an_interval(here):
    here.fire()
    here.explained("NOT TOLD, muted by the time interval always", "muted mute_time_intervals always")


@situation(active_time_intervals="[long_ago]")
def outside_of_its_active_interval(here):
    here.fire()
    here.explained("NOT TOLD, outside of its active time interval long_ago", "muted now is outside of active_time_intervals long_ago")


# Its receiver does not take it.

@situation(group_interval="1h", receiver=lambda sinks: hook(sinks.answering[500].url))
def receiver_fails(here):
    here.fire()
    here.explained("NOT TOLD YET, attempts fail: .*500", r"told webhook\[0\]: never told about this group.*given up at")


@situation(group_interval="1h", receiver=lambda sinks: hook(sinks.closed))
def nobody_listens(here):
    here.fire()
    here.explained("NOT TOLD YET, attempts fail: .*[Cc]ould.*n.t connect")


@situation(group_interval="1h", receiver=lambda sinks: hook("http://nowhere.invalid/"))
def its_host_has_no_address(here):
    here.fire()
    here.explained("NOT TOLD YET, attempts fail: .*nowhere.invalid")


@situation(group_interval="1h", receiver=lambda sinks: hook(sinks.good.url.replace("http:", "https:")))
def no_tls_there(here):
    here.fire()
    here.explained("NOT TOLD.*attempts.* fail.*: .*([Tt][Ll][Ss]|[Ss][Ss][Ll])")


@situation(group_interval="1h", receiver=lambda sinks: hook(sinks.answering[400].url))
def refused_for_good(here):
    here.fire()
    here.explained(f"NOT TOLD, the last attempts failed: .*400.*; tried again with the flush at {CLOCK}", f"last attempt {CLOCK} failed: .*400")


@situation(group_interval="1h", receiver=lambda sinks: hook(sinks.answering[404].url))
def its_address_is_wrong(here):
    here.fire()
    here.explained("NOT TOLD, the last attempts failed: .*404")


@situation(group_interval="1h", receiver=lambda sinks: hook(sinks.answering[401].url))
def its_password_is_wrong(here):
    here.fire()
    here.explained("NOT TOLD, the last attempts failed: .*401")


@situation(group_interval="1h", receiver=lambda sinks: hook(sinks.answering[400].url))
def refused_and_then_over(here):
    here.fire()
    here.explained("failed: .*400")
    here.resolve()
    here.explained("NOT TOLD, it was over before anybody had been told that it fires; the last attempts failed: .*400")


@situation(group_interval="1h", receiver=lambda sinks: f"webhook_configs: [{{url: '{sinks.good.url}'}}, {{url: '{sinks.answering[503].url}'}}]")
def one_of_two_fails(here):
    here.fire()
    here.explained(r"NOT TOLD YET, attempts of webhook\[1\] fail: .*503", r"told webhook\[0\]: told as firing", r"told webhook\[1\]: never told")


@situation(group_interval="1h", receiver=lambda sinks: hook(sinks.slow.url))
def its_receiver_is_slow(here):
    here.fire()
    here.explained("BEING TOLD, an attempt is under way", "attempt 1 is under way, given up at")


@situation(group_interval="1h", receiver=lambda sinks: hook(sinks.slow.url, ", timeout: 1s"))
def its_receiver_never_answers_in_time(here):
    here.fire()
    here.explained("NOT TOLD.*attempts.* fail.*: .*([Tt]ime|answer)")


@situation(group_interval="1h", receiver=lambda sinks: (
    f"email_configs: [{{to: a@test, from: b@test, smarthost: '127.0.0.1:{sinks.mail.port}', require_tls: false, hello: me.test}}]"))
def greylisted(here):
    here.fire()
    here.explained(f"NOT TOLD YET, the receiver asked to come back at {CLOCK}: .*greylisted")


@situation(group_interval="1h", receiver=lambda sinks: "webhook_configs: [{url_file: /nonexistent/webhook-url}]")
def its_secret_file_is_missing(here):
    here.fire()
    here.explained("NOT TOLD.*attempts.* fail.*: could not read url_file: No such file")


@situation(receiver=lambda sinks: "")
def black_hole(here):
    here.fire()
    here.explained("NOT TOLD, the receiver black_hole has no integration", "told nobody: black_hole is a black hole")


@situation(mute_time_intervals="[always]", **{"continue": "true"})
def two_routes_and_one_is_muted(here):
    here.fire(also="told")
    here.explained("two_routes_and_one_is_muted: NOT TOLD, muted by the time interval always; also: TOLD at", "route .*→ also")


# Its sender.

@situation(stage="restarted")
def unconfirmed_after_a_restart(here):
    here.fire(ends=None)
    over = time.monotonic() + RESOLVE_TIMEOUT
    here.told()
    here.flatalert.kill()
    # Without the outage the alert would be over.
    time.sleep(max(0, over + 0.5 - time.monotonic()))
    here.flatalert = start(here.flatalert.directory, here.flatalert.text, ["--alerts.start-grace=1m"], port=here.flatalert.port)
    here.explained("TOLD", "state firing since .*; its sender has not spoken since a restart")


@situation()
def it_arrived_when_it_was_over(here):
    here.fire(ends=-5, starts=-60)
    here.explained("NOT TOLD, it was over before anybody had been told", "state over since .*: its sender said so")


@situation()
def a_pair_that_agrees(here):
    for address in ("127.0.0.3", "127.0.0.4"):
        here.speak(address)
    found = here.explained(
        "TOLD to a_pair_that_agrees",
        r"senders two, in agreement: (127.0.0.[34] \(Prometheus, http://prometheus.test:9090\) heard \d+ s ago(, )?){2}")
    assert "contradict" not in found["headline"] and {s["address"] for s in found["senders"]} == {"127.0.0.3", "127.0.0.4"}, found


@situation()
def a_pair_behind_one_address(here):
    for host in ("http://one.test:9090", "http://two.test:9090"):
        here.speak("127.0.0.3", link=host + "/graph?g0.expr=up")
    here.explained("TOLD", "senders two, in agreement: .*http://(one|two).test:9090.*http://(one|two).test:9090")


@situation()
def senders_that_contradict_each_other(here):
    for ends in (600, 0, 600, 0):
        here.speak("127.0.0.3", ends=ends)
        here.speak("127.0.0.4")
    here.explained(
        "; its senders contradict each other", "senders .*127.0.0.4 .* says firing since", "senders .*127.0.0.3 .* says over",
        r"Contradicted each other \d+ times since", "give each an external label of its own")
    status, history = request(f"{here.flatalert.url}/api/flatalert/v1/history?kind=senders_disagree&filter=alertname%3D{here.title}")
    assert status == 200 and len(history["events"]) == 1, history


@situation()
def a_replica_label_makes_two_of_one(here):
    here.speak("127.0.0.3", prometheus_replica="a")
    here.speak("127.0.0.4", prometheus_replica="b")
    here.explained(
        "TOLD", r'senders the same alert with prometheus_replica="b" comes from 127.0.0.4', "alert_relabel_configs: .*labeldrop",
        prometheus_replica="a")


FLAGS = {"small": ["--alerts.per-alertname-limit=2", "--alerts.gc-interval=1s"], "restarted": ["--alerts.start-grace=1m"]}


def start(directory, text, extra, port=None):
    flatalert = Flatalert(BINARY, directory, text, port=port, extra=extra)
    flatalert.text = text
    return flatalert.ready()


def configuration(situations, sinks, resolve_timeout):
    routes, receivers = [], []
    for one in situations:
        route, receiver = one.configuration(sinks)
        routes += route
        receivers += receiver
    return "\n".join([
        f"global: {{resolve_timeout: {resolve_timeout}}}",
        "route:", "  receiver: fallback", "  group_by: [alertname]", "  group_wait: 0s", "  group_interval: 1s", "  repeat_interval: 1h", "  routes:",
        *("  " + line for line in routes),
        "  - matchers: ['also=\"told\"']", "    receiver: also",
        "receivers:", *receivers,
        *(line for name in ("fallback", "also") for line in (f"- name: {name}", f"  {hook(sinks.good.url)}")),
        "inhibit_rules:",
        "- {name: net-down, source_matchers: ['cause=\"inhibited\"'], target_matchers: ['effect=\"inhibited\"'], equal: [host]}",
        "time_intervals:", "- {name: always, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]}",
        "- {name: long_ago, time_intervals: [{years: ['1999']}]}", ""])


def main():
    signal.alarm(170)
    wanted = [s for s in SITUATIONS if len(sys.argv) <= 2 or s.name in sys.argv[2:]]
    directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-e2e-"))
    sinks = Sinks()
    started = time.monotonic()
    for stage in sorted({s.stage for s in wanted}):
        mine = [s for s in wanted if s.stage == stage]
        text = configuration(mine, sinks, f"{RESOLVE_TIMEOUT}s" if stage == "restarted" else "5m")
        flatalert = start(directory / stage, text, ["--web.get-concurrency=100", *FLAGS.get(stage, [])])
        for one in mine:
            one.flatalert = flatalert
    explained = 0
    with concurrent.futures.ThreadPoolExecutor(max(1, len(wanted))) as pool:
        for one, result in [(one, pool.submit(one.run, one)) for one in wanted]:
            try:
                result.result()
                explained += 1
                print(f"ok      {one.name}", flush=True)
            except Exception:
                print(f"FAILED  {one.name}; the files are in {directory}", flush=True)
                traceback.print_exc()
    for flatalert in {id(s.flatalert): s.flatalert for s in wanted}.values():
        flatalert.kill()
    print(f"{explained} of {len(wanted)} situations explained ({time.monotonic() - started:.1f} s)")
    if explained == len(wanted):
        shutil.rmtree(directory, ignore_errors=True)
    return 0 if explained == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())

"""What happens to the stack in the test, and what people must and must not be told of it."""
import re
import subprocess
import time

from peers import request
from stack_run import ALERTMANAGER

LANGUAGES = {"slack": "_ja", "mail": ""}
NEXT = {"slack": r"次の再通知\D{0,4}(\d\d-\d\d )?\d\d:\d\d", "mail": r"(?i)next (repeat|message)\D{0,4}(\w+ )?(\d\d-\d\d )?\d\d:\d\d"}


def has_eleven_things(message, alert, suppressed):
    """The message says all that somebody woken at night must know, each thing as the alert's annotations have it."""
    end, labels, said = LANGUAGES[message.kind], alert["labels"], alert["annotations"]

    def told(name):
        return said.get(name + end) or said.get(name) or ""
    last = told("trend") or told("last_success")
    wanted = {
        "host": labels["host"], "what": told("summary"), "value against threshold": told("threshold"),
        "trend or last success": last, "impact": told("impact"), "first command": told("check"), "first aid": told("first_aid"),
        "suppressed": suppressed, "silence": f"flatalert silence add -d 1h alertname={labels['alertname']}"}
    missing = [f"{what}: {words!r}" for what, words in wanted.items() if not words or plain(words) not in plain(message.words)]
    for what, pattern in (("since when", r"\d\d:\d\d JST"), ("next repeat", NEXT[message.kind])):
        if not re.search(pattern, message.words):
            missing.append(f"{what}: {pattern}")
    assert not missing, f"the {message.kind} message about {labels['alertname']} lacks {missing}; it says:\n{message.words}"


def plain(words):
    """Without what a receiver may break or mark: white space, and the marks of code."""
    return re.sub(r"[\s`*]+", "", words)


def all_targets_are_up(stack, jobs):
    """Each job has targets, all answer, and nothing fires but the watchdog."""
    def targets():
        return stack.ask(stack.evaluator, "/api/v1/targets", state="active")["data"]["activeTargets"]

    def up():
        found = targets()
        return found if {t["labels"]["job"] for t in found} >= jobs and all(t["health"] == "up" for t in found) else None
    try:
        found = stack.until(up, "all targets are up")
    except AssertionError as error:
        raise AssertionError(f"{error}; {[(t['labels']['job'], t['scrapeUrl'], t['health'], t['lastError']) for t in targets()]}") from None
    assert {t["labels"]["job"] for t in found} == jobs, ({t["labels"]["job"] for t in found}, jobs)
    stack.until(lambda: stack.firing("Watchdog") and stack.alerts("Watchdog"), "the watchdog arrives")
    stack.until(lambda: stack.heartbeat()[0] == 200, f"the heartbeat is well: {stack.heartbeat()}")
    # As long as `for` lasts at most, whatever is true now without anything being wrong would fire.
    stack.quiet(9)
    noise = {name: [a["labels"] for a in found] for name, found in stack.rules().items() if name != "Watchdog" and stack.firing(name)}
    assert not noise, f"all is well, and these fire: {noise}"
    assert not stack.sinks.messages and not stack.sinks.faults, (stack.sinks.messages, stack.sinks.faults)
    return found


def health_checks_pass(stack):
    """What the engine would ask every 30 s where systemd runs its timers."""
    for name in stack.containers():
        done = stack.podman("healthcheck", "run", name, code=None)
        assert done.returncode == 0, f"the health check of {name}: {done.stdout}{done.stderr}"


def what_lacks_is_said_at_the_start(stack):
    """An empty secret and a setting without a value are errors, and their sentences name the place."""
    secret, settings = stack.files / "secrets" / "slack_url", stack.files / ".env"
    for file, words in ((secret, "slack_url is empty"), (settings, "FLATNET_HOST")):
        kept = file.read_text()
        file.write_text("")
        said = stack.script(code=1)
        assert words in said, said
        if file == settings:
            done = stack.compose("up", "-d", code=1)
            assert "FLATNET_HOST is not set" in done.stderr, done.stderr[-2000:]
        file.write_text(kept)
    assert not stack.podman("ps", "--all", "--quiet").stdout, stack.state()


def gateway_dies(stack, host):
    """GatewayDown reaches both receivers with all it must say, and what follows from it is told to nobody."""
    since = len(stack.sinks.messages)
    assert host.gateway.ask_many("/", 20) == 20
    host.gateway.ask_many("/broken", 60)
    # It will fire before GatewayDown is told, and would be told after that.
    stack.until(lambda: stack.rules().get("HighErrorRate"), "HighErrorRate is pending")
    host.gateway.kill()
    slack, mail = (stack.until_told("GatewayDown", kind, since=since) for kind in LANGUAGES)
    down = stack.alerts("GatewayDown")
    assert len(down) == 1, down
    for message in (slack, mail):
        has_eleven_things(message, down[0], "HighErrorRate")
    follows = stack.alerts("HighErrorRate")
    assert [a["status"]["inhibitedBy"] for a in follows] == [[down[0]["fingerprint"]]], follows
    assert follows[0]["status"]["state"] == "suppressed"
    # Longer than a warning still waits for its group.
    stack.quiet(6)
    others = [m for m in stack.sinks.messages[since:] if m not in (slack, mail) and "DiskSpace" not in m.subject]
    assert not others, f"beside the two messages about GatewayDown: {others}"
    return since


def gateway_returns(stack, host, since):
    host.gateway.start()
    for kind in LANGUAGES:
        stack.until_told("GatewayDown", kind, over=True, since=since)
    assert len(stack.sinks.of("GatewayDown", since=since)) == 4, stack.sinks.of("GatewayDown", since=since)
    # Good answers end the rate of errors before its five minutes are over.
    host.gateway.ask_many("/", 1500)
    stack.until(lambda: not stack.rules().get("HighErrorRate"), "HighErrorRate ends")


def disk_fills_to_warning(stack, disk):
    used = disk.fill(85)
    assert 80 < used < 90, used


def disk_fills_to_critical(stack, disk, since):
    """The warning is told; beyond 90 % the critical alert is, and the warning no more."""
    place = {"mountpoint": str(disk.directory)}
    warning = stack.until_told("DiskSpaceWarning", "slack", since=since)
    assert place["mountpoint"] in warning.words, warning.words
    used = disk.fill(95)
    assert 90 < used < 100, used
    before = len(stack.sinks.messages)
    for kind in LANGUAGES:
        message = stack.until_told("DiskSpaceCritical", kind, since=since)
        alert = stack.alerts("DiskSpaceCritical", **place)
        assert len(alert) == 1, alert
        has_eleven_things(message, alert[0], "DiskSpaceWarning")
    below = stack.alerts("DiskSpaceWarning", **place)
    assert [a["status"]["inhibitedBy"] for a in below] == [[alert[0]["fingerprint"]]], below
    again = [m for m in stack.sinks.of("DiskSpaceWarning", since=before) if m.subject == warning.subject]
    assert not again, again


def disk_is_freed(stack, disk, since):
    disk.free()
    for kind in LANGUAGES:
        stack.until_told("DiskSpaceCritical", kind, over=True, since=since)
    stack.until(lambda: not stack.rules().get("DiskSpaceWarning"), "DiskSpaceWarning ends")


def sleep_changes_nothing(stack, seconds, jump=None):
    """All stops as when Windows sleeps, for longer than any rule waits; the wall clock may be far ahead when it goes on. In the processes' eyes a
    sleep is short, for their monotonic clock stands still in it, and here it does not: so they stop for less than what fires is promised for."""
    def firing():
        return {name: sorted(str(a["labels"]) for a in stack.firing(name)) for name in stack.rules()}
    before, since = firing(), len(stack.sinks.messages)
    assert len(before) > 1, f"something must fire that a sleep could end: {before}"
    frozen = stack.freeze()
    try:
        time.sleep(seconds)
        if jump:
            stack.clock.write_text(jump + "\n")
    finally:
        stack.thaw(frozen)
    stack.until(lambda: stack.heartbeat()[0] == 200, f"the heartbeat is well after the sleep: {stack.heartbeat()}")
    stack.quiet(9)
    after = stack.until(lambda: (now := firing()) == before and now, f"the same fires as before the sleep: {before}, {firing()}")
    # After eight hours those whose repeat_interval is over are told again: they fire, and nobody was told for so long.
    reminders = [name for name in before if jump and name != "Watchdog"]
    false = [m for m in stack.sinks.messages[since:] if m.over or not any(name in m.subject for name in reminders)]
    assert not false, f"a sleep was told: {false}"
    assert stack.heartbeat()[0] == 200, stack.heartbeat()
    return after


def journal_has_no_room(stack, disk, host):
    """Not one byte more can be written where the journal lies: messages come, and so do their ends."""
    since = len(stack.sinks.messages)
    disk.fill(100)
    assert disk.used() > 99, disk.used()
    host.gateway.kill()
    for kind in LANGUAGES:
        stack.until_told("GatewayDown", kind, since=since)
    host.gateway.start()
    for kind in LANGUAGES:
        stack.until_told("GatewayDown", kind, over=True, since=since)


def evaluator_stops(stack, binary):
    """Prometheus ends: the heartbeat fails and says why, and people are told; when it is back, that is told too."""
    since = len(stack.sinks.messages)
    stack.podman("stop", "--time", "5", "flatnet-prometheus")

    def failed():
        status, answer = stack.heartbeat()
        return answer if status == 503 else None
    answer = stack.until(failed, "the heartbeat fails without Prometheus")
    wrong = [c for c in answer["checks"] if not c["ok"]]
    assert [c["check"] for c in wrong] == ["expected"] and "Watchdog" in wrong[0]["name"] and "silent for" in wrong[0]["detail"], answer
    told = stack.until_told("MonitoringSilent", "slack", since=since)
    assert "Watchdog" in told.words, told.words
    # A restart of the container would bring no Prometheus back, so its health stays.
    stack.podman("healthcheck", "run", "flatnet-alertmanager")
    stack.podman("start", "flatnet-prometheus")
    stack.until_told("MonitoringSilent", "slack", over=True, since=since)
    stack.until(lambda: stack.heartbeat()[0] == 200, "the heartbeat is back")


def flatalert_stops(stack, binary):
    """Flatalert is the evaluator and ends: who watches it from outside sees that at once."""
    stack.podman("stop", "--time", "5", "flatnet-alertmanager")
    done = subprocess.run([binary, "health", f"--alertmanager.url={ALERTMANAGER}"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "127.0.0.1" in done.stdout + done.stderr, (done.returncode, done.stdout, done.stderr)
    try:
        answer = request(ALERTMANAGER + "/api/flatalert/v1/heartbeat")
    except OSError:
        answer = None
    assert answer is None, answer
    stack.podman("start", "flatnet-alertmanager")
    stack.until(lambda: stack.heartbeat()[0] == 200, "the heartbeat is back")

#!/usr/bin/env python3
"""The Gateway's exporter beside a real Gateway: nginx with Lua counts by itself what it answers, and the page must say the same.
Usage: gateway.py BINARY [--minutes=N] [NAME …]"""
import collections
import contextlib
import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
# How long the test of kills and rotations lasts; a quarter of a minute where nothing is said.
MINUTES = next((float(a.split("=")[1]) for a in sys.argv if a.startswith("--minutes=")), 0.25)
sys.argv = [a for a in sys.argv if not a.startswith("--minutes=")]

import gateway_sources  # noqa: E402
import runner  # noqa: E402
from gateway_exporter import GatewayExporter, Page, Watch  # noqa: E402
from gateway_load import (Client, Exactly, Steadily, Wrk, hello, hung_up, leave, stall, visit, websocket)  # noqa: E402
from gateway_nginx import TREE, Nginx  # noqa: E402
from gateway_rotation import Rotation, counted, lines_by_level, requests  # noqa: E402
from gateway_upstreams import Upstreams  # noqa: E402
from peers import PEERS, Process, environment_without_proxies, free_port, request, wait_until  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())


@contextlib.contextmanager
def gateway(directory, **settings):
    """A running Gateway with its upstreams."""
    if not (TREE / "usr/sbin/nginx").exists():
        raise runner.Skipped("nginx is not unpacked: scripts/peers nginx wrk")
    upstreams = Upstreams()
    nginx = Nginx(directory / "nginx", upstreams=upstreams, **settings)
    try:
        yield nginx.start()
    finally:
        with contextlib.suppress(Exception):
            nginx.stop()
        upstreams.close()


@contextlib.contextmanager
def ended(process):
    """Ends the process whatever comes; a test that is well must see it end by itself."""
    try:
        yield process
    except BaseException:
        process.kill()
        raise
    assert process.stop() == 0, f"exit code {process.child.returncode} after SIGTERM: {process.output()[-1500:]}"


def everything(nginx, scale=1):
    """Every status and kind of request that a Gateway sees, each so many times: (action, times)."""
    def scraped(_):
        client = Client(nginx.scraped, 9145)
        status = client.get("/metrics-as-it-was")
        client.close()
        return status
    return [(action, times * scale) for action, times in [
        (visit("/ok"), 1500), (visit("/code/204"), 100), (visit("/code/301"), 100), (visit("/code/304"), 50), (visit("/code/404"), 77),
        (visit("/code/418"), 4), (visit("/code/500"), 33), (visit("/code/503"), 21), (visit("/fail/refused"), 30), (visit("/fail/closed"), 25),
        (visit("/fail/hanging"), 20), (leave("/slow/400"), 15), (leave("/fail/waiting"), 15), (hello, 12), (stall, 4), (hung_up, 9),
        (websocket, 8), (visit("/metrics"), 40), (visit("/metrics?name[]=up"), 4), (visit("/wsl2/x"), 200), (visit("/retried"), 40),
        (visit("/size/100000"), 20), (visit("/size/0"), 5), (visit("/slow/20"), 50), (visit("/slow/120"), 20), (visit("/slow/1010"), 3),
        (visit("/team/a.git/git-upload-pack"), 10), (visit("/%22quoted%22/%E3%81%82?a=%5C"), 30), (visit("/metricsnot"), 3), (scraped, 6),
        (visit("/ok?" + "long=" * 700), 5), (visit("/not-utf8-\udcff\udcfe"), 7), (visit("/ok?q={\"a\":[1]}\\"), 7), (visit("/ok", "HEAD"), 6),
        (visit("/ok", "POST"), 3), (visit("/\u3042?\u3044"), 4)]]


# What comes all the time while logs are rotated and the exporter is killed.
TRAFFIC = [(visit("/ok"), 60), (visit("/code/404"), 10), (visit("/code/500"), 3), (visit("/slow/7"), 4), (visit("/slow/60"), 2),
           (visit("/fail/refused"), 1), (visit("/metrics"), 2), (visit("/size/3000"), 5)]


def tallied(seen, truth, slack=0):
    """The clients saw what nginx noted: status by status; `slack` requests more can be cut connections of wrk."""
    noted = {int(key.split()[1]): count for key, count in truth.items() if key.startswith("status ")}
    noted[200] = noted.get(200, 0) + truth.get("ignored", 0)
    more = sum(noted.values()) - sum(seen.values())
    assert 0 <= more <= slack, f"nginx noted {more} requests more than the clients sent (up to {slack} may be)"
    for status in {*noted, *seen}:
        if not slack:
            # The unknown paths of the list are 404 as well: all are counted by what came back.
            assert noted.get(status, 0) == seen.get(status, 0), (status, noted, dict(seen))


def every_status_and_latency_is_counted_exactly(directory):
    """Known counts of all kinds of requests: the page's counters, buckets, sums and bytes are what nginx counted, and what was sent."""
    with gateway(directory, workers=2, zone="Asia/Tokyo") as nginx, \
            ended(GatewayExporter(BINARY, directory / "exporter", nginx)) as exporter:
        page = exporter.ready().page()
        for status in (200, 404, 500, 502, 503, 504):
            assert page["nginx_http_requests_total", f"status={status}"] == 0, "zeros from the first scrape"
        seen = Exactly(nginx, everything(nginx)).start().join()
        truth = nginx.settled()
        tallied(seen, truth)
        assert counted(nginx) == requests(truth), (counted(nginx), truth)
        page = exporter.equals(truth)
        assert truth["ignored"] == 50 and truth["status 499"] == 30 and truth["status 101"] == 8 and truth["status 408"] == 4, truth
        assert truth["status 504"] == 20 and sum(count for key, count in truth.items() if key.startswith("bucket ") and int(key.split()[1]) > 5) >= 23, truth
        assert abs(page["flatnet_gateway_log_last_event_timestamp_seconds", "log=access"] - nginx.access_log.stat().st_mtime) < 2
        # The error log has local times of another zone than the exporter's, and says nothing of it.
        assert abs(page["flatnet_gateway_log_last_event_timestamp_seconds", "log=error"] - nginx.error_log.stat().st_mtime) < 3
        # As fast as wrk can: from here on the clients' counts are known up to the connections that it cuts.
        got, slack = Wrk(nginx, directory, 2).join()
        assert got[200] > 1000 and got[404] > 100 and got[0] == 0, got
        truth = nginx.settled()
        tallied(seen + got, truth, slack)
        exporter.equals(truth)
        print(f"        {truth['ok']} requests, of them {sum(got.values())} by wrk")


def rotations_in_the_middle_of_load_lose_nothing(directory):
    """The access log is cleared, renamed, shifted and replaced again and again while requests come; every line is counted once."""
    with gateway(directory, workers=2) as nginx, ended(GatewayExporter(BINARY, directory / "exporter", nginx)) as exporter:
        exporter.ready()
        rotation, watch = Rotation(nginx), Watch(exporter)
        load, wrk = Steadily(nginx, TRAFFIC, pause=0.001).start(), Wrk(nginx, directory, 8, connections=4, threads=1)
        chance = random.Random(7)
        end, turn = time.monotonic() + 9, 0
        while time.monotonic() < end:
            rotation.ways[turn % len(rotation.ways)]()
            turn += 1
            time.sleep(chance.uniform(0.05, 0.9))
        got, slack = wrk.join()
        seen = load.stop()
        truth = nginx.settled()
        tallied(seen + got, truth, slack)
        assert counted(nginx) == requests(truth), "the rotations themselves lost lines"
        page = exporter.equals(truth)
        pages = watch.stop()
        shown = page["flatnet_gateway_log_rotations_total", "log=access"]
        assert shown >= turn / 2, f"{turn} rotations, the exporter noticed {shown}"
        print(f"        {truth['ok']} requests, {turn} rotations ({dict(rotation.done)}), {shown:.0f} noticed, {pages} pages")


def kills_and_rotations_neither_lose_nor_repeat(directory):
    """kill -9 at any moment, rotations while the exporter is down: equal at the end, and no counter ever went back."""
    chance = random.Random(11)
    with gateway(directory, workers=2) as nginx:
        exporter = GatewayExporter(BINARY, directory / "exporter", nginx).ready()
        with ended(exporter):
            rotation, watch = Rotation(nginx), Watch(exporter)
            load = Steadily(nginx, TRAFFIC, threads=2, pause=0.002).start()
            end, kills, down = time.monotonic() + 60 * MINUTES, 0, 0
            while time.monotonic() < end:
                if chance.random() < 0.5:
                    chance.choice(rotation.ways)()
                time.sleep(chance.uniform(0, 0.6))
                exporter.kill()
                kills += 1
                for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
                    chance.choice(rotation.ways)()
                    down += 1
                    time.sleep(chance.uniform(0, 0.15))
                exporter.again()
                # Sometimes it dies again before it has answered once.
                if chance.random() < 0.7:
                    exporter.ready()
            seen = load.stop()
            truth = nginx.settled()
            tallied(seen, truth)
            assert counted(nginx) == requests(truth), "the rotations themselves lost lines"
            exporter.ready().equals(truth)
            pages = watch.stop()
            print(f"        {truth['ok']} requests, {kills} kills, {sum(rotation.done.values())} rotations ({down} while it was down), {pages} pages")


def the_stock_log_is_counted_without_latency(directory):
    """nginx's own format has no times: statuses and bytes are exact, and there is no histogram; with our format it appears."""
    with gateway(directory, json_log=False) as nginx:
        # Of a path of its own: stock lines of one second can be equal to the byte, and a log that begins again with the very line that was all
        # it held before looks as if it had not been cleared.
        visit("/before-the-first-start")(Client(nginx.address, nginx.ports["gateway"]))
        before = nginx.settled()
        with ended(GatewayExporter(BINARY, directory / "exporter", nginx)) as exporter:
            exporter.ready()
            rotation, load = Rotation(nginx), Exactly(nginx, everything(nginx)).start()
            for way in rotation.ways:
                way()
                time.sleep(0.25)
            tallied(load.join() + collections.Counter({404: 1}), truth := nginx.settled())
            assert counted(nginx) == requests(truth), (counted(nginx), truth)
            # What was in the log before the very first start is not counted.
            truth = {key: count - before.get(key, 0) for key, count in truth.items()}
            exporter.equals(truth, json_log=False)
            nginx.json_log = True
            nginx.reload()
            Exactly(nginx, [(visit("/slow/30"), 10)]).start().join()
            later = nginx.settled()
            page = wait_until(lambda: (p if (p := exporter.page()).get("nginx_http_request_duration_seconds_count") == 10 else None), 10,
                              "the ten requests with times")
            assert round(page["nginx_http_request_duration_seconds_sum"] * 1000, 3) == later["milliseconds"], later
        # Another exporter, asked to count from the beginning, counts all.
        with ended(GatewayExporter(BINARY, directory / "other", nginx, "--log.from-beginning")) as other:
            other.ready()
            size = len(nginx.access_log.read_text().splitlines())
            wait_until(lambda: other.page()["flatnet_gateway_log_lines_total", "log=access", "result=ok"] +
                       other.page()["flatnet_gateway_log_lines_total", "log=access", "result=ignored"] == size, 10, f"{size} lines from the beginning")


def upstream_errors_are_counted_by_reason_and_name(directory):
    """Refused, timed out, cut off: each failure in the error log is one of the page, under the name that nginx's configuration has for it."""
    with gateway(directory) as nginx:
        with ended(GatewayExporter(BINARY, directory / "exporter", nginx, "--log.from-beginning")) as exporter:
            exporter.ready()
            rotation = Rotation(nginx, nginx.error_log)
            load = Exactly(nginx, [(visit("/fail/refused"), 31), (visit("/fail/closed"), 27), (visit("/fail/hanging"), 19), (visit("/retried"), 40),
                                   (visit("/fail/stranger"), 11), (visit("/warn"), 13), (visit("/wsl2/"), 50), (leave("/fail/waiting"), 3)]).start()
            for way in rotation.ways:
                way()
                time.sleep(0.15)
            load.join()
            truth = nginx.settled()
            mended = truth[f"try {nginx.address}:{nginx.ports['half']} 502"]
            assert mended == 20 and truth[f"try {nginx.upstreams.closing} 502"] == nginx.upstreams.closed == 27, (truth, nginx.upstreams.closed)
            expected = {("refusing", "refused"): 31, ("closing", "closed"): 27, ("hanging", "timeout"): 19, ("halves", "refused"): mended,
                        ("other", "refused"): 11}

            def shown():
                page = exporter.page()
                return {tuple(label.split("=", 1)[1] for label in reversed(labels)): value
                        for labels, value in page.family("flatnet_gateway_upstream_errors_total").items() if value}
            with contextlib.suppress(AssertionError):
                wait_until(lambda: shown() == expected, 10, "the errors")
            assert shown() == expected, (shown(), expected)
            least, page, most = lines_by_level(nginx.error_log), exporter.page(), lines_by_level(nginx.error_log)
            assert most["none"] == 0, most
            for level in ("emerg", "alert", "crit", "error", "warn", "notice", "info"):
                shown_lines = page["flatnet_gateway_error_log_messages_total", f"level={level}"]
                # Connections of the exporter itself end meanwhile, which nginx notes as info.
                assert least[level] <= shown_lines <= most[level], (level, least, shown_lines, most)
            assert page["flatnet_gateway_error_log_messages_total", "level=warn"] == 13, page.text
            print(f"        {dict(most)}")


def requests_that_come_by_syslog_are_counted(directory):
    """nginx sends its access log as datagrams instead of writing a file."""
    port = free_port()
    with gateway(directory, syslog=f"127.0.0.1:{port}") as nginx:
        flag = f"--gateway.syslog-listen=127.0.0.1:{port}"
        with ended(GatewayExporter(BINARY, directory / "exporter", nginx, flag)) as exporter:
            exporter.ready()
            load = Steadily(nginx, TRAFFIC, threads=2, pause=0.002).start()
            time.sleep(5)
            seen = load.stop()
            truth = nginx.settled()
            tallied(seen, truth)
            assert truth["ok"] > 1000 and not nginx.access_log.exists(), truth
            exporter.equals(truth, log="syslog" if exporter.page().get("flatnet_gateway_log_lines_total", "log=syslog", "result=ok") is not None else "access")
            print(f"        {truth['ok']} requests")


def linters_and_prometheus_take_the_page(directory):
    """promtool and our own linter find nothing; a real Prometheus scrapes it as OpenMetrics and holds the same values."""
    with gateway(directory) as nginx, ended(GatewayExporter(BINARY, directory / "exporter", nginx)) as exporter:
        exporter.ready()
        Exactly(nginx, everything(nginx)[:12]).start().join()
        truth = nginx.settled()
        exporter.equals(truth)
        kind, text = exporter.fetch()
        assert kind.startswith("text/plain; version=0.0.4"), kind
        (directory / "page.txt").write_text(text)
        done = subprocess.run([PEERS / "promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0 and not done.stderr, (done.returncode, done.stdout, done.stderr)
        kind, open_text = exporter.fetch("application/openmetrics-text; version=1.0.0")
        assert kind.startswith("application/openmetrics-text") and open_text.endswith("# EOF\n"), (kind, open_text[-100:])
        (directory / "page.om").write_text(open_text)
        for what in (directory / "page.txt", directory / "page.om", exporter.url):
            done = subprocess.run([BINARY, "check-metrics", str(what)], capture_output=True, text=True, timeout=30, env=environment_without_proxies())
            assert done.returncode == 0, (what, done.stdout, done.stderr)
        broken = text.replace("# TYPE nginx_up gauge\n", "# TYPE nginx_up gauge\n# TYPE nginx_up gauge\n")
        done = subprocess.run([BINARY, "check-metrics", "-"], input=broken, capture_output=True, text=True, timeout=30)
        assert done.returncode != 0, "the linter passes a family that is declared twice"
        (directory / "prometheus.yml").write_text(
            f"global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: gateway, static_configs: [{{targets: ['127.0.0.1:{exporter.port}']}}]}}]\n")
        port = free_port()
        url = f"http://127.0.0.1:{port}/api/v1/"
        prometheus = Process([PEERS / "prometheus", f"--config.file={directory / 'prometheus.yml'}", f"--storage.tsdb.path={directory / 'tsdb'}",
                              f"--web.listen-address=127.0.0.1:{port}"], directory / "prometheus.log", env=environment_without_proxies())
        try:
            def value(query):
                with contextlib.suppress(OSError):
                    status, answer = request(f"{url}query?query={query}")
                    if status == 200 and isinstance(answer, dict):
                        return {r["metric"].get("status", r["metric"].get("le", "")): float(r["value"][1]) for r in answer["data"]["result"]}
                return {}
            wait_until(lambda: value("count_over_time(up[1m])==3") or value("count_over_time(up[1m])>3"), 40, "three scrapes")
            assert value("up") == {"": 1} and value("count_over_time(up[1m])-sum_over_time(up[1m])") == {"": 0}, value("up")
            page = Page(text)
            scraped = value("nginx_http_requests_total")
            assert scraped == {labels[0].removeprefix("status="): v for labels, v in page.family("nginx_http_requests_total").items()}, scraped
            buckets = {float(le): v for le, v in value("nginx_http_request_duration_seconds_bucket").items()}
            assert buckets == {float(labels[0][3:]): v for labels, v in page.family("nginx_http_request_duration_seconds_bucket").items()}, buckets
            # In OpenMetrics a counter's family is named without _total, and Prometheus keeps what it was told.
            names = {entry["metric"] for entry in request(f"{url}targets/metadata")[1]["data"]}
            assert "nginx_http_requests" in names and "nginx_http_requests_total" not in names, sorted(names)
        finally:
            prometheus.stop()


TESTS = [
    every_status_and_latency_is_counted_exactly,
    rotations_in_the_middle_of_load_lose_nothing,
    kills_and_rotations_neither_lose_nor_repeat,
    the_stock_log_is_counted_without_latency,
    upstream_errors_are_counted_by_reason_and_name,
    requests_that_come_by_syslog_are_counted,
    linters_and_prometheus_take_the_page,
]


if __name__ == "__main__":
    sys.exit(runner.main(TESTS + gateway_sources.tests(BINARY, gateway, ended)))

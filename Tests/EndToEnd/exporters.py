#!/usr/bin/env python3
"""The exporters as commands and inside serve: pages, ports, signals, restarts, and what they say of what is missing. Usage: exporters.py BINARY [NAME …]"""
import gzip
import http.server
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from peers import PEERS, Flatalert, Process, environment_without_proxies, free_port, request, wait_until  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
# Each kind's gauges of sources that cannot be reached here.
DOWN = {"gateway": ["nginx_up", "flatnet_gateway_stub_status_up", "flatnet_gateway_api_up"], "cni": ["flatnet_cni_plugin_up"], "host": []}
CONFIGURATION = "route: {receiver: none}\nreceivers: [{name: none}]\n"


def environment(**more):
    kept = {k: v for k, v in environment_without_proxies().items() if not k.startswith("FLATALERT_")}
    return {**kept, "TZ": "UTC", **more}


def nowhere(directory):
    """Flags with which no exporter finds anything: files that are not there, and a Gateway at a port where nobody listens."""
    url = f"http://127.0.0.1:{free_port()}"
    return {
        "gateway": [f"--gateway.url={url}", f"--gateway.api-url={url}"] + [
            f"--gateway.{name}={directory / 'missing' / name}" for name in ["access-log", "error-log", "registry-log", "nginx-config"]],
        "cni": [f"--cni.{name}={directory / 'missing' / name}" for name in ["plugin", "config-directory", "ipam-file", "event-log"]],
        "host": [],
    }


class Exporter(Process):
    """`flatalert exporter …` in a directory of its own."""

    def __init__(self, directory, *arguments, port=None, env=None):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__([BINARY, "exporter", *arguments], self.directory / "exporter.log", env=env or environment())

    def ready(self, url=None):
        def check():
            if self.child.poll() is not None:
                raise AssertionError(f"the exporter ended with {self.child.returncode}: {self.output()[-2000:]}")
            try:
                return request((url or self.url) + "/-/ready")[0] == 200
            except OSError:
                return False
        wait_until(check, 20, f"{url or self.url} ready")
        return self


def start(directory, kind, *flags, port=None, env=None):
    port = port or free_port()
    arguments = [kind, f"--web.listen-address=127.0.0.1:{port}", f"--state.directory={pathlib.Path(directory) / 'state'}", *flags]
    return Exporter(directory, *arguments, port=port, env=env).ready()


def fetch(url, **headers):
    """(status, header fields, body as it came)."""
    ask = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(ask, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def page(url):
    status, headers, body = fetch(url)
    assert status == 200 and headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8", (status, headers)
    return body.decode()


def value(text, series):
    found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    assert found, f"{series} is not on the page:\n{text[:3000]}"
    return float(found[1])


def clean(text):
    """Neither promtool nor we find anything wrong with it, but for the style of names that are node-exporter's."""
    done = subprocess.run([PEERS / "promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
    assert done.returncode in (0, 3) and not done.stdout, (done.returncode, done.stdout, done.stderr)
    wrong = [finding for finding in done.stderr.splitlines() if not re.match(r"node_\w+ (metric names should|non-counter metrics should)", finding)]
    assert not wrong, wrong
    done = subprocess.run([BINARY, "check-metrics", "-"], input=text, capture_output=True, text=True, timeout=30)
    wrong = [finding for finding in done.stderr.splitlines() if not re.match(r"standard input:\d+: warning: node_\w+: .*case", finding)]
    assert done.returncode in (0, 3) and not wrong, (done.returncode, wrong)


def run(*arguments, code=0, env=None):
    """Runs a command that ends by itself; returns all that it printed."""
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=60, env=env or environment())
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def pages_answer_where_everything_is_missing(directory):
    """Each command alone: 200 and a clean page with its _up gauges 0, a front page with the reasons, the usual paths, and an end on SIGTERM."""
    for kind, flags in nowhere(directory).items():
        exporter = start(directory / kind, kind, *flags)
        text = page(exporter.url + "/metrics")
        clean(text)
        for name in DOWN[kind]:
            assert value(text, name) == 0, name
        assert re.search(rf'^{kind}_exporter_build_info\{{version="\d+\.\d+\.\d+"\}} 1$', text, re.MULTILINE), text
        assert value(text, "process_resident_memory_bytes") > 0
        status, headers, front = fetch(exporter.url + "/")
        assert status == 200 and f"{kind} exporter" in front.decode() and 'href="./metrics"' in front.decode(), front
        for path in ["/-/healthy", "/-/ready"]:
            assert fetch(exporter.url + path)[::2] == (200, b"OK\n"), path
        status, _, body = fetch(exporter.url + "/metric")
        assert status == 404 and b"the metrics are at /metrics" in body, body
        assert request(exporter.url + "/metrics", body={}, method="POST")[0] == 405
        answer = request(exporter.url + "/-/sources")[1]
        assert [e["name"] for e in answer["exporters"]] == [kind], answer
        sources = answer["exporters"][0]["sources"]
        if kind != "host":
            missing = [s for s in sources if "problem" in s]
            assert missing and all(s["advice"] for s in missing), sources
            assert missing[0]["problem"] in front.decode().replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">"), (missing[0], front)
        assert exporter.stop() == 0, exporter.output()
        assert "exiting gracefully" in exporter.output(), exporter.output()


def all_of_them_in_one_process(directory):
    """Three ports, one process; an empty address leaves a page out; the telemetry path moves; SIGINT ends it."""
    ports = {kind: free_port() for kind in ["gateway", "cni", "host"]}
    flags = [flag for kind in nowhere(directory).values() for flag in kind] + [f"--state.directory={directory / 'state'}"]
    addresses = [f"--{kind}.listen-address=127.0.0.1:{port}" for kind, port in ports.items()]
    exporter = Exporter(directory, "all", *addresses, *flags, port=ports["host"]).ready()
    for kind, port in ports.items():
        text = page(f"http://127.0.0.1:{port}/metrics")
        clean(text)
        assert f"{kind}_exporter_build_info" in text and text.count("_exporter_build_info{") == 1
    exporter.child.send_signal(2)
    assert exporter.child.wait(15) == 0, exporter.output()

    exporter = Exporter(
        directory, "all", *addresses[:1], "--cni.listen-address=", "--host.listen-address=", "--web.telemetry-path=/m", *flags,
        port=ports["gateway"]).ready()
    assert value(page(exporter.url + "/m"), "nginx_up") == 0
    for kind in ["cni", "host"]:
        with socket.socket() as s:
            assert s.connect_ex(("127.0.0.1", ports[kind])) != 0, kind
    assert exporter.stop() == 0


def a_node_exporter_keeps_its_port(directory):
    """Beside node-exporter the page of the host is left out; asked for by its own command, the message says so."""
    program = PEERS / "prometheus-node-exporter"
    if not program.exists():
        raise runner.Skipped("no node-exporter here: scripts/peers node-exporter")
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("", 9100))
        except OSError:
            raise runner.Skipped("port 9100 is taken")
    node = Process([program, "--web.listen-address=:9100"], directory / "node.log")
    try:
        wait_until(lambda: socket.socket().connect_ex(("127.0.0.1", 9100)) == 0, 20, "node-exporter listens")
        port = free_port()
        flags = [flag for kind in nowhere(directory).values() for flag in kind] + [f"--state.directory={directory / 'state'}"]
        exporter = Exporter(
            directory, "all", f"--gateway.listen-address=127.0.0.1:{port}", "--cni.listen-address=", *flags, port=port).ready()
        assert re.search(r"The page of the host is left out.*node-exporter 1\.\d+\.\d+ tells of this host already", exporter.output()), exporter.output()
        assert exporter.stop() == 0
        printed = run("exporter", "host", code=1)
        assert re.search(r"taken by prometheus-node\S* \(pid \d+\); .*another port with --web\.listen-address; node-exporter 1\.\d+\.\d+ answers there", printed), printed
    finally:
        node.stop()


def a_taken_port_names_its_holder_and_the_way_out(directory):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        address = f"127.0.0.1:{s.getsockname()[1]}"
        state = f"--state.directory={directory / 'state'}"
        printed = run("exporter", "cni", f"--web.listen-address={address}", state, code=1)
        assert re.search(rf"cannot listen on {address}: the port is taken by \S+ \(pid {os.getpid()}\); .*--web\.listen-address", printed), printed
        printed = run("exporter", "all", f"--cni.listen-address={address}", "--gateway.listen-address=", "--host.listen-address=", state, code=1)
        assert "another port with --cni.listen-address" in printed, printed
    assert not (directory / "state").exists(), "nothing is touched before the ports are known to be free"


def mistakes_are_named(directory):
    """Every mistake on the command line: what, where, and what to do."""
    for arguments, words in [
        (["exporter"], "exporter takes one of gateway, cni, host, all, metrics"),
        (["exporter", "nginx"], 'found "nginx"'),
        (["exporter", "gateway", "--gateway.url=ftp://x"], "--gateway.url"),
        (["exporter", "gateway", "--gateway.latency-exclude=("], "--gateway.latency-exclude"),
        (["exporter", "gateway", "--gateway.upstream=x"], "--gateway.upstream"),
        (["exporter", "gateway", "--gateway.error-log.time-zone=Mars/Base"], "--gateway.error-log.time-zone"),
        (["exporter", "gateway", "--web.telemetry-path=m"], "--web.telemetry-path"),
        (["exporter", "cni", "--gateway.url=auto"], "gateway.url"),
        (["exporter", "all", "--gateway.listen-address=", "--cni.listen-address=", "--host.listen-address="], "there is no page to serve"),
        (["exporter", "host", "--host.required-mount=mnt/f"], "--host.required-mount"),
        (["exporter", "cni", "--web.listen-address=9146"], "the port is missing"),
        (["serve", "--storage.path=/nowhere", "--exporters=nginx"], 'no exporter "nginx"'),
    ]:
        if arguments[0] == "exporter" and len(arguments) > 2 and arguments[1] != "all":
            arguments = [*arguments[:2], f"--state.directory={directory / 'state'}", f"--web.listen-address=127.0.0.1:{free_port()}", *arguments[2:]]
        printed = run(*arguments, code=1)
        assert words in printed, (arguments, printed)


def scrapers_get_the_form_that_they_ask_for(directory):
    """OpenMetrics and gzip by header fields, together and apart; what promtool reads is the same."""
    exporter = start(directory, "host")
    url = exporter.url + "/metrics"
    status, headers, body = fetch(url, Accept="application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5")
    assert headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8" and body.endswith(b"# EOF\n"), headers
    assert b"# TYPE process_cpu_seconds counter\n" in body
    status, headers, body = fetch(url, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip" and headers["Content-Type"].startswith("text/plain"), headers
    clean(gzip.decompress(body).decode())
    status, headers, body = fetch(url, Accept_Encoding="identity")
    assert headers["Content-Encoding"] is None and b"\n# TYPE " in body
    assert exporter.stop() == 0


def line(status, minute=0):
    return f'10.0.0.1 - - [23/Nov/2026:03:{minute:02}:00 +0000] "GET /x HTTP/1.1" {status} 10 "-" "curl/8"\n'


def append(path, *lines):
    with open(path, "a") as log:
        log.writelines(lines)


def counters_go_on_after_a_kill(directory):
    """What came while nobody looked is counted when somebody does, once; flags may come from the environment."""
    log = directory / "access.log"
    log.write_text(line(200) * 5)
    flags = [flag for flag in nowhere(directory)["gateway"] if not flag.startswith("--gateway.access-log")]
    variables = environment(FLATALERT_GATEWAY_ACCESS_LOG=str(log))
    first = start(directory, "gateway", *flags, env=variables)
    page(first.url + "/metrics")
    append(log, line(200), line(502), line(502))
    text = page(first.url + "/metrics")
    assert value(text, 'nginx_http_requests_total{status="502"}') == 2 and value(text, 'nginx_http_requests_total{status="200"}') == 1, text
    first.kill()
    append(log, line(502), line(404))
    second = start(directory, "gateway", *flags, port=first.port, env=variables)
    text = page(second.url + "/metrics")
    assert value(text, 'nginx_http_requests_total{status="502"}') == 3 and value(text, 'nginx_http_requests_total{status="404"}') == 1, text
    clean(text)
    assert second.stop() == 0
    whole = start(directory / "whole", "gateway", *flags, "--log.from-beginning", env=variables)
    assert value(page(whole.url + "/metrics"), 'nginx_http_requests_total{status="200"}') == 6
    assert whole.stop() == 0


def two_do_not_count_into_the_same_files(directory):
    """A second one of the same kind is refused and names the first; another kind shares the directory."""
    flags = nowhere(directory)
    first = start(directory, "cni", *flags["cni"])
    state = f"--state.directory={directory / 'state'}"
    printed = run("exporter", "cni", f"--web.listen-address=127.0.0.1:{free_port()}", state, *flags["cni"], code=1)
    assert f"in use by the cni exporter of process {first.child.pid}" in printed and "another --state.directory" in printed, printed
    other = start(directory, "gateway", *flags["gateway"])
    assert other.stop() == 0
    first.kill()
    again = start(directory, "cni", *flags["cni"])
    assert again.stop() == 0


def without_a_place_for_state_it_works_and_says_so(directory):
    (directory / "file").write_text("")
    exporter = start(directory, "cni", f"--state.directory={directory / 'file' / 'below'}", *nowhere(directory)["cni"])
    clean(page(exporter.url + "/metrics"))
    assert "Counters begin anew at each start" in exporter.output() and "--state.directory" in exporter.output(), exporter.output()
    assert exporter.stop() == 0


def serve(directory, *flags, port=None):
    return Flatalert(BINARY, directory, CONFIGURATION, port=port, extra=["--monitor.config=built-in", *flags]).ready()


def serve_has_them_without_further_ports(directory):
    """Pages of the main server, scraped by its own monitoring with the rules that need them; counters go on after a restart."""
    log = directory / "access.log"
    log.write_text("")
    all_flags = nowhere(directory)
    flags = [flag for kind in all_flags.values() for flag in kind if not flag.startswith("--gateway.access-log")]
    flags += [f"--gateway.access-log={log}", "--exporters=gateway,host,cni", "--web.route-prefix=/alerts"]
    # The class asks without the prefix.
    port = free_port()
    flatalert = Process(
        [BINARY, "serve", f"--storage.path={directory / 'data'}", f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", *flags],
        directory / "serve.log", env=environment())
    base = f"http://127.0.0.1:{port}/alerts"

    def answers():
        assert flatalert.child.poll() is None, flatalert.output()
        try:
            return request(base + "/-/ready")[0] == 200
        except OSError:
            return False
    wait_until(answers, 20, "ready")
    for kind in ["host", "gateway", "cni"]:
        text = page(f"{base}/metrics/{kind}")
        clean(text)
        assert f"{kind}_exporter_build_info" in text
        assert request(f"http://127.0.0.1:{port}/metrics/{kind}")[0] == 404, "only behind the prefix"
    assert request(base + "/metrics/other")[0] == 404

    def targets():
        found = request(base + "/api/v1/targets?state=active")[1]["data"]["activeTargets"]
        return found if len(found) == 3 and all(t["health"] == "up" for t in found) else None
    found = wait_until(targets, 40, "three targets up")
    assert {t["labels"]["job"] for t in found} == {"node", "gateway", "cni-plugin"}, found
    rules = [rule for group in request(base + "/api/v1/rules")[1]["data"]["groups"] for rule in group["rules"]]
    names = {rule["name"] for rule in rules}
    assert {"DiskSpaceWarning", "GatewayDown", "CNIPluginDown", "Watchdog"} <= names, names
    assert not [rule["name"] for rule in rules if rule["health"] == "err"], rules
    append(log, line(500), line(500))
    assert value(page(base + "/metrics/gateway"), 'nginx_http_requests_total{status="500"}') == 2
    assert (directory / "data" / "exporters").is_dir()

    printed = run("doctor", f"--alertmanager.url={base}", code=0)
    assert re.search(r"^warn  gateway .*error-log.*→ \S", printed, re.MULTILINE), printed
    assert re.search(r"^ok    gateway .*access\.log", printed, re.MULTILINE), printed
    assert re.search(r"^warn  cni .*→ .*cni-shim", printed, re.MULTILINE), printed
    assert "no scrape job" not in printed, printed
    flatalert.kill()
    append(log, line(500))
    flatalert = Process(flatalert.child.args, directory / "serve.log", env=environment())
    wait_until(answers, 20, "ready again")
    assert value(page(base + "/metrics/gateway"), 'nginx_http_requests_total{status="500"}') == 3
    assert flatalert.stop() == 0, flatalert.output()


def serve_says_which_are_off(directory):
    """Without the flag the host alone; none of them where a configuration file is all that is asked for."""
    flatalert = serve(directory / "built-in")
    assert "node_filesystem_size_bytes" in page(flatalert.url + "/metrics/host")
    assert request(flatalert.url + "/metrics/gateway")[0] == 404
    printed = run("doctor", f"--alertmanager.url={flatalert.url}")
    assert re.search(r'^warn  rules +off, no scrape job "gateway": .*GatewayDown.*→ .*--exporters=', printed, re.MULTILINE), printed
    assert flatalert.stop() == 0
    flatalert = Flatalert(BINARY, directory / "plain", CONFIGURATION).ready()
    assert request(flatalert.url + "/metrics/host")[0] == 404
    assert flatalert.stop() == 0


def doctor_says_what_a_gateway_lacks(directory):
    """An API that admits others only and a stub_status that is not there, each with its remedy; a failure of neither."""
    class Gateway(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status = 200 if self.path == "/health" else 403 if self.path.startswith("/api/") else 404
            self.send_response(status)
            self.send_header("Content-Length", "3")
            self.end_headers()
            self.wfile.write(b"OK\n")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    flags = [flag for flag in nowhere(directory)["gateway"] if "url" not in flag]
    flatalert = serve(directory, "--exporters=gateway", f"--gateway.url={url}", f"--gateway.api-url={url}", *flags)
    text = page(flatalert.url + "/metrics/gateway")
    assert [value(text, name) for name in DOWN["gateway"]] == [1, 0, 0], text
    printed = run("doctor", f"--alertmanager.url={flatalert.url}")
    assert re.search(rf"^ok    gateway +Gateway {url}", printed, re.MULTILINE), printed
    assert re.search(r"^warn  gateway .*API .*answered with 403  → .*add one \"allow\" line", printed, re.MULTILINE), printed
    assert re.search(r"^warn  gateway .*stub_status.*answered with 404  → Include the snippet", printed, re.MULTILINE), printed
    assert flatalert.stop() == 0
    server.shutdown()


def a_prometheus_scrapes_them_by_its_own_file(directory):
    """A prometheus.yml names the pages of serve like any other target."""
    port = free_port()
    (directory / "prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [{
            "job_name": "node", "metrics_path": "/metrics/host", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}]}))
    flatalert = Flatalert(
        BINARY, directory, CONFIGURATION, port=port, extra=[f"--monitor.config={directory / 'prometheus.yml'}", "--exporters=host"]).ready()

    def seen():
        answer = request(flatalert.url + "/api/v1/query?query=node_memory_MemTotal_bytes")[1]
        return answer["data"]["result"]
    wait_until(seen, 30, "samples of the host")
    assert flatalert.stop() == 0


def the_reference_is_what_the_exporters_have(directory):
    """Every family of the pages is in the printed reference, and the other way round for those that are always there."""
    reference = run("exporter", "metrics")
    for kind, flags in nowhere(directory).items():
        exporter = start(directory / kind, kind, *flags)
        for name in re.findall(r"^# TYPE (\S+) ", page(exporter.url + "/metrics"), re.MULTILINE):
            assert f"`{name}`" in reference, name
        assert exporter.stop() == 0


TESTS = [
    pages_answer_where_everything_is_missing,
    all_of_them_in_one_process,
    a_node_exporter_keeps_its_port,
    a_taken_port_names_its_holder_and_the_way_out,
    mistakes_are_named,
    scrapers_get_the_form_that_they_ask_for,
    counters_go_on_after_a_kill,
    two_do_not_count_into_the_same_files,
    without_a_place_for_state_it_works_and_says_so,
    serve_has_them_without_further_ports,
    serve_says_which_are_off,
    doctor_says_what_a_gateway_lacks,
    a_prometheus_scrapes_them_by_its_own_file,
    the_reference_is_what_the_exporters_have,
]


if __name__ == "__main__":
    sys.exit(runner.main(TESTS))

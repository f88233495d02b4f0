#!/usr/bin/env python3
"""The pieces of configuration in monitoring/gateway, under a real nginx: the example of their README, and what becomes of odd requests. Usage: snippets.py BINARY [NAME …]"""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from peers import ROOT, Process, environment_without_proxies, free_port, wait_until  # noqa: E402

TREE = ROOT / ".build-tools/root"
LIBRARIES = TREE / "usr/lib/x86_64-linux-gnu"
SNIPPETS = ROOT / "monitoring/gateway"
KEYS = {
    "timestamp": str, "msec": float, "level": str, "component": str, "message": str, "request_id": str, "remote_addr": str, "method": str, "uri": str,
    "status": int, "bytes": int, "request_time": float, "duration_ms": int, "upstream_addr": str, "upstream_status": str,
    "upstream_response_time": str, "server_port": int,
}


class Nginx:
    """nginx with this http block; logs are in `logs`."""

    made = []

    def __init__(self, directory, http):
        self.directory = directory
        self.logs = directory / "logs"
        self.logs.mkdir(exist_ok=True)
        self.file = directory / "nginx.conf"
        user = "user root root;" if os.getuid() == 0 else ""
        temporary = "\n".join(f"{kind}_temp_path {directory}/temp_{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.file.write_text(f"""
load_module {TREE}/usr/lib/nginx/modules/ndk_http_module.so;
load_module {TREE}/usr/lib/nginx/modules/ngx_http_lua_module.so;
{user}
daemon off;
pid {directory}/nginx.pid;
events {{ worker_connections 256; }}
{http.replace("http {", "http {" + chr(10) + temporary + chr(10) + f'lua_package_path "{TREE}/usr/share/lua/5.1/?.lua;;";', 1)}
""")
        self.environment = {**environment_without_proxies(), "LD_LIBRARY_PATH": f"{LIBRARIES}:{TREE}/lib/x86_64-linux-gnu"}
        self.command = [TREE / "usr/sbin/nginx", "-p", directory, "-c", self.file, "-e", self.logs / "error.log"]
        self.process = None
        Nginx.made.append(self)

    def tested(self):
        done = subprocess.run([*self.command, "-t"], env=self.environment, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0 and "[warn]" not in done.stderr, done.stderr
        return self

    def start(self, port):
        self.process = Process(self.command, self.directory / "nginx.out", env=self.environment)

        def answers():
            assert self.process.child.poll() is None, self.process.output()
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return True
            except OSError:
                return False
        wait_until(answers, 15, "nginx answers")
        return self

    def lines(self, count):
        """The access log's lines as bytes, when there are this many."""
        def complete():
            data = (self.logs / "access.log").read_bytes()
            return (data,) if data.count(b"\n") >= count else None
        lines = wait_until(complete, 20, f"{count} lines of the access log")[0].split(b"\n")
        assert lines.pop() == b"", "the last line is not complete"
        assert len(lines) == count, f"{len(lines)} lines instead of {count}: {lines}"
        return lines

    def stop(self):
        if self.process:
            assert self.process.stop() == 0, self.process.output()

    @classmethod
    def stop_all(cls):
        """Ends what a test that failed has left."""
        for nginx in cls.made:
            nginx.stop()
        cls.made.clear()


def read(line):
    """A line of the log: JSON in UTF-8, each key once, all keys and no others, each of its type."""
    def once(pairs):
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), f"a key twice: {line}"
        return dict(pairs)

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON: {line}")
    entry = json.loads(line.decode("utf-8", "strict"), object_pairs_hook=once, parse_constant=refuse)
    assert {key: type(value) for key, value in entry.items()} == KEYS, line
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", entry["timestamp"]), line
    assert re.fullmatch(r"[0-9a-f]{32}", entry["request_id"]) and entry["component"] == "gateway", line
    assert entry["duration_ms"] == round(entry["request_time"] * 1000), line
    return entry


def ask(port, head, wait=10):
    """Sends bytes, returns all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), wait) as connection:
        connection.sendall(head)
        connection.settimeout(wait)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def get(port, path, *fields):
    """(status, body) of a GET; the path is bytes as they go over the wire."""
    head = b"GET " + path + b" HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n"
    head, _, body = ask(port, head).partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


def from_readme():
    """The example of the README, for this machine."""
    text = (SNIPPETS / "README.md").read_text()
    block = re.search(r"```nginx\n(.*?)```", text, re.S).group(1)
    assert block.count("include F:/flatnet/config/flatnet/") == 3, block
    return block.replace("F:/flatnet/config/flatnet/", f"{SNIPPETS}/")


class Late:
    """A server that answers when it was told to: `/45` after 45 ms."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        with connection:
            path = connection.recv(65536).split(b" ")[1]
            time.sleep(int(path.rsplit(b"/", 1)[1]) / 1000)
            connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nlate")


def gateway(directory, late="127.0.0.1:1"):
    """(nginx by the README's example, port 80's, port 8080's); addresses of callers can be made up with the field X-From."""
    ports = free_port(), free_port()
    refused = f"127.0.0.1:{free_port()}"
    servers = f"""
        location = /ok {{ return 200 "all is well\\n"; }}
        location ~ ^/code/(4|5)(?<rest>..)$ {{ content_by_lua_block {{ ngx.exit(tonumber(ngx.var[1] .. ngx.var.rest)) }} }}
        location /late/ {{ proxy_pass http://{late}/; }}
        location /retried/ {{ proxy_pass http://halves/; }}
        location /dead {{ proxy_pass http://{refused}; }}"""
    http = (
        from_readme()
        .replace("F:/flatnet/logs", f"{directory}/logs").replace("listen 80 ", f"listen 127.0.0.1:{ports[0]} ")
        .replace("listen 8080;", f"listen 127.0.0.1:{ports[1]};").replace("# its other locations stay", servers)
        .replace("# its locations stay", 'location / { content_by_lua_block { ngx.print("{}") } }')
        .replace("http {", f"""http {{
    set_real_ip_from 127.0.0.1; real_ip_header X-From;
    upstream halves {{ server {refused} max_fails=0; server {late} backup; }}
    include {SNIPPETS}/stub-status-listener.conf;""".replace("http {{", "http {"), 1))
    # Its port is a fixed one: another test run may hold it.
    listener = free_port()
    text = (SNIPPETS / "stub-status-listener.conf").read_text()
    assert "listen 127.0.0.1:8089;" in text
    (directory / "listener.conf").write_text(text.replace("8089", str(listener)))
    http = http.replace(f"{SNIPPETS}/stub-status-listener.conf", f"{directory}/listener.conf")
    (directory / "logs").mkdir()
    return Nginx(directory, http).tested().start(ports[0]), *ports, listener


def the_example_of_the_readme_is_accepted_and_counts_connections(directory):
    nginx, port, api, listener = gateway(directory)
    for place in (port, listener):
        status, body = get(place, b"/stub_status")
        assert status == 200, (status, body)
        assert re.fullmatch(rb"Active connections: \d+ \nserver accepts handled requests\n \d+ \d+ \d+ \nReading: \d+ Writing: \d+ Waiting: \d+ \n", body), body
    assert get(listener, b"/")[0] == 404
    assert get(port, b"/health") == (200, b"OK\n")
    nginx.stop()
    # Neither is a request of a user.
    assert nginx.lines(0) == []


def only_this_machine_and_wsl2_reach_stub_status_and_with_nebula_the_api(directory):
    nginx, port, api, _ = gateway(directory)
    callers = {
        b"127.0.0.1": (200, 200), b"127.8.0.1": (200, 200), b"172.16.0.1": (200, 200), b"172.25.160.9": (200, 200), b"172.31.255.254": (200, 200),
        b"10.100.1.20": (403, 200), b"10.101.0.1": (403, 403), b"172.15.0.1": (403, 403), b"172.32.0.1": (403, 403), b"192.168.10.57": (403, 403),
        b"2001:db8::1": (403, 403),
    }
    for caller, expected in callers.items():
        found = get(port, b"/stub_status", b"X-From: " + caller)[0], get(api, b"/api/containers", b"X-From: " + caller)[0]
        assert found == expected, (caller, found, expected)
    nginx.stop()
    assert (nginx.logs / "api_access.log").read_text().count('"GET /api/containers HTTP/1.1" 200') == 6


def every_request_is_one_line_of_json_with_all_keys(directory):
    nginx, port, _, _ = gateway(directory)
    japanese = "/ok?page=写真".encode()
    wanted = [
        # What is sent, then status, method, uri and level of its line.
        (b"GET /ok HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n", 200, "GET", "/ok", "INFO"),
        (b"GET /ok HTTP/1.0\r\n\r\n", 200, "GET", "/ok", "INFO"),
        (b"HEAD /ok HTTP/1.0\r\n\r\n", 200, "HEAD", "/ok", "INFO"),
        (b'GET /ok?a="b"&c=\\d HTTP/1.0\r\n\r\n', 200, "GET", '/ok?a="b"&c=\\d', "INFO"),
        (b"GET /ok?%22%00%5c%ff HTTP/1.0\r\n\r\n", 200, "GET", "/ok?%22%00%5c%ff", "INFO"),
        (b"GET /ok?\t\x01 HTTP/1.0\r\n\r\n", 400, None, None, "WARN"),
        (b"GET " + japanese + b" HTTP/1.0\r\n\r\n", 200, "GET", "/ok?page=写真", "INFO"),
        (b"GET /ok?" + "写真 \U0001f4f7".encode().replace(b" ", b"") * 400 + b" HTTP/1.0\r\n\r\n", 200, "GET", "/ok?" + "写真\U0001f4f7" * 400, "INFO"),
        (b"GET " + "/ok?page=写真".encode("shift-jis") + b" HTTP/1.0\r\n\r\n", 200, "GET", "(not UTF-8)", "INFO"),
        (b"GET /ok?\xc0\xaf\xed\xa0\x80 HTTP/1.0\r\n\r\n", 200, "GET", "(not UTF-8)", "INFO"),
        (b"GET /ok?\xe5\x86 HTTP/1.0\r\n\r\n", 200, "GET", "(not UTF-8)", "INFO"),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400, "", "", "WARN"),
        (b"\xff\xfe\"\\\r\n\r\n", 400, "", "", "WARN"),
        (b"GET\r\n\r\n", 400, None, None, "WARN"),
        (b"GET /ok HTTP/9.9\r\n\r\n", 505, "", "", "ERROR"),
        (b"GET /ok\r\n", 200, "GET", "/ok", "INFO"),
        (b"FLY /missing HTTP/1.0\r\n\r\n", 405, "FLY", "/missing", "WARN"),
        (b"GET /code/404 HTTP/1.0\r\n\r\n", 404, "GET", "/code/404", "WARN"),
        (b"GET /code/503 HTTP/1.0\r\n\r\n", 503, "GET", "/code/503", "ERROR"),
        (b"GET /" + b"a" * 20000 + b" HTTP/1.0\r\n\r\n", 414, None, None, "WARN"),
    ]
    for number, (sent, status, method, uri, level) in enumerate(wanted, 1):
        ask(port, sent)
        line = nginx.lines(number)[-1]
        entry = read(line)
        assert (entry["status"], entry["level"]) == (status, level), (sent[:80], line)
        assert method is None or (entry["method"], entry["uri"], entry["message"]) == (method, uri, f"{method} {uri}"), (sent[:80], line)
        assert entry["remote_addr"] == "127.0.0.1" and entry["server_port"] == port, line
        assert entry["upstream_addr"] == entry["upstream_status"] == entry["upstream_response_time"] == "", line
    nginx.stop()


def a_client_that_leaves_and_a_second_try_are_told(directory):
    late = Late()
    nginx, port, _, _ = gateway(directory, late.address)
    assert get(port, b"/retried/0") == (200, b"late")
    entry = read(nginx.lines(1)[-1])
    assert entry["status"] == 200 and entry["upstream_status"] == "502, 200", entry
    assert entry["upstream_addr"].split(", ")[1] == late.address and len(entry["upstream_response_time"].split(", ")) == 2, entry
    assert get(port, b"/dead")[0] == 502
    entry = read(nginx.lines(2)[-1])
    assert (entry["status"], entry["level"], entry["upstream_status"]) == (502, "ERROR", "502"), entry
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /late/1500 HTTP/1.0\r\n\r\n")
        wait_until(lambda: get(port, b"/ok")[0] == 200, 5, "the other request is on its way")
    entries = [read(line) for line in nginx.lines(4)[2:]]
    assert sorted(entry["status"] for entry in entries) == [200, 499], entries
    nginx.stop()


def milliseconds_are_those_of_the_request_time(directory):
    """`read` compares the two of every line; here they are what the upstream took."""
    late = Late()
    nginx, port, _, _ = gateway(directory, late.address)
    for number, milliseconds in enumerate((0, 45, 250, 1234), 1):
        assert get(port, b"/late/%d" % milliseconds) == (200, b"late")
        entry = read(nginx.lines(number)[-1])
        # nginx's clock stands still within a turn of its loop.
        assert entry["duration_ms"] >= milliseconds - 5, (milliseconds, entry)
        assert entry["upstream_addr"] == late.address, entry
    nginx.stop()


def maps_give_the_right_value_for_every_input(directory):
    """The maps of log-format.conf with arguments of the request in the place of what nginx measures."""
    text = (SNIPPETS / "log-format.conf").read_text()
    for variable in ("request_time", "status", "server_port"):
        assert text.count(f"map ${variable} ") >= 1, variable
        text = text.replace(f"map ${variable} ", f"map $arg_{variable} ")
    text = text.replace("default $status;", "default $arg_status;").replace("default                        $status;", "default $arg_status;")
    text = text.replace("default $server_port;", "default $arg_server_port;")
    (directory / "maps.conf").write_text(text)
    port = free_port()
    nginx = Nginx(directory, f"""http {{
    include {directory}/maps.conf;
    access_log off;
    server {{ listen 127.0.0.1:{port}; location / {{ return 200 "$flatnet_duration_ms $flatnet_status $flatnet_level $flatnet_port"; }} }}
}}""").tested().start(port)
    times = {"0.000": 0, "0.001": 1, "0.009": 9, "0.010": 10, "0.045": 45, "0.099": 99, "0.100": 100, "0.999": 999, "1.000": 1000, "1.001": 1001,
             "1.234": 1234, "9.050": 9050, "10.000": 10000, "12.000": 12000, "59.999": 59999, "3600.001": 3600001, "": 0, "-": 0}
    for seconds, milliseconds in times.items():
        assert get(port, b"/?request_time=" + seconds.encode())[1].split(b" ")[0] == b"%d" % milliseconds, seconds
    statuses = {"200": (200, "INFO"), "101": (101, "INFO"), "302": (302, "INFO"), "400": (400, "WARN"), "499": (499, "WARN"), "500": (500, "ERROR"),
                "599": (599, "ERROR"), "000": (0, "INFO"), "009": (9, "INFO")}
    for status, (number, level) in statuses.items():
        assert get(port, b"/?status=" + status.encode())[1].split(b" ")[1:3] == [b"%d" % number, level.encode()], status
    assert get(port, b"/?server_port=3080")[1].split(b" ")[3] == b"3080"
    assert get(port, b"/")[1].split(b" ")[3] == b"0"
    nginx.stop()


if __name__ == "__main__":
    sys.exit(runner.main([
        the_example_of_the_readme_is_accepted_and_counts_connections, only_this_machine_and_wsl2_reach_stub_status_and_with_nebula_the_api,
        every_request_is_one_line_of_json_with_all_keys, a_client_that_leaves_and_a_second_try_are_told, milliseconds_are_those_of_the_request_time,
        maps_give_the_right_value_for_every_input,
    ], Nginx.stop_all))

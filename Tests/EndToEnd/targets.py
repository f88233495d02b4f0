"""Scrape targets that can be made ill: real HTTP servers of one gauge, one counter and what a fault makes of them."""
import http.server
import threading
import time


class Target:
    """One server on a port of its own. `mode` is its health; `values` are added to the page."""

    def __init__(self, name, port=0):
        self.name = name
        self.mode = "well"
        self.temperature = 20.0
        self.errors = 0.0
        self.extra = ""
        self.scrapes = 0
        self._since = time.monotonic()
        self._errors_a_second = 0.0
        self._lock = threading.Lock()
        self._server = None
        self.port = port
        self._listen()
        self.address = f"127.0.0.1:{self.port}"

    # Health

    def fail(self, mode):
        """`refuse`: nobody listens. `hang`: no answer. `error`: 500. `garbage`: no metrics. `hot`: the gauge is high. `errors`: the counter runs."""
        if mode == "refuse":
            self._close()
        elif mode == "hot":
            self.temperature = 90.0
        elif mode == "errors":
            self._run_errors(5.0)
        self.mode = mode

    def recover(self):
        if self.mode == "refuse":
            self._listen()
        self.temperature = 20.0
        self._run_errors(0.0)
        self.mode = "well"

    def _run_errors(self, a_second):
        with self._lock:
            now = time.monotonic()
            self.errors += (now - self._since) * self._errors_a_second
            self._since, self._errors_a_second = now, a_second

    def page(self):
        self._run_errors(self._errors_a_second)
        return (
            "# TYPE temperature gauge\n"
            f"temperature{{room=\"{self.name}\"}} {self.temperature}\n"
            "# TYPE errors_total counter\n"
            f"errors_total {self.errors}\n{self.extra}"
        )

    # The server

    def _listen(self):
        target = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                target.scrapes += 1
                if target.mode == "hang":
                    # Until the client gives up, or the target is well again.
                    until = time.monotonic() + 30
                    while target.mode == "hang" and time.monotonic() < until:
                        time.sleep(0.1)
                status = 500 if target.mode == "error" else 200
                body = b"]this is no metric[\n" if target.mode == "garbage" else target.page().encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass
                # A target that dies takes its connections along.
                self.close_connection = target.mode != "well" or self.close_connection

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, *_):
                pass

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def _close(self):
        if self._server is not None:
            # Kept-alive connections must go too: whoever has one would still be answered.
            self.mode = "refuse"
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def close(self):
        self.mode = "well"
        self._close()

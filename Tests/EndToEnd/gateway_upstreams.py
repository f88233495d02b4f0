"""What stands behind the Gateway in the tests: a server that is well, and servers that fail in one way each."""
import base64
import hashlib
import http.server
import socket
import threading

from gateway_namespace import within


class Upstreams:
    """Each on a port of its own. `closed`, `hung` and `upgraded` count what came."""

    def __init__(self, address="127.0.0.1", namespace=None):
        self.address, self.namespace = address, namespace
        self.closed = self.hung = self.upgraded = 0
        self._open = []
        self._lock = threading.Lock()
        self.backend = None
        self.backend_port = 0
        self.start_backend()
        self.closing = self._listen(self._close)
        self.hanging = self._listen(self._hang)
        self.websockets = self._listen(self._upgrade)

    @property
    def backend_address(self):
        return f"{self.address}:{self.backend_port}"

    # The one that is well

    def start_backend(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = b"from behind the Gateway\n"
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 1024

            def handle_error(self, *_):
                pass

        self.backend = within(self.namespace, Server, (self.address, self.backend_port), Handler)
        self.backend_port = self.backend.server_address[1]
        threading.Thread(target=self.backend.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop_backend(self):
        self.backend.shutdown()
        self.backend.server_close()

    # Those that fail

    def _listen(self, serve):
        listener = within(self.namespace, socket.socket)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.address, 0))
        listener.listen(1024)
        self._open.append(listener)

        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=self._guarded, args=(serve, connection), daemon=True).start()
        threading.Thread(target=accept, daemon=True).start()
        return f"{self.address}:{listener.getsockname()[1]}"

    @staticmethod
    def _guarded(serve, connection):
        try:
            serve(connection)
        except OSError:
            pass

    @staticmethod
    def _request(connection):
        """The head of the request; empty when the other end closed first, as a probe does."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return b""
            data += more
        return data

    def _close(self, connection):
        with connection:
            if self._request(connection):
                with self._lock:
                    self.closed += 1

    def _hang(self, connection):
        if self._request(connection):
            with self._lock:
                self.hung += 1
        # Until the Gateway gives up.
        connection.recv(1)
        connection.close()

    def _upgrade(self, connection):
        with connection:
            head = self._request(connection)
            if not head:
                return
            key = next((l.split(b":", 1)[1].strip() for l in head.split(b"\r\n") if l.lower().startswith(b"sec-websocket-key:")), b"")
            accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
            connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
            with self._lock:
                self.upgraded += 1
            while data := connection.recv(4096):
                connection.sendall(data)

    def close(self):
        self.stop_backend()
        for listener in self._open:
            # An accept that waits ends only so.
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            listener.close()

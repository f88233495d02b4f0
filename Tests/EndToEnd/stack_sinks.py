"""Where the stack's messages go: a server shaped as Slack's webhooks, and a mail server with STARTTLS and a password; both in a namespace."""
import asyncio
import email
import email.policy
import html
import http.server
import json
import logging
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time
import warnings

from gateway_namespace import within
from peers import ROOT

for modules in (ROOT / ".build-tools" / "python", ROOT / ".build-tools" / "root" / "usr" / "lib" / "python3" / "dist-packages"):
    if modules.exists():
        sys.path.insert(0, str(modules))
# It speaks of its own deprecations.
warnings.simplefilter("ignore")
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword  # noqa: E402

USER, PASSWORD = "flatalert", "for this test alone"


class Message:
    """One message, however it came: its one line of subject and all its words."""

    def __init__(self, kind, subject, text, to):
        self.kind, self.subject, self.text, self.to, self.time = kind, subject, text, to, time.monotonic()

    @property
    def words(self):
        return f"{self.subject}\n{self.text}"

    @property
    def over(self):
        """Whether it tells an end."""
        return any(mark in self.subject for mark in ("RESOLVED", "🟢", "復旧", "解消", "⚪", "ENDED", "OVER"))

    def __repr__(self):
        return f"<{self.kind} {self.to}: {self.subject}>"


class Sinks:
    """Both, and all that came in order of arrival."""

    def __init__(self, directory, address, namespace):
        self.address, self.namespace, self.messages, self.faults = address, namespace, [], []
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.path = "/services/T0000/B0000/secretOfThisTest"
        self._slack()
        self._mail()

    @property
    def slack_url(self):
        return f"http://{self.address}:{self.slack_port}{self.path}"

    def _slack(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                answer, status = b"ok", 200
                if self.path != outer.path:
                    answer, status = b"invalid_token", 403
                    outer.faults.append(f"Slack was asked for {self.path}")
                else:
                    try:
                        outer.messages.append(slack_message(json.loads(raw)))
                    except (ValueError, KeyError) as error:
                        answer, status = b"invalid_payload", 400
                        outer.faults.append(f"not a message for Slack: {error!r}: {raw[:500]!r}")
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.slack = within(self.namespace, http.server.ThreadingHTTPServer, (self.address, 0), Handler)
        self.slack_port = self.slack.server_address[1]
        threading.Thread(target=self.slack.serve_forever, daemon=True).start()

    def _mail(self):
        outer = self
        key, certificate = self.directory / "key.pem", self.directory / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail.test", "-addext",
             f"subjectAltName=IP:{self.address}", "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=60)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                try:
                    outer.messages.append(mail_message(envelope))
                except (KeyError, LookupError) as error:
                    outer.faults.append(f"not a mail: {error!r}: {envelope.content[:500]!r}")
                return "250 queued"

        def authenticator(server, session, envelope, mechanism, data):
            good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
            if not good:
                outer.faults.append(f"the mail server refused {mechanism} {data!r}")
            return AuthResult(success=good, handled=good)

        def factory():
            return SMTP(Handler(), hostname="mail.test", enable_SMTPUTF8=True, tls_context=context, require_starttls=True, authenticator=authenticator,
                        auth_required=True, auth_require_tls=True, auth_exclude_mechanism=["LOGIN"])

        def listener():
            made = socket.socket()
            made.bind((self.address, 0))
            return made

        listening = within(self.namespace, listener)
        self.mail_port = listening.getsockname()[1]
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()

        def serve():
            asyncio.set_event_loop(self.loop)
            self.server = self.loop.run_until_complete(self.loop.create_server(factory, sock=listening))
            ready.set()
            self.loop.run_forever()
        threading.Thread(target=serve, daemon=True).start()
        assert ready.wait(20), "the mail server did not start"

    def of(self, name, kind=None, over=None, since=0):
        """Messages about an alert: those with its name in the subject. One that only says that it is suppressed has it elsewhere."""
        return [m for m in self.messages[since:] if name in m.subject and kind in (None, m.kind) and over in (None, m.over)]

    def close(self):
        self.slack.shutdown()
        self.slack.server_close()
        self.loop.call_soon_threadsafe(self.loop.stop)


def slack_message(payload):
    """The words that people see of a payload, whatever parts it uses."""
    attachments = payload.get("attachments", [])
    blocks = [*payload.get("blocks", []), *(b for a in attachments for b in a.get("blocks", []))]
    subject = " ".join(filter(None, [payload.get("text", ""), *(a.get("pretext", "") for a in attachments), *(a.get("title", "") for a in attachments)]))
    lines = [a["text"] for a in attachments if a.get("text")]
    lines += [f"{f.get('title', '')} {f.get('value', '')}" for a in attachments for f in a.get("fields", [])]
    lines += [b["text"]["text"] for b in blocks if isinstance(b.get("text"), dict)]
    if not (subject or lines):
        raise ValueError("no words")
    return Message("slack", html.unescape(subject or lines[0]), html.unescape("\n".join(lines)), payload.get("channel", ""))


def mail_message(envelope):
    parsed = email.message_from_bytes(envelope.content, policy=email.policy.SMTP)
    part = parsed.get_body(("plain",)) or parsed.get_body(("html",))
    return Message("mail", str(parsed["Subject"]), part.get_content(), ", ".join(envelope.rcpt_tos))

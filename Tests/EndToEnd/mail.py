#!/usr/bin/env python3
"""E-mail end to end: a real mail server (aiosmtpd) takes what Flatalert sends. Usage: mail.py BINARY [NAME …]"""
import datetime
import email
import email.policy
import email.utils
import logging
import pathlib
import re
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from peers import ROOT, Flatalert, Webhook, free_port, request, wait_until  # noqa: E402

sys.path.insert(0, str(ROOT / ".build-tools" / "python"))
# It warns of what the tests do on purpose: passwords without STARTTLS.
warnings.simplefilter("ignore")
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
from aiosmtpd.controller import Controller  # noqa: E402
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
PASSWORD = "correct horse battery"


class Received:
    """One mail: its envelope, its bytes, and how it came."""

    def __init__(self, server, session, envelope):
        self.sender = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.raw = envelope.content
        self.message = email.message_from_bytes(envelope.content, policy=email.policy.SMTP)
        self.encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.authenticated = session.authenticated
        self.time = time.monotonic()

    def part(self, kind):
        parts = [p for p in self.message.walk() if p.get_content_type() == kind]
        return parts[0].get_content() if parts else None


class MailServer:
    """A mail server on 127.0.0.1 that keeps what it takes."""

    def __init__(self, tls=None, implicit=False, auth=False, **options):
        self.mails = []
        self.logins = []
        self.attempts = []
        # Answers by step ("RCPT", "DATA"); called with the number of the attempt from 1; None takes it.
        self.refuse = lambda step, attempt: None
        outer = self

        class Handler:
            async def handle_MAIL(self, server, session, envelope, address, mail_options):
                outer.attempts.append(time.monotonic())
                envelope.mail_from = address
                envelope.mail_options.extend(mail_options)
                return "250 OK"

            async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
                answer = outer.refuse("RCPT", len(outer.attempts))
                if answer:
                    return answer
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):
                answer = outer.refuse("DATA", len(outer.attempts))
                if answer:
                    return answer
                outer.mails.append(Received(server, session, envelope))
                return "250 queued"

        def authenticator(server, session, envelope, mechanism, data):
            ok = isinstance(data, LoginPassword) and data.login == b"alerts" and data.password == PASSWORD.encode()
            outer.logins.append((mechanism, ok))
            return AuthResult(success=ok, handled=ok)

        arguments = dict(
            data_size_limit=64 << 20, enable_SMTPUTF8=True, hostname="mail.test", timeout=60,
            tls_context=None if implicit else tls, require_starttls=tls is not None and not implicit,
            authenticator=authenticator if auth else None, auth_required=auth, auth_require_tls=not implicit and tls is not None, **options)

        class Server(Controller):
            def factory(self):
                return SMTP(self.handler, **arguments)

        self.controller = Server(Handler(), hostname="127.0.0.1", port=free_port(), ssl_context=tls if implicit else None)
        self.controller.start()
        self.port = self.controller.port

    def close(self):
        self.controller.stop()


class CutsOnce:
    """Stands before a mail server and cuts the first connection in the middle of the mail."""

    def __init__(self, behind):
        self.cut = 0
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                if outer.cut:
                    return relay(self.request, behind)
                file = self.request.makefile("rb")
                self.request.sendall(b"220 mail.test\r\n")
                for line in file:
                    if line.upper().startswith(b"DATA"):
                        self.request.sendall(b"354 go ahead\r\n")
                        file.read1(100)
                        outer.cut += 1
                        # A reset, not an orderly end.
                        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                        file.close()
                        return
                    self.request.sendall(b"250 fine\r\n")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def relay(client, port):
    """Carries bytes both ways until one side ends."""
    with socket.create_connection(("127.0.0.1", port)) as server:
        def copy(source, target):
            try:
                while data := source.recv(65536):
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        back = threading.Thread(target=copy, args=(server, client))
        back.start()
        copy(client, server)
        back.join()


def certificates(directory):
    """A certificate authority and a server certificate for 127.0.0.1; returns (the server's TLS context, the authority's file)."""
    directory.mkdir(parents=True, exist_ok=True)

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", *key, "-subj", "/CN=mail.test", "-keyout", "server.key", "-out", "server.csr")
    (directory / "server.ext").write_text("subjectAltName=IP:127.0.0.1,DNS:mail.test")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "server.ext", "-out", "server.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / "server.pem", directory / "server.key")
    return context, directory / "ca.pem"


def configuration(port, smtp="", receiver="", to="oncall@example.jp", group_by="[alertname]", more="", interval="1s"):
    """A configuration with one e-mail receiver; `smtp` are lines of global, `receiver` lines of email_configs."""
    def indented(lines, by):
        return "".join(" " * by + line + "\n" for line in lines.strip("\n").splitlines())
    return f"""
global:
  smtp_smarthost: 127.0.0.1:{port}
  smtp_from: Flatalert <alerts@example.jp>
{indented(smtp, 2)}
route:
  receiver: mail
  group_by: {group_by}
  group_wait: 0s
  group_interval: {interval}
  repeat_interval: 1h
receivers:
- name: mail
  email_configs:
  - to: '{to}'
{indented(receiver, 4)}
{more}"""


AUTH = f"""
smtp_auth_username: alerts
smtp_auth_password: {PASSWORD}
"""


STARTED = []


def start(directory, text, extra=()):
    flatalert = Flatalert(BINARY, directory / "flatalert", text, extra=extra)
    STARTED.append(flatalert)
    return flatalert.ready()


def stop(flatalert):
    """Every test ends so: orderly, and without the password in any output."""
    status, metrics = request(flatalert.url + "/metrics")
    assert flatalert.stop() == 0
    for text in (flatalert.output(), metrics):
        assert PASSWORD not in text, "the password is in the log or the metrics"


def failed(flatalert, reason=None):
    """The value of the counter of failed e-mail notifications, over all reasons or of one."""
    lines = re.findall(r'^alertmanager_notifications_failed_total\{(.*)\} (\S+)$', request(flatalert.url + "/metrics")[1], re.M)
    return sum(float(value) for labels, value in lines if 'integration="email"' in labels and (not reason or f'reason="{reason}"' in labels))


def firing(name, **annotations):
    return {"labels": {"alertname": name}, "annotations": annotations}


def starttls_and_auth_to_two_recipients(directory):
    tls, ca = certificates(directory / "tls")
    server = MailServer(tls, auth=True)
    flatalert = start(directory, configuration(
        server.port, AUTH + f"smtp_tls_config: {{ca_file: {ca}}}", "headers: {x-priority: '1'}",
        to='First Person <first@example.jp>, second@example.jp'))
    flatalert.post(firing("Load", summary="load is high"))
    mail = wait_until(lambda: server.mails, 20, "a mail")[0]
    assert mail.encrypted and mail.authenticated and server.logins[-1][1], server.logins
    assert (mail.sender, mail.recipients) == ("alerts@example.jp", ["first@example.jp", "second@example.jp"])
    head = mail.message
    assert head["Subject"].rstrip() == "[FIRING:1] Load", head["Subject"]
    assert head["From"] == "Flatalert <alerts@example.jp>" and head["To"] == "First Person <first@example.jp>, second@example.jp"
    assert head["X-Priority"] == "1" and re.fullmatch(r"<\d+\.\d+@[^>]+>", head["Message-Id"]), head["Message-Id"]
    assert head.get_content_type() == "multipart/alternative" and head["MIME-Version"] == "1.0"
    written = email.utils.parsedate_to_datetime(head["Date"]).timestamp()
    assert abs(written - time.time()) < 60, head["Date"]
    assert "Load" in mail.part("text/html") and mail.part("text/plain") is None
    time.sleep(3)
    assert len(server.mails) == 1, "told once"
    stop(flatalert)
    server.close()


def implicit_tls(directory):
    tls, ca = certificates(directory / "tls")
    server = MailServer(tls, implicit=True, auth=True)
    flatalert = start(directory, configuration(
        server.port, AUTH + f"smtp_tls_config: {{ca_file: {ca}}}\nsmtp_force_implicit_tls: true", "text: plain\nhtml: ''"))
    flatalert.post(firing("Load"))
    mail = wait_until(lambda: server.mails, 20, "a mail")[0]
    assert mail.encrypted and mail.authenticated
    assert mail.part("text/plain") == "plain" and mail.part("text/html") is None, mail.raw
    stop(flatalert)
    server.close()


def an_unknown_authority_is_refused_until_it_is_configured(directory):
    tls, ca = certificates(directory / "tls")
    server = MailServer(tls, auth=True)
    flatalert = start(directory, configuration(server.port, AUTH, interval="10s"))
    flatalert.post(firing("Load"))
    wait_until(lambda: "certificate" in flatalert.output(), 20, "a log line about the certificate")
    assert not server.mails and not server.logins
    flatalert.file.write_text(configuration(server.port, AUTH + f"smtp_tls_config: {{ca_file: {ca}}}", interval="1s"))
    assert request(flatalert.url + "/-/reload", b"", "POST")[0] == 200
    wait_until(lambda: server.mails, 30, "a mail once the authority is known")
    stop(flatalert)
    server.close()


def a_server_without_starttls_is_refused(directory):
    server = MailServer()
    flatalert = start(directory, configuration(server.port, AUTH))
    flatalert.post(firing("Load"))
    wait_until(lambda: "STARTTLS" in flatalert.output(), 20, "a log line about STARTTLS")
    assert not server.mails and not server.attempts
    stop(flatalert)
    server.close()


def a_wrong_password_is_tried_once(directory):
    """535 again and again locks accounts."""
    tls, ca = certificates(directory / "tls")
    server = MailServer(tls, auth=True)
    smtp = f"smtp_auth_username: alerts\nsmtp_auth_password: {PASSWORD} wrong\nsmtp_tls_config: {{ca_file: {ca}}}"
    flatalert = start(directory, configuration(server.port, smtp, interval="30s"))
    flatalert.post(firing("Load"))
    wait_until(lambda: failed(flatalert, "authError") == 1, 20, "a failed notification")
    time.sleep(8)
    assert len(server.logins) == 1, server.logins
    assert "535" in flatalert.output()
    stop(flatalert)
    # Alertmanager tries it on and on.
    flatalert = start(directory / "alertmanager", configuration(server.port, smtp, interval="30s"), ["--delivery.manners=alertmanager"])
    flatalert.post(firing("Load"))
    wait_until(lambda: len(server.logins) >= 3, 20, "more tries")
    stop(flatalert)
    server.close()


def a_greylisted_mail_comes_after_a_minute(directory):
    """A server that says "later" is left alone for a minute, across flushes, and then gets the mail."""
    server = MailServer()
    server.refuse = lambda step, attempt: "451 4.7.1 greylisted, come back later" if step == "RCPT" and attempt == 1 else None
    flatalert = start(directory, configuration(server.port, "smtp_require_tls: false", interval="5s"))
    flatalert.post(firing("Load"))
    wait_until(lambda: server.attempts, 20, "the first attempt")
    mail = wait_until(lambda: server.mails, 100, "the mail")[0]
    assert len(server.attempts) == 2, server.attempts
    assert 59 < server.attempts[1] - server.attempts[0] < 80, server.attempts
    time.sleep(8)
    assert len(server.mails) == 1 and len(server.attempts) == 2
    assert "greylisted" in flatalert.output()
    stop(flatalert)
    server.close()


def a_refused_recipient_is_final(directory):
    server = MailServer()
    server.refuse = lambda step, attempt: "550 5.1.1 no such user" if step == "RCPT" else None
    flatalert = start(directory, configuration(server.port, "smtp_require_tls: false", interval="30s"))
    flatalert.post(firing("Load"))
    wait_until(lambda: failed(flatalert) == 1, 20, "a failed notification")
    time.sleep(5)
    assert len(server.attempts) == 1 and not server.mails and "no such user" in flatalert.output()
    stop(flatalert)
    server.close()


def a_connection_cut_in_the_mail_is_tried_again(directory):
    server = MailServer()
    front = CutsOnce(server.port)
    flatalert = start(directory, configuration(front.port, "smtp_require_tls: false", interval="20s"))
    flatalert.post(firing("Load", text="x" * 100_000))
    wait_until(lambda: server.mails, 20, "the mail")
    time.sleep(3)
    assert front.cut == 1 and len(server.mails) == 1
    stop(flatalert)
    front.close()
    server.close()


def japanese_is_read_back_equal(directory):
    """Subject, names and bodies, read by Python's own mail parser."""
    subject = "[障害] 高負荷が続いています 🔥: " + "長い件名" * 20
    name = "運用チーム 当番"
    text = "概要: {{ range .Alerts }}{{ .Annotations.summary }}{{ end }}\nEnd = 終わり\n"
    server = MailServer()
    fields = f"headers: {{Subject: '{subject}', X-Note: '日本語'}}"
    html = "html: '<p>{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}</p>'"
    plain = 'text: "' + text.replace("\n", "\\n") + '"'
    flatalert = start(directory, configuration(
        server.port, "smtp_require_tls: false", "\n".join([fields, html, plain]), to=f"{name} <touban@example.jp>"))
    summary = "ディスク使用率が 95% を超えました。<至急> & 確認"
    flatalert.post(firing("Load", summary=summary))
    mail = wait_until(lambda: server.mails, 20, "a mail")[0]
    assert mail.raw.isascii(), "only ASCII on the wire"
    assert all(len(line) <= 998 for line in mail.raw.split(b"\r\n"))
    assert mail.message["Subject"] == subject, mail.message["Subject"]
    assert mail.message["X-Note"] == "日本語"
    [address] = mail.message["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, "touban@example.jp"), address
    expected = text.replace("{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}", summary)
    assert mail.part("text/plain").replace("\r\n", "\n") == expected, mail.part("text/plain")
    assert mail.part("text/html").strip() == "<p>ディスク使用率が 95% を超えました。&lt;至急&gt; &amp; 確認</p>", mail.part("text/html")
    stop(flatalert)
    server.close()


def the_mails_of_a_group_are_a_thread(directory):
    server = MailServer()
    flatalert = start(directory, configuration(
        server.port, "smtp_require_tls: false", "send_resolved: true\nthreading: {enabled: true, thread_by_date: daily}"))
    flatalert.post(firing("Load"), firing("Disk"))
    wait_until(lambda: len(server.mails) == 2, 20, "both groups told")
    flatalert.post({**firing("Load"), "startsAt": later(-60), "endsAt": later(-1)})
    wait_until(lambda: len(server.mails) == 3, 20, "the end told")
    roots = {}
    for mail in server.mails:
        root = mail.message["References"]
        assert root == mail.message["In-Reply-To"] and re.fullmatch(r"<alert-[0-9a-f]{16}-\d{4}-\d\d-\d\d@alertmanager>", root), root
        roots.setdefault("Load" if "Load" in mail.message["Subject"] else "Disk", set()).add(root)
    assert len(roots["Load"]) == 1 and len(roots["Disk"]) == 1 and roots["Load"] != roots["Disk"], roots
    assert len({mail.message["Message-Id"] for mail in server.mails}) == 3
    stop(flatalert)
    server.close()


def nothing_can_be_injected(directory):
    """Line ends and NUL in labels reach the subject and a display name, and stay there."""
    server = MailServer()
    flatalert = start(directory, configuration(
        server.port, "smtp_require_tls: false",
        "headers: {Subject: '{{ .CommonLabels.evil }}', X-Label: '{{ .CommonLabels.nul }}'}\nhtml: ''\n"
        "text: '{{ .CommonLabels.evil }}'"))
    evil = "calm\r\nBcc: victim@example.jp\r\n\r\n<script>\r\n.\r\nMAIL FROM:<evil@example.jp>\r\n"
    flatalert.post({"labels": {"alertname": "Load", "evil": evil, "nul": "a\0b"}})
    mail = wait_until(lambda: server.mails, 20, "a mail")[0]
    raw_head = mail.raw.split(b"\r\n\r\n")[0].decode("ascii")
    names = [line.split(":")[0] for line in raw_head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert sorted(names) == sorted(["Subject", "X-Label", "To", "From", "Message-Id", "Date", "Content-Type", "MIME-Version"]), names
    assert mail.recipients == ["oncall@example.jp"] and "\0" not in mail.raw.decode()
    assert mail.raw.replace(b"\r\n", b"").count(b"\r") == mail.raw.replace(b"\r\n", b"").count(b"\n") == 0
    body = mail.message.get_payload()[0].get_payload(decode=True).decode()
    assert body.replace("\r\n", "\n") == evil.replace("\r\n", "\n"), body
    time.sleep(2)
    assert len(server.mails) == 1 and len(server.attempts) == 1
    stop(flatalert)
    server.close()


def a_template_that_fails_is_replaced(directory):
    """The alert arrives all the same, with the template's error."""
    server = MailServer()
    flatalert = start(directory, configuration(
        server.port, "smtp_require_tls: false",
        "headers: {Subject: '{{ if eq .CommonLabels.alertname \"Load\" }}{{ index .Alerts 7 }}{{ end }}'}"))
    flatalert.post(firing("Load", summary="load is high"))
    mail = wait_until(lambda: server.mails, 20, "a mail")[0]
    assert "[FIRING:1]" in mail.message["Subject"], mail.message["Subject"]
    assert "load is high" in mail.part("text/plain") and "template" in mail.part("text/plain"), mail.part("text/plain")
    stop(flatalert)
    server.close()


def a_huge_label_value_is_bounded(directory):
    """Ten megabytes in a label: a mail arrives that a server takes, and others still do."""
    server = MailServer()
    flatalert = start(directory, configuration(server.port, "smtp_require_tls: false", interval="60s"))
    flatalert.post({"labels": {"alertname": "Huge", "text": "x" * (10 << 20)}})
    mail = wait_until(lambda: server.mails, 60, "the mail")[0]
    assert "Huge" in mail.message["Subject"] and len(mail.message["Subject"]) < 20_000, len(mail.message["Subject"])
    assert len(mail.raw) < 64 << 20 and all(len(line) <= 998 for line in mail.raw.split(b"\r\n"))
    flatalert.post(firing("Small"))
    wait_until(lambda: len(server.mails) == 2, 20, "the next mail")
    stop(flatalert)
    server.close()


def ten_thousand_alerts_in_one_mail(directory):
    server = MailServer()
    flatalert = start(directory, configuration(
        server.port, "smtp_require_tls: false", group_by="[cluster]", interval="60s").replace("group_wait: 0s", "group_wait: 5s"))
    for first in range(0, 10_000, 1000):
        flatalert.post(*({"labels": {"alertname": "Many", "cluster": "c", "n": str(n)}, "annotations": {"summary": f"number <{n}>"}}
                         for n in range(first, first + 1000)))
    mail = wait_until(lambda: server.mails, 60, "the mail")[0]
    html = mail.part("text/html")
    assert all(f"number &lt;{n}&gt;" in html for n in range(0, 10_000, 97)), len(html)
    assert mail.message["Subject"].startswith("[FIRING:10000] c"), mail.message["Subject"]
    assert all(len(line) <= 998 for line in mail.raw.split(b"\r\n"))
    stop(flatalert)
    server.close()


def a_mail_server_that_hangs_delays_no_webhook(directory):
    silent = socket.create_server(("127.0.0.1", 0), backlog=50)
    webhook = Webhook()
    flatalert = start(directory, configuration(
        silent.getsockname()[1], "smtp_require_tls: false", interval="10s",
        more=f"  webhook_configs:\n  - url: {webhook.url}\n"))
    for n in range(20):
        flatalert.post(firing(f"Load{n}"))
    wait_until(lambda: len({a["labels"]["alertname"] for a in webhook.told("firing")}) == 20, 10, "all at the webhook")
    stop(flatalert)
    silent.close()
    webhook.close()


def later(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat()


TESTS = [
    starttls_and_auth_to_two_recipients,
    implicit_tls,
    an_unknown_authority_is_refused_until_it_is_configured,
    a_server_without_starttls_is_refused,
    a_wrong_password_is_tried_once,
    a_refused_recipient_is_final,
    a_connection_cut_in_the_mail_is_tried_again,
    japanese_is_read_back_equal,
    the_mails_of_a_group_are_a_thread,
    nothing_can_be_injected,
    a_template_that_fails_is_replaced,
    a_huge_label_value_is_bounded,
    ten_thousand_alerts_in_one_mail,
    a_mail_server_that_hangs_delays_no_webhook,
    a_greylisted_mail_comes_after_a_minute,
]


def end_what_is_left():
    """What a failed test has left running."""
    while STARTED:
        left = STARTED.pop()
        if left.child.poll() is None:
            left.kill()


if __name__ == "__main__":
    sys.exit(runner.main(TESTS, after=end_what_is_left))

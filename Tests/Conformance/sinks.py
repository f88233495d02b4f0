"""Where notifications arrive: an HTTP and an SMTP server on one event loop, which write down all that they are told.

How they answer follows from the path or the recipient, so that both programs meet the same: `…?answer=503,200` answers the first request of each body 503 and all
further ones 200; a recipient `…+450.250@…` does the same to RCPT. The mail server is of our own rather than aiosmtpd because mails that are compared byte by byte
must not have passed through a library that repairs them.
"""
import asyncio
import base64
import collections
import re
import threading
import time

# Members of a webhook's body that came after 0.25.
WEBHOOK_MEMBERS = r'"(notification_reason|routeLabels)":("[^"]*"|\{\}),'
CHALLENGE = b"<1896.697170952@sink.example>"
ANSWERS = re.compile(r"[?&]answer=([0-9a-z,]+)")
RECIPIENT_ANSWERS = re.compile(r"\+([0-9.]+)@")
NEWER = re.compile(WEBHOOK_MEMBERS.encode())
# What a Slack-shaped server says besides the status.
BODIES = {"200": (200, b"ok"), "notok": (200, b'{"ok":false,"error":"channel_not_found"}'), "okjson": (200, b'{"ok":true,"ts":"1.5","channel":"C1"}')}


class Sinks:
    """One program's receivers. `posts` and `mails` grow in order of arrival; `mechanisms` maps the name of each mail server to what it offers."""

    def __init__(self, mechanisms=None, keep=True):
        self.posts, self.mails = [], []
        self.posted = self.mailed = 0
        self.keep = keep
        self.last = time.monotonic()
        self._attempts = collections.Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.http = self._listen(lambda: HTTP(self))
        self.smtp = {name: self._listen(lambda offered=offered: SMTP(self, offered)) for name, offered in (mechanisms or {"plain": ""}).items()}

    def _listen(self, protocol):
        async def listen():
            server = await self._loop.create_server(protocol, "127.0.0.1", 0, backlog=4096)
            return server.sockets[0].getsockname()[1]
        return asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def answer(self, answers, *key):
        """The answer that this attempt of the same thing gets: the last one stays."""
        answers = answers.split(",")
        attempt = self._attempts[key]
        self._attempts[key] += 1
        return answers[min(attempt, len(answers) - 1)]

    def posted_to(self, path, headers, body):
        """Takes one request and returns (status, body) of its answer."""
        self.posted += 1
        self.last = time.monotonic()
        found = ANSWERS.search(path)
        # What came after 0.25 tells one body from another where 0.25's are equal.
        answer = self.answer(found.group(1), path, NEWER.sub(b"", body)) if found else "200"
        status, text = BODIES[answer] if answer in BODIES else (int(answer), b"")
        if self.keep:
            self.posts.append(Post(path, headers, body, answer, self.last))
        return status, text


Post = collections.namedtuple("Post", "path headers body answer time")


class HTTP(asyncio.Protocol):
    """HTTP/1.1 with connections kept open; bodies by length or in chunks."""

    def __init__(self, sinks):
        self.sinks, self.buffer = sinks, b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        while (taken := self.request(self.buffer)) is not None:
            method, path, headers, body, self.buffer = taken
            status, text = self.sinks.posted_to(path, headers, body)
            self.transport.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nContent-Type: text/plain\r\n\r\n%b" % (status, len(text), text))

    @staticmethod
    def request(buffer):
        """The first whole request in the buffer and what follows it, or None."""
        head, found, rest = buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.title(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        method, path, _ = line.split(" ", 2)
        if headers.get("Transfer-Encoding") != "chunked":
            length = int(headers.get("Content-Length", 0))
            return None if len(rest) < length else (method, path, headers, rest[:length], rest[length:])
        body = b""
        while True:
            size, found, rest = rest.partition(b"\r\n")
            if not found or len(rest) < int(size, 16) + 2:
                return None
            chunk, rest = rest[:int(size, 16)], rest[int(size, 16) + 2:]
            if not chunk:
                return method, path, headers, body, rest
            body += chunk


class Mail:
    """One mail as it came: the client's name, who it logged in as, the envelope and the bytes."""

    def __init__(self, server, hello, login):
        self.server, self.hello, self.login = server, hello, login
        self.sender, self.recipients, self.data, self.time = None, [], b"", 0.0


class SMTP(asyncio.Protocol):
    """A small mail server that offers the mechanisms of `offered` (`PLAIN LOGIN CRAM-MD5`) and logs everybody in."""

    def __init__(self, sinks, offered):
        self.sinks, self.offered, self.buffer = sinks, offered, b""
        self.hello = self.login = None
        self.mail, self.steps, self.content = None, None, None

    def connection_made(self, transport):
        self.transport = transport
        self.say("220 sink.example ESMTP")

    def say(self, *lines):
        *first, last = lines
        self.transport.write("".join([*(f"{line[:3]}-{line[4:]}\r\n" for line in first), f"{last}\r\n"]).encode())

    def data_received(self, data):
        self.buffer += data
        while True:
            if self.content is not None:
                end = (b"\r\n" + self.buffer).find(b"\r\n.\r\n")
                if end < 0:
                    return
                self.mail.data, self.buffer = self.buffer[:end], self.buffer[end + 3:]
                self.taken()
                continue
            line, found, rest = self.buffer.partition(b"\r\n")
            if not found:
                return
            self.buffer = rest
            self.command(line.decode("utf-8", "surrogateescape"))

    def taken(self):
        self.content = None
        # A dot at the start of a line was doubled on the way.
        self.mail.data = re.sub(rb"(?m)^\.", b"", self.mail.data)
        self.mail.time = self.sinks.last = time.monotonic()
        self.sinks.mailed += 1
        if self.sinks.keep:
            self.sinks.mails.append(self.mail)
        self.mail = None
        self.say("250 taken")

    def command(self, line):
        if self.steps is not None:
            return self.logging_in(line)
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        if verb in ("EHLO", "HELO"):
            self.hello = rest
            self.say("250 sink.example", "250 8BITMIME", *([f"250 AUTH {self.offered}"] if self.offered else []), "250 SIZE 100000000")
        elif verb == "AUTH":
            mechanism, _, initial = rest.partition(" ")
            self.login, self.steps = [mechanism], iter({"PLAIN": [""], "LOGIN": ["Username:", "Password:"], "CRAM-MD5": [CHALLENGE.decode()]}[mechanism])
            if initial:
                next(self.steps)
                return self.logging_in(initial)
            self.prompt()
        elif verb == "MAIL":
            self.mail = Mail(self.offered, self.hello, self.login)
            self.mail.sender = rest
            self.say("250 sender ok")
        elif verb == "RCPT":
            found = RECIPIENT_ANSWERS.search(rest)
            code = self.sinks.answer(found.group(1).replace(".", ","), "mail", rest) if found else "250"
            if code == "250":
                self.mail.recipients.append(rest)
            self.say(f"{code} recipient")
        elif verb == "DATA":
            self.content = b""
            self.say("354 go on")
        elif verb == "QUIT":
            self.say("221 bye")
            self.transport.close()
        else:
            self.say("250 ok" if verb in ("RSET", "NOOP") else "502 unknown")

    def prompt(self):
        step = next(self.steps, None)
        if step is None:
            self.steps = None
            self.say("235 logged in")
        else:
            self.say("334 " + base64.b64encode(step.encode()).decode())

    def logging_in(self, line):
        self.login.append(base64.b64decode(line).decode("utf-8", "replace"))
        self.prompt()

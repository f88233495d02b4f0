"""What a mail means: header fields and MIME parts with everything that is new in each mail replaced, and HTML as a reader sees it."""
import email
import email.header
import email.policy
import email.utils
import html.parser
import re
import time

GENERATED = {"message-id": "<an id>", "date": "<a date>"}
ONCE = ("date", "from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references", "subject", "mime-version", "content-type")
ADDRESSES = ("from", "to", "cc", "reply-to", "sender")


def meaning(mail):
    """A mail from `sinks.SMTP` as plain values that are equal when two mails say the same. Header fields are unfolded: where a line ends in them is no part of what they say."""
    message = email.message_from_bytes(mail.data, policy=email.policy.compat32)
    return {
        "envelope": {"hello": mail.hello, "login": mail.login, "from": address(mail.sender), "to": sorted(address(each) for each in mail.recipients)},
        "headers": sorted((name.lower(), field(name.lower(), value)) for name, value in message.items()),
        "parts": [part(each) for each in message.walk() if not each.is_multipart()]}


def address(parameter):
    """The address in `FROM:<a@b> BODY=8BITMIME`."""
    return re.search(r"<(.*?)>", parameter).group(1)


def problems(mail):
    """What no mail of ours may have: bare line ends, lines beyond RFC 5322's limit, raw 8-bit header fields, fields that are no fields, twice the same field, unparsable generated fields."""
    data = mail.data
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    head = data.partition(b"\r\n\r\n")[0]
    found = [f"defect {defect!r}" for each in message.walk() for defect in each.defects]
    found += ["a line feed alone"] if re.search(rb"(?<!\r)\n", data) else []
    found += ["a line of more than 998 bytes"] if any(len(line) > 998 for line in data.split(b"\r\n")) else []
    found += ["a header field that is not ASCII"] if not head.isascii() else []
    found += [f"the header line {line!r:.80}" for line in head.split(b"\r\n") if not re.fullmatch(rb"[!-9;-~]+:.*|[ \t].*\S.*", line, re.DOTALL)]
    names = [name.lower() for name in message.keys()]
    found += [f"{name} {names.count(name)} times" for name in sorted(set(names)) if name in ONCE and names.count(name) > 1]
    date = email.utils.parsedate_to_datetime(message["Date"])
    found += [f"Date {message['Date']}"] if abs(date.timestamp() - time.time()) > 120 else []
    found += [f"Message-Id {message['Message-Id']}"] if not re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", message["Message-Id"] or "") else []
    return found


def field(name, value):
    """A header field's decoded text; generated ones by name."""
    if name in GENERATED:
        return GENERATED[name]
    if name == "content-type":
        return re.sub(r'(boundary=)"?[^";]+"?', r"\1…", re.sub(r"\s+", " ", value))
    # Encoded words that follow each other are joined without the blanks between them; folding is not part of the text.
    text = str(email.header.make_header(email.header.decode_header(re.sub(r"\r\n(?=[ \t])", "", value))))
    if name in ADDRESSES:
        return [list(pair) for pair in email.utils.getaddresses([text])]
    return text


def part(message):
    content = message.get_payload(decode=True).decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    shape = {"type": message.get_content_type(), "charset": message.get_content_charset(), "encoding": message["Content-Transfer-Encoding"],
             "headers": sorted(name.lower() for name in message.keys())}
    if message.get_content_type() == "text/html" and "<html" in content:
        return {**shape, **seen(content)}
    return {**shape, "text": content}


class Reader(html.parser.HTMLParser):
    """Collects what is visible and where links lead."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.links, self.title, self.hidden = [], [], [], []

    def handle_starttag(self, tag, attributes):
        if tag in ("style", "script", "title"):
            self.hidden.append(tag)
        if tag == "a":
            self.links.append(dict(attributes).get("href"))
        if tag not in ("b", "strong", "i", "em", "a", "span", "code"):
            self.text.append(" ")

    def handle_endtag(self, tag):
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()
        if tag not in ("b", "strong", "i", "em", "a", "span", "code"):
            self.text.append(" ")

    def handle_data(self, data):
        (self.title if self.hidden[-1:] == ["title"] else self.text if not self.hidden else []).append(data)


def seen(content):
    """The visible text of a page with blanks folded, its title and the targets of its links."""
    reader = Reader()
    reader.feed(content)
    reader.close()
    return {"seen": " ".join("".join(reader.text).split()), "title": " ".join("".join(reader.title).split()), "links": reader.links}

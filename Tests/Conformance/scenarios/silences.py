"""Silences: every validation, the life of one, filters, order (reference 3.8)."""
import json

from scenarios.alerts import CONFIGURATION  # noqa: F401

START, END = "2098-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
PAST = "2020-01-01T00:00:00Z"


def matcher(name, value, regex=False, equal=True):
    return {"name": name, "value": value, "isRegex": regex, "isEqual": equal}


def silence(*matchers, **more):
    whole = {"matchers": list(matchers) or [matcher("a", "b")], "startsAt": PAST, "endsAt": END, "createdBy": "me", "comment": "why"}
    whole.update(more)
    return {key: value for key, value in whole.items() if value != "absent"}


def scenario(play):
    required(play)
    types(play)
    times(play)
    matchers(play)
    life(play)
    filters(play)
    muting(play)


def post(play, name, body):
    play(name, "POST", "/api/v2/silences", body)


def required(play):
    for body in (b"", b"{}", b"null", b"[]", b"1", b'"x"', b"[{}]", b"{", b'{"matchers":[]}', b'{"comment":"x"}', b'{"comment":null}', b"{} x", b'{"matchers":{}}'):
        post(play, f"silence body {body.decode()}", body)
    for missing in ("matchers", "startsAt", "endsAt", "createdBy", "comment"):
        post(play, f"silence without {missing}", silence(**{missing: "absent"}))
        post(play, f"silence with null {missing}", silence(**{missing: None}))
    for missing in ("name", "value", "isRegex", "isEqual"):
        whole = matcher("a", "b")
        del whole[missing]
        post(play, f"matcher without {missing}", silence(whole))
        post(play, f"matcher with null {missing}", silence({**matcher("a", "b"), missing: None}))
        post(play, f"second matcher without {missing}", silence(matcher("a", "b"), whole))
    post(play, "several things missing", {"matchers": [{}], "createdBy": "x"})
    post(play, "no matchers", silence(matchers=[]))
    post(play, "a null matcher", silence(matchers=[None]))
    post(play, "empty creator and comment", silence(createdBy="", comment=""))
    post(play, "unknown members", silence(more=1, status={"state": "expired"}, updatedAt="2020-01-01T00:00:00Z"))
    post(play, "members in other case", {"MATCHERS": [{"Name": "a", "VALUE": "b", "isregex": False}], "startsat": PAST, "endsAt": END, "createdby": "m", "Comment": "c"})


def types(play):
    for member in ("matchers", "startsAt", "endsAt", "createdBy", "comment", "id"):
        for value in (1, True, {}, [], "x", [1], ["x"]):
            post(play, f"silence with {member} {json.dumps(value)}", silence(**{member: value}))
    for member in ("name", "value", "isRegex", "isEqual"):
        for value in (1, True, {}, [], "x"):
            post(play, f"matcher with {member} {json.dumps(value)}", silence({**matcher("a", "b"), member: value}))


def times(play):
    post(play, "starts when it ends", silence(startsAt=END, endsAt=END))
    post(play, "ends before it starts", silence(startsAt=END, endsAt=START))
    post(play, "ends in the past", silence(startsAt="2019-01-01T00:00:00Z", endsAt=PAST))
    post(play, "zero times", silence(startsAt="0001-01-01T00:00:00Z", endsAt="0001-01-01T00:00:00Z"))
    post(play, "zero end", silence(endsAt="0001-01-01T00:00:00Z"))
    post(play, "zero start", silence(startsAt="0001-01-01T00:00:00Z"))
    post(play, "empty times", silence(startsAt="", endsAt=""))
    post(play, "other zones", silence(startsAt="2098-03-01T02:00:00+02:00", endsAt="2098-12-31T19:00:00.123456-05:00"))
    play("silences by then", "GET", "/api/v2/silences")


def matchers(play):
    for regex in (False, True):
        for equal in (False, True):
            for value in ("", ".*", ".+", "x|", "(", "a[b", "\\d+", "(?i)x", "x\\", "\\C", "(?=x)", "a{1001}", "\U0001f642", "a\nb", "()", "x*"):
                post(play, f"matcher a {'=~' if regex else '='}{'' if equal else ' not'} {value!r}", silence(matcher("a", value, regex, equal)))
    post(play, "an empty and another", silence(matcher("a", ""), matcher("b", "c")))
    post(play, "two empties", silence(matcher("a", ""), matcher("b", ".*", True)))
    for name in ("", "a b", "a-b", "0a", "ü", "__name__", "a:b", "a\n"):
        post(play, f"matcher name {name!r}", silence(matcher(name, "b")))
    post(play, "a bad second matcher", silence(matcher("a", "b"), matcher("b", "(", True)))
    post(play, "bad regex and bad times", silence(matcher("b", "(", True), startsAt=END, endsAt=START))
    post(play, "one matcher twice", silence(matcher("a", "b"), matcher("a", "b")))
    post(play, "many matchers", silence(*(matcher(f"m{n}", str(n)) for n in range(200))))
    post(play, "lone surrogate in a value", b'{"matchers":[{"name":"a","value":"\\ud83d","isRegex":false}],"startsAt":"%b","endsAt":"%b","createdBy":"","comment":""}' % (PAST.encode(), END.encode()))


def life(play):
    """Made, changed in place, changed into a new one, expired, brought back. `<id N>` numbers ids by their first sight in this program."""
    def made(name, body):  # noqa
        answer = play(name, "POST", "/api/v2/silences", body)
        return answer.body.get("silenceID") if isinstance(answer.body, dict) else None

    first = made("made", silence(matcher("life", "1"), matcher("b", "2", True)))
    play("seen", "GET", f"/api/v2/silence/{first}")
    same = silence(matcher("life", "1"), matcher("b", "2", True), id=first, comment="other", createdBy="you", endsAt="2097-01-01T00:00:00Z")
    made("changed: start is another", same)
    play("seen after a change", "GET", f"/api/v2/silence/{first}")
    play("all after a change", "GET", "/api/v2/silences?filter=life%3D1")
    pending = made("made, pending", silence(matcher("life", "2"), startsAt=START))
    for name, change in (("later start", {"startsAt": "2098-02-01T00:00:00Z"}), ("earlier start", {"startsAt": "2097-02-01T00:00:00Z"}), ("past start", {"startsAt": PAST}),
                         ("shorter", {"startsAt": START, "endsAt": "2098-06-01T00:00:00Z"}), ("an end in the past", {"startsAt": "2019-01-01T00:00:00Z", "endsAt": PAST}),
                         ("other matchers", {"startsAt": START, "matchers": [matcher("life", "3")]})):
        answer = made(f"pending, changed: {name}", {**silence(matcher("life", "2")), **change, "id": pending})
        play(f"pending, after: {name}", "GET", f"/api/v2/silence/{pending}")
        pending = answer or pending
    ordered = made("made with two matchers", silence(matcher("life", "4"), matcher("x", "y"), startsAt=START))
    made("matchers in other order", silence(matcher("x", "y"), matcher("life", "4"), startsAt=START, id=ordered))
    play("all in other order", "GET", "/api/v2/silences?filter=life%3D4")
    play("expire", "DELETE", f"/api/v2/silence/{pending}")
    play("expire again", "DELETE", f"/api/v2/silence/{pending}")
    play("seen when expired", "GET", f"/api/v2/silence/{pending}")
    made("an expired one changed", silence(matcher("life", "3"), startsAt=START, id=pending))
    active = made("made, active", silence(matcher("life", "5")))
    shown = play("seen, active", "GET", f"/api/v2/silence/{active}")
    play("expire an active one", "DELETE", f"/api/v2/silence/{active}")
    play("seen, expired from active", "GET", f"/api/v2/silence/{active}")
    del shown
    for unknown in ("00000000-0000-0000-0000-000000000000", "A0000000-0000-4000-8000-00000000000A", "00000000000000000000000000000000"):
        play(f"unknown {unknown}", "GET", f"/api/v2/silence/{unknown}")
        play(f"expire unknown {unknown}", "DELETE", f"/api/v2/silence/{unknown}")
        made(f"change unknown {unknown}", silence(id=unknown))
    made("change with an id that is none", silence(id="x"))
    for bad in ("x", "1", "%20", "00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-0000000000000", "00000000_0000_0000_0000_000000000000",
                "{00000000-0000-0000-0000-000000000000}", "g0000000-0000-0000-0000-000000000000", "%2F", "a%00b"):
        play(f"get id {bad}", "GET", f"/api/v2/silence/{bad}")
        play(f"delete id {bad}", "DELETE", f"/api/v2/silence/{bad}")
    play("everything", "GET", "/api/v2/silences")


def filters(play):
    made = [
        silence(matcher("f", "1"), matcher("g", "x")), silence(matcher("f", "1", True)), silence(matcher("f", "1", False, False)), silence(matcher("f", "1", True, False)),
        silence(matcher("f", "2"), startsAt=START), silence(matcher("f", "a.b|c", True))]
    for number, body in enumerate(made):
        post(play, f"for filters {number}", body)
    for text in ("f=1", 'f="1"', "f=~1", "f!=1", "f!~1", "f=2", "f=3", "g=x", "f=1&filter=g=x", "f=1&filter=g=y", 'f=~"a.b|c"', "f", "", "=1", "f=~(", "f==1", "{f=1}", "f=1,g=x", "f={", "f=a b"):
        target = "&".join(part if part.startswith("filter=") else part for part in f"filter={quoted(text)}".split("&"))
        play(f"silences with {text!r}", "GET", f"/api/v2/silences?{target}")


def quoted(text):
    import urllib.parse
    return "&filter=".join(urllib.parse.quote(part, safe="") for part in text.split("&filter="))


def muting(play):
    labels = {"alertname": "muted", "team": "x"}
    play("an alert to silence", "POST", "/api/v2/alerts", [{"labels": labels, "endsAt": END, "startsAt": PAST}, {"labels": {"alertname": "loud"}, "endsAt": END, "startsAt": PAST}])
    ids = []
    for body in (silence(matcher("alertname", "muted")), silence(matcher("team", "x|y", True)), silence(matcher("nosuch", "x", False, False), matcher("team", ".+", True)), silence(matcher("team", "x"), startsAt=START)):
        ids.append(play("silence for the alert", "POST", "/api/v2/silences", body).body["silenceID"])
    for query in ("", "?silenced=false", "?active=false", "?silenced=false&active=false", "?inhibited=false", "?unprocessed=false", "?silenced=true", "?silenced=maybe", "?silenced=", "?silenced=false&silenced=true",
                  "?silenced=FALSE", "?active=0", "?active=no", "?active=Yes", "?active=on", "?active=enabled", "?active=tRuE", "?nosuch=1", "?filter=alertname%3Dmuted&active=false"):
        play(f"alerts{query} while silenced", "GET", f"/api/v2/alerts{query}", unordered=True)
        play(f"groups{query} while silenced", "GET", f"/api/v2/alerts/groups{query}", unordered=True)
    for id in ids:
        play("end the silence", "DELETE", f"/api/v2/silence/{id}")
        play("alerts when it ended", "GET", "/api/v2/alerts", unordered=True)

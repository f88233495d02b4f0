"""Paths, methods, content types, CORS, the route prefix (reference 3.1, 3.2)."""
from play import Answer
from scenarios.alerts import CONFIGURATION, alert  # noqa: F401

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")
PATHS = ("/api/v2/alerts", "/api/v2/alerts/groups", "/api/v2/silences", "/api/v2/silence/00000000-0000-0000-0000-000000000000", "/api/v2/status", "/api/v2/receivers",
         "/-/healthy", "/-/ready", "/-/reload", "/metrics", "/", "/nosuch", "/api/v2/nosuch", "/api", "/api/", "/api/v2", "/api/v2/", "/api/v3/alerts", "/-/", "/-/nosuch")
ODD = ("/api/v2/alerts/", "/api//v2/alerts", "//api/v2/alerts", "/api/v2//alerts", "/api/v2/./alerts", "/api/v2/x/../alerts", "/API/v2/alerts", "/api/v2/Alerts", "/api/v2/alerts%2Fgroups",
       "/api/v2/%61lerts", "/api/v2/alerts?", "/api/v2/alerts#x", "/api/v2/silence/", "/api/v2/silence", "/api/v2/silences/", "/api/v2/alerts/groups/x", "/metrics/", "/-/healthy/", "/%2D/healthy",
       "/api/v2/alerts;x=y", "/api/v2/status/x")
TYPES = ("application/json", "application/json; charset=utf-8", "application/json;charset=latin1", "APPLICATION/JSON", "text/plain", "text/json", "", "application/x-www-form-urlencoded", "application/json, text/plain",
         "application/*", "*/*", "application/vnd.x+json", "json", "application/json;", " application/json ", "application/json; x", ";", "a/b/c", "multipart/form-data; boundary=x")
ACCEPTS = ("application/json", "*/*", "application/*", "text/html", "text/html, */*;q=0.1", "application/json;q=0", "application/json;q=0.1", "", "application/xml, text/plain", "application/JSON", "text/*", "*", "application/json;version=1",
           "application/openmetrics-text")


JSON = {"Content-Type": "application/json"}
ORIGIN = ("Origin", "http://elsewhere.example")


def cross_origin(play):
    """What a page of another site may do: 0.25 says nothing about it, so this is reference 3.2 alone."""
    def asks(path, method, *fields):
        return play.ours.call("OPTIONS", path, headers=[ORIGIN, ("Access-Control-Request-Method", method), *fields])

    open_to_all = {"Access-Control-Allow-Origin": "*"}
    play.expect("GET with an Origin", play.ours.call("GET", "/api/v2/alerts", headers=[ORIGIN]), Answer(200, {**JSON, **open_to_all}, []))
    play.expect("GET without an Origin", play.ours.call("GET", "/api/v2/alerts", headers=[]), Answer(200, JSON, []))
    play.expect("POST with an Origin", play.ours.call("POST", "/api/v2/alerts", b"[]", headers=[ORIGIN, ("Content-Type", "application/json")]), Answer(200, open_to_all, ""))
    play.expect("DELETE with an Origin", play.ours.call("DELETE", "/api/v2/silence/00000000-0000-0000-0000-000000000000", headers=[ORIGIN]), Answer(404, {}, ""))
    for method in ("GET", "POST", "HEAD"):
        play.expect(f"preflight for {method}", asks("/api/v2/silences", method), Answer(204, {**open_to_all, "Access-Control-Allow-Methods": method}, ""))
    for method in ("DELETE", "PUT", "PATCH"):
        play.expect(f"preflight for {method}", asks("/api/v2/silences", method), Answer(204, {}, ""))
    play.expect("preflight for known fields", asks("/api/v2/silences", "POST", ("Access-Control-Request-Headers", "content-type, x-requested-with")), Answer(
        204, {**open_to_all, "Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "content-type, x-requested-with"}, ""))
    play.expect("preflight for other fields", asks("/api/v2/silences", "POST", ("Access-Control-Request-Headers", "authorization")), Answer(204, {}, ""))
    play.expect("preflight of a path that is none", asks("/api/v2/nosuch", "GET"), Answer(204, {**open_to_all, "Access-Control-Allow-Methods": "GET"}, ""))


def large(play):
    """Much at once."""
    many = [{"labels": {"alertname": f"Many{n % 7}", "n": str(n), "text": "\u00fc" * (n % 50)}, "annotations": {"d": "x" * 500}, "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z"} for n in range(1000)]
    play("a thousand alerts", "POST", "/api/v2/alerts", many)
    play("a thousand alerts are listed", "GET", "/api/v2/alerts")
    play("a thousand alerts in groups", "GET", "/api/v2/alerts/groups")
    play("some of a thousand", "GET", "/api/v2/alerts?filter=alertname%3DMany3&filter=n%3D~%221.%2A%22")
    play("a body of two megabytes", "POST", "/api/v2/alerts", [alert("Large", annotations={"d": "y" * (2 << 20)})])
    play("a path of four thousand bytes", "GET", "/api/v2/" + "x" * 4000)
    play("a filter of twenty thousand bytes", "GET", "/api/v2/alerts?filter=a%3D" + "x" * 20000)
    play("five hundred filters", "GET", "/api/v2/alerts?" + "&".join("filter=nosuch%3D" for _ in range(500)))
    play.expect("a body of 33 megabytes is refused here", play.ours.call("POST", "/api/v2/alerts", b" " * (33 << 20)), Answer(413, {"Content-Type": "text/plain; charset=utf-8"}, "The body is longer than 33554432 bytes.\n"))


def scenario(play):
    for path in PATHS:
        for method in METHODS:
            body = b"[]" if method in ("POST", "PUT", "PATCH") else None
            play(f"{method} {path}", method, path, body)
    for path in ODD:
        play(f"odd GET {path}", "GET", path)
        play(f"odd POST {path}", "POST", path, b"[]")
    for kind in TYPES:
        play(f"alerts as {kind!r}", "POST", "/api/v2/alerts", b"[]", headers=[("Content-Type", kind)])
        play(f"silence as {kind!r}", "POST", "/api/v2/silences", b"{}", headers=[("Content-Type", kind)])
    for path in ("/api/v2/alerts", "/api/v2/silences"):
        play(f"{path} without a type", "POST", path, b"[]", headers=[])
        play(f"{path} without a body", "POST", path, None, headers=[])
        play(f"{path} without a body, with a type", "POST", path, None, headers=[("Content-Type", "application/json")])
        play(f"{path} without a body, of another type", "POST", path, None, headers=[("Content-Type", "text/plain")])
        play(f"{path} with two types", "POST", path, b"[]", headers=[("Content-Type", "application/json"), ("Content-Type", "text/plain")])
    for accept in ACCEPTS:
        play(f"alerts for {accept!r}", "GET", "/api/v2/alerts", headers=[("Accept", accept)])
        play(f"health for {accept!r}", "HEAD", "/-/healthy", headers=[("Accept", accept)])
        play(f"post alerts for {accept!r}", "POST", "/api/v2/alerts", b"[]", headers=[("Content-Type", "application/json"), ("Accept", accept)])
        play(f"delete silence for {accept!r}", "DELETE", "/api/v2/silence/00000000-0000-0000-0000-000000000000", headers=[("Accept", accept)])
    play("a body with GET", "GET", "/api/v2/alerts", b"[]", headers=[("Content-Type", "application/json")])
    play("a text body with GET", "GET", "/api/v2/alerts", b"x", headers=[("Content-Type", "text/plain")])
    play("a body with DELETE", "DELETE", "/api/v2/silence/00000000-0000-0000-0000-000000000000", b"x", headers=[("Content-Type", "text/plain")])
    play("chunked", "POST", "/api/v2/alerts", None, headers=[("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")], chunks=[b"[", b"]"])
    play("reload with a query", "POST", "/-/reload?x=1", b"")
    for version in ("status", "receivers", "alerts", "silences", "silence/x", "nosuch"):
        play(f"v1 {version}", "GET", f"/api/v1/{version}")
    cross_origin(play)
    large(play)


def prefixed(play):
    """With --web.route-prefix=/am/x."""
    for path in ("", "/", "/am", "/am/", "/am/x", "/am/x/", "/am/x/api/v2/status", "/am/x/api/v2/alerts", "/am/x/-/healthy", "/am/x/-/ready", "/am/x/metrics", "/api/v2/alerts", "/-/healthy", "/metrics", "/am/xapi/v2/alerts", "/am/x/nosuch",
                 "/am/x/api/v2/nosuch", "/am/xx", "//am/x/api/v2/alerts"):
        play(f"prefixed GET {path}", "GET", path or "/")
    for path in ("/", "/am/x", "/am/x/", "/nosuch"):
        play(f"prefixed POST {path}", "POST", path, b"[]")
        play(f"prefixed HEAD {path}", "HEAD", path)
    play("prefixed post", "POST", "/am/x/api/v2/alerts", [alert("p")])
    play("prefixed reload", "POST", "/am/x/-/reload", b"")


def external(play):
    """With --web.external-url alone, whose path is the prefix."""
    for path in ("/", "/path/to", "/path/to/", "/path/to/-/healthy", "/path/to/api/v2/alerts", "/api/v2/alerts", "/path"):
        play(f"external GET {path}", "GET", path)

"""POST /api/v2/alerts: valid and invalid in every way (reference 3.2, 3.6)."""
import json

FAR = "2099-01-01T00:00:00.000Z"
CONFIGURATION = """
global: {resolve_timeout: 1h}
route: {receiver: default}
receivers: [{name: default}]
"""


def alert(name, **more):
    return {"labels": {"alertname": name}, **more}


def stored(play, name, exchange, body, **options):
    """Posts a body and looks what became of the alerts that carry this name."""
    play(exchange, "POST", "/api/v2/alerts", body, **options)
    play(f"{exchange}: stored", "GET", f"/api/v2/alerts?filter=alertname%3D%22{name}%22")


def scenario(play):
    valid(play)
    times(play)
    urls(play)
    labels(play)
    shapes(play)
    texts(play)
    merges(play)


def valid(play):
    stored(play, "plain", "a label is enough", [alert("plain")])
    stored(play, "whole", "every property", [
        {"labels": {"alertname": "whole", "b": "2", "a": "1"}, "annotations": {"z": "", "summary": "s"}, "startsAt": "2020-01-01T00:00:00.123456789Z",
         "endsAt": FAR, "generatorURL": "http://prometheus/graph?g0.expr=up&x=<y>"}])
    stored(play, "plain", "no alerts", [])
    stored(play, "several", "several alerts", [{"labels": {"alertname": "several", "n": str(n)}} for n in range(40)])
    stored(play, "unknown", "unknown properties", [alert("unknown", more=1, status="firing", fingerprint="x", receivers=[], updatedAt="x")])
    stored(play, "case", "properties in other case", [{"Labels": {"alertname": "case"}, "ANNOTATIONS": {"a": "b"}, "startsat": "2020-01-01T00:00:00Z"}])
    stored(play, "twice", "a property twice", b'[{"labels":{"alertname":"x","lost":"1"},"labels":{"alertname":"twice","a":"b"}}]')
    stored(play, "twicelabel", "a label twice", b'[{"labels":{"alertname":"x","alertname":"twicelabel"}}]')
    stored(play, "blanks", "blanks around the body", b' \r\n\t[ { "labels" : { "alertname" : "blanks" } } ] \n')
    stored(play, "null", "null properties", [alert("null", annotations=None, startsAt=None, endsAt=None, generatorURL=None)])
    stored(play, "nulllabel", "a null label", [{"labels": {"alertname": "nulllabel", "n": None}, "annotations": {"n": None}}])


def times(play):
    for number, text in enumerate([
            "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.1Z", "2020-01-01T01:00:00+02:00", "2020-01-01T01:00:00.987654321-05:30",
            "2020-01-01T01:00:00", "2020-01-01T01:00:00.123", "2020-01-01T01:00:00+0200", "2020-01-01", "", "2020-01-01T00:00:00z",
            "2020-01-01t00:00:00Z", "2020-01-01 00:00:00Z", "2020-13-01T00:00:00Z", "2020-02-30T00:00:00Z", "2020-01-01T25:00:00Z",
            "2020-01-01T00:00:60Z", "2020-01-01T00:00:00.1234567891Z", "2020-01-01T00:00:00+24:00", "2020-01-01T00:00:00+23:59", "now", "1577836800",
            "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "2020-01-01T0:00:00Z", "2020-1-1T00:00:00Z", " 2020-01-01T00:00:00Z",
            "2020-01-01T00:00Z", "2020-01-01T00:00", "1969-07-20T20:17:40Z", "2020-01-01T00:00:00,5Z", "2020-02-29T00:00:00Z", "2019-02-29T00:00:00Z",
            "2020-01-01T24:00:00Z"]):
        stored(play, f"start{number}", f"startsAt {text!r}", [alert(f"start{number}", startsAt=text, endsAt=FAR)])
    for value in (1577836800, 1.5, True, {}, []):
        stored(play, "starttype", f"startsAt {json.dumps(value)}", [alert("starttype", startsAt=value)])
    stored(play, "endonly", "endsAt alone, to come", [alert("endonly", endsAt=FAR)])
    stored(play, "endpast", "endsAt alone, past", [alert("endpast", endsAt="2020-01-01T00:00:00Z")])
    stored(play, "equal", "startsAt equal to endsAt", [alert("equal", startsAt=FAR, endsAt=FAR)])
    stored(play, "reverse", "endsAt before startsAt", [alert("reverse", startsAt="2020-01-02T00:00:00Z", endsAt="2020-01-01T00:00:00Z")])
    stored(play, "future", "startsAt to come, no endsAt", [alert("future", startsAt="2098-01-01T00:00:00Z")])
    stored(play, "zeros", "zero times", [alert("zeros", startsAt="0001-01-01T00:00:00Z", endsAt="0001-01-01T00:00:00Z")])
    stored(play, "emptyend", "empty endsAt", [alert("emptyend", endsAt="")])


def urls(play):
    for number, url in enumerate([
            "", "http://h/p?q=1#f", "/path", "/", "//host/path", "nourl", "http://", "http:", "mailto:x@y", "http:///p", "http://[::1]:9090/", "http://[::1",
            "http://a b/", "http://h:port/", "http://h:99999/", "http://u:p@h/", "/a b", "/%zz", "/%41", "http://h/%", "?q", "#f", "1http://h", "h.t+p-1://h", ":x",
            "*", "http://ü.example/ß", "http://h/\u007f", "http://h\\x/", "http://h/?%zz", "http://h<x>/", "http://%41/", "http://h%zz/", "http://h%25a/", "/\u0000",
            "http://user name@h/", "urn:a:b", "/?", "a/b", "http://h/<\">", "http://[fe80::1%25en0]/", "http://[fe80::1%en0]/", "http://[::1]x/"]):
        stored(play, f"url{number}", f"generatorURL {url!r}", [alert(f"url{number}", generatorURL=url)])
    for value in (1, {}, [], True):
        stored(play, "urltype", f"generatorURL {json.dumps(value)}", [alert("urltype", generatorURL=value)])


def labels(play):
    for number, name in enumerate(["_", "A", "a1", "__name__", "a:b"]):
        stored(play, f"name{number}", f"label name {name!r}", [{"labels": {"alertname": f"name{number}", name: "x"}}])
    for name in ("00", "a-b", "a b", "ü", "\u0000", "a\n"):
        stored(play, "utf8name", f"label name {name!r}", [{"labels": {"alertname": "utf8name", name: "x"}}])
        stored(play, "utf8annotation", f"annotation name {name!r}", [{"labels": {"alertname": "utf8annotation"}, "annotations": {name: "x"}}])
    stored(play, "emptyname", "an empty label name", [{"labels": {"alertname": "emptyname", "": "x"}}])
    stored(play, "emptyname", "an empty label name without a value", [{"labels": {"alertname": "emptyname2", "": ""}}])
    stored(play, "emptyannotation", "an empty annotation name", [{"labels": {"alertname": "emptyannotation"}, "annotations": {"": "x"}}])
    stored(play, "emptyvalue", "empty values", [{"labels": {"alertname": "emptyvalue", "gone": ""}, "annotations": {"kept": ""}}])
    play("only empty labels", "POST", "/api/v2/alerts", [{"labels": {"a": ""}}])
    play("no labels", "POST", "/api/v2/alerts", [{"labels": {}}])
    play("labels are missing", "POST", "/api/v2/alerts", [{}])
    play("labels are null", "POST", "/api/v2/alerts", [{"labels": None}])
    play("labels are missing in the second", "POST", "/api/v2/alerts", [alert("first"), {"annotations": {}}])
    for value in ([], "x", 1, True):
        play(f"labels are {json.dumps(value)}", "POST", "/api/v2/alerts", [{"labels": value}])
        play(f"annotations are {json.dumps(value)}", "POST", "/api/v2/alerts", [alert("a", annotations=value)])
    for value in (1, True, [], {}, 1.5):
        play(f"a label value is {json.dumps(value)}", "POST", "/api/v2/alerts", [{"labels": {"alertname": "v", "x": value}}])
    stored(play, "some", "some invalid, some not", [
        {"labels": {"alertname": "some", "n": "1"}}, {"labels": {}}, alert("some", startsAt="2020-01-02T00:00:00Z", endsAt="2020-01-01T00:00:00Z"),
        {"labels": {"alertname": "some", "n": "2"}}])


def shapes(play):
    for text in (b"{}", b"null", b'"x"', b"1", b"true", b"[null]", b"[1]", b'["x"]', b"[[]]", b"[{}, 1]", b"", b" ", b"\n", b"[", b"]", b"[{]", b"[}", b"{", b"[{}", b"[,]",
                 b"[{},]", b'[{"labels":{"a":"b"},}]', b'[{"labels":{"a":"b"}]', b'[{"labels":{"a" "b"}}]', b'[{"labels":{"a":}}]', b"[{labels:1}]",
                 b"['x']", b"nul", b"nulll", b"tru", b"+1", b"01", b"1.", b".5", b"-", b"[1e]", b"[-0]", b"[1E400]", b"NaN", b'"', b'["\\x"]',
                 b'[{"labels":{"alertname":"trail"}}] x', b'[{"labels":{"alertname":"trail"}}][]', b'\xef\xbb\xbf[]', b"[\x00]", b'["a\nb"]', b'["\\u12"]', b'["\\uZZZZ"]',
                 b"[" * 200, b"[" * 20000 + b"]" * 20000, b'[{"labels":{"alertname":"x"},"extra":' + b"[" * 9000 + b"]" * 9000 + b"}]",
                 b'[{"labels":{"alertname":"x"},"extra":' + b'{"a":' * 11000 + b"1" + b"}" * 11000 + b"}]",
                 b'[{"labels":{"alertname":"x"},"extra":-}]', b'[{"labels":{"alertname":"x"},"extra":1.e}]', b'[{"labels":{"alertname":"x"} "extra":1}]'):
        play(f"the body {text[:60].decode('utf-8', 'backslashreplace')!r}{' …' if len(text) > 60 else ''} ({len(text)})", "POST", "/api/v2/alerts", text)


def texts(play):
    for number, text in enumerate([
            "\U0001f642", "Σ", "a<b>&c\u2028\u2029", "\u0001\u007f", "tab\tnewline\n", 'quote"back\\slash', "\u0000", "e\u0301", "\ufeff", "\ufffd", "\uffff", "%d{{ . }}"]):
        stored(play, f"text{number}", f"the value {text!r}", [{"labels": {"alertname": f"text{number}", "v": text}, "annotations": {"v": text}}])
    for number, value in enumerate([
            b"\\ud83d\\ude42", b"\\ud83d", b"\\ude42", b"\\ud83dx", b"\\ud83d\\u0041", b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xc0\x80", b"\\/\\b\\f", b"\\u003c"]):
        stored(play, f"bytes{number}", f"the bytes {value!r}", b'[{"labels":{"alertname":"bytes%d","v":"%b"},"annotations":{"v":"%b"}}]' % (number, value, value))
    stored(play, "long", "a value of a million characters", [{"labels": {"alertname": "long", "v": "ab" * 10}, "annotations": {"v": "x" * 1_000_000}}])
    stored(play, "many", "a thousand labels", [{"labels": {"alertname": "many", **{f"l{n}": str(n) for n in range(1000)}}}])


def merges(play):
    """One alert posted again and again: what is kept of the times (reference 3.6)."""
    windows = [("2020-01-01T00:00:00Z", FAR), ("2020-06-01T00:00:00Z", None), (None, None), ("2019-01-01T00:00:00Z", "2098-01-01T00:00:00Z"), (None, "2097-01-01T00:00:00Z"),
               ("2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z"), ("2021-01-01T00:00:00Z", FAR), (None, None), ("2096-01-01T00:00:00Z", FAR),
               ("2096-01-01T00:00:00Z", "2096-01-01T00:00:00Z"), (None, FAR), (None, "2020-01-01T00:00:00Z"), ("2022-01-01T00:00:00+01:00", FAR)]
    for number, (start, end) in enumerate(windows):
        given = {key: value for key, value in (("startsAt", start), ("endsAt", end)) if value}
        stored(play, "merge", f"merge {number}: {start} to {end}", [alert("merge", annotations={"n": str(number)}, **given)])

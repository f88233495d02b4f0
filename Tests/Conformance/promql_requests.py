"""Requests of the query API whose answers must be Prometheus's to the byte: number formats, errors with their texts, listings."""
import urllib.error
import urllib.parse
import urllib.request

AT = 1767227000
MANY = 'temperature{job="many"}'

EXPRESSIONS = [
    "1", "1.5", "-0", "1e21", "1e20", "1e-7", "0x1F", "NaN", "-Inf", "Inf", '"a<b>&é"', "`raw`", '"tab\\t"', "vector(1e21)", "vector(1e20)", "vector(1e-7)",
    "vector(1e-6)", "vector(0.1+0.2)", "vector(-0)", "vector(NaN)", "vector(1/3)", "vector(123456789012345680000)", MANY, MANY + "[1m]", "nothing", "time()",
    "up + ", "sum(", "rate(temperature)", 'foo{a="b"', "1 + bool 2", "temperature[5m] + 1", "histogram_quantile(0.9)", "abs()", "unknown(1)", "{}", '{a=~".*"}',
    "sum by (1) (x)", "temperature and 1", "a * on(b) group_left(b) c", "temperature[5m:0s]", "temperature[0s]", "temperature @ foo", "(1", ")", "foo bar",
    "5 5", "a == bool", "sum(a, b)", "count_values(1, a)", "topk(a)", "-\"a\"", "a offset 5m offset 5m", "a[5m] offset", "time(1)", "label_replace(a, b)",
    "a unless 1", "1 and 1", "1 == 1", "a[5m][5m]", "{a=\"b\"", "a{b=c}", "a{b!c}", "\"unclosed", "a by (b)", "sum by b (a)", "#", "",
]

REQUESTS = [("GET", "query", {"query": expression, "time": AT}) for expression in EXPRESSIONS] + [
    ("GET", "query", {"query": "1", "time": "abc"}), ("GET", "query", {"query": "1", "time": "1e400"}), ("GET", "query", {"query": "1", "time": -5}),
    ("GET", "query", {"query": "1", "time": "2026-01-01T00:20:00Z"}), ("GET", "query", {"query": "1", "time": "2026-01-01T09:20:00+09:00"}),
    ("GET", "query", {"query": "1", "time": AT, "timeout": "x"}), ("GET", "query", {"query": "1", "time": AT, "timeout": "5s"}), ("GET", "query", {}),
    ("GET", "query_range", {"query": "1", "start": AT, "end": AT + 60, "step": 30}), ("GET", "query_range", {"query": "vector(1)", "start": AT, "end": AT - 1, "step": 30}),
    ("GET", "query_range", {"query": "1", "start": AT, "end": AT, "step": 0}), ("GET", "query_range", {"query": "1", "start": AT, "end": AT, "step": -1}),
    ("GET", "query_range", {"query": "1", "start": 0, "end": 11001, "step": 1}), ("GET", "query_range", {"query": "1", "start": "x", "end": 1, "step": 1}),
    ("GET", "query_range", {"query": "1", "start": 1, "end": "", "step": 1}), ("GET", "query_range", {"query": "1", "start": 1, "end": 2, "step": "1x"}),
    ("GET", "query_range", {"query": "1", "start": 1, "end": 2, "step": "1m"}), ("GET", "query_range", {"query": MANY, "start": AT, "end": AT + 60, "step": "15.5"}),
    ("GET", "query_range", {"query": "time()", "start": AT, "end": f"{AT + 1}.5", "step": "0.5"}), ("GET", "query_range", {"query": "sum(", "start": 1, "end": 2, "step": 1}),
    ("GET", "series", {}), ("GET", "series", {"match[]": MANY}), ("GET", "series", {"match[]": "{"}), ("GET", "series", {"match[]": '{a=""}'}),
    ("GET", "series", {"match[]": "up", "start": 5, "end": 1}), ("GET", "series", {"match[]": "1+1"}), ("POST", "series", {"match[]": MANY}),
    ("GET", "labels", {}), ("GET", "labels", {"match[]": MANY}), ("GET", "labels", {"start": "x"}), ("GET", "labels", {"match[]": "{}"}), ("GET", "labels", {"match[]": "{"}), ("GET", "label/job/values", {"match[]": "{"}),
    ("GET", "label/job/values", {"match[]": '{a=""}'}), ("POST", "labels", {}),
    ("GET", "label/job/values", {}), ("GET", "label/job/values", {"match[]": "temperature"}), ("GET", "label/__name__/values", {}), ("GET", "label/nothing/values", {}),
    ("GET", "label/job/values", {"start": 1, "end": 2}), ("GET", "metadata", {"limit": "x"}), ("GET", "metadata", {}), ("GET", "metadata", {"metric": "nothing"}),
    ("GET", "format_query", {"query": "sum(rate(foo[5m]))by(job)/on(a)group_left(b)x"}), ("GET", "format_query", {"query": "("}), ("GET", "format_query", {}),
    ("GET", "query_exemplars", {"query": "temperature", "start": AT, "end": AT + 1}), ("GET", "query_exemplars", {"query": "(", "start": AT, "end": AT + 1}),
    ("GET", "query_exemplars", {"query": "temperature", "start": AT + 5, "end": AT + 1}), ("POST", "query", {"query": "1", "time": AT}),
    ("POST", "query_range", {"query": "1", "start": AT, "end": AT, "step": 1}), ("GET", "nothing", {}),
]

# Answered in another way because the language or the API is newer than 2.42, each with its section of the reference.
DIFFERENT = {
    ("query", "a[5m] offset"): "10.1: duration expressions",
    ("query_range", "sum("): "4.1: parse errors name the parameter in range queries too",
}


def ask(url, method, path, parameters):
    """(status, content type, body)."""
    form = urllib.parse.urlencode(parameters)
    call = urllib.request.Request(
        f"{url}/api/v1/{path}" + (f"?{form}" if method == "GET" and form else ""), data=form.encode() if method == "POST" else None, method=method)
    try:
        with urllib.request.urlopen(call, timeout=60) as answer:
            return answer.status, answer.headers.get("Content-Type"), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Content-Type"), error.read().decode()


def play(theirs, ours):
    """Asks both servers everything and returns how many answers were not the same."""
    failed = 0
    for method, path, parameters in REQUESTS:
        expected, given = ask(theirs, method, path, parameters), ask(ours, method, path, parameters)
        reason = DIFFERENT.get((path, parameters.get("query")))
        if (expected == given) == (reason is not None):
            failed += 1
            print(reason or "", end=" ")
            print(f"FAILED: {method} {path} {parameters}\n    {expected}\n    {given}")
    same = len(REQUESTS) - failed - len(DIFFERENT)
    print(f"{len(REQUESTS)} requests: {same} answered the same to the byte, {len(DIFFERENT)} listed differences, {failed} failed")
    return failed

#!/usr/bin/env python3
"""The query API with real HTTP: samples by remote write, the calls that Grafana makes, the query command, restarts. Usage: queries.py BINARY [NAME …]"""
import pathlib
import subprocess
import sys
import time
import urllib.parse

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).resolve().parents[1] / "Conformance")]
import remote_write  # noqa: E402
import runner  # noqa: E402
from peers import Flatalert, request, wait_until  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
CONFIGURATION = "route: {receiver: none}\nreceivers: [{name: none}]\n"
FORM = "application/x-www-form-urlencoded"


def serve(directory, *extra, port=None):
    return Flatalert(BINARY, directory, CONFIGURATION, port=port, extra=["--web.enable-remote-write-receiver", *extra]).ready()


def samples(now, count=40):
    """Ten minutes of two counters and a gauge, up to now."""
    times = [(now - (count - number) * 15) * 1000 for number in range(count)]
    return [
        ({"__name__": "requests_total", "job": "api", "instance": "a"}, [(at, float(number * 15)) for number, at in enumerate(times)]),
        ({"__name__": "requests_total", "job": "api", "instance": "b"}, [(at, float(number * 30)) for number, at in enumerate(times)]),
        ({"__name__": "temperature", "room": "küche"}, [(at, 20.5) for at in times]),
    ]


def post(flatalert, path, **form):
    status, answer = request(f"{flatalert.url}/api/v1/{path}", urllib.parse.urlencode(form, doseq=True).encode(), content_type=FORM)
    assert status == 200 and answer["status"] == "success", (path, form, status, answer)
    return answer["data"]


def get(flatalert, path, **query):
    status, answer = request(f"{flatalert.url}/api/v1/{path}?{urllib.parse.urlencode(query, doseq=True)}")
    assert status == 200 and answer["status"] == "success", (path, query, status, answer)
    return answer["data"]


def what_grafana_asks_is_answered(directory):
    """Its Prometheus data source: saving it, the metric browser, the query editor's hints, a panel, an annotation query and a variable."""
    flatalert = serve(directory)
    now = int(time.time())
    remote_write.write(flatalert.url, samples(now))
    # Save & test.
    assert post(flatalert, "query", query="1+1", time=now)["result"][1] == "2"
    assert get(flatalert, "status/buildinfo")["version"].startswith("3.")
    # The metric browser and the editor.
    span = {"start": now - 3600, "end": now}
    assert get(flatalert, "label/__name__/values", **span) == ["requests_total", "temperature"]
    assert post(flatalert, "labels", **span, **{"match[]": '{__name__="requests_total"}'}) == ["__name__", "instance", "job"]
    assert get(flatalert, "label/instance/values", **span, **{"match[]": 'requests_total{job="api"}'}) == ["a", "b"]
    assert get(flatalert, "metadata", limit=10000) == {}
    assert get(flatalert, "rules") == {"groups": []}
    found = post(flatalert, "series", **span, **{"match[]": ["temperature", 'requests_total{instance="a"}']})
    assert sorted(s["__name__"] for s in found) == ["requests_total", "temperature"], found
    # A panel: times may have fractions, the step is in seconds.
    data = post(flatalert, "query_range", query="sum by (instance) (rate(requests_total[1m]))", start=now - 300, end=f"{now}.000", step=15)
    assert data["resultType"] == "matrix" and [s["metric"] for s in data["result"]] == [{"instance": "a"}, {"instance": "b"}], data
    assert all(abs(float(v) - 1) < 1e-9 for _, v in data["result"][0]["values"]) and len(data["result"][0]["values"]) == 21, data
    # A table panel, exemplars, and the formatter behind the editor's button.
    assert len(post(flatalert, "query", query="topk(1, requests_total)", time=now)["result"]) == 1
    assert post(flatalert, "query_exemplars", query="requests_total", start=now - 60, end=now) == []
    assert get(flatalert, "format_query", query="sum(rate(requests_total[5m]))by(job)") == "sum by (job) (rate(requests_total[5m]))"
    assert flatalert.stop() == 0


def the_query_command_prints_tables_json_and_graphs(directory):
    flatalert = serve(directory)
    remote_write.write(flatalert.url, samples(int(time.time())))

    def run(*arguments, code=0):
        done = subprocess.run([BINARY, "query", f"--alertmanager.url={flatalert.url}", *arguments], capture_output=True, text=True, timeout=30)
        assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr
    table = run("temperature")
    assert 'temperature{room="küche"}' in table and "20.5" in table, table
    assert run("1 + 1").strip() == "2"
    assert '"resultType":"vector"' in run("-o", "json", "temperature")
    graph = run("requests_total", "--since", "10m", "--graph")
    assert "a" in graph and "└" in graph and 'requests_total{instance="b", job="api"}' in graph, graph
    assert "no series" in run("nothing")
    assert "1:1: parse error" in run(")", code=1) or "parse error" in run(")", code=1)
    assert "--graph needs a range" in run("1", "--graph", code=1)
    # Another server, named by its URL.
    done = subprocess.run([BINARY, "query", "--url", flatalert.url, "temperature"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and done.stderr == "", done
    assert flatalert.stop() == 0


def samples_survive_a_stop_and_a_kill(directory):
    """A stop loses nothing; a kill at most what was not written in the last seconds: every sample older than a minute is there."""
    flatalert = serve(directory)
    now = int(time.time())
    remote_write.write(flatalert.url, samples(now))
    assert flatalert.stop() == 0
    flatalert = serve(directory, port=flatalert.port)
    assert get(flatalert, "query", query="count_over_time(requests_total[20m])", time=now)["result"][0]["value"][1] == "40"
    remote_write.write(flatalert.url, [({"__name__": "later"}, [(now * 1000 + number, 1.0) for number in range(1000)])])
    # Written every few seconds.
    wait_until(lambda: "flatalert_samples_unwritten_bytes 0\n" in request(flatalert.url + "/metrics")[1], 30, "everything is written")
    time.sleep(6)
    flatalert.kill()
    flatalert = serve(directory, port=flatalert.port)
    assert get(flatalert, "query", query="count_over_time(later[5m])", time=now + 1)["result"][0]["value"][1] == "1000"
    assert get(flatalert, "query", query="count(requests_total)", time=now)["result"][0]["value"][1] == "2"
    assert flatalert.stop() == 0


def bad_writes_and_bad_queries_get_clear_errors(directory):
    flatalert = serve(directory, "--query.max-samples=30", "--query.timeout=5s")
    now = int(time.time())
    remote_write.write(flatalert.url, samples(now))
    for body, words in [(b"", "Snappy"), (b"\xff\xff\xff\xff\xff\xff", "Snappy"), (remote_write.snappy(b"\x0a\x7f\x01"), "behind its message"),
                        (remote_write.snappy(remote_write.field(1, b"")), "without labels")]:
        status, answer = request(flatalert.url + "/api/v1/write", body, content_type="application/x-protobuf")
        assert status == 400 and words in answer, (body, status, answer)
    # Older than what is there: refused, counted, and nothing is lost.
    try:
        remote_write.write(flatalert.url, [({"__name__": "temperature", "room": "küche"}, [((now - 3600) * 1000, 1.0)])])
        raise AssertionError("an old sample was taken")
    except AssertionError as error:
        assert "out_of_order 1" in str(error), error
    assert 'flatalert_samples_rejected_total{reason="out_of_order"} 1' in request(flatalert.url + "/metrics")[1]
    status, answer = request(f"{flatalert.url}/api/v1/query?query=" + urllib.parse.quote("sum_over_time({__name__=~'.+'}[10m])"))
    assert status == 422 and "too many samples" in answer["error"], (status, answer)
    status, answer = request(f"{flatalert.url}/api/v1/query?query=" + urllib.parse.quote("count_over_time(vector(1)[300d:1s])"))
    assert status in (422, 503) and answer["errorType"] in ("execution", "timeout"), (status, answer)
    status, answer = request(f"{flatalert.url}/api/v1/query?query=" + urllib.parse.quote("sum(x"))
    assert status == 400 and answer["errorType"] == "bad_data" and "1:6: parse error: unclosed left parenthesis" in answer["error"], (status, answer)
    assert flatalert.stop() == 0


def without_the_flag_nobody_can_write(directory):
    flatalert = Flatalert(BINARY, directory, CONFIGURATION).ready()
    status, _ = request(flatalert.url + "/api/v1/write", b"", content_type="application/x-protobuf")
    assert status == 404, status
    assert get(flatalert, "query", query="up")["result"] == []
    assert not (directory / "data" / "samples").exists()
    assert flatalert.stop() == 0


TESTS = [
    what_grafana_asks_is_answered,
    the_query_command_prints_tables_json_and_graphs,
    samples_survive_a_stop_and_a_kill,
    bad_writes_and_bad_queries_get_clear_errors,
    without_the_flag_nobody_can_write,
]

if __name__ == "__main__":
    sys.exit(runner.main(TESTS))

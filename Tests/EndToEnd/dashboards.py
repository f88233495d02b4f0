#!/usr/bin/env python3
"""Grafana's dashboards and data sources: files, types, a lint, and every query of every panel against Prometheus and Flatalert with real exporters.

Grafana itself cannot be had here. Usage: dashboards.py BINARY [NAME …]"""
import itertools
import json
import math
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import runner  # noqa: E402
from dashboards_files import (  # noqa: E402
    ALERT_LIST_OPTIONS, ANNOTATION_EXTRAS, GRAFANA, NAMES, Shown, decoded, documented, library, load, lost, mistyped, nodes, on_page, panels, selected,
    targets, unguarded, units, variables)
from dashboards_world import SCRAPE, World, ask, get  # noqa: E402
from peers import PEERS, Flatalert, request, wait_until  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
STANDARD = {"job", "instance", "host"}
# What is rightly 0 in the world of the test; everything else must show more than 0 at some time.
MAY_BE_ZERO = {
    ("overview", "Upstreams in WSL2", "A"), ("gateway", "Upstreams in WSL2", "A"),  # some fail, on purpose
    ("gateway", "Connections", "B"), ("gateway", "New connections", "C"), ("gateway", "Stale addresses", "A"),
    ("overview", "Network", "A"), ("overview", "Network", "B"), ("overview", "Disk traffic", "A"), ("overview", "Disk traffic", "B"),
    # No link and no bridge without root.
    ("cni", "Active containers", "A"), ("cni", "Containers", "A"), ("cni", "Bridge", "A"), ("cni", "Forwarding", "A"),
    ("cni", "Network of addresses", "A"),
    ("alerts", "Receivers", "A"), ("alerts", "Not confirmed", "A"), ("alerts", "Last drill", "A"), ("alerts", "Rules that failed", "A"),
    ("alerts", "Heartbeat", "A"),  # one receiver refuses everything
}
MADE_BY_RULES = {"alertname", "alertstate", "severity", "component", "mountpoint", "upstream", *STANDARD}


def the_files_are_what_their_source_makes(directory):
    done = subprocess.run([sys.executable, "-B", str(GRAFANA / "source" / "generate.py"), "--check"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stdout, f"run monitoring/grafana/source/generate.py:\n{done.stdout}{done.stderr}"


def both_languages_have_the_same_structure(directory):
    """What differs is text, and that in the Japanese set nothing but names stays English."""
    def shape(value):
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()
                    if key not in ("title", "description", "uid", "tags", "url", "label", "noValue", "text", "name", "tooltip", "renameByName")}
        return [shape(inner) for inner in value] if isinstance(value, list) else value
    uids, japanese = set(), re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    for name in NAMES:
        english, other = load(name), load(name, "ja")
        assert shape(english) == shape(other), name
        assert (english["uid"], other["uid"]) == (f"flatnet-{name}", f"flatnet-{name}-ja")
        uids |= {english["uid"], other["uid"]}
        for dashboard, mate in ((english, other), (other, english)):
            link = next(link for link in dashboard["links"] if link["type"] == "link")
            assert link["url"] == f"/d/{mate['uid']}" and dashboard["tags"] != mate["tags"], name
        for panel in other["panels"]:
            assert panel["type"] == "row" or japanese.search(panel["description"]), (name, panel["title"])
        for panel in english["panels"]:
            assert not japanese.search(json.dumps(panel, ensure_ascii=False)), (name, panel["title"])
    assert len(uids) == 2 * len(NAMES)


def provisioning_fits_the_dashboards(directory):
    """Sources have the uids that dashboards and lists name; folders have the files; nothing is downloaded, no password stands in a file."""
    library()
    import yaml
    environment = {"PROMETHEUS_URL": "http://alertmanager:9093", "ALERTMANAGER_URL": "http://alertmanager:9093", "SCRAPE_INTERVAL": "15s"}
    read, asked = {}, set()
    for file in GRAFANA.glob("provisioning/*/*.yml"):
        asked |= set(re.findall(r"\$\{?(\w+)", file.read_text()))
        read[file.parent.name] = yaml.safe_load(re.sub(r"\$\{(\w+)\}", lambda found: environment[found[1]], file.read_text()))
    assert asked == set(environment), asked
    sources = {source["uid"]: source for source in read["datasources"]["datasources"]}
    assert {uid: source["type"] for uid, source in sources.items()} == {"flatnet-prometheus": "prometheus", "flatnet-alertmanager": "alertmanager"}
    prometheus, alertmanager = sources["flatnet-prometheus"], sources["flatnet-alertmanager"]
    assert prometheus["isDefault"] and prometheus["jsonData"]["manageAlerts"] and prometheus["jsonData"]["timeInterval"] == "15s", prometheus
    assert prometheus["jsonData"]["alertmanagerUid"] == "flatnet-alertmanager" and alertmanager["jsonData"]["implementation"] == "prometheus"
    assert not any("secureJsonData" in source or "basicAuth" in source for source in sources.values())
    named = {panel["options"]["datasource"] for name in NAMES for panel in panels(load(name)) if panel["type"] == "alertlist"}
    assert named == {prometheus["name"]}, named
    folders = {provider["folder"]: provider for provider in read["dashboards"]["providers"]}
    assert set(folders) == {"Flatnet", "Flatnet (日本語)"} and len({provider["folderUid"] for provider in folders.values()}) == 2, folders
    for provider in folders.values():
        files = GRAFANA / pathlib.Path(provider["options"]["path"]).relative_to("/etc/grafana")
        assert sorted(file.stem for file in files.iterdir()) == sorted(NAMES), files
    assert {path.name for path in (GRAFANA / "provisioning").iterdir()} == {"datasources", "dashboards"}, "plugins are not provisioned"
    # Both compose files give the container what the files above ask for.
    for file in (GRAFANA.parent / "podman-compose.yml", GRAFANA.parent / "podman-compose.alone.yml"):
        service = yaml.safe_load(file.read_text())["services"]["grafana"]
        assert asked <= set(service["environment"]) and all(service["environment"][name] for name in asked), (file.name, service["environment"])
        assert {f"./grafana/{name}:/etc/grafana/{name}:ro" for name in ("provisioning", "dashboards")} <= set(service["volumes"]), file.name
        assert re.fullmatch(r"docker\.io/grafana/grafana:11\.6\.\d+", service["image"]), "the typed library is of another line: scripts/peers"
        assert not any("PLUGINS" in name and "DISABLE" not in name for name in service["environment"]), service["environment"]
    # Every kind of panel is part of Grafana.
    kinds = {panel["type"] for name in NAMES for panel in load(name)["panels"]}
    assert kinds <= {"row", "stat", "gauge", "bargauge", "timeseries", "heatmap", "state-timeline", "table", "alertlist"}, kinds


def grafanas_types_read_every_file(directory):
    """Decoded by Grafana's own library, nothing is lost or of another type; and the check itself finds what is put in."""
    library()
    for name, language in itertools.product(NAMES, ("en", "ja")):
        dashboard = load(name, language)
        value, again = decoded(dashboard)
        wrong = [found for found in lost(dashboard, again) if not any(found.endswith(f".{extra} is unknown to Grafana") for extra in ANNOTATION_EXTRAS)]
        wrong += list(mistyped(value, type(value)))
        for panel in panels(dashboard):
            if panel["type"] == "alertlist":
                # The library has no class for this one.
                options = panel["options"]
                wrong += [f"alertlist: {key}" for key in set(options) ^ set(ALERT_LIST_OPTIONS)]
                wrong += [f"alertlist: {key} is {options[key]!r}" for key, kind in ALERT_LIST_OPTIONS.items() if not isinstance(options.get(key), kind)]
        assert not wrong, f"{language}/{name}: {wrong[:10]}"

    def broken(change):
        dashboard = load("gateway")
        change(dashboard, {panel["type"]: panel for panel in dashboard["panels"]})
        value, again = decoded(dashboard)
        return [*lost(dashboard, again), *mistyped(value, type(value))]
    ordinary = len(broken(lambda dashboard, by_kind: None))
    for change in [
            lambda d, p: p["stat"]["options"].update(graphMod="none"),
            lambda d, p: p["stat"]["options"].update(colorMode="loud"),
            lambda d, p: p["timeseries"]["fieldConfig"]["defaults"]["custom"].update(lineWidth="thick"),
            lambda d, p: p["heatmap"]["options"]["color"].update(steps="many"),
            lambda d, p: p["timeseries"]["targets"][0].update(expression="up"),
            lambda d, p: p["timeseries"]["gridPos"].update(w="12"),
            lambda d, p: d["templating"]["list"][0].update(type="question")]:
        assert len(broken(change)) > ordinary


def the_lint_finds_nothing(directory):
    """Titles, places, units, variables; queries parse in Prometheus and Flatalert, name known metrics and labels, and none can give NaN at rest."""
    flatalert = Flatalert(BINARY, directory / "flatalert", "route: {receiver: none}\nreceivers: [{name: none}]\n",
                          extra=["--monitor.config=built-in", '--heartbeat.expect=alertname="Watchdog"']).ready()
    try:
        known = {"up": set(), "ALERTS": MADE_BY_RULES, "ALERTS_FOR_STATE": MADE_BY_RULES, **on_page(request(flatalert.url + "/metrics")[1]), **documented()}
        # Of pages that depend on the moment.
        known.update({"flatalert_heartbeat_age_seconds": {"expected"}, "flatalert_receiver_problem": {"receiver", "integration"}})
        wrong, records = [], []
        for name in NAMES:
            dashboard = load(name)
            shown = Shown(dashboard, 1_700_000_000, 1_700_003_600, 15)
            wrong += [f"{name}: {found}" for found in [*layout(dashboard), *variables_amiss(dashboard)]]
            for panel, target in targets(dashboard):
                expr = shown.query(target["expr"])
                records.append(expr)
                status, answer = request(f"{flatalert.url}/api/v1/parse_query?" + urllib.parse.urlencode({"query": expr}))
                if status != 200:
                    wrong.append(f"{name}, {panel['title']}: {answer['error']}: {expr}")
                    continue
                wrong += [f"{name}, {panel['title']}: {found}: {expr}" for found in query_amiss(answer["data"], target, known)]
        assert not wrong, "\n  ".join([f"{len(wrong)} findings", *wrong])
        assert len(records) > 100, len(records)
        # The lint finds what the old dashboards had.
        for expr, words in [
                ("flatnet_http_requests_total", "no such metric"), ('nginx_up{status="200"}', "no label status"), ("nginx_up or vector(0)", "or vector()"),
                ("histogram_quantile(0.95, sum by (le) (rate(nginx_http_request_duration_seconds_bucket[5m])))", "without `and"),
                ("histogram_quantile(0.95, sum(rate(nginx_http_request_duration_seconds_bucket[5m]))) and on () up > 0", "without `sum by (le)`"),
                ("sum(rate(nginx_http_requests_total[5m])) / sum(rate(nginx_http_requests_total[5m]))", "may be 0"),
                ("sum by (code) (nginx_http_requests_total)", "nothing has the label code")]:
            tree = request(f"{flatalert.url}/api/v1/parse_query?" + urllib.parse.urlencode({"query": expr}))[1]["data"]
            found = list(query_amiss(tree, {"legendFormat": "", "format": "time_series", "expr": expr}, known))
            assert any(words in one for one in found), (expr, found)
    finally:
        flatalert.stop()
    # Both read the queries as those of a file of rules.
    file = directory / "queries.yml"
    file.write_text(json.dumps({"groups": [{"name": "queries", "rules": [{"record": f"panel:{n}", "expr": expr} for n, expr in enumerate(records)]}]}))
    for command in ([PEERS / "promtool", "check", "rules", file], [BINARY, "rules", "check", file]):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-2000:])


def layout(dashboard):
    """Titles, descriptions, units and places."""
    taken = {}
    ids = [panel["id"] for panel in dashboard["panels"]]
    if len(set(ids)) != len(ids):
        yield "two panels have the same number"
    titles = [panel["title"] for panel in panels(dashboard)]
    if len(set(titles)) != len(titles):
        yield f"two panels have the same title: {sorted(title for title in titles if titles.count(title) > 1)}"
    if dashboard["schemaVersion"] != 39 or dashboard["refresh"] != "30s":
        yield "another schema, or no refresh"
    known = units()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        if not panel["title"]:
            yield f"panel {panel['id']} has no title"
        if place["x"] + place["w"] > 24 or min(place.values()) < 0:
            yield f"{panel['title']} is beyond the grid"
        for cell in itertools.product(range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])):
            if cell in taken:
                yield f"{panel['title']} lies upon {taken[cell]}"
                break
            taken[cell] = panel["title"]
        if panel["type"] in ("row", "alertlist"):
            continue
        if not panel.get("description"):
            yield f"{panel['title']} has no description"
        unit = panel["options"]["yAxis"]["unit"] if panel["type"] == "heatmap" else panel["fieldConfig"]["defaults"].get("unit")
        if unit not in known:
            yield f"{panel['title']} has the unit {unit!r}"
        if not panel["targets"]:
            yield f"{panel['title']} asks nothing"
        if [target["refId"] for target in panel["targets"]] != [chr(65 + n) for n in range(len(panel["targets"]))]:
            yield f"{panel['title']} names its queries wrongly"
        for source in [panel["datasource"], *(target["datasource"] for target in panel["targets"])]:
            if source != {"type": "prometheus", "uid": "flatnet-prometheus"}:
                yield f"{panel['title']} asks {source}"


def variables_amiss(dashboard):
    """Variables that nobody defines, and those that nobody uses."""
    own = {variable["name"] for variable in dashboard["templating"]["list"]}
    built_in = {"__interval", "__interval_ms", "__rate_interval", "__range", "__range_s", "__range_ms"}
    used = set()
    texts = [target["expr"] for _, target in targets(dashboard)] + [variable["query"]["query"] for variable in dashboard["templating"]["list"]]
    for text in texts:
        used |= variables(text)
        for name in variables(text) - own - built_in:
            yield f"nobody defines ${name}: {text}"
    for name in own - used:
        yield f"nobody uses ${name}"


def query_amiss(tree, target, known):
    """What is wrong with one query."""
    labels = set(STANDARD)
    for metric, matched in selected(tree):
        if metric not in known:
            yield f"no such metric: {metric}"
            continue
        labels |= known[metric]
        for label in set(matched) - known[metric] - STANDARD:
            yield f"{metric} has no label {label}"
    for node in nodes(tree):
        if node["type"] == "aggregation":
            beneath = set(STANDARD).union(*(known.get(metric, set()) for metric, _ in selected(node)))
            for label in set(node["grouping"]) - beneath:
                yield f"nothing has the label {label}"
        if node["type"] == "binaryExpr" and node["op"] == "or" and any(
                inner["type"] == "call" and inner["func"]["name"] == "vector" for inner in nodes(node["rhs"])):
            yield "or vector(): paints no data as a number, and gives two series beside labels"
        if node["type"] == "call" and node["func"]["name"] == "histogram_quantile":
            grouped = [inner["grouping"] for inner in nodes(node) if inner["type"] == "aggregation"]
            if not grouped or any("le" not in one for one in grouped):
                yield "a quantile without `sum by (le)`"
    yield from unguarded(tree)
    for label in set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) - labels:
        yield f"the legend names {label}, which nothing has"
    if target["format"] == "heatmap" and not re.match(r"sum by \(le\) \(increase\(", target["expr"]):
        yield "a heatmap needs the increase of each bucket"


def states_and_shares_mean_what_they_say(directory):
    """Expressions of panels over made-up samples, by promtool and by Flatalert: no doubled numbers, no 0 for "nobody knows", nothing at rest."""
    def of(dashboard, title, number=0):
        shown = Shown(load(dashboard), 0, 3600, 15)
        return shown.query([target for panel, target in targets(load(dashboard)) if panel["title"] == title][number]["expr"])
    gateway, steady = 'job="gateway",host="one",instance="a"', "1+0x20"

    def case(samples, *expected):
        return {"interval": "15s", "input_series": [{"series": name, "values": values} for name, values in samples.items()], "promql_expr_test": [
            {"expr": expr, "eval_time": "5m", "exp_samples": [{"labels": labels, "value": value} for labels, value in found]} for expr, found in expected]}
    firing = 'ALERTS{alertstate="firing",alertname="%s",severity="%s"}'
    up, critical, pending = of("overview", "Gateway"), of("overview", "Critical alerts"), of("alerts", "Pending")
    share, in_range = of("overview", "Error rate (5xx)"), of("overview", "Errors in the range")
    times = [of("overview", "Response time", number) for number in range(4)]
    cases = [
        # Watchdog shows that somebody counts; without it there is nothing to say.
        case({firing % ("Watchdog", "none"): steady}, (critical, [("{}", 0)]), (pending, [("{}", 0)])),
        case({firing % ("Watchdog", "none"): steady, firing % ("A", "critical"): steady, firing % ("B", "critical"): steady}, (critical, [("{}", 2)])),
        case({firing % ("Watchdog", "none"): steady + " stale", firing % ("A", "warning"): steady + " stale"}, (of("overview", "Warnings"), [("{}", 1)])),
        case({"up{job=\"gateway\"}": steady}, (critical, []), (pending, [])),
        # Up, down, and an exporter that does not answer; the worst of a host counts.
        case({f"up{{{gateway}}}": steady, f"nginx_up{{{gateway}}}": steady}, (up, [('{host="one"}', 1)])),
        case({f"up{{{gateway}}}": steady, f"nginx_up{{{gateway}}}": "0+0x20"}, (up, [('{host="one"}', 0)])),
        case({f"up{{{gateway}}}": "0+0x20"}, (up, [('{host="one"}', -1)])),
        case({f"up{{{gateway}}}": steady, f"nginx_up{{{gateway}}}": steady, "up{job=\"gateway\",host=\"one\",instance=\"b\"}": steady,
              "nginx_up{job=\"gateway\",host=\"one\",instance=\"b\"}": "0+0x20"}, (up, [('{host="one"}', 0)])),
        case({"up{job=\"node\"}": steady}, (up, [])),
        case({"up{job=\"gateway\"}": steady, "nginx_up{job=\"gateway\"}": steady}, (up, [("{}", 1)])),
        # 8 of 100 requests fail: 8 %, neither 4 nor 100. Nothing at rest.
        case({f'nginx_http_requests_total{{{gateway},status="200"}}': "0+92x20", f'nginx_http_requests_total{{{gateway},status="502"}}': "0+8x20"},
             (f"round({share}, 0.001)", [("{}", 8)]), (f"round({in_range}, 0.001)", [("{}", 8)])),
        case({f'nginx_http_requests_total{{{gateway},status="200"}}': "5+0x20", f'nginx_http_requests_total{{{gateway},status="502"}}': "0+0x20"},
             (share, []), (in_range, [])),
        # All requests take between 0.25 and 0.5 s, 0.4 s on the average.
        case({f'nginx_http_request_duration_seconds_bucket{{{gateway},le="{le}"}}': f"0+{grow}x20" for le, grow in (("0.25", 0), ("0.5", 60), ("+Inf", 60))}
             | {f"nginx_http_request_duration_seconds_sum{{{gateway}}}": "0+24x20", f"nginx_http_request_duration_seconds_count{{{gateway}}}": "0+60x20"},
             (times[0], [("{}", 0.4)]), (times[1], [("{}", 0.375)]), (f"round({times[2]}, 0.0001)", [("{}", 0.4875)])),
        case({f'nginx_http_request_duration_seconds_bucket{{{gateway},le="{le}"}}': "7+0x20" for le in ("0.5", "+Inf")}
             | {f"nginx_http_request_duration_seconds_sum{{{gateway}}}": "3+0x20", f"nginx_http_request_duration_seconds_count{{{gateway}}}": "7+0x20"},
             *((one, []) for one in times)),
    ]
    file = directory / "panels.test.yml"
    file.write_text(json.dumps({"evaluation_interval": "15s", "tests": cases}))
    for command in ([PEERS / "promtool", "test", "rules", file], [BINARY, "rules", "test", file]):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (command, done.stdout[-3000:], done.stderr[-3000:])


def every_panel_has_data_from_prometheus_and_from_flatalert_alone(directory):
    """Every query of every panel, variable and annotation, as Grafana puts it: at rest none gives NaN, under load each has numbers."""
    world = World(BINARY, directory)
    try:
        world.start()
        for prometheus, _ in world.profiles.values():
            wait_until(lambda: len(ask(prometheus, "query", query="count_over_time(nginx_up[1m]) >= 6")["result"]) == 2, 60, "some scrapes at rest")
        for profile, (prometheus, _) in world.profiles.items():
            answers = answered(prometheus, world.started)
            odd = [(where, found) for where, found in answers.items() if not_numbers(found)]
            assert not odd, f"{profile}, at rest: {odd[:3]}"
        world.silence()
        world.begin()
        for profile, (prometheus, router) in world.profiles.items():
            def complete():
                answers = answered(prometheus, world.started)
                empty = [where for where, found in answers.items() if not found or (*where[:2], where[2][:1]) not in MAY_BE_ZERO and not any(
                    value for _, values in found for value in values)]
                odd = [(where, found) for where, found in answers.items() if not_numbers(found)]
                assert not odd, f"{profile}: {odd[:3]}"
                complete.empty = empty
                return not empty and answers
            try:
                answers = wait_until(complete, 60, "all panels have data")
            except AssertionError as error:
                raise AssertionError(f"{profile}: {error}; empty: {complete.empty}")
            print(f"        {profile}: {len(answers)} queries, {sum(map(len, answers.values()))} series")
            lists_and_sources_answer(prometheus, router)
        truth = world.end()
        numbers_are_true(world, truth)
    finally:
        world.close()


def answered(url, started):
    """(dashboard, panel, query) -> series as [(labels, values)], of all dashboards, once for all hosts and once for one."""
    found, now = {}, time.time()
    for name in NAMES:
        dashboard = load(name)
        offered = {variable["name"]: options(url, variable, Shown(dashboard, started, now, SCRAPE)) for variable in dashboard["templating"]["list"]}
        for variable, values in offered.items():
            found[name, f"${variable}", ""] = [({}, [1.0] * len(values))] if values else []
        choices = [{}]
        if "host" in offered:
            choices.append({"host": offered["host"]})
        for chosen in choices:
            shown = Shown(dashboard, started, now, SCRAPE, chosen)
            for panel, target in targets(dashboard):
                found[name, panel["title"], f"{target['refId']} {chosen}"] = series_of(url, shown, target)
            for one in dashboard["annotations"]["list"]:
                found[name, f"annotation {one['name']}", str(chosen)] = series_of(url, shown, {"expr": one["expr"], "instant": False})
    return found


def options(url, variable, shown):
    """What a variable offers."""
    matched = re.fullmatch(r"label_values\((?:(.+), )?(\w+)\)", variable["query"]["query"])
    return get(url, f"label/{matched[2]}/values", **{"match[]": shown.query(matched[1]), "start": shown.start, "end": shown.end})


def series_of(url, shown, target):
    expr = shown.query(target["expr"])
    if target["instant"]:
        data = ask(url, "query", query=expr, time=shown.end)
    else:
        start, end = (math.floor(at / shown.step) * shown.step for at in (shown.start, shown.end))
        data = ask(url, "query_range", query=expr, start=start, end=end, step=shown.step)
    return [(one["metric"], [float(value) for _, value in one.get("values", [one.get("value")])]) for one in data["result"]]


def not_numbers(series):
    return any(not math.isfinite(value) for _, values in series for value in values)


def lists_and_sources_answer(prometheus, router):
    """What Grafana's data sources and its list of alerts ask."""
    assert ask(prometheus, "query", query="1+1")["result"][1] == "2"
    assert get(prometheus, "status/buildinfo")["version"]
    states = {rule["state"] for group in get(prometheus, "rules", type="alert")["groups"] for rule in group["rules"]}
    assert {"firing", "pending", "inactive"} <= states, states
    for path in ("status", "alerts/groups", "silences"):
        status, answer = request(f"{router}/api/v2/{path}")
        assert status == 200 and answer, (path, status, answer)


def numbers_are_true(world, truth):
    """After the load: what panels say against what nginx counted itself, and the states of both hosts."""
    requests = {key.split()[1]: count for key, count in truth.items() if key.startswith("status ")}
    errors = 100 * sum(count for status, count in requests.items() if status[0] == "5") / sum(requests.values())
    for profile, (prometheus, _) in world.profiles.items():
        def comes(dashboard, title, expected, tolerance=0.0, **labels):
            def right():
                comes.last = value_of(prometheus, world, dashboard, title, labels)
                return comes.last is not None and abs(comes.last - expected) <= tolerance * expected
            try:
                wait_until(right, 30, "")
            except AssertionError:
                raise AssertionError(f"{profile}, {title} {labels}: {comes.last}, not {expected}")
        # A series that is born with its first request lacks that one; increase() fills up to the ends of the range.
        comes("overview", "Requests in the range", sum(requests.values()), 0.05)
        comes("gateway", "Requests in the range", sum(requests.values()), 0.05)
        comes("gateway", "By status, in the range", requests["404"], 0.05, status="404")
        comes("overview", "Errors in the range", errors, 0.05)
        comes("overview", "Gateway", 1, host="flatnet-01")
        comes("overview", "Gateway", 0, host="flatnet-02")
        comes("gateway", "Upstreams in WSL2", 0, host="flatnet-01")
        comes("cni", "CNI plugin", 1, host="flatnet-01")
        comes("overview", "Critical alerts", 1)
        assert len(slots(prometheus, world)) >= 3, slots(prometheus, world)
    world.second.stop()
    for profile, (prometheus, _) in world.profiles.items():
        wait_until(lambda: value_of(prometheus, world, "overview", "Gateway", {"host": "flatnet-02"}) == -1, 30, f"{profile}: an exporter that is silent")


def slots(prometheus, world):
    """Buckets of the heatmap of response times in which there is something, when Grafana has taken them apart."""
    shown = Shown(load("gateway"), world.started, time.time(), SCRAPE)
    target = next(target for panel, target in targets(load("gateway")) if panel["title"] == "Distribution of response times")
    totals = sorted((float(metric["le"].replace("+Inf", "inf")), sum(values)) for metric, values in series_of(prometheus, shown, target))
    assert all(before[1] <= after[1] + 1e-6 for before, after in itertools.pairwise(totals)), totals
    return [after[0] for before, after in itertools.pairwise([(0, 0.0), *totals]) if after[1] - before[1] > 0.5]


def value_of(prometheus, world, dashboard, title, labels):
    """What a panel's first query says now of one series."""
    shown = Shown(load(dashboard), world.started, time.time(), SCRAPE)
    target = next(target for panel, target in targets(load(dashboard)) if panel["title"] == title)
    return next((values[-1] for metric, values in series_of(prometheus, shown, target) if metric == labels), None)


TESTS = [
    the_files_are_what_their_source_makes,
    both_languages_have_the_same_structure,
    provisioning_fits_the_dashboards,
    grafanas_types_read_every_file,
    the_lint_finds_nothing,
    states_and_shares_mean_what_they_say,
    every_panel_has_data_from_prometheus_and_from_flatalert_alone,
]

if __name__ == "__main__":
    sys.exit(runner.main(TESTS))

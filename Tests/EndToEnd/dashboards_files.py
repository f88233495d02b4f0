"""The dashboards as Grafana reads them: files, typed values, variables put into queries, and the trees of the queries."""
import enum
import json
import pathlib
import re
import sys
import types
import typing

from peers import ROOT
from runner import Skipped

GRAFANA = ROOT / "monitoring" / "grafana"
LIBRARY = ROOT / ".build-tools" / "grafana"
NAMES = ["overview", "gateway", "cni", "alerts"]
# What the Prometheus data source reads of annotations; the library's type is that of all data sources.
ANNOTATION_EXTRAS = {"step", "titleFormat", "textFormat", "tagKeys"}
ALERT_LIST_OPTIONS = {
    "viewMode": str, "groupMode": str, "groupBy": list, "maxItems": int, "sortOrder": int, "dashboardAlerts": bool, "alertName": str,
    "alertInstanceLabelFilter": str, "datasource": str, "folder": (str, dict), "showInstances": bool, "stateFilter": dict}


def load(name, language="en"):
    return json.loads((GRAFANA / "dashboards" / language / f"{name}.json").read_text())


def panels(dashboard):
    """All but the headings."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def targets(dashboard):
    """(panel, target) of every query."""
    return [(panel, target) for panel in panels(dashboard) for target in panel.get("targets", [])]


# Typed

def library():
    if not LIBRARY.exists():
        raise Skipped("there is no typed library: scripts/peers grafana")
    if str(LIBRARY) not in sys.path:
        sys.path.insert(0, str(LIBRARY))
        from grafana_foundation_sdk.cog import plugins
        plugins.register_default_plugins()
    import grafana_foundation_sdk
    return grafana_foundation_sdk


def decoded(dashboard):
    """(typed value, the JSON that it makes again)."""
    library()
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models.dashboard import Dashboard
    value = Dashboard.from_json(dashboard)
    return value, json.loads(JSONEncoder().encode(value))


def lost(before, after, path=""):
    """What of the first JSON is not in the second; fields that were added with their defaults do not count."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key not in after:
                yield f"{path}.{key} is unknown to Grafana"
            else:
                yield from lost(value, after[key], f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, value in enumerate(before):
            yield from lost(value, after[number], f"{path}[{number}]")
    elif before != after or type(before) is not type(after):
        yield f"{path} is {before!r} and comes back as {after!r}"


def mistyped(value, hint, path="dashboard"):
    """Values that are not what the annotations of the library's classes say: the decoder itself takes anything."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in (typing.Any, object) or isinstance(hint, typing.TypeVar):
        # Options of a panel: typed by the class that the panel's kind chose.
        if hasattr(value, "to_json"):
            yield from mistyped(value, type(value), path)
    elif origin in (typing.Union, types.UnionType):
        if not any(not list(mistyped(value, one, path)) for one in arguments):
            nearest = next((one for one in arguments if one is not type(None)), object)
            yield from mistyped(value, nearest, path)
    elif origin is typing.Literal:
        if value not in arguments:
            yield f"{path} is {value!r}, not one of {arguments}"
    elif origin is list:
        if not isinstance(value, list):
            yield f"{path} is {value!r}, not a list"
        else:
            for number, one in enumerate(value):
                yield from mistyped(one, arguments[0], f"{path}[{number}]")
    elif origin is dict:
        if not isinstance(value, dict):
            yield f"{path} is {value!r}, not an object"
        else:
            for key, one in value.items():
                yield from mistyped(one, arguments[1], f"{path}[{key!r}]")
    elif isinstance(hint, type) and issubclass(hint, enum.Enum):
        if value not in [member.value for member in hint]:
            yield f"{path} is {value!r}, not a {hint.__name__}"
    elif hint is float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{path} is {value!r}, not a number"
    elif hint in (int, str, bool, type(None)):
        if type(value) is not hint and not (hint is str and isinstance(value, enum.StrEnum)):
            yield f"{path} is {value!r}, not {hint.__name__}"
    elif isinstance(hint, type):
        if isinstance(value, dict) and hasattr(hint, "from_json"):
            # The decoder leaves some parts as they are.
            value = hint.from_json(value)
        if not isinstance(value, hint):
            yield f"{path} is {value!r}, not a {hint.__name__}"
        else:
            for name, inner in typing.get_type_hints(type(value)).items():
                if hasattr(value, name):
                    yield from mistyped(getattr(value, name), inner, f"{path}.{name}")


def units():
    """All units of numbers that Grafana knows."""
    library()
    from grafana_foundation_sdk.models import units as known
    return {value for name, value in vars(known).items() if isinstance(value, str) and not name.startswith("_")}


# Variables

VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)(?::\w+)?\}")


def variables(text):
    """Names of the variables in a query."""
    return {one or other for one, other in VARIABLE.findall(text)}


def seconds(value):
    """As Grafana writes a duration of whole seconds."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if value % size == 0:
            return f"{value // size}{unit}"
    return f"{value}s"


class Shown:
    """A range of time in a browser: what variables become in queries, and the step between points."""

    def __init__(self, dashboard, start, end, scrape, chosen=None, width=1000):
        self.start, self.end = start, end
        self.step = max(-(-int(end - start) // width), scrape)
        self.values = {
            "__interval": seconds(self.step), "__interval_ms": str(self.step * 1000), "__rate_interval": seconds(max(self.step + scrape, 4 * scrape)),
            "__range": f"{round(end - start)}s", "__range_s": str(round(end - start)), "__range_ms": str(round((end - start) * 1000))}
        for variable in dashboard["templating"]["list"]:
            picked = (chosen or {}).get(variable["name"], variable["current"]["value"])
            self.values[variable["name"]] = self.picked(variable, picked if isinstance(picked, list) else [picked])

    @staticmethod
    def picked(variable, values):
        """As Grafana puts values into PromQL: a choice of several is a pattern."""
        if values == ["$__all"]:
            return variable["allValue"]
        escaped = [re.sub(r"([\\^$.*+?()\[\]{}|])", r"\\\\\1", value) for value in values]
        return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"

    def query(self, expr):
        def put(found):
            name = found[1] or found[2]
            return self.values.get(name, found[0])
        return VARIABLE.sub(put, expr)


# Trees of queries, as /api/v1/parse_query tells them

def nodes(tree):
    """The node and all below it."""
    if isinstance(tree, dict):
        if "type" in tree and tree.get("type") in (
                "vectorSelector", "matrixSelector", "aggregation", "binaryExpr", "call", "parenExpr", "numberLiteral", "subquery", "unaryExpr"):
            yield tree
        for value in tree.values():
            yield from nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from nodes(value)


def selected(tree):
    """(metric, labels that its matchers name) of every selector."""
    for node in nodes(tree):
        if node["type"] in ("vectorSelector", "matrixSelector"):
            yield node["name"], [matcher["name"] for matcher in node["matchers"] if matcher["name"] != "__name__"]


def bare(tree):
    """Without parentheses around it."""
    while tree.get("type") == "parenExpr":
        tree = tree["expr"]
    return tree


def unguarded(tree):
    """Places that give NaN when nothing happens: a quantile, or a division by a rate, that no comparison keeps away."""
    def below_guard(node, guarded):
        if isinstance(node, list):
            for one in node:
                yield from below_guard(one, guarded)
            return
        if not isinstance(node, dict):
            return
        kind = node.get("type")
        if kind == "binaryExpr" and node["op"] == "and" and any(inner["op"] == ">" for inner in nodes(node["rhs"]) if inner["type"] == "binaryExpr"):
            yield from below_guard(node["lhs"], True)
            yield from below_guard(node["rhs"], guarded)
            return
        if kind == "call" and node["func"]["name"] == "histogram_quantile" and not guarded:
            yield "histogram_quantile without `and … > 0`"
        if kind == "binaryExpr" and node["op"] == "/":
            divisor = bare(node["rhs"])
            if not (divisor["type"] in ("numberLiteral", "vectorSelector") or divisor["type"] == "binaryExpr" and divisor["op"] == ">"):
                yield "a division by something that may be 0"
        for value in node.values():
            yield from below_guard(value, guarded)
    return list(below_guard(tree, False))


# Names

def documented():
    """Metrics of docs/metrics.md and their labels; histograms with their three names."""
    known = {}
    for line in (ROOT / "docs" / "metrics.md").read_text().splitlines():
        found = re.match(r"\| `(\w+)` \| (\w+) \| (.*?) \|", line)
        if found:
            labels = set(re.findall(r"`(\w+)`", found[3]))
            for suffix, more in ((("_bucket", {"le"}), ("_sum", set()), ("_count", set())) if found[2] == "histogram" else (("", set()),)):
                known[found[1] + suffix] = labels | more
    return known


def on_page(text):
    """Names and labels of a page of metrics."""
    known = {}
    for line in text.splitlines():
        found = re.match(r"(\w+)(?:\{(.*)\})? ", line)
        if found and not line.startswith("#"):
            known.setdefault(found[1], set()).update(re.findall(r'(\w+)="', found[2] or ""))
    return known

"""Rule files, good and bad: every row of the reference's 1.2, and what YAML can do to them."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    text: str
    # Where the baseline is newer than 2.42: the row of the reference, and what Flatalert's exit code then is.
    newer: str = ""
    code: int = 0
    flags: tuple = ()


def group(rules, head="", name="g"):
    """A file of one group; `rules` and `head` are indented as a file has them."""
    return f"groups:\n- name: {name}\n{head}  rules:\n{rules}"


def alert(fields, name="A", expr="up == 0"):
    """A file of one alerting rule with these further fields, one a line."""
    lines = "".join(f"    {line}\n" for line in fields.splitlines())
    return group(f"  - alert: {name}\n    expr: {expr}\n{lines}")


def record(fields="", name="a:b", expr="up"):
    lines = "".join(f"    {line}\n" for line in fields.splitlines())
    return group(f"  - record: {name}\n    expr: {expr}\n{lines}")


UTF8 = "10.1 names: legacy only in 2.42"
KEYS = "10.1 rule group query_offset, labels: unknown to 2.42"
NODES = "1.1: 2.42 takes any YAML for record, alert and expr; the baseline decodes texts"
DURATIONS = "10.1 durations as numbers, duration expressions, `_` in numbers"

CASES = {
    # 1.1
    "empty": Case(""),
    "comment alone": Case("# nothing\n"),
    "null": Case("~\n"),
    "no groups": Case("groups:\n"),
    "empty groups": Case("groups: []\n"),
    "no rules": Case("groups:\n- name: a\n"),
    "one alert": Case(alert("")),
    "one record": Case(record()),
    "everything": Case(group(
        "  - alert: A\n    expr: up == 0\n    for: 1y2w3d4h5m6s7ms\n    keep_firing_for: 5m\n    labels: {severity: page}\n"
        "    annotations: {summary: '{{ $value | humanize }} of {{ $labels.instance }}'}\n", "  interval: 30s\n  limit: 5\n")),
    "two files in one": Case("groups: []\n---\ngroups: [\n"),
    "same name in other words": Case("groups:\n- name: a\n- name: A\n"),
    "query_offset": Case(group("  - {record: x, expr: up}\n", "  query_offset: 1m\n"), KEYS),
    "group labels": Case(group("  - {record: x, expr: up}\n", "  labels: {a: b}\n"), KEYS),
    "bad group label": Case(group("  - {record: x, expr: up}\n", "  labels: {__name__: b}\n"), KEYS + ", so that it tells another fault", 1),
    "group without interval": Case(group("  - {record: x, expr: up}\n", "  interval: 0\n")),
    "interval is null": Case(group("  - {record: x, expr: up}\n", "  interval:\n")),
    # Durations.
    "interval without unit": Case(group("", "  interval: 5\n")),
    "interval with sign": Case(group("", "  interval: -5m\n")),
    "interval with fraction": Case(group("", "  interval: 1.5h\n")),
    "interval with space": Case(group("", "  interval: 1h 5m\n")),
    "interval in wrong order": Case(group("", "  interval: 5m1h\n")),
    "interval twice a unit": Case(group("", "  interval: 5m5m\n")),
    "interval of unknown unit": Case(group("", "  interval: 5q\n")),
    "interval is empty": Case(group("", "  interval: ''\n")),
    "interval overflows": Case(group("", "  interval: 300y\n")),
    "interval is a list": Case(group("", "  interval: [5m]\n")),
    "for without unit": Case(alert("for: 5")),
    "for is a float": Case(alert("for: 0.5")),
    "for is 0": Case(alert("for: 0")),
    "keep_firing_for is text": Case(alert("keep_firing_for: soon")),
    # 1.2, in its order.
    "group without name": Case("groups:\n- rules: []\n"),
    "group of empty name": Case("groups:\n- name: ''\n  rules: []\n- name: b\n"),
    "group repeated": Case("groups:\n- name: a\n- name: b\n-   name: a\n"),
    "three of a name": Case("groups: [{name: a}, {name: a}, {name: a}]\n"),
    "label name with dash": Case(alert("labels: {a-b: c}"), UTF8),
    "label named __name__": Case(alert("labels: {__name__: c}")),
    "label of empty name": Case(alert("labels: {'': c}")),
    "label beginning with a digit": Case(alert("labels: {1a: c}"), UTF8),
    "label value is no UTF-8": Case(alert("labels: {a: !!binary /w==}")),
    "labels of a record": Case(record("labels: {__name__: x, ok: y}")),
    "both record and alert": Case(group("  - record: a\n    alert: b\n    expr: up\n")),
    "alert before record": Case(group("  - {expr: up, alert: b, record: a}\n")),
    "neither record nor alert": Case(group("  - expr: up\n"), "1.2: `0:0: 0:0:` (2.42: one `0:0:`)", 1),
    "record is empty": Case(group("  - record: ''\n    expr: up\n"), "1.2: two positions with neither (2.42: one)", 1),
    "alert is empty": Case(group("  - alert: ''\n    expr: up\n"), "1.2: two positions with neither (2.42: one)", 1),
    "empty record beside an alert": Case(group("  - record: ''\n    alert: a\n    expr: up\n")),
    "expr missing": Case(group("  - alert: a\n")),
    "expr is empty": Case(group("  - alert: a\n    expr: ''\n")),
    "expr is null": Case(group("  - alert: a\n    expr:\n")),
    "expr does not parse": Case(alert("", expr="up ==")),
    "expr ends too early": Case(alert("", expr="sum(up")),
    "expr of two lines": Case(alert("", expr="|\n      up\n        / (")),
    "expr folded": Case(alert("", expr=">-\n      sum by (job) (up)\n      > bool 3 foo")),
    "expr quoted": Case(alert("", expr='"rate(up)"')),
    "expr of a number": Case(record(expr="1")),
    "expr of a text": Case(record(expr="'\"text\"'")),
    "expr of a range": Case(record(expr="up[5m]")),
    "expr of an unknown function": Case(record(expr="nofunction(up)")),
    "expr is a comment": Case(alert("", expr="'# nothing'")),
    "expr with bad label": Case(alert("", expr="up{a!b}")),
    "expr with duration of no unit": Case(record(expr="rate(up[300])"), DURATIONS),
    "annotations of a record": Case(record("annotations: {a: b}")),
    "empty annotations of a record": Case(record("annotations: {}")),
    "for of a record": Case(record("for: 1m")),
    "zero for of a record": Case(record("for: 0s")),
    "keep_firing_for of a record": Case(record("keep_firing_for: 1m")),
    "all wrong in a record": Case(record("for: 1m\nkeep_firing_for: 1m\nannotations: {a: b}", expr="1 +")),
    "record name with dash": Case(record(name="a-b"), UTF8),
    "record name with blank": Case(record(name="'a b'"), UTF8),
    "record name is a selector": Case(record(name="'up{a=\"b\"}'"), "1.2: braces are told of in their own words since UTF-8 names", 1),
    "record name with colon": Case(record(name="a:b:c")),
    "record name is a number": Case(record(name="5"), UTF8),
    "annotation name with blank": Case(alert("annotations: {a b: c}"), UTF8),
    "annotation of empty name": Case(alert("annotations: {'': c}")),
    "annotation named __name__": Case(alert("annotations: {__name__: c}")),
    # Templates.
    "label template not closed": Case(alert("labels: {a: '{{ $value'}")),
    "label template with unknown function": Case(alert("labels: {a: '{{ nofunction 1 }}'}")),
    "annotation template with unknown variable": Case(alert("annotations: {a: '{{ $label.a }}'}")),
    "annotation template without end": Case(alert("annotations: {a: '{{ if $value }}x'}")),
    "annotation template of lines": Case(alert("annotations:\n  a: |\n    one {{ $value }}\n    two {{ end }}")),
    "annotation template with bad action": Case(alert("annotations: {a: '{{ . | }}'}")),
    "templates in several": Case(alert("labels: {x: '{{ 1', y: '{{ nofunction }}'}\nannotations: {b: '{{ end }}', a: '{{ $no }}'}")),
    "template name is quoted": Case(alert("annotations: {a: '{{ end }}'}", name="'A \"b\" \\c'")),
    "every function of rules": Case(alert(
        "annotations: {a: '{{ range query \"up\" | sortByLabel \"job\" }}{{ label \"job\" . }}{{ value . }}{{ strvalue . }}{{ end }}"
        "{{ (query \"up\" | first).Value | humanizeDuration }}{{ externalURL }}{{ pathPrefix }}{{ args 1 2 }}{{ graphLink \"up\" }}"
        "{{ tableLink \"up\" }}{{ title \"a\" | toUpper | toLower }}{{ match \"a\" \"b\" }}{{ reReplaceAll \"a\" \"b\" \"c\" }}{{ $externalURL }}"
        "{{ humanize 1.0 }}{{ humanize1024 1.0 }}{{ humanizePercentage 1.0 }}{{ humanizeTimestamp 1.0 }}{{ stripPort \"a:1\" }}"
        "{{ stripDomain \"a.b\" }}{{ toTime 1.0 }}{{ parseDuration \"1m\" }}{{ safeHtml \"a\" }}{{ $externalLabels.a }}'}")),
    "template in a record's label": Case(record("labels: {a: '{{ nofunction'}")),
    "alertname as label": Case(alert("labels: {alertname: other}")),
    # Lint.
    "duplicates": Case(group("  - {record: a, expr: 1, labels: {x: y, b: c}}\n  - {record: a, expr: 2, labels: {b: c, x: y}}\n")),
    "duplicates, fatal": Case(group("  - {record: a, expr: 1}\n  - {record: a, expr: 2}\n  - {record: a, expr: 2}\n"), flags=("--lint-fatal",)),
    "duplicates, no lint": Case(group("  - {record: a, expr: 1}\n  - {record: a, expr: 2}\n"), flags=("--lint-fatal", "--lint=none")),
    "duplicates, all lints": Case(group("  - {record: a, expr: 1}\n  - {alert: a, expr: 2}\n"), flags=("--lint-fatal", "--lint=all")),
    "duplicates over groups": Case(
        "groups:\n- name: a\n  rules: [{record: b, expr: 1}, {record: a, expr: 1}]\n- name: b\n  rules: [{record: a, expr: 1}, {record: b, expr: 1}]\n",
        flags=("--lint-fatal",)),
    "duplicates but for a label": Case(group("  - {record: a, expr: 1, labels: {x: y}}\n  - {record: a, expr: 1}\n"), flags=("--lint-fatal",)),
    # Unknown keys and wrong types.
    "unknown key at the top": Case("groups: []\nrules: []\n"),
    "unknown key of a group": Case(group("", "  evaluation: 5m\n")),
    "unknown key of a rule": Case(alert("annotation: {a: b}")),
    "several unknown keys": Case("x: 1\n" + group("  - alert: a\n    expression: up\n", "  y: 1\n")),
    "query_source": Case(group("  - {alert: x, expr: up}\n", "  query_source: remote\n"), "issue 6: a key of ours", 0),
    "root is a list": Case("- groups\n"),
    "root is a text": Case("groups\n"),
    "groups is a mapping": Case("groups: {a: b}\n"),
    "groups is a text": Case("groups: a\n"),
    "group is a text": Case("groups: [a]\n"),
    "group is null": Case("groups:\n-\n- name: a\n"),
    "rule is null": Case(group("  -\n  - {alert: x, expr: up}\n  - {alert: '', expr: up}\n"), "1.2: two positions with neither (2.42: one)", 1),
    "rules is a mapping": Case("groups:\n- name: a\n  rules: {alert: a}\n"),
    "name is a list": Case("groups:\n- name: [a]\n"),
    "limit is text": Case(group("", "  limit: many\n")),
    "limit is quoted": Case(group("", "  limit: '5'\n")),
    "limit has a fraction": Case(group("", "  limit: 1.5\n")),
    "limit is negative": Case(group("", "  limit: -1\n")),
    "limit is octal": Case(group("", "  limit: 010\n")),
    "labels is a list": Case(alert("labels: [a]")),
    "label is a list": Case(alert("labels: {a: [b]}")),
    "label is null": Case(alert("labels: {a: }")),
    "label is a number": Case(alert("labels: {a: 010, b: yes, c: 1.50, d: 2020-01-01}")),
    "alert is a list": Case(group("  - alert: [a]\n    expr: up\n"), NODES, 1),
    "expr is a mapping": Case(group("  - alert: a\n    expr: {a: b}\n"), NODES, 1),
    "alert is null": Case(group("  - alert: ~\n    expr: up\n"), NODES, 1),
    # YAML.
    "key twice in a group": Case("groups:\n- name: a\n  name: b\n"),
    "key twice in a rule": Case(group("  - alert: a\n    expr: up\n    expr: up\n")),
    "key twice in labels": Case(alert("labels:\n  a: b\n  a: c")),
    "key twice at the top": Case("groups: []\ngroups: []\n"),
    "tab": Case("groups:\n\t- name: a\n"),
    "quote not closed": Case("groups:\n- name: 'a\n"),
    "bracket not closed": Case("groups: [\n"),
    "bad indentation": Case("groups:\n- name: a\n   rules: []\n"),
    "percent as a value": Case("groups:\n- name: %a\n"),
    "not UTF-8": Case("groups:\n- name: \udcff\n"),
    "unknown anchor": Case("groups:\n- name: *a\n"),
    "anchors of labels": Case(group("  - {alert: a, expr: up, labels: &l {x: y}}\n  - {alert: b, expr: up, labels: *l}\n")),
    "merged labels": Case(group(
        "  - {alert: a, expr: up, labels: &l {x: y}}\n  - {alert: a, expr: down, labels: {x: z, <<: *l}}\n  - {alert: a, expr: up, labels: {<<: *l, x: z}}\n"),
        flags=("--lint-fatal",)),
    "merged rule": Case(group("  - &r {alert: a, expr: up}\n  - {<<: *r, alert: b}\n")),
    "merge of a text": Case(group("  - {<<: a, alert: b, expr: up}\n")),
    "anchor of an expression": Case(group("  - {alert: a, expr: &e up == 0}\n  - {alert: b, expr: *e}\n")),
    "carriage returns": Case(alert("for: 1m").replace("\n", "\r\n")),
    "byte order mark": Case("\ufeff" + alert("")),
    "columns behind wide characters": Case("groups: [{name: '警報', rules: [{alert: '容量', expr: 'up =='}]}]\n"),
    "block text with indentation": Case("groups:\n- name: a\n  rules:\n  - alert: b\n    expr: |2\n        up ==\n"),
    "json": Case('{"groups": [{"name": "a", "rules": [{"alert": "b", "expr": "up ="}]}]}'),
}

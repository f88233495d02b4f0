"""Files of unit tests for rules, good and bad, beside one rule file that most of them test."""
import dataclasses

RULES = """groups:
- name: first
  interval: 30s
  rules:
  - {record: job:up:sum, expr: sum by (job) (up)}
  - {record: flat, expr: vector(5), labels: {b: c}}
  - {record: number, expr: 1 + 1}
  - alert: Down
    expr: up == 0
    for: 2m
    labels: {severity: page, team: '{{ $labels.job }}'}
    annotations: {summary: '{{ $labels.instance }} of {{ .Labels.job }} gives {{ $value }}', empty: '{{ $labels.nothing }}'}
  - alert: Kept
    expr: up == 0
    keep_firing_for: 3m
  - alert: Outside
    expr: up == 0
    annotations: {url: '{{ $externalURL }}', label: '{{ $externalLabels.region }}', path: '{{ pathPrefix }}', graph: '{{ graphLink "up" }}'}
  - alert: Asked
    expr: count(up) > 1
    annotations:
      query: '{{ range query "up == 0" | sortByLabel "instance" }}{{ .Labels.instance }} {{ end }}'
      broken: '{{ first (query "nothing") }}'
- name: second
  rules:
  - {alert: Meta, expr: 'sum(ALERTS{alertname="Down", alertstate="firing"}) > 0'}
  - {record: up:doubled, expr: 'job:up:sum * 2'}
  - {alert: Since, expr: 'ALERTS_FOR_STATE{alertname="Down"} >= 0', labels: {alertstate: ''}}
"""
BROKEN = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up ==\n"
CLASHING = """groups:
- name: g
  rules:
  - {record: same, expr: 'label_replace(up, "__name__", "x", "job", ".*")'}
  - {alert: Clash, expr: 'sum without (instance) (up) or up', labels: {instance: x}}
"""
FAILING = """groups:
- name: g
  rules:
  - {record: text, expr: '"a"'}
  - {alert: Range, expr: 'up[5m]'}
  - {alert: Many, expr: 'label_replace(up, "instance", "x", "", "")'}
"""
LIMITED = """groups:
- name: g
  limit: 1
  rules:
  - {alert: A, expr: up}
"""
ORDERED = """groups:
- {name: reader, rules: [{record: read, expr: written}]}
- {name: writer, rules: [{record: written, expr: up}]}
"""
FILES = {
    "rules.yml": RULES, "broken.yml": BROKEN, "clashing.yml": CLASHING, "failing.yml": FAILING, "limited.yml": LIMITED, "ordered.yml": ORDERED,
}

SERIES = """
  input_series:
  - {series: 'up{job="a",instance="1"}', values: '1 0 0 0 0 1 1 1 1 1 1'}
  - {series: 'up{job="a",instance="2"}', values: '1x10'}
  - {series: 'up{job="b",instance="3"}', values: '0x10'}
"""


@dataclasses.dataclass(frozen=True)
class Case:
    text: str
    # Where the baseline is newer than 2.42, or Flatalert's words differ on purpose: why, and Flatalert's exit code.
    newer: str = ""
    code: int = 0
    # Whether only exit code and number of failures are compared: both name the place in their own way.
    is_told_otherwise: bool = False


# 2.42 evaluates groups that have no place in an order of its own, another one each time.
ORDER = "group_eval_order: [first, second]\n"
HEAD = "rule_files: [rules.yml]\n" + ORDER


def tests(body, head=HEAD, series=SERIES, name=""):
    """A file of one test; `body` is indented by two."""
    name = f"  name: {name}\n" if name else ""
    return f"{head}tests:\n- interval: 1m\n{name}{series.lstrip(chr(10))}{body}"


def alerts(*questions, **options):
    return tests("  alert_rule_test:\n" + "".join(f"  - {question}\n" for question in questions), **options)


def expressions(*questions, **options):
    return tests("  promql_expr_test:\n" + "".join(f"  - {question}\n" for question in questions), **options)


def series(*lines):
    return tests("  promql_expr_test:\n  - {expr: a, eval_time: 5m, exp_samples: []}\n",
                 series="\n  input_series:\n" + "".join(f"  - {line}\n" for line in lines))


DOWN_3 = "{exp_labels: {severity: page, team: b, job: b, instance: '3'}, exp_annotations: {summary: '3 of b gives 0', empty: ''}}"
DOWN_1 = "{exp_labels: {severity: page, team: a, job: a, instance: '1'}, exp_annotations: {summary: '1 of a gives 0', empty: ''}}"

CASES = {
    # Alerts.
    "alerts as expected": Case(alerts(
        f"{{eval_time: 2m, alertname: Down, exp_alerts: [{DOWN_3}]}}", f"{{eval_time: 3m, alertname: Down, exp_alerts: [{DOWN_1}, {DOWN_3}]}}")),
    "pending is not firing": Case(alerts("{eval_time: 1m, alertname: Down, exp_alerts: []}", "{eval_time: 1m59s, alertname: Down}")),
    "order of expectations does not matter": Case(alerts(f"{{eval_time: 3m, alertname: Down, exp_alerts: [{DOWN_3}, {DOWN_1}]}}")),
    "between the passes": Case(alerts(f"{{eval_time: 2m59s999ms, alertname: Down, exp_alerts: [{DOWN_3}]}}")),
    "resolved is not firing": Case(alerts(f"{{eval_time: 8m, alertname: Down, exp_alerts: [{DOWN_3}]}}")),
    "kept firing": Case(alerts(
        "{eval_time: 6m, alertname: Kept, exp_alerts: [{exp_labels: {job: a, instance: '1'}}, {exp_labels: {job: b, instance: '3'}}]}",
        "{eval_time: 8m, alertname: Kept, exp_alerts: [{exp_labels: {job: b, instance: '3'}}]}")),
    "unexpected alert": Case(alerts("{eval_time: 2m, alertname: Down}")),
    "missing alert": Case(alerts(f"{{eval_time: 0m, alertname: Down, exp_alerts: [{DOWN_3}]}}")),
    "wrong label": Case(alerts(f"{{eval_time: 2m, alertname: Down, exp_alerts: [{DOWN_3.replace('page', 'mail')}]}}")),
    "wrong annotation": Case(alerts(f"{{eval_time: 2m, alertname: Down, exp_alerts: [{DOWN_3.replace('gives 0', 'gives 1')}]}}")),
    "empty annotation not expected": Case(alerts(f"{{eval_time: 2m, alertname: Down, exp_alerts: [{DOWN_3.replace(', empty: ' + chr(39) * 2, '')}]}}")),
    "empty label expected": Case(alerts("{eval_time: 2m, alertname: Meta, exp_alerts: [{exp_labels: {job: ''}}]}")),
    "one of several": Case(alerts(f"{{eval_time: 3m, alertname: Down, exp_alerts: [{DOWN_1}]}}")),
    "several failures in order of time": Case(alerts(
        "{eval_time: 5m, alertname: Down}", "{eval_time: 2m, alertname: Kept}", "{eval_time: 3m, alertname: Down}", "{eval_time: 2m, alertname: Down}")),
    "named test": Case(alerts("{eval_time: 2m, alertname: Down}", name="the one")),
    "unknown alertname": Case(alerts("{eval_time: 2m, alertname: Nothing, exp_alerts: [{exp_labels: {a: b}}]}")),
    "alertname is missing": Case(alerts("{eval_time: 2m}")),
    "alertname is missing in a named test": Case(alerts("{eval_time: 2m, exp_alerts: []}", name="x")),
    "alertname among the labels": Case(alerts("{eval_time: 5m, alertname: Meta, exp_alerts: [{exp_labels: {alertname: other}}]}")),
    "quotes in texts": Case(alerts("{eval_time: 2m, alertname: Down, exp_alerts: [{exp_labels: {job: \"a\\\"b\\\\c\\n\\t\"}}]}")),
    "wide characters in texts": Case(alerts("{eval_time: 2m, alertname: Down, exp_alerts: [{exp_labels: {job: '容量'}}]}")),
    "external labels and URL": Case(alerts("{eval_time: 2m, alertname: Outside}", series=SERIES + "  external_url: http://x/y/\n  external_labels: {region: eu}\n")),
    "no external URL": Case(alerts("{eval_time: 2m, alertname: Outside}")),
    "queries in templates": Case(alerts("{eval_time: 2m, alertname: Asked}")),
    "no eval_time": Case(alerts("{alertname: Kept, exp_alerts: [{exp_labels: {job: b, instance: '3'}}]}")),
    "same question twice": Case(alerts("{eval_time: 2m, alertname: Down}", "{eval_time: 2m, alertname: Down, exp_alerts: []}")),
    # Expressions.
    "expressions as expected": Case(expressions(
        "{expr: up, eval_time: 1m, exp_samples: [{labels: 'up{job=\"a\",instance=\"1\"}', value: 0}, {labels: 'up{job=\"a\",instance=\"2\"}', value: 1}, "
        "{labels: 'up{instance=\"3\", job=\"b\"}', value: 0}]}",
        "{expr: 'job:up:sum', eval_time: 1m, exp_samples: [{labels: 'job:up:sum{job=\"a\"}', value: 1}, {labels: 'job:up:sum{job=\"b\"}', value: 0}]}")),
    "a scalar": Case(expressions("{expr: 1 + 1, eval_time: 1m, exp_samples: [{labels: '{}', value: 2}]}")),
    "a scalar without labels": Case(expressions("{expr: 1 + 1, eval_time: 1m, exp_samples: [{value: 2}]}")),
    "a string": Case(expressions("{expr: '\"a\"', eval_time: 1m}")),
    "a range": Case(expressions("{expr: 'up[5m]', eval_time: 1m}")),
    "expression does not parse": Case(expressions("{expr: 'sum(', eval_time: 1m}", "{expr: up, eval_time: 1m}")),
    "expression is missing": Case(expressions("{eval_time: 1m}")),
    "expression fails": Case(expressions("{expr: 'label_replace(up, \"instance\", \"x\", \"\", \"\")', eval_time: 1m}")),
    "wrong value": Case(expressions("{expr: 'up:doubled', eval_time: 1m, exp_samples: [{labels: 'up:doubled{job=\"a\"}', value: 2.5}]}")),
    "values of all sizes": Case(expressions(
        "{expr: 'vector(1e21)', exp_samples: []}", "{expr: 'vector(-0.000012345)', exp_samples: []}", "{expr: 'vector(NaN)', exp_samples: []}",
        "{expr: 'vector(Inf)', exp_samples: []}", "{expr: 'vector(123456)', exp_samples: []}", "{expr: 'vector(0.1+0.2)', exp_samples: [{labels: '{}', value: 0.3}]}")),
    "NaN is not NaN": Case(expressions("{expr: 'vector(NaN)', exp_samples: [{labels: '{}', value: .nan}]}")),
    "name kept and dropped": Case(expressions("{expr: 'up{job=\"b\"} > bool 0', exp_samples: []}", "{expr: 'up{job=\"b\"}', exp_samples: []}")),
    "labels that cannot be read": Case(expressions("{expr: up, eval_time: 1m, exp_samples: [{labels: 'up{job=\"a\"', value: 1}]}")),
    "labels with a matcher": Case(expressions("{expr: up, eval_time: 1m, exp_samples: [{labels: 'up{job=~\"a\"}', value: 1}]}"), is_told_otherwise=True),
    "after the last pass": Case(expressions("{expr: 'up{job=\"b\"}', eval_time: 4m30s, exp_samples: [{labels: 'up{job=\"b\",instance=\"3\"}', value: 0}]}")),
    "ALERTS": Case(expressions(
        "{expr: 'ALERTS{alertname=\"Down\"}', eval_time: 2m, exp_samples: []}", "{expr: 'ALERTS_FOR_STATE{alertname=\"Down\"}', eval_time: 2m, exp_samples: []}")),
    "stale after resolving": Case(expressions("{expr: 'ALERTS{alertname=\"Down\",instance=\"1\"}', eval_time: 5m, exp_samples: []}")),
    "subquery with default step": Case(expressions("{expr: 'count_over_time(up{job=\"b\"}[5m1s:])', eval_time: 10m, exp_samples: [{labels: '{job=\"b\",instance=\"3\"}', value: 6}]}")),
    "alerts and expressions together": Case(alerts("{eval_time: 2m, alertname: Down}", series=SERIES + "  promql_expr_test:\n  - {expr: up, eval_time: 1m}\n")),
    # Series.
    "gaps, stale and steps": Case(tests(
        "  promql_expr_test:\n  - {expr: a, eval_time: 3m, exp_samples: []}\n  - {expr: b, eval_time: 3m}\n  - {expr: c, eval_time: 3m}\n  - {expr: d, eval_time: 3m}\n",
        series="\n  input_series:\n  - {series: a, values: '1+2x3'}\n  - {series: b, values: '1 _ 3 stale'}\n  - {series: c, values: '10-2x2 _x2'}\n"
               "  - {series: d, values: '-1e3 NaN Inf -Inf'}\n")),
    "series twice": Case(series("{series: a, values: 1x5}", "{series: a, values: 2x5}")),
    "series without values": Case(series("{series: a, values: ''}")),
    "series that is not closed": Case(series("{series: 'a{b=\"c\"', values: '1'}"), is_told_otherwise=True),
    "series with bad values": Case(series("{series: a, values: '1 2 x'}"), is_told_otherwise=True),
    "series without series": Case(series("{values: '1 2'}"), is_told_otherwise=True),
    "no series": Case(alerts("{eval_time: 1m, alertname: Down}", series="")),
    # The file.
    "empty": Case(""),
    "no tests": Case("rule_files: [rules.yml]\n"),
    "no tests of broken rules": Case("rule_files: [broken.yml]\ntests: []\n"),
    "no rule files": Case(expressions("{expr: up, eval_time: 1m}", head="")),
    "pattern without files": Case(expressions("{expr: 1, exp_samples: [{labels: '{}', value: 1}]}", head="rule_files: [nothing*.yml, rules.yml]\n")),
    "broken rules": Case(alerts("{eval_time: 1m, alertname: Down}", head="rule_files: [rules.yml, broken.yml]\n")),
    "rules by a pattern": Case(alerts("{eval_time: 2m, alertname: Meta}", head="rule_files: ['rule?.yml']\n" + ORDER)),
    "rules that fail": Case(alerts("{eval_time: 1m, alertname: Down}", head="rule_files: [failing.yml]\n")),
    "rules that clash": Case(alerts("{eval_time: 1m, alertname: Clash}", head="rule_files: [clashing.yml]\n")),
    "limit exceeded": Case(alerts("{eval_time: 1m, alertname: A}", head="rule_files: [limited.yml]\n")),
    "evaluation interval": Case(alerts("{eval_time: 3m, alertname: Down}", head=HEAD + "evaluation_interval: 90s\n")),
    "order of groups": Case(expressions("{expr: read, exp_samples: []}", "{expr: read, eval_time: 1m, exp_samples: []}",
                                        head="rule_files: [ordered.yml]\ngroup_eval_order: [writer, reader]\n")),
    "order of groups the other way": Case(expressions("{expr: read, exp_samples: []}", head="rule_files: [ordered.yml]\ngroup_eval_order: [reader, writer]\n")),
    "order with a group twice": Case(expressions("{expr: read}", head="rule_files: [ordered.yml]\ngroup_eval_order: [reader, reader]\n")),
    "second document": Case(alerts("{eval_time: 2m, alertname: Down}") + "---\nsomething: [\n", is_told_otherwise=True),
    "second document of notification tests": Case(alerts("{eval_time: 1m, alertname: Down}") + "---\nalertmanager: none.yml\nnotification_tests: []\n"),
    # Wrong YAML.
    "unknown key at the top": Case("rule_file: [rules.yml]\n"),
    "unknown key of a test": Case("tests:\n- interval: 1m\n  series: []\n"),
    "unknown key of an alert test": Case(alerts("{eval_time: 1m, alert: Down}")),
    "unknown key of an expected alert": Case(alerts("{eval_time: 1m, alertname: Down, exp_alerts: [{labels: {a: b}}]}")),
    "unknown key of an expression test": Case(expressions("{expr: up, eval: 1m}")),
    "unknown key of a sample": Case(expressions("{expr: up, exp_samples: [{label: a}]}")),
    "unknown key of a series": Case(series("{serie: a, values: '1'}")),
    "key twice": Case("tests:\n- interval: 1m\n  interval: 2m\n"),
    "bad duration": Case("evaluation_interval: 5\ntests: []\n"),
    "bad eval_time": Case(alerts("{eval_time: soon, alertname: Down}")),
    "value is text": Case(expressions("{expr: up, exp_samples: [{labels: a, value: many}]}")),
    "tests is a mapping": Case("tests: {a: b}\nrule_files: x\n"),
    "not YAML": Case("tests: [\n"),
    "fuzzy_compare": Case("fuzzy_compare: true\n" + expressions("{expr: 'vector(0.1+0.2)', exp_samples: [{labels: '{}', value: 0.3}]}"), "10.1 promtool test", 0),
    "start_timestamp": Case(expressions("{expr: time(), eval_time: 1m, exp_samples: [{labels: '{}', value: 1060}]}", series="  start_timestamp: 1000\n"), "10.1 promtool test", 0),
    "start_timestamp as text": Case(expressions("{expr: time(), exp_samples: [{labels: '{}', value: 86400}]}", series="  start_timestamp: '1970-01-02T00:00:00Z'\n"), "10.1 promtool test", 0),
    "group labels and offset": Case(alerts("{eval_time: 1m, alertname: Down}", head="rule_files: [newer.yml]\n"), "10.1 rule group query_offset, labels", 0),
    "left edge of a window": Case(expressions("{expr: 'count_over_time(up{job=\"b\"}[5m])', eval_time: 5m, exp_samples: [{labels: '{job=\"b\",instance=\"3\"}', value: 5}]}"),
                                  "10.1 range/lookback/subquery windows closed on the left in 2.42", 0),
}
FILES["newer.yml"] = "groups:\n- name: g\n  query_offset: 1m\n  labels: {a: b}\n  rules: [{alert: Up, expr: up}]\n"

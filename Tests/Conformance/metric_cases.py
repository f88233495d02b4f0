"""Pages of metrics, good and bad, for metrics.py: what the lint finds on each beyond promtool 2.42."""
import dataclasses
import random

CONTAINER = "0123456789abcdef" * 4


@dataclasses.dataclass
class Case:
    page: str
    # What only our lint finds: "check" of the metric x, or "check metric"; "check -" is about the page.
    beyond: tuple = ()
    # promtool takes nothing from the page (exit code 1), and says so with a line at most.
    refused: bool = False

    def found(self):
        pairs = (word.split() for word in self.beyond)
        return {(rest[0] if rest else "x", check) for check, *rest in pairs}


def head(name="x", kind="gauge"):
    return f"# HELP {name} Text.\n# TYPE {name} {kind}\n"


def sole(name="x", kind="gauge", labels=""):
    """One metric with one sample."""
    return f"{head(name, kind)}{name}{labels} 1\n"


def histogram(*lines, name="x"):
    return head(name, "histogram") + "".join(f"{name}_{line}\n" for line in lines)


def summary(*lines):
    return head("x", "summary") + "".join(f"x{line}\n" for line in lines)


WHOLE = ('bucket{le="1"} 1', 'bucket{le="+Inf"} 2', "sum 3", "count 2")

# Both find the same.
SHARED = {
    "gauge": sole(),
    "counter": sole("x_events_total", "counter"),
    "histogram": histogram(*WHOLE),
    "summary": summary('{quantile="0.5"} 1', '{quantile="0.99"} NaN', "_sum 1", "_count 1"),
    "labels with escapes": sole(labels='{a="\\"quoted\\", \\\\ and\\n {}=,", b="grün"}'),
    "two metrics": sole() + sole("y_seconds"),
    "words in a comment": "# Just words\n" + sole(),
    "TYPE in front of HELP": "# TYPE x gauge\n# HELP x Text.\nx 1\n",
    "blanks": "# HELP x Text.\n\n# TYPE x gauge\n  x { a = \"1\" , } 1\n",
    "no help": "# TYPE x gauge\nx 1\n",
    "empty help": "# HELP x\n# TYPE x gauge\nx 1\n",
    "blank help": "# HELP x   \n# TYPE x gauge\nx 1\n",
    "counter without the ending": sole("x_events", "counter"),
    "gauge that ends in total": sole("x_total"),
    "summary that ends in total": head("x_total", "summary") + "x_total_sum 1\nx_total_count 1\n",
    "histogram that ends in total": histogram(*WHOLE, name="x_total"),
    "gauge _bucket": sole("x_bucket"),
    "gauge _count": sole("x_count"),
    "gauge _sum": sole("x_sum"),
    "counter _count": sole("x_count", "counter"),
    "summary _bucket": head("x_bucket", "summary") + "x_bucket_sum 1\nx_bucket_count 1\n",
    "gauge with le": sole(labels='{le="1"}'),
    "gauge with quantile": sole(labels='{quantile="0.5"}'),
    "counter with le": sole("x_total", "counter", '{le="1"}'),
    "summary with le": summary('{le="1",quantile="0.5"} 1', '_sum{le="1"} 1', '_count{le="1"} 1'),
    "histogram with quantile": histogram('bucket{quantile="1",le="+Inf"} 1', 'sum{quantile="1"} 1', 'count{quantile="1"} 1'),
    "counter in the name": sole("x_counter_events"),
    "gauge at the end": sole("x_gauge"),
    "summary in the name": sole("x_Summary_size"),
    "histogram at the end": sole("x_HISTOGRAM"),
    "a word that only begins like a type": sole("x_gauges_level"),
    "colon": sole("job:x:max"),
    "camel case": sole("xLevelHere"),
    "camel case in a label": sole(labels='{statusCode="200"}'),
    "capitals": sole("X_LEVEL"),
    "thermometers": sole("x_thermometers"),
    "everything at once": "# TYPE jobName:x_counter_ms_total gauge\n" 'jobName:x_counter_ms_total{le="1",aB="2"} 1\n',
}
for unit in ("minutes", "hours", "days", "weeks", "kelvins", "fahrenheit", "rankine", "inches", "yards", "miles", "bits", "calories", "pounds", "ounces"):
    SHARED[f"unit {unit}"] = sole(f"x_{unit}_level")
for prefix in ("pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi"):
    SHARED[f"prefix {prefix}"] = sole(f"x_{prefix}seconds") + sole(f"x_{prefix}bits_level")
for short in ("s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"):
    SHARED[f"abbreviation {short}"] = sole(f"x_wait_{short}") + sole(f"x_{short}_wait")
for unit in ("amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres", "seconds", "volts"):
    SHARED[f"base unit {unit}"] = sole(f"x_{unit}")

# promtool refuses the page; ours names what is wrong.
REFUSED = {
    "a value is missing": ("x\n", "syntax -", "no-samples -"),
    "a value is a word": (head() + "x one\n", "syntax -", "empty-family", "no-samples -"),
    "a name begins with a digit": (sole() + "1x 1\n", "syntax -"),
    "a label without quotes": (sole() + "x{a=1} 1\n", "syntax -"),
    "a label without an end": (sole() + 'x{a="1} 1\n', "syntax -"),
    "a label's name with a dash": (sole() + 'x{a-b="1"} 1\n', "syntax -"),
    "an unknown type": ("# HELP x Text.\n# TYPE x number\nx 1\n", "syntax -", "no-type"),
    "an escape that is none": (sole(labels='{a="C:\\temp"}'), "escape"),
    "an escape in help that is none": ("# HELP x C:\\temp\n# TYPE x gauge\nx 1\n", "escape"),
    "a line feed in a label": (sole(labels='{a="one\ntwo"}'), "escape"),
    "no final line feed": (sole()[:-1], "no-final-newline -"),
    "a blank behind the value": (head() + "x 1 \n", "trailing-blanks -"),
    "carriage returns": (sole().replace("\n", "\r\n"), "carriage-returns -"),
    "bytes that are no UTF-8": (sole(labels='{a="\udcff"}'), "invalid-utf8 -", "empty-family", "no-samples -"),
    "a byte order mark": ("\ufeff" + sole(), "syntax -"),
    "TYPE twice": ("# TYPE x gauge\n" + sole(), "duplicate-type"),
    "HELP twice": ("# HELP x Other.\n" + sole(), "duplicate-help"),
    "TYPE behind samples": ("# HELP x Text.\nx 1\n# TYPE x gauge\n", "late-metadata"),
    "le is no number": (histogram('bucket{le="big"} 1', *WHOLE), "bound"),
    "quantile is no number": (summary('{quantile="most"} 1', "_sum 1", "_count 1"), "bound"),
    "a label twice": (head() + 'x{a="1",a="2"} 1\n', "duplicate-label"),
    "a name that is another's sample": (
        histogram(*WHOLE) + sole("x_sum_bucket", "untyped") + head("x_count", "untyped") + "x_count 1\n",
        "untyped x_sum_bucket", "name-clash x_count", "untyped x_count", "duplicate-series x_count", "late-metadata x_count",
        "split-family x_count", "missing-sum-or-count x"),
    "words behind the value": (sole() + "x{a=\"1\"} 1 soon\n", "syntax -"),
    "words behind the timestamp": (sole() + "x{a=\"1\"} 1 5 6\n", "syntax -"),
}

# promtool lets it pass.
PASSED = {
    "an empty page": ("", "no-samples -"),
    "a comment alone (D1)": ("# shared dict 'flatnet_metrics' not configured\n", "no-samples -"),
    "HELP and TYPE alone": (head(), "no-samples -", "empty-family"),
    "a total beside its parts (D2)": (head() + 'x 3\nx{a="1"} 1\nx{a="2"} 2\n', "bare-series"),
    "different labels": (head() + 'x{a="1"} 1\nx{a="1",b="2"} 2\n', "mixed-labels"),
    "TYPE of another name (D3)": (
        sole("x_total", "counter") + head("x_by_status_total", "counter") + 'x_total{status="200"} 1\n',
        "orphan-metadata x_by_status_total", "split-family x_total", "bare-series x_total"),
    "no TYPE": ("# HELP x Text.\nx 1\n", "no-type"),
    "TYPE untyped": (sole(kind="untyped"), "untyped"),
    "TYPE without a type": ("# HELP x Text.\n# TYPE x\nx 1\n", "syntax -", "no-type"),
    "a metric without samples": (sole() + head("y"), "empty-family y"),
    "a metric in two places": (head() + 'x{a="1"} 1\n' + sole("y") + 'x{a="2"} 1\n', "split-family"),
    "all TYPEs first": (head() + head("y") + "x 1\ny 1\n", "split-family", "split-family y"),
    "a series twice": (head() + "x 1\nx 2\n", "duplicate-series"),
    "a series twice with labels in another order": (head() + 'x{a="1",b="2"} 1\nx{b="2",a="1"} 1\n', "duplicate-series"),
    "an empty label": (head() + 'x{a=""} 1\n', "empty-label"),
    "HELP behind samples": ("# TYPE x gauge\nx 1\n# HELP x Text.\n", "late-metadata"),
    "HELP in small letters": ("# help y Text.\n" + sole(), "odd-comment -"),
    "TYPE without a blank": ("#TYPE y gauge\n" + sole(), "odd-comment -"),
    "the end of OpenMetrics": (sole() + "# EOF\n", "odd-comment -"),
    "no infinite bucket": (histogram('bucket{le="1"} 1', "sum 1", "count 1"), "no-infinite-bucket"),
    "no buckets": (histogram("sum 1", "count 1"), "no-infinite-bucket"),
    "buckets that fall": (histogram('bucket{le="1"} 3', 'bucket{le="2"} 1', 'bucket{le="+Inf"} 3', "sum 3", "count 3"), "not-cumulative"),
    "buckets in disorder": (histogram('bucket{le="2"} 1', 'bucket{le="1"} 1', 'bucket{le="+Inf"} 2', "sum 3", "count 2"), "bucket-order"),
    "a bucket twice in two spellings": (histogram('bucket{le="1"} 1', 'bucket{le="1.0"} 1', *WHOLE[1:]), "duplicate-series"),
    "another count": (histogram(*WHOLE[:3], "count 3"), "count-mismatch"),
    "no count": (histogram(*WHOLE[:3]), "missing-sum-or-count"),
    "no sum": (histogram(*WHOLE[:2], "count 2"), "missing-sum-or-count"),
    "a negative bucket": (histogram('bucket{le="1"} -1', *WHOLE[1:]), "bucket-value"),
    "half an observation": (histogram('bucket{le="1"} 0.5', *WHOLE[1:]), "bucket-value"),
    "different buckets": (
        histogram('bucket{a="1",le="1"} 1', 'bucket{a="1",le="+Inf"} 1', 'sum{a="1"} 1', 'count{a="1"} 1',
                  'bucket{a="2",le="2"} 1', 'bucket{a="2",le="+Inf"} 1', 'sum{a="2"} 1', 'count{a="2"} 1'), "differing-buckets"),
    "a quantile of a hundred": (summary('{quantile="99"} 1', "_sum 1", "_count 1"), "quantile"),
    "a summary without sum": (summary('{quantile="0.5"} 1', "_count 1"), "missing-sum-or-count"),
    "a quantile twice": (summary('{quantile="0.5"} 1', '{quantile="0.50"} 1', "_sum 1", "_count 1"), "duplicate-series"),
    "a negative counter": (head("x_total", "counter") + "x_total -1\n", "negative-counter x_total"),
    "a counter that is not a number": (head("x_total", "counter") + "x_total NaN\n", "not-a-number x_total"),
    "a counter without end": (head("x_total", "counter") + "x_total +Inf\n", "not-a-number x_total"),
    "an info of two": (head("x_info") + 'x_info{a="1"} 2\n', "info-value x_info"),
    "milliseconds since 1970": (head("x_start_time_seconds") + "x_start_time_seconds 1763811208250\n", "milliseconds x_start_time_seconds"),
    "a timestamp": (head() + "x 1 1763811208250\n", "timestamp"),
    "a label of Prometheus": (head() + 'x{__a="1"} 1\n', "reserved-label"),
    "the label job": (head() + 'x{job="a",instance="b"} 1\n', "target-label"),
    "percent": (sole("x_used_percent"), "base-unit x_used_percent"),
    "container IDs": (head() + "".join(f'x{{id="{CONTAINER[:-1]}{n}"}} 1\n' for n in range(4)), "unbounded-label"),
    "UUIDs": (head() + "".join(f'x{{id="0190b4a2-5c6d-7e8f-9a0b-00000000000{n}"}} 1\n' for n in range(4)), "unbounded-label"),
    "mail addresses": (head() + "".join(f'x{{who="user{n}@example.org"}} 1\n' for n in range(4)), "unbounded-label"),
    "addresses with ports": (head() + "".join(f'x{{peer="10.87.1.{n}:49152"}} 1\n' for n in range(4)), "unbounded-label"),
    "a thousand and one series": (head() + "".join(f'x{{n="{n}"}} 1\n' for n in range(1001)), "too-many-series"),
}

CASES = {name: Case(page) for name, page in SHARED.items()}
CASES.update({name: Case(page, tuple(beyond), refused=True) for name, (page, *beyond) in REFUSED.items()})
CASES.update({name: Case(page, tuple(beyond)) for name, (page, *beyond) in PASSED.items()})

WORDS = ("requests", "level", "http", "gauge", "counter", "summary", "histogram", "seconds", "milliseconds", "bytes", "kilobytes", "minutes",
         "ms", "s", "kb", "d", "bucket", "sum", "count", "total", "info", "httpRequests", "URL", "a:b", "meters", "thermometers")
TYPES = ("counter", "gauge", "untyped")
LABELS = ("code", "le", "quantile", "statusCode", "method", "HTTP")


def drawn(seed):
    """A page of a few metrics with odd names, types and labels, each whole and apart."""
    draw = random.Random(seed)
    page = []
    for number in range(draw.randrange(1, 6)):
        name = "_".join([draw.choice(("x", "X", "flatnet"))] + draw.sample(WORDS, draw.randrange(1, 5))) + draw.choice(("", "_total"))
        # Names apart, so that none is a part of another.
        name = name.replace("_", f"{number}_", 1)
        kind = draw.choice((*TYPES, *TYPES, "histogram", "summary"))
        if draw.random() < 0.8:
            page.append(f"# HELP {name}{draw.choice((' Text.', ' Text.', ' '))}")
        page.append(f"# TYPE {name} {kind}")
        taken = {"histogram": "le", "summary": "quantile"}.get(kind)
        labels = [f'{label}="{draw.choice("12")}"' for label in draw.sample(LABELS, draw.randrange(0, 3)) if label != taken]
        braces = "{" + ",".join(labels) + "}" if labels else ""
        if kind == "histogram":
            page.append(f"{name}_bucket{{{','.join([*labels, 'le=' + chr(34) + '+Inf' + chr(34)])}}} 1")
        if kind in ("histogram", "summary"):
            page += [f"{name}_sum{braces} 1", f"{name}_count{braces} 1"]
        else:
            page.append(f"{name}{braces} 1")
    return "\n".join(page) + "\n"

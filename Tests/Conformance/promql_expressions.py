"""Random PromQL expressions that are well typed, over the metrics of promql_series."""
import random

COUNTERS = ["requests_total", "errors_total", "bytes_total"]
GAUGES = ["temperature", "queue_length", "odd_values", "sparse"]
HISTOGRAM = "latency_seconds"
LABELS = ["job", "instance", "path", "code", "zone"]
VALUES = {"job": ["api", "db", "web"], "instance": [f"i{n}" for n in range(4)], "path": ["/", "/a", "/b"], "code": ["200", "404", "500"], "zone": ["x", "y"]}
# None of these windows has a sample on its left edge: samples stand 7 s after the grid.
RANGES = ["15s", "30s", "1m", "2m", "5m", "7m30s", "12m"]
OVER_TIME = ["avg", "min", "max", "sum", "count", "stddev", "stdvar", "last", "present"]
PLAIN_MATHS = ["abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "sin", "sinh", "tan", "tanh", "deg", "rad"]
DATES = ["minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year"]
ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"]
COMPARISONS = ["==", "!=", ">", "<", ">=", "<="]


class Generator:
    """`vector(depth)` gives an instant vector, `scalar(depth)` a scalar. All that is random comes from the seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, choices):
        return self.random.choice(choices)

    def chance(self, share):
        return self.random.random() < share

    def number(self):
        return self.pick(["0", "1", "2", "0.5", "-3", "10", "1e3", "0.001", "NaN", "Inf", "-Inf", "7", "100", "42.5"])

    def matchers(self):
        parts = []
        for name in self.random.sample(LABELS, self.random.choice([0, 0, 1, 1, 2])):
            value = self.pick(VALUES[name])
            parts.append(self.pick([
                f'{name}="{value}"', f'{name}!="{value}"', f'{name}=~"{value}|{self.pick(VALUES[name])}"', f'{name}!~"{value}.*"',
                f'{name}=~".+"', f'{name}=""', f'{name}=~".*"', f'nothing=""']))
        return "{" + ",".join(parts) + "}" if parts else ""

    def selector(self, names=None):
        if names is None and self.chance(0.05):
            return '{__name__=~"' + self.pick(["temp.*|queue.*", ".*_total", "requests_total|nothing", "sparse"]) + '"}'
        return self.pick(names or COUNTERS + GAUGES) + self.matchers()

    def modifiers(self):
        text = ""
        if self.chance(0.12):
            text += f" offset {self.pick(['15s', '1m', '3m', '-30s', '-2m'])}"
        # Of a fixed time with a negative offset 2.42 does not read far enough for timestamp().
        if self.chance(0.06) and " -" not in text:
            # On the evaluation grid, like every other time.
            text += f" @ {self.pick(['start()', 'end()', str(AT), str(AT + 300)])}"
        return text

    def range_vector(self, depth, fixed=True):
        """With `fixed` there may be an @ behind it."""
        modifiers = self.modifiers()
        if not fixed:
            modifiers = modifiers.partition(" @")[0]
        if depth > 0 and self.chance(0.2):
            step = self.pick(["30s", "1m", "2m", ""])
            return f"({self.vector(depth - 1)})[{self.pick(['3m', '5m', '10m'])}:{step}]{modifiers}"
        return f"{self.selector()}[{self.pick(RANGES)}]{modifiers}"

    def counter_range(self):
        return f"{self.selector(COUNTERS)}[{self.pick(RANGES)}]{self.modifiers()}"

    def scalar(self, depth):
        kind = self.random.random()
        if depth <= 0 or kind < 0.6:
            return self.number()
        if kind < 0.7:
            return "time()" if self.chance(0.7) else "pi()"
        if kind < 0.8:
            return f"scalar({self.vector(depth - 1)})"
        return f"({self.scalar(depth - 1)} {self.pick(ARITHMETIC)} {self.scalar(depth - 1)})"

    def grouping(self):
        if self.chance(0.25):
            return ""
        names = self.random.sample(LABELS + ["le", "absent_label", "__name__"], self.random.choice([0, 1, 1, 2, 3]))
        return f"{self.pick(['by', 'without'])} ({', '.join(names)}) "

    def aggregation(self, depth):
        op = self.pick(["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "quantile", "topk", "bottomk", "count_values"])
        inner = self.vector(depth - 1)
        if op in ("stddev", "stdvar"):
            # Of an infinite element 2.42 says 0 where the first value decides (3.5).
            inner = self.selector(COUNTERS + ["temperature", "queue_length"]) + self.modifiers()
        if op == "quantile":
            return f"quantile {self.grouping()}({self.pick(['0', '0.5', '0.9', '1', '-1', '2', '0.33'])}, {inner})"
        if op in ("topk", "bottomk"):
            # Counters are never equal: which of equal values stays depends on the order of the storage, which is not defined (3.3).
            inner = self.selector(COUNTERS) + self.modifiers()
            return f"{op} {self.grouping()}({self.pick(['0', '1', '2', '3', '100'])}, {inner})"
        if op == "count_values":
            # Values as they are: the last digits of computed ones would be in the labels.
            inner = self.selector() + self.modifiers()
            grouping = self.grouping()
            # 2.42 loses groups when the new label sorts before one of the list.
            return f'count_values {grouping}("{"zzz" if grouping.startswith("by") else self.pick(["value", "job", "v"])}", {inner})'
        return f"{op} {self.grouping()}({inner})"

    def matching(self, groups):
        names = self.random.sample(LABELS, self.random.choice([0, 1, 2, 3]))
        text = f"{self.pick(['on', 'ignoring'])} ({', '.join(names)})"
        if groups and self.chance(0.5):
            include = [name for name in self.random.sample(LABELS, self.random.choice([0, 0, 1])) if name not in names]
            text += f" {self.pick(['group_left', 'group_right'])} ({', '.join(include)})"
        return text

    def binary(self, depth):
        kind = self.random.random()
        if kind < 0.2:
            op = self.pick(["and", "or", "unless"])
            middle = f" {self.matching(False)} " if self.chance(0.6) else " "
            return f"({self.vector(depth - 1)} {op}{middle}{self.vector(depth - 1)})"
        op = self.pick(ARITHMETIC + COMPARISONS)
        flag = " bool" if op in COMPARISONS and self.chance(0.4) else ""
        if kind < 0.6:
            sides = [self.vector(depth - 1), self.scalar(depth - 1)]
            self.random.shuffle(sides)
            return self.named(op, f"({sides[0]} {op}{flag} {sides[1]})")
        if self.chance(0.5):
            # The same series on both sides, so that something matches.
            left = self.selector(self.pick([COUNTERS, GAUGES]))
            right = self.pick([left, f"{self.aggregate_name(left)}"])
            return self.named(op, f"({left} {op}{flag}{' ' + self.matching(True) if self.chance(0.6) else ''} {right})")
        return self.named(op, f"({self.vector(depth - 1)} {op}{flag}{' ' + self.matching(True) if self.chance(0.7) else ''} {self.vector(depth - 1)})")

    @staticmethod
    def named(op, expression):
        """Arithmetic drops names; 2.42 forgets to after atan2, so an addition does it."""
        return f"({expression} + 0)" if op == "atan2" else expression

    def aggregate_name(self, selector):
        return f"sum by ({', '.join(self.random.sample(LABELS, 2))}) ({selector})"

    def function(self, depth):
        kind = self.random.random()
        if kind < 0.22:
            return f"{self.pick(['rate', 'increase', 'irate'])}({self.counter_range()})"
        if kind < 0.30:
            return f"{self.pick(['delta', 'idelta', 'deriv', 'changes', 'resets'])}({self.range_vector(depth - 1)})"
        if kind < 0.48:
            return f"{self.pick(OVER_TIME)}_over_time({self.range_vector(depth - 1)})"
        if kind < 0.52:
            return f"quantile_over_time({self.pick(['0', '0.5', '0.95', '1', '-1', '2'])}, {self.range_vector(depth - 1)})"
        if kind < 0.55:
            # 2.42 loses a window that @ fixes on the way through a range query when the function depends on the evaluation time.
            return f"predict_linear({self.range_vector(depth - 1, fixed=False)}, {self.pick(['0', '60', '3600', '-600'])})"
        if kind < 0.62:
            maths = self.pick(PLAIN_MATHS)
            # Of huge angles two C libraries find different turns.
            small = maths in ("sin", "cos", "tan")
            return f"{maths}({self.selector(['temperature', 'queue_length', 'sparse']) if small else self.vector(depth - 1)})"
        if kind < 0.66:
            return f"{self.pick(DATES)}({self.vector(depth - 1) if self.chance(0.6) else ''})"
        if kind < 0.70:
            return self.pick([
                f"clamp({self.vector(depth - 1)}, {self.number()}, {self.number()})", f"clamp_min({self.vector(depth - 1)}, {self.number()})",
                f"clamp_max({self.vector(depth - 1)}, {self.number()})", f"round({self.vector(depth - 1)})",
                f"round({self.vector(depth - 1)}, {self.pick(['0.1', '5', '0.25', '100'])})"])
        if kind < 0.76:
            replacement = self.pick(["$1", "$1-$2", "fixed", "", "${1}x", "$1x", "a$$b"])
            return f'label_replace({self.vector(depth - 1)}, "{self.pick(LABELS + ["fresh"])}", "{replacement}", "{self.pick(LABELS)}", "{self.pick(["(.*)", "(.)(.*)", "i([0-9])", "x|y", "", "none"])}")'
        if kind < 0.80:
            return f'label_join({self.vector(depth - 1)}, "{self.pick(LABELS + ["fresh"])}", "{self.pick(["-", "", ", "])}"' + "".join(f', "{name}"' for name in self.random.sample(LABELS, self.random.choice([0, 1, 2]))) + ")"
        if kind < 0.88:
            inner = self.pick([HISTOGRAM + "_bucket" + self.matchers(), f"rate({HISTOGRAM}_bucket{self.matchers()}[{self.pick(RANGES[3:])}])", f"sum by (le, {self.pick(LABELS)}) (rate({HISTOGRAM}_bucket[5m]))"])
            # The last bucket that counts is found through the last digits of rates, which 3.10 evens out and 2.42 does not.
            last = "0.97" if "rate" in inner else "1"
            return f"histogram_quantile({self.pick(['0', '0.5', '0.9', '0.99', last, '-1', '2', 'NaN'])}, {inner})"
        if kind < 0.92:
            return f"{self.pick(['absent', 'timestamp', 'sort', 'sort_desc'])}({self.vector(depth - 1)})"
        if kind < 0.95:
            return f"absent_over_time({self.range_vector(depth - 1)})"
        return f"vector({self.scalar(depth - 1)})"

    def vector(self, depth):
        kind = self.random.random()
        if depth <= 0 or kind < 0.22:
            return self.selector() + self.modifiers()
        if kind < 0.45:
            return self.aggregation(depth)
        if kind < 0.70:
            return self.binary(depth)
        if kind < 0.72:
            return f"-{self.selector()}"
        return self.function(depth)

    def expression(self):
        return self.vector(self.pick([1, 2, 2, 3])) if self.chance(0.97) else self.scalar(2)


# A moment within the samples and on the evaluation grid, Unix seconds; promql_series sets what it is.
AT = 0

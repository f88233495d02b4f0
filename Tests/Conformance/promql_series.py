"""Random series for the differential: counters with resets, gauges, odd values, gaps, stale markers, classic histograms, and many labels."""
import math
import random

import promql_expressions as expressions
import remote_write

# 2026-01-01T00:00:00Z: on every grid of the queries.
START = 1_767_225_600
STEP = 15
STEPS = 240
# Samples stand 7 s after the grid and evaluations 4 s after it, so that no sample ever meets the edge of a window (reference 10.1).
SAMPLE_OFFSET = 7
EVALUATION_OFFSET = 4


def samples(values):
    return [((START + SAMPLE_OFFSET + number * STEP) * 1000, value) for number, value in enumerate(values)]


def counter(random):
    """Starts high, so that no window comes near zero: 2.42 clamps the extrapolation there in another order (reference 10.1)."""
    value = random.uniform(1e5, 1e6)
    values = []
    for _ in range(STEPS):
        value += random.choice([0, 0, 1, 5, random.uniform(0, 100)])
        if random.random() < 0.01:
            value = random.uniform(1e5, 2e5)
        values.append(value)
    return values


def gauge(random):
    value = random.uniform(-50, 50)
    values = []
    for _ in range(STEPS):
        value += random.gauss(0, 3)
        values.append(round(value, random.choice([0, 1, 6])))
    return values


def odd(random):
    """No denormals: Go's logarithms are wrong there on some processors. No negative zero: 2.42 keeps its sign through sums (10.1)."""
    choices = [0.0, 1.0, -1.0, math.nan, math.inf, -math.inf, 1e300, 1e-300, 123456789.123, -1e15]
    return [random.choice(choices) for _ in range(STEPS)]


def sparse(random):
    values = [random.choice([None, None, float(random.randrange(5))]) for _ in range(STEPS)]
    gap = random.randrange(STEPS)
    for number in range(gap, min(STEPS, gap + 60)):
        values[number] = None
    return values


def pierced(random, values):
    """Now and then the series is missing, or ends with a stale marker and comes back."""
    values = list(values)
    for number in range(STEPS):
        if random.random() < 0.02:
            values[number] = None
    if random.random() < 0.4:
        end = random.randrange(1, STEPS)
        values[end] = remote_write.STALE
        for number in range(end + 1, min(STEPS, end + random.randrange(1, 60))):
            values[number] = None
    return values


def histogram(random, labels):
    """Cumulative buckets with their sum and count; sometimes one lacks its +Inf or has a bound twice."""
    bounds = ["0.1", "0.5", "1", "2.5", "10", "+Inf"]
    if random.random() < 0.15:
        bounds.remove("+Inf")
    if random.random() < 0.15:
        bounds.insert(2, "1.0")
    counts = [1e4 * (number + 1) for number in range(len(bounds))]
    rows = [[] for _ in bounds]
    for _ in range(STEPS):
        grown = 0
        for number in range(len(bounds)):
            grown += random.choice([0, 0, 1, 3])
            counts[number] += grown
            rows[number].append(counts[number])
    return [({**labels, "__name__": expressions.HISTOGRAM + "_bucket", "le": bound}, samples(row)) for bound, row in zip(bounds, rows)]


def all_series(seed):
    """[(labels, [(milliseconds, value)])]."""
    source = random.Random(seed)
    series = []
    kinds = {name: counter for name in expressions.COUNTERS} | {"temperature": gauge, "queue_length": gauge, "odd_values": odd, "sparse": sparse}
    for name, kind in kinds.items():
        for job in expressions.VALUES["job"]:
            for instance in source.sample(expressions.VALUES["instance"], 3):
                labels = {"__name__": name, "job": job, "instance": instance}
                for label in ("path", "code", "zone"):
                    if source.random() < 0.6:
                        labels[label] = source.choice(expressions.VALUES[label])
                series.append((labels, samples(pierced(source, kind(source)))))
    for instance in expressions.VALUES["instance"]:
        series += histogram(source, {"job": source.choice(expressions.VALUES["job"]), "instance": instance})
    series.append(({"__name__": "temperature", "job": "many", **{f"label_{n:02}": f"value {n}" for n in range(40)}}, samples(gauge(source))))
    return series

"""Where the answers must differ from Prometheus 2.42's: the topics of reference 10.1, each with what shows that a difference is of that kind.

Other oddities of 2.42 are kept out of the expressions (promql_expressions.py says which and why)."""
import re


class Difference:
    """`expression` is searched in the query, `found` in what differs."""

    def __init__(self, topic, expression, found):
        self.topic, self.expression, self.found = topic, re.compile(expression), re.compile(found)


DIFFERENCES = [
    # Squares of huge values overflow: the compensation of an infinite sum is zero (3.5), in 2.42 it is undefined.
    Difference("avg / sums: overflow", r"\b(stddev|stdvar|avg|sum)(_over_time)?\b.*odd_values", r": NaN / \S+$"),
    # 2.42 checks after a comparison has filtered: where that leaves nothing to clash it answers.
    Difference("multiple-match checks after the filter", r"==|!=|[<>]", r"^200 success / 422 multiple matches for labels"),
]


def topic(expression, theirs, ours, found):
    """The topic that explains a difference; None when none does."""
    for difference in DIFFERENCES:
        if difference.expression.search(expression) and difference.found.search(found):
            return difference.topic
    return None

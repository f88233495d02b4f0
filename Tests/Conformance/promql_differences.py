"""Where the answers must differ from Prometheus 2.42's: the topics of reference 10.1, each with what shows that a difference is of that kind."""
import re


class Difference:
    """`expression` is searched in the query, `found` in what differs."""

    def __init__(self, topic, expression, found):
        self.topic, self.expression, self.found = topic, re.compile(expression), re.compile(found)


DIFFERENCES = [
    # Equal values keep the earlier series (3.5), and which one that is no storage promises (3.3).
    Difference("ties of topk and bottomk", r"\b(topk|bottomk)\b", r"^(series|times|value)"),
    # Arithmetic drops the name (3.4); 2.42 forgets atan2.
    Difference("atan2 drops the name", r"atan2", r'^series: missing \[\'\{"__name__": "\w+"'),
    # The first value decides (3.5); in 2.42 a group of one element always gives 0.
    Difference("stddev and stdvar of an infinite or undefined element", r"\b(stddev|stdvar)\b", r": 0 / NaN$|extra .*NaN"),
    Difference("stddev and stdvar of an infinite or undefined element", r"\b(stddev|stdvar)\b.*(odd_values|NaN|Inf)|(odd_values|NaN|Inf).*\b(stddev|stdvar)\b", r"^series"),
    # 2.42 adds up without compensation (10.1): where the last digits decide, by a remainder or a comparison, the outcome is another.
    Difference("accuracy of sums seen through % or a comparison", r"\b(avg|sum|stddev|stdvar)\b.*([%<>]|==|!=)|([%<>]|==|!=).*\b(avg|sum|stddev|stdvar)\b", r"^value|^series"),
    # Squares of huge values overflow: the compensation of an infinite sum is zero (3.5), in 2.42 it is undefined.
    Difference("compensation of infinite sums", r"\b(stddev|stdvar|avg|sum)(_over_time)?\b", r": NaN / [+-]Inf$"),
    # The same window serves every step (3.3); 2.42 loses it on the way when the function depends on the evaluation time.
    Difference("predict_linear at a fixed time in range queries", r"predict_linear\(.*@", r"^(times|value|series)"),
    # 2.42 checks after a comparison has filtered: where that leaves nothing to clash it answers.
    Difference("multiple-match checks before the filter", r"==|!=|[<>]", r"^200 success / 422 multiple matches for labels"),
]


def topic(expression, theirs, ours, found):
    """The topic that explains a difference; None when none does."""
    for difference in DIFFERENCES:
        if difference.expression.search(expression) and difference.found.search(found):
            return difference.topic
    return None

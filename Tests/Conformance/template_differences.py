"""Classes of template errors, and where Flatalert's templates must give something else than Alertmanager 0.25's, each with its section of the reference."""
import re
import urllib.parse

# The first that is found in an error names its class; what is between its parts may be worded in another way.
CLASSES = [(name, re.compile(pattern, re.DOTALL)) for name, pattern in (
    ("branches of HTML", r"(branches|on range loop re-entry).*(contexts|in attribute name)"),
    ("character in HTML", r"in unquoted attr|in attribute name"),
    ("escaper in HTML", r"predefined escaper"),
    ("unknown function", r'function "[^"]*" not defined'),
    ("unknown template", r'template "[^"]*" not defined|no such template|no template "'),
    ("unknown variable", r"undefined variable"),
    ("unknown field", r"can't evaluate field|has no field or method|nil data; no entry|is not a method but has arguments|has arguments but cannot be invoked as function|with \d+ results|unexported field"),
    ("nil pointer", r"nil pointer evaluating"),
    ("field of nil", r"nil is not a command|nil is not"),
    ("number of arguments", r"wrong number of args|missing argument|not enough arguments"),
    ("type of argument", r"wrong type for value|expected \S+; found|error calling \S+: (wrong type|incompatible types|invalid type)|can't handle|expected (integer|string|boolean|float|complex)|cannot assign|not assignable"),
    ("comparison", r"incompatible types for comparison|invalid type for comparison|non-comparable|missing argument for comparison"),
    ("index", r"index out of range|cannot index|can't index|slice index|invalid slice|cannot slice|can't slice|index of (untyped )?nil|cannot be sliced|can't item|item of type|value is nil; should be|untyped nil"),
    ("call", r"error calling|is not a function|call of non-function|non-function"),
    ("range", r"range can't iterate|can't iterate over"),
    ("truth", r"if/with can't use"),
    ("several values", r"can't give argument to non-function|returned? \d+ values|called with multiple|must return|too many values|multi-value|can't call method/function .* with \d+ results"),
    ("context", r"in URL|ends in a non-text context|ambiguous context|cannot be used in|appears in an ambiguous"),
    ("literal", r"bad number syntax|malformed character constant|unterminated|illegal number|bad character|overflow|invalid syntax|integer overflow|unclosed"),
    ("keyword out of place", r"\{\{(break|continue)\}\} outside|unexpected \{\{|unexpected EOF|break outside|continue outside|expected end; found"),
    ("syntax", r"unexpected|missing value for|unrecognized character|non executable command|unexpected token|expected|too many|multiple definition|comment ends before|range can only|"
               r"parenthesized|can't|empty command"),
)]


def classes(error):
    """The class of an error's text: whether parsing or executing failed, and why."""
    when = "execution" if ": executing " in error else "parse"
    for name, pattern in CLASSES:
        if pattern.search(error):
            return f"{when}: {name}"
    return f"{when}: {error}"


class Difference:
    """`pattern` is searched in the template; `change` maps (theirs, ours) to (expected, given). `breaks` when our configuration could not be loaded with it."""

    def __init__(self, pattern, section, why, change, breaks=False):
        self.pattern, self.section, self.why, self.change, self.broken = re.compile(pattern, re.DOTALL), section, why, change, breaks
        self.used = 0

    def apply(self, template, theirs, ours):
        if not self.pattern.search(template):
            return theirs, ours
        changed = self.change(theirs, ours)
        if changed != (theirs, ours):
            self.used += 1
        return changed

    def breaks(self, template):
        return self.broken and self.pattern.search(template) is not None

    def __repr__(self):
        return f"{self.pattern.pattern} ({self.section}: {self.why})"


def gives(text):
    """Flatalert gives this text where 0.25 fails or gives another."""
    return lambda theirs, ours: ((text, None), ours)


def data_by_reference(theirs, ours):
    """amtool 0.25 renders a copy of the data, notifications a reference to it: the type in the error differs."""
    return tuple((text, error.replace("*template.Data", "template.Data") if error else error) for text, error in (theirs, ours))


class Printed:
    """Maps of labels and lists of their pairs print as `a=b, c=d` since 0.27. Told the data, this rewrites how 0.25 prints those that occur in it."""

    def __init__(self):
        self.forms = []

    def learn(self, data):
        maps = [data["groupLabels"], data["commonLabels"], data["commonAnnotations"], *(alert[kind] for alert in data["alerts"] for kind in ("labels", "annotations"))]
        for whole in maps:
            for removed in ((), ("job",), ("alertname",), tuple(data["groupLabels"])):
                pairs = sorted((pair for pair in whole.items() if pair[0] not in removed), key=lambda pair: (pair[0] != "alertname", pair[0]))
                if not pairs:
                    continue
                new = ", ".join(f"{name}={value}" for name, value in pairs)
                for old in ("map[" + " ".join(f"{name}:{value}" for name, value in sorted(pairs)) + "]", "[" + " ".join(f"{{{name} {value}}}" for name, value in pairs) + "]"):
                    self.forms += [(change(old), change(new)) for change in (str, html_escaped, js_escaped, urllib.parse.quote_plus, str.upper)]
        self.forms.sort(key=lambda form: -len(form[0]))

    def __call__(self, theirs, ours):
        text, error = theirs
        for old, new in self.forms if text else ():
            text = text.replace(old, new)
        return (text, error), ours


def html_escaped(text):
    return "".join({"<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&#39;", '"': "&#34;"}.get(character, character) for character in text)


def js_escaped(text):
    return "".join({"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}.get(character, character if character >= " " else f"\\u{ord(character):04X}") for character in text)


PRINTED = Printed()

def anything(theirs, ours):
    """Both may give what they like, as long as ours gives a text."""
    return (ours, ours) if ours[1] is None else (theirs, ours)


def both_fail(theirs, ours):
    """The error comes from a default template, which is of our own writing: where it comes about differs."""
    return (theirs, theirs) if theirs[1] is not None and ours[1] is not None else (theirs, ours)


def newer(text, section, why, pattern):
    return Difference(re.escape(pattern), section, why, gives(text))


HIGH = ["alertname", "emoji", "html", "job", "n", "neg", "path"]
VALUES = ["HighLoad", "🙂 日本", "<b>&'\"</b>", "node", "42", "-3.5", "C:\\dir\t\"q\""]
REST = [value for name, value in zip(HIGH, VALUES) if name not in ("alertname", "job")]
DIFFERENCES = [
    Difference("", "8.3", "the type of the data in errors", data_by_reference),
    Difference(r"Labels|Annotations|Pairs|Alerts|\.[ )]", "8.1", "labels and pairs print as a=b, c=d", PRINTED),
    Difference(r"\{\{-? *(\$|and \.) *-?\}\}", "8.3", "the data prints with what was added to it", anything),
    Difference(r'^\{\{ template "__subject" (\.Alerts )?\}\}$', "8.4", "default templates are of our own writing", both_fail),
    newer('alertname=HighLoad, job=node "alertname=HighLoad, job=node"', "8.1", "labels print as a=b, c=d in every verb for text", '{{ printf "%+v" .GroupLabels }} {{ printf "%q" .GroupLabels }}'),
    newer('alertname=HighLoad, job=node "alertname=HighLoad, job=node"', "8.1", "pairs print as a=b, c=d in every verb for text", '{{ printf "%+v" .GroupLabels.SortedPairs }} {{ printf "%q"'),
    Difference(r"printf .*SortedPairs", "8.1", "pairs print as a=b, c=d in every verb for text", anything),
    Difference(r"printf .*(StartsAt|EndsAt)", "8.1", "verbs that are not for text show what is inside Go's time.Time", lambda theirs, ours: (
        anything(theirs, ours) if "time.Location" in (theirs[0] or "") else (theirs, ours))),
    # Not newer, but so meant.
    newer(",".join(REST), "8.3", "Join of lists", '{{ (.CommonLabels.Remove .GroupLabels.Names).Values.Join "," }}'),
    Difference(r"^\{\{ \.CommonLabels\.Names\.Join (1 )?\}\}$", "8.3", "Join of lists: the error is of its argument", lambda theirs, ours: (ours, ours) if ours[1] and "rg" in ours[1] or ours[1] and "expected string" in ours[1] else (theirs, ours)),
    Difference(r'^\{\{ \.CommonLabels\.Names\.Join ", " \}\}$', "8.3", "Join of lists", gives(", ".join(HIGH))),
    newer(", ".join(HIGH) + " " + ",".join(VALUES), "8.3", "Join of lists", '{{ .CommonLabels.Names.Join ", " }} {{ .CommonLabels.Values.Join "," }}'),
    newer(",".join(VALUES), "8.3", "Join of lists", '{{ .CommonLabels.SortedPairs.Values.Join "," }}'),
    newer("alertname,emoji,html,instance,job,n,neg,path,severity;" * 5, "8.3", "Join of lists", '{{ range .Alerts }}{{ .Labels.SortedPairs.Names.Join "," }};{{ end }}'),
    newer("", "8.3", "route labels, since 0.34", "{{ .RouteLabels }}"),
    newer("", "8.3", "the reason, since 0.32; a rendering by command has none", "{{ .NotificationReason }}"),
    newer("resolved", "8.3", "a field beyond Alertmanager's", "{{ range .Alerts }}{{ .EndReason }}{{ end }}"),
    newer("<a title=ZgotmplZ>x</a>", "8.1", "no attribute without quotes is left without a value, since Go 1.20", "<a title={{ .CommonLabels.nosuch }}>x</a>"),
    newer('<a href="javascript:x">x</a>', "8.2", "since 0.30", "safeUrl"),
    newer("a|", "8.2", "since 0.26", "trimSpace"),
    newer('"2020-01-02"', "8.2", "since 0.30", "toJson"),
    newer("1h 2m 3s", "8.2", "since 0.28", "humanizeDuration"),
    newer("[1 2]", "8.2", "since 0.32", "{{ list"),
    newer("map[a:1]", "8.2", "since 0.32", "{{ dict"),
    newer("012", "8.1", "ranges of integers, since Go 1.22", "{{ range 3 }}"),
    newer("01", "8.1", "ranges of integers, since Go 1.22", "{{ range $i := 2 }}"),
    newer("b", "8.1", "else with, since Go 1.23", "{{ else with"),
    newer("false", "8.2", "since 0.33", "{{ now.IsZero }}"),
    newer("2031", "8.2", "since 0.28", "{{ date "),
    newer("2031-02-02 20:05:06.789012345 +0100 CET", "8.2", "since 0.28", "{{ tz "),
    newer("a b c", "8.2", "since 0.30", "urlUnescape"),
    newer("YT8-", "8.2", "since 0.30", "base64encode"),
]

"""Seeded templates: sentences of a grammar that knows what each expression yields, and the same with a token lost, doubled or replaced."""
import random
import re

TEXTS = ["", "a", "é🙂", "日本", "x y", "HELLO wORLD", "<b>&", "a\\tb", "1.5", "\\u2028", "%d", "it's", "a1:9100"]
INTEGERS = ["0", "1", "-1", "2", "3", "7", "42", "255", "0x1f", "1000000", "'a'", "'日'", "-9223372036854775808"]
FLOATS = ["0.5", "1.5", "-2.25", "1e6", "1e21", "1e-7", "3.14159", "100.0"]
COMPLEX = ["1i", "0i", "-2.5i", "1+2i", "1-2i", "0x1p-2i", "1e3i", "1+0i", "3+0i", "1.5+0i", "0-0i", "1_0+2i", "017i", ".5i", "1e21+1e-7i"]
NOT_COMPLEX = ["0b1i", "0x1i", "0b1+2i", "1e400i", "1i+2i", "1+2", "1+i", "1ii", "1__0+1i"]
CUTS = ['"\\xe6"', '"\\xe6\\x97"', '"a\\xffb"', '"\\xf0\\x9f\\x99"', '"\\xed\\xa0\\x80"', '" \\xe6 "', '"\\xe6\\x97\\xa5"']
LABELS = ["alertname", "job", "instance", "severity", "nosuch", "html", "path", "emoji", "n", "neg"]
ANNOTATIONS = ["summary", "runbook", "value", "multi", "nosuch"]
REGEXES = ["a", "^a", "[a-z]+", "(\\\\w+):(\\\\d+)", "\\\\s", "", "(?i)h", "x*", "[", "é|日", "(a|b)*c?", "\\\\pL"]
LAYOUTS = ["2006-01-02", "15:04:05.000", "Jan _2 3:04PM", "Mon, 02 Jan 2006 15:04:05 MST", "Z07:00", "05.999", "002", "x"]
VERBS = "vvvvddsssqqqxxXtTfFgecUboGEz%"
MUTATION = re.compile(r"\s+|\w+|[{}]{2}-?|.")


class Generator:
    """Makes templates from one source of chance."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = 0

    def pick(self, *choices):
        return self.random.choice(choices)

    def template(self):
        self.names = 0
        scope = []
        parts = [self.node(self.pick(0, 0, 1, 1, 2), scope) for _ in range(self.random.randint(1, 4))]
        if self.random.random() < 0.1:
            parts.insert(self.random.randrange(len(parts) + 1), self.node_define(0, []))
        text = "".join(parts)
        return self.mutated(text) if self.random.random() < 0.14 else text

    def mutated(self, text):
        tokens = MUTATION.findall(text)
        for _ in range(self.pick(1, 1, 2)):
            place = self.random.randrange(len(tokens))
            change = self.random.randrange(4)
            if change == 0 and len(tokens) > 1:
                del tokens[place]
            elif change == 1:
                tokens.insert(place, tokens[place])
            elif change == 2:
                tokens[place] = self.pick("{{", "}}", "(", ")", ".", "|", "$", "$x", ":=", "=", ",", " ", "end", "else", "if", "range", "nil", '"', "`", "1", ".x", "-", "é", "len", "index")
            else:
                other = self.random.randrange(len(tokens))
                tokens[place], tokens[other] = tokens[other], tokens[place]
        return "".join(tokens)

    def open(self):
        return self.pick("{{ ", "{{ ", "{{ ", "{{", "{{- ")

    def close(self):
        return self.pick(" }}", " }}", " }}", "}}", " -}}")

    def tag(self, text):
        return self.open() + text + self.close()

    # What stands in a template. `scope` lists (variable, kind).

    def node(self, depth, scope):
        kinds = ["text", "output", "output", "output", "output", "output", "variable", "variable", "complex", "cut"]
        if depth > 0:
            kinds += ["if", "if", "range", "range", "with", "assign"]
        return getattr(self, "node_" + self.pick(*kinds))(depth - 1, scope)

    def body(self, depth, scope):
        inner = list(scope)
        return "".join(self.node(depth, inner) for _ in range(self.random.randint(1, 3)))

    def node_text(self, depth, scope):
        return self.pick(" ", "x", "\n", ", ", "é ", "\t", "[", "]", "\n  * ", "}")

    def node_output(self, depth, scope):
        return self.tag(self.any(2, scope))

    def node_variable(self, depth, scope):
        kind = self.pick("string", "int", "bool", "float", "list")
        self.names += 1
        name = f"$v{self.names}"
        text = self.tag(f"{name} := {getattr(self, kind)(1, scope)}")
        scope.append((name, kind))
        return text + self.tag(name)

    def node_complex(self, depth, scope):
        """Complex constants where they may be and where they may not."""
        number, other = self.complex(), self.complex()
        return self.pick(
            lambda: self.tag(number), lambda: self.tag(f"{self.pick('print', 'println', 'html', 'js', 'urlquery', 'len', 'not', 'toUpper', 'index', 'slice')} {number}"),
            lambda: self.tag(f"printf {self.format()} {number} {other}"), lambda: self.tag(f"{self.pick('eq', 'ne', 'lt', 'ge')} {number} {self.pick(other, other, '1', '1.5', '.Status', 'nil')}"),
            lambda: self.tag(f"if {number}") + "T" + self.tag("else") + "F" + self.tag("end"), lambda: self.tag(f"with {number}") + self.tag(".") + self.tag("else") + "F" + self.tag("end"),
            lambda: self.tag(f"$c := {number}") + self.tag(f"{self.pick('and', 'or')} $c {other}"), lambda: self.tag(f"{self.alert(0, [])}.StartsAt.AddDate 0 {number} 0"),
            lambda: self.tag(f"range {number}") + "x" + self.tag("end"), lambda: self.tag(f"({number}).Real"), lambda: self.tag(f"{self.pick('index', 'slice')} .CommonLabels.Names {number}"))()

    def complex(self):
        return self.pick(*COMPLEX) if self.random.random() < 0.9 else self.pick(*NOT_COMPLEX)

    def node_cut(self, depth, scope):
        """Strings cut inside a character, looked at, compared, changed, put together again and printed."""
        cut, other = self.cut(), self.cut()
        return self.pick(
            lambda: self.tag(cut) + self.tag(other), lambda: self.tag(f"len {cut}"), lambda: self.tag(f"index {cut} {self.pick('0', '1', '2')}"), lambda: self.tag(f"printf {self.format()} {cut} {other}"),
            lambda: self.tag(f"printf \"%q %x %.1s %+q %T\" {cut} {cut} {cut} {other} {other}"), lambda: self.tag(f"{self.pick('eq', 'ne', 'lt', 'ge')} {cut} {self.pick(other, other, '.Status', '1')}"),
            lambda: self.tag(f"{self.pick('html', 'js', 'urlquery', 'toUpper', 'toLower', 'title', 'println')} {cut} | printf \"%q\""), lambda: self.tag(f"print {cut} {other} | len"),
            lambda: self.tag(f"join {cut} (stringSlice {other} {self.string(0, [])}) | printf \"%q\""), lambda: self.tag(f"reReplaceAll \"{self.pick(*REGEXES)}\" {self.pick(chr(34) + '<$0>' + chr(34), other)} {cut} | printf \"%q\""),
            lambda: self.tag(f"match \"{self.pick('^.$', '^..$', '日', *REGEXES)}\" {cut}"), lambda: self.tag(f"match {cut} {other}"), lambda: self.tag(f"with {cut}") + self.tag(".") + self.tag("end"),
            lambda: self.tag(f"range stringSlice {cut} {other}") + self.tag("len .") + self.tag(".") + self.tag("end"), lambda: self.tag(f"index .CommonLabels {cut}"), lambda: self.tag(f"slice {cut} {self.pick('0 1', '1', '1 2')} | printf \"%x\""),
            lambda: self.tag(f"{self.alert(0, [])}.StartsAt.Format {cut}"), lambda: self.tag(f".CommonLabels.Names | join {cut}"))()

    def cut(self):
        if self.random.random() < 0.3:
            return self.pick(*CUTS)
        return f"(slice {self.pick('.CommonLabels.emoji', chr(34) + '日本x' + chr(34), chr(34) + 'é🙂' + chr(34), chr(34) + ' 日 ' + chr(34))} {self.pick('0 1', '0 2', '1', '1 3', '2', '1 5', '0 4')})"

    def node_assign(self, depth, scope):
        if not scope:
            return self.node_variable(depth, scope)
        name, kind = self.pick(*scope)
        return self.tag(f"{name} = {getattr(self, kind)(1, scope)}") + self.tag(name)

    def node_if(self, depth, scope):
        text = self.tag("if " + self.any(1, scope)) + self.body(depth, scope)
        for _ in range(self.pick(0, 0, 0, 1, 2)):
            text += self.tag("else if " + self.bool(1, scope)) + self.body(depth, scope)
        return text + (self.tag("else") + self.body(depth, scope) if self.pick(True, False) else "") + self.tag("end")

    def node_with(self, depth, scope):
        if self.pick(True, False):
            return self.tag("with " + self.string(1, scope)) + self.tag(".") + self.tag("else") + self.body(depth, scope) + self.tag("end")
        return self.tag("with " + self.alert(1, scope)) + self.tag(self.pick(".Status", ".Labels.job", ".StartsAt.Unix", ".Labels.SortedPairs.Values | join \",\"")) + self.tag("end")

    def node_range(self, depth, scope):
        self.names += 1
        key, value = f"$k{self.names}", f"$e{self.names}"
        what, element = self.pick(
            (".Alerts", None), (".Alerts.Firing", None), ("$.Alerts.Resolved", None), ("$.CommonLabels", "string"), ("$.GroupLabels.SortedPairs", None),
            (self.list(1, scope), "string"), ("$.CommonLabels.Names", "string"))
        head, inner = self.pick((f"range {what}", []), (f"range {value} := {what}", [(value, element)]), (f"range {key}, {value} := {what}", [(value, element)]))
        inner = scope + [(name, kind) for name, kind in inner if kind]
        shown = self.tag(".") if element else self.tag(self.pick("if .", "with .")) + "x" + self.tag("end")
        leave = self.pick("", "", "", self.tag("break"), self.tag("if " + self.bool(0, inner)) + self.tag("continue") + self.tag("end"))
        return self.tag(head) + leave + shown + self.rooted(self.body(depth, inner)) + (self.tag("else") + "none" if self.pick(True, False) else "") + self.tag("end")

    def rooted(self, text):
        """Where the dot is another one, what begins at the root says so; now and then it does not, which is an error to compare."""
        return text if self.random.random() < 0.1 else re.sub(r"(?<![\w.$)])\.(Alerts|CommonLabels|GroupLabels|CommonAnnotations|Status|Receiver|ExternalURL)", r"$.\1", text)

    def node_define(self, depth, scope):
        self.names += 1
        name = f"t{self.names}"
        return self.tag(f'define "{name}"') + self.pick("T", self.tag(".")) + self.tag("end") + self.tag(f'template "{name}" {self.string(0, [])}')

    # Expressions by what they yield.

    def any(self, depth, scope):
        kind = self.pick("string", "string", "string", "int", "int", "bool", "float", "list", "object")
        return getattr(self, kind)(depth, scope)

    def known(self, kind, scope):
        return [name for name, has in scope if has == kind]

    def operand(self, text):
        return f"({text})" if " " in text and text[:1] not in '"`\'(' or text.startswith('"') and " | " in text else text

    def string(self, depth, scope):
        known = self.known("string", scope)
        if known and self.random.random() < 0.4:
            return self.pick(*known)
        if depth <= 0:
            return self.pick('"%s"' % self.pick(*TEXTS), '"%s"' % self.pick(*TEXTS), ".CommonLabels." + self.pick(*LABELS), ".Status", ".CommonAnnotations." + self.pick(*ANNOTATIONS))
        deeper = lambda kind="string": self.operand(getattr(self, kind)(depth - 1, scope))  # noqa: E731
        return self.pick(*[
            lambda: f"toUpper {deeper()}", lambda: f"toLower {deeper()}", lambda: f"title {deeper()}", lambda: f"{deeper()} | toUpper", lambda: f"{deeper()} | title",
            lambda: f"{deeper()} | html", lambda: f"js {deeper()}", lambda: f"urlquery {deeper()}", lambda: f"print {deeper()} {deeper('any')}", lambda: f"println {deeper('any')} {deeper('any')}",
            lambda: f'join "{self.pick(*TEXTS)}" {deeper("list")}', lambda: f'{deeper("list")} | join ", "',
            lambda: f'reReplaceAll "{self.pick(*REGEXES)}" "{self.pick("", "$0", "<$1>", "${1}x", "$1x", "$$")}" {deeper()}',
            lambda: f"slice {deeper()} {self.pick('0', '1', '1 2', '0 3', '2 1')}", lambda: f"printf {self.format()} {' '.join(deeper(self.pick('string', 'int', 'float', 'bool', 'any')) for _ in range(self.random.randint(0, 3)))}".strip(),
            lambda: f"printf {self.format()} {deeper('any')}", lambda: f'index .CommonLabels "{self.pick(*LABELS)}"', lambda: f"{deeper('alert')}.Labels.{self.pick(*LABELS)}",
            lambda: f"{deeper('time')}.Format \"{self.pick(*LAYOUTS)}\"", lambda: f"index {deeper('list')} {deeper('int')}", lambda: f"or {deeper()} {deeper()}", lambda: f"and {deeper()} {deeper()}",
        ])()

    def format(self):
        text = ""
        for _ in range(self.random.randint(1, 3)):
            flags = "".join(flag for flag in "+-# 0" if self.random.random() < 0.12)
            width = self.pick("", "", "", "5", "12", "*") if self.random.random() < 0.5 else ""
            precision = self.pick("", "", ".2", ".0", ".", ".*") if self.random.random() < 0.4 else ""
            index = self.pick("[1]", "[2]", "[3]", "[0]") if self.random.random() < 0.05 else ""
            text += self.pick("", "a", " ", "é") + f"%{flags}{width}{precision}{index}{self.pick(*VERBS)}"
        return f'"{text}"'

    def int(self, depth, scope):
        known = self.known("int", scope)
        if known and self.random.random() < 0.4:
            return self.pick(*known)
        if depth <= 0:
            return self.pick(*INTEGERS, "(len .Alerts)")
        return self.pick(
            lambda: self.pick(*INTEGERS), lambda: f"len {self.operand(self.pick(self.string, self.list)(depth - 1, scope))}", lambda: ".Alerts.Firing | len",
            lambda: f"{self.operand(self.time(depth - 1, scope))}.{self.pick('Year', 'Day', 'Unix', 'Nanosecond', 'YearDay', 'Hour', 'UnixNano')}", lambda: "len .CommonLabels")()

    def float(self, depth, scope):
        known = self.known("float", scope)
        return self.pick(*known, *FLOATS)

    def bool(self, depth, scope):
        known = self.known("bool", scope)
        if known and self.random.random() < 0.3:
            return self.pick(*known)
        if depth <= 0:
            return self.pick("true", "false")
        kind = self.pick("string", "int", "float")
        deeper = lambda kind: self.operand(getattr(self, kind)(depth - 1, scope))  # noqa: E731
        return self.pick(
            lambda: f"{self.pick('eq', 'ne', 'lt', 'le', 'gt', 'ge')} {deeper(kind)} {deeper(kind)}", lambda: f"eq {deeper(kind)} {deeper(kind)} {deeper(kind)}",
            lambda: f"{self.pick('and', 'or')} {deeper('bool')} {deeper('bool')}", lambda: f"not {deeper('any')}", lambda: f'match "{self.pick(*REGEXES)}" {deeper("string")}',
            lambda: f"{self.pick('eq', 'lt')} {deeper('any')} {deeper('any')}", lambda: f"{deeper('time')}.IsZero", lambda: f"{deeper('time')}.Before {deeper('time')}")()

    def list(self, depth, scope):
        known = self.known("list", scope)
        return self.pick(
            *known, "stringSlice " + " ".join(f'"{self.pick(*TEXTS)}"' for _ in range(self.random.randint(0, 3))), ".CommonLabels.Names", ".CommonLabels.Values",
            ".GroupLabels.SortedPairs.Values", "(.CommonLabels.Remove .GroupLabels.Names).Values", "(index .Alerts 0).Annotations.Names")

    def alert(self, depth, scope):
        return self.pick("(index .Alerts 0)", "(index .Alerts 1)", "(index .Alerts 2)", "(index .Alerts 3)", "(index .Alerts.Firing 1)", "(index .Alerts.Resolved 0)", "(index .Alerts 4)")

    def time(self, depth, scope):
        text = self.alert(0, scope) + self.pick(".StartsAt", ".StartsAt", ".EndsAt")
        return self.pick(text, text, f"{text}.UTC", f"{text}.Local", f"({text}.Add {self.pick('3600000000000', '-1', '1e9', '90061e9')})")

    def object(self, depth, scope):
        return self.pick(
            ".Alerts.Firing | len", ".GroupLabels.SortedPairs", ".CommonLabels.Names", "index .GroupLabels.SortedPairs 0", f"{self.time(0, scope)}",
            f"({self.time(0, scope)}).Sub {self.operand(self.time(0, scope))}", "(index .Alerts 0).Labels.SortedPairs", ".CommonLabels.nosuch", ".Nosuch", "nil", f"({self.time(0, scope)}).Weekday")


def templates(seed, count):
    """`count` different templates of this seed."""
    generator, found = Generator(seed), {}
    while len(found) < count:
        found.setdefault(generator.template())
    return list(found)


if __name__ == "__main__":
    print("\n---\n".join(templates(1, 40)))

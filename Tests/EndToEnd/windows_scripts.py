"""The scripts for Windows, read by a parser of PowerShell, and the answers of the heartbeat that they rely on. Usage: windows_scripts.py BINARY [TEST …]

No PowerShell is here to run them. So this reads them strictly: their syntax, that Windows PowerShell 5.1 has every command and parameter that they
use, that nothing is changed without ShouldProcess, that every variable is known, and that no secret stands on a command line.
"""
import json
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.request
import xml.etree.ElementTree

import runner
from peers import ROOT, free_port, wait_until

BINARY = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
DIRECTORY = ROOT / "monitoring/windows"
SCRIPTS = sorted(DIRECTORY.glob("*.ps1"))

# The commands of Windows PowerShell 5.1 and Windows 11 that are used, with those of their parameters that are used. A name that is not here is an
# alias, a slip, or new: look it up in the documentation of 5.1 first.
COMMANDS = {
    "Add-Type": {"AssemblyName"},
    "ConvertFrom-Json": {"InputObject"},
    "ConvertTo-Json": {"InputObject"},
    "Copy-Item": {"LiteralPath", "Destination", "Force"},
    "ForEach-Object": set(),
    "Get-CimClass": {"ClassName", "Namespace"},
    "Get-Command": {"Name", "ErrorAction"},
    "Get-Date": set(),
    "Get-Item": {"LiteralPath"},
    "Get-ItemProperty": {"Path", "Name", "ErrorAction"},
    "Get-NetFirewallHyperVRule": {"ErrorAction"},
    "Get-NetFirewallRule": {"Group", "ErrorAction"},
    "Get-Process": {"Name", "ErrorAction"},
    "Get-ScheduledTask": {"TaskPath", "TaskName", "ErrorAction"},
    "Get-ScheduledTaskInfo": {"TaskPath", "TaskName"},
    "Get-UICulture": set(),
    "Invoke-RestMethod": {"Uri", "Method", "Body", "ContentType", "TimeoutSec", "UseBasicParsing", "Proxy"},
    "Join-Path": set(),
    "Move-Item": {"LiteralPath", "Destination", "Force"},
    "New-CimInstance": {"CimClass", "Property", "ClientOnly"},
    "New-Item": {"ItemType", "Path", "Force"},
    "New-NetFirewallHyperVRule": {"DisplayName", "Direction", "VMCreatorId", "Protocol", "LocalPorts", "RemoteAddresses"},
    "New-NetFirewallRule": {"DisplayName", "Group", "Direction", "Action", "Protocol", "LocalPort", "RemoteAddress", "Profile"},
    "New-Object": set(),
    "New-ScheduledTaskAction": {"Execute", "Argument"},
    "New-ScheduledTaskPrincipal": {"UserId", "LogonType", "RunLevel"},
    "New-ScheduledTaskSettingsSet": {
        "AllowStartIfOnBatteries", "DontStopIfGoingOnBatteries", "StartWhenAvailable", "MultipleInstances", "ExecutionTimeLimit"},
    "New-ScheduledTaskTrigger": {"AtStartup", "AtLogOn", "User", "Once", "At", "RepetitionInterval"},
    "New-TimeSpan": {"Minutes"},
    "Read-Host": {"Prompt", "AsSecureString"},
    "Register-ScheduledTask": {"TaskPath", "TaskName", "Description", "Action", "Trigger", "Principal", "Settings", "Force"},
    "Remove-Item": {"LiteralPath", "Recurse", "Force"},
    "Remove-NetFirewallHyperVRule": {"InputObject"},
    "Remove-NetFirewallRule": {"InputObject"},
    "Resolve-Path": {"LiteralPath"},
    "Set-Acl": {"LiteralPath", "AclObject"},
    "Set-StrictMode": {"Version"},
    "Start-ScheduledTask": {"TaskPath", "TaskName"},
    "Start-Sleep": {"Seconds"},
    "Stop-ScheduledTask": {"TaskPath", "TaskName"},
    "Test-Path": {"LiteralPath", "ErrorAction"},
    "Unblock-File": {"LiteralPath"},
    "Unregister-ScheduledTask": {"TaskPath", "TaskName", "Confirm"},
    "Where-Object": set(),
    "Write-Error": set(),
    "Write-Host": set(),
    "Write-Verbose": set(),
    "Write-Warning": set(),
}
APPROVED = {"Add", "Get", "Install", "New", "Read", "Register", "Remove", "Save", "Send", "Set", "Test", "Uninstall"}
# What changes something outside the script, or tells somebody. New-Object and the like make objects only.
CHANGING = re.compile(r"(Copy|Move|Remove|Set|New|Register|Unregister|Start|Stop|Unblock|Invoke)-")
HARMLESS = {
    "New-Object", "New-CimInstance", "New-TimeSpan", "Set-StrictMode", "Start-Sleep", "New-ScheduledTaskAction", "New-ScheduledTaskPrincipal",
    "New-ScheduledTaskSettingsSet", "New-ScheduledTaskTrigger"}
CHANGING_METHODS = {"WriteAllText", "AppendAllText", "Send"}
AUTOMATIC = {
    "_", "true", "false", "null", "args", "error", "pscmdlet", "psscriptroot", "whatifpreference", "lastexitcode", "erroractionpreference"}
# Syntax that 5.1 does not know, in code without strings and comments.
TOO_NEW = [
    (r"\?\?", "??"), (r"\?\.", "?."), (r"\?\[", "?["), (r"&&|\|\|", "pipeline chains"), (r"\s\?\s", "the ternary operator"),
    (r"-Parallel\b|-AsHashtable\b|-AsUTC\b|-SkipCertificateCheck\b", "a parameter"), (r"\$Is(Windows|Linux|MacOS|CoreCLR)\b", "a variable"),
    (r"^\s*clean\s*\{", "clean {}"), (r"`u\{", "`u{}"), (r"\bfrom\s+end\b", "slices"), (r"(?<![\w$])\d+(u|n|uy|y|us|s)\b", "a number's suffix")]


class Script:
    """A script and its tree."""

    def __init__(self, path, content=None):
        sys.path.insert(0, str(ROOT / ".build-tools/powershell"))
        try:
            import tree_sitter
            import tree_sitter_powershell
        except ImportError as error:
            raise runner.Skipped("needs a parser of PowerShell: scripts/peers powershell") from error
        self.path = path
        self.bytes = content or path.read_bytes()
        self.source = self.bytes.removeprefix(b"\xef\xbb\xbf")
        self.root = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language())).parse(self.source).root_node
        self.functions = {self.text(self.child(node, "function_name")): node for node in self.all("function_statement")}

    def text(self, node):
        return self.source[node.start_byte:node.end_byte].decode()

    def place(self, node):
        return f"{self.path.name}:{node.start_point[0] + 1}: {self.text(node)[:100]}"

    def all(self, *kinds, within=None):
        """Every node of these kinds, in order."""
        found, left = [], [within or self.root]
        while left:
            node = left.pop()
            if node.type in kinds:
                found.append(node)
            left.extend(reversed(node.children))
        return found

    def child(self, node, kind):
        return next((child for child in node.children if child.type == kind), None)

    def commands(self, within=None):
        """(name, its parameters, node) of each command; the name of `& $program` is empty."""
        for node in self.all("command", within=within):
            called = self.child(node, "command_name")
            parameters = [self.text(word)[1:].rstrip(":") for elements in node.children if elements.type == "command_elements"
                          for word in elements.children if word.type == "command_parameter"]
            yield (self.text(called) if called else ""), parameters, node

    def function_of(self, node):
        while node and node.type != "function_statement":
            node = node.parent
        return self.text(self.child(node, "function_name")) if node else None

    def parameters(self, within):
        """The names in a param block, in small letters."""
        return {self.text(self.child(node, "variable"))[1:].lower() for node in self.all("script_parameter", within=within)}


def scripts():
    assert len(SCRIPTS) == 3, SCRIPTS
    return [Script(path) for path in SCRIPTS]


def they_parse(_):
    """Without an error, and as text that 5.1 reads rightly: a byte order mark, or 5.1 would read UTF-8 as the machine's own code page."""
    for script in scripts():
        faults = [script.place(node) for node in script.all("ERROR")]
        faults += [script.place(node) for node in script.all(*{"}", ")", "]", '"', "'"}) if node.is_missing]
        assert not faults and not script.root.has_error, faults
        assert script.bytes.startswith(b"\xef\xbb\xbf"), f"{script.path.name} has no byte order mark"
        script.source.decode("utf-8")
        assert b"\xef\xbb\xbf" not in script.source and b"\t" not in script.source
    broken = Script(SCRIPTS[0])
    import tree_sitter
    import tree_sitter_powershell
    cut = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language())).parse(broken.source.rstrip()[:-40] + b" {")
    assert cut.root_node.has_error, "the parser notices a script that is cut off"


def windows_powershell_has_every_command(_):
    """Each is one of 5.1's, with parameters that it has, or a function of the script, with parameters that it declares. No alias is on the list."""
    for script in scripts():
        for name, parameters, node in script.commands():
            if not name:
                assert script.child(node, "command_invokation_operator"), script.place(node)
                continue
            if name in script.functions:
                declared = script.parameters(script.functions[name])
                allowed = {word for word in parameters if word.lower() in declared}
            else:
                assert name in COMMANDS, f"{script.place(node)}: {name} is not on the list"
                allowed = COMMANDS[name]
            assert set(parameters) <= set(allowed), f"{script.place(node)}: {set(parameters) - set(allowed)}"


def nothing_is_newer_than_five(_):
    """No syntax of PowerShell 7."""
    for script in scripts():
        code = bytearray(script.source)
        for node in script.all("comment", "string_literal"):
            code[node.start_byte:node.end_byte] = bytes(10 if byte == 10 else 32 for byte in code[node.start_byte:node.end_byte])
        for number, line in enumerate(code.decode().splitlines(), 1):
            for pattern, what in TOO_NEW:
                assert not re.search(pattern, line, re.IGNORECASE), f"{script.path.name}:{number}: {what} came after 5.1: {line}"


def functions_are_named_and_documented(_):
    """An approved verb, one noun, a synopsis. Each is used."""
    for script in scripts():
        used = {name for name, _, _ in script.commands()}
        for name, node in script.functions.items():
            verb, noun = name.split("-")
            assert verb in APPROVED and noun.isalpha() and noun[0].isupper(), name
            comment = script.child(node, "comment")
            assert comment and re.match(r"<# \.SYNOPSIS\n\s+\S", script.text(comment)), f"{name} has no synopsis"
            assert name in used, f"{name} is never called"
        head = script.text(script.child(script.root, "comment") or script.all("comment")[0])
        assert ".SYNOPSIS" in head and ".EXAMPLE" in head, script.path.name
    install = Script(DIRECTORY / "Install-Flatnet.ps1")
    block = install.all("param_block")[0]
    described = {name.lower() for name in re.findall(r"^\.PARAMETER (\w+)", install.source.decode(), re.MULTILINE)}
    assert described == install.parameters(block), described ^ install.parameters(block)


def every_variable_is_known(_):
    """In strict mode a slip in a name ends a script, and only when it gets there."""
    for script in scripts():
        known = set(AUTOMATIC) | script.parameters(script.root)
        for node in script.all("assignment_expression"):
            known |= {script.text(name)[1:].lower() for name in script.all("variable", within=node.children[0])}
        for node in script.all("foreach_statement"):
            known.add(script.text(script.child(node, "variable"))[1:].lower())
        for node in script.all("variable"):
            name = script.text(node)[1:].strip("{}").lower()
            assert name.startswith("env:") or name in known, f"{script.place(node)} is never set ({sorted(known)})"
        # A character of Japanese behind a name could be taken for a part of it.
        for match in re.finditer(r"\$\w+(?<![\x00-\x7f])", script.source.decode()):
            raise AssertionError(f"{script.path.name}: {match.group()}: write ${{name}}")


def unasked_changes(script):
    """Calls that change something and stand behind no ShouldProcess, in their function or in every caller; and the changing calls there are."""
    guarded_by_return = {}
    for name, node in script.functions.items():
        for condition in script.all("if_statement", within=node):
            text = script.text(condition)
            if re.match(r"if \(-not \$PSCmdlet\.ShouldProcess\(.*\)\) \{ return \}$", text):
                guarded_by_return[name] = min(condition.end_byte, guarded_by_return.get(name, condition.end_byte))
    for name, node in script.functions.items():
        if "ShouldProcess(" in script.text(node):
            assert "[CmdletBinding(SupportsShouldProcess = $true)]" in script.text(node), f"{name} asks ShouldProcess and does not support it"

    def is_guarded(node):
        function = script.function_of(node)
        if function in guarded_by_return and node.start_byte > guarded_by_return[function]:
            return True
        while node:
            parent = node.parent
            if parent and parent.type == "if_statement" and node.type == "statement_block":
                condition = parent.child_by_field_name("condition")
                if "$PSCmdlet.ShouldProcess(" in script.text(condition) and "-not $PSCmdlet" not in script.text(condition):
                    return True
            node = parent
        return False

    changes = []
    for name, _, node in script.commands():
        is_program = not name and re.search(r"hctosys|date -u -s", script.text(node))
        if is_program or (name not in script.functions and name not in HARMLESS and CHANGING.match(name)):
            changes.append(node)
    for node in script.all("invokation_expression"):
        member = script.child(node, "member_name")
        if member and script.text(member) in CHANGING_METHODS:
            changes.append(node)
    assert changes, script.path.name
    # A function that changes something unasked passes the duty on to its callers.
    open_functions = set()
    while True:
        calls = changes + [node for name, _, node in script.commands() if name in open_functions]
        unguarded = [node for node in calls if not is_guarded(node)]
        found = {script.function_of(node) for node in unguarded} - {None}
        if found <= open_functions:
            return [script.place(node) for node in unguarded if not script.function_of(node)], changes, open_functions
        open_functions |= found


def nothing_changes_without_being_asked(_):
    """With -WhatIf nothing is written, sent, registered or removed. Each question is needed: without any one of them something is open."""
    for script in scripts():
        unasked, changes, open_functions = unasked_changes(script)
        assert not unasked, unasked
        source = script.bytes.decode("utf-8-sig")
        questions = [match.start() for match in re.finditer(r"\$PSCmdlet\.ShouldProcess\(", source)]
        for start in questions:
            without = source[:start] + source[start:].replace("$PSCmdlet.ShouldProcess(", "$Nothing.IsAsked(", 1)
            mutant = Script(script.path, without.encode())
            unasked, _, now_open = unasked_changes(mutant)
            assert unasked or now_open != open_functions, f"{script.path.name}: nothing depends on {source[start:start + 90]}"
        print(f"        {script.path.name}: {len(changes)} changes behind {len(questions)} questions; functions whose callers ask: {sorted(open_functions)}")


def each_look_notices_its_fault(_):
    """A script with one fault of each kind does not pass the look that is for it."""
    faults = [
        (they_parse, "Install-Flatnet.ps1", "if $Test {"),
        (windows_powershell_has_every_command, "Install-Flatnet.ps1", "gci C:\\ | Write-Host\nif ($Test) {"),
        (windows_powershell_has_every_command, "Install-Flatnet.ps1", "Get-Process -IncludeUserName\nif ($Test) {"),
        (windows_powershell_has_every_command, "Install-Flatnet.ps1", "Get-Sid -Name x\nif ($Test) {"),
        (nothing_is_newer_than_five, "Install-Flatnet.ps1", "$Proxy ??= 'x'\nif ($Test) {"),
        (nothing_is_newer_than_five, "Install-Flatnet.ps1", "$Proxy = $Test ? 'x' : 'y'\nif ($Test) {"),
        (functions_are_named_and_documented, "Install-Flatnet.ps1", "function Fetch-It { return 1 }\nFetch-It\nif ($Test) {"),
        (functions_are_named_and_documented, "Install-Flatnet.ps1", "function Get-It { return 1 }\nGet-It\nif ($Test) {"),
        (every_variable_is_known, "Install-Flatnet.ps1", "Write-Host $Distributon\nif ($Test) {"),
        (every_variable_is_known, "Install-Flatnet.ps1", "Write-Host \"$Proxyを使う\"\nif ($Test) {"),
    ]
    global scripts
    honest = scripts
    try:
        for look, name, inserted in faults:
            source = (DIRECTORY / name).read_text(encoding="utf-8-sig")
            changed = source.replace("if ($Test) {", inserted, 1)
            assert changed != source, inserted
            scripts = lambda: [Script(path, ("\ufeff" + changed).encode() if path.name == name else None) for path in SCRIPTS]
            try:
                look(None)
            except AssertionError:
                continue
            raise RuntimeError(f"{look.__name__} does not notice {inserted!r}")
    finally:
        scripts = honest


def no_secret_is_on_a_command_line(_):
    """Secrets come from files or are typed unseen; tasks are started with paths and the distribution's name alone."""
    install = Script(DIRECTORY / "Install-Flatnet.ps1")
    names = install.parameters(install.all("param_block")[0])
    assert {name for name in names if re.search("url|password|secret|token", name)} == {"slackurlfile", "mailpasswordfile", "heartbeaturl"}, names
    arguments = [install.text(node) for name, _, node in install.commands() if name == "New-ScheduledTaskAction"]
    assert len(arguments) == 4 and not any(re.search("secret|password|slack|mail", text, re.IGNORECASE) for text in arguments), arguments
    settings = re.search(r"\$settings = @\{(.*?)\n\}", install.source.decode(), re.DOTALL).group(1)
    assert not re.search(r"password|webhook|slack", settings, re.IGNORECASE), settings
    watch = (DIRECTORY / "Watch-Flatalert.ps1").read_text(encoding="utf-8-sig")
    keys = set(re.findall(r"^    (\w+) = ", settings, re.MULTILINE))
    read = {name for name in re.findall(r"\$[sS]ettings\.(\w+)", watch)}
    assert read == keys, f"settings.json is written with {sorted(keys)} and read with {sorted(read)}"
    assert "-replace 'https?://\\S+'" in watch, "an error that repeats the webhook's address is not logged with it"


def what_is_made_is_taken_away(_):
    """Tasks, rules, directories: Uninstall names each."""
    install = Script(DIRECTORY / "Install-Flatnet.ps1")
    made = {word for name, _, node in install.commands() if name == "Register-FlatnetTask" for word in re.findall(r"-Name (\$\w+)", install.text(node))}
    gone = install.text(install.functions["Uninstall-Flatnet"])
    assert made == {"$KeepTask", "$ClockTask", "$WatchTask"} and all(word in gone for word in made), made
    assert "Remove-Firewall" in gone and all(word in gone for word in ("$Watchdog", "$Scripts"))
    rules = [install.text(node) for name, _, node in install.commands() if name.startswith("New-NetFirewall")]
    assert len(rules) == 3
    for rule in rules:
        assert "-Group $FirewallGroup" in rule or '-DisplayName "Flatnet: ' in rule, rule
    query = re.search(r"\$query = (.*?)\n    \$class", install.source.decode(), re.DOTALL).group(1)
    text = "".join(part.replace("''", "'") for part in re.findall(r"'((?:[^']|'')*)'", query))
    tree = xml.etree.ElementTree.fromstring(text)
    select = tree.find("Query/Select")
    assert select.get("Path") == "System" and "EventID=107" in select.text and "EventID=1]" in select.text, text


def messages_are_in_both_languages(_):
    """Each kind, in Japanese and English, with the same facts."""
    watch = Script(DIRECTORY / "Watch-Flatalert.ps1")
    node = watch.functions["Get-MessageText"]
    strings = [watch.text(part) for part in watch.all("expandable_string_literal", "verbatim_string_characters", within=node)]
    japanese = [text for text in strings if re.search(r"[ぁ-んァ-ヶ一-龠]", text)]
    facts = lambda texts: sorted(set(re.findall(r"\$(?:\(\$Facts\.\w+\)|\{?(?:now|since|what|look|task|quiet)\b)", "".join(texts).replace("{", ""))))
    english = [text for text in strings if text not in japanese and re.search(r"\b(is|since|was|Look|Told|Impact|First aid|does|test)\b", text)]
    assert len(japanese) >= 9 and facts(japanese) == facts(english), (facts(japanese), facts(english))
    for word in ("HostName", "Problem", "Failures", "Distribution", "since", "look", "task", "quiet"):
        assert any(word in text for text in japanese) and any(word in text for text in english), word
    # What the messages tell to do is what is there.
    install = (DIRECTORY / "Install-Flatnet.ps1").read_text(encoding="utf-8-sig")
    for task in re.findall(r"-TaskName ''([^']+)''", watch.source.decode()):
        assert f"'{task}'" in install, task
    said = subprocess.run([BINARY, "--help"], capture_output=True, text=True).stdout
    assert "doctor" in said and "history" in said


def the_heartbeat_answers_as_they_expect(directory):
    """The real server: 200 with ok true; 503 with the failing checks' names and details; nothing when it is gone."""
    watch = (DIRECTORY / "Watch-Flatalert.ps1").read_text(encoding="utf-8-sig")
    assert set(re.findall(r"\$report\.(\w+)", watch)) == {"ok", "checks"} and {"ok", "name", "detail"} <= set(re.findall(r"\$_\.(\w+)", watch))
    assert "-not $_.ok" in watch and "$status -eq 200 -and $report.ok -eq $true" in watch
    port = free_port()
    url = f"http://127.0.0.1:{port}/api/flatalert/v1/heartbeat"
    default = re.search(r"-Default '(http\S+heartbeat)'", (DIRECTORY / "Install-Flatnet.ps1").read_text(encoding="utf-8-sig")).group(1)
    assert default == "http://localhost:9093" + url.split(str(port))[1], default
    (directory / "alertmanager.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")

    def ask():
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return None, None

    with open(directory / "log", "w") as log:
        serve = subprocess.Popen(
            [BINARY, "serve", f"--config.file={directory}/alertmanager.yml", f"--storage.path={directory}/data", f"--web.listen-address=127.0.0.1:{port}",
             "--heartbeat.expect=alertname=Watchdog", "--heartbeat.timeout=5s"], stdout=log, stderr=log)
    try:
        wait_until(lambda: ask()[0], 30, "an answer")
        status, report = ask()
        assert status == 200 and report["ok"] is True and all(check["ok"] is True for check in report["checks"]), report
        wait_until(lambda: ask()[0] == 503, 60, "the expected alert stays away")
        status, report = ask()
        failing = [check for check in report["checks"] if check["ok"] is not True]
        assert report["ok"] is False and failing and all(check["name"] and check["detail"] for check in failing), report
        alert = json.dumps([{"labels": {"alertname": "Watchdog"}}]).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v2/alerts", alert, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()
        status, report = ask()
        assert status == 200 and report["ok"] is True, report
    finally:
        serve.terminate()
        serve.wait(30)
    assert ask() == (None, None)


if __name__ == "__main__":
    sys.exit(runner.main([
        they_parse, windows_powershell_has_every_command, nothing_is_newer_than_five, functions_are_named_and_documented, every_variable_is_known,
        nothing_changes_without_being_asked, each_look_notices_its_fault, no_secret_is_on_a_command_line, what_is_made_is_taken_away,
        messages_are_in_both_languages,
        the_heartbeat_answers_as_they_expect]))

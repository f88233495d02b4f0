#!/usr/bin/env python3
"""The status page in a real browser (headless Chromium). Usage: page.py BINARY [--screenshots DIRECTORY]"""
import contextlib
import http.server
import json
import os
import pathlib
import sys
import tempfile
import threading
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from peers import PEERS, ROOT, Process, free_port, request, wait_until  # noqa: E402

TOOLS = ROOT / ".build-tools" / "root" / "usr" / "lib"
sys.path.insert(0, str(TOOLS / "python3" / "dist-packages"))
import subprocess  # noqa: E402

from selenium import webdriver  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
SCREENSHOTS = pathlib.Path(sys.argv[3]) if sys.argv[2:3] == ["--screenshots"] else None
OWN = "/api/flatalert/v1"
EVIL_NAME = "<script>window.pwned = 1</script>"
EVIL_SUMMARY = "<img src=x onerror='window.pwned = 2'> & \"quoted\" </textarea></script>"
EVIL_LINK = "javascript:window.pwned=3"
ODD_LABEL = "größe 大きさ <b>\"x\"\\"


class BuiltIn(Process):
    """`flatalert serve` as a first run starts it: without a configuration file."""

    def __init__(self, directory, port, prefix=""):
        self.url = f"http://127.0.0.1:{port}{prefix}"
        super().__init__(
            [BINARY, "serve", f"--storage.path={directory}/data", f"--web.listen-address=127.0.0.1:{port}", f"--web.external-url={self.url}"],
            f"{directory}/log")

    def ready(self):
        def check():
            assert self.child.poll() is None, self.output()[-2000:]
            try:
                return request(self.url + "/-/ready")[0] == 200
            except OSError:
                return False
        wait_until(check, 30, "Flatalert ready")
        return self

    def get(self, path):
        status, answer = request(self.url + path)
        assert status == 200, (path, status, answer)
        return answer

    def fire(self, labels, annotations=None, **more):
        status, answer = request(self.url + "/api/v2/alerts", [{"labels": labels, "annotations": annotations or {}, **more}])
        assert status == 200, (status, answer)


# Before the page's own script: what it asks for and what it waits for is counted.
WATCH = """
    window.asked = 0; window.inFlight = 0; window.timers = new Set();
    const send = window.fetch, set = window.setTimeout, clear = window.clearTimeout;
    window.fetch = (...given) => { asked += 1; inFlight += 1; return send(...given).finally(() => { inFlight -= 1; }); };
    window.setTimeout = (run, wait, ...given) => { const id = set(() => { timers.delete(id); run(...given); }, wait); timers.add(id); return id; };
    window.clearTimeout = (id) => { timers.delete(id); clear(id); };
"""


class Page:
    """The browser, and what a person finds on the page."""

    def __init__(self, directory):
        options = webdriver.ChromeOptions()
        options.binary_location = str(TOOLS / "chromium" / "chromium")
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1000,1400",
                         f"--user-data-dir={directory}/profile", "--no-proxy-server", "--lang=en"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        libraries = TOOLS / "x86_64-linux-gnu"
        environment = {**os.environ, "LD_LIBRARY_PATH": f"{libraries}:{libraries}/pulseaudio", "HOME": str(directory)}
        service = Service(str(PEERS / "chromedriver"), env=environment, log_path=f"{directory}/driver.log")
        self.driver = webdriver.Chrome(service=service, options=options)
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})

    def open(self, url):
        # Else a link to another place on the same page would load nothing anew.
        self.driver.get("about:blank")
        self.driver.get(url)

    def speak(self, languages):
        agent = self.run("return navigator.userAgent")
        self.driver.execute_cdp_cmd("Network.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": languages})

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def shows(self, selector, *words, seconds=20):
        wait_until(lambda: all(word in self.text(selector) for word in words), seconds, f"{selector} shows {words}, but: {self.text(selector)[:800]}")

    def refresh(self):
        self.one("#refresh").click()

    def card(self, name):
        """The card of this alert, found anew each time: the page draws it anew."""
        return next(card for card in self.all("#alerts .card") if card.find_element(By.TAG_NAME, "h3").text.startswith(name))

    def press(self, name, selector):
        self.card(name).find_element(By.CSS_SELECTOR, selector).click()

    def console(self):
        return [entry for entry in self.driver.get_log("browser") if entry["level"] != "DEBUG"]

    def screenshot(self, name):
        if SCREENSHOTS:
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            self.driver.save_screenshot(str(SCREENSHOTS / f"{name}.png"))

    def narrow(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True})

    def scheme(self, value):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": value}]})

    def close(self):
        self.driver.quit()


def shows_alerts(flatalert, page):
    """An alert is there with its state and since when, the receiver with its last outcome, and the inbox fills."""
    page.open(flatalert.url + "/")
    page.shows("#alerts", "No alert")
    flatalert.fire({"alertname": "Demo", "severity": "warning", "instance": "a:1"}, {"summary": "the first alert"}, generatorURL="http://prometheus.example/graph?g0.expr=up")
    # Without a click: the page looks by itself.
    page.shows("#alerts", "Demo", "firing", "the first alert", "severity=\"warning\"", "began")
    page.shows("#state", "1 firing")
    page.shows("#inbox", "[FIRING] Demo: the first alert", "route {} → inbox")
    page.shows("#receivers", "inbox", "webhook[0]", "last delivered")
    link = page.card("Demo").find_element(By.LINK_TEXT, "Source")
    assert link.get_attribute("href") == "http://prometheus.example/graph?g0.expr=up" and "noopener" in link.get_attribute("rel")
    assert "INBOX [FIRING] Demo: the first alert   route {} → inbox" in flatalert.output()
    page.one("#groups > summary").click()
    page.shows("#groups", "→ inbox", "alertname=\"Demo\"", "1 alert")


def explains(flatalert, page):
    """Why an alert was told stands under it, and a link leads there."""
    page.press("Demo", ".explain")
    page.shows("#alerts .explanation", "Demo", "TOLD", "route")
    link = page.run("return location.href")
    assert "#explain=" in link, link
    page.open(link)
    page.shows("#alerts .explanation", "Demo", "TOLD", "route")
    page.screenshot("explained")
    page.press("Demo", ".explain")
    wait_until(lambda: not page.all(".explanation"), 10, "the explanation is folded")


def silences(flatalert, page):
    """A silence is made from an alert, shown with who and why, and ended."""
    page.press("Demo", ".silence")
    given = page.run("return [...document.querySelectorAll('#matchers .matcher')].map((m) => [...m.querySelectorAll('input, select')].map((i) => i.value))")
    assert given == [["alertname", "=", "Demo"], ["instance", "=", "a:1"], ["severity", "=", "warning"]], given
    page.shows("#matched", "1 alert matches now")
    page.one("#author").send_keys("  ")
    page.one("#comment").send_keys("trying")
    page.one("#silence-form [type=submit]").click()
    page.shows("#silence-form .trouble", "who you are")
    assert flatalert.get("/api/v2/silences") == []
    page.one("#author").send_keys("ann")
    page.one("#durations input[value='120']").click()
    page.all("#matchers .remove")[1].click()
    page.screenshot("silencing")
    page.one("#silence-form [type=submit]").click()
    page.shows("#alerts", "silenced", "Silenced by ann until", "trying")
    page.shows("#state", "Nothing fires, 1 muted")
    page.shows("#silences", "alertname=\"Demo\"", "by ann", "active")
    silence, = flatalert.get("/api/v2/silences")
    assert [m["name"] for m in silence["matchers"]] == ["alertname", "severity"] and silence["createdBy"] == "ann", silence
    page.one("#silences .expire").click()
    page.shows("#expire-dialog", "alertname=\"Demo\"", "trying")
    page.one("#expire").click()
    page.shows("#silences", "No silence", "1 expired")
    page.shows("#state", "1 firing")
    # One from scratch, with a regular expression; the name is remembered.
    page.one("#new-silence").click()
    assert page.one("#author").get_attribute("value") == "ann"
    page.one("#matchers .value").send_keys("Other.*")
    page.one("#matchers .operator").send_keys("=~")
    page.shows("#matched", "No alert matches now")
    page.one("#comment").send_keys("later")
    page.one("#comment").send_keys(Keys.TAB, Keys.ENTER)
    page.shows("#silences", "alertname=~\"Other.*\"", "later")


def stays_text(flatalert, page):
    """What others sent is text: no element, no script, no link that runs."""
    flatalert.fire({"alertname": EVIL_NAME, ODD_LABEL: "wert <i>値</i>", "severity": "critical"},
                   {"summary": EVIL_SUMMARY, "<u>": "x"}, generatorURL=EVIL_LINK)
    page.refresh()
    page.shows("#alerts", EVIL_NAME, EVIL_SUMMARY, ODD_LABEL + "=\"wert <i>値</i>\"")
    page.shows("#inbox", EVIL_NAME)
    page.card(EVIL_NAME).find_element(By.CSS_SELECTOR, "summary").click()
    page.shows("#alerts", EVIL_LINK, "<u>")
    page.press(EVIL_NAME, ".explain")
    page.shows("#alerts .explanation", "route")
    page.press(EVIL_NAME, ".silence")
    page.shows("#matched", "1 alert matches now")
    page.one("#comment").send_keys("odd")
    page.one("#silence-form [type=submit]").click()
    page.shows("#alerts", "silenced", "odd")
    page.shows("#silences", "odd", "größe")
    count = page.run("return document.querySelectorAll('main script, main img, main b, main i, main u, a[href^=\"javascript\" i]').length")
    assert count == 0, count
    assert page.run("return window.pwned") is None
    page.press(EVIL_NAME, ".explain")


def fits(flatalert, page):
    """A phone shows all without scrolling sideways; the keyboard reaches everything; dark is dark."""
    page.narrow(360, 740)
    page.press("Demo", ".silence")
    widths = page.run("return [document.documentElement.scrollWidth, document.querySelector('#silence-dialog').scrollWidth, innerWidth]")
    assert max(widths[:2]) <= widths[2], widths
    page.screenshot("phone-silencing")
    page.one("#comment").send_keys(Keys.ESCAPE)
    wait_until(lambda: not page.run("return document.querySelector('#silence-dialog').open"), 5, "Escape closes the dialog")
    small = page.run("return [...document.querySelectorAll('main button, main .button')].filter((b) => b.offsetParent && b.offsetHeight < 40).length")
    assert small == 0, small
    page.screenshot("phone")
    header = page.run("return document.querySelector('#state').getBoundingClientRect().height / parseFloat(getComputedStyle(document.body).lineHeight)")
    assert header < 1.5, f"the state has {header} lines"
    page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    colours = []
    for scheme in ("light", "dark"):
        page.scheme(scheme)
        colours.append(page.run("return getComputedStyle(document.body).backgroundColor"))
        page.screenshot(scheme)
    assert colours[0] != colours[1], colours
    page.scheme("")
    page.run("document.querySelector('#search').focus()")
    for _ in range(20):
        page.driver.switch_to.active_element.send_keys(Keys.TAB)
        if "silence" in page.driver.switch_to.active_element.get_attribute("class"):
            break
    key = page.run("return document.activeElement.dataset.key")
    # What has the keyboard keeps it when the list is drawn anew.
    flatalert.fire({"alertname": "Another"})
    page.shows("#alerts", "Another")
    assert page.run("return document.activeElement.dataset.key") == key
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    wait_until(lambda: page.run("return document.querySelector('#silence-dialog').open"), 5, "Enter opens the dialog")
    page.one("#cancel-silence").click()
    page.one("#search").send_keys("another")
    wait_until(lambda: len(page.all("#alerts .card")) == 1, 5, "the search finds one alert")
    page.one("#search").clear()


def rests(flatalert, page):
    """While nobody looks nothing is asked; who looks again sees what is new at once."""
    def look(hidden):
        page.run("""Object.defineProperty(document, "hidden", {value: arguments[0], configurable: true});
            document.dispatchEvent(new Event("visibilitychange"))""", hidden)

    def rest():
        return page.run("return inFlight === 0 && timers.size === 0 ? asked : null")
    wait_until(lambda: page.run("return inFlight === 0 && timers.size === 1"), 20, "between two looks the page waits for the next")
    look(True)
    # With no request under way and no timer set, nothing can be asked until somebody looks.
    asked = wait_until(rest, 20, "the page rests")
    look(False)
    wait_until(lambda: page.run("return asked") > asked, 5, "the page looks again")
    wait_until(lambda: page.run("return inFlight === 0 && timers.size === 1"), 20, "and goes on looking")


def follows_links(flatalert, page):
    """The links that messages contain lead to the same places as on Alertmanager's page."""
    def link(text):
        page.open(flatalert.url + "/#" + text)

    def names():
        return sorted(card.find_element(By.TAG_NAME, "h3").text.split(" ")[0] for card in page.all("#alerts .card"))
    quote = urllib.parse.quote
    flatalert.fire({"alertname": "Linked", "severity": "page", "path": 'a"b\\c'})
    link("/alerts?receiver=inbox&silenced=false&filter=" + quote('{severity="page", alertname=~"Link.+"}'))
    page.shows("#view", 'Only: severity="page", alertname=~"Link.+", receiver inbox, nothing silenced')
    wait_until(lambda: names() == ["Linked"], 10, "one alert passes")
    page.press("Linked", ".explain")
    page.shows("#alerts .explanation", "TOLD")
    again = page.run("return location.href")
    assert "explain=" in again and "severity" in again, again
    page.open(again)
    page.shows("#alerts .explanation", "TOLD")
    assert names() == ["Linked"], names()
    page.one("#show-all").click()
    page.shows("#alerts", "Demo", "Linked")
    assert not page.one("#view").is_displayed() and "#" not in page.run("return location.href")
    link("/alerts?silenced=false")
    page.shows("#view", "nothing silenced")
    wait_until(lambda: "Demo" in names() and not page.all("#alerts .why"), 10, "what is silenced is left out")
    link("/alerts?active=false&receiver=" + quote("in\\w+"))
    wait_until(lambda: names() and "Demo" not in names(), 10, "only what is muted")
    link("/alerts?receiver=nobody")
    page.shows("#alerts", "No alert passes this view.")
    page.shows("#alerts .count", "0")
    link("/alerts?filter=" + quote("{alertname=<b>}"))
    page.shows("#view", 'alertname="<b>"')
    link("/alerts?filter=" + quote('{alertname="Demo" severity}'))
    page.shows("#alerts .trouble", "cannot be read")
    link("/alerts?filter=" + quote('alertname=~"("'))
    page.shows("#alerts .trouble", "missing")
    # The browser writes down every answer that says no.
    page.open(flatalert.url + "/")
    page.shows("#alerts", "Demo")
    console = page.console()
    assert console and all("alertname%3D~%22(%22" in entry["message"] and "400" in entry["message"] for entry in console), console
    # A new silence as messages offer it.
    link("/silences/new?comment=deploying+it&filter=" + quote('{alertname="Linked",path="a\\"b\\\\c",severity=~"page|x", "größe 大"!="1"}'))
    page.shows("#matched", "1 alert matches now")
    given = page.run("return [...document.querySelectorAll('#matchers .matcher')].map((m) => [...m.querySelectorAll('input, select')].map((i) => i.value))")
    assert given == [["alertname", "=", "Linked"], ["path", "=", 'a"b\\c'], ["severity", "=~", "page|x"], ["größe 大", "!=", "1"]], given
    assert page.one("#comment").get_attribute("value") == "deploying it"
    page.one("#silence-form [type=submit]").click()
    page.shows("#silences", "deploying it")
    silence = next(s for s in flatalert.get("/api/v2/silences") if s["comment"] == "deploying it")
    # One silence, to look at and to change.
    link(f"/silences/{silence['id']}")
    wait_until(lambda: page.run("return document.activeElement.id") == f"silence-{silence['id']}", 10, "the silence is found")
    link(f"/silences/{silence['id']}/edit")
    page.shows("#silence-dialog", "Edit silence")
    page.one("#comment").send_keys(", longer")
    page.one("#durations input[value='240']").click()
    page.one("#silence-form [type=submit]").click()
    page.shows("#silences", "deploying it, longer")
    same = [s for s in flatalert.get("/api/v2/silences") if s["comment"].startswith("deploying it")]
    assert [s["id"] for s in same] == [silence["id"]] and same[0]["startsAt"] == silence["startsAt"], same
    assert request(flatalert.url + "/api/v2/silence/" + silence["id"], method="DELETE")[0] == 200
    link(f"/silences/{silence['id']}")
    wait_until(lambda: page.run("return document.activeElement.id") == f"silence-{silence['id']}", 10, "an expired silence is unfolded")
    link("/silences/00000000-0000-4000-8000-000000000000")
    page.shows("#silences .trouble", "There is no silence 00000000")
    link("/silences?filter=" + quote('{alertname="Linked"}'))
    page.shows("#silences .content", "No silence")
    link("/status")
    page.shows("footer", "Status and configuration")


def shows_long_lists(flatalert, page):
    """A long list is counted right and shown a part at a time."""
    def cards():
        return len(page.all("#alerts .card"))
    for first in range(0, 450, 150):
        status, answer = request(flatalert.url + "/api/v2/alerts", [{"labels": {"alertname": "Many", "n": str(n)}} for n in range(first, first + 150)])
        assert status == 200, answer
    page.open(flatalert.url + "/#/alerts?filter=" + urllib.parse.quote('{alertname="Many"}'))
    page.shows("#alerts .more", "200 of 450 shown.", "Show 200 more")
    page.shows("#state", "450 firing")
    assert cards() == 200
    page.one("#alerts .more button").click()
    page.shows("#alerts .more", "400 of 450 shown.", "Show 50 more")
    # The button keeps the keyboard.
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    wait_until(lambda: cards() == 450 and not page.all("#alerts .more"), 10, "all are shown")
    page.one("#search").send_keys("n=44")
    wait_until(lambda: cards() == 11, 10, "the search looks at all of them")
    page.shows("#alerts .count", "11 of 450")
    status, answer = request(flatalert.url + "/api/v2/alerts", [{"labels": {"alertname": "Many", "n": str(n)}, "endsAt": "2020-01-01T00:00:00Z"} for n in range(450)])
    assert status == 200, answer


def speaks_japanese(flatalert, page):
    """The page speaks the reader's language, as far as the words are its own."""
    page.speak("ja,en;q=0.5")
    page.open(flatalert.url + "/")
    page.shows("#alerts", "アラート", "発生中", "なぜ?", "Demo", "発生 → inbox")
    page.shows("#state", "発生中")
    page.shows("nav", "サイレンス", "受信箱")
    assert page.run("return document.documentElement.lang") == "ja" and page.one("#refresh").text == "更新"
    page.press("Demo", ".silence")
    page.shows("#silence-dialog", "新しいサイレンス", "名前", "マッチャーを追加", "1 時間")
    page.shows("#matched", "アラート 1 件に一致")
    page.one("#author").clear()
    page.one("#comment").send_keys("試し")
    page.one("#author").send_keys(" ")
    page.one("#silence-form [type=submit]").click()
    page.shows("#silence-form .trouble", "名前を入れてください")
    page.screenshot("japanese")
    page.one("#cancel-silence").click()
    # A language that there are no words for, then one that there are.
    page.speak("fr,ja")
    page.open(flatalert.url + "/")
    page.shows("#state", "発生中")
    page.speak("de")
    page.open(flatalert.url + "/")
    page.shows("#state", "firing")
    page.speak("en")
    page.open(flatalert.url + "/")
    page.shows("#alerts", "Demo")


def has_headers(flatalert, page):
    """The rules for browsers stand in each answer, and nothing breaks them."""
    import urllib.request
    for path in ("/", "/page.css", "/page.js"):
        with urllib.request.urlopen(flatalert.url + path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy, policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Referrer-Policy"] == "no-referrer"
            assert "no-store" in answer.headers["Cache-Control"]
    blocked = page.run("""
        const script = document.createElement("script"); script.textContent = "window.inline = 1"; document.body.append(script); return window.inline""")
    assert blocked is None
    assert any("Content Security Policy" in entry["message"] for entry in page.console())


def is_gone_and_back(flatalert, page, restart):
    """While nothing answers the page says so and shows what it knew; then it goes on."""
    flatalert.stop()
    page.refresh()
    page.shows("#trouble", "does not answer since", "What you see is of")
    page.shows("#alerts", "Demo")
    page.screenshot("gone")
    again = restart()
    page.refresh()
    wait_until(lambda: not page.one("#trouble").is_displayed(), 20, "the trouble is over")
    return again


FOREIGN = """<!DOCTYPE html><title>elsewhere</title><script>
async function attack(url, id) {
  const results = {};
  const silence = JSON.stringify({matchers: [{name: "alertname", value: ".+", isRegex: true}], startsAt: "2020-01-01T00:00:00Z", endsAt: "2099-01-01T00:00:00Z", createdBy: "x", comment: "x"});
  const json = {"Content-Type": "application/json"};
  const tries = {
    read: ["/api/v2/alerts", {}],
    silence: ["/api/v2/silences", {method: "POST", headers: json, body: silence}],
    silenceAsText: ["/api/v2/silences", {method: "POST", mode: "no-cors", body: silence}],
    expire: ["/api/v2/silence/" + id, {method: "DELETE"}],
    resolve: ["/api/v2/alerts", {method: "POST", headers: json, body: '[{"labels":{"alertname":"Demo"},"endsAt":"2020-01-01T00:00:00Z"}]'}],
    testFire: ["/api/flatalert/v1/test-fire", {method: "POST", mode: "no-cors", body: "{}"}],
    inbox: ["/api/flatalert/v1/inbox", {method: "POST", mode: "no-cors", body: '{"version":"4","status":"firing","receiver":"x","alerts":[{"status":"firing","labels":{"alertname":"Forged"}}]}'}],
    reload: ["/-/reload", {method: "POST", mode: "no-cors"}],
    history: ["/api/flatalert/v1/history", {}],
  };
  for (const [name, [path, options]] of Object.entries(tries)) {
    try { const answer = await fetch(url + path, options); results[name] = answer.type === "opaque" ? "unseen" : answer.status; } catch { results[name] = "refused"; }
  }
  return results;
}
</script>"""


@contextlib.contextmanager
def elsewhere():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(FOREIGN.encode())

        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


def refuses_others(flatalert, page):
    """A page of another site may read API v2, as with Alertmanager, and change nothing."""
    def state():
        silences = sorted((s["id"], s["status"]["state"]) for s in flatalert.get("/api/v2/silences"))
        alerts = sorted(a["fingerprint"] for a in flatalert.get("/api/v2/alerts"))
        messages = [m["number"] for m in flatalert.get(OWN + "/inbox")["messages"]]
        events = [e["kind"] for e in flatalert.get(OWN + "/history?kind=test_fired&kind=reloaded&kind=alert_ended")["events"]]
        return silences, alerts, messages, events
    before = state()
    silence = next(s["id"] for s in flatalert.get("/api/v2/silences") if s["status"]["state"] == "active")
    with elsewhere() as address:
        page.open(address)
        results = page.driver.execute_async_script(
            "attack(arguments[0], arguments[1]).then(arguments[2])", flatalert.url, silence)
    assert results["read"] == 200, results
    for name in ("silence", "expire", "resolve", "history"):
        assert results[name] == "refused", results
    assert state() == before, (before, state())
    # The same requests with the origin of our own page are taken.
    status, _ = request_from(flatalert.url.rsplit("/watch", 1)[0], flatalert.url + OWN + "/test-fire", {"dryRun": True})
    assert status == 200, status
    for origin in ("http://elsewhere.example", "null", flatalert.url.replace("http", "ftp")):
        for path in ("/api/v2/silences", "/api/v2/alerts", OWN + "/test-fire", OWN + "/inbox", "/-/reload"):
            status, answer = request_from(origin, flatalert.url + path, {})
            assert status == 403, (origin, path, status, answer)


def request_from(origin, url, body):
    import urllib.error
    import urllib.request
    call = urllib.request.Request(url, data=json.dumps(body).encode(), headers={"Origin": origin, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(call, timeout=15) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def is_valid(flatalert, directory):
    """amtool accepts the built-in configuration."""
    # The status masks the inbox's address and fills in defaults, some of which Debian's amtool is too old for.
    newer = ("slack_app_url:", "rocketchat_api_url:", "url_file:", "timeout:")
    lines = flatalert.get("/api/v2/status")["config"]["original"].replace("<secret>", flatalert.url + OWN + "/inbox").splitlines(True)
    text = "".join(line for line in lines if not line.strip().startswith(newer))
    file = pathlib.Path(directory) / "built-in.yml"
    file.write_text(text)
    done = subprocess.run([PEERS / "amtool", "check-config", str(file)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and "1 receivers" in done.stdout, done


def main():
    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as stack:
        port = free_port()
        running = [BuiltIn(directory, port).ready()]
        stack.callback(lambda: running[0].stop())
        page = Page(directory)
        stack.callback(page.close)

        def restart():
            running[0] = BuiltIn(directory, port).ready()
            return running[0]

        for step in (shows_alerts, explains, silences, stays_text, fits, rests, follows_links, shows_long_lists, speaks_japanese):
            step(running[0], page)
            print(f"ok  {step.__doc__}")
        console = page.console()
        assert console == [], console
        print("ok  The console is empty.")
        refuses_others(running[0], page)
        print(f"ok  {refuses_others.__doc__}")
        page.open(running[0].url + "/")
        page.shows("#alerts", "Demo")
        has_headers(running[0], page)
        print(f"ok  {has_headers.__doc__}")
        is_gone_and_back(running[0], page, restart)
        print(f"ok  {is_gone_and_back.__doc__}")
        is_valid(running[0], directory)
        print(f"ok  {is_valid.__doc__}")

        # Below a prefix everything is relative.
        (pathlib.Path(directory) / "prefix").mkdir()
        below = BuiltIn(f"{directory}/prefix", free_port(), "/watch").ready()
        stack.callback(below.stop)
        below.fire({"alertname": "Below"})
        page.console()
        page.open(below.url)
        page.shows("#alerts", "Below", "firing")
        page.shows("#inbox", "Below")
        assert page.console() == []
        print("ok  With a route prefix the page works below it.")


if __name__ == "__main__":
    main()

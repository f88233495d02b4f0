"""Panels as data: small functions that make Grafana's JSON. Texts stand in both languages as T(english, japanese); `said` picks one."""

PROMETHEUS = {"type": "prometheus", "uid": "flatnet-prometheus"}
SOURCE_NAME = "Prometheus"
GREEN, YELLOW, ORANGE, RED, BLUE, GREY = "green", "yellow", "orange", "red", "blue", "text"
COLUMNS = 24


class T:
    """A text in both languages."""

    def __init__(self, english, japanese):
        self.texts = {"en": english, "ja": japanese}


def said(value, language):
    """The same JSON with each text in one language."""
    if isinstance(value, T):
        return value.texts[language]
    if isinstance(value, dict):
        return {key: said(inner, language) for key, inner in value.items()}
    if isinstance(value, list):
        return [said(inner, language) for inner in value]
    return value


# Queries

def q(expr, legend="", instant=False, form="time_series"):
    """One query. An instant one is asked for the end of the range alone."""
    return {"expr": " ".join(expr.split()), "legendFormat": legend, "instant": instant, "range": not instant, "format": form}


def queries(asked):
    asked = [asked] if isinstance(asked, dict) else asked
    return [{"refId": chr(ord("A") + number), "datasource": PROMETHEUS, "editorMode": "code", **one} for number, one in enumerate(asked)]


# Looks

def steps(*limits, base=GREEN):
    """Thresholds: the colour below all limits, then (limit, colour) from each limit on."""
    return {"mode": "absolute", "steps": [{"color": base, "value": None}, *({"color": color, "value": limit} for limit, color in limits)]}


def words(**meanings):
    """Texts instead of numbers: n1=(T, colour) is the number 1, m1 is minus one."""
    names = {name: name.replace("m", "-").removeprefix("n") for name in meanings}
    return [{"type": "value", "options": {
        names[name]: {"text": text, "color": color, "index": index} for index, (name, (text, color)) in enumerate(meanings.items())}}]


UP = words(n1=(T("UP", "正常"), GREEN), n0=(T("DOWN", "停止"), RED), m1=(T("EXPORTER SILENT", "exporter 無応答"), ORANGE))
READ = words(n1=(T("read", "読取可"), GREEN), n0=(T("not read", "読取不可"), ORANGE))
YES_IS_BAD = words(n0=(T("no", "なし"), GREEN), n1=(T("YES", "あり"), RED))
NOT_WATCHED = T("not watched", "監視なし")
NO_REQUESTS = T("no requests", "リクエストなし")
NOTHING = T("none", "なし")


def defaults(unit, mappings=None, thresholds=None, no_value=None, decimals=None, least=None, most=None, custom=None, color=None):
    field = {"unit": unit, "mappings": mappings or [], "thresholds": thresholds or steps(), "color": {"mode": color or "thresholds"}}
    for key, value in (("noValue", no_value), ("decimals", decimals), ("min", least), ("max", most), ("custom", custom)):
        if value is not None:
            field[key] = value
    return field


def panel(kind, title, description, asked, size, field, options, overrides=None, more=None):
    width, height = size
    return {
        "type": kind, "title": title, "description": description, "datasource": PROMETHEUS, "targets": queries(asked),
        "gridPos": {"h": height, "w": width, "x": 0, "y": 0}, "fieldConfig": {"defaults": field, "overrides": overrides or []}, "options": options,
        **(more or {})}


LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}
LEGEND = {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}


def stat(title, description, expr, unit="none", size=(4, 4), legend="", names="auto", **look):
    """A number, or a state in words. It is asked for the end of the range."""
    asked = q(expr, legend, instant=True) if isinstance(expr, str) else expr
    background = "background" if look.get("mappings") else "value"
    return panel("stat", title, description, asked, size, defaults(unit, **look), {
        "reduceOptions": LAST, "orientation": "auto", "textMode": names, "colorMode": background, "graphMode": "none", "justifyMode": "auto",
        "wideLayout": True, "showPercentChange": False, "percentChangeColorMode": "standard"})


def gauge(title, description, expr, unit="percent", size=(4, 4), **look):
    return panel("gauge", title, description, q(expr, "{{host}}", instant=True), size, defaults(unit, **{"least": 0, "most": 100, **look}), {
        "reduceOptions": LAST, "orientation": "auto", "showThresholdLabels": False, "showThresholdMarkers": True, "sizing": "auto",
        "minVizWidth": 75, "minVizHeight": 75})


def bars(title, description, asked, unit, size=(8, 8), **look):
    """One bar for each series, as it is at the end of the range."""
    return panel("bargauge", title, description, asked, size, defaults(unit, **{"least": 0, **look}), {
        "reduceOptions": LAST, "orientation": "horizontal", "displayMode": "basic", "valueMode": "text", "namePlacement": "auto", "showUnfilled": True,
        "sizing": "auto", "minVizWidth": 8, "minVizHeight": 16, "maxVizHeight": 40, "legend": {**LEGEND, "showLegend": False}})


def series(title, description, asked, unit, size=(12, 8), stack=False, points=False, line=None, overrides=None, **look):
    """Lines over time. `line` is a limit that is drawn as well: (value, colour)."""
    custom = {
        "drawStyle": "bars" if points else "line", "lineInterpolation": "linear", "lineWidth": 1, "fillOpacity": 60 if points else 20 if stack else 8,
        "gradientMode": "none", "showPoints": "never", "pointSize": 5, "spanNulls": False, "insertNulls": False, "axisPlacement": "auto",
        "axisLabel": "", "axisColorMode": "text", "axisBorderShow": False, "axisCenteredZero": False, "barAlignment": 0,
        "scaleDistribution": {"type": "linear"}, "hideFrom": {"tooltip": False, "viz": False, "legend": False},
        "stacking": {"mode": "normal" if stack else "none", "group": "A"}, "thresholdsStyle": {"mode": "line" if line else "off"}}
    thresholds = steps(*([line] if isinstance(line, tuple) else line or []))
    return panel("timeseries", title, description, asked, size, defaults(unit, thresholds=thresholds, custom=custom, color="palette-classic", **look), {
        "legend": LEGEND, "tooltip": {"mode": "multi", "sort": "desc"}}, overrides)


def mirrored(*names):
    """Draws these series below the axis."""
    return [{"matcher": {"id": "byRegexp", "options": "/" + "|".join(names) + "/"}, "properties": [{"id": "custom.transform", "value": "negative-Y"}]}]


def heatmap(title, description, expr, size=(12, 8), unit="s"):
    """Buckets of a histogram over time: Prometheus' cumulative ones, which Grafana takes apart because of the format."""
    custom = {"scaleDistribution": {"type": "linear"}, "hideFrom": {"tooltip": False, "viz": False, "legend": False}}
    return panel("heatmap", title, description, q(expr, "{{le}}", form="heatmap"), size, {"custom": custom}, {
        "calculate": False, "cellGap": 1, "cellValues": {"unit": "short", "decimals": 0}, "showValue": "never",
        "color": {"mode": "scheme", "scheme": "Oranges", "fill": "dark-orange", "scale": "exponential", "exponent": 0.5, "steps": 64, "reverse": False},
        "exemplars": {"color": "rgba(255,0,255,0.7)"}, "filterValues": {"le": 1e-9}, "legend": {"show": True}, "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "yHistogram": True, "showColorScale": True},
        "yAxis": {"unit": unit, "axisPlacement": "left", "reverse": False}}, more={"maxDataPoints": 120})


def timeline(title, description, asked, mappings, size=(12, 8), unit="none"):
    """States over time, a line for each series."""
    custom = {"lineWidth": 0, "fillOpacity": 80, "hideFrom": {"tooltip": False, "viz": False, "legend": False}}
    return panel("state-timeline", title, description, asked, size, defaults(unit, mappings=mappings, custom=custom), {
        "mergeValues": True, "showValue": "never", "alignValue": "left", "rowHeight": 0.8, "legend": LEGEND, "tooltip": {"mode": "single", "sort": "none"}})


def table(title, description, expr, size, unit, hidden, names, **look):
    """A row for each series: labels as columns, and the value, which is the one number. `names` gives columns their headings, in their order."""
    order = {column: index for index, column in enumerate(names)}
    custom = {"align": "auto", "inspect": False, "filterable": True, "cellOptions": {"type": "auto"}}
    return panel("table", title, description, q(expr, instant=True, form="table"), size, defaults("string", custom=custom, **look), {
        "showHeader": True, "cellHeight": "sm", "footer": {"show": False, "reducer": ["sum"], "countRows": False, "fields": []}, "frameIndex": 0,
    }, [{"matcher": {"id": "byType", "options": "number"}, "properties": [{"id": "unit", "value": unit}]}], {"transformations": [{
        "id": "organize", "options": {"excludeByName": {name: True for name in hidden}, "indexByName": order, "renameByName": names}}]})


def alert_list(title, description, size, match="", states=("firing", "pending")):
    """Grafana's own list of alerts, of the rules that the Prometheus data source evaluates."""
    made = panel("alertlist", title, description, [], size, {}, {
        "viewMode": "list", "groupMode": "default", "groupBy": [], "maxItems": 50, "sortOrder": 3, "dashboardAlerts": False, "alertName": "",
        "alertInstanceLabelFilter": match, "datasource": SOURCE_NAME, "folder": "", "showInstances": True,
        "stateFilter": {state: state in states for state in ("firing", "pending", "noData", "normal", "error")}})
    del made["targets"], made["datasource"], made["fieldConfig"]
    return made


# Dashboards

def query_variable(name, label, query):
    """Values of a label to choose from. "All" matches series without the label, too."""
    return {
        "type": "query", "name": name, "label": label, "datasource": PROMETHEUS, "query": {"query": query, "refId": name, "qryType": 1},
        "refresh": 2, "sort": 1, "multi": True, "includeAll": True, "allValue": ".*", "regex": "", "hide": 0, "skipUrlSync": False,
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]}, "options": []}


HOST = query_variable("host", T("Host", "ホスト"), "label_values(up, host)")


def row(title, *lines):
    """A heading and lines of panels below it."""
    return title, lines


def laid_out(rows):
    """Gives each panel a number and its place: a line's panels stand side by side."""
    placed, top = [], 0
    for title, lines in rows:
        placed.append({"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"h": 1, "w": COLUMNS, "x": 0, "y": top}})
        top += 1
        for line in lines:
            left = 0
            for one in line:
                placed.append({**one, "gridPos": {**one["gridPos"], "x": left, "y": top}})
                left += one["gridPos"]["w"]
            top += max(one["gridPos"]["h"] for one in line)
    return [{"id": number, **one} for number, one in enumerate(placed, 1)]


def annotation(name, expr, color):
    return {"name": name, "datasource": PROMETHEUS, "enable": True, "hide": False, "iconColor": color, "expr": expr, "step": "60s",
            "titleFormat": "{{alertname}}", "textFormat": "{{component}} {{instance}} {{mountpoint}}", "tagKeys": "severity"}


CRITICAL = annotation(T("Critical alerts", "重大アラート"), 'ALERTS{alertstate="firing",severity="critical"}', RED)


def dashboard(name, title, description, rows, variables=(HOST,), since="now-6h"):
    """The whole file, but for what differs by language: its uid, its tag and the links to the others (`render`)."""
    return {
        "uid": f"flatnet-{name}", "title": title, "description": description, "tags": ["flatnet"], "schemaVersion": 39, "version": 1, "editable": True,
        "graphTooltip": 1, "refresh": "30s", "timezone": "browser", "weekStart": "", "fiscalYearStartMonth": 0, "liveNow": False,
        "time": {"from": since, "to": "now"}, "timepicker": {}, "templating": {"list": list(variables)}, "annotations": {"list": [CRITICAL]},
        "links": [], "panels": laid_out(rows)}

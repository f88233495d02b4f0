#!/usr/bin/env python3
"""Writes ../dashboards/{en,ja}/*.json, which Grafana loads, from the panels here. Usage: generate.py [--check]

With --check nothing is written; the exit code is 1 when a file differs from what would be."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import alerts  # noqa: E402
import cni  # noqa: E402
import gateway  # noqa: E402
import overview  # noqa: E402
from panels import said  # noqa: E402

DASHBOARDS = pathlib.Path(__file__).resolve().parents[1] / "dashboards"
LANGUAGES = {"en": "", "ja": "-ja"}


def render(dashboard, language):
    """One dashboard in one language. Links lead to the dashboards of the same language, and to this one in the other."""
    suffix = LANGUAGES[language]
    other, other_suffix, name = ("ja", "-ja", "日本語") if language == "en" else ("en", "", "English")
    link = {"icon": "external link", "tooltip": "", "asDropdown": False, "targetBlank": False, "includeVars": True, "keepTime": True}
    made = said(dashboard, language)
    return {
        **made, "uid": dashboard["uid"] + suffix, "tags": ["flatnet" + suffix],
        "links": [
            {**link, "type": "dashboards", "title": "", "tags": ["flatnet" + suffix], "url": ""},
            {**link, "type": "link", "title": name, "tags": [], "url": f"/d/{dashboard['uid']}{other_suffix}", "icon": "doc"}]}


def files():
    """(path, text) of every file."""
    for module in (overview, gateway, cni, alerts):
        for language in LANGUAGES:
            name = module.DASHBOARD["uid"].removeprefix("flatnet-")
            text = json.dumps(render(module.DASHBOARD, language), indent=2, ensure_ascii=False) + "\n"
            yield DASHBOARDS / language / f"{name}.json", text


def main():
    stale = []
    for path, text in files():
        if path.exists() and path.read_text() == text:
            continue
        stale.append(path)
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    known = {path for path, _ in files()}
    stray = [path for path in DASHBOARDS.rglob("*.json") if path not in known]
    for path in stale:
        print(f"{path.relative_to(DASHBOARDS.parent)}: {'differs from its source' if '--check' in sys.argv else 'written'}")
    for path in stray:
        print(f"{path.relative_to(DASHBOARDS.parent)}: no source makes it")
    return 1 if stray or (stale and "--check" in sys.argv) else 0


if __name__ == "__main__":
    sys.exit(main())

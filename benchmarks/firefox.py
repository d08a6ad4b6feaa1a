"""The derivations in Firefox, where one is installed: keyboard, typed lines, values, narrow window, axe, both themes.

The run prints what it found and ends with 1 when something failed.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import derivations as lines
from inference_scaling.display import assets
from inference_scaling.display.output import rounded
from inference_scaling.interactive.derivation import to_html
from inference_scaling.site.derivations import derivations
from inference_scaling.site.firefox import ELEMENT, Firefox, firefox

ENTER, ARROW_RIGHT, TAB = "\ue007", "\ue014", "\ue004"
HOST = "derivation-diminishing-returns"
EXPRESSIONS, LINES, BATCH = 1_000, 10_000, 1_000


def write_pages(folder: Path) -> dict[str, Any]:
    """Write the derivations as a page for each theme, and one in a frame 360 pixels wide; return their data."""
    payloads = {one.id: rounded(one.payload()) for one in derivations()}
    shown = "".join(map(to_html, payloads.values()))
    errors = "<script>window.faults = []; addEventListener('error', (e) => window.faults.push(e.message));</script>"
    for theme in ("light", "dark"):
        (folder / f"{theme}.html").write_text(
            f"<!doctype html><html lang=en data-theme={theme}><head><meta charset=utf-8><title>Derivations</title>"
            f"{errors}<style>{assets.style()} body{{background:var(--its-paper);color:var(--its-ink);"
            f"font-family:sans-serif;margin:8px}}</style></head><body><main><h1>Derivations</h1>{shown}</main>"
            f"<script>{assets.script()}</script></body></html>",
            encoding="utf-8",
        )
    frame = (
        '<!doctype html><meta charset=utf-8><iframe src="light.html" width=360 height=800 style="border:0"></iframe>'
    )
    (folder / "narrow.html").write_text(frame, encoding="utf-8")
    return payloads


def keyboard(page: Firefox) -> dict[str, bool]:
    """Open, try, move and show everything with keys alone."""
    there = f"document.getElementById('{HOST}')"
    button = "[...%s.querySelectorAll('button')].find((one) => one.textContent === '%s')"
    text = lambda query: page.run(f"return {there}.querySelector('{query}').textContent")  # noqa: E731
    page.run(f"{button % (there, 'Next line')}.focus()")
    page.press(ENTER, ENTER)
    found = {"Enter opens lines": text(".its-count") == "3 of 6 lines"}
    page.run(f"[...{there}.querySelectorAll('.its-try')].find((one) => !one.hidden).querySelector('input').focus()")
    page.press(*"p(1-p)^(k-1)")
    seen = f"return [...{there}.querySelectorAll('.its-try')].find((one) => !one.hidden)"
    found["the typed line is shown as MathML"] = page.run(f"{seen}.querySelectorAll('.its-seen math').length") == 1
    page.press(ENTER)
    verdicts = f"[...{there}.querySelectorAll('.its-verdict')]"
    praised = page.run(f"return {verdicts}.some((one) => !one.hidden && one.textContent === 'Right.')")
    found["Enter judges it, and a right line goes on"] = praised and text(".its-count") == "4 of 6 lines"
    time.sleep(1)
    found["the live region says the verdict"] = text(".its-live").startswith("Right.")
    before = [text(".its-values"), page.run(f"return {there}.querySelector('.its-plot').innerHTML")]
    page.run(f"{there}.querySelector('input[type=range]').focus()")
    page.press(*[ARROW_RIGHT] * 20)
    after = [text(".its-values"), page.run(f"return {there}.querySelector('.its-plot').innerHTML")]
    found["arrow keys move value and curve"] = all(a != b for a, b in zip(before, after, strict=True))
    page.run(f"{button % (there, 'Show all lines')}.focus()")
    page.press(ENTER)
    found["the place is not lost when a button goes grey"] = (
        page.run("return document.activeElement.className") == "its-line"
    )
    page.press(TAB)
    found["Tab goes on from there"] = page.run("return document.activeElement !== document.body")
    return found


def axe(page: Firefox) -> list[str]:
    """Return the rules of the axe engine that the page breaks."""
    page.run((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8") + "\nwindow.axe = axe;")
    script = "const done = arguments[0]; window.axe.run('main').then((r) => done(r.violations.map((one) => one.id)));"
    return page.run(script, later=True)


def main() -> int:
    """Run everything once and print it."""
    draw = random.Random(lines.SEED)
    made = lines.trials(EXPRESSIONS, draw)
    with tempfile.TemporaryDirectory() as name, firefox() as page:
        folder = Path(name)
        payloads = write_pages(folder)
        page.open((folder / "light.html").as_uri())
        results = keyboard(page)
        page.ask("WebDriver:Refresh", {})
        count = page.run(f"return document.getElementById('{HOST}').querySelector('.its-count').textContent")
        results["a reload keeps what was open"] = count == "6 of 6 lines"
        asked = [{"text": one.text, "tree": one.tree, "point": one.point} for one in made]
        said = page.run(f"return ({lines.EVALUATE})(arguments[0])", asked)
        off = sum(lines._off(x, one.exact) for one, both in zip(made, said, strict=True) for x in both if x is not None)
        results[f"{EXPRESSIONS:,} typed expressions have the values of mpmath ({off} differ)"] = off == 0
        corpus, times, bad = lines.hostile(LINES, draw, payloads), [], 0
        for start in range(0, LINES, BATCH):
            part = corpus[start : start + BATCH]
            judged = page.run(f"return ({lines.JUDGE})(arguments[0])", [list(line) for line in part])
            times += [took for _, took in judged]
            wrong = [
                (k, line) for line, (k, _) in zip(part, judged, strict=True) if ":" in k or line.wanted not in (None, k)
            ]
            bad += len(wrong)
        results[f"{LINES:,} lines of every kind get their verdict ({bad} do not)"] = bad == 0
        for theme in ("light", "dark"):
            page.open((folder / f"{theme}.html").as_uri())
            broken = axe(page)
            results[f"axe finds nothing in the {theme} page {broken or ''}".strip()] = not broken
            flat = "[...document.querySelectorAll('.its-line math')].filter((one) => one.getClientRects().length "
            results[f"mathematics is drawn ({theme})"] = (
                page.run(f"return {flat}&& !(one.getBoundingClientRect().height > 8)).length") == 0
            )
            results[f"no script error ({theme})"] = page.run("return window.faults.length") == 0
        page.open((folder / "narrow.html").as_uri())
        frame = page.ask("WebDriver:FindElement", {"using": "css selector", "value": "iframe"})["value"]
        page.ask("WebDriver:SwitchToFrame", {"element": frame[ELEMENT]})
        width = page.run("return [innerWidth, document.documentElement.scrollWidth]")
        results[f"at {width[0]} pixels nothing scrolls sideways (content {width[1]})"] = width[1] <= width[0] == 360
        print(f"Firefox {page.version}, headless, from a file, network closed")
        print(f"one typed line: median {statistics.median(times):.1f} ms, longest {max(times):.1f} ms")
    for what, held in results.items():
        print(f"{'held  ' if held else 'FAILED'}  {what}")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

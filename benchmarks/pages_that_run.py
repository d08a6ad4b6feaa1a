"""Every page that runs, run in a browser: what differs from its printed outputs, how long it takes, what it holds.

Each page is opened in Chromium from a plain static server, and what its cells show is compared before and after, words
and pictures. One lesson is timed in Chromium and Firefox, from the server and from a disk. Pages that are done are
kept in ``.cache/evidence`` and not run again while the run-time is of the same build.

``--pages setup/pass_at_k …`` runs these alone and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import evidence

sys.path.insert(0, str(evidence.ROOT / "tests"))

from axe_playwright_python.sync_playwright import Axe
from inference_scaling.site.chromium import chromium
from inference_scaling.site.firefox import Firefox, firefox
from inference_scaling.site.run import publish, runtime
from inference_scaling.site.serving import served
from playwright.sync_api import Browser, Page
from running import SHOWN

CODE = (
    "benchmarks/pages_that_run.py",
    "lib/inference_scaling/site/run",
    *(f"lib/inference_scaling/display/static/run/{name}" for name in publish.SCRIPTS),
)
KEPT = evidence.ROOT / ".cache/evidence/pages_that_run.json"
LESSON = "book/setup/pass_at_k"
TIMES = 3
LONGEST = 600_000
# Presses the button, runs the first cell, then all; seconds from one to the next.
TIMED = """async () => {
  const status = document.querySelector('.its-run [role=status]');
  const until = (test) => new Promise((resolve) => {
    const look = () => (test() ? resolve(performance.now() / 1000) : setTimeout(look, 5));
    look();
  });
  const idle = () => until(() => !document.querySelector('.its-run--busy'));
  const clicked = performance.now() / 1000;
  document.querySelector('.its-run > button').click();
  const ready = await until(() => status.textContent === 'Ready.' || status.querySelector('a'));
  if (status.querySelector('a')) return { refused: status.textContent };
  document.querySelector('.cell .its-run__buttons button').click();
  const first = await idle();
  document.querySelector('.its-run > .its-run__buttons button').click();
  const all = await idle();
  return {
    ready: ready - clicked, first: first - clicked, all: all - first, said: status.textContent,
    notes: document.querySelectorAll('.its-run__note').length,
  };
}"""
# An endless cell, stopped: seconds until the next one has its result.
STOPPED = """async () => {
  const until = (test) => new Promise((resolve) => {
    const look = () => (test() ? resolve(performance.now() / 1000) : setTimeout(look, 5));
    look();
  });
  const busy = () => document.querySelector('.its-run--busy'), field = document.querySelector('textarea');
  const run = (source) => {
    field.value = source;
    field.dispatchEvent(new Event('input'));
    document.querySelector('.cell .its-run__buttons button').click();
  };
  run('while True: pass');
  await new Promise((resolve) => setTimeout(resolve, 300));
  const start = performance.now() / 1000;
  document.querySelector('.its-run__stop').click();
  await until(() => !busy());
  run('1');
  const seconds = await until(() => !busy()) - start;
  document.querySelector('.its-run > .its-run__buttons button:last-child').click();
  return seconds;
}"""


def differing(before: list[Any], after: list[Any]) -> Iterator[dict[str, str]]:
    """Yield the cells that show something else than was printed, by number, with the first piece that differs."""
    for number, (old, new) in enumerate(zip(before, after, strict=True), start=1):
        # A page of the workshop shows nothing before a learner has run it.
        if old == ["", []]:
            continue
        if old[0] != new[0]:
            words = list(zip([*old[0].split(), ""], [*new[0].split(), ""], strict=False))
            one, other = next((pair for pair in words if pair[0] != pair[1]), ("", ""))
            yield {"cell": number, "printed": one[:40], "here": other[:40]}
        elif old[1] != new[1]:
            yield {"cell": number, "printed": "a picture", "here": "another picture"}


def run_page(page: Page, address: str, name: str) -> dict[str, Any]:
    """Run one page in Chromium; return times, cells and what was asked of which host."""
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(f"{address}/{name}.html")
    before = page.evaluate(SHOWN)
    found = page.evaluate(TIMED)
    if "refused" in found:
        return found
    after = page.evaluate(SHOWN)
    errors = page.evaluate("[...document.querySelectorAll('.its-run__error')].map((one) => one.textContent)")
    outside = [url for url in asked if not url.startswith((address, "blob:", "data:"))]
    changed = list(differing(before, after))
    return {**found, "cells": len(before), "differ": changed, "errors": errors, "failed": failed, "outside": outside}


def kept(build: str) -> dict[str, Any]:
    """Return the pages that were run with this build of the run-time."""
    if KEPT.is_file():
        found = json.loads(KEPT.read_text(encoding="utf-8"))
        if found["build"] == build:
            return found
    return {"build": build, "pages": {}}


def run_pages(browser: Browser, address: str, names: list[str], build: str) -> dict[str, Any]:
    """Run pages that were not yet run with this build, and keep each as soon as it is done."""
    found = kept(build)
    for name in names:
        if name in found["pages"]:
            continue
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(LONGEST)
        found["pages"][name] = one = run_page(page, address, name)
        page.close()
        print(name, json.dumps({key: value for key, value in one.items() if key != "outside"}), flush=True)
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps(found), encoding="utf-8")
    return found["pages"]


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from _family(int(child))


def _megabytes(pid: int) -> float:
    """Return what a process holds, of what it shares with others its part."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


def in_chromium(browser: Browser, address: str) -> tuple[list[dict[str, float]], float]:
    """Time the lesson; return the times, and the memory of the largest renderer in MB."""
    session, rows = browser.new_browser_cdp_session(), []
    for _ in range(TIMES):
        page = browser.new_context().new_page()
        page.goto(f"{address}/{LESSON}.html")
        rows.append({**page.evaluate(TIMED), "again": page.evaluate(STOPPED)})
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        memory = max(_megabytes(one["id"]) for one in processes if one["type"] == "renderer")
        page.context.close()
    return rows, memory


def in_firefox(browser: Firefox, address: str) -> tuple[list[dict[str, float]], float]:
    """Time the lesson; return the times, and the memory of the largest process of the pages in MB."""
    rows = []
    for _ in range(TIMES):
        browser.open(f"{address}/{LESSON}.html")
        timed = (
            browser.run(f"const done = arguments[0]; ({code})().then(done);", later=True) for code in (TIMED, STOPPED)
        )
        rows.append({**next(timed), "again": next(timed)})
    children = list(_family(browser.process))[1:]
    return rows, max(map(_megabytes, children))


def editing(browser: Browser, address: str) -> tuple[list[str], bool]:
    """Return the rules of axe that a page with open cells breaks, light or dark, and whether Tab leaves a field."""
    broken: set[str] = set()
    for scheme in ("light", "dark"):
        page = browser.new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme)
        page.goto(f"{address}/{LESSON}.html")
        page.evaluate(TIMED)
        page.evaluate(SHOWN)
        broken |= {one["id"] for one in Axe().run(page).response["violations"]}
        page.locator("textarea").first.focus()
        page.keyboard.press("Tab")
        left = page.evaluate("document.activeElement.tagName !== 'TEXTAREA'")
        page.close()
    return sorted(broken), left


def _why(one: dict[str, Any], trains: bool) -> str:
    if one.get("refused"):
        return one["refused"]
    if one["errors"]:
        return one["errors"][0].strip().splitlines()[-1][:120].replace("|", "/")
    if not one["differ"]:
        return ""
    first = one["differ"][0]
    said = f"cell {first['cell']} has `{first['here']}` for `{first['printed']}`".replace("|", "/")
    return f"trains or draws at random: {said}" if trains else said


def table(pages: dict[str, Any], trains: dict[str, bool]) -> str:
    """Return a row a page: cells, those that differ, seconds, why."""
    rows = ["| page | cells | differ | first result, s | all cells, s | why |", "|---|---|---|---|---|---|"]
    for name, one in sorted(pages.items()):
        short, why = name.removeprefix("book/"), _why(one, trains[name])
        if one.get("refused"):
            rows.append(f"| {short} | | | | | {why} |")
        else:
            row = f"{one['cells']} | {len(one['differ'])} | {one['first']:.1f} | {one['all']:.1f} | {why}"
            rows.append(f"| {short} | {row} |")
    return "\n".join(rows)


def timed(name: str, found: tuple[list[dict[str, float]], float]) -> str:
    """Return the row of one browser and one way to open the page: medians."""
    rows, memory = found
    first, every, again = (statistics.median(row[key] for row in rows) for key in ("first", "all", "again"))
    return f"| {name} | {first:.1f} | {every:.1f} | {again:.1f} | {memory:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", nargs="+", default=[])
    asked = parser.parse_args().pages
    root = evidence.ROOT
    folder = runtime.made(root)
    build = json.loads((folder / runtime.MANIFEST).read_text(encoding="utf-8"))["build"]
    site, disk = publish.published(root), publish.published(root, twins=True, into=Path("_build/offline"))
    lessons = {name: publish.page_of(cells)["differs"] for name, cells in publish._lessons(root)}
    # Without counts its cells say so, and nothing is printed on it that could differ.
    lessons.pop(publish.NUMBERS)
    names = [name for name in lessons if not asked or name.removeprefix("book/") in asked]
    with served(site) as address:
        with chromium() as browser:
            pages = run_pages(browser, address, names, build)
            if asked:
                return
            broken, left = editing(browser, address)
            rows = [timed("Chromium, from a server", in_chromium(browser, address))]
            rows.append(timed("Chromium, from a disk", in_chromium(browser, disk.as_uri())))
            version = browser.version
        with firefox() as other:
            rows.append(timed("Firefox, from a server", in_firefox(other, address)))
            rows.append(timed("Firefox, from a disk", in_firefox(other, disk.as_uri())))
            versions = f"Chromium {version}, Firefox {other.version}"
    cells = sum(one.get("cells", 0) for one in pages.values())
    differ = sum(len(one.get("differ", [])) for one in pages.values())
    outside = sorted({url for one in pages.values() for url in one.get("outside", [])})
    text = f"""{versions}, headless; {runtime.first_bytes(folder) / 1e6:.0f} MB before the first result.

## Every page

{len(pages)} pages with {cells:,} cells were run in Chromium from a plain static server. **{differ} cells show something
else** than the notebook's committed outputs, words and pictures compared letter by letter. Other hosts asked: \
{", ".join(outside) or "none"}. On a page with open cells, 360 pixels wide, light and dark, the axe engine finds \
{", ".join(broken) or "nothing"}, and Tab {"leaves" if left else "does not leave"} a field.

{table(pages, lessons)}

## One lesson, two browsers

`{LESSON}`, {TIMES} visits each, medians. "First result" counts from the click, the page being open; "again" from Stop
in an endless cell to the result of the next. Memory is that of the largest process of a page, with its part of what is
shared.

| | first result, s | all cells, s | again, s | MB |
|---|---|---|---|---|
{chr(10).join(rows)}
"""
    print(evidence.write("pages_that_run.md", "Every page run in a browser", CODE, text))


if __name__ == "__main__":
    main()

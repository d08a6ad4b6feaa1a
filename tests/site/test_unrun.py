"""Lessons that nobody runs: in a JupyterLab that sees them for the first time, and in a plain viewer.

A page asks before it shows, so no answer to a question may stand open anywhere. JupyterLab takes a notebook from
elsewhere for untrusted, and then it draws less: that is how most readers see a lesson first.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from inference_scaling.interactive import recall
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as LateError
from shares import a_third_of, third

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "book").rglob("*.ipynb"))
OURS = re.compile(r"application/vnd\.its\.([a-z]+)\+json")
# Without windows of cells every output is in the page, whether or not it was scrolled to; no news from elsewhere.
SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}

# What only the site reads: elsewhere these stand as they are written. In JupyterLab an extension sets theorems, which
# comes with `make lab`; a plain viewer shows their first line.
PLAIN_ROLES = ("{claim}", "{glue", "{cite")
ROLES = (*PLAIN_ROLES, "{prf:", ":::")
THEOREM = re.compile(r"^:{3,}\{prf:\w+\} *(.*)$", re.M)


@dataclass
class Promised:
    """What a lesson must show unrun, and what it must not."""

    pictures: int = 0
    formulas: int = 0
    theorems: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def add(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "derivation":
            self.formulas += len(payload["steps"])
        for one in payload["questions"] if kind == "recall" else ():
            fields = one["sets"][0]["fields"]
            self.questions += [
                recall.shown(text, fields) for text in (one["asks"], *(c["text"] for c in one["choices"]))
            ]
            self.answers += [recall.shown(choice["reply"], fields) for choice in one["choices"]]
        asked = payload if kind == "prediction" else payload.get("bet")
        if asked:
            told = asked.get("choices") or asked["beliefs"]
            self.questions += [asked["question"], *(one["text"] for one in asked.get("choices", ()))]
            self.answers += [asked["truth"], *(one["reply"] for one in told)]
        if asked and kind != "prediction":
            # Its picture answers the question, so it stands folded below it.
            self.answers.append(payload["finding"])
        else:
            drawn = kind in ("figure", "explorable", "ask", "tree", "race", "drawing")
            self.pictures += bool(drawn or payload.get("plot") or payload.get("dot"))


def promised(path: Path) -> Promised:
    found = Promised()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            found.theorems += THEOREM.findall("".join(cell["source"]))
        for output in cell.get("outputs", ()):
            for mime, payload in output.get("data", {}).items():
                if kind := OURS.fullmatch(mime):
                    found.add(kind[1], payload)
    return found


def spaced(text: str) -> str:
    return " ".join(text.split())


def faults(lesson: Promised, text: str, pictures: int, formulas: int, roles: tuple[str, ...] = ROLES) -> list[str]:
    """Return what is wrong with a lesson as it is shown: its visible text, and how many pictures and formulas."""
    text = spaced(text)
    found = [f"the question or choice {one!r} is not there" for one in lesson.questions if spaced(one) not in text]
    found += [f"the answer {one!r} stands open" for one in lesson.answers if spaced(one) in text]
    found += [f"the role {role} stands {text.count(role)} times as it is written" for role in roles if role in text]
    if pictures != lesson.pictures:
        found.append(f"{pictures} pictures are seen, {lesson.pictures} were drawn")
    if formulas < lesson.formulas:
        found.append(f"{formulas} formulas are seen, the derivations have {lesson.formulas} lines")
    return found


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """JupyterLab in a browser, with the lessons as a stranger's files: no kernel, no network, nothing trusted."""
    root = tmp_path_factory.mktemp("lab")
    shown, settings = root / "shown", root / "settings"
    shown.mkdir()
    settings.mkdir()
    for path in LESSONS:
        shutil.copy(path, shown)
    (settings / "overrides.json").write_text(json.dumps(SETTINGS))
    folders = ("HOME", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")
    own = {name: str(root / name.lower()) for name in (*folders, "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    command += [f"--ServerApp.root_dir={shown}", f"--LabApp.app_settings_dir={settings}"]
    command += ["--LabApp.extension_manager=readonly", "--LabApp.news_url="]
    command += ["--KernelSpecManager.ensure_native_kernel=False", "--KernelSpecManager.allowed_kernelspecs={'none'}"]
    with served_lab(command, os.environ | own) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.route("**/*", lambda route: route.continue_() if route.request.url.startswith(address) else route.abort())
        page.goto(f"{address}/lab?reset")
        page.wait_for_function("() => window.jupyterapp", timeout=120_000)
        page.evaluate("() => window.jupyterapp.restored")
        yield page
        page.close()


@contextmanager
def served_lab(command: list[str], environment: dict[str, str]) -> Iterator[str]:
    """Start JupyterLab at a port of its own and give its address once it answers there.

    Between the choice of a free port and its use somebody else may take it: then another one is tried.
    """
    said: list[str] = []
    for _ in range(3):
        port = free_port()
        server = subprocess.Popen(
            [*command, f"--port={port}"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        # A full pipe would stop it.
        drained = threading.Thread(target=lambda stream=server.stderr: said.extend(stream), daemon=True)
        drained.start()
        try:
            if answers(server, port):
                yield f"http://127.0.0.1:{port}"
                return
        finally:
            server.terminate()
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                # It may wait for a connection that the browser keeps; there is nothing of ours in it to save.
                server.kill()
                server.wait()
            drained.join()
            server.stderr.close()
    pytest.fail("JupyterLab did not start:\n" + "".join(said))


def answers(server: subprocess.Popen, port: int) -> bool:
    """Wait for a page of a server; say whether one came before the server ended."""
    for _ in range(1_000):
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=60):
            return True
        if server.poll() is not None:
            break
        time.sleep(0.2)
    return False


OPEN = """async path => {
  const widget = await window.jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'});
  await widget.context.ready;
  await widget.revealed;
  window.shown = widget;
}"""
# A picture counts where a person sees it: loaded, as wide as it was drawn, named, and in nothing that is folded.
LOOK = """() => {
  const outputs = [...window.shown.node.querySelectorAll('.jp-OutputArea-output')];
  const all = selector => outputs.flatMap(one => [...one.querySelectorAll(selector)]);
  const seen = one => one.checkVisibility() && one.complete && one.naturalWidth >= 400 && one.alt;
  return {
    pictures: all('img').filter(seen).length,
    formulas: all('mjx-container, .katex').length,
    theorems: [...window.shown.node.querySelectorAll('.myst-proof')].filter(one => one.checkVisibility())
      .map(one => one.querySelector('.myst-proof-title').innerText),
    text: window.shown.content.node.innerText,
    trusted: window.shown.model.sharedModel.cells.some(one => one.trusted),
    run: Boolean(window.shown.sessionContext.session?.kernel),
  };
}"""
COMPLETE = f"""([pictures, formulas, theorems]) => {{
  const found = ({LOOK})();
  return found.pictures >= pictures && found.formulas >= formulas && found.theorems.length >= theorems;
}}"""


# JupyterLab takes seconds for each: a third of the lessons in every run, another third after each change under them.
THIRD = third(LESSONS)
SHARES = [
    pytest.param(THIRD, id="a third"),
    pytest.param([path for path in LESSONS if path not in THIRD], id="the others", marks=pytest.mark.evidence),
]


# The longest test of the stage: a group, for those begin first.
@pytest.mark.xdist_group("lab")
@pytest.mark.parametrize("lessons", SHARES)
def test_lessons_opened_in_jupyterlab_show_their_pictures_and_no_answer(lab: Page, lessons: list[Path]) -> None:
    found = {}
    for path in lessons:
        lesson = promised(path)
        lab.evaluate(OPEN, path.name)
        with suppress(LateError):  # What is missing is named below.
            lab.wait_for_function(
                COMPLETE, arg=[lesson.pictures, lesson.formulas, len(lesson.theorems)], timeout=60_000
            )
        seen = lab.evaluate(LOOK)
        assert not seen["run"] and not seen["trusted"], f"{path.name} is not as a stranger sees it"
        found[path.name] = faults(lesson, seen["text"], seen["pictures"], seen["formulas"])
        # A theorem is set as one: under its kind, its number and its title, without the signs that mark it.
        found[path.name] += [
            f"the theorem {title!r} is not set: {seen['theorems']}"
            for title in lesson.theorems
            if not any(re.fullmatch(rf"[A-Z]\w+ \d+ \({re.escape(title)}\)", one.strip()) for one in seen["theorems"])
        ]
        lab.evaluate("() => window.shown.dispose()")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


FOLDED = re.compile(r"<details>.*?</details>", re.S)
TAG = re.compile(r"<[^>]*>")


@pytest.fixture(scope="module")
def viewer() -> HTMLExporter:
    return HTMLExporter(template_name="basic")


# A stored number has no form that a viewer shows, and needs none: it stands in the prose.
@pytest.mark.filterwarnings("ignore:Your element with mimetype:UserWarning")
@pytest.mark.parametrize("path", a_third_of(LESSONS, name=lambda path: path.stem))
def test_lesson_in_a_plain_viewer_shows_its_pictures_and_no_answer(viewer: HTMLExporter, path: Path) -> None:
    page, _ = viewer.from_filename(str(path))
    seen = FOLDED.sub("", page)
    pictures = len(re.findall(r'<img [^>]*src="data:image/svg\+xml;base64,[^"]+"', seen))
    lesson = promised(path)
    assert faults(lesson, html.unescape(TAG.sub("", seen)), pictures, seen.count("$$") // 2, PLAIN_ROLES) == []

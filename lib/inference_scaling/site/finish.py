"""Corrections to the theme's pages: menus, icons, landmarks and ids, and the search moved out of the way."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from ..display import assets
from . import icons, sheets

_SEARCH = files("inference_scaling.display") / "static" / "search"
SEARCH_PAGE = "search.html"
SEARCH_SCRIPT = "_static/its-search.js"
SHEET = "_static/its-page.css"

_ICON_SCRIPT = re.compile(r"\s*<(?:script|link)[^>]*fontawesome\.js[^>]*>(?:</script>)?")
# The theme puts the title beside, not inside, a landmark.
_TITLE = re.compile(r'<div class="sidebar-primary-item">(\s*<a class="navbar-brand)')
# The theme's scripts serve the first button of each menu, and measure this header: emptied, the visible buttons are
# the first.
_HEADER = re.compile(r'<header id="pst-header".*?</header>', re.S)
_MENU = re.compile(r'(<button class="sidebar-toggle [^"]*") title="Toggle (primary|secondary) sidebar"[^>]*>')
_MENU_NAMES = {"primary": "Site navigation", "secondary": "On this page"}
# The theme's search submits to the search page, which alone needs the index. Marks are set by our own script.
_SEARCH_SCRIPTS = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>')
_MARKS = re.compile(r'\s*<script src="[^"]*sphinx_highlight\.js[^"]*"></script>')
# The name that a screen reader says must be the words on the button.
_FOLD = re.compile(
    r'<details class="admonition hide above-input">\s*<summary[^>]*>\s*'
    r'<p class="collapsed[^>]*>([^<]*)</p>\s*<p class="expanded[^>]*>([^<]*)</p>\s*</summary>'
)
# Code, not what it printed: a table of numbers must keep its columns.
_CODE = re.compile(
    r'(<div class="highlight-(?:python|ipython3|bash|console|toml|json|default) notranslate">'
    r'<div class="highlight"><pre>)(?=<span></span>)(.*?)(</pre>)',
    re.S,
)
# Nothing of these is needed for the first sight of a page. A preload would take the line before the style sheet.
_PRELOAD = re.compile(r'\s*<link rel="preload" as="script"[^>]*>')
_SCRIPT = re.compile(r"<script (?=[^>]*\bsrc=)(?![^>]*\b(?:defer|async)\b)")
# An inline module waits as a deferred script does, and so finds what the scripts before it have made.
_OPTIONS = re.compile(r"<script>(?=DOCUMENTATION_OPTIONS\.)")
_SHEETS = re.compile(r'\s*<link(?=[^>]*\brel="stylesheet")[^>]*\bhref="([^"?]+)[^"]*"[^>]*>')
# A sheet that a page names in its body is of that page alone: joined with the others, it would be lost by a later build
# that sets only other pages anew.
_HEAD_ENDS = "</head>"
_BRAND = re.compile(r'(<a class="navbar-brand logo"[^>]*>)')
# Every colour hangs on the theme of the page. It is settled before the first paint; without scripts it is light.
_THEME = re.compile(r'(<html\b[^>]*\bdata-theme=)"auto"')
_STORED_THEME = 'localStorage.getItem("theme") || "auto"'
_RESOLVED_THEME = (
    'localStorage.getItem("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")'
)
_COMPONENT = re.compile(r'(<its-[a-z]+\b[^>]*? id=")([^"]+)"')
# Lessons come first in the contents: parts that are looked up, not read, are folded but for the one that is open.
_LOOKED_UP = ("Reference", "Evidence")
_PART = re.compile(
    rf'<p aria-level="2" class="caption" role="heading"><span class="caption-text">({"|".join(_LOOKED_UP)})</span></p>'
    r'(.*?)(?=<p aria-level="2" class="caption"|</div>)',
    re.S,
)
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')


def _unique(page: str) -> str:
    """Give a component whose id a section of its page already has an id of its own."""
    page = page.replace(' id="proof-content"', "")

    def own(found: re.Match[str]) -> str:
        taken = len(re.findall(rf'\sid="{re.escape(found[2])}"', page)) > 1
        return f'{found[1]}{found[2]}{"-figure" if taken else ""}"'

    return _COMPONENT.sub(own, page)


def _folded(page: str) -> str:
    def group(found: re.Match[str]) -> str:
        is_open = " open" if "current" in found[2] else ""
        return (
            f'<details class="its-contents"{is_open}><summary class="caption">'
            f'<span class="caption-text" role="heading" aria-level="2">{found[1]}</span></summary>{found[2]}</details>'
        )

    return _PART.sub(group, page)


def _lines(found: re.Match[str]) -> str:
    """Mark each line of a piece of code with its indent, so that a narrow screen can wrap it further in."""
    marked = []
    for line in found[2].splitlines(keepends=True):
        text = re.sub("<[^>]*>", "", line)
        indent = len(text) - len(text.lstrip(" "))
        style = f' style="--its-in:{indent}"' if indent else ""
        marked.append(f'<span class="its-line"{style}>{line}</span>')
    return "".join([found[1], *marked, found[3]])


def _light(page: str, sheet: str, waits: bool) -> str:
    """Let nothing but one style sheet, and scripts that cannot wait, stand between the page and its first sight."""
    page = _PRELOAD.sub("", page)
    if waits:
        page = _OPTIONS.sub('<script type="module">', _SCRIPT.sub("<script defer ", page))
    if not sheet:
        return page
    head, end, body = page.partition(_HEAD_ENDS)
    first = _SHEETS.search(head)
    if first is None:
        return page
    one = f'\n    <link rel="stylesheet" type="text/css" href="{sheet}" />'
    return head[: first.start()] + one + _SHEETS.sub("", head[first.start() :]) + end + body


def finished(page: str, *, searches: bool = False, sheet: str = "") -> str:
    """Return a page of the theme as it should have been written.

    Parameters
    ----------
    page
        HTML as written by Sphinx.
    searches
        Whether this is the search page: the only one that keeps the scripts and the index of the search, which count
        on finding one another at once.
    sheet
        Address of the one style sheet, which takes the place of all others; empty to leave them.

    Examples
    --------
    >>> finished('<p role="doc-biblioentry">Brown et al.</p>')
    '<p role="listitem">Brown et al.</p>'
    """
    page = _ICON_SCRIPT.sub("", page).replace('role="doc-biblioentry"', 'role="listitem"')
    page = _TITLE.sub(r'<div class="sidebar-primary-item" role="navigation" aria-label="Title">\1', page)
    page = _HEADER.sub('<header id="pst-header" class="bd-header"></header>', page)
    page = _MENU.sub(lambda found: f'{found[1]} aria-label="{_MENU_NAMES[found[2]]}">', page)
    page = _THEME.sub(r'\1"light"', page).replace(_STORED_THEME, _RESOLVED_THEME)
    page = _folded(_MARKS.sub("", page))
    page = _FOLD.sub(r'<details class="its-code"><summary><span>\1</span><span>\2</span></summary>', page)
    page = _CODE.sub(_lines, page)
    page = _BRAND.sub(lambda found: found[1] + assets.mark(), page)
    if searches:
        page = page.replace("</head>", f'<script defer src="{SEARCH_SCRIPT}"></script>\n</head>', 1)
    else:
        page = _SEARCH_SCRIPTS.sub("", page)
    return icons.drawn(_unique(_light(page, sheet, waits=not searches)))


def search_script(described: Mapping[str, str]) -> str:
    """Return the search page's script with what it knows: words that lead to pages, and what each page says of itself.

    Raises
    ------
    ValueError
        Where the table of words names a page that the book does not have.
    """
    words = json.loads((_SEARCH / "words.json").read_text(encoding="utf-8"))
    if missing := [name for name in words if name not in described]:
        raise ValueError(f"static/search/words.json leads to {missing[0]!r}, which is no page of the book")
    known = json.dumps({"words": words, "pages": described}, ensure_ascii=False, separators=(",", ":"))
    return (_SEARCH / "search.js").read_text(encoding="utf-8").replace('"KNOWN"', known, 1)


def _write_sheet(folder: Path, pages: Mapping[Path, str]) -> str:
    """Write the one style sheet from those that the pages name; return its address from the top of the site."""
    named = {
        (path.parent / found).resolve(): None
        for path, text in pages.items()
        for found in _SHEETS.findall(text.partition(_HEAD_ENDS)[0])
        if not found.endswith(SHEET)
    }
    target = folder / SHEET
    if named:
        known = set().union(*map(sheets.names_in_page, pages.values()))
        for script in (folder / "_static").rglob("*.js"):
            known |= sheets.names_in_script(script.read_text(encoding="utf-8"))
        target.write_text(sheets.joined(target.parent.resolve(), named, known), encoding="utf-8")
    version = hashlib.sha256(target.read_bytes()).hexdigest()[:8]
    return f"{SHEET}?v={version}"


def finish(folder: Path) -> None:
    """Finish every page of a built site, and write its one style sheet and the search page's script."""
    # The theme leaves its own templates among the static files: they are no pages.
    paths = (path for path in sorted(folder.rglob("*.html")) if "_static" not in path.relative_to(folder).parts)
    pages = {path: path.read_text(encoding="utf-8") for path in paths}
    sheet, described = _write_sheet(folder, pages), {}
    for path, before in pages.items():
        name = path.relative_to(folder).as_posix()
        if found := _DESCRIPTION.search(before):
            described[name.removesuffix(".html")] = html.unescape(found[1])
        if SHEET in before:
            continue
        after = finished(before, searches=name == SEARCH_PAGE, sheet="../" * name.count("/") + sheet)
        if after != before:
            path.write_text(after, encoding="utf-8")
    described.pop(SEARCH_PAGE.removesuffix(".html"), None)
    (folder / SEARCH_SCRIPT).write_text(search_script(described), encoding="utf-8")

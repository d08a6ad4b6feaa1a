"""The report as one HTML file that needs nothing else: no script, no other file, no network."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..display import markup
from ..display.palette import TOKENS
from .evaluation import EvaluationReport
from .result_tables import ResultTable

__all__ = ["Provenance", "as_page"]

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Provenance:
    """Where a report's numbers come from, so that somebody else can make them again.

    Attributes
    ----------
    files : tuple of (str, str)
        Name and SHA-256 of each file that was read.
    command : str
        What was typed.
    settings : tuple of (str, str)
        Name and value of what decides the numbers beside the files: seed, level, filters.
    """

    files: tuple[tuple[str, str], ...] = ()
    command: str = ""
    settings: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, paths: Iterable[str | Path], command: str = "", settings: Sequence[tuple[str, str]] = ()) -> Provenance:
        """Read the files once and keep their hashes."""
        files = tuple((Path(path).name, hashlib.sha256(Path(path).read_bytes()).hexdigest()) for path in paths)
        return cls(files, command, tuple(settings))

    def rows(self) -> list[tuple[str, str]]:
        """What the page shows: name and value."""
        rows = [(name, f"SHA-256 {digest}") for name, digest in self.files]
        if self.command:
            rows.append(("command", self.command))
        rows += self.settings
        packages = [f"{name} {version(name)}" for name in ("inference-scaling", "numpy", "scipy")]
        return [*rows, ("versions", ", ".join([*packages, f"Python {platform.python_version()}"]))]


def _table(found: ResultTable) -> Markup:
    # The first column of words names its row to a screen reader; where all are numbers, the first of them does.
    named = next((i for i, number in enumerate(found.numeric()) if not number), 0)
    inner = str(markup.table(found.head, found.shown(), class_="numbers", names_row=named))
    caption = f"<caption>{markup.escaped(found.caption)}</caption>"
    return Markup(inner.replace('<table class="numbers">', f'<table class="numbers">{caption}', 1))


def as_page(report: EvaluationReport, provenance: Provenance | None = None) -> str:
    """Return the report as one HTML page.

    Parameters
    ----------
    report : EvaluationReport
    provenance : Provenance, optional
        Shown at the end.

    Returns
    -------
    str
        A page that reads offline, in light and dark, on a phone, by a screen reader and on paper.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "table": _table,
        "figure": lambda one: Markup(one.lab_html()),
        "scrolling": lambda inner, label: Markup(markup.scrolling(inner, label)),
    }
    colours = {theme: {name: getattr(token, theme) for name, token in TOKENS.items()} for theme in ("light", "dark")}
    page = environment.get_template("report.html")
    rows = (provenance or Provenance()).rows()
    return page.render(report=report, rows=rows, colours=colours) + "\n"

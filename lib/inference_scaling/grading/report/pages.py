"""Pages from templates, which a school may replace by its own."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from markupsafe import Markup

from ...display.markup import coded
from ..shown import visible

__all__ = ["Bar", "Links", "PageTable", "Pages", "Plain", "text"]

TEMPLATES = Path(__file__).parent / "templates"
# The built-in templates under a second name, for templates that extend them under the same name.
BUILT_IN = "default"


@dataclass(frozen=True)
class Bar:
    """Shares of a whole as a bar for the eye; the numbers stand beside it."""

    shares: tuple[float, ...]


@dataclass(frozen=True)
class Links:
    """Words with the addresses of other files of the report, and how many more there would be."""

    targets: tuple[tuple[str, str], ...]
    more: int = 0


@dataclass(frozen=True)
class Plain:
    """What somebody else wrote, shown as it is: no sign in it means code or strong words."""

    plain: str


@dataclass(frozen=True)
class PageTable:
    """A table of numbers, sentences, `Plain`, `Bar` and `Links`; a long one may be searched."""

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    caption: str
    search: bool = False

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The name of each column, and whether it holds numbers alone."""
        numbers = [all(isinstance(row[i], (int, float)) for row in self.rows) for i in range(len(self.head))]
        return list(zip(self.head, numbers, strict=True))


def text(words: str) -> Markup:
    """Return a sentence as HTML: escaped, with code between backticks and strong words between double stars.

    Code may be a student's words: it keeps its direction of reading to itself.
    """
    marked = re.sub(r"^\*\*([^*]+)\*\*$", r"<strong>\1</strong>", coded(visible(words)))
    return Markup(marked.replace("<code>", "<code><bdi>").replace("</code>", "</bdi></code>"))


def _shown(value: Any) -> Any:
    """Return a value as a page may show it, whatever template does."""
    if isinstance(value, Markup):
        return Markup(visible(value))
    return visible(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Pages:
    """The report's pages.

    Attributes
    ----------
    own : Path, optional
        Folder of templates that replace built-in ones of the same name. They may extend or include those as
        ``default/NAME``. Whatever they show is escaped.

    Raises
    ------
    ValueError
        If the folder does not exist, or holds a template of another name or with a fault.
    """

    own: Path | None = None

    def __post_init__(self) -> None:
        if self.own is None:
            return
        if not self.own.is_dir():
            raise ValueError(f"--templates {self.own}: there is no such folder")
        known = sorted(path.name for path in TEMPLATES.iterdir())
        names = sorted(path.name for path in self.own.iterdir() if path.suffix in (".html", ".css"))
        if not set(names) & set(known):
            raise ValueError(f"--templates {self.own} holds none of {', '.join(known)}")
        for name in names:
            source = (self.own / name).read_text(encoding="utf-8")
            # Files that another one includes may have any name.
            if name not in known and not any(
                name in (self.own / other).read_text(encoding="utf-8") for other in names if other != name
            ):
                raise ValueError(
                    f"--templates {self.own / name}: there is no built-in template of this name, and no other file "
                    f"here uses it; there are {', '.join(known)}"
                )
            # A fault in a template is told now, not after an evening's run.
            with self._told(name):
                self._environment.parse(source, name)

    @cached_property
    def _environment(self) -> Environment:
        built_in = FileSystemLoader(TEMPLATES)
        own = [FileSystemLoader(self.own)] if self.own else []
        environment = Environment(
            loader=ChoiceLoader([*own, built_in, PrefixLoader({BUILT_IN: built_in})]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_shown,
        )
        environment.filters["text"] = text
        return environment

    @contextlib.contextmanager
    def _told(self, template: str) -> Iterator[None]:
        """Say where a template has a fault."""
        try:
            yield
        except TemplateSyntaxError as error:
            raise ValueError(f"template {error.name}, line {error.lineno}: {error.message}") from error
        except TemplateError as error:
            raise ValueError(f"template {template}: {error.message}") from error

    def render(self, template: str, **values: Any) -> str:
        """Return a page.

        Raises
        ------
        ValueError
            For a fault in a template: its syntax, or a value that the page does not have.
        """
        with self._told(template):
            return self._environment.get_template(template).render(values) + "\n"

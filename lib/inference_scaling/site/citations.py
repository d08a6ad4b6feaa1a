"""How the bibliography names its papers: as the text cites them, by author and year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pybtex.database import parse_file
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as Plain
from pybtex.style.labels import BaseLabelStyle

STYLE = "its"


@dataclass(frozen=True)
class Paper:
    """A paper as prose names it: `label` inside parentheses, ``Brown et al., 2024``; `sentence` as part of one."""

    label: str
    sentence: str
    title: str


def papers(path: Path) -> dict[str, Paper]:
    """Return the papers of a bibliography by key; none where there is no such file."""
    if not path.is_file():
        return {}
    entries = parse_file(str(path), bib_format="bibtex").entries
    return {key: Paper(label(entry), sentence(entry), _plain(entry.fields["title"])) for key, entry in entries.items()}


def _plain(text: str) -> str:
    return text.replace("{", "").replace("}", "")


def sentence(entry: Any) -> str:
    """Return a paper as the subject of a sentence: ``Brown et al. (2024)``."""
    authors, _, year = label(entry).rpartition(", ")
    return f"{authors} ({year})"


def label(entry: Any) -> str:
    """Return the label of one paper: ``Brown et al., 2024``; with two authors both are named."""
    names = [" ".join([*person.prelast_names, *person.last_names]) for person in entry.persons["author"]]
    others = names[-1:] == ["others"]
    authors = f"{names[0]} et al." if others or len(names) > 2 else " and ".join(names)
    return f"{_plain(authors)}, {entry.fields['year']}"


class AuthorYear(BaseLabelStyle):
    """Labels of author and year; pybtex's own are letters that occur nowhere in the text."""

    def format_labels(self, sorted_entries: Iterable[Any]) -> Iterator[str]:
        yield from map(label, sorted_entries)


class Style(Plain):
    default_label_style = AuthorYear
    default_sorting_style = "author_year_title"


def register() -> None:
    """Make the style known to the bibliography extension under the name ``its``."""
    register_plugin("pybtex.style.formatting", STYLE, Style)

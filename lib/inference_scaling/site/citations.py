"""How the bibliography names its papers: as the text cites them, by author and year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as Plain
from pybtex.style.labels import BaseLabelStyle

STYLE = "its"


def label(entry: Any) -> str:
    """Return the label of one paper: ``Brown et al., 2024``; with two authors both are named."""
    names = [" ".join([*person.prelast_names, *person.last_names]) for person in entry.persons["author"]]
    others = names[-1:] == ["others"]
    authors = f"{names[0]} et al." if others or len(names) > 2 else " and ".join(names)
    return f"{authors.replace('{', '').replace('}', '')}, {entry.fields['year']}"


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

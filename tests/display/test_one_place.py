"""Tables and numbers of pages have one builder each."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import inference_scaling
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling.display import markup, numbers

PACKAGE = Path(inference_scaling.__file__).parent
ROOMS = ("display", "figures", "interactive", "site", "classroom", "answers", "lessons")
SOURCES = [path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]


@pytest.mark.parametrize(
    ("pattern", "home"),
    [
        ("<(?:table|thead|tbody|tr|th|td)[ >]", "markup.py"),
        ('(?:replace|maketrans)\\("-[^"]*", "[−⁻]', "numbers.py"),
    ],
    ids=["tables", "numbers"],
)
def test_no_other_module_writes_its_own(pattern: str, home: str) -> None:
    found = {path.name for path in SOURCES if re.search(pattern, path.read_text(encoding="utf-8"))}
    assert found == {home}


class Read(HTMLParser):
    """The cells of a table as a reader sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.rows[-1][-1] += data


texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=6)


@given(st.lists(st.lists(texts, min_size=3, max_size=3), min_size=2, max_size=4))
def test_whatever_text_a_cell_holds_the_reader_sees_it(cells: list[list[str]]) -> None:
    reader = Read()
    reader.feed(markup.table(cells[0], cells[1:]))
    reader.close()
    assert reader.rows == cells


def test_markup_is_not_escaped_in_a_row_or_a_card() -> None:
    row = ["k", markup.Markup("<b>1</b>")]
    assert '<tr><th scope="row">k</th><td><b>1</b></td></tr>' in markup.table(["", "v"], [row])
    card = markup.Row([row[0], row[1]], {"id": "a", "data_kind": "x"})
    grouped = markup.grouped_table(["name", "v"], [("a < b", [card])], "Values")
    assert '<tr id="a" data-kind="x" role="row">' in grouped and ">a &lt; b</th>" in grouped
    assert '<td role="cell" data-head="v"><b>1</b></td>' in grouped


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: abs(x) < 1e300))
def test_a_number_is_shown_to_its_digits(x: float) -> None:
    shown = float(numbers.number(x, 3).replace("−", "-").replace(",", ""))
    assert shown == float(f"{x:.3g}")

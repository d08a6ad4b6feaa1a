"""The head of a lesson is one form that pages, checks and paths read."""

from __future__ import annotations

import nbformat
import pytest
from inference_scaling.site.header import Header, HeaderError, parse, parse_page, with_minutes, with_paths

HEAD = """# Diminishing returns

**After this page you can**

- say what the next sample adds,
  and what a target needs
- break it

**You need** [coverage](pass_at_k.ipynb), logarithms.

**Time** 35 minutes · **Runs in** 8 s · **Paths** afternoon, course
"""


def lesson(head: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(head)])


def test_header_is_read_whole() -> None:
    assert parse(lesson(HEAD)) == Header(
        title="Diminishing returns",
        goals=("say what the next sample adds,\n  and what a target needs", "break it"),
        needs="[coverage](pass_at_k.ipynb), logarithms.",
        minutes=35,
        seconds=8,
        paths=("afternoon", "course"),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# Diminishing", "Diminishing", "first line must be"),
        ("- break it\n", "", "2 to 4 goals"),
        ("**You need**", "You need", "You need"),
        ("35 minutes", "35 min", "N minutes"),
        (" · **Runs in** 8 s", "", "Runs in"),
        ("afternoon, course", "a week", "unknown path 'a week'"),
    ],
)
def test_missing_part_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(HeaderError, match=message):
        parse(lesson(HEAD.replace(old, new)))


def test_first_cell_must_be_text() -> None:
    with pytest.raises(HeaderError, match="first cell"):
        parse(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))


def test_a_page_without_code_needs_only_its_time_and_its_paths() -> None:
    page = "# Your own\n\n**Time** 10 minutes · **Paths** course\n\nText.\n"
    assert parse_page(page) == Header("Your own", (), "", minutes=10, seconds=0, paths=("course",))
    assert parse_page("# A page\n\nText.\n") is None
    with pytest.raises(HeaderError, match="unknown path 'week'"):
        parse_page(page.replace("course", "week"))


def test_a_new_time_or_other_paths_change_nothing_else() -> None:
    head = HEAD.replace("it needs", "35 minutes of it").replace("break it", "break it in 35 minutes")
    assert with_minutes(head, 5) == head.replace("**Time** 35", "**Time** 5")
    assert with_paths(head, ["course"]) == head.replace("afternoon, course", "course")

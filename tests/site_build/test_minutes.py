"""Paths that keep their word: a page's minutes are those of its contents, and a path those of its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from inference_scaling.site import minutes, paths
from inference_scaling.site.minutes import Contents

ROOT = Path(__file__).parents[2]
HEAD = """# {title}

**After this page you can**

- do this
- and that

**You need** {needs}

**Time** {time} minutes · **Runs in** 2 s · **Paths** {on}
"""


def lesson(
    folder: Path,
    name: str,
    *,
    time: int = 5,
    needs: str = "school mathematics.",
    on: str = "afternoon, course",
    words: int = 700,
) -> None:
    """Write a lesson; with its head it has about twenty words more than asked for."""
    head = HEAD.format(title=name.title(), needs=needs, time=time, on=on)
    cells = [nbformat.v4.new_markdown_cell(text) for text in (head, "word " * words)]
    path = folder / "book" / "part" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)) + "\n", encoding="utf-8")


def book(folder: Path, *names: str) -> Path:
    chapters = "".join(f"      - file: book/part/{name}\n" for name in names)
    contents = f"format: jb-book\nroot: book/index\nparts:\n  - caption: Part\n    chapters:\n{chapters}"
    (folder / "_toc.yml").write_text(contents, encoding="utf-8")
    return folder


def told(root: Path) -> str:
    return "\n".join(minutes.problems(root))


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run the command in a book's folder."""

    def run(root: Path, *arguments: str) -> Done:
        monkeypatch.chdir(root)
        capsys.readouterr()
        return Done(minutes.main([*arguments]), *capsys.readouterr())

    return run


def test_pages_that_take_the_time_they_claim_pass(tmp_path: Path) -> None:
    lesson(tmp_path, "one")
    lesson(tmp_path, "two", time=10, needs="[one](one.ipynb), a pencil.", words=1500)
    assert told(book(tmp_path, "one", "two")) == ""


def test_a_lesson_that_claims_too_few_minutes_is_named_with_the_right_number(tmp_path: Path) -> None:
    lesson(tmp_path, "one", words=4500)
    assert "one.ipynb: its head claims 5 minutes, and what it holds takes 30" in told(book(tmp_path, "one"))
    assert "write 30 minutes" in told(tmp_path)


def test_a_lesson_that_claims_too_many_minutes_is_named_too(tmp_path: Path) -> None:
    lesson(tmp_path, "one", time=60)
    assert "claims 60 minutes" in told(book(tmp_path, "one"))


@pytest.mark.parametrize(("time", "wrong"), [(30, False), (25, False), (35, False), (20, True), (40, True)])
def test_a_claim_may_be_a_quarter_off(tmp_path: Path, time: int, wrong: bool) -> None:
    lesson(tmp_path, "one", time=time, words=4480)  # half an hour
    assert ("one.ipynb" in told(book(tmp_path, "one"))) is wrong


def test_the_number_that_the_command_writes_is_always_accepted(tmp_path: Path, ran: Callable[..., Done]) -> None:
    for words in (1, 300, 1000, 1120, 1900):
        lesson(tmp_path, "one", time=90, words=words)
        assert ran(book(tmp_path, "one"), "--write").status == 0
        assert told(tmp_path) == ""


def test_an_afternoon_that_is_too_long_says_so(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        lesson(tmp_path, name, time=85 if name == "two" else 80, words=12_000)
    problem = told(book(tmp_path, "one", "two", "three"))
    assert (
        "'afternoon' adds up to 245 minutes, at most 240" in problem and "longest is book/part/two with 85" in problem
    )
    assert "'course'" not in problem


def test_a_prerequisite_that_is_not_on_the_path_is_named(tmp_path: Path) -> None:
    lesson(tmp_path, "one", on="course")
    lesson(tmp_path, "two", needs="[odds](one.ipynb#odds), a pencil.")
    problem = told(book(tmp_path, "one", "two"))
    assert "two.ipynb: its head says '**You need**' book/part/one, which is not on the path 'afternoon'" in problem
    assert "'course'" not in problem


def test_a_prerequisite_that_comes_later_is_named(tmp_path: Path) -> None:
    lesson(tmp_path, "one", needs="[two](../part/two.ipynb).")
    lesson(tmp_path, "two")
    assert "book/part/two, which comes later on the path 'course'" in told(book(tmp_path, "one", "two"))


def test_a_need_that_is_no_lesson_is_nobody_s_prerequisite(tmp_path: Path) -> None:
    lesson(tmp_path, "one", needs="[a word](../reference/glossary.md#odds), [a paper](https://example.org/a.md).")
    assert told(book(tmp_path, "one")) == ""


def test_a_page_without_code_can_be_a_stop(tmp_path: Path, ran: Callable[..., Done]) -> None:
    lesson(tmp_path, "one")
    page = tmp_path / "book" / "part" / "own.md"
    page.write_text("# Your own\n\n**Time** 45 minutes · **Paths** course\n\n" + "word " * 700, encoding="utf-8")
    assert "own.md: its head claims 45 minutes, and what it holds takes 5" in told(book(tmp_path, "one", "own"))
    assert ran(tmp_path, "--write").status == 0
    assert "**Time** 5 minutes · **Paths** course\n" in page.read_text(encoding="utf-8")
    assert [stop.name for stop in paths.lessons(tmp_path)] == ["book/part/one", "book/part/own"]


def test_a_head_that_cannot_be_read_is_named_and_the_other_pages_are_still_checked(tmp_path: Path) -> None:
    lesson(tmp_path, "one", on="a week")
    lesson(tmp_path, "two", words=4500)
    problem = told(book(tmp_path, "one", "two"))
    assert "book/part/one.ipynb: unknown path 'a week'; known: afternoon, course" in problem
    assert "two.ipynb: its head claims 5 minutes" in problem


def test_writing_changes_the_time_and_no_other_byte(tmp_path: Path, ran: Callable[..., Done]) -> None:
    lesson(tmp_path, "one", time=60)
    path = book(tmp_path, "one") / "book" / "part" / "one.ipynb"
    before = path.read_text(encoding="utf-8")
    done = ran(tmp_path, "--write")
    assert "book/part/one: 60 → 5 minutes" in done.out and "afternoon: 1 pages, 5 minutes claimed" in done.out
    assert path.read_text(encoding="utf-8") == before.replace("60 minutes", "5 minutes")


def test_pages_are_put_on_a_path_and_taken_off_it_by_one_command(tmp_path: Path, ran: Callable[..., Done]) -> None:
    lesson(tmp_path, "one")
    lesson(tmp_path, "two", on="course")
    root = book(tmp_path, "one", "two")
    assert ran(root, "--on", "afternoon", "part/two").status == 0
    assert {stop.name: stop.header.paths for stop in paths.lessons(root)} == {
        "book/part/one": ("course",),
        "book/part/two": ("afternoon", "course"),
    }


def test_an_unknown_page_or_path_is_refused_and_nothing_is_written(tmp_path: Path, ran: Callable[..., Done]) -> None:
    lesson(tmp_path, "one")
    path = book(tmp_path, "one") / "book" / "part" / "one.ipynb"
    before = path.read_bytes()
    assert "book/part/lost is no lesson" in ran(tmp_path, "--on", "afternoon", "part/lost").err
    assert "unknown path 'week'; known: afternoon, course" in ran(tmp_path, "--on", "week", "part/one").err
    assert path.read_bytes() == before


def test_no_page_is_left_without_a_path(tmp_path: Path, ran: Callable[..., Done]) -> None:
    lesson(tmp_path, "one", on="afternoon")
    lesson(tmp_path, "two")
    done = ran(book(tmp_path, "one", "two"), "--on", "afternoon", "part/two")
    assert done.status == 1 and "book/part/one would be on no path" in done.err
    assert [stop.header.paths for stop in paths.lessons(tmp_path)] == [("afternoon",), ("afternoon", "course")]


def test_the_command_fails_where_something_is_wrong(tmp_path: Path, ran: Callable[..., Done]) -> None:
    lesson(tmp_path, "one", words=4500)
    done = ran(book(tmp_path, "one"))
    assert done.status == 1 and "claims 5 minutes" in done.err


def test_the_formula_counts_what_a_reader_sees(tmp_path: Path) -> None:
    text = "Two words $x + y$.\n\n:::{prf:theorem} T\n:label: thm-t\n\nText.\n\n:::\n\n```python\na = 1\n\nb = 2\n```\n"
    shown = nbformat.v4.new_code_cell("a = 1\n\nb = 2")
    folded = nbformat.v4.new_code_cell("c = 3", metadata={"tags": ["hide-input"]})

    def output(kind: str, **data: object) -> nbformat.NotebookNode:
        return nbformat.v4.new_output("display_data", {f"application/vnd.its.{kind}+json": data, "text/plain": "x"})

    kinds = ("figure", "drawing", "prediction", "ask", "box", "explorable", "tree", "value")
    folded.outputs = [*map(output, kinds), output("derivation", steps=[1, 2, 3])]
    path = tmp_path / "page.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text), shown, folded])
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    assert minutes.contents(path) == Contents(4, 4, 1, 3, 2, 2, 2, 1)


def test_of_a_console_only_the_commands_are_code(tmp_path: Path) -> None:
    path = tmp_path / "own.md"
    path.write_text(
        "Try.\n\n```console\n$ plan it\nk = 4\n```\n\n```text\na,b\n```\n\n```{paths}\n```\n", encoding="utf-8"
    )
    assert minutes.contents(path) == Contents(words=1, code=1)


def test_the_formula_is_the_one_that_is_stated() -> None:
    one_each = Contents(150, 60, 2, 2, 4, 1, 1, 1)
    assert one_each.minutes == pytest.approx(1 + 7 + 3 + 3 + 3 + 2 + 4 + 4)


def test_the_build_stops_at_a_page_that_promises_too_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from inference_scaling.site import build, claims, values

    lesson(tmp_path, "one", words=4500)
    root = book(tmp_path, "one")
    monkeypatch.chdir(root)
    monkeypatch.setattr(claims, "report", lambda _: 0)
    monkeypatch.setattr(values, "report", lambda _: 0)
    monkeypatch.setattr(build, "pages", lambda _: pytest.fail("pages were made"))
    assert build.build(verify=False) == 1


def test_each_path_of_the_book_keeps_its_word() -> None:
    assert told(ROOT) == ""

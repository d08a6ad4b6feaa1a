"""The workshop's pages: what a reader of the site sees of a notebook in which others write."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from inference_scaling.classroom import release
from inference_scaling.lessons import registry
from inference_scaling.site import stamps, workshop
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[2]
BUILT = [part for part in registry.parts() if part in registry.WORKSHOP]


@pytest.fixture(params=BUILT)
def shown(request):
    return nbformat.read(ROOT / "book" / registry.notebook(request.param), as_version=4)


def outputs(cell):
    return [output.get("text") or output["data"].get("text/plain") for output in cell.outputs]


def test_the_committed_pages_are_what_the_sources_make():
    for place, text in workshop.pages(ROOT).items():
        assert (ROOT / place).read_text(encoding="utf-8") == text, f"{place}: run the command"


def test_worked_examples_show_what_they_print_and_answers_are_left_to_the_learner(shown):
    code = [cell for cell in shown.cells if cell.cell_type == "code"]
    assert sum(bool(cell.outputs) for cell in code) >= 3
    for cell in code:
        mark = cell.metadata.nbgrader
        if mark.solution:
            assert "..." in cell.source and release.BEGIN not in cell.source
        if mark.solution or mark.grade:
            assert not cell.outputs


def test_no_page_shows_what_only_a_right_answer_prints(shown):
    for cell in shown.cells:
        for text in outputs(cell) if cell.cell_type == "code" else ():
            assert ": right, " not in text and "All tasks are right" not in text


def test_pages_are_made_and_not_executed():
    assert not [path for path in stamps.notebooks(ROOT) if path.parent == ROOT / "book" / "workshop"]
    assert {path.name for path in (ROOT / "exercises/source/workshop").glob("*.ipynb")} <= {
        path.name for path in stamps.notebooks(ROOT)
    }


def cell(source, **mark):
    return new_code_cell(source, metadata={"nbgrader": mark} if mark else {})


def test_what_uses_an_answer_by_whatever_way_shows_nothing():
    notebook = new_notebook(
        cells=[
            cell("given = 3"),
            cell("def mine(x):\n    return x", solution=True),
            new_markdown_cell("text"),
            cell("twice = [mine(x) for x in range(given)]"),
            cell("total = sum(twice)"),
            cell("given + 1"),
            # Inside of what the learner writes, x was a name of its own.
            cell("x = given"),
            cell("mine = twice = total = 0"),
            cell("mine + total"),
            cell("check(given)", grade=True),
        ]
    )
    asked = list(workshop.depends_on_answers(notebook))
    assert asked == [False, True, False, True, True, False, False, False, False, True]


def test_a_page_that_differs_is_named_and_left_alone_when_only_asked(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(workshop, "project_root", lambda _: tmp_path)
    monkeypatch.setattr(workshop, "pages", lambda _: {Path("book/workshop/one.ipynb"): "new\n"})
    assert workshop.main(["--check"]) == 1
    assert "book/workshop/one.ipynb: differs" in capsys.readouterr().out
    assert not (tmp_path / "book").exists()
    assert workshop.main([]) == 0
    assert (tmp_path / "book/workshop/one.ipynb").read_text() == "new\n"
    assert workshop.main(["--check"]) == 0

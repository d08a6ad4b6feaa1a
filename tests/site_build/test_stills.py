"""Committed pictures are the ones drawn from the data beside them; what is not is named with file and cell."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from inference_scaling import figures
from inference_scaling.display.output import MIME, rounded
from inference_scaling.display.still import MARKDOWN, PLAIN, SVG
from inference_scaling.lessons.theorem import predictions
from inference_scaling.site import notebooks, sphinx_ext, stamps, stills

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 40_000
FIGURE = figures.lines(
    [1, 2], {"one": [0.25, 0.4375]}, finding="Two give {two:.4f}.", x_axis="k", y_axis="p", two=0.4375
)


def bundle(shown: Any) -> dict[str, Any]:
    return {PLAIN: shown.text(), MIME.format(kind=shown.kind): rounded(shown.payload())}


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A notebook as a run leaves it: data and text, no picture."""
    notebook = nbformat.v4.new_notebook(metadata=notebooks.METADATA)
    for position, shown in enumerate((FIGURE, predictions.T1), start=1):
        cell = nbformat.v4.new_code_cell("shown", execution_count=position)
        cell.outputs = [nbformat.v4.new_output("execute_result", bundle(shown), execution_count=position)]
        notebook.cells.append(cell)
    path = tmp_path / "book" / "lesson.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    return path


def data(path: Path, cell: int = 0) -> dict[str, Any]:
    return nbformat.read(path, as_version=4).cells[cell].outputs[0].data


def altered(path: Path, change: Callable[[dict[str, Any]], object], cell: int = 0) -> list[str]:
    """Return what is found wrong with a notebook after a change of one output."""
    notebook = nbformat.read(path, as_version=4)
    change(notebook.cells[cell].outputs[0].data)
    return list(stills.problems(notebook))


def test_pictures_are_drawn_from_the_data_alone_and_a_second_time_nothing_changes(lesson: Path) -> None:
    assert notebooks.draw(lesson)
    assert data(lesson)[SVG].startswith("<svg") and "<img" in data(lesson)[MARKDOWN]
    assert SVG not in data(lesson, 1) and "<img" not in data(lesson, 1)[MARKDOWN]
    drawn = lesson.read_bytes()
    stills._forms.cache_clear()
    assert not notebooks.draw(lesson)
    assert lesson.read_bytes() == drawn
    assert list(stills.problems(nbformat.read(lesson, as_version=4))) == []


def test_a_picture_makes_no_stamp_old_and_a_number_does(lesson: Path) -> None:
    before = stamps.stamp(lesson, "ground")
    notebooks.draw(lesson)
    assert stamps.stamp(lesson, "ground") == before
    lesson.write_text(lesson.read_text().replace("0.4375", "0.4376"))
    assert stamps.stamp(lesson, "ground") != before


@pytest.mark.parametrize(
    ("cell", "change", "problem"),
    [
        (0, lambda data: data.pop(SVG), "its figure has no image/svg+xml; `python -m inference_scaling.site.notebooks"),
        (0, lambda data: data.pop(MARKDOWN), "its figure has no text/markdown"),
        (0, lambda data: data.update({SVG: data[SVG].replace("0.4375", "0.4376")}), "not the one drawn from its data"),
        (0, lambda data: data[MIME.format(kind="figure")]["series"][0]["y"].reverse(), "not the one drawn from"),
        (0, lambda data: data[MIME.format(kind="figure")].pop("finding"), "no picture can be drawn from the data"),
        (1, lambda data: data.update({PLAIN: predictions.T1.finding}), "the text of its prediction is not the one"),
        (1, lambda data: data.update({SVG: "<svg/>"}), "its prediction holds image/svg+xml, which does not follow"),
        (1, lambda data: data.update({MARKDOWN: predictions.T1.finding}), "picture or text (text/markdown)"),
    ],
)
def test_what_does_not_follow_from_the_data_is_named(
    lesson: Path, cell: int, change: Callable[[dict[str, Any]], object], problem: str
) -> None:
    notebooks.draw(lesson)
    found = altered(lesson, change, cell)
    assert found and all(one.startswith(f"code cell {cell + 1}: ") for one in found)
    assert any(problem in one for one in found), found


def test_an_output_without_our_data_may_hold_no_picture_and_no_markdown() -> None:
    for mime in (SVG, MARKDOWN):
        output = nbformat.v4.new_output("display_data", {PLAIN: "x", mime: "x"})
        assert any(f"holds {mime}" in one for one in notebooks._output_problems(output))


def test_the_build_of_the_pages_names_file_and_cell(lesson: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = SimpleNamespace(env=SimpleNamespace(doc2path=lambda name: f"{name}.ipynb"))
    logger = logging.getLogger("sphinx." + sphinx_ext.__name__)
    logger.addHandler(caplog.handler)
    try:
        sphinx_ext._compare_pictures(app, "book/lesson", [lesson.read_text()])
        assert any("code cell 1: its figure has no" in record.getMessage() for record in caplog.records)
        assert {record.location for record in caplog.records} == {"book/lesson"}
        caplog.clear()
        notebooks.draw(lesson)
        sphinx_ext._compare_pictures(app, "book/lesson", [lesson.read_text()])
        assert caplog.records == []
    finally:
        logger.removeHandler(caplog.handler)


def test_committed_pictures_are_small() -> None:
    large = {}
    for path in stamps.notebooks(ROOT):
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        for position, cell in enumerate(cells, start=1):
            for output in cell.outputs:
                size = len(output.get("data", {}).get(SVG, "").encode())
                if size > LARGEST:
                    large[f"{path.name}, code cell {position}"] = size
    assert not large, f"more than {LARGEST} bytes: fewer points, or numbers with fewer digits"


def test_command_draws_a_notebook_and_names_one_that_it_cannot(
    lesson: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert notebooks._draw_all([lesson], lesson.parent) == 0
    assert capsys.readouterr().out == "lesson.ipynb: rewritten\n"
    before = lesson.read_text()
    lesson.write_text(before.replace('"form": "plot"', '"form": "cake"'))
    spoiled = lesson.read_text()
    assert spoiled != before
    assert notebooks._draw_all([lesson], lesson.parent) == 1
    assert "lesson.ipynb: its data cannot be drawn, the file is as it was: KeyError('cake')" in capsys.readouterr().err
    assert lesson.read_text() == spoiled

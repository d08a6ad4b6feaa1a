"""Three kinds of cells are told apart by what they hold, and marking changes nothing else."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling.site import cell_kinds, notebooks
from inference_scaling.site.cell_kinds import CellError, Kind

ROOT = Path(__file__).resolve().parents[2]
LESSON = Path("book/theorem/one.ipynb")
IMPORTS = """import numpy as np

import inference_scaling as its
from inference_scaling import figures
from inference_scaling.interactive.search_tree import SearchTree
from inference_scaling.lessons.theorem import derivations, predictions
from inference_scaling.site.claims import glue
from inference_scaling.sources import recorded"""
FIGURE = "figures.lines(k, {'one problem': reached}, x_axis='k', y_axis='coverage', finding='It rises.')"
M, D, T = Kind.MACHINERY, Kind.DRAWS, Kind.TEACHES


def notebook(*cells: str, **prose: str):
    """Return a notebook of code cells after the imports; `after_2="…"` puts prose behind the second."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A lesson")])
    for at, source in enumerate((IMPORTS, *cells)):
        made.cells.append(nbformat.v4.new_code_cell(source, execution_count=at + 1))
        if text := prose.get(f"after_{at}"):
            made.cells.append(nbformat.v4.new_markdown_cell(text))
    return made


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        # Shown by name, and stored.
        (["predictions.T1"], [M]),
        (["from inference_scaling.lessons.theorem.explorables import ROC\n\nROC"], [M]),
        (["from inference_scaling.classroom import box\n\nbox('T-1')"], [M]),
        (["x = 1 / 4", "glue('share', x)"], [M, M]),
        (["for x in (1, 2):\n    glue(f'share-{x}', x)"], [M]),
        # The library is the subject; a table or an interval is everyday.
        (["k = np.arange(9)\nreached = its.coverage(0.1, k)", FIGURE], [T, D]),
        (["programs = recorded.load('humaneval_codet')\nprograms"], [T]),
        (["print(its.coverage(0.1, 4))"], [T]),
        (["a, b = np.ones(4), np.zeros(4)\ngap = its.paired_interval(a, b)\nprint(gap.value)"], [D]),
        # What computes is as visible as what uses it.
        (["k = np.arange(9)\nreached = k / 9", FIGURE], [D, D]),
        (["k = np.arange(9)", "reached = its.coverage(0.1, k)", FIGURE], [T, T, D]),
        (["k = np.arange(9)", "k = 4", "print(its.coverage(0.1, k))"], [T, T, T]),
        (["def half(x):\n    return x / 2", "print(half(3))"], [D, D]),
        (["def half(x):\n    return x / 2", "reached = its.coverage(half(1), 3)"], [T, T]),
        # A name that is bound anew is another one.
        (["name = 'a'\nprint(name)", "name = 'b'\nprint(its.coverage(0.1, 3), name)"], [D, T]),
        (["x = 3\nprint(x)", "print(its.coverage(0.1, max(x for x in (1, 2))))"], [D, T]),
        # Checks, by what they show.
        (["x = 2\nassert x == 2"], [M]),
        (["for p in (0.1, 0.2):\n    assert np.isclose(its.coverage(p, 1), p)"], [D]),
        # A function that returns a figure draws; a tree made on the page does.
        (["def plot(k, reached):\n    return figures.lines(k, reached)", "plot([1], [2])"], [D, D]),
        (["SearchTree('beam', 1, 2, 'finding')"], [D]),
        (["try:\n    its.pass_at_k(20, 3, 21)\nexcept ValueError as error:\n    print(error)"], [T]),
        # A stub is the reader's.
        (["answer = ..."], [T]),
    ],
)
def test_a_cell_is_told_by_its_content(cells: list[str], wanted: list[Kind]) -> None:
    assert cell_kinds.kinds(notebook(*cells)) == [M, *wanted]


@pytest.mark.parametrize("told", ["Change `x` and run it.", "Look at it. Put your own number in.", "**Set** it to 4."])
def test_what_the_reader_is_told_to_change_is_shown(told: str) -> None:
    assert cell_kinds.kinds(notebook("x = 3\nprint(x)")) == [M, D]
    assert cell_kinds.kinds(notebook("x = 3\nprint(x)", after_0=told)) == [M, T]
    assert cell_kinds.kinds(notebook("x = 3\nprint(x)", after_1=told)) == [M, T]
    # A component has nothing that could be changed in its cell.
    assert cell_kinds.kinds(notebook("predictions.T1", after_0=told)) == [M, M]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("k = its.coverage(0.1, 3)\nglue('k', k)", "code cell 2, line 2: its kind cannot be told: .*move `glue` to"),
        ("reached = its.coverage(0.1, 3)\nprint(its.coverage(0.1, 2))\npredictions.T1", "line 3: .*split it here"),
        ("for k in (1, 2):\n    figures.lines(k, k)", "line 1: .*give it a cell of its own"),
        ("figures.lines(1, 1)\nprint(1)", "line 1: .*shown only as the last line"),
        ("print(1\n", "line 1: its kind cannot be told, because it is no Python"),
        ("%matplotlib inline", "code cell 2, line 1: .*IPython belongs into a terminal"),
    ],
)
def test_a_cell_whose_kind_cannot_be_told_is_named(tmp_path: Path, cell: str, problem: str) -> None:
    with pytest.raises(CellError, match=problem):
        cell_kinds.kinds(notebook(cell))
    path = tmp_path / "book" / "one.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook(cell), path)
    assert any(problem.split(":")[0].split(", ")[-1] in found for found in notebooks.problems(path))


def test_a_figure_in_a_cell_that_teaches_is_named_and_split_with_its_output() -> None:
    computing = "k = np.arange(9)\n# The law.\nreached = its.coverage(0.1, k)"
    mixed = notebook(f"{computing}\nglue('last', reached[-1])\n{FIGURE}", "print(its.coverage(reached, 2))")
    stored = nbformat.v4.new_output("display_data", {"application/papermill.record/text/plain": "0.6"})
    drawn = nbformat.v4.new_output("execute_result", {"text/plain": "It rises."}, execution_count=2)
    mixed.cells[2].outputs = [stored, drawn]
    with pytest.raises(CellError, match=r"line 4: .*stores a value"):
        cell_kinds.kinds(mixed)
    assert any("line 5" in found and "also draws" in found for found in cell_kinds.problems(mixed, LESSON))
    assert cell_kinds.split(mixed, LESSON)
    code = [cell for cell in mixed.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code[1:4]] == [
        computing,
        FIGURE,
        "glue('last', reached[-1])",
    ]
    assert [cell.outputs for cell in code[1:4]] == [[], [drawn], [stored]]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5] and drawn.execution_count == 3
    assert cell_kinds.kinds(mixed) == [M, T, D, M, T]
    assert not cell_kinds.split(mixed, LESSON), "splitting twice is splitting once"


@pytest.mark.parametrize(
    "cell",
    [
        # Stored later, the value would be another one.
        "x = its.coverage(0.1, 3)\nglue('x', x)\nx = its.coverage(0.1, 4)\nprint(x)",
        # Two statements in a line.
        "x = its.coverage(0.1, 3); glue('x', x)",
        # The value in the middle would be displayed.
        "x = its.coverage(0.1, 3)\nits.coverage(0.1, 2)\nglue('x', x)",
    ],
)
def test_what_a_split_would_change_stays_and_is_named(cell: str) -> None:
    mixed = notebook(cell)
    assert not cell_kinds.split(mixed, LESSON)
    assert any("also stores" in found for found in cell_kinds.problems(mixed, LESSON))


def test_marks_are_the_standard_tags_and_a_wrong_one_is_named() -> None:
    lesson = notebook("k = its.coverage(0.1, 3)", "print(k)", "glue('k', k)")
    assert sum("has no tag" in found for found in cell_kinds.problems(lesson, LESSON)) == 3
    assert cell_kinds.mark(lesson, LESSON)
    imports, teaches, draws, stores = (cell.metadata for cell in lesson.cells if cell.cell_type == "code")
    assert imports == stores == {"tags": ["remove-input"], "jupyter": {"source_hidden": True}}
    assert teaches == {} and draws == {"tags": ["hide-input"]}
    assert not list(cell_kinds.problems(lesson, LESSON))
    draws["tags"] = ["remove-input", "mine"]
    found = list(cell_kinds.problems(lesson, LESSON))
    assert len(found) == 1 and "code cell 3: has remove-input, but it only draws" in found[0], found
    assert cell_kinds.mark(lesson, LESSON)
    assert lesson.cells[3].metadata["tags"] == ["mine", "hide-input"]


def test_nothing_is_folded_where_readers_work() -> None:
    for path in (Path("exercises/source/theorem.ipynb"), Path("book/workshop/one.ipynb")):
        given_out = notebook("x = 1", "print(x)")
        given_out.cells[1].metadata["tags"] = ["hide-input"]
        assert any("it is worked in" in found for found in cell_kinds.problems(given_out, path))
        cell_kinds.mark(given_out, path)
        assert not any(cell.metadata for cell in given_out.cells)
        assert not cell_kinds.split(given_out, path)


def test_a_shown_line_wider_than_the_page_is_named() -> None:
    line = f"reached = its.coverage(0.1, 3)  # {'x' * 60}"
    lesson = notebook(f"k = 1\n{line}")
    cell_kinds.mark(lesson, LESSON)
    found = list(cell_kinds.problems(lesson, LESSON))
    assert found == [f"code cell 2, line 2: {len(line)} characters; {cell_kinds.LINE} fit on a page, so break the line"]
    folded = notebook(f"print(1)  # {'x' * 90}")
    cell_kinds.mark(folded, LESSON)
    assert not list(cell_kinds.problems(folded, LESSON))


PIECES = [
    "k = np.arange(1, 9)",
    "reached = its.coverage(0.1, k)",
    "x = 3",
    "x += 1",
    "print(x)",
    "glue('x', x)",
    "for i in k:\n    print(i)\n    glue(f'x-{i}', x)",
    "assert x > 2",
    "predictions.T1",
    "def half(value):\n    return value / 2",
    "print('a',\n      x,\n      k)",
    "k",
    FIGURE,
    "# Only words.",
]
CELL = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(CELL, max_size=6))
def test_marking_twice_is_marking_once_and_never_touches_a_source(cells: list[str]) -> None:
    lesson = notebook(*cells)
    before = [cell.source for cell in lesson.cells]
    cell_kinds.mark(lesson, LESSON)
    once = copy.deepcopy(lesson)
    assert not cell_kinds.mark(lesson, LESSON)
    assert lesson == once and [cell.source for cell in lesson.cells] == before
    # Splitting loses no line and keeps the order of what computes; done twice it changes nothing.
    lines = sorted(line for source in before for line in source.splitlines())
    cell_kinds.split(lesson, LESSON)
    assert sorted(line for cell in lesson.cells for line in cell.source.splitlines()) == lines
    assert not cell_kinds.split(lesson, LESSON)


def test_the_command_marks_and_splits_without_a_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_toc.yml").write_text((ROOT / "_toc.yml").read_text())
    (tmp_path / "lib" / "inference_scaling").mkdir(parents=True)
    path = tmp_path / "book" / "one.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook("k = its.coverage(0.1, 3)\nglue('k', k)"), path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(notebooks, "project_root", lambda _: tmp_path)
    assert notebooks.main(["split", str(path)]) == 0
    tags = [cell.metadata.get("tags") for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    assert tags == [["remove-input"], None, ["remove-input"]]
    whole = path.read_bytes()
    assert notebooks.main(["mark", str(path)]) == 0 and path.read_bytes() == whole
    path.write_text(path.read_text().replace("its.coverage(0.1, 3)", "its.coverage(0.1, 3"))
    broken = path.read_bytes()
    assert notebooks.main(["mark", str(path)]) == 1 and path.read_bytes() == broken

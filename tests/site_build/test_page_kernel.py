"""The kernel behind a page's cells, run natively: what it shows is what the notebook shows."""

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest
from inference_scaling.classroom import release
from inference_scaling.site.run import kernel
from inference_scaling.site.run.kernel import Kernel
from inference_scaling.site.stills import strip

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def data_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFERENCE_SCALING_OUTPUT", "data")
    monkeypatch.setattr(kernel, "_KERNEL", Kernel())


def answer(source: str) -> dict:
    return json.loads(kernel.run(source))


def committed(cell: dict) -> tuple[str, list[dict]]:
    printed = "".join(one.text for one in cell.outputs if one.output_type == "stream" and one.name == "stdout")
    return printed, [dict(strip(dict(one.data))) for one in cell.outputs if one.output_type != "stream"]


def differing(notebook: dict) -> Iterator[str]:
    """Yield each cell that says or shows something else than its committed outputs."""
    mine = Kernel()
    for number, cell in enumerate((one for one in notebook.cells if one.cell_type == "code"), start=1):
        ran = mine.execute(cell.source)
        if ran.error or (ran.stdout, json.loads(json.dumps(ran.shown))) != committed(cell):
            yield f"code cell {number}: {ran.error or ran.stdout[:200]}"


@pytest.mark.parametrize(
    "path",
    [
        "book/setup/pass_at_k.ipynb",
        "book/theorem/better_model.ipynb",
        "book/setup/step_checks.ipynb",
        "book/workshop/counting.ipynb",
    ],
)
def test_the_cells_of_a_page_show_what_is_committed(path: str) -> None:
    notebook = nbformat.read(ROOT / path, as_version=4)
    if "workshop" in path:
        # With the solutions in place: the page itself asks the learner for them.
        notebook = release.source("workshop_counting", ROOT)
    assert list(differing(notebook)) == []


def test_a_changed_cell_shows_its_own_result_and_the_next_cell_takes_it() -> None:
    answer("import inference_scaling as its\np = 0.25")
    assert answer("round(its.coverage(p, 2), 4)")["shown"] == [{"text": "0.4375"}]
    answer("p = 0.5")
    assert answer("round(its.coverage(p, 2), 4)")["shown"] == [{"text": "0.75"}]


def test_a_figure_comes_as_the_picture_of_the_page() -> None:
    from inference_scaling import figures
    from inference_scaling.site.renderers import rendered

    made = answer(
        "from inference_scaling import figures\n"
        "figures.lines([1, 2], {'a': [0.5, 0.75]}, x_axis=figures.Axis('k'), y_axis=figures.Axis('y'),"
        " finding='It rises to {top:.2f}.', top=0.75)"
    )
    figure = figures.lines(
        [1, 2], {"a": [0.5, 0.75]}, x_axis=figures.Axis("k"), y_axis=figures.Axis("y"),
        finding="It rises to {top:.2f}.", top=0.75,
    )  # fmt: skip
    assert made["shown"] == [{"html": rendered("figure", json.loads(json.dumps(kernel._bundle(figure)))[
        "application/vnd.its.figure+json"])}]  # fmt: skip
    assert made["error"] is None


def test_a_task_answers_in_its_cell() -> None:
    answer("from inference_scaling.classroom import check, start\nstart('setup', cohort='book', names=globals())")
    wrong = answer("answer_S2 = ...\ncheck('S-2', answer_S2)")["shown"]
    assert "Put your answer" in wrong[0]["html"] or "untouched" in wrong[0]["html"]
    # The form that nbgrader takes its points from shows the reply, too.
    assert len(answer("check('S-2', 0.5).points")["shown"]) == 2


BAD = {
    "a syntax error": ("p = = 1", "SyntaxError"),
    "IPython's commands": ("%timeit 1", "in the notebook alone"),
    "a name that is not there": ("x = 1\nnowhere", "line 2:  nowhere"),
    "input": ("input('p? ')", "cannot ask for input"),
    "a missing package": ("import torch_of_nobody", "for others take the notebook"),
    "the end of Python": ("raise SystemExit(3)", "SystemExit: 3"),
    "deep recursion": ("def f(): return f()\nf()", "RecursionError"),
    "too much memory": ("raise MemoryError", "the names of the other cells are as they were"),
    "an error in a function": ("def f(x):\n    return 1 / x\nf(0)", "line 2, in f:      return 1 / x"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_cell_is_told_in_words_and_the_others_live_on(name: str) -> None:
    source, says = BAD[name]
    answer("kept = 41")
    said = answer(source)
    told = "\n".join([said["error"], *said["notes"]])
    assert " ".join(says.split()) in " ".join(told.split()) and "kernel.py" not in told
    assert answer("kept + 1")["shown"] == [{"text": "42"}]


def test_a_million_lines_are_cut_and_counted() -> None:
    said = answer("for i in range(1_000_000): print(i)")["stdout"]
    assert len(said) < kernel.ROOM + 200
    shown = said.splitlines()
    assert shown[-1] == f"… cut after 100,000 characters; {1_000_000 - len(shown) + 2:,} more lines were printed"


@pytest.mark.parametrize("source, marked", [
    ("x = np.array([100_000], np.int32) * np.int32(20_000)", True),
    ("np.array([2**31 - 1, 0], np.int32)", True),
    ("x = np.array([-2**31], np.int32)", True),
    ("x = np.array([1000], np.int32)", False),
    ("x = np.array([2**40])", False),
    ("x = np.array([], np.int32)", False),
])  # fmt: skip
def test_whole_numbers_near_the_limit_of_32_bits_are_marked(source: str, marked: bool) -> None:
    answer("import numpy as np")
    assert (answer(source)["notes"] == [kernel.LIMIT]) == marked
    # Once, by the cell that made them.
    assert answer("1")["notes"] == []


def test_the_session_around_is_as_it_was() -> None:
    import builtins
    import sys

    before = (sys.modules.get("IPython"), sys.modules["__main__"], builtins.input, np.geterr())
    answer("from IPython.display import display\ndisplay('shown', 2)")
    assert (sys.modules.get("IPython"), sys.modules["__main__"], builtins.input, np.geterr()) == before


def test_everything_displayed_is_shown_in_order() -> None:
    assert answer("from IPython.display import display\ndisplay('one')\n2")["shown"] == [
        {"text": "'one'"},
        {"text": "2"},
    ]
    assert answer("3;")["shown"] == []

"""Notebooks are compared with their run, and each kind of fault turns the comparison red."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from inference_scaling.site import claims, notebooks, verdicts

ROOT = Path(__file__).resolve().parents[2]
HEAD = """# A small lesson

**After this page you can**

- see a number
- see it change

**You need** nothing.

**Time** 5 minutes · **Runs in** 2 s · **Paths** course
"""
CELLS = [
    "from inference_scaling import figures\nfrom inference_scaling.laws import coverage\n"
    "from inference_scaling.site.claims import glue",
    # Rounded: the last digit differs between processors.
    "print(round(coverage(0.25, 2), 4))",
    "figures.lines([1, 2], {'one problem': coverage(0.25, [1, 2])}, finding='Two tries give {two:.4f}.',\n"
    "              x_axis='k', y_axis='chance', two=float(coverage(0.25, 2)))",
    "glue('two-tries', coverage(0.25, 2))",
]


def written(path: Path, cells: list[str] = CELLS, head: str = HEAD) -> Path:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_markdown_cell(head), *map(nbformat.v4.new_code_cell, cells)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def altered(good: Path, name: str, old: str, new: str) -> Path:
    """Return a copy of the notebook with one text replaced, and make sure that it was there."""
    text = good.read_text()
    assert old in text, f"{old!r} is not in the notebook, so this fault would test nothing"
    path = good.with_name(f"{name}.ipynb")
    path.write_text(text.replace(old, new))
    return path


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with one small lesson, executed and in the committed form."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "lib", root / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "nbval.ini", root / "tests")
    (root / "data").mkdir()
    shutil.copy(ROOT / "requirements.lock", root)
    shutil.copy(ROOT / "_toc.yml", root)
    assert notebooks.tidy(written(root / "book" / "small.ipynb"))
    return root


def verify(root: Path, *names: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "inference_scaling.site.notebooks", "verify", "--all"]
    environment = {**os.environ, "PYTHONPATH": str(root / "lib")}
    paths = [f"book/{name}.ipynb" for name in names]
    return subprocess.run([*command, *paths], cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_changed_outputs_turn_the_comparison_red_and_the_untouched_cell_stays_green(project: Path) -> None:
    good = project / "book" / "small.ipynb"
    # One notebook holds all three faults: a kernel takes seconds to start, and every cell is named on its own.
    altered(good, "faulty", "two-tries", "faulty-tries")
    altered(project / "book" / "faulty.ipynb", "faulty", "0.4375\\n", "0.4376\\n")
    altered(project / "book" / "faulty.ipynb", "faulty", "0.25,", "0.26,")
    altered(
        project / "book" / "faulty.ipynb",
        "faulty",
        '"value": 0.4375',
        '"value": 0.4',
    )
    # That an untouched notebook is green is seen in `test_stamps`.
    result = verify(project, "faulty")
    assert result.returncode != 0
    for cell, what in ((1, "printed"), (2, "figure"), (3, "glued")):
        assert f"FAILED book/faulty.ipynb::Cell {cell}" in result.stdout, f"{what}: {result.stdout}"
    assert "FAILED book/faulty.ipynb::Cell 0" not in result.stdout and "1 passed" in result.stdout, result.stdout


def ended(status: int):
    """Return a stand-in for the comparison's process that ends at once."""
    return lambda command, **options: subprocess.CompletedProcess(command, status)


def test_only_a_comparison_that_agrees_writes_the_stamp(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = project / "book" / "small.ipynb"
    monkeypatch.setattr(notebooks.subprocess, "run", ended(1))
    assert notebooks.verify([good], project) == 1
    assert notebooks.stale([good], project) == [good]
    monkeypatch.setattr(notebooks.subprocess, "run", ended(0))
    assert notebooks.verify([good], project) == 0
    assert notebooks.stale([good], project) == []


def test_changed_law_turns_the_comparison_red_and_the_stamp_old(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = project / "book" / "small.ipynb"
    with monkeypatch.context() as patched:
        patched.setattr(notebooks.subprocess, "run", ended(0))
        notebooks.verify([good], project)
    assert notebooks.stale([good], project) == []
    law = next(path for path in sorted((project / "lib").rglob("laws/*.py")) if "\ndef coverage(" in path.read_text())
    before = law.read_text()
    law.write_text(before + "\n_right = coverage\n\n\ndef coverage(p, k):\n    return _right(p, k) + 0.01\n")
    try:
        assert notebooks.stale([good], project) == [good]
        result = verify(project, "small")
        assert result.returncode != 0, result.stdout
        assert "0.4475" in result.stdout
    finally:
        law.write_text(before)


def test_tidy_is_the_identity_on_a_tidy_notebook(project: Path) -> None:
    assert not notebooks.tidy(project / "book" / "small.ipynb")


def test_tidy_names_the_cell_and_the_line_that_failed_and_leaves_the_file(project: Path) -> None:
    # The third cell draws a figure.
    cells = [cell.replace("x_axis='k'", "roles={'one problem': 'voting'}, x_axis='k'") for cell in CELLS]
    path = written(project / "book" / "role.ipynb", cells)
    before = path.read_bytes()
    command = [sys.executable, "-m", "inference_scaling.site.notebooks", "tidy", str(path)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    line = next(line for line in done.stderr.splitlines() if line.startswith("book/role.ipynb: "))
    assert line.startswith("book/role.ipynb: code cell 3, line 1: ValueError: role must be one of")
    assert line.endswith("the file is as it was")
    assert "\x1b" not in done.stderr
    assert path.read_bytes() == before
    path.unlink()


@pytest.mark.parametrize(
    ("cells", "head", "problem"),
    [
        (["x = 1\n" * 16], HEAD, "16 lines"),
        (["1"], HEAD.replace("- see it change\n", ""), "2 to 4 goals"),
        (["1"], HEAD.replace("5 minutes", "five minutes"), "**Time** N minutes"),
        (["open('/home/me/x.csv')"], HEAD, "path of one machine"),
        (["1"], HEAD, "executed as number None"),
    ],
)
def test_form_names_what_is_wrong(tmp_path: Path, cells: list[str], head: str, problem: str) -> None:
    path = written(tmp_path / "book" / "one.ipynb", cells, head)
    assert any(problem in found for found in notebooks.problems(path))


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        ({"image/png": "AAAA", "text/plain": "x"}, "holds image/png"),
        ({"application/json": {}}, "has no text form"),
        ({"text/plain": "<x at /home/me/a.py>"}, "path of one machine"),
        (
            {
                "text/plain": "x",
                "application/vnd.its.figure+json": {"finding": "It rises by 7.", "series": [{"x": [1], "y": [2]}]},
            },
            "the finding of its figure shows no number of its data",
        ),
        (
            {"text/plain": "x", "application/vnd.its.figure+json": {"series": [{"x": [1], "y": [2]}]}},
            "its figure has no finding; it needs one sentence",
        ),
        (
            {
                "text/plain": "x",
                "application/vnd.its.drawing+json": {"form": "vote", "finding": "7 of 9 win.", "cases": [{"at": 2}]},
            },
            "the finding of its drawing shows no number of its data: '7 of 9 win.'",
        ),
        (
            {"text/plain": "x", "application/vnd.its.drawing+json": {"form": "vote", "cases": [{"at": 2}]}},
            "its drawing has no finding; it needs one sentence",
        ),
    ],
)
def test_form_refuses_outputs_that_nobody_can_compare(tmp_path: Path, output: dict, problem: str) -> None:
    path = written(tmp_path / "book" / "one.ipynb", ["1"])
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("display_data", output)]
    notebook.cells[1].execution_count = 1
    nbformat.write(notebook, path)
    assert any(problem in found for found in notebooks.problems(path))


def test_what_a_cell_prints_in_pieces_is_one_output(tmp_path: Path) -> None:
    path = written(tmp_path / "book" / "one.ipynb", ["1"])
    notebook = nbformat.read(path, as_version=4)
    piece, shown = (lambda text: nbformat.v4.new_output("stream", text=text)), {"text/plain": "shown"}
    between = nbformat.v4.new_output("display_data", shown)
    notebook.cells[1].outputs = [piece("a"), piece("\n"), piece("b\n"), between, piece("c\n")]
    notebook.cells[1].execution_count = 1
    nbformat.write(notebook, path)
    assert any("in pieces" in found for found in notebooks.problems(path))
    nbformat.write(notebooks.formed(notebook), path)
    assert [output.get("text") for output in notebook.cells[1].outputs] == ["a\nb\n", None, "c\n"]
    assert not any("in pieces" in found for found in notebooks.problems(path))


def test_failed_cell_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "book" / "one.ipynb", ["1"])
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])]
    nbformat.write(notebook, path)
    assert any("it failed: ValueError: no" in found for found in notebooks.problems(path))


CLAIM = """
[[claim]]
id = "two-tries"
page = "small"
statement = "Two tries at one in four succeed with probability {value}"
kind = "exact"
value = {value}
tolerance = 0.0001
source = "closed form"
verdict = "holds"
"""
SPAN = 'interval = [0.4, 0.475]\nover = "40 runs"\n'


@pytest.mark.parametrize(
    ("register", "page", "problem"),
    [
        (CLAIM.format(value=0.4375), "[0.438](#two-tries)", None),
        (CLAIM.format(value=0.44), "[0.438](#two-tries)", "the register says 0.44"),
        (CLAIM.format(value=0.43744), "[0.438](#two-tries)", "the table of claims shows 0.437, the lesson 0.438"),
        (CLAIM.format(value=0.4375), "", "never shown there"),
        (CLAIM.format(value=0.4375).replace("two-tries", "one-try"), "[0.438](#one-try)", "no cell of small glues it"),
        (
            CLAIM.format(value=0.4375) + SPAN,
            "[0.438](#two-tries)",
            "the interval [0.4, 0.475], which no output of small",
        ),
    ],
)
def test_claims_agree_with_cell_and_page_or_are_named(
    project: Path, tmp_path: Path, register: str, page: str, problem: str | None
) -> None:
    shutil.copytree(project / "book", tmp_path / "book")
    path = tmp_path / "book" / "small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell(page))
    nbformat.write(notebook, path)
    for other in (tmp_path / "book").glob("*.ipynb"):
        if other != path:
            other.unlink()
    (tmp_path / "book" / "reference").mkdir()
    (tmp_path / claims.REGISTER).write_text(register)
    found = [*claims.check(tmp_path), *claims.intervals(tmp_path)]
    assert (found == []) if problem is None else any(problem in one for one in found), found


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("exact", "certain"), "kind must be one of"),
        (("tolerance = 0.0001", "tolerance = -1"), "tolerance of zero or more"),
        (('kind = "exact"', 'kind = "simulated"\n'), None),
        (("value = 0.4375", 'value = "much"'), "one finite number"),
        (('id = "two-tries"', 'id = "Two tries"'), "lower-case words"),
        (("source", "sauce"), "unknown field 'sauce'"),
        (('"exact"', '"published"'), "line 2 .two-tries.: the source of a published claim names a verified row"),
        (('"exact"', '"exact'), "at line 6"),
        (('"holds"', '"refuted"'), "line 2 .two-tries.: the verdict must be one of .*'borderline'.*, got 'refuted'"),
        (('verdict = "holds"\n', ""), "needs a verdict"),
        (('"holds"', '"holds if"'), "'holds if' needs a condition"),
        (('"holds"', '"false"\ncondition = "it rains"'), "no other verdict has one"),
        (('kind = "exact"\nvalue = 0.4375', 'kind = "open"'), "a claim of the kind 'open' has the verdict 'open'"),
        (('statement = "', 'statement = "The same with '), "must say by itself what is measured"),
        (('"holds"', '"borderline"'), "it has none"),
        (('"holds"', '"holds"\ninterval = [0.5, 0.4]\nover = "40 runs"'), "the lower one first, got .0.5, 0.4."),
        (('"holds"', '"holds"\ninterval = [0.5, 0.6]\nover = "40 runs"'), "0.4375 lies outside of its interval"),
        (('"holds"', '"holds"\ninterval = [0.4, 0.5]'), "`over` must say"),
        (('"holds"', '"borderline"\ninterval = [0.4, 0.5]\nover = "40 runs"'), "'borderline' needs `null`"),
    ],
)
def test_malformed_claim_is_named(tmp_path: Path, change: tuple[str, str], problem: str | None) -> None:
    text = CLAIM.format(value=0.4375).replace(*change)
    path = tmp_path / "claims.toml"
    path.write_text(text)
    if problem is None:
        assert claims.read(path)
        path.write_text(text.replace("0.0001", "0"))
        problem = "cannot have a tolerance of zero"
    with pytest.raises(claims.ClaimError, match=problem):
        claims.read(path)


def test_duplicate_claim_is_named(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(CLAIM.format(value=1) * 2)
    with pytest.raises(claims.ClaimError, match=r"line 12 \(two-tries\): the id 'two-tries' is already taken"):
        claims.read(path)


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        # The same number with the same interval: one thing, and here with two verdicts.
        ({"span": "[0.1, 0.9]"}, {"span": "[0.1, 0.9]", "verdict": "open"}, True),
        ({"span": "[0.1, 0.9]"}, {"span": "[0.2, 0.8]"}, False),
        ({"span": "[0.1, 0.9]"}, {"span": "[0.1, 0.9]", "value": 0.4376}, False),
        # Without intervals, a long number from one source.
        ({}, {"source": "laws.coverage, k from 1 to 2"}, True),
        ({}, {"source": "data/humaneval_codet.csv"}, False),
        ({"value": 10}, {"value": 10}, False),
        # The same words, whatever the numbers.
        ({}, {"statement": "coverage of two tries", "value": 0.5}, True),
    ],
)
def test_one_estimand_has_one_id(tmp_path: Path, first: dict, second: dict, one: bool) -> None:
    def row(name: str, statement: str, told: dict) -> str:
        span = f'interval = {told["span"]}\nover = "40 runs"\n' if "span" in told else ""
        return (
            f'[[claim]]\nid = "{name}"\npage = "p"\nkind = "recorded"\ntolerance = 0.1\n'
            f'statement = "{told.get("statement", statement)}"\nvalue = {told.get("value", 0.4375)}\n'
            f'verdict = "{told.get("verdict", "false")}"\nsource = "{told.get("source", "laws.coverage")}"\n{span}'
        )

    path = tmp_path / "claims.toml"
    path.write_text(row("two-tries", "Coverage of two tries", first) + row("again", "Two tries, covered", second))
    if one:
        with pytest.raises(claims.ClaimError, match=r"line \d+ .again.: measures the same as 'two-tries'.*#two-tries"):
            claims.read(path)
    else:
        assert set(claims.read(path)) == {"two-tries", "again"}


@pytest.mark.parametrize(
    ("interval", "verdict", "fitting"),
    [
        ("[-0.1, 0.9]", "holds", "'open'"),
        ("[0.01, 0.87]", "holds", "'borderline'"),
        ("[0.01, 0.87]", "borderline", None),
        ("[-0.1, 0.9]", "open", None),
        ("[0.3, 0.6]", "borderline", "'holds' or 'holds if' or 'false'"),
        ("[0.3, 0.6]", "false", None),
    ],
)
def test_a_verdict_never_says_more_than_its_interval(
    tmp_path: Path, interval: str, verdict: str, fitting: str | None
) -> None:
    path = tmp_path / "claims.toml"
    text = CLAIM.format(value=0.4375).replace('"holds"', f'"{verdict}"')
    path.write_text(f'{text}interval = {interval}\nover = "40 runs"\nnull = 0\n')
    if fitting is None:
        assert claims.read(path)["two-tries"].verdict == verdict
    else:
        with pytest.raises(claims.ClaimError, match=f"line 2 .two-tries.: .*verdict is {fitting}, got '{verdict}'"):
            claims.read(path)


def test_an_interval_is_found_where_a_cell_prints_or_draws_it(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("1", id="shown")
    figure = {"series": [{"y": [0.5, 0.6], "low": [0.4688, 0.55], "high": [0.5312, 0.65]}]}
    named = {"values": [0.1], "low": [-0.1], "high": [0.2966]}
    cell.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="gain +0.44 [−0.400, +1,234.5], 0.30 ± 0.05\n"),
        *(nbformat.v4.new_output("display_data", data={verdicts.FIGURE: one}) for one in (figure, named)),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "one.ipynb")
    found = verdicts.printed(tmp_path / "one.ipynb")
    shown = [(-0.4, 1234.5), (0.25, 0.35), (0.47, 0.53), (0.55, 0.65), (-0.1, 0.297)]
    assert [one for one in shown if not verdicts.among(one, found)] == []
    assert not verdicts.among((0.468, 0.53), found) and not verdicts.among((0.47, 0.65), found)

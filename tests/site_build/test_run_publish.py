"""What lies beside pages that run: the program made smaller, archives that are the same twice, a page's steps."""

from __future__ import annotations

import ast
import builtins
import io
import zipfile
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling.site.run import archives, program, publish

ROOT = Path(__file__).resolve().parents[2]
cell = nbformat.v4.new_code_cell
HIDDEN = {"tags": ["remove-input"]}


def wasm(*parts: tuple[int, bytes]) -> bytes:
    return program.HEADER + b"".join(bytes([kind, len(content)]) + content for kind, content in parts)


@given(least=st.integers(0, 100), limit=st.integers(100, 60_000))
def test_a_bounded_program_has_its_limit_and_keeps_its_other_sections(least: int, limit: int) -> None:
    code, name = (10, b"code"), (0, b"\x04name")
    made = program.bounded(wasm((5, bytes([1, 0, least])), code, name, (11, b"data")), limit * program.PAGE)
    memory, *others = program.sections(made)
    assert others == [code, (11, b"data")]
    assert memory[1][:3] == bytes([1, 1, least])
    assert sum((byte & 127) << 7 * place for place, byte in enumerate(memory[1][3:])) == limit
    assert list(program.sections(program.without_data(made))) == [memory, code]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"\x7fELF....", "no WebAssembly module"),
        (wasm((5, bytes([1, 4, 1]))), "one memory of at most"),
        (wasm((5, bytes([2, 0, 1, 0, 1]))), "one memory of at most"),
        (wasm((5, bytes([1, 0, 9]))), "one memory of at most"),
    ],
)
def test_another_program_is_refused(bad: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        program.bounded(bad, 8 * program.PAGE)


def test_an_archive_is_the_same_bytes_in_whatever_order_it_is_made() -> None:
    files = [("b/two.py", b"2"), ("a.py", b"1")]
    assert archives.packed(files) == archives.packed(reversed(files))
    assert zipfile.ZipFile(io.BytesIO(archives.packed(files))).namelist() == ["a.py", "b/two.py"]


def test_the_book_s_archive_holds_the_kernel_and_the_tables_and_no_grader() -> None:
    made = archives.book(ROOT / "lib" / "inference_scaling", ROOT / "data")
    names = set(zipfile.ZipFile(io.BytesIO(made)).namelist())
    assert {"inference_scaling/site/run/kernel.py", "inference_scaling/_data/tables.toml"} <= names
    assert not [name for name in names if "/grading/" in name or "/cli/" in name or "/site/build.py" in name]


def test_a_page_runs_what_it_shows_and_of_the_rest_what_that_needs() -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[
            cell("from inference_scaling.lessons.setup import predictions\n\npredictions.S4", metadata=HIDDEN),
            cell("import numpy as np\nfrom math import sqrt\nrate = sqrt(4)\nother = 1", metadata=HIDDEN),
            cell("x = rate + 1"),
            cell("glue('a', x)\nassert x", metadata=HIDDEN),
            cell("print(x)", metadata={"tags": ["hide-input"]}),
        ]
    )
    assert publish.steps(notebook) == [
        {"source": "import numpy as np\nfrom math import sqrt\nrate = sqrt(4)", "seen": False},
        {"source": "x = rate + 1", "seen": True},
        {"source": "print(x)", "seen": True},
    ]


def unbound(steps: list[dict]) -> set[str]:
    """Return the names that a page's steps take and none of them binds."""
    trees = [ast.parse(step["source"]) for step in steps]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    bound = {node.arg for node in nodes if isinstance(node, ast.arg)} | {*dir(builtins), "__name__"}
    bound |= {str(node.name) for node in nodes if isinstance(node, ast.ExceptHandler)}
    bound |= set().union(*(publish._names(tree)[0] for tree in trees))
    return set().union(*(publish._names(tree)[1] for tree in trees)) - bound


def test_every_page_s_steps_name_what_they_take() -> None:
    pages = sorted((ROOT / "book").rglob("*.ipynb"))
    found = {path.stem: publish.steps(nbformat.reads(path.read_text(encoding="utf-8"), 4)) for path in pages}
    assert len(found) > 50 and {name: left for name, steps in found.items() if (left := unbound(steps))} == {}


def test_a_page_without_a_title_is_named() -> None:
    with pytest.raises(ValueError, match="setup/x: there is no title"):
        publish.with_button("<p>No title</p>", "setup/x", "b", 1)
    with pytest.raises(ValueError, match="your_numbers: there is no field for numbers"):
        publish.with_button("<p>No field</p>", publish.NUMBERS, "b", 1)


def test_a_page_that_trains_says_that_it_may_differ() -> None:
    pages = {path.stem: path for path in (ROOT / "book").rglob("*.ipynb")}

    def differs(name: str) -> bool:
        cells = publish.steps(nbformat.reads(pages[name].read_text(encoding="utf-8"), 4))
        return publish.page_of(cells)["differs"]

    assert differs("train_the_verifiers") and differs("small_reasoner")
    assert not differs("pass_at_k") and not differs("better_model")


def test_pages_that_are_not_built_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="run `make book` first"):
        publish.published(tmp_path)


def test_the_command_names_what_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert publish.main(["tar"]) == 1
    assert "publish takes one of site, zip" in capsys.readouterr().err

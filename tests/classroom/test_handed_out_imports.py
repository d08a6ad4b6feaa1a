"""What handed-out notebooks hold on to: `inference_scaling.classroom` for the exercises, and the library as `its`."""

import ast
import json
from pathlib import Path

import pytest
from inference_scaling import classroom
from inference_scaling.grading.sandbox import check_stub

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "exercises").glob("*/*.ipynb"))


def code(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def ours(source: str) -> tuple[set[str], set[str]]:
    """Return what a text imports from this package: names out of the classroom, and everything else as written."""
    names, other = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "inference_scaling.classroom":
            names |= {alias.name for alias in node.names}
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and "inference_scaling" in ast.unparse(node):
            other.add(ast.unparse(node))
    return names, other


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_handed_out_notebook_imports_the_classroom_and_the_library_as_its_and_nothing_else_of_ours(path):
    names, other = ours(code(path))
    assert {"start", "given", "check"} <= names <= set(classroom.__all__)
    assert other <= {"import inference_scaling as its"}


def test_other_ways_into_the_package_are_seen():
    names, other = ours(
        "from inference_scaling.classroom import check, start\nfrom inference_scaling.sources import recorded\n"
        "def f():\n    import inference_scaling.lessons.registry as tasks\n"
    )
    assert names == {"check", "start"}
    assert other == {
        "from inference_scaling.sources import recorded",
        "import inference_scaling.lessons.registry as tasks",
    }


def test_a_graded_submission_finds_every_name_that_a_notebook_may_import():
    assert set(classroom.__all__) <= set(check_stub.__all__)
    assert all(callable(getattr(check_stub, name)) for name in classroom.__all__)


def test_the_classroom_offers_eight_names_and_each_is_a_function():
    assert classroom.__all__ == ["bonus", "box", "check", "given", "progress", "ready", "show", "start"]
    assert all(callable(getattr(classroom, name)) and getattr(classroom, name).__doc__ for name in classroom.__all__)

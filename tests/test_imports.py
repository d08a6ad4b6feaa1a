"""Which part of the package may import which, read off the syntax tree."""

import ast
import subprocess
import sys
from pathlib import Path

import inference_scaling
import pytest

PACKAGE = Path(inference_scaling.__file__).parent
SCIENCE = {"samples", "sources", "estimates", "verifiers", "laws", "search", "decisions"}
BOOK = {"display", "figures", "interactive", "answers", "lessons", "classroom"}
ALLOWED = {
    "samples": set(),
    "sources": {"samples"},
    "sources.reasoner": {"samples", "search"},
    "estimates": {"samples"},
    "verifiers": {"samples"},
    "laws": {"estimates", "samples"},
    "search": {"samples", "verifiers"},
    "decisions": {"laws", "estimates", "verifiers", "samples"},
    "plugins": {"estimates", "samples", "sources"},
    "display": set(),
    "figures": SCIENCE | {"display"},
    "reports": SCIENCE | {"display", "figures"},
    "interactive": SCIENCE | {"display"},
    "answers": {"display"},
    # An author opens the book's folder and this one: nothing here reaches into classroom or site.
    "lessons": SCIENCE | {"figures", "interactive", "answers"},
    "classroom": {"display", "answers", "lessons"},
    "site": SCIENCE | BOOK,
    "grading": {"display", "answers", "lessons", "classroom"},
    "cli": SCIENCE | BOOK | {"grading", "plugins", "reports"},
    "__init__": SCIENCE | {"figures", "reports"},
}
HEAVY = (
    *("matplotlib", "sympy", "pandas", "polars", "pyarrow", "narwhals", "IPython", "sphinx", "tqdm"),
    # The slow parts of SciPy: the few functions that need one import it when they are called.
    *("scipy.stats", "scipy.optimize", "scipy.linalg", "scipy.sparse", "scipy.ndimage"),
)


def module_name(path: Path) -> str:
    """Return the dotted name below the package: samples, laws.one_problem, sources.recorded."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


def imported_rooms(path: Path) -> set[str]:
    """Return the rooms of the package that a file imports, at its top or inside a function."""
    package = ["inference_scaling", *path.relative_to(PACKAGE).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            names = [[*base, alias.name] for alias in node.names]
        else:
            continue
        found |= {name[1] for name in names if name[0] == "inference_scaling" and len(name) > 1}
    return found


def room_of(name: str) -> str:
    """Return the entry of the table that a module falls under; the longest that fits."""
    fits = [room for room in ALLOWED if name == room or name.startswith(f"{room}.")]
    return max(fits, key=len, default="")


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: module_name(path))
def test_a_module_imports_only_what_stands_before_it(path):
    name = module_name(path)
    own = name.split(".")[0]
    imported = {room for room in imported_rooms(path) if not room.startswith("_") and room != own}
    if own.startswith("_") and own != "__init__":
        assert not imported, f"{name} is shared by all and may import nothing of the package"
        return
    assert room_of(name), f"{name} has no entry in the table of allowed imports"
    assert imported <= ALLOWED[room_of(name)], f"{name} must not import {imported - ALLOWED[room_of(name)]}"


def test_the_reader_of_imports_sees_relative_absolute_and_inner_imports(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    file = tmp_path / "sources" / "one.py"
    file.parent.mkdir()
    file.write_text(
        "from ..laws.one_problem import coverage\nfrom .. import cli\nimport inference_scaling.search\n"
        "def f():\n    from inference_scaling import grading\n    from . import recorded\n"
    )
    assert imported_rooms(file) == {"laws", "cli", "search", "grading", "sources"}


def test_importing_the_package_loads_numpy_and_scipy_and_nothing_heavy():
    code = "import sys, inference_scaling; dir(inference_scaling); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(result.stdout.split()) & set(HEAVY)


def test_nothing_is_loaded_before_a_name_is_asked_for_and_then_all_names_are_there():
    code = (
        "import sys, inference_scaling as its\n"
        "print('numpy' in sys.modules)\n"
        "from inference_scaling import search\n"
        "print('scipy' in sys.modules, its.search is search)\n"
        "from inference_scaling import *\n"
        "print(all(globals()[name] is getattr(its, name) for name in its.__all__), set(its.__all__) <= set(dir(its)))\n"
        "print(hasattr(its, 'pass_at_q'), hasattr(its, '__wrapped__'))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["False", "False True", "True True", "False False"]


def test_the_modules_behind_the_package_ask_for_numpy_scipy_and_nothing_else_from_outside():
    code = (
        "import sys, inference_scaling\n"
        "dir(inference_scaling)\n"
        "print(*[m.__file__ for name, m in sys.modules.items() if name.startswith('inference_scaling')], sep='\\n')"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = [Path(line) for line in result.stdout.splitlines()]
    assert PACKAGE / "samples" / "table.py" in loaded
    asked = set()
    for path in loaded:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import):
                asked |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                asked.add(node.module.partition(".")[0])
    assert asked - set(sys.stdlib_module_names) == {"numpy", "scipy"}

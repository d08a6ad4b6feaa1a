"""A fresh clone builds from outputs that were executed and compared, and nobody else can say that they were."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from inference_scaling.site import build as site
from inference_scaling.site import notebooks, stamps

ROOT = Path(__file__).resolve().parents[2]
HEAD = """# A small lesson

**After this page you can**

- see a number
- see it change

**You need** nothing.

**Time** 5 minutes · **Runs in** 2 s · **Paths** course
"""
SMALL = "book/small.ipynb"


def written(path: Path) -> Path:
    notebook = nbformat.v4.new_notebook()
    code = "from inference_scaling.laws import coverage\nprint(round(coverage(0.25, 2), 4))"
    notebook.cells = [nbformat.v4.new_markdown_cell(HEAD), nbformat.v4.new_code_cell(code)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


MODULE = "inference_scaling.site.notebooks"


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command that executes notebooks, with the library of that project."""
    environment = {**os.environ, "PYTHONPATH": str(root / "lib")}
    command = [sys.executable, "-m", MODULE, *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


class Here:
    """The same command in this process, for what executes nothing; where it would execute, that is noted and passes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys, self.executed = monkeypatch, capsys, 0

    def __call__(self, root: Path, *arguments: str) -> tuple[int, str]:
        """Return its exit status and what it printed."""

        def execute(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
            self.executed += 1
            return subprocess.CompletedProcess(command, 0)

        with self._monkeypatch.context() as patched:
            patched.chdir(root)
            patched.setattr(notebooks.subprocess, "run", execute)
            status = notebooks.main(list(arguments))
        return status, self._capsys.readouterr().out


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with one small lesson, executed, compared and stamped."""
    root = tmp_path_factory.mktemp("verified")
    shutil.copytree(ROOT / "lib", root / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "nbval.ini", root / "tests")
    (root / "data").mkdir()
    shutil.copy(ROOT / "requirements.lock", root)
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/index\n")
    assert notebooks.tidy(written(root / SMALL))
    result = run(root, "verify")
    assert "executing and comparing 1" in result.stdout, result.stdout + result.stderr
    assert result.returncode == 0, result.stdout
    return root


@pytest.fixture
def clone(verified: Path, tmp_path: Path) -> Path:
    """What another machine gets of it: nothing that git ignores."""
    root = tmp_path / "clone"
    shutil.copytree(verified, root, ignore=shutil.ignore_patterns("__pycache__", ".cache", "_build"))
    return root


def law(root: Path) -> Path:
    return next(path for path in sorted((root / "lib").rglob("laws/*.py")) if "\ndef coverage(" in path.read_text())


def of_run() -> list[str]:
    """Return what `make test` tells the command that looks at the stamps."""
    spec = importlib.util.spec_from_file_location("run_all", ROOT / "tests" / "run.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    (stage,) = [stage for stage in module.STAGES if "stamps" in stage.command]
    assert stage.command[1:3] == ["-m", MODULE]
    return stage.command[3:]


def test_fresh_clone_executes_nothing_and_passes_the_check_of_make_test(clone: Path, here: Here) -> None:
    status, said = here(clone, "verify")
    assert "1 of 1 notebooks are current; executing and comparing 0" in said
    assert (status, here.executed) == (0, 0)
    assert here(clone, *of_run())[0] == 0


def test_changed_library_is_executed_and_compared_and_then_stamped(clone: Path, here: Here) -> None:
    path = law(clone)
    path.write_text(path.read_text() + "\n# another remark\n")
    status, said = here(clone, *of_run())
    assert status == 1 and SMALL in said
    status, said = here(clone, "verify")
    assert "executing and comparing 1" in said
    assert (status, here.executed) == (0, 1)
    assert here(clone, *of_run())[0] == 0


def test_wrong_stamp_fails_make_test_by_the_name_of_its_notebook(clone: Path, here: Here) -> None:
    file = clone / stamps.STAMPS
    (value,) = stamps.read(clone).values()
    file.write_text(file.read_text().replace(value, "0" * 64))
    status, said = here(clone, *of_run())
    assert status == 1
    assert f"{SMALL}: its line in book/stamps.toml is missing or old" in said


def test_stamp_that_lies_is_found_out_where_everything_is_executed(clone: Path, here: Here) -> None:
    path = clone / SMALL
    path.write_text(path.read_text().replace("0.4375\\n", "0.4376\\n"))
    stamps.write({path: stamps.stamp(path, stamps.ground(clone))}, clone)
    assert here(clone, "verify")[0] == here.executed == 0
    result = run(clone, "verify", "--all")
    assert result.returncode == 1
    assert f"FAILED {SMALL}" in result.stdout


def test_tidy_stamps_only_what_it_found_the_same_to_the_byte(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = clone / "book" / "other.ipynb"
    shutil.copy(clone / SMALL, other)
    (clone / stamps.STAMPS).unlink()
    monkeypatch.setattr(notebooks, "tidy", lambda path: path == other)
    assert notebooks._tidy_all([clone / SMALL, other], clone) == 0
    assert set(stamps.read(clone)) == {SMALL}


def test_stamp_changes_with_library_data_lock_code_and_outputs(clone: Path) -> None:
    def now() -> str:
        return stamps.stamp(clone / SMALL, stamps.ground(clone))

    seen = {now()}
    for name, text in (("data/new.csv", "a\n1\n"), ("requirements.lock", "numpy==0\n"), ("data/tables.toml", "")):
        (clone / name).write_text(text)
        seen.add(now())
    law(clone).write_text("")
    seen.add(now())
    for old, new in (("0.4375", "0.4374"), ("round(", "round(0 + ")):
        path = clone / SMALL
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
        seen.add(now())
    assert len(seen) == 7


def test_stamp_stays_with_prose_drawing_line_ends_and_a_moved_module(clone: Path) -> None:
    before = stamps.stamp(clone / SMALL, stamps.ground(clone))
    package = clone / "lib" / "inference_scaling"
    draw = package / "figures" / "draw.py"
    draw.write_text(draw.read_text() + "\n# another remark\n")
    path = clone / SMALL
    path.write_text(path.read_text().replace("A small lesson", "A lesson"))
    law(clone).rename(package / "elsewhere.py")
    for text in (path, package / "elsewhere.py", clone / "requirements.lock"):
        text.write_bytes(text.read_bytes().replace(b"\n", b"\r\n"))
    assert stamps.stamp(path, stamps.ground(clone)) == before


def test_every_module_left_out_of_the_stamp_exists() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in ROOT.glob(stamps.MODULES)]
    listed = (*stamps.LATER, *stamps.BEFORE)
    assert [one for one in listed if not any(one in name for name in names)] == []


def test_what_a_notebook_imports_of_the_room_that_builds_pages_counts_in_its_stamp() -> None:
    sources = {
        line
        for path in stamps.notebooks(ROOT)
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
        if line.startswith("from inference_scaling.site")
    }
    listing = "import sys; print(*[name for name in sys.modules if name.startswith('inference_scaling.site.')])"
    command = [sys.executable, "-c", "\n".join([*sorted(sources), listing])]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    left_out = [name for name in loaded if stamps._is_later(f"lib/{name.replace('.', '/')}.py")]
    # These two check the register and set its words; no cell shows what they say.
    assert sorted(left_out) == ["inference_scaling.site.prose", "inference_scaling.site.verdicts"]


def test_file_of_stamps_that_a_merge_broke_makes_all_old_and_is_written_anew(clone: Path) -> None:
    path, file = clone / SMALL, clone / stamps.STAMPS
    good = file.read_text()
    file.write_text("<<<<<<< ours\n" + good)
    assert stamps.stale([path], clone) == [path]
    stamps.write({path: stamps.stamp(path, stamps.ground(clone))}, clone)
    assert file.read_text() == good


def test_line_of_a_notebook_that_is_gone_goes_and_the_others_stay(clone: Path) -> None:
    other = clone / "book" / "other.ipynb"
    shutil.copy(clone / SMALL, other)
    stamps.write({other: "1"}, clone)
    assert set(stamps.read(clone)) == {SMALL, "book/other.ipynb"}
    other.unlink()
    stamps.write({}, clone)
    assert set(stamps.read(clone)) == {SMALL}


@pytest.fixture
def built(clone: Path) -> Path:
    """The clone with a site of one page, and the stamp that the build writes."""
    (clone / site.HTML).mkdir(parents=True)
    (clone / site.HTML / "index.html").write_text("<p>0.4375</p>")
    (clone / "_toc.yml").write_text("root: book/small\n")
    (clone / site.SITE_STAMP).write_text(json.dumps(site._state(clone)))
    return clone


def test_site_with_nothing_changed_is_not_built_again(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert site.unchanged(built)
    monkeypatch.chdir(built)
    assert site.build() == 0
    assert "Nothing has changed since the book was built" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name", ["_build/html/index.html", "_build/html/more.html", SMALL, "book/page.md", "_toc.yml", "book/stamps.toml"]
)
def test_site_is_built_again_when_an_input_or_a_page_changed(built: Path, name: str) -> None:
    path = built / name
    path.write_text((path.read_text() if path.exists() else "") + "\n# more\n")
    assert not site.unchanged(built)


def test_site_of_notebooks_that_were_not_compared_is_not_taken_for_current(built: Path) -> None:
    (built / stamps.STAMPS).unlink()
    (built / site.SITE_STAMP).write_text(json.dumps(site._state(built)))
    assert not site.unchanged(built)

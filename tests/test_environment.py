"""One source of truth for the environment: pyproject.toml; lock and conda file agree with it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def name_of(requirement: str) -> str:
    return re.split(r"[\[=<>;\s]", requirement)[0].lower().replace("_", "-")


def locked() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if match := re.match(r"([A-Za-z0-9_.-]+)==([^\s;]+)", line):
            found.setdefault(match[1].lower(), []).append(match[2])
    return found


def direct() -> list[str]:
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [one for group in groups for one in group if name_of(one) != "inference-scaling"]


def test_lock_holds_every_direct_dependency_in_the_version_asked_for() -> None:
    lock = locked()
    for requirement in direct():
        assert name_of(requirement) in lock, f"{requirement} is not in the lock: run `make lock`"
        if "==" in requirement:
            assert requirement.partition("==")[2] in lock[name_of(requirement)]


def test_every_line_of_the_lock_is_exact() -> None:
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            assert "==" in line, line


def test_conda_file_installs_the_same_lock_and_python() -> None:
    text = (ROOT / "environment.yml").read_text()
    assert "--requirement requirements.lock" in text
    assert "--editable ." in text
    (python,) = re.findall(r"python=([\d.]+)", text)
    assert f">={python}" in PROJECT["requires-python"]


def test_jupyter_book_stays_on_version_one() -> None:
    assert locked()["jupyter-book"] == ["1.0.4.post1"]


def test_no_tracked_text_names_a_registry() -> None:
    pattern = re.compile(r"https?://[a-z0-9.-]*(pypi|npmjs|debian)[a-z0-9.-]*")
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "environment.yml", "README.md", ".ci/run"):
        assert not pattern.search((ROOT / name).read_text()), name

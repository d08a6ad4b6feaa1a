"""CONTRIBUTING.md is followed to the letter: its picture is the house, and what it names exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import test_imports
import yaml
from inference_scaling.lessons.registry import PARTS

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LIBRARY = "the library"
# Made by the commands of the text itself.
MADE = {"book/theorem/my_lesson.ipynb", "data/my_table.csv", "exercises/private/exam.py"}


def rooms() -> dict[str, set[str]]:
    """The table's rooms and the rooms that each may import."""
    rows = re.findall(r"^\| `([\w.]+)` \| [^|]+ \| ?([^|]*?) ?\|$", TEXT, re.M)
    named = {room: set(filter(None, allowed.split(", "))) for room, allowed in rows}
    everything = {room for room in named if "." not in room and room not in ("cli", "site")}
    return {
        room: everything
        if allowed == {"all above but `site`"}
        else allowed - {LIBRARY} | (test_imports.SCIENCE if LIBRARY in allowed else set())
        for room, allowed in named.items()
    }


def floors() -> list[list[str]]:
    """The picture's rows, the top first."""
    picture = re.search(r"^```\n(.*?)^```", TEXT, re.M | re.S)[1]
    lines = (re.split(r"\s{4,}", line.strip())[0].split() for line in picture.splitlines())
    return [line for line in lines if line and line != ["|"] and line != ["v"]]


def test_the_table_of_rooms_is_the_one_that_the_imports_are_held_to() -> None:
    wanted = {room: allowed for room, allowed in test_imports.ALLOWED.items() if room != "__init__"}
    assert rooms() == wanted


def test_every_folder_and_module_of_the_package_has_a_row() -> None:
    found = {test_imports.module_name(path).split(".")[0] for path in test_imports.FILES}
    assert {room for room in found if not room.startswith("_") and room} <= rooms().keys()


def test_in_the_picture_every_import_goes_to_its_own_row_or_up() -> None:
    floor = {room: level for level, row in enumerate(floors()) for room in row}
    assert floor.keys() == {room for room in rooms() if "." not in room}
    for room, allowed in rooms().items():
        assert all(floor[other] <= floor[room.split(".")[0]] for other in allowed), room


def test_the_parts_are_those_of_the_book() -> None:
    named = re.search(r"PART is ([\w, ]+?)\nor (\w+)|PART is ([^.]+)\.", TEXT)
    words = set(re.findall(r"\w+", named[0])) - {"PART", "is", "or"}
    assert words == set(PARTS)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\b(?:book|lib|tests|data|exercises)/[\w/.]+\w", TEXT)) - MADE))
def test_every_path_of_the_text_exists(path: str) -> None:
    path = path.replace("PART", "theorem").replace("NAME", "sampling")
    assert (ROOT / path).exists(), path


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([a-z-]+)", TEXT))))
def test_every_make_target_of_the_text_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.M)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`\.venv/bin/python -m ([\w.]+)", TEXT))))
def test_every_command_of_the_text_exists(command: str) -> None:
    folder = ROOT / "lib" / command.replace(".", "/")
    assert command == "pytest" or folder.with_suffix(".py").is_file() or (folder / "__main__.py").is_file()


def test_hooks_and_workflows_run_what_the_environment_holds() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for hook in hooks[0]["hooks"]:
        tool = re.search(r"\.venv/bin/(\w+)", hook["entry"])[1]
        assert tool == "python" or re.search(rf"^{tool}==", lock, re.M), hook["id"]
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        for job in yaml.safe_load(path.read_text())["jobs"].values():
            for command in (step["run"] for step in job["steps"] if "run" in step):
                assert re.match(
                    r"make (model|runtime|zip|book RUN=1|test(-\w+)?)( PYTHON=\w+)?$|\.venv/bin/python -m pip wheel|"
                    r"tar |mv _build/|gh release create",
                    command,
                ), command


# A tag can be moved to other code, a commit cannot; beside it stands the version that a reader knows.
@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_the_changelog_says_each_thing_once() -> None:
    told = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sentences = re.split(r"(?<=[.;]) ", " ".join(told.split()))
    assert [one for one, times in Counter(sentences).items() if times > 1] == []

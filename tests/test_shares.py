"""A share of a sweep is the same for every worker, and in the end no thing is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
import shares


def test_each_change_under_the_notebooks_draws_another_third_of_them(tmp_path: Path) -> None:
    paths = [tmp_path / f"book/{name}.ipynb" for name in "abcdefg"]
    (tmp_path / "data").mkdir()
    drawn = set()
    for change in range(20):
        (tmp_path / "requirements.lock").write_text(f"numpy=={change}\n")
        third = shares.third(paths, tmp_path)
        assert third == shares.third(paths, tmp_path) == sorted(third)
        assert len(third) == 3
        drawn |= set(third)
    assert drawn == set(paths)


@pytest.mark.parametrize("count", [0, 1, 3, 10])
def test_every_thing_is_a_parameter_and_those_that_wait_are_marked(count: int) -> None:
    things = list(range(count))
    found = shares.a_third_of(things, always=things[:1])
    now = [one.values[0] for one in found if one.marks == ()]
    late = [one.values[0] for one in found if one.marks]
    assert [one.values[0] for one in found] == things and [one.id for one in found] == list(map(str, things))
    assert set(now) == {*shares.third(things), *things[:1]} and sorted(now + late) == things
    assert all(mark.name == "evidence" for one in found for mark in one.marks)

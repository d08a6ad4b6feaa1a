"""Whose points changed since the last report, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..csv_cells import csv_text
from ..grade import write
from .counting import Graded

__all__ = ["changes", "log_changes", "snapshot"]


def snapshot(every: Iterable[Graded]) -> dict[str, Any]:
    """Return what a later run compares itself with: the points of every submission, and what they came from."""
    return {
        one.stem: {
            "student": one.student,
            "part": one.part,
            "submission": one.result["submission"],
            "points": one.points if one.has_points else None,
            "kept": one.late_factor,
            "of": [one.max_points, one.task_points],
            "whole": [one.whole.points, one.whole.excused] if one.whole else None,
            "tasks": {
                task["id"]: [
                    "" if task["id"] in one.waiting else one.points_for(task),
                    task["verdict"],
                    one.by_hand(task["id"]),
                ]
                for task in [*one.result["tasks"], *_given(one)]
            },
        }
        for one in every
    }


def _given(one: Graded) -> list[dict[str, Any]]:
    """Return the tasks that have points by hand and no result: those of what could not be read."""
    there = {task["id"] for task in one.result["tasks"]}
    return [{"id": task, "verdict": "not graded", "earned": 0} for task in one.overrides if task not in there]


WHOLE = "whole part"


def changes(before: Mapping[str, Any], now: Mapping[str, Any], when: str) -> list[list[Any]]:
    """Return whose points changed since the last report and why: a row for each task, and one for the part's points.

    Parameters
    ----------
    before, now : mapping
        Two snapshots.
    when : str
        The time of this run.
    """
    rows = []
    for place, new in now.items():
        old = before.get(place)
        if old is None or old == new:
            continue
        whose, causes = [when, new["student"], new["part"]], []
        other = "another submission" if old["submission"] != new["submission"] else "another check or setting"
        for task in dict.fromkeys([*new["tasks"], *old["tasks"]]):
            (was, verdict, by_hand), (is_now, verdict_now, by_hand_now) = (
                side["tasks"].get(task, [0, "not graded", ""]) for side in (old, new)
            )
            if (was, verdict) != (is_now, verdict_now):
                # A correction explains points; a verdict is the check's.
                why = (by_hand_now or by_hand or other) if was != is_now else other
                causes.append(why)
                rows.append([*whose, task, was, is_now, verdict, verdict_now, why])
        if old.get("whole") != new["whole"]:
            causes.append("correction by hand")
        if old["kept"] != new["kept"]:
            causes.append("due date, late rule or time of submission")
        if old["of"] != new["of"]:
            causes.append("points or tasks in course.toml")
        if old["points"] != new["points"]:
            why = "; ".join(dict.fromkeys(causes)) or "points or tasks in course.toml"
            points = ["" if side["points"] is None else side["points"] for side in (old, new)]
            rows.append([*whose, WHOLE, *points, "", "", why])
    return rows


HEAD = ("time", "student", "part", "task", "points before", "points now", "verdict before", "verdict now", "why")


def log_changes(out: Path, now: Mapping[str, Any], when: str) -> list[list[Any]]:
    """Add what changed to ``changes.csv``. The snapshot is written last: after an interruption the next run adds it."""
    place, log = out / "counted.json", out / "changes.csv"
    changed = changes(json.loads(place.read_text(encoding="utf-8")), now, when) if place.exists() else []
    before = log.read_text(encoding="utf-8") if log.exists() else csv_text([HEAD])
    write(log, before + csv_text(changed))
    write(place, json.dumps(now, ensure_ascii=False))
    return changed

"""What the points of a class say: their middle, each section, and how well each task tells students apart."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import StatisticsError, correlation, fmean, median
from typing import Any

from ..tables import Roster
from .counting import Graded

__all__ = ["FEWEST", "by_section", "discrimination", "middle"]

# Fewer students make a correlation that says nothing.
FEWEST = 10


def middle(those: Sequence[Graded]) -> tuple[float, float]:
    """Return mean and median of the points of a part."""
    points = [one.points for one in those]
    return fmean(points), median(points)


def discrimination(those: Sequence[Graded], number: int) -> float | None:
    """Return how a task's points go with those of the other tasks: their correlation over students, from -1 to 1.

    Without the task itself among the others, which would make every task look good (the corrected item-total
    correlation: Nunnally and Bernstein 1994, Psychometric Theory, 3rd edition, chapter 8).

    Parameters
    ----------
    those : sequence of Graded
        Submissions of one part, at least `FEWEST`.
    number : int
        Place of the task among those of the part.

    Returns
    -------
    float or None
        None for too few students, and where all have the same points in the task or in the others.
    """
    if len(those) < FEWEST:
        return None
    own, rest = [], []
    for one in those:
        points = [one.points_for(task) for task in one.result["tasks"]]
        own.append(float(points[number]))
        rest.append(float(sum(points)) - points[number])
    try:
        return round(correlation(own, rest), 2)
    except StatisticsError:
        return None


def by_section(those: Sequence[Graded], known: Roster | None) -> list[list[Any]]:
    """Return a row for each section of the roster: students, submissions, mean and median points; none without one."""
    rows = known.rows if known else {}
    sections = sorted({row["section"] for row in rows.values() if row.get("section")})
    table: list[list[Any]] = []
    for section in sections:
        students = {student for student, row in rows.items() if row["section"] == section}
        here = [one for one in those if one.student in students]
        full = [one for one in here if one.has_points]
        numbers = [round(value, 2) for value in middle(full)] if full else ["", ""]
        table.append([section, len(students), len(here), *numbers])
    return table

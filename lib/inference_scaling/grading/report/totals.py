"""The total of a course: shares of its parts, weighed, with the lowest left out and extra credit on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..tables import Course

__all__ = ["Total", "total"]


@dataclass(frozen=True)
class Total:
    """A student's points in the course, and the parts that were left out as the lowest."""

    points: float
    dropped: tuple[str, ...] = ()


def total(points: Mapping[str, float], course: Course) -> Total | None:
    """Return a student's total.

    It is the mean of the parts' shares of their points, weighed, times the points of the total. Left out are the parts
    with the lowest shares, as many as `drop_lowest` says and never all. A part of extra credit adds its weighed
    share and is no part of the mean, so that nobody loses by leaving it out.

    Parameters
    ----------
    points : mapping
        Points by part, of those parts that count for this student and have a number by now.
    course : Course
        One with a total.

    Returns
    -------
    Total or None
        None while no part has a number.

    Examples
    --------
    >>> from inference_scaling.classroom.course import Part, Totals
    >>> parts = {"setup": Part(points=10), "theorem": Part(points=20), "remedies": Part(points=5, extra=True)}
    >>> course = Course(parts=parts, total=Totals(points=100, drop_lowest=1))
    >>> total({"setup": 5.0, "theorem": 18.0, "remedies": 5.0}, course)
    Total(points=106.67, dropped=('setup',))
    """
    if course.total is None:
        return None
    usual = [part for part in points if not course.is_extra(part)]
    share = {part: points[part] / course.points_of(part) for part in points}
    lowest = sorted(usual, key=share.__getitem__)
    dropped = tuple(lowest[: min(course.total.drop_lowest, len(usual) - 1)]) if usual else ()
    kept = [part for part in usual if part not in dropped]
    if not kept:
        return None
    weights = sum(course.weight(part) for part in kept)
    # Extra credit is weighed as a share of all parts: it is worth the same whichever are left out.
    full = sum(course.weight(part) for part in _usual(course, points))
    mean = sum(course.weight(part) * share[part] for part in kept) / weights
    extra = sum(course.weight(part) * share[part] for part in points if course.is_extra(part)) / full
    return Total(round(course.total.points * (mean + extra), 2), dropped)


def _usual(course: Course, points: Mapping[str, float]) -> Sequence[str]:
    parts = list(course.parts) or list(points)
    return [part for part in parts if not course.is_extra(part)]

"""The instructor's page: what needs a person, tables of each part, and every submission."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ...answers import judge
from ...lessons import registry
from ..tables import Roster
from .counting import Graded
from .pages import Bar, Links, Pages, PageTable

__all__ = ["summary"]

SHOWN = judge.VERDICTS[::-1]
MOST_NAMES = 8


@dataclass(frozen=True)
class Section:
    """A section of the page: sentences, then a list, then tables."""

    title: str
    sentences: Sequence[str] = ()
    items: Sequence[str] = ()
    tables: Sequence[PageTable] = ()

    @property
    def anchor(self) -> str:
        return re.sub(r"\W+", "-", self.title.lower())


def summary(
    every: Sequence[Graded],
    receipt: Mapping[str, Any],
    others: Mapping[str, str],
    known: Roster | None,
    pages: Pages,
) -> str:
    """Return the instructor's page."""
    protections = receipt["protections"]
    return pages.render(
        "summary.html",
        title="Grading: summary",
        submissions=len(every),
        students=len({one.student for one in every}),
        time=receipt["time"],
        tool=receipt["tool"],
        held=[name for name, holds in protections.items() if holds],
        failed=[name for name, holds in protections.items() if not holds],
        sections=_sections(every, others, known),
    )


def _sections(every: Sequence[Graded], others: Mapping[str, str], known: Roster | None) -> list[Section]:
    sections = [_for_a_person(every)]
    for part in dict.fromkeys(one.part for one in every):
        sections.append(_part_summary(part, [one for one in every if one.part == part]))
    if absent := absentees(every, known):
        items = [f"{part}: {', '.join(who)}" for part, who in absent.items()]
        sections.append(Section("Nothing handed in", items=items))
    if others:
        sections.append(Section("Files that were not graded", items=[f"{name}: {why}" for name, why in others.items()]))
    return [*sections, Section("Students", tables=[_students(every, known)])]


def _for_a_person(every: Sequence[Graded]) -> Section:
    title = "For a person to look at"
    rows = [[_who([one]), one.part, why] for one in every for why in one.for_a_person]
    if not rows:
        return Section(title, ["Nothing."])
    return Section(
        title, tables=[PageTable(("student", "part", "what happened"), rows, "Submissions that need a person")]
    )


def absentees(every: Sequence[Graded], known: Roster | None) -> dict[str, list[str]]:
    """Return for each part the students of the roster who handed nothing in."""
    absent = {}
    for part in dict.fromkeys(one.part for one in every if one.result["part"]):
        here = {one.student for one in every if one.part == part}
        if who := [student for student in (known.rows if known else ()) if student not in here]:
            absent[part] = who
    return absent


def _page_of(one: Graded) -> str:
    return f"feedback/{quote(one.stem)}.html"


def _who(those: Sequence[Graded]) -> Links:
    shown = those if len(those) <= MOST_NAMES else those[: MOST_NAMES - 1]
    return Links(tuple((one.student, _page_of(one)) for one in shown), len(those) - len(shown))


def _students(every: Sequence[Graded], known: Roster | None) -> PageTable:
    rows = []
    for one in sorted(every, key=lambda one: (one.student, one.part)):
        name = known.rows.get(one.student, {}).get("name", "") if known else ""
        points: Any = one.points if one.has_points else one.result["state"]
        right = sum(task["verdict"] == judge.RIGHT for task in one.result["tasks"])
        of = f"{right} of {len(one.result['tasks'])}"
        details = Links((("JSON", f"results/{quote(one.stem)}.json"),))
        rows.append([_who([one]), name, one.part, points, of, f"{one.late_factor:.0%}", one.result["entry"], details])
    head = ("student", "name", "part", "points", "tasks right", "kept", "handed in as", "result")
    return PageTable(head, rows, "Every submission: the link leads to the student's page")


def _part_summary(part: str, all_of: Sequence[Graded]) -> Section:
    those = [one for one in all_of if one.result["tasks"]]
    if not those:
        return Section(registry.title(part), ["None could be graded."])
    tables = [
        PageTable(("task", *SHOWN, "shares", "mean points", "of"), _verdicts(those), f"Verdicts by task, {part}"),
        PageTable(("points", "submissions", "picture"), distribution(those), f"Points, {part}"),
    ]
    if misconceptions := _misconceptions(those):
        head = ("task", "misconception", "students", "what it was told", "who")
        tables.append(PageTable(head, misconceptions, f"Misconceptions by frequency, {part}"))
    if shared := _shared_answers(those):
        caption = f"Wrong answers that several students share and no misconception explains, {part}"
        tables.append(PageTable(("task", "answer", "students", "who"), shared, caption))
    return Section(registry.title(part), _part_sentences(those), tables=tables)


def _part_sentences(those: Sequence[Graded]) -> list[str]:
    most = those[0].max_points
    mean = sum(one.points for one in those) / len(those)
    sentences = [f"{len(those)} submissions, {mean:.1f} of {most:g} points on average."]
    if untimed := [one for one in those if one.due and one.when is None]:
        sentences.append(
            f"Of {len(untimed)} the time of submission is not known, so nothing was taken off for lateness. "
            "`--submitted` takes Moodle's grading worksheet, or a table student, part, submitted."
        )
    if above := [one for one in those if one.points > one.max_points]:
        sentences.append(
            f"The bonus task takes {len(above)} above {most:g} points, to {max(o.points for o in above):g} "
            "at most. Moodle leaves out what is above an assignment's maximum grade: raise that first."
        )
    return sentences


def _verdicts(those: Sequence[Graded]) -> list[list[Any]]:
    """Return a row for each task: how many got each verdict, a bar of the shares, mean points and their maximum."""
    rows = []
    for number, task in enumerate(those[0].result["tasks"]):
        answers = [one.result["tasks"][number] for one in those]
        counts = Counter(answer["verdict"] for answer in answers)
        points = sum(one.points_for(answer) for one, answer in zip(those, answers, strict=True))
        shares = tuple(counts[verdict] / len(those) for verdict in SHOWN)
        mean = round(points / len(those), 2)
        rows.append([task["id"], *(counts[verdict] for verdict in SHOWN), Bar(shares), mean, task["of"]])
    return rows


def _answers(those: Sequence[Graded]) -> Iterable[tuple[Graded, Mapping[str, Any]]]:
    """Yield every answer with its submission, task by task."""
    for number in range(len(those[0].result["tasks"])):
        yield from ((one, one.result["tasks"][number]) for one in those)


def _misconceptions(those: Sequence[Graded]) -> list[list[Any]]:
    """Return a row for each misconception that an answer shows, the most frequent first."""
    who: dict[tuple[str, str], list[Graded]] = {}
    replies: dict[tuple[str, str], str] = {}
    for one, answer in _answers(those):
        if answer["misconception"]:
            key = (answer["id"], answer["misconception"])
            who.setdefault(key, []).append(one)
            replies.setdefault(key, answer["says"])
    return [[*key, len(made), replies[key], _who(made)] for key, made in _by_number(who)]


def _shared_answers(those: Sequence[Graded]) -> list[list[Any]]:
    """Return a row for each wrong answer of several students without a misconception, the most frequent first."""
    who: dict[tuple[str, str], list[Graded]] = {}
    for one, answer in _answers(those):
        if not answer["misconception"] and answer["verdict"] in (judge.NOT_YET, judge.WRONG_KIND) and answer["value"]:
            who.setdefault((answer["id"], answer["value"]), []).append(one)
    return [[*key, len(gave), _who(gave)] for key, gave in _by_number(who) if len(gave) > 1]


def _by_number(groups: Mapping[Any, list[Graded]]) -> list[tuple[Any, list[Graded]]]:
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def distribution(those: Sequence[Graded]) -> list[list[Any]]:
    """Return a row for each tenth of the points: from, to, how many submissions, and a bar."""
    most_points = those[0].max_points
    bins = Counter(min(int(10 * one.points / most_points), 9) for one in those)
    most = max(bins.values())
    last = max(most_points, *(one.points for one in those))
    return [
        [
            f"{most_points * i / 10:g} to {most_points * (i + 1) / 10 if i < 9 else last:g}",
            bins[i],
            Bar((bins[i] / most,)),
        ]
        for i in range(9, -1, -1)
    ]

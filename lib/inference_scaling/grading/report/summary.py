"""The instructor's page: what needs a person, tables of each part, and every submission."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from ...answers import judge
from ...lessons import registry
from ..grade import ABSENT
from ..shown import quoted
from ..similar import SIMILAR, AlikeGroup
from ..tables import Roster
from .counting import Graded, waits
from .pages import Bar, Links, Pages, PageTable, Plain
from .statistics import by_section, discrimination, middle
from .totals import Total

__all__ = ["summary"]

SHOWN = judge.VERDICTS[::-1]
MOST_NAMES = 8
MOST_GROUPS = 100
MARKED = "for a person"


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
    alike: Sequence[AlikeGroup] = (),
    totals: Mapping[str, Total] = MappingProxyType({}),
) -> str:
    """Return the instructor's page; `totals` are those of the course by student, where it has any."""
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
        sections=[*_sections(every, receipt, others, known, alike), *_totals(totals, known)],
    )


OTHER_KEY = (
    "The answers ran on other numbers than those handed out, and one may have read the calls of the tasks beside it. "
    "Give feedback back when nobody can hand in any more, and grade who hands in later with another key."
)


def _sections(
    every: Sequence[Graded],
    receipt: Mapping[str, Any],
    others: Mapping[str, str],
    known: Roster | None,
    alike: Sequence[AlikeGroup],
) -> list[Section]:
    sections = [_for_a_person(every), *_to_mark(every)]
    if receipt.get("graded") != receipt.get("handed out"):
        sections.append(Section("Before feedback goes out", [OTHER_KEY]))
    for part in dict.fromkeys(one.part for one in every):
        sections.append(_part_summary(part, [one for one in every if one.part == part], known))
    if alike:
        sections.append(_alike(every, alike))
    if absent := absentees(every, known):
        items = [f"{part}: {', '.join(who)}" for part, who in absent.items()]
        sections.append(Section("Nothing handed in", items=items))
    if others:
        sections.append(
            Section("Files that were not graded", items=[f"{quoted(name)}: {why}" for name, why in others.items()])
        )
    return [*sections, Section("Students", tables=[_students(every, known)])]


def _totals(totals: Mapping[str, Total], known: Roster | None) -> list[Section]:
    """Return the section on the course's totals; none where it has none."""
    if not totals:
        return []
    table: list[list[Any]] = []
    for student, mine in sorted(totals.items()):
        row = known.rows.get(student, {}) if known else {}
        who = [Plain(text) for text in (student, row.get("name", ""), row.get("section", ""))]
        table.append([*who, mine.points, ", ".join(mine.dropped)])
    points = [mine.points for mine in totals.values()]
    said = f"{len(points)} students with a total, {fmean(points):.1f} on average, the median {median(points):g}."
    head = ("student", "name", "section", "total", "left out")
    return [Section("Totals", [said], tables=[PageTable(head, table, "The total of every student", search=True)])]


def _for_a_person(every: Sequence[Graded]) -> Section:
    title = "For a person to look at"
    rows = [[_who([one]), one.part, why] for one in every for why in one.for_a_person]
    if not rows:
        return Section(title, ["Nothing."])
    return Section(
        title, tables=[PageTable(("student", "part", "what happened"), rows, "Submissions that need a person")]
    )


def _to_mark(every: Sequence[Graded]) -> list[Section]:
    """Return the section about what a person marks, where there is any."""
    # A group's file is one answer to mark.
    own = [one for one in every if "by" not in one.result]
    open_ones = Counter(task for one in own for task in one.waiting)
    of = Counter(task["id"] for one in own for task in one.result["tasks"] if waits(task))
    if not of:
        return []
    rows = [[task, registry.find(task).title, of[task] - open_ones[task], open_ones[task]] for task in of]
    says = (
        "Until all of a part is marked, the gradebook has no points for it. `inference-scaling review` with this "
        "report's folder shows the answers side by side."
    )
    table = PageTable(("task", "title", "marked", "waiting"), rows, "Answers that a person marks")
    return [Section("To be marked by a person", [says], tables=[table])]


def _alike(every: Sequence[Graded], alike: Sequence[AlikeGroup]) -> Section:
    """Return the section with answers that are alike: the rarest by chance first, and no verdict."""
    by = {(one.student, task["id"]): one for one in every for task in one.result["tasks"]}
    ordered = sorted(alike, key=lambda group: (group.by_chance, group.task, group.who))
    rows = [
        [
            group.task,
            group.what,
            f"{group.least:.0%}",
            f"{group.others_alike} of {group.other_pairs}",
            "yes" if group.like_the_book else "no",
            _who([by[who, group.task] for who in group.who]),
        ]
        for group in ordered[:MOST_GROUPS]
    ]
    head = ("task", "what", "alike", "other pairs alike", "as the book's solution", "who")
    says = [
        "For a person to look at, and no verdict: people who learn together, a tutor, a page of the web and the book's "
        "own solution lead to the same answer too. “Other pairs alike” says how often others of the class agree so.",
        f"`{SIMILAR}` has the whole list. `inference-scaling review` shows the answers of a row side by side.",
    ]
    return Section("Answers that are alike", says, tables=[PageTable(head, rows, "Answers that are alike")])


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
        points: Any = one.points if one.has_points else one.state
        right = sum(task["verdict"] == judge.RIGHT for task in one.result["tasks"])
        of = f"{right} of {len(one.result['tasks'])}"
        kept, entry = f"{one.late_factor:.0%}", Plain(one.result["entry"])
        rows.append([_who([one]), Plain(name), one.part, points, of, kept, entry, _details(one)])
    head = ("student", "name", "part", "points", "tasks right", "kept", "handed in as", "more")
    return PageTable(head, rows, "Every submission: the link leads to the student's page", search=True)


def _details(one: Graded) -> Links:
    code = (("code", f"code/{quote(one.stem)}.html"),) if one.result.get("code") else ()
    handed_in = one.result["state"] != ABSENT
    return Links((*code, *((("JSON", f"results/{quote(one.source_stem)}.json"),) if handed_in else ())))


def _part_summary(part: str, all_of: Sequence[Graded], known: Roster | None) -> Section:
    those = [one for one in all_of if one.result["tasks"]]
    if not those:
        return Section(registry.title(part), ["None could be graded."])
    head = ("task", *_shown(those), "shares", "mean points", "median", "of", "discrimination")
    tables = [PageTable(head, _verdicts(those), f"Verdicts by task, {part}")]
    if full := [one for one in those if one.has_points]:
        tables.append(PageTable(("points", "submissions", "picture"), distribution(full), f"Points, {part}"))
    if sections := by_section(those, known):
        head = ("section", "students", "submissions", "mean points", "median")
        tables.append(PageTable(head, sections, f"Points by section, {part}"))
    if misconceptions := _misconceptions(those):
        head = ("task", "misconception", "students", "what it was told", "who")
        tables.append(PageTable(head, misconceptions, f"Misconceptions by frequency, {part}"))
    if shared := _shared_answers(those):
        caption = f"Wrong answers that several students share and no misconception explains, {part}"
        tables.append(PageTable(("task", "answer", "students", "who"), shared, caption))
    return Section(registry.title(part), _part_sentences(those), tables=tables)


def _part_sentences(those: Sequence[Graded]) -> list[str]:
    most = those[0].max_points
    full = [one for one in those if one.has_points]
    waiting = f"{len(those) - len(full)} without points by now" if len(full) < len(those) else ""
    mean = ""
    if full:
        average, half = middle(full)
        mean = f"{average:.1f} of {most:g} points on average, the median {half:g}"
    sentences = [f"{', '.join(filter(None, (f'{len(those)} submissions', waiting, mean)))}."]
    if against := [row[0] for row in _verdicts(those) if isinstance(row[-1], float) and row[-1] < 0]:
        sentences.append(
            f"In {', '.join(against)} those who did better elsewhere did worse: a task to look at, or its check. "
            "Discrimination is the correlation of a task's points with those of the other tasks."
        )
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


def _shown(those: Sequence[Graded]) -> tuple[str, ...]:
    """Return the verdicts that a part's table counts: one more where a person marks."""
    marked = any(waits(task) for one in those for task in one.result["tasks"])
    return (*SHOWN, MARKED) if marked else SHOWN


def _verdicts(those: Sequence[Graded]) -> list[list[Any]]:
    """Return a row for each task: how many got each verdict, a bar of the shares, mean points and their maximum."""
    rows = []
    shown = _shown(those)
    for number, task in enumerate(those[0].result["tasks"]):
        answers = [one.result["tasks"][number] for one in those]
        counts = Counter(MARKED if waits(answer) else answer["verdict"] for answer in answers)
        pairs = zip(those, answers, strict=True)
        points = [one.points_for(answer) for one, answer in pairs if answer["id"] not in one.waiting]
        shares = tuple(counts[verdict] / len(those) for verdict in shown)
        told = discrimination([one for one in those if one.has_points], number)
        middles = [round(fmean(points), 2), median(points)] if points else ["", ""]
        numbers = [*middles, task["of"], "" if told is None else told]
        rows.append([task["id"], *(counts[verdict] for verdict in shown), Bar(shares), *numbers])
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
    return [[key[0], Plain(key[1]), len(gave), _who(gave)] for key, gave in _by_number(who) if len(gave) > 1]


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

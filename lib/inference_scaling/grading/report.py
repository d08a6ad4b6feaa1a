"""What instructor and students read: pages, gradebooks, archives. Made from results alone, as often as wanted."""

from __future__ import annotations

import csv
import html
import io
import json
import platform
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .. import __version__ as VERSION
from ..lesson import judge, tasks
from ..lesson.check import SIGNS
from .course import Course, Override, Roster, moment
from .grade import Plan, write

__all__ = ["Graded", "changes", "write_all"]

# How an answer's process may end without anybody having to look at it.
ORDINARY = ("answered", "missing", "time")


@dataclass(frozen=True)
class Graded:
    """One submission as the course counts it.

    `points` are those of the gradebook: with overrides, scaled, and after the late rule, which keeps `kept` of them.
    """

    result: Mapping[str, Any]
    overrides: Mapping[str, Override]
    points: float
    of: float
    kept: float

    @property
    def student(self) -> str:
        return self.result["student"]

    @property
    def part(self) -> str:
        return self.result["part"] or "unknown"

    def task_points(self, task: Mapping[str, Any]) -> float:
        own = self.overrides.get(task["id"])
        return own.points if own else task["earned"]

    @property
    def for_a_person(self) -> list[str]:
        """Why somebody should look at this, in sentences."""
        if self.result["state"] != "graded":
            return list(self.result["notes"])
        return [f"{t['id']}: {t['says']}" for t in self.result["tasks"] if t["ended"] not in ORDINARY]


def counted(
    result: Mapping[str, Any],
    course: Course,
    own: Mapping[tuple[str, str], Override],
    times: Mapping[tuple[str, str], datetime],
) -> Graded:
    """Count a result's points as the course does."""
    part = result["part"]
    mine = {task: override for (student, task), override in own.items() if student == result["student"]}
    if part is None:
        return Graded(result, mine, 0.0, 0.0, 1.0)
    ids = course.counted(part)
    raw = sum(tasks.find(task).points for task in ids)
    bonus = {task.id for task in tasks.part(part) if task.bonus}
    by_task = {task["id"]: task["earned"] for task in result["tasks"]}
    by_task |= {task: override.points for task, override in mine.items() if tasks.part_of(task) == part}
    earned = sum(points for task, points in by_task.items() if task in ids or task in bonus)
    when = times.get((result["student"], part)) or moment(result["submitted"], course.zone)
    kept = course.kept(part, when)
    return Graded(result, mine, round(earned / raw * course.of(part) * kept, 2), course.of(part), kept)


# Pages

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--muted:#57606a;--line:#d0d7de;--right:#1a7f37;--not:#b35900}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#14171b;--muted:#9aa4af;--line:#3a424b;
--right:#4ac26b;--not:#e09b4a}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;
padding:1rem;overflow-wrap:anywhere}
h1{line-height:1.2}h2{border-top:1px solid var(--line);padding-top:1rem}
.scroll{overflow-x:auto;margin-bottom:1.5rem}table{border-collapse:collapse}caption{text-align:left}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top;
overflow-wrap:normal}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.w{min-width:16rem}.bar{display:inline-block;height:.7em;background:var(--right);margin-left:.5rem}
.muted{color:var(--muted)}.right{color:var(--right)}.not{color:var(--not)}code{font-family:ui-monospace,monospace}
section{border-bottom:1px solid var(--line)}section h2{border:0;font-size:1.1rem;margin-bottom:0}
"""


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{html.escape(title)}</h1>{body}</main></body></html>\n"
    )


def _text(words: str) -> str:
    """Return a sentence as HTML: escaped, with code between backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(words))


@dataclass(frozen=True)
class _Share:
    """A share in a table: the number, and a bar beside it for the eye."""

    share: float


def _cell(value: Any) -> str:
    if isinstance(value, _Share):
        bar = f'<span class="bar" style="width:{round(80 * value.share)}px"></span>'
        return f"<td>{100 * value.share:.0f} %{bar}</td>"
    if isinstance(value, (int, float)):
        return f'<td class="n">{value:g}</td>'
    wide = ' class="w"' if len(value) > 40 else ""
    return f"<td{wide}>{_text(value)}</td>"


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]], caption: str) -> str:
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    numbers = [isinstance(value, (int, float)) for value in rows[0]]
    heads = "".join(
        f'<th scope="col"{" class=n" if number else ""}>{html.escape(name)}</th>'
        for name, number in zip(head, numbers, strict=True)
    )
    # A wide table scrolls by keyboard as well.
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(caption)}"><table>'
        f'<caption class="muted">{html.escape(caption)}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_text(item)}</li>" for item in items) + "</ul>"


def feedback(graded: Graded, name: str) -> str:
    """Return the page for a student."""
    result = graded.result
    parts = []
    if result["state"] == "graded":
        parts.append(f"<p><strong>{graded.points:g} of {graded.of:g} points.</strong></p>")
        if graded.kept < 1:
            parts.append(f"<p>Handed in late: {graded.kept:.0%} of the points are kept.</p>")
    else:
        parts.append("<p><strong>This could not be graded.</strong></p>")
    if result["notes"]:
        parts.append(_list(result["notes"]))
    for task in result["tasks"]:
        own = graded.overrides.get(task["id"])
        tone = "right" if task["verdict"] == judge.RIGHT else "not"
        sign = SIGNS.get(task["verdict"], "·")
        title = f"{task['id']} · {tasks.find(task['id']).title}"
        by_hand = f"<p>Points by hand: {_text(own.reason)}</p>" if own else ""
        parts.append(
            f"<section><h2>{html.escape(title)}</h2>"
            f'<p class="{tone}"><span aria-hidden="true">{sign}</span> {task["verdict"]}, '
            f"{graded.task_points(task):g} of {task['of']:g} points</p><p>{_text(task['says'])}</p>{by_hand}</section>"
        )
    parts.append(f'<p class="muted">{html.escape(Path(result["file"]).name)}, graded by version {VERSION}.</p>')
    return _page(f"{graded.part.capitalize()}: feedback for {name}", "".join(parts))


def summary(every: Sequence[Graded], receipt: Mapping[str, Any], others: Mapping[str, str], absent: list[str]) -> str:
    """Return the instructor's page."""
    persons = [[one.student, one.part, why] for one in every for why in one.for_a_person]
    held = [name for name, holds in receipt["protections"].items() if holds]
    body = [
        f"<p>{len(every)} submissions of {len({one.student for one in every})} students, {receipt['time']}.</p>",
        f"<p>Sandbox: {receipt['tool'] or 'none'}. Held in a test of it: {', '.join(held) or 'nothing'}.</p>",
        "<h2>For a person to look at</h2>",
        _table(("student", "part", "what happened"), persons, "Submissions that need a person")
        if persons
        else "<p>Nothing.</p>",
    ]
    for part in dict.fromkeys(one.part for one in every):
        body.append(_part_summary(part, [one for one in every if one.part == part and one.result["tasks"]]))
    if absent:
        body += ["<h2>Nothing handed in</h2>", _list(absent)]
    if others:
        body += ["<h2>Files that were not graded</h2>", _list(f"{name}: {why}" for name, why in others.items())]
    return _page("Grading: summary", "".join(body))


def _part_summary(part: str, those: Sequence[Graded]) -> str:
    if not those:
        return f"<h2>{html.escape(part.capitalize())}</h2><p>None could be graded.</p>"
    rows, slips, replies, shared = [], Counter(), {}, {}
    for number, task in enumerate(those[0].result["tasks"]):
        same = [(one, one.result["tasks"][number]) for one in those]
        counts = Counter(answer["verdict"] for _, answer in same)
        mean = round(sum(one.task_points(answer) for one, answer in same) / len(same), 2)
        rows.append(
            [
                task["id"],
                *(counts[verdict] for verdict in judge.VERDICTS[::-1]),
                mean,
                task["of"],
                _Share(counts[judge.RIGHT] / len(same)),
            ]
        )
        for one, answer in same:
            if answer["slip"]:
                slips[task["id"], answer["slip"]] += 1
                replies.setdefault((task["id"], answer["slip"]), answer["says"])
            elif answer["verdict"] in (judge.NOT_YET, judge.WRONG_KIND) and answer["value"]:
                shared.setdefault((task["id"], answer["value"]), []).append(one.student)
    common = sorted(((len(who), key, who) for key, who in shared.items() if len(who) > 1), reverse=True)
    mean = sum(one.points for one in those) / len(those)
    head = ("task", *judge.VERDICTS[::-1], "mean points", "of", "right")
    parts = [
        f"<h2>{html.escape(part.capitalize())}</h2>",
        f"<p>{len(those)} submissions, {mean:.1f} of {those[0].of:g} points on average.</p>",
        _table(head, rows, f"Verdicts by task, {part}"),
    ]
    if slips:
        named = [[*key, count, replies[key]] for key, count in slips.most_common()]
        parts.append(
            _table(("task", "named slip", "students", "what it was told"), named, f"Slips by frequency, {part}")
        )
    if common:
        unnamed = [[task, value, count, ", ".join(who[:6])] for count, (task, value), who in common]
        caption = f"Wrong answers without a name that several students share, {part}"
        parts.append(_table(("task", "answer", "students", "who"), unnamed, caption))
    return "".join(parts)


# Tables and archives


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue()


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet from taking a student's text for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value


def _books(every: Sequence[Graded], known: Roster | None) -> dict[str, str]:
    parts = list(dict.fromkeys(one.part for one in every))
    students = list(dict.fromkeys([*(known.rows if known else ()), *(one.student for one in every)]))
    by = {(one.student, one.part): one for one in every}
    ids = {part: next(([t["id"] for t in o.result["tasks"]] for o in every if o.part == part), []) for part in parts}
    worth = {part: next((one.of for one in every if one.part == part), 0) for part in parts}

    def points(student: str, part: str) -> Any:
        one = by.get((student, part))
        return "" if one is None or one.result["state"] != "graded" else one.points

    def row(student: str, column: str) -> str:
        return known.rows.get(student, {}).get(column, "") if known else ""

    book = [["student", "name", *(column for part in parts for column in (*ids[part], part, f"{part} state"))]]
    for student in students:
        line = [student, row(student, "name")]
        for part in parts:
            one = by.get((student, part))
            own = {task["id"]: one.task_points(task) for task in one.result["tasks"]} if one else {}
            state = one.result["state"] if one else "nothing handed in"
            late = f", {one.kept:.0%} kept" if one and one.kept < 1 else ""
            line += [*(own.get(task, "") for task in ids[part]), points(student, part), state + late]
        book.append(line)
    moodle = [["ID number", "Full name", *(part.capitalize() for part in parts)]]
    moodle += [[row(s, "moodle") or s, row(s, "name"), *(points(s, part) for part in parts)] for s in students]
    canvas = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(part.capitalize() for part in parts)]]
    canvas.append(["    Points Possible", "", "", "", "", *(worth[part] for part in parts)])
    canvas += [
        [
            row(s, "name") or s,
            row(s, "canvas"),
            "",
            row(s, "login") or s,
            row(s, "section"),
            *(points(s, p) for p in parts),
        ]
        for s in students
    ]
    return {"gradebook.csv": _csv(book), "moodle.csv": _csv(moodle), "canvas.csv": _csv(canvas)}


def _archives(every: Sequence[Graded], pages: Mapping[tuple[str, str], str], out: Path) -> None:
    """Write feedback under the names under which the work came: platforms give it back by them."""
    for part in dict.fromkeys(one.part for one in every):
        target = out / f"feedback_{part}.zip"
        passing = target.with_name(target.name + ".part")
        with zipfile.ZipFile(passing, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in every:
                if one.part == part:
                    entry = one.result["entry"]
                    in_file = entry.lower().endswith(".ipynb")
                    name = f"{entry[:-6]}.html" if in_file else f"{entry}/{part}-feedback.html"
                    archive.writestr(name, pages[one.student, part])
        passing.replace(target)


def changes(pairs: Iterable[tuple[Mapping[str, Any], Mapping[str, Any] | None]], when: str) -> list[list[Any]]:
    """Return who moved in this run and why, one row a task whose points or verdict changed."""
    rows = []
    for now, before in pairs:
        if before is None or now == before:
            continue
        why = "another submission" if now["submission"] != before["submission"] else "another check or setting"
        old = {task["id"]: task for task in before["tasks"]}
        for task in now["tasks"]:
            was = old.get(task["id"], {"earned": 0, "verdict": "none"})
            if (was["earned"], was["verdict"]) != (task["earned"], task["verdict"]):
                moved = [was["earned"], task["earned"], was["verdict"], task["verdict"]]
                rows.append([when, now["student"], now["part"], task["id"], *moved, why])
    return rows


def receipt(
    plan: Plan, protections: Mapping[str, bool], results: Sequence[Mapping[str, Any]], when: str
) -> dict[str, Any]:
    """Return what is needed to say later how this was graded. It holds the keys: it is the instructor's."""
    packages = ("numpy", "scipy", "nbformat")
    return {
        "time": when,
        "versions": {"inference-scaling": VERSION, "python": platform.python_version()}
        | {name: version(name) for name in packages},
        "graded": plan.key,
        "handed out": plan.handed_out,
        "tool": plan.tool,
        "protections": dict(protections),
        "limits": asdict(plan.limits),
        "states": dict(Counter(result["state"] for result in results)),
        "specifications": {r["part"]: r["specification"] for r in results if r["specification"]},
    }


def write_all(
    out: Path,
    every: Sequence[Graded],
    the_receipt: Mapping[str, Any],
    known: Roster | None,
    others: Mapping[str, str],
    moved: list[list[Any]],
) -> None:
    """Write every page, table and archive of a report."""
    pages = {}
    for one in every:
        name = (known.rows.get(one.student, {}).get("name") if known else None) or one.student
        pages[one.student, one.part] = feedback(one, name)
        write(out / "feedback" / _result_file(one).replace(".json", ".html"), pages[one.student, one.part])
    absent = [s for s in (known.rows if known else ()) if s not in {one.student for one in every}]
    write(out / "index.html", summary(every, the_receipt, others, absent))
    for name, text in _books(every, known).items():
        write(out / name, text)
    _archives(every, pages, out)
    write(out / "receipt.json", json.dumps(the_receipt, indent=1) + "\n")
    head = [["time", "student", "part", "task", "points before", "points now", "verdict before", "verdict now", "why"]]
    log = out / "changes.csv"
    before = log.read_text(encoding="utf-8") if log.exists() else _csv(head)
    write(log, before + _csv(moved))


def _result_file(one: Graded) -> str:
    from .grade import result_name

    return result_name(one.student, one.part)

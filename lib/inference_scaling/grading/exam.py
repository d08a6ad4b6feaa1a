"""An examination on paper and its key: ``python -m inference_scaling.grading.exam TERM``, or ``make exam TERM=…``.

The questions are tasks of the book that ask for a number or a line, chosen in ``exercises/exam.toml``. Term and course
key make the numbers: the same two give the same files byte for byte, another term other numbers. The key of the course
is `graded` of a private ``course.toml``; without it, whoever knows the term can make the key of the examination.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._project import project_root
from ..answers.task import APART, DRAWS, Line, Misconception, Number, Task, fill, parameters
from ..classroom.course import Course, load
from ..display.numbers import general
from ..lessons import registry
from .report.pages import Pages

__all__ = ["Exam", "ExamAnswer", "ExamError", "ExamQuestion", "SlipCredit", "exam", "main", "numbers", "written"]

QUESTIONS = Path("exercises/exam.toml")
FOLDER = Path("_build/exam")
_TERM = re.compile(r"\w[\w.-]*")
# Digits with which the key tells a number and the range that counts as right.
DIGITS = 5


class ExamError(ValueError):
    """The examination cannot be written; the message says what would be right."""


@dataclass(frozen=True)
class ExamQuestion:
    """What a student reads; `lines` is the number of empty lines for the answer."""

    title: str
    statement: str
    points: int
    unit: str
    lines: int


@dataclass(frozen=True)
class SlipCredit:
    """A named slip in the key: the answer to which it leads ("" for a line), what it is, and what it earns."""

    name: str
    value: str
    says: str
    points: int


@dataclass(frozen=True)
class ExamAnswer:
    """What the key says of a question: the point that it tests, the right answer, the working, and the slips."""

    task: str
    point: str
    value: str
    accepted: str
    working: str
    slips: tuple[SlipCredit, ...]


@dataclass(frozen=True)
class Exam:
    """An examination: what students get, and apart from it what markers get. `minutes` is the sum of the tasks'."""

    title: str
    aids: str
    term: str
    minutes: int
    questions: tuple[ExamQuestion, ...]
    answers: tuple[ExamAnswer, ...]
    secret: bool

    @property
    def points(self) -> int:
        return sum(question.points for question in self.questions)


def numbers(task: Task, term: str, course: Course) -> Mapping[str, Any]:
    """Return the numbers with which a term meets a task: never those of the book, of the notebooks or of the grading.

    Raises
    ------
    ExamError
        When the task has no other numbers.
    """
    if not task.book:
        return task.book
    known = [task.book, *(parameters(task, key) for key in (course.cohort, course.graded))]
    for i in range(DRAWS):
        drawn = parameters(task, "\0".join(("exam", course.graded, term, str(i))))
        if drawn not in known:
            return drawn
    raise ExamError(f"{task.id} has no numbers but those of the book and the notebooks; take another task")


def exam(term: str, course: Course, text: str) -> Exam:
    """Return the examination of a term.

    Parameters
    ----------
    term : str
        Letters, digits, '.', '_' and '-', as "2026-autumn".
    course : Course
        Its `graded` key makes the numbers, together with the term.
    text : str
        The choice of questions, in the form of ``exercises/exam.toml``.

    Raises
    ------
    ExamError
        For another term, a task that does not suit paper, points that are no whole number, or slips that are not those
        of the task.
    """
    if not _TERM.fullmatch(term):
        raise ExamError(f"a term has letters, digits, '.', '_' and '-', as 2026-autumn; got {term!r}")
    try:
        table = tomllib.loads(text)
        rows = table["question"]
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise ExamError(f"the choice of questions needs at least one [[question]]; see {QUESTIONS}")
        said = [(row["task"], row["point"], row["points"], row["slips"]) for row in rows]
        title, aids = table["title"], table["aids"]
    except tomllib.TOMLDecodeError as error:
        raise ExamError(f"the choice of questions is no TOML: {error}") from None
    except KeyError as error:
        raise ExamError(f"the choice of questions has no {error}; see {QUESTIONS}") from None
    made = [_question(number, row, term, course) for number, row in enumerate(said, start=1)]
    minutes = sum(registry.find(row[0]).minutes for row in said)
    questions, answers = zip(*made, strict=True)
    return Exam(title, aids, term, minutes, questions, answers, course.graded != course.cohort)


def _question(
    number: int, row: tuple[str, str, Any, Any], term: str, course: Course
) -> tuple[ExamQuestion, ExamAnswer]:
    task_id, point, points, credit = row
    where = f"question {number}"
    try:
        task = registry.find(task_id)
    except ValueError as error:
        raise ExamError(f"{where}: {error}") from None
    if not isinstance(task.answer_type, (Number, Line)):
        raise ExamError(
            f"{where}: {task.id} asks for a {type(task.answer_type).__name__.lower()}, which needs a computer; "
            "take a task that asks for a number or a line"
        )
    if type(points) is not int or points < 1:
        raise ExamError(f"{where}: points must be a whole number from 1 on, got {points!r}")
    slips = {slip.id: slip for slip in task.misconceptions}
    if set(credit) != set(slips):
        raise ExamError(f"{where}: slips must be those of {task.id}, {', '.join(slips)}; got {', '.join(credit)}")
    for name, worth in credit.items():
        if type(worth) is not int or not 0 <= worth < points:
            raise ExamError(
                f"{where}: the slip {name} must earn a whole number of points below {points}, got {worth!r}"
            )
    values = numbers(task, term, course)
    unit = task.answer_type.unit if isinstance(task.answer_type, Number) else ""
    asked = ExamQuestion(task.title, fill(task.statement, values), points, unit, max(5, task.minutes))
    value, accepted = _right(task, values)
    credits = tuple(_credit(task, slips[name], values, worth) for name, worth in credit.items())
    return asked, ExamAnswer(task.id, point, value, accepted, fill(task.explanation, values), credits)


def _right(task: Task, values: Mapping[str, Any]) -> tuple[str, str]:
    """Return the right answer and what counts as it; a line's is in its working."""
    form = task.answer_type
    if not isinstance(form, Number):
        return "", "Every line counts that equals the one of the working for all values of its letters."
    right = float(task.reference(**values))
    if form.whole:
        return f"{right:.0f}", "This whole number alone is right."
    width = _paper_width(form, right)
    return general(
        right, DIGITS
    ), f"From {general(right - width, DIGITS)} to {general(right + width, DIGITS)} is right."


def _paper_width(form: Number, right: float) -> float:
    """Return how far from the right answer is still right on paper, where people round to three digits.

    Slips are at least `APART` tolerances away, so that half of this never takes one for right.

    Examples
    --------
    >>> round(_paper_width(Number(tolerance=1e-3), 0.45455), 6), round(_paper_width(Number(tolerance=1e-5), 0.45455), 6)
    (0.0005, 2.3e-05)
    """
    most = APART / 2 * form.width(right)
    return min(0.5 * 10.0 ** (math.floor(math.log10(abs(right))) - 2), most) if right else most


def _credit(task: Task, slip: Misconception, values: Mapping[str, Any], points: int) -> SlipCredit:
    is_number = isinstance(task.answer_type, Number)
    value = general(float(slip.wrong_answer(**values)), DIGITS) if is_number else ""
    return SlipCredit(slip.id.replace("-", " "), value, fill(slip.feedback, values), points)


def written(made: Exam, folder: Path, pages: Pages) -> list[Path]:
    """Write ``exam.html`` for students and ``exam_key.html`` for markers into a folder; return their places.

    The page for students is made of the questions alone: nothing of the key is in reach of its template.
    """
    head = {"title": made.title, "term": made.term, "points": made.points}
    files = {
        "exam.html": pages.render("exam.html", **head, aids=made.aids, minutes=made.minutes, questions=made.questions),
        "exam_key.html": pages.render(
            "exam_key.html",
            **head | {"title": f"{made.title}, key"},
            pairs=list(zip(made.questions, made.answers, strict=True)),
        ),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


OPEN = (
    "Nothing of this key is secret: whoever knows the term can make it. Set `graded` in a private copy of "
    "exercises/course.toml and name the copy with --course (make exam COURSE=…)."
)


def main(arguments: list[str] | None = None) -> int:
    """Write an examination and its key, and return an exit status: 2 for anything that is wrong with the input."""
    parser = argparse.ArgumentParser(
        prog="make exam", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("term", help="the term, as 2026-autumn; another word gives other numbers")
    parser.add_argument("--course", type=Path, metavar="FILE", help="course.toml with the course's keys")
    parser.add_argument("--questions", type=Path, metavar="FILE", help=f"choice of questions, {QUESTIONS} unless given")
    parser.add_argument("--templates", type=Path, metavar="FOLDER", help="templates that replace ours")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help=f"where both files go, {FOLDER}/TERM unless given")
    options = parser.parse_args(arguments)
    try:
        root = project_root(Path.cwd())
        text = (options.questions or root / QUESTIONS).read_text(encoding="utf-8")
        made = exam(options.term, load(options.course) if options.course else Course(), text)
        files = written(made, options.out or root / FOLDER / options.term, Pages(options.templates))
    except (ValueError, OSError) as error:
        print(f"No examination was written: {error}", file=sys.stderr)
        return 2
    if not made.secret:
        print(OPEN, file=sys.stderr)
    print(f"{len(made.questions)} questions, {made.points} points, {made.minutes} minutes")
    print("\n".join(map(str, files)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

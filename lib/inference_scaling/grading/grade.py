"""From submissions to results: read, run in the sandbox, judge here, write down.

A result is one JSON file a student and part. Whatever a submission is or does, it gets one; what went wrong is
in it. A second run grades only what is new: the file holds a digest of the submission and of everything that
the verdict depends on.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.util import find_spec, resolve_name
from pathlib import Path
from typing import Any

from .. import __version__ as VERSION
from ..answers import collect, judge
from ..answers.task import BOOK, Design, Number, Picture, Task, Written, parameters
from ..classroom import release as exercises
from ..lessons import registry
from . import figures, submissions
from .sandbox import (
    Limits,
    Sandbox,
    SandboxError,
    available,
    cgroup,
    monitor,
    turns,
)
from .submissions import ReleasedNotebook, Submission, Unreadable

__all__ = [
    "RunSettings",
    "TaskResult",
    "absent",
    "account",
    "every_stored",
    "grade",
    "grade_one",
    "protections",
    "result_name",
    "run_settings",
]

ABSENT = "nothing handed in"
SAID = {
    "time": "This did not end within {seconds:g} seconds of processor time.",
    "waited": "This had not ended after a long time in which it hardly used the processor, also when it ran alone. "
    "Does it wait for something?",
    "memory": "This took more memory than the {memory} MB that an answer and all its processes may have together.",
    "machine": "While this ran, the grader's machine had hardly any memory left, also when it ran alone.",
    "files": "This made more files than an answer may.",
    "reply too long": "This answer is too large to be read.",
    "lost": "The program ended in the middle of this answer.",
}
# A report's folder of figures.
FIGURES = "figures"
# How an answer may end through the fault of something else that runs: it then runs once more, alone. Others wait
# meanwhile, so no more than the first few of a submission do.
BY_OTHERS, MOST_ALONE = ("waited", "machine", "lost", "signal SIGKILL"), 2
TYPED = "This is right for the numbers of your own notebook. Take the numbers from `given(…)` instead of typing them."


@dataclass(frozen=True)
class RunSettings:
    """Settings of a run of the grader: plain data, so that they can be sent to other processes.

    `key` is the graded cohort's, `handed_out` that of the notebooks the students had.
    """

    key: str
    handed_out: str
    tool: str | None
    limits: Limits = field(default_factory=Limits)
    root: str = "."


@dataclass(frozen=True)
class TaskResult:
    """One task of one submission.

    `ended` is "answered", "missing", "time", "exit 3", "signal SIGSEGV" and the like: how the answer's process ended.
    `value` is the answer in short, for comparing wrong ones; `doubt` is why a person has to look, if anybody has.
    `code` is what the student wrote. Of what a person marks `text` is the text, `figure` the picture (its file in the
    report's folder of figures; on the way there the picture itself), and `answer` tells this answer from any other.
    """

    id: str
    verdict: str
    says: str
    earned: float
    of: float
    misconception: str | None = None
    ended: str = "answered"
    value: str = ""
    doubt: str = ""
    code: str = ""
    text: str = ""
    figure: str = ""
    answer: str = ""


@cache
def released_notebook(part: str, root: str = ".") -> ReleasedNotebook:
    """Return what reading needs of a part's notebook as it is handed out."""
    notebook = exercises.released(exercises.source(part, Path(root)))
    cells = dict(exercises.answers(notebook))
    its = registry.part(part)
    return ReleasedNotebook(
        part=part,
        stubs={task.id: cells[f"{task.id}-answer"] for task in its if f"{task.id}-answer" in cells},
        names={task.id: task.variable for task in its},
        start=(cells["start"], cells["imports"]) if "imports" in cells else (cells["start"],),
        own=cells,
    )


@cache
def specification(part: str, key: str, handed_out: str, root: str, limits: Limits) -> str:
    """Return a digest of all that a verdict depends on besides the submission."""
    digest = hashlib.sha256()
    shown = released_notebook(part, root)
    texts = [path.read_text(encoding="utf-8") for path in sources(part)]
    for text in [*texts, VERSION, key, handed_out, repr(limits), repr(sorted(shown.own.items()))]:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


OURS = __name__.split(".")[0]


def sources(part: str) -> list[Path]:
    """Return the files of which a part's verdicts are made: its tasks, the comparison, the reader and the sandbox's
    program, and whatever of this package tasks and comparison import, the library behind the references included."""
    own = {Path(module.__file__) for module in (collect, submissions, figures)}
    # Files and not modules: they run in the sandbox, and not every system can import them.
    own |= {Path(monitor.__file__).with_name(f"{name}.py") for name in ("child", "seccomp", "kernel", "check_stub")}
    found: dict[str, Path | None] = {}
    specified = registry.file(part)
    left = [judge.__name__, *_imported(specified, registry.package(part))]
    while left:
        name = left.pop()
        if name in found or name.split(".")[0] != OURS:
            continue
        found[name], package = _file(name)
        if found[name] is not None:
            left += _imported(found[name], package)
    return sorted({Path(__file__), specified, *own, *filter(None, found.values())})


@cache
def _file(name: str) -> tuple[Path | None, str]:
    """Return the file of a module and the package that its relative imports begin at; no file for other names."""
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:
        # A name in a module, not a module.
        return None, ""
    if spec is None or not spec.has_location:
        return None, ""
    return Path(spec.origin), name if spec.submodule_search_locations else name.rpartition(".")[0]


_ONE_TREE = threading.Lock()


@cache
def _imported(path: Path, package: str) -> tuple[str, ...]:
    """Return every name that a file may import as a module, from anywhere in it."""
    names: list[str] = []
    # In Python 3.11 `ast.parse` may raise SystemError when several threads call it at once.
    with _ONE_TREE:
        tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package) if node.level else node.module
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return tuple(names)


def result_name(student: str, part: str | None, attempt: int = 0) -> str:
    """Return the file name of a result: readable, and different for different students.

    Examples
    --------
    >>> result_name("s01", "theorem"), result_name("../Zoë", None)
    ('s01_theorem.json', 'Zoë-8840d1_unknown.json')
    """
    safe = re.sub(r"[^\w@.-]+", "-", student).strip("-.")[:40]
    if safe != student:
        safe += "-" + hashlib.sha256(unicodedata.normalize("NFC", student).encode()).hexdigest()[:6]
    return f"{safe}_{part or 'unknown'}{f'_attempt{attempt}' if attempt else ''}.json"


def run_settings(
    key: str, handed_out: str = BOOK, *, trust: bool = False, limits: Limits | None = None, root: Path = Path()
) -> RunSettings:
    """Choose the sandbox of this machine.

    Raises
    ------
    SandboxError
        When there is none and `trust` is not given.
    """
    states = available()
    tool = next((name for name, wrong in states.items() if not wrong), None)
    if tool is None and not trust:
        reasons = "; ".join(f"{name}: {wrong}" for name, wrong in states.items())
        raise SandboxError(
            f"no sandbox works here ({reasons}). Install bubblewrap, or grade in the container of "
            "exercises/Containerfile, as the page Grading says: on macOS and Windows this is the way. "
            "With --trust the submissions run with your rights: only for people whom you would give your password."
        )
    return RunSettings(key, handed_out, tool, limits or Limits(), str(root))


# One submission


def grade_one(found: Submission, settings: RunSettings) -> dict[str, Any]:
    """Return the result of one submission as JSON data. It never raises for anything in the submission."""
    result = _blank(found)
    try:
        data = submissions.content(found.path, found.inside)
        known = {
            part: released_notebook(part, settings.root) for part in (*registry.parts(), *registry.private_parts())
        }
        part = found.part or submissions.part_of(data, known)
        if part is None:
            raise Unreadable("Neither its name nor its cells say which part this is.")
        result["part"] = part
        result["specification"] = specification(part, settings.key, settings.handed_out, settings.root, settings.limits)
        reading = submissions.extract_answers(data, known[part])
    except Unreadable as error:
        return {**result, "state": "unreadable", "notes": [str(error)]}
    result["notes"] = list(reading.notes)
    result["code"] = [list(cell) for cell in reading.cells]
    result["doubts"] = _doubts(data, part, reading, known)
    try:
        replies = _run(part, reading, settings)
        result["tasks"] = [
            asdict(_answered(task, replies.get(task.id), reading, data, settings))
            for task in registry.part(part)
            if task.id in known[part].stubs
        ]
    except Exception as error:
        # A fault of the grader or the machine, not of the student: it is recorded, the batch goes on, a person looks.
        return {**result, "state": "failed", "notes": [*reading.notes, f"Grading failed: {error}"]}
    return result


def _doubts(data: bytes, part: str, reading: submissions.Reading, known: Mapping[str, ReleasedNotebook]) -> list[str]:
    """Say where a notebook seems to be another one than its name says: its points would be 0 in silence."""
    if reading.begun or reading.assigned:
        return []
    inside = submissions.part_of(data, known)
    if inside not in (None, part):
        return [f"This was handed in as {registry.title(part)}, and its cells are those of {registry.title(inside)}."]
    return [] if reading.answers else [f"No answer to any task of {registry.title(part)} was found in this notebook."]


def _answered(
    task: Task, reply: Mapping[str, Any] | None, reading: submissions.Reading, data: bytes, settings: RunSettings
) -> TaskResult:
    """Return a task's result with what the student wrote."""
    code = reading.answers[task.id].code if task.id in reading.answers else ""
    if task.for_a_person and task.id in reading.begun:
        return _for_a_person(task, reply, code, data, settings)
    return replace(_doubted(_judged(task, reply, settings), task, reading), code=code)


def _for_a_person(
    task: Task, reply: Mapping[str, Any] | None, code: str, data: bytes, settings: RunSettings
) -> TaskResult:
    """Return the result of what only a person can judge: whatever became of it, it waits for the person."""
    text, shown, says = "", b"", ""
    if isinstance(task.answer_type, Picture):
        try:
            shown = figures.redrawn(figures.drawn(data, code))
        except figures.NoFigure as error:
            says = str(error)
    else:
        judged = _judged(task, reply, settings)
        says = "" if judged.verdict == judge.WAITING else judged.says
        text = _text(reply)
    answer = shown.digest if shown else hashlib.sha256((text or code).encode("utf-8", "replace")).hexdigest()[:16]
    return TaskResult(
        task.id,
        judge.WAITING,
        says,
        0,
        task.points,
        code=code,
        text=text,
        figure=base64.b64encode(shown).decode(),
        answer=answer,
    )


def _text(reply: Mapping[str, Any] | None) -> str:
    """Return the text that an answer's process sent, empty for whatever else it sent."""
    try:
        text = json.loads(reply["reply"])["data"]["text"]
        _sendable(text, LONGEST)
    except Exception:
        return ""
    return text


def _doubted(result: TaskResult, task: Task, reading: submissions.Reading) -> TaskResult:
    """Flag an answer that is in the notebook and was not found."""
    if result.verdict in (judge.UNDEFINED, judge.UNTOUCHED) and (kind := reading.texts.get(task.id)):
        says = f"The cell with the answer to {task.id} is one of {kind}, so nothing of it ran. Make it a code cell."
        return replace(result, says=says, doubt=says)
    if result.verdict not in (judge.UNDEFINED, judge.UNTOUCHED) or task.id not in reading.assigned:
        return result
    doubt = f"`{task.variable}` gets a value somewhere in the notebook, and the grader found none. {result.says}"
    return replace(result, doubt=doubt)


def _blank(found: Submission) -> dict[str, Any]:
    return {
        "student": found.student,
        "part": found.part,
        "file": found.place,
        **_said(found),
        "submission": submissions.fingerprint(found.path, found.inside),
        "specification": "",
        "state": "graded",
        "notes": [],
        "doubts": [],
        "tasks": [],
        "code": [],
    }


def _said(found: Submission) -> dict[str, Any]:
    """Return what a result holds of names and times alone: it may change without the file."""
    return {
        "entry": found.entry,
        "submitted": found.submitted,
        "choice": list(found.doubts),
        "members": list(found.members),
        "attempt": found.attempt,
    }


def absent(student: str, part: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the result of a part that a student did not hand in and a person has said something about."""
    nothing = {key: "" for key in ("file", "entry", "submission", "specification")}
    lists: dict[str, list[Any]] = {key: [] for key in ("notes", "choice", "doubts", "tasks", "code")}
    result = {"student": student, "part": part, "submitted": None, "state": ABSENT, **nothing, **lists}
    return result_name(student, part).removesuffix(".json"), result


def numbers(task: Task, settings: RunSettings) -> str:
    """Return the key of the numbers with which a task is graded. A design is chosen for the numbers that the notebook
    showed, mostly by hand, and a text speaks of them: with others a right one would be wrong."""
    return settings.handed_out if isinstance(task.answer_type, Design) or task.for_a_person else settings.key


def _run(part: str, reading: submissions.Reading, settings: RunSettings) -> dict[str, dict[str, Any]]:
    shown = released_notebook(part, settings.root)
    job = {
        "start": list(shown.start),
        "given": {task.id: dict(parameters(task, numbers(task, settings))) for task in registry.part(part)},
        "tasks": [
            {
                "id": task.id,
                "name": task.variable,
                "code": answer.code,
                "before": list(answer.before),
                "request": {**judge.request(task, numbers(task, settings)), "clock": "processor"},
            }
            for task in registry.part(part)
            # Of a figure nothing is run: what was drawn stands in the notebook.
            if (answer := reading.answers.get(task.id)) is not None and not isinstance(task.answer_type, Picture)
        ],
    }
    if not job["tasks"]:
        return {}
    box = _ready(settings.tool, settings.limits)
    with turns.beside_others():
        replies = {reply["id"]: reply for reply in box.run(job)}
    again = [task for task in job["tasks"] if replies[task["id"]]["ended"] in BY_OTHERS][:MOST_ALONE]
    if again:
        with turns.alone():
            replies |= {reply["id"]: reply for reply in box.run({**job, "tasks": again})}
    return replies


@cache
def _ready(tool: str | None, limits: Limits) -> Sandbox:
    """Return the sandbox of this process; its folder goes when the process does."""
    from multiprocessing.util import Finalize

    box = Sandbox(tool, limits).__enter__()
    # Not `atexit`, which the workers of a process pool leave out.
    Finalize(None, box.__exit__, exitpriority=1)
    return box


@cache
def protections(tool: str | None, limits: Limits) -> dict[str, bool]:
    """Return which protections hold in this process's sandbox, tried once: see `Sandbox.measured`."""
    return _ready(tool, limits).measured()


def account() -> str:
    """Say in words who counts the memory of a submission: the kernel, in a cgroup of its own, or the watch alone."""
    parent = cgroup.parent()
    if isinstance(parent, str):
        return f"memory watched from outside, without a cgroup ({parent})"
    return "memory in a cgroup for each sandbox"


def _judged(task: Task, reply: Mapping[str, Any] | None, settings: RunSettings) -> TaskResult:
    if reply is None and isinstance(task.answer_type, Picture):
        return TaskResult(task.id, judge.UNTOUCHED, "Not started: there is no figure yet.", 0, task.points)
    if reply is None:
        says = f"There is no answer cell for {task.id} in the notebook."
        return TaskResult(task.id, judge.UNDEFINED, says, 0, task.points, ended="missing")
    ended = reply["ended"]
    if ended != "answered":
        says = SAID.get(ended, "Python itself ended here ({ended}).").format(
            seconds=settings.limits.seconds, memory=settings.limits.memory >> 20, ended=ended
        )
        if reply.get("earlier"):
            says += " It uses names from your earlier cells, so they were run first; the fault may be in one of them."
        return TaskResult(task.id, judge.NOT_YET, says, 0, task.points, ended=ended)
    try:
        sent = json.loads(reply["reply"])
        data = _valid(sent["data"], longest=LONGEST if isinstance(task.answer_type, Written) else SHORT)
        error = _error(sent["error"])
    except Exception:
        # Whatever exception a reply causes here, it costs its own task and no other.
        says = "What came back is not what the grader asked for."
        return TaskResult(task.id, judge.WRONG_KIND, says, 0, task.points, ended="forged")
    try:
        verdict = judge.judge(task, numbers(task, settings), data)
        may_be_typed = settings.handed_out != settings.key and isinstance(task.answer_type, Number)
        if verdict.verdict != judge.RIGHT and may_be_typed:
            before = judge.judge(task, settings.handed_out, data)
            if before.verdict == judge.RIGHT:
                verdict = judge.Judged(judge.NOT_YET, TYPED, "typed numbers")
            elif before.misconception and not verdict.misconception:
                # With the notebook's own numbers typed in, a misconception is still that misconception.
                verdict = before
    except Exception as fault:
        says = f"A person has to look at this answer: the check itself failed with {type(fault).__name__}."
        return TaskResult(task.id, judge.WRONG_KIND, says, 0, task.points, ended="check failed", value=_short(data))
    says = f"{error} {verdict.says}" if error and verdict.verdict != judge.RIGHT else verdict.says
    earned = round(verdict.share * task.points, 1)
    return TaskResult(task.id, verdict.verdict, says, earned, task.points, verdict.misconception, value=_short(data))


_TAGS = {"truth": bool, "none": bool, "untouched": bool, "undefined": bool}


# In bytes, of which a character has four at most.
SHORT = 4 * collect.MAX_TEXT
# Of a text for a person.
LONGEST = 200_000


def _sendable(text: Any, longest: int = SHORT) -> None:
    """Raise ValueError for what is no text, too long, or cannot be written: a lone surrogate is possible."""
    if type(text) is not str or len(text.encode()) > longest:
        raise ValueError("not a text")


def _valid(data: Any, depth: int = 0, longest: int = SHORT) -> dict[str, Any]:
    """Return collected data when they have the form that `collect` gives them. They come from the student's process.

    Raises
    ------
    ValueError
        For anything else.
    """
    if type(data) is not dict or depth > collect.MAX_DEPTH + 2:
        raise ValueError("not collected data")
    rest = dict(data)
    for flag in ("mutated", "printed"):
        if rest.pop(flag, True) is not True:
            raise ValueError(f"{flag} is not a flag")
    if len(rest) == 2 and set(rest) == {"raised", "said"}:
        if type(rest["raised"]) is not list:
            raise ValueError("not the names of errors")
        for text in (*rest["raised"], rest["said"]):
            _sendable(text)
        return data
    if len(rest) != 1:
        raise ValueError("not one tag")
    ((tag, value),) = rest.items()
    if tag in ("number", "slow"):
        # The size first: an integer too large for a float has no answer to whether it is finite.
        if type(value) not in (int, float) or not abs(value) < collect.HUGE:
            raise ValueError("not a number")
    elif tag in ("list", "outcomes"):
        if type(value) is not list or len(value) > collect.MAX_ITEMS or (tag == "outcomes" and depth):
            raise ValueError("not a list")
        for item in value:
            _valid(item, depth + 1)
    elif tag in ("text", "kind", "library"):
        _sendable(value, longest)
    elif _TAGS.get(tag) is not type(value):
        raise ValueError(f"not a {tag}")
    return data


def _error(error: Any) -> str:
    """Return the sentence about the error at which an answer's cell stopped, empty when there was none."""
    if error is None:
        return ""
    _valid({"raised": error["raised"], "said": error["said"]})
    name = error["raised"][0] if error["raised"] else "an error of its own"
    # On a page backticks mean code, and these words are the student's.
    said = ": " + " ".join(error["said"][:200].replace("`", "'").split()) if error["said"] else ""
    line = (
        f" in line {error['line']}"
        if type(error["line"]) is int and 0 < error["line"] <= submissions.MOST_SOURCE
        else ""
    )
    comma = name == "SyntaxError" and "leading zeros in decimal integer literals" in said
    hint = " Decimals are written with a point, as 0.05." if comma else ""
    return f"The cell stopped{line} with {name[:60]}{said}.{hint}"


def _short(data: Mapping[str, Any]) -> str:
    match data:
        case {"number": number}:
            return f"{number:.6g}"
        case {"text": text}:
            return text[:200]
    text = json.dumps(data, sort_keys=True)
    return text if len(text) <= 200 else f"{text[:150]}… #{hashlib.sha256(text.encode()).hexdigest()[:8]}"


# All of them


def _current(path: Path, found: Submission, settings: RunSettings) -> dict[str, Any] | None:
    """Return the stored result if it is still current."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        part = stored["part"]
        wanted = specification(part, settings.key, settings.handed_out, settings.root, settings.limits) if part else ""
        holds = (
            stored["state"] != "failed"
            and stored["submission"] == submissions.fingerprint(found.path, found.inside)
            and stored["specification"] in (wanted, "")
            and all(_figure(path.parent.parent, task).is_file() for task in stored["tasks"] if task["figure"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not holds:
        return None
    return {**stored, **_said(found)}


def _figure(out: Path, task: Mapping[str, Any]) -> Path:
    """Return where a report keeps the figure of a task's result."""
    return out / FIGURES / task["figure"]


def _kept(result: dict[str, Any], out: Path) -> dict[str, Any]:
    """Return a result with its figures as files of the report."""
    for task in result["tasks"]:
        if task["figure"]:
            name = f"{task['answer']}.png"
            write(out / FIGURES / name, base64.b64decode(task["figure"]))
            task["figure"] = name
    return result


def write(path: Path, content: str | bytes) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        # On the disk before the old one goes, should the machine stop here.
        os.fsync(file.fileno())
    os.replace(part, path)


def grade(
    found: Sequence[Submission],
    out: Path,
    settings: RunSettings,
    *,
    jobs: int = 2,
    executor: Executor | None = None,
    again: bool = False,
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Grade submissions and store each result as soon as it is there.

    Parameters
    ----------
    found : sequence of Submission
    out : Path
        Results go to ``out/results``.
    settings : RunSettings
    jobs : int
        Submissions at one time.
    executor : concurrent.futures.Executor, optional
        Anything with its interface; threads unless given. Its workers need this package, the submissions' folder and
        the sandbox. See `cluster` for a Dask cluster.
    again : bool
        Grade also what has not changed.

    Yields
    ------
    tuple of dict
        The result, and the stored one it replaces, in the order in which they are finished. No more is held here than
        what is being graded.
    """
    places = [out / "results" / result_name(one.student, one.part, one.attempt) for one in found]
    if twice := [path.name for path, count in Counter(places).items() if count > 1]:
        raise ValueError(f"two submissions for {twice[0]}; `latest_per_student` says which one counts")
    _forget_unknown(found, out)
    own = ThreadPoolExecutor(jobs) if executor is None else None
    running: dict[Future, int] = {}

    def finished(most: int) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
        """Yield results until no more than so many are still being graded."""
        while len(running) > most:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                number = running.pop(future)
                yield _written(future, found[number], places[number], out)

    try:
        for number, (one, place) in enumerate(zip(found, places, strict=True)):
            if (stored := None if again else _current(place, one, settings)) is not None:
                yield stored, stored
                continue
            running[_submitted(executor or own, one, settings)] = number
            yield from finished(AHEAD * jobs)
        yield from finished(0)
    except BaseException:
        # Interrupted. Running answers are ended and discarded: a result is written as a whole or not at all.
        for future in running:
            future.cancel()
        if own is not None:
            monitor.STOPPED.set()
        raise
    finally:
        if own is not None:
            own.shutdown(cancel_futures=True)
            monitor.STOPPED.clear()


# Submissions that are given out, for each that can be graded at a time: nobody waits for the next, and a class of
# ten thousand does not wait in memory.
AHEAD = 3


def _written(future: Future, one: Submission, place: Path, out: Path) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Write the result of a submission; return it and the one that it replaces."""
    before = _stored(place)
    try:
        result = _kept(future.result(), out)
    except Exception as error:
        # A worker died, or the executor did. The next run grades this one again.
        said = f"Grading failed: {error or type(error).__name__}"
        result = {**_blank(one), "state": "failed", "notes": [said]}
    write(place, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return result, before


def _submitted(executor: Executor, found: Submission, settings: RunSettings) -> Future:
    try:
        return executor.submit(grade_one, found, settings)
    except RuntimeError as error:
        broken: Future = Future()
        broken.set_exception(error)
        return broken


def _forget_unknown(found: Sequence[Submission], out: Path) -> None:
    """Remove what was said about files of no part where their student has handed in something better since."""
    unknown = {one.student for one in found if one.part is None}
    for student in {one.student for one in found} - unknown:
        (out / "results" / result_name(student, None)).unlink(missing_ok=True)


def _stored(path: Path) -> dict[str, Any] | None:
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return result if isinstance(result, dict) and {"student", "part", "tasks", "state"} <= set(result) else None


def every_stored(out: Path, *, damaged: bool = False) -> list[tuple[str, dict[str, Any]]]:
    """Return all results in a report's folder, each with the name of its file without the ending.

    Raises
    ------
    ValueError
        For a file that holds no result; with `damaged` it is left out.
    """
    results = []
    for path in sorted((out / "results").glob("*.json")):
        result = _stored(path)
        if result is not None:
            results.append((path.stem, result))
        elif not damaged:
            raise ValueError(f"{path} holds no result; delete it and grade that submission again")
    return results


def earned(result: Mapping[str, Any], ids: Iterable[str] | None = None) -> float:
    """Return the points of a result, of all its tasks or of some."""
    chosen = None if ids is None else set(ids)
    return round(sum(task["earned"] for task in result["tasks"] if chosen is None or task["id"] in chosen), 1)

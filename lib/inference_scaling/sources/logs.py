"""Samples from the logs of evaluation tools: human-eval, EvalPlus, lm-evaluation-harness and Inspect.

    samples = logs.read("logs/2026-01-31_gsm8k.json", metric="match")

The tool is told from what stands in the file, not from its name. A log says how each sample was judged, and often by
several metrics: where there are several, one has to be named. What was not judged is neither right nor wrong, and
nothing is left out unasked.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import re
import shlex
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .._arguments import as_numbers, one, one_of
from ..samples import SampleError, SampleSet
from ..samples.answers import is_missing
from ..samples.errors import short as _short
from ..samples.files import ending_of
from ..samples.files import open_text as opened
from ..samples.files import parse_json as from_json
from ..samples.files import read_json_lines as json_lines

__all__ = ["TOOLS", "UNSCORED", "read", "tool_of"]

UNSCORED = ("refuse", "wrong", "skip")
# What the harness writes beside the metrics; logs of older versions do not say which keys are metrics.
_HARNESS = {"doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"}
_ZSTANDARD = 93
# What each tool writes where it found no answer; an empty text is none in every tool.
NO_ANSWERS: dict[str, set[str]] = {"lm-evaluation-harness": {"[invalid]"}}
# A file's name that says which of several runs it holds.
_RUN = re.compile(r"(?:seed|run|rs|epoch|trial|sample)[-_]?(\d+)", re.IGNORECASE)


class _Origin(NamedTuple):
    """Where a log's samples came from, as far as the tool records it; None where it does not."""

    file: str
    model: str | None = None
    task: str | None = None
    run: str | None = None


class _Judged(NamedTuple):
    """One sample: where it stands, and what each metric says of it."""

    place: str
    problem: str
    metrics: Mapping[str, Any]
    answers: Mapping[str, Any]
    origin: _Origin
    # Equal for the same problem in every log, where the tool records such a thing.
    known_by: str | None = None
    # Equal for the same sample in every log, where the tool records such a thing.
    sample: tuple[Any, ...] | None = None
    # How many responses the log has of which this one was judged.
    responses: int = 1


def read(
    *paths: str | Path, metric: str | None = None, at_least: float | None = None, unscored: str = "refuse"
) -> SampleSet:
    """Read the samples of one or more logs; several runs of the same problems add up to more samples of each.

    What would be counted without a trace is refused: logs of two models or two tasks, the same run or the same bytes
    twice, and the same sample twice in a run.

    Parameters
    ----------
    *paths : str or Path
        Logs of one tool:

        - human-eval: ``…_results.jsonl``, written by ``evaluate_functional_correctness``;
        - EvalPlus: ``…_eval_results.json``; metrics ``base`` and ``plus``;
        - lm-evaluation-harness: ``samples_….jsonl``, written with ``--log_samples``. The harness judges one response a
          problem and filter, also where it drew several: run it again with other seeds, and give all files.
          Metrics are named as in its results, ``exact_match,strict-match``. The model is read from ``results_….json``
          where it lies beside the log; ``[invalid]``, its mark for no answer, is none;
        - Inspect: ``.json``, or ``.eval`` where it is packed in a way that Python can open. Epochs are the samples of a
          problem, metrics are the scorers.
    metric : str, optional
        Which judgement is meant; needed where the logs hold several.
    at_least : float, optional
        A number from here on counts as right; without it a judgement must be right or wrong: true or false, 1 or 0,
        "pass" or "fail", Inspect's "C" or "I", "yes" or "no". As in Inspect, "P" counts 0.5.
    unscored : {"refuse", "wrong", "skip"}
        What becomes of samples that the tool did not judge, as after an error. Left out or called wrong, they move
        every estimate: that is for you to decide.

    Returns
    -------
    SampleSet
        With the answers where the log has them (Inspect's scorers, the harness's filtered responses). Its `meta` has
        ``notes``, sentences on what was left out or passed over, where there is something to say.

    Raises
    ------
    SampleError
        Naming the file, the place in it, and what is wrong.
    FileNotFoundError

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
    ...     for passed in ("true", "false"):
    ...         _ = file.write('{"task_id": "HumanEval/0", "completion": "...", "passed": %s}\\n' % passed)
    ...     file.flush()
    ...     read(file.name).c
    array([1])
    """
    one_of("unscored", unscored, UNSCORED)
    if at_least is not None:
        at_least = one("at_least", as_numbers("at_least", at_least))
    files = [Path(path) for path in paths]
    if not files:
        raise ValueError("no log was given: at least one is needed")
    alike = _different_files(files)
    found = [_opened(path) for path in files]
    tools = [tool for tool, _ in found]
    if len(set(tools)) > 1:
        other = next(i for i, tool in enumerate(tools) if tool != tools[0])
        raise SampleError(
            f"{files[other].name} is a log of {tools[other]}, {files[0].name} one of {tools[0]}: read them apart"
        )
    rows = [row for _, rows in found for row in rows]
    _one_experiment(rows)
    metric = _metric(rows, metric)
    columns: dict[str, list[Any]] = {"problem": [], "correct": [], "answer": []}
    unjudged = 0
    for row in rows:
        value = row.metrics.get(metric)
        # Inspect calls what it could not judge NaN.
        if isinstance(value, float) and math.isnan(value):
            value = None
        if value is None:
            unjudged += 1
            if unscored == "refuse":
                raise SampleError(
                    f"{row.place}: not judged by {metric!r}; run it again, or say what becomes of such samples: "
                    "unscored = 'wrong' or 'skip'"
                )
            if unscored == "skip":
                continue
        columns["problem"].append(row.problem)
        columns["correct"].append(value is not None and _right(value, at_least, row.place, metric))
        answer = row.answers.get(metric)
        columns["answer"].append(None if is_missing(answer) or answer in NO_ANSWERS.get(tools[0], ()) else answer)
    if not columns["problem"]:
        raise SampleError(f"no sample was judged by {metric!r}: with unscored = 'skip' none is left")
    notes = [*alike, *_left_out(rows, columns["problem"], unjudged, unscored), *_more_responses(rows)]
    source = {"source": ", ".join(path.name for path in files), "tool": tools[0], "metric": metric}
    return SampleSet.from_columns(columns, meta=source | ({"notes": tuple(notes)} if notes else {}))


def _left_out(rows: list[_Judged], kept: list[str], unjudged: int, unscored: str) -> Iterator[str]:
    if not unjudged:
        return
    of = f"{unjudged:,} of {len(rows):,} samples"
    if unscored == "wrong":
        yield f"{of} were not judged and count as wrong"
    else:
        problems = {row.problem for row in rows}
        yield (
            f"{of} were not judged and are left out, and with them {len(problems - set(kept)):,} of "
            f"{len(problems):,} problems: the rest may be the easier ones"
        )


def _more_responses(rows: list[_Judged]) -> Iterator[str]:
    most = max(row.responses for row in rows)
    if most > 1:
        several = sum(row.responses > 1 for row in rows)
        yield (
            f"up to {most} responses of a problem are in the log and 1 is judged, in {several:,} of {len(rows):,} "
            "places: the others are passed over; run it again with other seeds for more samples"
        )


def tool_of(path: str | Path) -> str | None:
    """Return the tool that wrote a file, by what stands in it, or None where it is no log that `read` knows."""
    try:
        return _opened(Path(path))[0]
    except (SampleError, UnicodeDecodeError):
        return None


# -- one experiment ----------------------------------------------------------------------------------------


def _different_files(files: list[Path]) -> Iterator[str]:
    """Refuse a file that is there twice, by its path or by what it holds; a note where only its name tells it apart."""
    notes = []
    known: dict[Any, Path] = {}
    for path in files:
        if not path.is_file():
            continue
        if path.resolve() in known:
            raise SampleError(f"{path.name}: given twice; the same samples again tell nothing new")
        first = known.setdefault(_digest(path), path)
        known[path.resolve()] = path
        if first is path:
            continue
        runs = [_RUN.findall(one.name) for one in (first, path)]
        if runs[0] == runs[1] or not all(runs):
            raise SampleError(
                f"{path.name}: holds the same bytes as {first.name}; a copy tells nothing new. Two runs that came out "
                "the same are read where the names of their files say so, as in seed0 and seed1"
            )
        notes.append(
            f"{path.name} holds the same bytes as {first.name}, and counts as a run of its own by its name: is it a "
            "copy, or was nothing drawn at random?"
        )
    return iter(notes)


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with gzip.open(path) if path.suffix.lower() == ".gz" else open(path, "rb") as file:
        try:
            while block := file.read(1 << 20):
                found.update(block)
        except (gzip.BadGzipFile, EOFError):
            raise SampleError(f"{path.name}: not a gzip file, or cut off") from None
    return found.hexdigest()


def _one_experiment(rows: list[_Judged]) -> None:
    """Refuse logs that make no one table: of two models or tasks, of other problems under one name, or of one sample
    twice."""
    origins: dict[str, _Judged] = {}
    problems: dict[str, _Judged] = {}
    samples: dict[Any, _Judged] = {}
    for row in rows:
        for name in ("model", "task"):
            value = getattr(row.origin, name)
            if value is None:
                continue
            first = origins.setdefault(name, row)
            if getattr(first.origin, name) != value:
                raise SampleError(
                    f"{row.origin.file} is a log of the {name} {value!r}, {first.origin.file} of "
                    f"{getattr(first.origin, name)!r}: read them apart"
                )
        _same_problem(problems.setdefault(row.problem, row), row.place, row.known_by)
        if row.sample is None:
            continue
        first = samples.setdefault(row.sample, row)
        if first is not row:
            run = "" if row.origin.run is None else f" of run {row.origin.run!r}"
            raise SampleError(
                f"{row.place}: the same sample{run} is at {first.place}: the same run twice tells nothing new"
                if row.origin.file != first.origin.file
                else f"{row.place}: occurs twice in the file"
            )


def _same_problem(first: _Judged, place: str, known_by: str | None) -> None:
    if known_by != first.known_by:
        raise SampleError(f"{place}: problem {first.problem} is another one than at {first.place}")


def _metric(rows: list[_Judged], metric: str | None) -> str:
    known = list(dict.fromkeys(name for row in rows for name in row.metrics))
    if not known:
        raise SampleError(f"{rows[0].place}: no sample was judged" if rows else "the log holds no sample")
    if metric is None and len(known) > 1:
        raise SampleError(f"the log holds several metrics: name one of {', '.join(map(repr, known))}")
    if metric is not None and metric not in known:
        raise SampleError(f"metric = {metric!r}: the log has {', '.join(map(repr, known))}")
    return known[0] if metric is None else metric


# The words of EvalPlus and Inspect, as Inspect counts them; its "N" is no answer, which is not a right one.
_WORDS = {
    **dict.fromkeys(("c", "correct", "pass", "yes", "true"), 1.0),
    "p": 0.5,
    **dict.fromkeys(("i", "n", "incorrect", "fail", "timeout", "no", "false"), 0.0),
}


def _right(value: Any, at_least: float | None, place: str, metric: str) -> bool:
    number = _number(value)
    if number is not None:
        if at_least is not None and not isinstance(value, bool):
            return number >= at_least
        if number in (0, 1):
            return bool(number)
    raise SampleError(
        f"{place}: {metric} is {_short(value)}, neither right nor wrong"
        + ("" if number is None else f" (it counts {number:g})" if isinstance(value, str) else "")
        + ("" if number is None else "; at_least = … would say from where on it is right")
    )


def _number(value: Any) -> float | None:
    """What a judgement counts, or None where it says nothing."""
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _WORDS:
            return _WORDS[word]
    elif not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


# -- the files ---------------------------------------------------------------------------------------------


def _opened(path: Path) -> tuple[str, Iterator[_Judged]]:
    """The tool that wrote a file, and its samples."""
    ending = ending_of(path)
    if ending == ".eval":
        return "Inspect", _inspect(path, *_unpacked(path))
    try:
        if ending == ".json":
            with opened(path) as file:
                log = from_json(file.read())
            if isinstance(log, dict) and isinstance(log.get("eval"), dict):
                if "plan" in log:
                    if not isinstance(log.get("samples"), list):
                        raise SampleError("the head of an Inspect log without its samples")
                    return "Inspect", _inspect(path, log["eval"], log["samples"])
                return "EvalPlus", _evalplus(path, log["eval"])
        elif ending in (".jsonl", ".ndjson"):
            rows = json_lines(path)
            for tool, (keys, samples) in _LINES.items():
                if rows and keys <= rows[0][1].keys():
                    return tool, samples(path, rows)
    except (gzip.BadGzipFile, EOFError):
        raise SampleError(f"{path.name}: not a gzip file, or cut off") from None
    except SampleError as error:
        raise SampleError(f"{path.name}: {error}") from None
    raise SampleError(f"{path.name}: not a log of {', '.join(TOOLS[:-1])} or {TOOLS[-1]}")


def _field(row: Any, name: str, place: str) -> Any:
    if not isinstance(row, dict) or row.get(name) is None:
        raise SampleError(f"{place}: {name!r} is missing")
    return row[name]


def _human_eval(path: Path, rows: list[tuple[int, dict[str, Any]]]) -> Iterator[_Judged]:
    origin = _Origin(path.name)
    for number, row in rows:
        place = f"{path.name}: line {number}"
        yield _Judged(place, str(_field(row, "task_id", place)), {"passed": row.get("passed")}, {}, origin)


def _evalplus(path: Path, problems: dict[str, Any]) -> Iterator[_Judged]:
    origin = _Origin(path.name)
    for problem, samples in problems.items():
        if not isinstance(samples, list):
            raise SampleError(f"{path.name}: {problem}: expected a list of samples, got {_short(samples)}")
        for i, sample in enumerate(samples):
            place = f"{path.name}: {problem}, sample {i}"
            metrics = {"base": _field(sample, "base_status", place)}
            if sample.get("plus_status") is not None:
                # As EvalPlus counts: who fails the base tests has not passed the others either.
                metrics["plus"] = sample["plus_status"] if metrics["base"] == "pass" else metrics["base"]
            yield _Judged(place, problem, metrics, {}, origin)


def _harness(path: Path, rows: list[tuple[int, dict[str, Any]]]) -> Iterator[_Judged]:
    # One line a problem and filter; the lines of one problem are one sample, judged by several metrics.
    judged: dict[str, _Judged] = {}
    origin = _Origin(path.name, _model_beside(path))
    for number, row in rows:
        place = f"{path.name}: line {number}"
        problem, filtered = str(_field(row, "doc_id", place)), f",{row['filter']}" if row.get("filter") else ""
        names = row.get("metrics")
        if not isinstance(names, list):
            names = [
                name for name, value in row.items() if name not in _HARNESS and isinstance(value, (bool, int, float))
            ]
        elif not all(isinstance(name, str) for name in names):
            raise SampleError(f"{place}: 'metrics' must be a list of names, got {_short(names)}")
        drawn = (
            [len(one) for one in row["resps"] if isinstance(one, list)] if isinstance(row.get("resps"), list) else []
        )
        one = judged.setdefault(
            problem,
            _Judged(place, problem, {}, {}, origin, row.get("doc_hash"), responses=max(drawn, default=1)),
        )
        _same_problem(one, place, row.get("doc_hash"))
        given = row.get("filtered_resps")
        answer = given[0] if isinstance(given, list) and given and isinstance(given[0], str) else None
        for name in names:
            if f"{name}{filtered}" in one.metrics:
                raise SampleError(f"{place}: problem {problem} was judged by {name}{filtered} before, at {one.place}")
            one.metrics[f"{name}{filtered}"] = row.get(name)
            one.answers[f"{name}{filtered}"] = answer
    yield from judged.values()


def _model_beside(path: Path) -> str | None:
    """The model, from the results that the harness writes beside its samples under the same date."""
    date = re.search(r"_(\d{4}-\d\d-\d\dT[\d.:-]+)\.jsonl", path.name)
    if date is None:
        return None
    try:
        found = json.loads((path.parent / f"results_{date[1]}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    model = found.get("model_name") if isinstance(found, dict) else None
    return model if isinstance(model, str) else None


def _inspect(path: Path, head: Any, samples: Any) -> Iterator[_Judged]:
    head = head if isinstance(head, dict) else {}
    model, task, run = (None if head.get(name) is None else str(head[name]) for name in ("model", "task", "run_id"))
    origin = _Origin(path.name, model, task, run)
    for sample in samples:
        problem, epoch = _field(sample, "id", path.name), _field(sample, "epoch", path.name)
        place = f"{path.name}: sample {problem}, epoch {epoch}"
        scores = sample.get("scores") or {}
        if not isinstance(scores, dict):
            raise SampleError(f"{place}: 'scores' must name the scorers, got {_short(scores)}")
        metrics, answers = {}, {}
        for name, score in scores.items():
            # A scorer that gave nothing has not judged the sample.
            score = score if isinstance(score, dict) else {"value": score}
            metrics[name], answers[name] = score.get("value"), score.get("answer")
            # A scorer may give several numbers at once.
            if isinstance(metrics[name], dict):
                parts = metrics.pop(name)
                metrics |= {f"{name}/{part}": value for part, value in parts.items()}
                answers |= dict.fromkeys((f"{name}/{part}" for part in parts), answers.pop(name))
        # A run that was taken up again copies samples with their own mark; without one, a run has each epoch once.
        mark = sample.get("uuid")
        known = (str(mark),) if mark is not None else (run or path, str(problem), str(epoch))
        yield _Judged(place, str(problem), metrics, answers, origin, _asked(sample.get("input")), known)


def _asked(question: Any) -> str | None:
    """What a problem asked, told by its text alone: messages carry marks that differ from run to run."""
    if isinstance(question, list):
        question = [part.get("content") if isinstance(part, dict) else part for part in question]
    return None if question is None else hashlib.sha256(json.dumps(question).encode()).hexdigest()


def _unpacked(path: Path) -> tuple[Any, Iterator[Any]]:
    """The head of a packed log, and its samples."""
    try:
        packed = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise SampleError(f"{path.name}: not an Inspect log: the file is not a zip archive, or is cut off") from None
    names = [name for name in packed.namelist() if name.startswith("samples/") and name.endswith(".json")]
    if any(packed.getinfo(name).compress_type == _ZSTANDARD for name in names):
        raise SampleError(
            f"{path.name}: packed with Zstandard, which Python 3.11 cannot open; "
            f"`inspect log convert {shlex.quote(str(path))} --to json --output-dir .` makes a .json of it"
        )
    # The head is written last; a run that was cut off has what it began with.
    heads = [name for name in ("header.json", "_journal/start.json") if name in packed.namelist()]
    head = _member(packed, heads[0], path) if heads else {}
    return (head.get("eval") if isinstance(head, dict) else None), (_member(packed, name, path) for name in names)


def _member(packed: zipfile.ZipFile, name: str, path: Path) -> Any:
    try:
        return from_json(packed.read(name).decode("utf-8"), f"{path.name}: {name}: ")
    except zipfile.BadZipFile:
        raise SampleError(f"{path.name}: {name} is cut off or damaged") from None


_LINES: dict[str, tuple[set[str], Callable[..., Iterator[_Judged]]]] = {
    "human-eval": ({"task_id", "passed"}, _human_eval),
    "lm-evaluation-harness": ({"doc_id", "filtered_resps"}, _harness),
}
TOOLS = (*_LINES, "EvalPlus", "Inspect")

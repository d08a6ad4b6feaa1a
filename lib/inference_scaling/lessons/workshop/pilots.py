"""The pilots of the capstone: where they come from, and how their hidden rest judges what was promised.

A recorded pilot is a split of CodeT's programs whose rest anybody can load: it is judged on trust. A keyed pilot is
drawn from the small reasoner with seeds made from an instructor's secret key: its rest cannot be made without the key.
"""

from __future__ import annotations

import hmac
import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...answers.task import Achieved
from ...decisions import hold_out
from ...estimates import IntervalWarning, curve, problem_interval
from ...samples import SampleSet, write_samples
from ...sources import reasoner, recorded

__all__ = [
    "GOOD",
    "KS",
    "MOST_REGRET",
    "PROBLEMS",
    "RULES",
    "HeldOut",
    "KeyedPilot",
    "control_reached",
    "keyed",
    "promise_width",
    "recorded_pilot",
    "regret_reached",
    "secret",
    "split_recording",
    "value_reached",
]

RULES = ("majority", "best_of_n")
KS = (1, 2, 4, 8, 16)
PROBLEMS = 60
REST_PROBLEMS, REST_SAMPLES = 240, 32
# A grid, because the model keeps a table for each temperature.
TEMPERATURES = (0.6, 0.8, 1.0, 1.2)
RECORDING = "humaneval_codet"
# What the machine accepts. Widths are relative to the book's interval from the same pilot.
NARROWEST, WIDEST = 0.5, 1.5
MOST_REGRET, GOOD = 0.15, 0.05
CONTROL_WITHIN = 0.00051
SHORTEST_KEY = 16


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What every allowed choice reaches on a pilot and on its rest, problem by problem.

    Attributes
    ----------
    name : str
        The pilot's, which every answer repeats.
    share : float
        Share of right samples in the pilot, as a mean over problems.
    pilot, rest : mapping of str to array, shape (problems, len(KS))
        By rule: what it reaches with each k of `KS`.
    """

    name: str
    share: float
    pilot: Mapping[str, np.ndarray]
    rest: Mapping[str, np.ndarray]

    @cached_property
    def best(self) -> tuple[str, int, float]:
        """The best rule and k on the rest, and what they reach there."""
        means = {(rule, k): self.reached(rule, k) for rule in RULES for k in KS}
        (rule, k), value = max(means.items(), key=lambda one: one[1])
        return rule, k, value

    def reached(self, rule: str, k: int) -> float:
        """Return what a choice reaches on the rest, as a mean over problems."""
        return float(self.rest[rule][:, KS.index(k)].mean())

    def interval(self, rule: str, k: int, *, of: str) -> tuple[float, float]:
        """Return the book's 95 % interval of a choice, of the "pilot" or of the "rest"."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IntervalWarning)
            low, high = problem_interval(getattr(self, of)[rule][:, KS.index(k)], rng=0)
        return float(low[0]), float(high[0])


def _values(samples: SampleSet) -> dict[str, np.ndarray]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IntervalWarning)
        return {rule: np.asarray(curve(samples, rule, KS, rng=0).per_problem) for rule in RULES}


def _share(samples: SampleSet) -> float:
    return float((samples.c / samples.n).mean())


# A recording, on trust


def split_recording(seed: int) -> tuple[SampleSet, SampleSet]:
    """Return pilot and rest of the recorded programs, as a learner makes them in the notebook."""
    return hold_out(recorded.load(RECORDING), problems=PROBLEMS, k=KS[-1], rng=seed)


@cache
def _whole() -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    samples = recorded.load(RECORDING)
    return samples.problems, _values(samples)


@cache
def recorded_pilot(seed: int) -> HeldOut:
    """Return a pilot of the recorded programs and the rest that judges it: the other problems, with all samples.

    Examples
    --------
    >>> held = recorded_pilot(7)
    >>> held.name, held.pilot["majority"].shape, held.rest["majority"].shape
    ('codet-7', (60, 5), (104, 5))
    """
    pilot, rest = split_recording(seed)
    labels, values = _whole()
    rows = [labels.index(label) for label in rest.problems]
    return HeldOut(f"codet-{seed}", _share(pilot), _values(pilot), {rule: each[rows] for rule, each in values.items()})


# A key


class KeyedPilot(NamedTuple):
    """A pilot made with a key: its name, the pilot to hand out, and the rest that only the key makes again."""

    name: str
    pilot: SampleSet
    rest: SampleSet

    def write(self, folder: Path) -> Path:
        """Write the pilot, and nothing of the rest, under its name; return the file."""
        path = folder / f"{self.name}.jsonl"
        write_samples(self.pilot, path)
        return path

    def held_out(self) -> HeldOut:
        """Return what every allowed choice reaches on both."""
        return HeldOut(self.name, _share(self.pilot), _values(self.pilot), _values(self.rest))


def _generator(key: str, *words: str) -> np.random.Generator:
    """Return the generator of some words. Without the key nothing about one follows from any number of others."""
    return np.random.default_rng(int.from_bytes(_digest(key, *words), "big"))


def _digest(key: str, *words: str) -> bytes:
    # As JSON, so that no two lists of words make the same text.
    return hmac.digest(key.encode(), json.dumps(words).encode(), "sha256")


def secret(key: str) -> str:
    """Return a key without the space around it.

    Raises
    ------
    ValueError
        For a key that is empty or can be guessed.
    """
    key = key.strip()
    if len(key) < SHORTEST_KEY:
        what = f"has {len(key)} characters" if key else "is empty"
        raise ValueError(f"the key {what}: it must be a secret of at least {SHORTEST_KEY} characters")
    return key


def keyed(key: str, cohort: str, student: str) -> KeyedPilot:
    """Return the pilot and the rest of a student, drawn from the small reasoner.

    Parameters
    ----------
    key : str
        The instructor's secret, of at least 16 characters: a shorter one can be guessed, and with it the rest.
    cohort, student : str

    Returns
    -------
    KeyedPilot

    Raises
    ------
    ValueError
        For a key that is empty or too short, an empty student, or a cohort that cannot name a file.

    Notes
    -----
    The seeds of pilot and rest are separate HMACs (SHA-256) of the key: the pilot says nothing about the rest but
    that both come from one model. Temperature, length of the sums and noise of the scores are drawn with the key too,
    so the model in the package does not say what this pilot's model reaches.
    """
    key = secret(key)
    if not re.fullmatch(r"[\w.-]+", cohort):
        raise ValueError(f"the cohort must be letters, digits, '-', '_' and '.', which name files; got {cohort!r}")
    if not student.strip():
        raise ValueError(f"the student must be a text that is not empty, got {student!r}")
    setting = _generator(key, "setting", cohort, student)
    shortest = int(setting.integers(2, 5))
    chosen = {
        "temperature": float(setting.choice(TEMPERATURES)),
        "shortest": shortest,
        "longest": shortest + int(setting.integers(2, 5)),
        "noise": float(setting.choice((0.0, 1.0, 3.0))),
    }
    pilot, rest = (
        _sums(_generator(key, part, cohort, student), problems, samples, **chosen)
        for part, problems, samples in (("pilot", PROBLEMS, KS[-1]), ("rest", REST_PROBLEMS, REST_SAMPLES))
    )
    return KeyedPilot(f"{cohort}-{_digest(key, 'name', cohort, student).hex()[:8]}", pilot, rest)


@cache
def _model() -> reasoner.Reasoner:
    return reasoner.load(reasoner.Config(seed=14)).reasoner


def _sums(
    rng: np.random.Generator,
    problems: int,
    samples: int,
    *,
    temperature: float,
    shortest: int,
    longest: int,
    noise: float,
) -> SampleSet:
    """Draw sums of the small reasoner. The problems have numbers for names, so nobody looks up what they ask."""
    asked = reasoner.draw_problems(problems, rng, shortest=shortest, longest=longest)
    drawn = _model().draw(asked, samples, rng, temperature=temperature)
    score = drawn.logprob.sum(2) / asked.length[:, None]
    score = score + noise * score.std() * rng.standard_normal(score.shape)
    return SampleSet(
        problem=np.repeat(np.arange(problems), samples),
        correct=drawn.correct.ravel(),
        problems=tuple(f"p{number:03d}" for number in range(problems)),
        answer=drawn.answer.ravel(),
        answers=tuple(map(str, range(100))),
        score=score.ravel().round(4),
        tokens=np.repeat(asked.length * reasoner.SumPuzzle.max_step_tokens, samples),
    )


# Judging


def _refused(says: str) -> Achieved:
    return Achieved(0.0, says, refused=True)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _form(value: Any, held: HeldOut, names: tuple[str, ...]) -> str | None:
    """Return what is wrong with the form of an answer, None where nothing is.

    `names` are those of its items: first the pilot, then maybe rule and k, then numbers between 0 and 1.
    """
    if not isinstance(value, list) or len(value) != len(names):
        return f"Not a list of {len(names)}: {', '.join(names)}."
    if not isinstance(value[0], str):
        return f"The pilot's name is a text, got {value[0]!r}."
    if value[0] != held.name:
        return (
            f"This names the pilot {value[0]!r}, and this check has only the rest of {held.name!r}. The rest of a "
            "pilot from your instructor lies there: hand the notebook in."
        )
    if "rule" in names:
        _, rule, k, *_ = value
        if rule not in RULES:
            return f"There is no rule {rule!r}; there are {' and '.join(map(repr, RULES))}."
        if not _number(k) or k not in KS:
            return f"k must be one of {', '.join(map(str, KS))}, because the pilot has {KS[-1]} samples; got {k!r}."
    for name, one in zip(names, value, strict=True):
        if name not in ("pilot", "rule", "k") and not (_number(one) and 0 <= one <= 1):
            return f"The {name} must be a number from 0 to 1, got {one!r}."
    return None


def control_reached(value: Any, held: HeldOut) -> Achieved:
    """Judge a control, (pilot, value): the share of the pilot's samples that are right, to three decimals."""
    if wrong := _form(value, held, ("pilot", "control")):
        return _refused(wrong)
    share = float(abs(value[1] - held.share) <= CONTROL_WITHIN)
    return Achieved(share, f"You say that one sample at random reaches {value[1]:g}.")


def regret_reached(value: Any, held: HeldOut) -> Achieved:
    """Judge a choice, (pilot, rule, k, regret): half for a good one, half for a stated regret that held."""
    if wrong := _form(value, held, ("pilot", "rule", "k", "regret")):
        return _refused(wrong)
    _, rule, k, stated = value
    best_rule, best_k, best = held.best
    regret = best - held.reached(rule, int(k))
    share = 0.5 * (regret <= GOOD) + 0.5 * (regret <= stated <= MOST_REGRET)
    return Achieved(
        share,
        f"On the rest {rule} with k = {k} reaches {best - regret:.3f}, and the best choice, {best_rule} with "
        f"k = {best_k}, {best:.3f}: a regret of {regret:.3f}, and you stated at most {stated:g}.",
    )


def value_reached(value: Any, held: HeldOut) -> Achieved:
    """Judge a promise, (pilot, rule, k, low, high): it has a sensible width, and meets the rest's own interval."""
    if wrong := _form(value, held, ("pilot", "rule", "k", "lower end", "upper end")):
        return _refused(wrong)
    _, rule, k, low, high = value
    if low > high:
        return _refused(f"The interval goes from {low:g} to {high:g}: the lower end comes first.")
    rest_low, rest_high = held.interval(rule, int(k), of="rest")
    held_up = low <= rest_high and high >= rest_low
    share = float(held_up and NARROWEST <= promise_width(value, held) <= WIDEST)
    return Achieved(
        share,
        f"On the rest {rule} with k = {k} reaches {held.reached(rule, int(k)):.3f} [{rest_low:.3f}, {rest_high:.3f}]. "
        f"Your interval [{low:.4g}, {high:.4g}] {'held' if held_up else 'did not hold'}.",
    )


def promise_width(value: list[Any], held: HeldOut) -> float:
    """Return the width of a promised interval over that of the book's interval from the same pilot."""
    low, high = held.interval(value[1], int(value[2]), of="pilot")
    return float((value[4] - value[3]) / (high - low))

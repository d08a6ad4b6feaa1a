"""Questions of the part Reliability."""

from __future__ import annotations

import numpy as np

from ... import estimates
from ..._lazy import on_demand
from ...interactive.prediction import Choice, Prediction
from ...sources import recorded

# Made by `on_demand`, below.
# ruff: noqa: F822
__all__ = ["R1", "R2", "R3", "R4"]

# As text, a number with four digits after its point has six characters.
LONG = 6


def _r1() -> Prediction:
    airline = recorded.load("agents_airline")
    one, *_, four = estimates.curve(airline, "all", [1, 2, 3, 4]).value
    at_least_one = estimates.curve(airline, "pass", [4]).value[0]
    return Prediction(
        id="R1",
        answered_in=("See it", "State it"),
        question="An agent solves {one:.0f} % of its airline tasks in one trial. Now a task counts only if four trials "
        "all succeed. On how many per cent of the tasks does it succeed four times?",
        choices=(
            Choice(
                "About {power:.0f} %: {share:.2f} to the power of 4",
                "That would hold if all tasks were equally hard. But some succeed nearly always, and these decide.",
            ),
            Choice(
                "About {four:.0f} %",
                "Some tasks succeed nearly always. They keep pass^4 far above the fourth power of the mean.",
            ),
            Choice(
                "Still about {one:.0f} %",
                "That would hold if every task always succeeded or always failed. Many do sometimes.",
            ),
            Choice(
                "About {many:.0f} %",
                "This is how often at least one of four trials succeeds. More trials help there, and here they hurt.",
            ),
        ),
        right=1,
        truth="Four trials all succeed on {four:.0f} % of the tasks; the fourth power of the mean is {power:.1f} %.",
        numbers={
            "one": 100 * one,
            "share": float(one),
            "power": 100 * float(one) ** 4,
            "four": 100 * four,
            "many": 100 * at_least_one,
        },
    )


def _r2() -> Prediction:
    rows = recorded.table("agents_pass_hat_k")
    each = list(zip(rows["tasks"].tolist(), *(rows[f"pass_{k}"].tolist() for k in (1, 2, 3, 4)), strict=True))
    fit = np.array([bool(estimates.audit(values, tasks).histograms) for tasks, *values in each])
    return Prediction(
        id="R2",
        answered_in=("See it", "State it", "74 rows"),
        question="A leaderboard shows pass^1 to pass^4 of {rows} rows: four trials of each of 50 to 114 tasks, three "
        "to ten digits. How many of the rows tell exactly how many tasks succeeded 0, 1, 2, 3 and 4 times?",
        choices=(
            Choice(
                "None: four means cannot give back five counts",
                "Four means and the number of tasks are five equations. And whole numbers leave little freedom to "
                "rounded ones.",
            ),
            Choice(
                "Only those with ten digits, {long}",
                "Ten digits are more than enough, but four are enough, too: so few whole numbers are possible.",
            ),
            Choice(
                "{fit}, and no histogram fits the other {none}",
                "Whole tasks leave one histogram or none. Where there is none, the row was made in another way.",
            ),
        ),
        right=2,
        truth="{fit} of {rows} rows have exactly one histogram, the other {none} have none.",
        numbers={
            "rows": len(fit),
            "fit": int(fit.sum()),
            "none": int((~fit).sum()),
            "long": sum(max(map(len, map(repr, values))) > LONG for _, *values in each),
        },
    )


def _r3() -> Prediction:
    found = estimates.compare(recorded.load("rl/trained"), recorded.load("rl/base"), names=("trained", "base"), rng=0)
    place = found.crossing
    assert place is not None and place.leader == "base"
    return Prediction(
        id="R3",
        answered_in=("See it", "State it"),
        question="Reinforcement learning lifts a model from {before:.0f} % to {after:.0f} % right with one sample, on "
        "{problems:,} problems of mathematics. Now each problem may be tried up to {k} times, and counts if one sample "
        "is right. Does the model before the training ever come out ahead?",
        choices=(
            Choice(
                "No: a model that is better at one sample is better at any number",
                "The mean of p decides at one sample. At many samples the problems with a small p decide, and of those "
                "the trained model solves fewer.",
            ),
            Choice(
                "Yes, from about k = {at} on, give or take a factor of two",
                "The means cross at {at}, and the data allow any place from {low} to {high}.",
            ),
            Choice(
                "Yes, and {problems:,} problems fix the place to within one or two k",
                "Near the crossing the difference is tiny, so its place is known far less well than its height.",
            ),
        ),
        right=1,
        truth="The lines cross at k = {at}, with an interval from {low} to {high}; at {k} the untrained model is ahead "
        "by {lead:.1f} points.",
        numbers={
            "before": 100 * float(found.b.value[0]),
            "after": 100 * float(found.a.value[0]),
            "problems": len(found.problems),
            "k": int(found.k[-1]),
            "at": place.k,
            "low": place.low,
            "high": int(place.high or found.k[-1]),
            "lead": -100 * float(found.value[-1]),
        },
    )


def _r4() -> Prediction:
    base = recorded.load("rl/base")
    split, problems, n = estimates.split_variance(base), len(base.problems), int(base.n[0])
    many, one = split.standard_error(problems, n), split.standard_error(problems, 1)
    return Prediction(
        id="R4",
        answered_in=("See it", "State it"),
        question="{problems:,} problems with {n} samples each give the share of right samples with a standard error of "
        "{many:.3f}. What would it be with one sample of each problem?",
        choices=(
            Choice(
                "About {root:.2f}: larger by the root of {n}",
                "That would hold if all samples were independent draws of one chance. But most of the error comes from "
                "the choice of the problems, and these stay the same.",
            ),
            Choice(
                "About {one:.3f}: hardly larger",
                "The error comes from two places. The choice of the problems makes nearly all of it, and one sample of "
                "each sees as many problems.",
            ),
            Choice(
                "The same: only the number of problems counts",
                "Nearly. The samples add something: a problem that is right half of the time may come out either way.",
            ),
        ),
        right=1,
        truth="{one:.3f} with one sample of each problem, {many:.3f} with {n}: {ratio:.2f} times as much error for a "
        "{n}th of the samples.",
        numbers={
            "problems": problems,
            "n": n,
            "many": many,
            "one": one,
            "root": many * n**0.5,
            "ratio": one / many,
        },
    )


__getattr__ = on_demand(__name__, {"R1": _r1, "R2": _r2, "R3": _r3, "R4": _r4})

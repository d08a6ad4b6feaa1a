"""Workshop 7, the capstone: a choice from a pilot, with its control, its promise and one page, judged on a hidden rest.

The answers are data, so the machine compares them with a rest that the notebook never loads. A person reads the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ...answers.task import Achieved, Design, Misconception, Task, Written
from . import pilots
from .pilots import GOOD, KS, MOST_REGRET, RULES, HeldOut, recorded_pilot

__all__ = ["HEADINGS", "JUDGES", "TASKS", "page_reached"]

HEADINGS = ("Curve", "Interval", "Control", "Limits", "Decision")
LEAST_WORDS = 8
# What judges an answer by the rest: here by that of a recorded pilot, for a class by that of a keyed one.
JUDGES: dict[str, Callable[[Any, HeldOut], Achieved]] = {
    "W-71": pilots.control_reached,
    "W-72": pilots.regret_reached,
    "W-73": pilots.value_reached,
}
# What a page cannot do without a number.
NUMBERED = ("Curve", "Interval", "Control")


def _draw(rng: np.random.Generator) -> dict[str, Any]:
    # A few are enough: a recorded pilot is judged on trust, whatever its seed.
    return {"seed": int(rng.integers(1, 13))}


def _on_trust(task: str) -> Callable[..., Achieved]:
    """Return a judge of answers to the recorded pilot of a seed."""
    return lambda value, seed: JUDGES[task](value, recorded_pilot(seed))


def _best_on_pilot(held: HeldOut) -> tuple[str, int, float]:
    means = {(rule, k): float(held.pilot[rule][:, at].mean()) for rule in RULES for at, k in enumerate(KS)}
    (rule, k), value = max(means.items(), key=lambda one: one[1])
    return rule, k, value


# W-71


def _highest(seed: int) -> list[Any]:
    held = recorded_pilot(seed)
    return [held.name, round(_best_on_pilot(held)[2], 4)]


def _solved(seed: int) -> list[Any]:
    pilot, _ = pilots.split_recording(seed)
    return [recorded_pilot(seed).name, round(float((pilot.c > 0).mean()), 4)]


def _same_value(wrong: Callable[[int], list[Any]]) -> Callable[..., bool]:
    return lambda value, seed: abs(value[1] - wrong(seed)[1]) <= pilots.CONTROL_WITHIN


W71 = Task(
    id="W-71",
    kind="C",
    title="The control",
    points=3,
    minutes=8,
    variable="control",
    statement=(
        "How often is one sample right that is picked at random? Compute the share of right samples of each problem of "
        "your pilot, and their mean over the problems. Answer with the pilot's name and this number, to at least three "
        'decimals, such as `("codet-{seed}", 0.123)`. Type them: a grader has your answer and not your pilot.'
    ),
    answer_type=Design("the pilot's name and a number from 0 to 1", _on_trust("W-71")),
    reference=lambda seed: [recorded_pilot(seed).name, recorded_pilot(seed).share],
    misconceptions=(
        Misconception(
            "highest",
            _highest,
            "This is what your best choice reaches on the pilot. The control is what the same samples give to someone "
            "who picks blindly.",
            matches=_same_value(_highest),
        ),
        Misconception(
            "solved",
            _solved,
            "This is the share of problems with at least one right sample, which only a perfect checker reaches. The "
            "control picks one sample at random.",
            matches=_same_value(_solved),
        ),
    ),
    hints=(
        "`pilot.c` is the number of right samples of each problem, and `pilot.n` the number of samples.",
        "float((pilot.c / pilot.n).mean()), rounded to four decimals.",
    ),
    explanation=(
        "A rule that does not beat this number has bought nothing with its other samples. More samples alone do not "
        "change it."
    ),
    book={"seed": 7},
    draw=_draw,
)

# W-72


def _honest_choice(seed: int) -> list[Any]:
    held = recorded_pilot(seed)
    rule, k, _ = held.best
    return [held.name, rule, k, 0.03]


W72 = Task(
    id="W-72",
    kind="C",
    title="The choice and its regret",
    points=6,
    minutes=17,
    variable="choice",
    statement=(
        "Choose a rule, `majority` or `best_of_n`, and k, one of 1, 2, 4, 8 and 16. State a regret: how far at most "
        "your choice lies below the best of these ten choices. Both are judged on the rest, which you do not have. "
        f"Half the points are for a choice within {GOOD:g} of the best one, half for a regret that holds and is at "
        f"most {MOST_REGRET:g}. Answer such as "
        '`("codet-{seed}", "majority", 4, 0.08)`.'
    ),
    answer_type=Design("pilot, rule, k and regret", _on_trust("W-72")),
    reference=_honest_choice,
    misconceptions=(
        Misconception(
            "one-sample",
            lambda seed: [recorded_pilot(seed).name, "best_of_n", 1, 0.0],
            "This choice takes one sample, so no rule has anything to pick from: it is the control.",
            matches=lambda value, seed: value[2] == 1,
        ),
        Misconception(
            "says-nothing",
            lambda seed: [*_honest_choice(seed)[:3], 0.5],
            "This regret is so large that it holds for nearly every choice. State what your pilot supports.",
            matches=lambda value, seed: value[2] != 1 and value[3] > MOST_REGRET,
        ),
    ),
    hints=(
        "Compare each of the other nine choices with yours on the same problems: its.paired_interval says by how much "
        "it may be better.",
        "Take the largest upper end of these nine paired intervals as your regret, and 0 where that is below 0. "
        "`curve.per_problem` holds what a paired interval needs.",
    ),
    explanation="The rest agrees with what you chose and with how far from the best you said it may be.",
    book={"seed": 7},
    draw=_draw,
)

# W-73


def _honest_promise(seed: int) -> list[Any]:
    """Return a promise for the best choice, as wide as the book's interval and around what the rest reaches."""
    held = recorded_pilot(seed)
    rule, k, value = held.best
    low, high = held.interval(rule, k, of="pilot")
    return [held.name, rule, k, max(value - (high - low) / 2, 0.0), min(value + (high - low) / 2, 1.0)]


def _by_samples(seed: int) -> list[Any]:
    """Return the interval of somebody who counts every sample as a problem."""
    held = recorded_pilot(seed)
    rule, k, value = _best_on_pilot(held)
    half = 1.96 * float(np.sqrt(value * (1 - value) / (pilots.PROBLEMS * KS[-1])))
    return [held.name, rule, k, value - half, value + half]


W73 = Task(
    id="W-73",
    kind="C",
    title="The promise",
    points=6,
    minutes=12,
    variable="promise",
    statement=(
        "What will your choice reach on other problems of this kind? Promise an interval of 95 %, from your pilot. It "
        "is judged on the rest: it holds where it meets the rest's own interval. It must be neither narrower than half "
        "the book's interval from the same pilot (`its.problem_interval`) nor wider than one and a half of it. Answer "
        'such as `("codet-{seed}", "majority", 4, 0.11, 0.22)`.'
    ),
    answer_type=Design("pilot, rule, k, lower end and upper end", _on_trust("W-73")),
    reference=_honest_promise,
    misconceptions=(
        Misconception(
            "samples-as-problems",
            _by_samples,
            "This interval is narrower than the pilot's problems allow: maybe it counts every sample as a problem, or "
            "leaves out how much problems differ.",
            matches=lambda value, seed: pilots.promise_width(value, recorded_pilot(seed)) < pilots.NARROWEST,
        ),
        Misconception(
            "certain",
            lambda seed: [*_honest_promise(seed)[:3], 0.0, 1.0],
            "This interval is far wider than the pilot's: it holds because it says nothing.",
            matches=lambda value, seed: pilots.promise_width(value, recorded_pilot(seed)) > pilots.WIDEST,
        ),
    ),
    hints=(
        "The interval speaks of other problems, so it comes from the spread over problems and not over samples.",
        "curve = its.curve(pilot, rule, [k], rng=0); then curve.low[0] and curve.high[0].",
    ),
    explanation="It was promised before you saw these problems: that is what an interval over problems is for.",
    book={"seed": 7},
    draw=_draw,
)

# W-74


def _sections(text: str) -> dict[str, str]:
    """Return the text under each heading of the form ``## Heading``."""
    parts = re.split(r"^##[ \t]+(.+?)[ \t]*$", text, flags=re.MULTILINE)
    return {heading.strip().capitalize(): body.strip() for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def page_reached(value: Any, seed: int) -> Achieved:
    """Judge the form of a page: five headings, words under each, numbers where there must be some."""
    if not isinstance(value, str):
        return Achieved(0.0, "The page is one text, in triple quotes.", refused=True)
    found = _sections(value)
    if missing := [heading for heading in HEADINGS if heading not in found]:
        return Achieved(0.0, f"The page has no heading `## {missing[0]}`.")
    if short := [heading for heading in HEADINGS if len(found[heading].split()) < LEAST_WORDS]:
        return Achieved(0.0, f"Under `## {short[0]}` there are fewer than {LEAST_WORDS} words.")
    if bare := [heading for heading in NUMBERED if not re.search(r"\d", found[heading])]:
        return Achieved(0.0, f"Under `## {bare[0]}` there is no number.")
    return Achieved(1.0, "The form is complete.")


def _page(**changed: str) -> str:
    texts = {
        "Curve": "Majority rises from 0.19 with 1 sample to 0.29 with 16 samples, and best-of-N to 0.30 with 4.",
        "Interval": "The choice reaches 0.28 on the pilot, with an interval over problems from 0.19 to 0.40.",
        "Control": "A sample picked at random is right 0.22 of the time; the paired gain is 0.06 [0.01, 0.11].",
        "Limits": "Sixty problems of one kind and one model: nothing here speaks of other prompts or of k above 16.",
        "Decision": "Take best-of-N with 4 samples, because twice as many cost twice as much and gain nothing seen.",
    }
    return "\n\n".join(f"## {heading}\n{text}" for heading, text in {**texts, **changed}.items())


W74 = Task(
    id="W-74",
    kind="C",
    title="One page",
    points=12,
    minutes=23,
    variable="page",
    statement=(
        "Write one page, at most 2,000 characters, for somebody who has to decide and did not take this course. Five "
        "headings, each a line: `## Curve`, `## Interval`, `## Control`, `## Limits`, `## Decision`. Say with numbers "
        "what your choice reaches for each k, how sure that is, and what the same samples give without the rule. Then "
        "say what your pilot cannot tell, and what you would do. The check looks at the form alone: a person reads the "
        "page and marks it with the rubric."
    ),
    answer_type=Written("one text of at most 2,000 characters with five headings", form=page_reached),
    reference=lambda seed: _page(),
    misconceptions=(
        Misconception(
            "no-limits",
            lambda seed: _page().replace("## Limits", "Limits"),
            "This page says nothing of its limits. Name what the pilot cannot tell: other problems, other models, more "
            "samples.",
            matches=lambda value, seed: "Limits" not in _sections(value),
        ),
        Misconception(
            "no-numbers",
            lambda seed: _page(Control="The rule is much better than picking one of the samples at random, we think."),
            "This control is an opinion. Give what one sample at random reaches, and the paired gain and interval.",
            matches=lambda value, seed: not re.search(r"\d", _sections(value).get("Control", "0")),
        ),
    ),
    hints=(
        "Begin from the answers that you have: W-71 is the control, W-72 the decision, W-73 the interval.",
        "A line that begins with ## and a heading, then one to three sentences with numbers; five times.",
    ),
    explanation="Nobody has read it yet. Mark it yourself with the rubric, before somebody else does.",
    book={"seed": 7},
    draw=_draw,
)

TASKS = (W71, W72, W73, W74)

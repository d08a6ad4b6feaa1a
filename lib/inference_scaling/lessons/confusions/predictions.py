"""Questions of the part Confusions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import poisson

from ... import estimates, laws, verifiers
from ..._lazy import on_demand
from ...interactive.prediction import Choice, Prediction
from ...sources import recorded
from .two_ways import SAMPLES, pair


def vote_of(k: int, right: float, wrong: Sequence[float]) -> float:
    """Return the chance that the right answer wins a vote of k independent samples; two that tie share.

    Given their sum, independent Poisson counts are multinomial: the counts of the wrong answers are
    convolved, each cut below (or at) the right answer's count. A tie of three or more counts half too.

    Examples
    --------
    >>> round(vote_of(3, 0.5, [0.5]), 3)
    0.5
    """
    counts, total = np.arange(k + 1), 0.0
    masses = [poisson.pmf(counts, k * share) for share in wrong]
    for votes in range(1, k + 1):
        mine = poisson.pmf(votes, k * right)
        for most in (votes - 1, votes):
            rest = np.zeros(k + 1)
            rest[0] = 1.0
            for mass in masses:
                rest = np.convolve(rest, np.where(counts <= most, mass, 0.0))[: k + 1]
            total += mine * rest[k - votes] / 2
    return float(total / poisson.pmf(k, k))


def _c5() -> Prediction:
    tokens, ceiling, scale, auc, most = 4000, 0.3, 1000, 0.8, 40
    k = np.arange(1, most + 1)
    each = laws.chain_success(tokens / k, ceiling, scale)
    picked = verifiers.best_of_n_law(each, verifiers.Roc.binormal(auc), k)
    best = int(picked.argmax())
    if not 0 < best < 5 or not picked[-1] < picked[0] < picked[best]:
        raise ValueError("C5 says that a few chains are best and very many worse than one, and they are not")
    return Prediction(
        id="C5",
        answered_in=("See it", "State it"),
        question="{tokens:,} tokens are cut into k chains of equal length. A chain of L tokens succeeds with "
        "{ceiling}·(1 − e^(−L/{scale})). With nobody to pick, one long chain is best; with a perfect checker, many "
        "short ones. Now a verifier picks that errs: AUC {auc}, normal scores of equal spread. Which k is best?",
        choices=(
            Choice(
                "1: a picker that errs is as good as none",
                "It errs, but it is not blind. With {best} chains its pick is right {top:.2f} of the time, one long "
                "chain {one:.2f}.",
            ),
            Choice("{best}", "A few candidates are enough for it to choose from, and each is still long enough."),
            Choice(
                "About {middle}",
                "That gives {at_middle:.2f}. The chains are short by then, most are wrong, and among many wrong "
                "answers one often gets the best score.",
            ),
            Choice(
                "{most}, or as many as can be: AUC {auc} is nearly perfect",
                "With {most} chains a perfect checker reaches {perfect:.2f} and this one {many:.2f}, less than one "
                "long chain. The shorter the chains, the rarer the right answers, and the harder the pick.",
            ),
        ),
        right=1,
        truth="{best} chains: right {top:.2f} of the time; one chain {one:.2f}, {most} chains {many:.2f}.",
        numbers={
            "tokens": tokens,
            "ceiling": ceiling,
            "scale": scale,
            "auc": auc,
            "best": best + 1,
            "top": float(picked[best]),
            "one": float(picked[0]),
            "middle": 10,
            "at_middle": float(picked[9]),
            "most": most,
            "many": float(picked[-1]),
            "perfect": float(laws.coverage(each[-1], most)),
        },
    )


def _c6() -> Prediction:
    rows = recorded.table("gsm8k_cobbe_outcomes")
    solved = {name: rows[name].astype(float) for name in ("ft6b", "ver6b", "ft175b", "ver175b")}
    small, large = (estimates.paired_interval(solved[f"ver{size}"], solved[f"ft{size}"]) for size in ("6b", "175b"))
    # Two differences lie in [0, 1] when halved and moved; their difference is twice that of the halves.
    more = estimates.paired_interval(
        (1 + solved["ver175b"] - solved["ft175b"]) / 2, (1 + solved["ver6b"] - solved["ft6b"]) / 2
    )
    low, high = 2 * more.low, 2 * more.high
    if low <= 0:
        raise ValueError("C6 says that the verifier adds more to the large model, and the interval holds 0")
    return Prediction(
        id="C6",
        answered_in=("Recorded: a small model with a verifier, a large model without",),
        question="A model of 6 billion parameters solves {small:.0f} % of {problems:,} school problems. When it writes "
        "100 solutions and a verifier of its own size picks one, it solves {picked:.0f} %. A model of 175 billion "
        "solves {large:.0f} % alone. What does picking add to the large model?",
        choices=(
            Choice(
                "Less than to the small model: it has less to mend",
                "That would be so if training and picking did the same work. But picking needs a right solution among "
                "the 100, and the better model writes one more often.",
            ),
            Choice(
                "About nothing: it is as large as training can make it",
                "Size raises the chance of each solution. It does not choose between them.",
            ),
            Choice(
                "More points than to the small model",
                "Training raises the chance of each solution, so the verifier finds a right one more often. Whether "
                "this is more in another unit than points is a question of this page.",
            ),
        ),
        right=2,
        truth="{to_large:.1f} points, and {to_small:.1f} to the small model. The difference is {more:.1f} points, "
        "interval {low:.1f} to {high:.1f}: it only just leaves out 0.",
        numbers={
            "problems": len(solved["ft6b"]),
            "small": 100 * float(solved["ft6b"].mean()),
            "picked": 100 * float(solved["ver6b"].mean()),
            "large": 100 * float(solved["ft175b"].mean()),
            "to_small": 100 * small.value,
            "to_large": 100 * large.value,
            "more": 200 * more.value,
            "low": 100 * low,
            "high": 100 * high,
        },
    )


def _c3() -> Prediction:
    k, right, answers, rival = 201, 0.30, 20, 0.35
    scattered = vote_of(k, right, [(1 - right) / answers] * answers)
    against = vote_of(k, right, [rival] + [(1 - right - rival) / answers] * answers)
    return Prediction(
        id="C3",
        answered_in=("Where each wins", "State it"),
        question="The right answer is {right:.0f} % of a model’s samples. In case A the wrong ones are spread over "
        "{answers} answers. In case B one wrong answer has {rival:.0f} %. How often is a vote of {k} right?",
        choices=(
            Choice("{right:.0f} % in both", "A single sample is. But a vote is not a draw: it finds the mode."),
            Choice("It fails in both: {right:.0f} % is no majority", "It needs the most votes, not half of them."),
            Choice("It rises in both: more votes, more truth", "More votes, more mode. In B the mode is wrong."),
            Choice(
                "Nearly always in A, seldom in B", "The vote goes to the most frequent answer, right in A, wrong in B."
            ),
        ),
        right=3,
        truth="A: {scattered:.4f}. B: {against:.2f}, and falling with k.",
        numbers={
            "k": k,
            "right": 100 * right,
            "answers": answers,
            "rival": 100 * rival,
            "scattered": scattered,
            "against": against,
        },
    )


def _c7() -> Prediction:
    samples = recorded.load("humaneval_codet")
    n, passes = int(samples.n[0]), 0.01
    never, problems = int((samples.c == 0).sum()), len(samples.n)
    at_one = passes * float((1 - samples.c / samples.n).mean())
    # With all n samples a problem counts as solved once one of them is passed: exact, without drawing.
    fooled = float(laws.coverage(passes, n))
    at_all = fooled * never / problems
    return Prediction(
        id="C7",
        answered_in=("7. A grader that errs",),
        question="A grader passes every right program, and by mistake {percent:.0f} wrong program in 100. On "
        "{problems} problems it makes pass@1 {one:.1f} points too high. By how much is pass@{n} too high?",
        choices=(
            Choice(
                "By about {one:.1f} points, too",
                "One program in 100 is judged wrongly. But a problem counts as solved as soon as one of its {n} "
                "programs passes, so the mistakes add up where no program is right.",
            ),
            Choice(
                "By less: over {n} samples the mistakes average out",
                "An average would. But pass@{n} is no average over the samples of a problem: one pass is enough.",
            ),
            Choice(
                "By about {all:.0f} points",
                "Only the {never} problems without a right program can be counted wrongly, and of those "
                "{share:.0f} in 100 get a false pass. The more samples, the more the number measures the grader.",
            ),
            Choice(
                "By about {share:.0f} points: some wrong program passes nearly everywhere",
                "A false pass is found in {share:.0f} of 100 problems with {n} wrong programs. Most problems have a "
                "right program and count as solved anyhow.",
            ),
        ),
        right=2,
        truth="By {all:.1f} points on average: {never} of the {problems} problems have no right program among {n}.",
        numbers={
            "percent": 100 * passes,
            "problems": problems,
            "n": n,
            "never": never,
            "one": 100 * at_one,
            "all": 100 * at_all,
            "share": 100 * fooled,
        },
    )


def _c8() -> Prediction:
    samples = recorded.load("low_temperature/output")
    k = int(samples.n[0])
    one, covered = estimates.curve(samples, "pass", [1, k]).value
    vote = estimates.curve(samples, "majority", k).value[0]
    if not (covered > one + 0.05 and abs(vote - one) < 0.005):
        raise ValueError("C8 says that a vote gains nothing where a perfect checker gains, and this is not so")
    return Prediction(
        id="C8",
        answered_in=("See it", "Strings and meanings", "State it"),
        question="A model reads {problems} short Python functions and says what each returns. It answers {k} times, at "
        "temperature 0.2. One answer is right {one:.1f} % of the time. How often is a vote of the {k} answers right?",
        choices=(
            Choice(
                "About {covered:.0f} %: as often as a right answer is among the {k}",
                "So often a perfect checker finds one. A vote finds the most frequent answer, and the rare right ones "
                "are outvoted.",
            ),
            Choice(
                "About {middle:.0f} %: it gains some points, as votes do",
                "It would with answers that differ. At a low temperature the ten answers are nearly ten copies of one.",
            ),
            Choice(
                "About {one:.0f} %: it gains nothing",
                "The ten answers to one question are nearly alike, so the vote hands in what a single answer would.",
            ),
            Choice(
                "About {less:.0f} %: most answers are wrong, so wrong ones win",
                "They win where they are more frequent, and there one answer is mostly wrong already. Elsewhere the "
                "right one wins.",
            ),
        ),
        right=2,
        truth="{vote:.1f} %, and {one:.1f} % for one answer. A perfect checker would reach {covered:.1f} %.",
        numbers={
            "problems": len(samples.n),
            "k": k,
            "one": 100 * float(one),
            "vote": 100 * float(vote),
            "covered": 100 * float(covered),
            "middle": 100 * float(one + covered) / 2,
            "less": 100 * float(one) - 6,
        },
    )


def _c10() -> Prediction:
    both = pair("GPT-3.5-Turbo-0301")
    one, some, every = (
        [100 * float(of(c).mean()) for c in (both.direct, both.chain)]
        for of in (
            lambda c: c / SAMPLES,
            lambda c: estimates.pass_at_k(SAMPLES, c, SAMPLES),
            lambda c: estimates.pass_hat_k(SAMPLES, c, SAMPLES),
        )
    )
    if abs(one[1] - one[0]) > 0.5 or not (some[1] > some[0] and every[1] < every[0]):
        raise ValueError("C10 says that one answer is level, more of ten cover, and fewer of ten are all right")
    return Prediction(
        id="C10",
        answered_in=("See it", "State it"),
        question="GPT-3.5 says what a function returns. One direct answer is right on {one:.0f} % of the problems, and "
        "one answer after a chain of thought on {one_chain:.0f} %, too. Ten direct answers have a right one among them "
        "on {some:.0f} %. What do ten answers with a chain do?",
        choices=(
            Choice(
                "The same: one answer is as good either way",
                "One answer is. But ten answers of a problem may all agree or differ, and that is not in the mean.",
            ),
            Choice(
                "A right one is among them more often, and all ten are right more often",
                "Both together would need more right answers in all, and there are as many as before.",
            ),
            Choice(
                "A right one is among them more often, and all ten are right less often",
                "A chain makes the answers of a problem differ. That helps whoever needs one right answer, and harms "
                "whoever needs all of them.",
            ),
            Choice(
                "A right one is among them less often: a chain commits the model",
                "It would, if a chain made the answers of a problem more alike. It makes them differ more.",
            ),
        ),
        right=2,
        truth="{some_chain:.0f} % instead of {some:.0f} % have a right one among ten; {every_chain:.0f} % instead of "
        "{every:.0f} % have ten right ones.",
        numbers={
            "one": one[0],
            "one_chain": one[1],
            "some": some[0],
            "some_chain": some[1],
            "every": every[0],
            "every_chain": every[1],
        },
    )


__getattr__ = on_demand(__name__, {"C3": _c3, "C5": _c5, "C6": _c6, "C7": _c7, "C8": _c8, "C10": _c10})

"""All estimators of one quantity side by side, computed from one example each: what they assume and what they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import comb
from types import MappingProxyType

import numpy as np
from scipy.special import bdtrc

from .. import estimates, laws, verifiers

__all__ = ["QUANTITIES", "Estimator", "Quantity", "bias", "bias_of_all"]

# Right samples of ten, for eight problems.
N, C = 10, np.array([0, 0, 1, 2, 5, 9, 10, 10])
# One pool of twelve samples: answers by code, the right one first, and a verifier's scores.
ANSWER = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3])
SCORE = np.array([0.9, 0.8, 0.7, 0.3, 0.8, 0.6, 0.4, 0.2, 0.1, 0.5, 0.3, 0.4])
CORRECT = ANSWER == 0
# One problem of known success probability, of which ten samples are recorded.
KNOWN_P = 0.2


@dataclass(frozen=True)
class Estimator:
    """One way to a quantity: the call, what it assumes, when to take it, and its value for k samples.

    `recorded_only`: it refuses more samples than were recorded.
    """

    call: str
    assumes: str
    take: str
    value: Callable[[int], float]
    recorded_only: bool = False


@dataclass(frozen=True)
class Quantity:
    """A quantity, the k that its table shows, and its estimators."""

    title: str
    k: tuple[int, ...]
    recorded: int
    estimators: tuple[Estimator, ...]


def _power_law(k: int) -> float:
    known = np.arange(1, N + 1)
    return float(laws.PowerLaw.fit(known, estimates.pass_at_k(N, C[:, None], known).mean(axis=0)).coverage(k))


def _at_least_half(p: np.ndarray, k: int) -> float:
    """Mean chance that at least half of k independent samples are right, each with chance p."""
    return float(np.mean(bdtrc((k + 1) // 2 - 1, k, p)))


_FAMILY = laws.BetaBinomial.fit(N, C)
_P = float(CORRECT.mean())
_ROC = verifiers.Roc.from_scores(SCORE, CORRECT)

QUANTITIES: Mapping[str, Quantity] = MappingProxyType(
    {
        "pass-at-k": Quantity(
            "Estimators of pass@k",
            (1, 5, 10, 100),
            N,
            (
                Estimator(
                    "pass_at_k(n, c, k).mean()",
                    "Samples of a problem are independent. Nothing about how problems differ.",
                    "k is at most n: the unbiased count over all subsets, and the default.",
                    lambda k: float(np.mean(estimates.pass_at_k(N, C, k))),
                    recorded_only=True,
                ),
                Estimator(
                    "coverage(c / n, k).mean()",
                    "The observed share c / n is the success probability.",
                    "Never for k near n: too low, because a problem with c = 0 counts as unsolvable.",
                    lambda k: float(np.mean(laws.coverage(C / N, k))),
                ),
                Estimator(
                    "coverage((c / n).mean(), k)",
                    "All problems have one success probability.",
                    "Only for a single problem: too high where problems differ.",
                    lambda k: float(laws.coverage((C / N).mean(), k)),
                ),
                Estimator(
                    "BetaBinomial.fit(n, c).coverage(k)",
                    "Success probabilities follow a Beta distribution.",
                    "k is above n, if p follows a Beta distribution; forecast adds the range over all that fit.",
                    lambda k: float(_FAMILY.coverage(k)),
                ),
                Estimator(
                    "PowerLaw.fit(known, value).coverage(k)",
                    "log(−log coverage) is a straight line in log k.",
                    "Only the values at some known k are published, without counts: it gives no interval.",
                    _power_law,
                ),
            ),
        ),
        "pass-hat-k": Quantity(
            "Estimators of pass^k",
            (1, 5, 10, 100),
            N,
            (
                Estimator(
                    "pass_hat_k(n, c, k).mean()",
                    "Samples of a problem are independent. Nothing about how problems differ.",
                    "k is at most n: the unbiased count over all subsets, and the default.",
                    lambda k: float(np.mean(estimates.pass_hat_k(N, C, k))),
                    recorded_only=True,
                ),
                Estimator(
                    "1 - pass_at_k(n, n - c, k).mean()",
                    "As above.",
                    "As a check: all are right where none is wrong.",
                    lambda k: float(1 - np.mean(estimates.pass_at_k(N, N - C, k))),
                    recorded_only=True,
                ),
                Estimator(
                    "((c / n)**k).mean()",
                    "The observed share c / n is the success probability.",
                    "Never for k near n: too high, because the power may draw one right sample twice.",
                    lambda k: float(np.mean((C / N) ** k)),
                ),
                Estimator(
                    "(c / n).mean()**k",
                    "All problems have one success probability.",
                    "Only for a single problem: too low where problems differ.",
                    lambda k: float((C / N).mean() ** k),
                ),
                Estimator(
                    "BetaBinomial.fit(n, c).pass_hat_k(k)",
                    "Success probabilities follow a Beta distribution.",
                    "k is above n, if p follows a Beta distribution: it always falls to 0, also where some problems "
                    "are always solved.",
                    lambda k: float(_FAMILY.pass_hat_k(k)),
                ),
            ),
        ),
        "g-pass-at-k": Quantity(
            "Estimators of G-Pass@k, at least half right",
            (1, 4, 10, 100),
            N,
            (
                Estimator(
                    "g_pass_at_k(n, c, k, 0.5).mean()",
                    "Samples of a problem are independent. Nothing about how problems differ.",
                    "k is at most n: the unbiased count over all subsets, and the default.",
                    lambda k: float(np.mean(estimates.g_pass_at_k(N, C, k, 0.5))),
                    recorded_only=True,
                ),
                Estimator(
                    "binom.sf(ceil(k / 2) - 1, k, c / n).mean()",
                    "The observed share c / n is the success probability.",
                    "Never for k near n: biased to either side, by the place of p.",
                    lambda k: _at_least_half(C / N, k),
                ),
                Estimator(
                    "binom.sf(ceil(k / 2) - 1, k, (c / n).mean())",
                    "All problems have one success probability.",
                    "Only for a single problem.",
                    lambda k: _at_least_half(np.array([(C / N).mean()]), k),
                ),
                Estimator(
                    "pass_at_k(n, c, k).mean()",
                    "As the first; τ is 1/k, so that one right sample is enough.",
                    "As the upper end over all τ.",
                    lambda k: float(np.mean(estimates.pass_at_k(N, C, k))),
                    recorded_only=True,
                ),
                Estimator(
                    "pass_hat_k(n, c, k).mean()",
                    "As the first; τ is 1, so that every sample must be right.",
                    "As the lower end over all τ.",
                    lambda k: float(np.mean(estimates.pass_hat_k(N, C, k))),
                    recorded_only=True,
                ),
            ),
        ),
        "best-of-k": Quantity(
            "Estimators of best-of-N",
            (1, 2, 4, 8, 100),
            CORRECT.size,
            (
                Estimator(
                    "best_of_n(correct, score, k)",
                    "Nothing beyond the recorded pool: all subsets are counted.",
                    "k is at most the number of recorded samples: the default.",
                    lambda k: float(estimates.best_of_n(CORRECT, SCORE, k)),
                    recorded_only=True,
                ),
                Estimator(
                    "best_of_n_law(p, Roc.from_scores(score, correct), k)",
                    "New samples have the scores of the pool, drawn with replacement.",
                    "p changes, or k goes a little beyond the pool; its limit is that of the pool's top answers.",
                    lambda k: float(verifiers.best_of_n_law(_P, _ROC, k)),
                ),
                Estimator(
                    "best_of_n_law(p, Roc.binormal(auc), k)",
                    "Scores of right and of wrong answers are normal with equal spread.",
                    "Only p and the AUC are published and a shape may be assumed.",
                    lambda k: float(verifiers.best_of_n_law(_P, verifiers.Roc.binormal(_ROC.auc), k)),
                ),
                Estimator(
                    "best_of_n_range(p, auc, k).low",
                    "Only p and the AUC: the lower end of what is possible.",
                    "Nothing may be assumed about the shape of the ROC curve.",
                    lambda k: float(verifiers.best_of_n_range(_P, _ROC.auc, k).low),
                ),
                Estimator(
                    "best_of_n_range(p, auc, k).high",
                    "Only p and the AUC: the upper end of what is possible.",
                    "As above.",
                    lambda k: float(verifiers.best_of_n_range(_P, _ROC.auc, k).high),
                ),
                Estimator(
                    "accuracy_times_coverage(p, auc, k)",
                    "The verifier is right with one probability, whatever k is.",
                    "Never: wrong already at k = 1, where no verifier can change p.",
                    lambda k: float(verifiers.accuracy_times_coverage(_P, _ROC.auc, k)),
                ),
            ),
        ),
        "votes": Quantity(
            "Estimators of a vote among k",
            (1, 2, 3, 5, 12),
            CORRECT.size,
            (
                Estimator(
                    "majority_vote(answer, correct, k)",
                    "Nothing beyond the recorded pool; ties are shared.",
                    "There is no verifier: the default, exact for every k.",
                    lambda k: float(estimates.majority_vote(ANSWER, CORRECT, k)),
                    recorded_only=True,
                ),
                Estimator(
                    "weighted_vote(answer, correct, ones, k)",
                    "As above.",
                    "As a check: equal weights give the majority vote.",
                    lambda k: float(estimates.weighted_vote(ANSWER, CORRECT, np.ones(ANSWER.size), k).value),
                    recorded_only=True,
                ),
                Estimator(
                    "weighted_vote(answer, correct, score, k)",
                    "Scores are weights of evidence: 0 or more, in one unit.",
                    "There is a verifier and answers repeat.",
                    lambda k: float(estimates.weighted_vote(ANSWER, CORRECT, SCORE, k).value),
                    recorded_only=True,
                ),
                Estimator(
                    "best_of_n(correct, score, k)",
                    "Only the best score decides.",
                    "There is a verifier and answers do not repeat; with k = 1 and 2 it equals the weighted vote here.",
                    lambda k: float(estimates.best_of_n(CORRECT, SCORE, k)),
                    recorded_only=True,
                ),
                Estimator(
                    "pass_at_k(n, c, k)",
                    "A perfect verifier.",
                    "As the upper bound of all of these.",
                    lambda k: float(estimates.pass_at_k(CORRECT.size, CORRECT.sum(), k)),
                    recorded_only=True,
                ),
            ),
        ),
    }
)


def bias(k: int, p: float = KNOWN_P, n: int = N) -> dict[str, float]:
    """Return the true coverage of one problem and the exact mean of two estimators over all tables of n samples."""
    c, weight = _every_table(p, n)
    return {
        "coverage(p, k), the truth": float(laws.coverage(p, k)),
        "pass_at_k(n, c, k), its mean": float(weight @ estimates.pass_at_k(n, c, k)),
        "coverage(c / n, k), its mean": float(weight @ laws.coverage(c / n, k)),
    }


def bias_of_all(k: int, p: float = KNOWN_P, n: int = N) -> dict[str, float]:
    """Return the true pass^k of one problem and the exact mean of two estimators over all tables of n samples."""
    c, weight = _every_table(p, n)
    return {
        "p**k, the truth": p**k,
        "pass_hat_k(n, c, k), its mean": float(weight @ estimates.pass_hat_k(n, c, k)),
        "(c / n)**k, its mean": float(weight @ (c / n) ** k),
    }


def _every_table(p: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Each number of right samples of n, and its probability."""
    c = np.arange(n + 1)
    return c, np.array([comb(n, right) * p**right * (1 - p) ** (n - right) for right in c])

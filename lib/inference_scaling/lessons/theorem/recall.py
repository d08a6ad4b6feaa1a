"""What the lessons of the part Theorem ask back from memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...interactive.prediction import Choice
from ...interactive.recall import Recall

__all__ = ["RECALL"]


def _pick(rng: np.random.Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


def _halvings(rng: np.random.Generator) -> dict[str, Any]:
    cost, (start, end, times) = _pick(rng, 8, 16, 24, 40, 56), _pick(rng, (40, 10, 2), (80, 10, 3), (48, 3, 4))
    return {
        "cost": cost,
        "start": start,
        "end": end,
        "times": times,
        "needed": cost * times,
        "dearer": cost * (2**times - 1),
        "cheaper": round(cost * (2 - 2 ** (1 - times))),
    }


def _drawn(rng: np.random.Generator) -> dict[str, Any]:
    p, samples = _pick(rng, 0.05, 0.1, 0.2, 0.25), _pick(rng, 400, 1000, 2000, 6000)
    return {"p": p, "samples": samples, "solved": round(p * samples)}


def _highest_price(rng: np.random.Generator) -> dict[str, Any]:
    limit = _pick(rng, 4, 5, 10, 20, 25, 50)
    return {"p": 1 / limit, "limit": limit}


def _ceiling(rng: np.random.Generator) -> dict[str, Any]:
    rho = _pick(rng, 0.02, 0.04, 0.05, 0.1, 0.2, 0.25)
    return {"rho": rho, "most": round(1 / rho), "kept": round(100 * (1 - rho))}


def _far_out(rng: np.random.Generator) -> dict[str, Any]:
    part, inverse = _pick(rng, 2, 3, 4), _pick(rng, 2, 4, 5)
    return {"part": part, "a": 1 / inverse, "inverse": inverse, "times": part**inverse, "turned": part ** (1 / inverse)}


def _share(rng: np.random.Generator) -> dict[str, Any]:
    draws = _pick(rng, 4, 5, 20, 25, 50)
    # The median wait, to the nearest whole draw.
    return {"percent": 100 // draws, "draws": draws, "half": round(np.log(0.5) / np.log(1 - 1 / draws))}


def _harm(rng: np.random.Generator) -> dict[str, Any]:
    rare, times = _pick(rng, 20, 50, 100, 200), _pick(rng, 3, 5, 8)
    # At p = 0.1, with a verifier that would reach 0.31 if nothing fooled it.
    begins = np.log(0.31 / 0.1) / 0.9 * rare
    return {
        "rare": rare,
        "rarer": rare * times,
        "times": times,
        "begins": round(begins),
        "later": round(begins) * times,
        "root": round(begins * times**0.5),
    }


DIMINISHING_RETURNS = (
    Recall(
        lesson="diminishing_returns",
        name="why-less",
        asks="Every sample of a problem is right with the same chance. Why does the 50th sample add less coverage than "
        "the first?",
        right=Choice(
            "It counts only if all samples before it were wrong",
            "The 50th sample adds its own chance p, times the chance that 49 samples failed before it.",
        ),
        wrong=(
            Choice(
                "Later samples are less likely to be right than early ones",
                "Each sample is right with the same chance p. What falls is the chance that the problem is still "
                "unsolved when the sample comes.",
            ),
            Choice(
                "The problem gets harder with every sample that fails",
                "One problem keeps its p. On a benchmark the problems that are still unsolved are the hard ones, but "
                "that is another effect.",
            ),
        ),
    ),
    Recall(
        lesson="diminishing_returns",
        name="halvings",
        asks="On one problem, {cost} more samples halve the chance that all samples fail. How many more samples take "
        "this chance from {start} % to {end} %?",
        right=Choice(
            "{needed} samples", "That is {times} halvings, and each halving costs the same number of samples again."
        ),
        wrong=(
            Choice(
                "{dearer} samples",
                "This lets every halving cost twice as many samples as the one before. For one problem each halving "
                "costs the same: the k before it drops out.",
            ),
            Choice(
                "{cheaper} samples",
                "This lets every halving cost half as many samples as the one before, because less is left. But the "
                "same factor 1 − p works on whatever is left.",
            ),
        ),
        draw=_halvings,
    ),
    Recall(
        lesson="diminishing_returns",
        name="average-chance",
        asks="You put the true average chance of a benchmark's problems into 1 − (1 − p)^k. How does the result "
        "compare with the benchmark's coverage?",
        right=Choice(
            "It is too high, unless all problems are alike",
            "The formula bends downwards in p, so its average over problems lies below its value at the average "
            "chance: Jensen's inequality.",
        ),
        wrong=(
            Choice(
                "It is too low, because hard problems count too much",
                "Hard problems pull the benchmark's coverage down, not the formula. A problem with a good chance "
                "cannot make up for a hopeless one.",
            ),
            Choice(
                "It is about equal, because the differences cancel",
                "They would cancel if the formula were a straight line in p. It bends downwards, so easy problems "
                "gain less than hard problems lose.",
            ),
        ),
    ),
)

WHAT_IT_COSTS = (
    Recall(
        lesson="what_it_costs",
        name="straight-line",
        asks="On each of many problems one sample is right with chance {p:g}. You stop at the first right answer, or "
        "at a cap. In all you have drawn {samples:,} samples. About how many problems are solved?",
        right=Choice(
            "About {solved:,}, whatever the cap is",
            "Every sample that is drawn is right with chance {p:g}, and a right one ends its problem: C = pD.",
        ),
        wrong=(
            Choice(
                "Fewer than {solved:,}, because later samples add less",
                "Later samples are drawn less often, but each one that is drawn is right with chance {p:g}. So the "
                "solved problems grow in a straight line with the samples.",
            ),
            Choice(
                "That cannot be said without the cap",
                "The cap sets how many samples are drawn. Once you know their number, each of them is right with "
                "chance {p:g}, with any cap.",
            ),
        ),
        draw=_drawn,
    ),
    Recall(
        lesson="what_it_costs",
        name="ready-and-paid",
        asks="A promise of 99.9 % on a problem with a small p: you must be ready to draw many samples, and you pay for "
        "fewer on average if you stop at the first right answer. How far apart are the two numbers?",
        right=Choice(
            "By a factor of about 7",
            "The ratio is −ln(1 − t)/t for a target t. For small p it does not depend on p.",
        ),
        wrong=(
            Choice(
                "By a factor of about 1/p",
                "1/p is about the number that you pay for. What you must be ready for is also a multiple of 1/p, so p "
                "drops out of the ratio.",
            ),
            Choice(
                "Hardly at all: a small p uses the allowance up",
                "Only one problem in a thousand uses all of the allowance. Most are solved long before, after about "
                "1/p samples.",
            ),
        ),
    ),
    Recall(
        lesson="what_it_costs",
        name="who-uses-it-up",
        asks="A benchmark has problems that the model never solves. You stop at the first right answer, and at a cap. "
        "Which problems use up most of the budget?",
        right=Choice(
            "Those never solved: each one runs to the cap",
            "Stopping saves nothing there. On the recorded puzzles about half were never solved, and they took most "
            "of the draws.",
        ),
        wrong=(
            Choice(
                "Those of middling difficulty: many, and slow to solve",
                "They end after about 1/p samples, mostly far below the cap. A problem that is never solved takes the "
                "whole cap every time.",
            ),
            Choice(
                "All about equally: the cap is the same for all",
                "The cap is the same, but only problems that are never solved reach it each time. Easy problems end "
                "after a sample or two.",
            ),
        ),
    ),
)

BETTER_MODEL = (
    Recall(
        lesson="better_model",
        name="stopping-asks-more",
        asks="A large model costs M times as much per sample. In which case must the large model be right more "
        "often, so that it is worth its price: with numbers fixed in advance, or with a check that stops at the first "
        "right answer?",
        right=Choice(
            "With a check: it saves small samples after a success",
            "Mp is more than 1 − (1 − p)^M. One large sample leaves nothing to save.",
        ),
        wrong=(
            Choice(
                "With fixed numbers: there all small samples count",
                "There the small samples after a success are paid for and wasted. So the large model has less to beat, "
                "1 − (1 − p)^M in place of Mp.",
            ),
            Choice(
                "Equally: a right answer is recognised in each case",
                "Recognised later is not recognised in time. Only a check while you sample lets the small model stop "
                "early, and that makes the small model cheaper.",
            ),
        ),
    ),
    Recall(
        lesson="better_model",
        name="highest-price",
        asks="A small model is right with chance {p:g} per sample, and a check stops at the first right answer. Up to "
        "which price per sample can a larger model be worth it on this problem?",
        right=Choice(
            "{limit} times the small model's",
            "The larger model needs P > Mp, and P is at most 1. So M must stay below 1/p.",
        ),
        wrong=(
            Choice(
                "None: many cheap samples win at any price",
                "The small model needs {limit} samples per right answer on average. A model that is nearly always "
                "right, at half of that price, is cheaper.",
            ),
            Choice(
                "Any price, if the larger model is good enough",
                "Nothing is better than right every time. Then one large sample replaces {limit} small ones on "
                "average, and no more.",
            ),
        ),
        draw=_highest_price,
    ),
    Recall(
        lesson="better_model",
        name="best-chance",
        asks="On which problems do k samples gain most over one sample?",
        right=Choice(
            "That depends on k: the more samples, the smaller p",
            "The gain is largest at p = 1 − k^(−1/(k−1)): one half for two samples, and ever less for more.",
        ),
        wrong=(
            Choice(
                "On those with p near one half, whatever k is",
                "One half is best for two samples. With many samples such problems are solved early, and the harder "
                "ones gain more.",
            ),
            Choice(
                "On those with p from 5 to 30 %, whatever k is",
                "Such a range says how many samples somebody can pay for. Another k has another best p.",
            ),
        ),
    ),
)

DEPENDENT_SAMPLES = (
    Recall(
        lesson="dependent_samples",
        name="two-numbers",
        asks="A set of dependent samples is worth fewer independent ones. Why does this have two answers?",
        right=Choice(
            "They estimate a mean less well than they cover",
            "One number says how sure the mean is, another how often a right sample is there. For recorded programs "
            "the second was more than twice the first.",
        ),
        wrong=(
            Choice(
                "Easy problems lose less by it than hard ones",
                "Each of the two numbers is for the same mix of problems. They differ in what the samples are for: to "
                "estimate the mean, or to cover.",
            ),
            Choice(
                "One is exact, and one holds for many samples",
                "Each is exact for every number of samples. They differ in what the samples are for: to estimate the "
                "mean, or to cover.",
            ),
        ),
    ),
    Recall(
        lesson="dependent_samples",
        name="ceiling",
        asks="Two samples of a problem have correlation {rho:g}. You draw more and more samples of this one problem. "
        "At most how many independent samples are they worth for the mean chance?",
        right=Choice("{most}", "k samples are worth k/(1 + (k − 1)ρ), which rises towards 1/ρ and never beyond."),
        wrong=(
            Choice(
                "1: they all repeat each other",
                "That would be a correlation of 1. At {rho:g} the second sample still tells something that the first "
                "did not.",
            ),
            Choice(
                "Without limit: each tells {kept} % of an independent one",
                "The loss is not a fixed share. Each sample repeats all samples before it, so the worth stays below "
                "1/ρ = {most}.",
            ),
        ),
        draw=_ceiling,
    ),
    Recall(
        lesson="dependent_samples",
        name="second-recording",
        asks="In a recording the samples of a problem are alike. How do you find out whether the problems differ, or "
        "the prefix that all samples of a run share?",
        right=Choice(
            "Record the same problems again, with fresh prefixes",
            "Where problems differ, the same problems are hard again. Where prefixes differ, the two recordings have "
            "nothing in common.",
        ),
        wrong=(
            Choice(
                "Draw many more samples in the same recording",
                "They share the same prefix as before. Within one recording the two causes look the same, however many "
                "samples there are.",
            ),
            Choice(
                "Add many more problems to the recording",
                "Each new problem brings its own chance and its own prefix. Within one recording the two causes look "
                "the same.",
            ),
        ),
    ),
)

POWER_LAW = (
    Recall(
        lesson="power_law",
        name="why-slower",
        asks="The failures of each single problem fall exponentially. Why do those of a benchmark fall far more "
        "slowly?",
        right=Choice(
            "The problems still unsolved are harder and harder",
            "After k samples those with p below about 1/k are left. Each problem leaves at its own exponential rate.",
        ),
        wrong=(
            Choice(
                "The samples of one problem repeat each other",
                "Given the problem's chance, they are independent. What slows the benchmark down is that its problems "
                "differ.",
            ),
            Choice(
                "Some of the problems have a chance of zero",
                "A Beta distribution has no such problem, and still fails by a power law. Problems of chance zero add "
                "a floor, which ends the power law.",
            ),
        ),
    ),
    Recall(
        lesson="power_law",
        name="far-out",
        asks="Far out, a benchmark's failures fall like k to the power −a, with a = {a:g}. How many times as many "
        "samples divide the failures by {part}?",
        right=Choice(
            "{times} times",
            "The failures are divided by {part} where the samples grow by the factor {part}^(1/a), which is "
            "{part}^{inverse}.",
        ),
        wrong=(
            Choice(
                "{part} times",
                "That would be a law in 1/k, with a = 1. A smaller a means more hard problems, and a slower fall.",
            ),
            Choice(
                "About {turned:.1f} times",
                "This is {part}^a. The samples grow by the inverse power: {part}^(1/a).",
            ),
        ),
        draw=_far_out,
    ),
    Recall(
        lesson="power_law",
        name="the-end",
        asks="A benchmark is a list of a few hundred problems, and none of them is hopeless. What ends its power law?",
        right=Choice(
            "Its hardest problem: then one exponential is left",
            "Once the samples pass about 1/p of the hardest problem, no harder one is in store.",
        ),
        wrong=(
            Choice(
                "Nothing: harder problems are always in store",
                "That holds for infinitely many problems. A list has a hardest one, and beyond it the line falls like "
                "that problem's exponential.",
            ),
            Choice(
                "The number of samples that were recorded",
                "There the data end, and only the fit goes on. The benchmark itself does not know what was recorded.",
            ),
        ),
    ),
)

IMPERFECT_VERIFIER = (
    Recall(
        lesson="imperfect_verifier",
        name="area-and-slope",
        asks="What of a verifier's ROC curve decides whether a second candidate helps, and what decides about very "
        "many candidates?",
        right=Choice(
            "The area about the second, the first slope about many",
            "Best-of-2 contains the area and nothing else of the curve. With very many candidates only the highest "
            "scores count.",
        ),
        wrong=(
            Choice(
                "The first slope about the second, the area about many",
                "It is the other way round: two candidates meet anywhere on the curve, so the whole area counts. Among "
                "many, the winner comes from the very top.",
            ),
            Choice(
                "The area, for any number of candidates",
                "That holds for two. A curve with a good area can start flat, because wrong answers have the highest "
                "scores. Then many candidates do harm.",
            ),
        ),
    ),
    Recall(
        lesson="imperfect_verifier",
        name="where-harm-begins",
        asks="One wrong answer in {rare} fools a verifier completely, and best-of-N falls below a single sample at "
        "about {begins} candidates. Where does it do so if only one in {rarer:,} fools the same verifier?",
        right=Choice(
            "At about {later:,} candidates",
            "The chance that nothing fools is (1 − ε(1 − p))^k. With ε {times} times smaller, k can be {times} times "
            "larger.",
        ),
        wrong=(
            Choice(
                "At about {root:,} candidates",
                "That grows with the square root, as errors of a mean do. Here ε and k stand in one product, so k "
                "grows by the full factor {times}.",
            ),
            Choice(
                "Nowhere: one in {rarer:,} is too rare",
                "It is rare for one candidate. Among enough candidates one that fools is nearly always there, and it "
                "wins.",
            ),
        ),
        draw=_harm,
    ),
    Recall(
        lesson="imperfect_verifier",
        name="what-is-shown",
        asks="On recorded problems, best-of-100 comes out a little below a single sample. The interval of the "
        "difference holds zero. What may you say?",
        right=Choice(
            "Whether it ends below one sample is open",
            "The interval holds a loss as well as a gain. The data allow no further word.",
        ),
        wrong=(
            Choice(
                "It ends slightly below one sample",
                "The difference that was found may be chance: with other problems its sign could be the opposite.",
            ),
            Choice(
                "It ends level with one sample",
                "No difference shown is not the same as no difference. The interval also holds losses that would "
                "matter.",
            ),
        ),
    ),
)

REJECTION_SAMPLING = (
    Recall(
        lesson="rejection_sampling",
        name="runner-up",
        asks="Best-of-N is a rejection rule, too. What is its threshold?",
        right=Choice(
            "The second-best score of the N, which differs from one set of draws to the next",
            "Only the best lies above the second best. So best-of-N accepts one answer, by a threshold that chance "
            "sets.",
        ),
        wrong=(
            Choice(
                "The best score that the verifier has ever given",
                "Best-of-N compares nothing but the N answers of one question.",
            ),
            Choice(
                "It has none: it takes the best, whatever the scores",
                "It does take the best, whatever the scores. But the best is the one answer above the second best.",
            ),
        ),
    ),
    Recall(
        lesson="rejection_sampling",
        name="share-and-draws",
        asks="A threshold accepts {percent} % of a model's answers to a question. How many answers are drawn on "
        "average until one is accepted?",
        right=Choice("{draws}", "Each draw is accepted with the same chance; the mean wait is one over that chance."),
        wrong=(
            Choice(
                "{percent}",
                "That is the share in per cent. The wait is the inverse of the share: a stricter threshold waits "
                "longer.",
            ),
            Choice(
                "{half}",
                "By about then half of all waits are over. The long ones make the mean larger.",
            ),
        ),
        draw=_share,
    ),
    Recall(
        lesson="rejection_sampling",
        name="one-threshold",
        asks="At equal mean draws, a threshold for each problem beat best-of-N by a good verifier. One threshold for "
        "all problems did not. Why?",
        right=Choice(
            "Many draws go to problems on which few answers pass",
            "On an easy problem one threshold stops at once, on a hard one it draws on and on, and seldom finds a "
            "right answer there.",
        ),
        wrong=(
            Choice(
                "One threshold cannot be chosen on held-out problems",
                "It can, and was. It met the mean number of draws on the other problems, too.",
            ),
            Choice(
                "The verifier ranks the answers of one problem worse than those of different problems",
                "Its order within a problem is the same under both rules. What changes is where the draws go.",
            ),
        ),
    ),
)

RECALL = (
    *DIMINISHING_RETURNS,
    *WHAT_IT_COSTS,
    *BETTER_MODEL,
    *DEPENDENT_SAMPLES,
    *POWER_LAW,
    *IMPERFECT_VERIFIER,
    *REJECTION_SAMPLING,
)

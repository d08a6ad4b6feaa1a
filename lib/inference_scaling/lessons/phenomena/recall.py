"""What the lessons of the part Phenomena ask back from memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import laws, verifiers
from ...interactive.prediction import Choice
from ...interactive.recall import Recall


def _recorded(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.choice([16, 20, 32, 50]))
    return {"n": n, "far": 10 * n}


def _long_run(rng: np.random.Generator) -> dict[str, Any]:
    p, slope = float(rng.choice([0.1, 0.2, 0.25, 0.3])), float(rng.choice([0.25, 0.4, 0.5, 2, 3, 5]))
    end = slope * p / (slope * p + 1 - p)
    return {"p": p, "slope": slope, "end": end, "side": "above" if slope > 1 else "below"}


def _short_formula(rng: np.random.Generator) -> dict[str, Any]:
    p, v = float(rng.choice([0.1, 0.2, 0.3, 0.4])), float(rng.choice([0.7, 0.8, 0.9]))
    return {"p": p, "v": v, "product": float(verifiers.accuracy_times_coverage(p, v, 1))}


def _highest_of_all(rng: np.random.Generator) -> dict[str, Any]:
    n, k = int(rng.choice([8, 10, 12, 20])), int(rng.choice([3, 4, 5, 6]))
    return {"n": n, "k": k, "share": k / n, "one": 1 / n, "put_back": 1 - (1 - 1 / n) ** k}


def _never_right(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.choice([10, 15, 20, 25, 30, 40, 50, 60, 80, 150, 200, 300]))
    return {"n": n, "most": 1 - 0.05 ** (1 / n), "one": 1 / n}


def _both_alike(rng: np.random.Generator) -> dict[str, Any]:
    passes = float(rng.choice([0.1, 0.2, 0.25, 0.4, 0.5, 0.8]))
    return {"passes": passes, "times": 1 / passes}


def _ends(rng: np.random.Generator) -> dict[str, Any]:
    p, k = float(rng.choice([0.1, 0.2, 0.3, 0.4])), int(rng.choice([3, 4, 5]))
    return {"p": p, "k": k, "alike": float(laws.coverage(p, k))}


def _read_too(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.choice([3, 4, 5, 6, 8, 10, 12]))
    return {"n": n, "twice": 2 * n, "square": n * n}


RECALL = (
    Recall(
        lesson="verifier_against_n",
        name="what-the-auc-fixes",
        asks="The AUC of a verifier is known, and nothing else of its ROC curve. For how many samples does the AUC fix "
        "the accuracy of best-of-N?",
        right=Choice(
            "For two samples",
            "The verifier matters only when one of the two is right and one is wrong, and then the AUC is the chance "
            "to pick the right one.",
        ),
        wrong=(
            Choice(
                "For any number of samples",
                "From three samples on the shape of the curve counts too. With a hundred samples one AUC allows nearly "
                "every accuracy from 0 to 1.",
            ),
            Choice(
                "For very many samples",
                "There only the very best scores count, so the first slope of the curve decides. The AUC averages over "
                "all scores.",
            ),
        ),
    ),
    Recall(
        lesson="verifier_against_n",
        name="long-run",
        asks="One sample is right with chance {p:g}. The ROC curve of a verifier starts with slope {slope:g}. Where "
        "does best-of-N end as the number of samples grows?",
        right=Choice(
            "At {end:.3f}, {side} one sample",
            "At the top of the scores the odds of one sample are multiplied by the first slope.",
        ),
        wrong=(
            Choice(
                "At 1, because some sample is right",
                "A right one is there, and it must also be picked. With a finite slope wrong answers keep their share "
                "of the highest scores.",
            ),
            Choice(
                "At {p:g}, as with one sample",
                "That is where a verifier ends whose first slope is 1: at the top its scores tell nothing.",
            ),
        ),
        draw=_long_run,
    ),
    Recall(
        lesson="verifier_against_n",
        name="never-hurts",
        asks="You would like to be sure that one more sample never makes best-of-N worse. Which property of the "
        "verifier is enough?",
        right=Choice(
            "Its ROC curve within a problem is concave",
            "Then a higher score always means a larger chance to be right, and one more sample can only raise the best "
            "score.",
        ),
        wrong=(
            Choice(
                "Its AUC is above one half",
                "A verifier with AUC 0.80 can end near 0: its very best scores may belong to wrong answers.",
            ),
            Choice(
                "Its pooled ROC curve is concave",
                "The pooled curve lets answers of different problems compete. Best-of-N picks within a problem, so the "
                "curve within a problem counts.",
            ),
        ),
    ),
    Recall(
        lesson="verifier_or_samples",
        name="overtaking",
        asks="An imperfect verifier with many samples competes with a perfect one that has few. Which number of its "
        "ROC curve decides whether it can ever win?",
        right=Choice(
            "The first slope",
            "With many samples best-of-N ends where the first slope says, and that end must lie above the perfect "
            "verifier’s coverage.",
        ),
        wrong=(
            Choice(
                "The area below it",
                "Verifiers of the same AUC end on both sides of the perfect one, because the AUC averages over all "
                "scores.",
            ),
            Choice(
                "The largest distance from the diagonal",
                "That point belongs to one threshold in the middle. The best of many samples lies at the very top of "
                "the scores.",
            ),
        ),
    ),
    Recall(
        lesson="verifier_or_samples",
        name="short-formula",
        asks="A short formula takes a verifier’s accuracy times the coverage. Accuracy {v:g}, one sample right with "
        "chance {p:g}, and only one sample is drawn. What does the formula say, and what is true?",
        right=Choice(
            "It says {product:.3g}; true is {p:g}",
            "With one sample nothing is picked, so no verifier can change its chance. The formula charges for a choice "
            "that is not made.",
        ),
        wrong=(
            Choice(
                "It says {p:g}, and that is true",
                "True it is, but the formula multiplies by the accuracy even where nothing is picked.",
            ),
            Choice(
                "It says {v:g}; true is {p:g}",
                "The formula multiplies the accuracy by the coverage of one sample, so it says less than either.",
            ),
        ),
        draw=_short_formula,
    ),
    Recall(
        lesson="verifier_or_samples",
        name="fresh-comparisons",
        asks="Answers play a knock-out. Every comparison is fresh, and of a mixed pair it takes the right answer a "
        "little more often than not. Where does the winner’s chance end as the number of answers grows?",
        right=Choice(
            "At 1",
            "Every round raises the share of right answers among the winners, and no error is repeated.",
        ),
        wrong=(
            Choice(
                "At the chance that one comparison is right",
                "That holds if one coin is tossed per problem. Here every round tosses a new one.",
            ),
            Choice(
                "At the limit of best-of-N with that AUC",
                "Fixed scores repeat their errors: a wrong answer on top stays on top. Fresh comparisons do not.",
            ),
        ),
    ),
    Recall(
        lesson="real_scores",
        name="highest-of-all",
        asks="{n} programs are recorded, with different scores. You take {k} of them at random and hand in the "
        "best-scored. How often is it the best-scored of all {n}?",
        right=Choice(
            "{share:.3f}",
            "It is picked whenever it is drawn, and {k} of {n} programs are drawn.",
        ),
        wrong=(
            Choice(
                "{one:.3f}",
                "So often one program drawn alone is the best-scored of all. Here {k} are drawn.",
            ),
            Choice(
                "{put_back:.3f}",
                "That puts each program back before the next is drawn. A subset holds {k} different programs.",
            ),
        ),
        draw=_highest_of_all,
    ),
    Recall(
        lesson="real_scores",
        name="ease-of-the-problem",
        asks="A score gives each program the share of right programs of its problem. Its pooled AUC is above 0.9. What "
        "is it worth for picking among the programs of one problem?",
        right=Choice(
            "Nothing",
            "All programs of a problem have the same score, so the pick is blind. The pooled AUC rewards knowing which "
            "problems are easy.",
        ),
        wrong=(
            Choice(
                "A good deal: it ranks nine of ten pairs rightly",
                "Most of those pairs are programs of different problems, and such programs never compete.",
            ),
            Choice(
                "More than tests with a pooled AUC of 0.7",
                "The tests tell programs of one problem apart. This score cannot, whatever its pooled AUC.",
            ),
        ),
    ),
    Recall(
        lesson="real_scores",
        name="whole-pool",
        asks="From a pool of recorded programs you estimate best-of-N where N is the size of the pool, so that all of "
        "them are drawn. What does the estimate tell?",
        right=Choice(
            "Something about this one pool",
            "Only one subset is left. The result is 0 or 1 unless the best scores tie, and another pool may give the "
            "opposite.",
        ),
        wrong=(
            Choice(
                "The chance, more exactly than for any smaller k",
                "For a smaller k many subsets are averaged. With all of them a single one decides, so the estimate is "
                "the least exact.",
            ),
            Choice(
                "Where best-of-N ends with very many programs",
                "The estimate says nothing beyond the pool. More programs can bring other highest scores.",
            ),
        ),
    ),
    Recall(
        lesson="a_real_prm",
        name="pooled",
        asks="A reward model has a high AUC over all solutions of many problems together. What does that say about "
        "its choice among the solutions of one problem?",
        right=Choice(
            "Next to nothing",
            "Nearly all pairs of the pooled AUC take the right solution from one problem and the wrong one from "
            "another. A judge that sees only how hard a problem is does well there.",
        ),
        wrong=(
            Choice(
                "It is about as good there",
                "The recorded one was much worse within problems: it also tells easy problems from hard ones, which "
                "chooses no solution.",
            ),
            Choice(
                "It is at least as good there: like is compared with like",
                "Like with like is harder. Across problems the difficulty helps the judge.",
            ),
        ),
    ),
    Recall(
        lesson="a_real_prm",
        name="reads-as-much",
        asks="A reward model reads each solution once, and a token read costs as much as a token written. Best-of-{n} "
        "by its scores costs as many tokens as a vote of how many?",
        right=Choice("{twice}", "Each solution is written once and read once. A vote only writes."),
        wrong=(
            Choice("{n}", "That counts what is written. The reward model reads all of it again."),
            Choice("{square}", "Each solution is read once, not {n} times."),
        ),
        draw=_read_too,
    ),
    Recall(
        lesson="a_real_prm",
        name="three-runs",
        asks="A benchmark of 40 problems is run three times. How many independent problems does an interval rest on?",
        right=Choice(
            "40",
            "Another run repeats the same problems. It makes each problem's own share surer, and says nothing about "
            "problems that were not drawn.",
        ),
        wrong=(
            Choice(
                "120",
                "The three results of one problem share its difficulty. An interval that takes them for independent "
                "is too narrow.",
            ),
            Choice(
                "Somewhere between, as the runs agree or not",
                "That is about the noise of the runs. How surely forty problems stand for others depends on their "
                "number alone.",
            ),
        ),
    ),
    Recall(
        lesson="task_dependence",
        name="never-right",
        asks="None of {n} tries at a problem was right. Up to which p is that still possible, with 95 % confidence?",
        right=Choice(
            "Up to {most:.4f}",
            "With that p all {n} tries fail 5 times in 100, and with a larger p less often.",
        ),
        wrong=(
            Choice(
                "Up to {one:.4f}, one in {n}",
                "With p = {one:.4f} all {n} tries fail about one time in three, so a larger p is still possible.",
            ),
            Choice(
                "Only p = 0",
                "Failures do not prove that a problem is hopeless. Every small p gives {n} failures now and then.",
            ),
        ),
        draw=_never_right,
    ),
    Recall(
        lesson="task_dependence",
        name="decides-late",
        asks="Two methods are compared with very many samples and a perfect check. Which property of their p over the "
        "problems decides?",
        right=Choice(
            "How many problems have p near zero",
            "After k tries the unsolved problems are those with p below about 1/k.",
        ),
        wrong=(
            Choice(
                "The mean of p",
                "The mean decides with one sample. A method with half the mean can lead with many, so the curves "
                "cross.",
            ),
            Choice(
                "How many problems have p near one",
                "Those are solved by the first samples in any case, so they add nothing at large k.",
            ),
        ),
    ),
    Recall(
        lesson="task_dependence",
        name="beyond-the-data",
        asks="A Beta distribution is fitted to 100 tries per problem, and it forecasts 1,000 with an interval. What "
        "does the interval take for granted?",
        right=Choice(
            "That p follows the Beta family",
            "The tries say little about p far below 1/100, and there the family alone speaks.",
        ),
        wrong=(
            Choice(
                "Nothing: it covers every spread that fits",
                "Every spread that fits gives a far wider range. The fit’s own interval stays within the Beta family.",
            ),
            Choice(
                "That 100 tries fix each problem’s p",
                "The fit uses all problems together and knows that 100 tries are few. What it cannot check is the "
                "family itself.",
            ),
        ),
    ),
    Recall(
        lesson="forecast_fifty_times_out",
        name="what-the-counts-fix",
        asks="Each problem has {n} recorded samples. Up to which number of samples do the counts fix coverage "
        "without a law?",
        right=Choice("{n}", "The counts fix as many moments of the distribution of p. More samples need more moments."),
        wrong=(
            Choice(
                "{far:,}",
                "Ten times further a share of problems that never fell decides, and the counts hardly see it.",
            ),
            Choice("Any number, if the law fits the counts well", "A law can fit perfectly and be wrong beyond."),
        ),
        draw=_recorded,
    ),
    Recall(
        lesson="forecast_fifty_times_out",
        name="good-fit",
        asks="A power law goes through the recorded curve to the third digit. What does that say of its value fifty "
        "times further out?",
        right=Choice(
            "Nothing: other laws fit as well and say something else",
            "On the recorded puzzles two laws that fitted well lay up to a tenth apart.",
        ),
        wrong=(
            Choice(
                "That it is right to about the third digit, too",
                "The digits belong to the recorded range. Beyond it, problems decide that never fell there.",
            ),
            Choice(
                "That it is too low",
                "On these puzzles it was too high. The next benchmark may be different.",
            ),
        ),
    ),
    Recall(
        lesson="forecast_fifty_times_out",
        name="equal-shares",
        asks="Three prompts get equal shares of the samples. What is sure about their coverage?",
        right=Choice(
            "It is no less than that of a prompt drawn at random for all samples",
            "A geometric mean of failures is at most their arithmetic mean, on each problem.",
        ),
        wrong=(
            Choice(
                "It is no less than that of the best prompt",
                "The best prompt may be better for all problems. Then every sample given to another one is a loss.",
            ),
            Choice(
                "It is the mean of the three coverages",
                "That is one prompt drawn at random. With shares all three must fail, which is rarer.",
            ),
        ),
    ),
    Recall(
        lesson="tree_search",
        name="both-alike",
        asks="A checker passes right steps with chance {passes:g} and wrong steps with the same chance. Each step of a "
        "chain is drawn until one passes. What does the checker change?",
        right=Choice(
            "{times:g} times the steps, no more right chains",
            "It draws again without telling right from wrong, so every step is as good as before and costs more.",
        ),
        wrong=(
            Choice(
                "{times:g} times the steps, and more right chains",
                "Drawing again helps only where wrong steps are rejected more often than right ones.",
            ),
            Choice(
                "As many steps, and fewer right chains",
                "Steps that do not pass are drawn again, so there are more draws. Their quality stays the same.",
            ),
        ),
        draw=_both_alike,
    ),
    Recall(
        lesson="tree_search",
        name="start-again",
        asks="A model sees every wrong step at once, and each time it starts again from the beginning. How does the "
        "cost of a right solution grow with its length?",
        right=Choice(
            "Exponentially",
            "All steps must succeed in one go. Seeing early saves the rest of a spoiled chain and not its right "
            "beginning.",
        ),
        wrong=(
            Choice(
                "In proportion to the length",
                "That takes a second thing: the right beginning must be kept, so that one error costs one step.",
            ),
            Choice(
                "With the square of the length",
                "Each further step divides the chance of a run without errors by the same factor. Powers of the "
                "length are slower than that.",
            ),
        ),
    ),
    Recall(
        lesson="tree_search",
        name="pointing-alarm",
        asks="An alarm comes only when the solution is finished, but it says which step was the first wrong one. Is "
        "search then the same as best-of-N?",
        right=Choice(
            "No: the right beginning is kept",
            "The cost then grows linearly with the delay. Search becomes best-of-N only where the check just says yes "
            "or no.",
        ),
        wrong=(
            Choice(
                "Yes: errors show only at the end",
                "What counts is also what can be kept. An alarm that points saves the steps before the error.",
            ),
            Choice(
                "No: search costs more than best-of-N",
                "It costs less. Best-of-N throws the right beginning away, and here the search goes on from it.",
            ),
        ),
    ),
    Recall(
        lesson="math_example",
        name="two-ends",
        asks="One sample solves {p:.0%} of a benchmark, and you know nothing about how the problems differ. Between "
        "which values does the coverage of {k} samples lie?",
        right=Choice(
            "Between {p:g} and {alike:.3f}",
            "The upper end is reached if all problems are alike, the lower if each is always or never solved.",
        ),
        wrong=(
            Choice(
                "At {alike:.3f} exactly",
                "That is the upper end, for problems that are all alike. If they differ, the coverage is lower.",
            ),
            Choice(
                "Between 0 and {alike:.3f}",
                "More samples cannot solve less than one sample does: the problems always solved alone keep it at "
                "{p:g}.",
            ),
            Choice(
                "Between {p:g} and 1",
                "Problems that differ can only lower the coverage from {alike:.3f}, where all are alike.",
            ),
        ),
        draw=_ends,
    ),
    Recall(
        lesson="math_example",
        name="one-accuracy",
        asks="The spread of the problems is known, and so is the accuracy of best-of-100 by a trained verifier. Does "
        "that give the verifier’s AUC?",
        right=Choice(
            "No, verifiers of quite different AUC fit",
            "Another spread of the right scores needs another AUC for the same accuracy. Such verifiers agree at 100 "
            "samples and differ elsewhere.",
        ),
        wrong=(
            Choice(
                "Yes, one accuracy gives one AUC",
                "Only after a shape of the scores is assumed. Every shape has an AUC of its own.",
            ),
            Choice(
                "Yes, the AUC is that accuracy",
                "The AUC speaks of pairs, best-of-100 of the highest of a hundred scores. The two numbers have little "
                "to do with each other.",
            ),
        ),
    ),
    Recall(
        lesson="math_example",
        name="whose-gain",
        asks="One sample is compared with the best of 100 by a trained verifier. Which part of the gain is the "
        "verifier’s, and which part the samples’?",
        right=Choice(
            "The gain cannot be divided",
            "A verifier with one sample gains nothing, and a hundred samples without one gain nothing. Only together "
            "do they gain.",
        ),
        wrong=(
            Choice(
                "All of it is the verifier’s",
                "With one sample even a perfect verifier changes nothing.",
            ),
            Choice(
                "All of it is the samples’",
                "A random pick among a hundred is right as often as one sample.",
            ),
        ),
    ),
)

"""Questions of the part Laboratory. The first three ask the recorded small reasoner."""

from __future__ import annotations

from functools import cache

import numpy as np

from ... import estimates, laws, search, verifiers
from ..._lazy import on_demand
from ...interactive.prediction import Choice, Prediction
from ...sources import reasoner, recorded
from . import comparisons

# Of the run that the lessons on the small reasoner show; the design was chosen on another seed.
SEED = 14


@cache
def _laboratory() -> tuple[reasoner.Laboratory, reasoner.Problems]:
    trained = reasoner.load(reasoner.Config(seed=SEED))
    return trained, reasoner.draw_problems(400, np.random.default_rng([SEED, 1]))


@cache
def _drawn() -> reasoner.Solutions:
    lab, test = _laboratory()
    return lab.reasoner.draw(test, 512, np.random.default_rng([SEED, 2]))


def _best_of(score: np.ndarray, k: int, which: np.ndarray | slice = slice(None)) -> float:
    pools = zip(_drawn().correct[which], score[which], strict=True)
    return float(np.mean([estimates.best_of_n(right, one, k) for right, one in pools]))


def _l1() -> Prediction:
    lab, test = _laboratory()
    k, cool = 64, 0.3
    low, high = lab.reasoner.success(test, temperature=cool), lab.reasoner.success(test)
    every = np.arange(1, k + 1)
    ahead = np.array([laws.coverage(low, n).mean() > laws.coverage(high, n).mean() for n in every])
    if not ahead[0] or ahead[-1]:
        raise ValueError("L1 says that the low temperature leads at one solution and trails at 64, and it does not")
    stuck = low < 1e-3
    return Prediction(
        id="L1",
        answered_in=("See it: temperature",),
        question="At temperature {cool} one solution is right {one_cool:.2f} of the time, at temperature 1 only "
        "{one:.2f}. Now draw {k} solutions of each problem and let a perfect checker look for a right one. Which "
        "temperature solves more problems?",
        choices=(
            Choice(
                "{cool}: each solution is better, so {k} of them are too",
                "Each one is better, and up to {last} solutions the low temperature leads. But its solutions repeat "
                "each other. On {stuck:.0f} problems in 100 it has less than one chance in 1,000, and more tries make "
                "the same mistake again.",
            ),
            Choice(
                "The same: {k} tries wash the difference out",
                "They would if every problem kept a fair chance. A low temperature pushes chances towards 0 and "
                "towards 1, and tries do not bring back those near 0.",
            ),
            Choice(
                "1: worse each time, better together",
                "Yes. Coverage needs one right solution among many different ones. Look at where the two curves cross.",
            ),
        ),
        right=2,
        truth="Temperature 1: {many:.2f} of the problems against {many_cool:.2f}.",
        numbers={
            "cool": cool,
            "k": k,
            "one": float(high.mean()),
            "one_cool": float(low.mean()),
            "many": float(laws.coverage(high, k).mean()),
            "many_cool": float(laws.coverage(low, k).mean()),
            "last": int(every[ahead].max()),
            "stuck": 100 * float(stuck.mean()),
        },
    )


def _l2() -> Prediction:
    lab, _ = _laboratory()
    drawn = _drawn()
    score = lab.orm.score(drawn)
    few, many = 8, drawn.correct.shape[1]
    mixed = [(s, c) for s, c in zip(score, drawn.correct, strict=True) if 0 < c.sum() < c.size]
    one, eight, last = (_best_of(score, k) for k in (1, few, many))
    if not last < one < eight:
        raise ValueError("L2 says that best-of-N rises above one solution and ends below it, and it does not")
    return Prediction(
        id="L2",
        answered_in=("Prediction from the ROC", "The fall", "Why it falls"),
        question="A verifier trained on whole solutions puts a right one above a wrong one of the same problem in "
        "{auc:.0f} of 100 pairs. One solution is right {one:.2f} of the time, the best of {few} by this verifier "
        "{eight:.2f}. And the best of {many}?",
        choices=(
            Choice(
                "Clearly more than {eight:.2f}: there is more to choose from",
                "There is: for {there:.1f} problems in 100 a right solution is among the {many}. Choosing is the hard "
                "part, and every wrong solution is one more try at looking right.",
            ),
            Choice(
                "It levels off near {eight:.2f}",
                "So it would if the highest scores were as good as the merely high ones. {auc:.0f} of 100 pairs says "
                "how the verifier orders the crowd, and nothing about its very top.",
            ),
            Choice(
                "Less than {eight:.2f}, but more than one solution",
                "It falls, as you say, and {one:.2f} is no floor: one solution is a blind choice, and a verifier that "
                "is misled at the top does worse than blind.",
            ),
            Choice("Less than one solution", "Yes. The page shows where it turns, and why."),
        ),
        right=3,
        truth="{last:.2f}: fewer than with one solution ({one:.2f}).",
        numbers={
            "auc": 100 * float(np.mean([verifiers.Roc.from_scores(s, c).auc for s, c in mixed])),
            "one": one,
            "eight": eight,
            "last": last,
            "few": few,
            "many": many,
            "there": 100 * float(drawn.correct.any(axis=1).mean()),
        },
    )


@cache
def _by_difficulty() -> comparisons.Sums:
    return comparisons.sums_by_difficulty(_laboratory()[0].reasoner, [SEED, 31])


def _l3() -> Prediction:
    lab, sums, n = _laboratory()[0], _by_difficulty(), 16
    drawn = lab.reasoner.draw(sums.problems, 256, np.random.default_rng([SEED, 32]))
    whole = float(sums.best_of(drawn, lab.prm.score(drawn), n)[0].mean())
    judge = lab.prm.on("product")
    # The page's sums of all three kinds, so that its draws come out again; the question is about the hard ones.
    runs = sums.search(search.beam, n, lambda puzzle: judge, [SEED, 33, 101], width=4, expand=4)
    beam = float(comparisons.solved(runs)[0].mean())
    if beam < whole + 0.1:
        raise ValueError("L3 says that the beam wins clearly on hard problems, and it does not")
    return Prediction(
        id="L3",
        answered_in=(
            "Nine strategies, one budget",
            "The control: a search that cannot see",
            "The cheapest search",
            "Steps, checks or tokens",
        ),
        question="Take hard problems: one solution is right less than {hard:.0f} times in 100. A verifier of steps can "
        "be used in two ways. Draw {n} whole solutions and take the one that it likes best: right {whole:.2f} of the "
        "time. Or draw {n} first steps, keep the best 4, draw 4 next steps from each, and so on. The number of steps "
        "is the same. How often is the second way right?",
        choices=(
            Choice(
                "About as often: same steps, same verifier",
                "Steps and verifier are the same. What differs is where the steps are spent: whole solutions go on "
                "from wrong steps to the end, and the beam drops most of the wrong steps at once.",
            ),
            Choice(
                "Less often: it commits to 4 before it can know",
                "Committing has its price where the verifier errs. But on hard problems nearly every whole solution "
                "has committed to a wrong step as well, without asking anybody.",
            ),
            Choice("Clearly more often", "Yes, on hard problems. The page then looks at the easy ones."),
        ),
        right=2,
        truth="{beam:.2f} against {whole:.2f}.",
        numbers={"hard": 100 * comparisons.EDGES[0], "n": n, "whole": whole, "beam": beam},
    )


def _l8() -> Prediction:
    lab, sums = _laboratory()[0], _by_difficulty()
    draws = 2 ** np.arange(11)
    told = np.array([comparisons.greedy_beam(sums, lab.prm, int(m)).mean(axis=1) for m in draws])
    hard, easy = told[:, 0].argmax(), told[:, 2].argmax()
    if not (hard > easy > 0 and told[-1, 0] < told[hard, 0]):
        raise ValueError("L8 says that hard sums gain longest by more draws and lose in the end, and they do not")
    return Prediction(
        id="L8",
        answered_in=("State it: best-of-m, at every step",),
        question="A small search keeps one beginning. It draws m next steps, a trained verifier scores them, and the "
        "search goes on from the step with the highest score. On easy sums, where one solution is right {p_easy:.2f} "
        "of the time, m = {easy} is best. On hard sums one solution is right {p_hard:.2f} of the time. Which m is best "
        "there, among 1, 2, 4 and so on up to {most:,.0f}?",
        choices=(
            Choice(
                "{easy} again: the verifier is the same",
                "The verifier makes the same errors on both. But on a hard sum few of the draws are right, and among "
                "{easy} there is often no right step to pick. That costs more than the verifier's errors.",
            ),
            Choice(
                "Less than {easy}: hard steps mislead the verifier more",
                "Each draw brings a risk, a wrong step that scores high. Each draw also brings a chance, a right step "
                "to pick. On hard sums the chance counts for more at first.",
            ),
            Choice(
                "About {hard}",
                "Yes. Right steps are rare there, so more draws help for longer. In the end they hurt all the same.",
            ),
            Choice(
                "{most:,.0f}: more to pick from is never worse",
                "It would be true of a verifier without errors. With this one {most:,.0f} draws solve {last:.2f} of "
                "the hard sums and the best number {best:.2f}: enough draws find a wrong step that scores highest.",
            ),
        ),
        right=2,
        truth="{hard} draws a step.",
        numbers={
            "p_easy": float(sums.p[2].mean()),
            "p_hard": float(sums.p[0].mean()),
            "easy": int(draws[easy]),
            "hard": int(draws[hard]),
            "most": int(draws[-1]),
            "last": float(told[-1, 0]),
            "best": float(told[hard, 0]),
        },
    )


def _l4() -> Prediction:
    log = recorded.table("game24_values")
    first = (log["step"] == 0) & (log["kind"] == "state") & (log["legal"] == 1) & (log["solvable"] == 1)
    second = (log["step"] == 1) & (log["kind"] == "state") & (log["legal"] == 1) & (log["solvable"] == 1)
    kept = log["selected_rank"] >= 0
    solved = int(np.unique(log["idx"][(log["kind"] == "answer") & (log["solvable"] == 1) & kept]).size)
    proposed, held, again, held_again = (
        int(np.unique(log["idx"][rows]).size) for rows in (first, first & kept, second, second & kept)
    )
    if not proposed - held > max(100 - proposed, held - again, again - held_again):
        raise ValueError("L4 says that the first pruning lost most, and it did not")
    return Prediction(
        id="L4",
        answered_in=("One recorded game", "Where the recorded search lost"),
        question="GPT-4 plays Game of 24 by tree search: it proposes first steps, judges them, and the best 5 are "
        "kept; then the second steps, and so on. Of 100 puzzles {solved} are solved. At which single point were most "
        "of the others lost?",
        choices=(
            Choice(
                "Its first proposals held no step that can lead to 24",
                "That lost {unproposed}. In {proposed} puzzles of 100 the first proposals held a good one.",
            ),
            Choice(
                "The first judgement threw the good steps away",
                "Yes. With three numbers left a dead end looks like any other state.",
            ),
            Choice(
                "The second proposals",
                "That lost {missed}: a good state was kept, and no good step from it was proposed.",
            ),
            Choice(
                "The second judgement",
                "That lost {later}. With two numbers left the judge sees the end, and sees it well.",
            ),
        ),
        right=1,
        truth="The first judgement, {pruned} puzzles.",
        numbers={
            "solved": solved,
            "proposed": proposed,
            "unproposed": 100 - proposed,
            "pruned": proposed - held,
            "missed": held - again,
            "later": again - held_again,
        },
    )


def _l5() -> Prediction:
    lab, _ = _laboratory()
    n, most = 4, 512
    test = reasoner.draw_problems(400, np.random.default_rng([SEED, 21]))
    drawn = lab.reasoner.draw(test, most, np.random.default_rng([SEED, 22]))
    every = np.arange(1, most + 1)
    pools = zip(drawn.correct, lab.prm.score(drawn), strict=True)
    whole = np.mean([estimates.best_of_n(right, score, every) for right, score in pools], axis=0)
    rng, judge = np.random.default_rng([SEED, 23, n]), lab.prm.on("product")
    # Twice each, as on the page: one run of a beam is one draw of luck.
    found = [
        search.beam(
            lab.reasoner.puzzle(test, i), judge, search.Budget(steps=n * int(test.length[i])), rng, width=2, expand=2
        ).correct
        for i in list(range(len(test))) * 2
    ]
    beam = float(np.mean(found))
    equal = int(every[(whole >= beam).argmax()])
    if not 2 * n < equal < most:
        raise ValueError(f"L5 says that best-of-N needs several times the steps and gets there, got {equal}")
    return Prediction(
        id="L5",
        answered_in=("The setting", "How much is saved?"),
        question="A beam may write as many steps as {n} whole solutions have, and asks its verifier after each one. It "
        "solves {beam:.2f} of the problems. Best-of-N with the same verifier solves {small:.2f} with {n} solutions. "
        "With how many does it reach the beam?",
        choices=(
            Choice(
                "{n} or {more}: the verifier and the steps are the same",
                "The verifier is the same, and it is asked earlier. Of {n} whole solutions most steps are written "
                "after the first error.",
            ),
            Choice("About {equal}", "Yes. That is near a famous factor, and the page asks where it comes from."),
            Choice(
                "With none up to {most}",
                "That happens a little higher: best-of-N peaks at {peak:.2f}, and no number of solutions passes it. "
                "The beam's {beam:.2f} lies below.",
            ),
        ),
        right=1,
        truth="{equal}: about {ratio:.0f} times the steps.",
        numbers={
            "n": n,
            "more": n + 1,
            "beam": beam,
            "small": float(whole[n - 1]),
            "equal": equal,
            "most": most,
            "peak": float(whole.max()),
            "ratio": equal / n,
        },
    )


def _l6() -> Prediction:
    k = 16
    samples = recorded.load("smollm2")
    pools = list(samples.pools())
    score, right = (np.concatenate([getattr(pool, name) for pool in pools]) for name in ("score", "correct"))
    best = float(np.mean([estimates.best_of_n(pool.correct, pool.score, k) for pool in pools]))
    vote = float(np.mean([estimates.majority_vote(pool.answer, pool.correct, k) for pool in pools]))
    exists = float(estimates.pass_at_k(samples.n, samples.c, k).mean())
    one = float((samples.c / samples.n).mean())
    auc = float(verifiers.Roc.from_scores(score, right).auc)
    inside = [verifiers.Roc.from_scores(pool.score, pool.correct).auc for pool in pools if 0 < pool.correct.mean() < 1]
    if not one < best < vote + 0.02 < (one + exists) / 2:
        raise ValueError("L6 says that the log-probability finds little of what is there, and it does not")
    return Prediction(
        id="L6",
        answered_in=("What is its own opinion worth?", "Which rule picks best?"),
        question="A small language model answers 24 questions, {n} times each. Over all answers its own "
        "log-probability puts a right one above a wrong one in {auc:.0f} of 100 pairs. One answer is right {one:.2f} "
        "of the time; among {k} a right one exists for {exists:.2f} of the questions. You take the one of the {k} "
        "that the model finds most likely. How often is it right?",
        choices=(
            Choice(
                "About {near:.2f}: {auc:.0f} of 100 pairs in the right order finds most of them",
                "Most of these pairs are answers to different questions. The model knows which questions are easy. "
                "Between answers to one question the order is right in {inside:.0f} of 100 pairs.",
            ),
            Choice(
                "About half-way, {half:.2f}",
                "That would need a judge between answers to one question. {auc:.0f} of 100 counts pairs of answers "
                "to different questions too, and there it is enough to know which question is easy.",
            ),
            Choice(
                "Hardly more than one answer, near {best:.2f}",
                "Yes. The page shows where the {auc:.0f} of 100 come from, and that a vote does about as well.",
            ),
        ),
        right=2,
        truth="{best:.2f}; a vote of {k} gives {vote:.2f}.",
        numbers={
            "n": int(samples.n[0]),
            "k": k,
            "auc": 100 * auc,
            "inside": 100 * float(np.mean(inside)),
            "one": one,
            "exists": exists,
            "near": 0.9 * exists,
            "half": (one + exists) / 2,
            "best": best,
            "vote": vote,
        },
    )


def _l11() -> Prediction:
    # The sizes of SmolLM2-135M; a test reads them off the weights.
    width, narrow, inner, layers, vocabulary = 576, 192, 1536, 30, 49_152
    attention = layers * (2 * width * width + 2 * narrow * width)
    feed_forward, embedding = layers * 3 * inner * width, vocabulary * width
    whole = attention + feed_forward + embedding
    share = {"attention": attention / whole, "network": feed_forward / whole, "table": embedding / whole}
    return Prediction(
        id="L11",
        answered_in=("Feed-forward network",),
        question="Attention is the famous part of a language model: there each token gathers from the tokens before "
        "it. What share of the {millions:.1f} million numbers of SmolLM2-135M belongs to attention?",
        choices=(
            Choice(
                "Nearly all: the model is attention",
                "Attention is the only part in which tokens meet. But the network that then works on each token alone "
                "has {network:.2f} of the numbers, and the table of tokens {table:.2f}.",
            ),
            Choice(
                "About half",
                "There are two parts in a layer, but they are not of one size: the network widens each row before "
                "narrowing it again, and holds three times as many numbers.",
            ),
            Choice(
                "About a fifth",
                "Yes. The network that works on each token alone holds {network:.2f}, the table of tokens {table:.2f}.",
            ),
        ),
        right=2,
        truth="{attention:.2f} of the numbers.",
        numbers={"millions": whole / 1e6, **share},
    )


def _l17() -> Prediction:
    retry, reflexion = (recorded.solved_by_trial(arm) for arm in ("retry", "reflexion"))
    last = retry.shape[1] - 1
    gap = estimates.paired_interval(reflexion[:, last].astype(float), retry[:, last].astype(float))
    if not gap.low > 0:
        raise ValueError("L17 says that the difference is beyond chance, and it is not")
    again = retry.sum(axis=0)
    return Prediction(
        id="L17",
        answered_in=("See it", "What kind of control is this?"),
        question="A language model tries {tasks} household tasks {trials} times; a solved task is not tried again. "
        "With written reflections between the trials it solves {first} at the first and {with_notes} in the end, "
        "without them {first} and {without}. The difference of {more} tasks is far beyond chance. Does it show "
        "that reflecting beats drawing new attempts?",
        choices=(
            Choice(
                "Yes: same tasks, same number of trials",
                "Both are the same, and the difference is real. But the trials without reflections were written at "
                "temperature 0: they hardly draw anything new.",
            ),
            Choice(
                "No: the retries may be almost the same run each time",
                "Yes. They were written at temperature 0, and the last two are equal. Nobody drew new attempts.",
            ),
            Choice(
                "No: solved tasks are left out, which favours reflecting",
                "They are left out on both sides, from one and the same first trial. That is fair.",
            ),
        ),
        right=1,
        truth="No: the retries gained {gained} tasks in {more_trials} trials, for they repeat nearly the same run.",
        numbers={
            "tasks": len(retry),
            "trials": last + 1,
            "first": int(again[0]),
            "with_notes": int(reflexion[:, last].sum()),
            "without": int(again[last]),
            "more": int(reflexion[:, last].sum() - again[last]),
            "gained": int(again[last] - again[0]),
            "more_trials": last,
        },
    )


__getattr__ = on_demand(
    __name__,
    {
        "L1": _l1,
        "L2": _l2,
        "L3": _l3,
        "L4": _l4,
        "L5": _l5,
        "L6": _l6,
        "L11": _l11,
        "L8": _l8,
        "L17": _l17,
    },
)

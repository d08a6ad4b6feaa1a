"""What the lessons of the part Laboratory ask back from memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import laws
from ...interactive.prediction import Choice
from ...interactive.recall import Recall


def _half_by_guessing(rng: np.random.Generator) -> dict[str, Any]:
    answers = int(rng.choice([10, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 500]))
    return {
        "answers": answers,
        "half": int(laws.samples_needed(1 / answers, 0.5)),
        "middle": answers // 2,
    }


def _some_wrong_above(rng: np.random.Generator) -> dict[str, Any]:
    above, k = float(rng.choice([0.01, 0.02, 0.03, 0.05])), int(rng.choice([8, 12, 16]))
    return {"above": above, "k": k, "none": (1 - above) ** k, "one": 1 - above, "added": 1 - k * above}


def _shares(rng: np.random.Generator) -> dict[str, Any]:
    kept, drawn = int(rng.integers(2, 6)), int(rng.integers(2, 7))
    return {"kept": kept, "drawn": drawn, "all": kept * drawn}


def _second_trial(rng: np.random.Generator) -> dict[str, Any]:
    p, r = float(rng.choice([0.6, 0.7, 0.8])), float(rng.choice([0.05, 0.1]))
    easy, hard = 1 - p, 1 - r
    return {"p": p, "r": r, "first": (p + r) / 2, "second": (easy * p + hard * r) / (easy + hard)}


def _checks(rng: np.random.Generator) -> dict[str, Any]:
    kept, drawn, length = int(rng.integers(2, 5)), int(rng.integers(2, 5)), int(rng.integers(5, 10))
    return {
        "kept": kept,
        "drawn": drawn,
        "length": length,
        "whole": kept * drawn,
        "all": kept * drawn * length,
        "few": kept * length,
    }


def _rounds(rng: np.random.Generator) -> dict[str, Any]:
    proposes, keeps = float(rng.choice([0.8, 0.9, 0.95])), float(rng.choice([0.6, 0.7, 0.85]))
    rounds = int(rng.choice([2, 3]))
    return {
        "proposes": proposes,
        "keeps": keeps,
        "rounds": rounds,
        "through": (proposes * keeps) ** rounds,
        "proposed": proposes**rounds,
        "one": proposes * keeps,
    }


def _two_amounts(rng: np.random.Generator) -> dict[str, Any]:
    easy, search, vote = (float(rng.choice(some)) for some in ([0.1, 0.2, 0.3], [0.2, 0.3, 0.4], [0.1, 0.15]))
    for_search, for_vote = (1 - easy) * search, easy * vote
    return {
        "easy": easy,
        "search": search,
        "vote": vote,
        "smaller": min(for_search, for_vote),
        "larger": max(for_search, for_vote),
        "sum": for_search + for_vote,
    }


def _negative_weights(rng: np.random.Generator) -> dict[str, Any]:
    often = int(rng.integers(4, 30))
    return {"often": often, "rare": float(rng.choice([1.5, 2, 3]))}


def _equal_comparisons(rng: np.random.Generator) -> dict[str, Any]:
    tokens = int(rng.integers(6, 13))
    place = int(rng.integers(3, tokens - 1))
    return {"tokens": tokens, "place": place, "others": place - 1}


RECALL = (
    Recall(
        lesson="small_reasoner",
        name="every-step-right",
        asks="You know the chance that every step of a solution is right. How does it compare with the chance that the "
        "answer is right?",
        right=Choice(
            "It is smaller or equal",
            "Every step right is one way to the right answer. Errors that undo each other are another.",
        ),
        wrong=(
            Choice(
                "It is the same",
                "Only if no path with a wrong step ends in the right answer. In the small reasoner some do.",
            ),
            Choice(
                "It is larger or equal",
                "If every step is right, so is the answer. So right answers cannot be rarer than chains of right "
                "steps.",
            ),
        ),
    ),
    Recall(
        lesson="small_reasoner",
        name="half-by-guessing",
        asks="There are {answers} possible answers. How many random guesses does a guesser need to cover at least half "
        "of the problems?",
        right=Choice(
            "{half}",
            "That many guesses all fail less than half of the time. The guesser belongs beside every coverage curve.",
        ),
        wrong=(
            Choice(
                "{middle}",
                "That adds the chances of the guesses. Some guesses repeat an answer, so {middle} of them cover less "
                "than half.",
            ),
            Choice(
                "{answers}",
                "With as many guesses as there are answers the guesser covers nearly two thirds of the problems.",
            ),
        ),
        draw=_half_by_guessing,
    ),
    Recall(
        lesson="small_reasoner",
        name="low-temperature",
        asks="A perfect checker picks among many solutions. Why does a low temperature then lose against a higher one?",
        right=Choice(
            "Its solutions repeat each other",
            "Where the most likely answer is wrong, hardly any other comes, so more solutions make the same mistake.",
        ),
        wrong=(
            Choice(
                "Each of its solutions is worse",
                "Each one is better on average. What is missing is variety.",
            ),
            Choice(
                "Its solutions are harder to check",
                "The checker is perfect at every temperature. It cannot find a right solution that was never drawn.",
            ),
        ),
    ),
    Recall(
        lesson="train_the_verifiers",
        name="labels-of-steps",
        asks="Nobody read the steps to label them for the process verifier. Where did the label of a step come from?",
        right=Choice(
            "From how often the model got to the answer from there",
            "The model went on 16 times from each step. A step counts as good if at least half of the chance to "
            "arrive is left.",
        ),
        wrong=(
            Choice(
                "From whether its solution ended in the right answer",
                "That is what the outcome verifier is told: one bit for a whole solution, and no label for a step.",
            ),
            Choice(
                "From a check of the arithmetic in the step",
                "That would label steps without error. The labels here have errors, because 16 tries are few.",
            ),
        ),
    ),
    Recall(
        lesson="train_the_verifiers",
        name="none-above",
        asks="A solution is wrong and scores above every right one with chance {above:g}. You draw {k} solutions. How "
        "often is none of them such a solution?",
        right=Choice(
            "{none:.3f}",
            "All {k} must escape, so the chances multiply. With more solutions this goes to 0, whatever the AUC.",
        ),
        wrong=(
            Choice(
                "{one:.3f}",
                "So often one solution escapes. The best of {k} is chosen among all of them, so all must escape.",
            ),
            Choice(
                "{added:.3f}",
                "That adds up the chances. Two such solutions in one draw are counted twice.",
            ),
        ),
        draw=_some_wrong_above,
    ),
    Recall(
        lesson="train_the_verifiers",
        name="why-it-falls",
        asks="By the outcome verifier the best of 512 was right less often than one solution. Which of these "
        "changes helped most?",
        right=Choice(
            "Cutting off the highest scores of wrong solutions",
            "With all wrong solutions but without their highest scores there was no fall: it comes from wrong scores "
            "above the right ones.",
        ),
        wrong=(
            Choice(
                "Lower weights for groups that training hardly saw",
                "That helped a little. The best of 512 still lay far below the best of 8.",
            ),
            Choice(
                "One best-looking wrong solution in place of all",
                "Variety was gone and a high score stayed. That helped far less than cutting the highest scores off.",
            ),
        ),
    ),
    Recall(
        lesson="search_with_a_prm",
        name="steps-in-the-answer",
        asks="A beam keeps {kept} beginnings and draws {drawn} next steps from each, and in the end it returns one "
        "solution. Which share of the steps that it writes stands in that solution?",
        right=Choice(
            "One step in {all}",
            "In every round {kept} times {drawn} steps are written, and one of them belongs to the solution.",
        ),
        wrong=(
            Choice(
                "One step in {kept}",
                "That counts the steps that are kept. The beam also writes and pays for those that it drops.",
            ),
            Choice(
                "Every step: a beam is one generation",
                "The beam returns one answer, and it writes as much as {all} whole solutions.",
            ),
        ),
        draw=_shares,
    ),
    Recall(
        lesson="search_with_a_prm",
        name="late-judge",
        asks="A judge is perfect, but silent until the last step. A beam and best-of-N write as many steps and ask "
        "this judge. Which solves more problems?",
        right=Choice(
            "Best-of-N: the beam’s solutions share their beginnings",
            "Until the last step the beam keeps a few beginnings blindly, so its many solutions are less different.",
        ),
        wrong=(
            Choice(
                "Neither: the beam becomes best-of-N",
                "The beam still drops beginnings while it knows nothing, and that costs variety.",
            ),
            Choice(
                "The beam: it uses the judge on more solutions",
                "Both ask about the same number of finished solutions. The beam’s come from only a few beginnings.",
            ),
        ),
    ),
    Recall(
        lesson="search_with_a_prm",
        name="more-draws-for-a-score",
        asks="Which search gives a beginning more of the next draws, the higher its score is?",
        right=Choice(
            "REBASE",
            "It shares the draws of each round by score. A very low score may bring no draw at all.",
        ),
        wrong=(
            Choice(
                "DVTS",
                "It deals the first steps into groups, and each group keeps its own best. Every group gets the "
                "same number of draws.",
            ),
            Choice(
                "Lookahead",
                "It changes what is scored: the judge sees one step further, and the extra step is thrown away.",
            ),
            Choice(
                "Best-first search",
                "It always goes on from the one beginning with the highest score. The draws are not shared out.",
            ),
        ),
    ),
    Recall(
        lesson="searches_compared",
        name="checks-in-the-ledger",
        asks="A beam keeps {kept} beginnings, draws {drawn} steps from each and has every step checked; a solution has "
        "{length} steps. Best-of-N writes as many steps. How many checks do the two make?",
        right=Choice(
            "Beam {all}, best-of-N {whole}",
            "The beam asks about every step, best-of-N once about each of its {whole} solutions.",
        ),
        wrong=(
            Choice(
                "Beam {whole}, best-of-N {whole}",
                "That makes the checks equal. Equal steps mean {length} times as many checks for the beam.",
            ),
            Choice(
                "Beam {few}, best-of-N {whole}",
                "That counts the steps that the beam keeps. Every drawn step is checked, also those that are dropped.",
            ),
        ),
        draw=_checks,
    ),
    Recall(
        lesson="searches_compared",
        name="blind-beam",
        asks="A beam runs with random scores in place of its judge. How often is its answer right?",
        right=Choice(
            "As often as one solution",
            "Random scores keep and drop right and wrong beginnings alike, so the shape of the search adds nothing.",
        ),
        wrong=(
            Choice(
                "Less often: it prunes right beginnings",
                "It prunes right and wrong ones in their proportion. The share of right ones stays on average.",
            ),
            Choice(
                "More often: it still tries more steps",
                "It writes more steps, and without a judge it cannot tell which of them are right.",
            ),
        ),
    ),
    Recall(
        lesson="searches_compared",
        name="easy-sums",
        asks="On easy sums a large beam falls behind a vote that writes as many steps. What is to blame?",
        right=Choice(
            "The judge’s errors",
            "Best-of-N by the same judge falls behind the vote too, and a beam with true checks solves nearly all.",
        ),
        wrong=(
            Choice(
                "The search itself",
                "With true checks the same search solves nearly all sums. With a judge that errs, best-of-N suffers as "
                "well.",
            ),
            Choice(
                "Too few steps",
                "With more steps the beam gets worse, because more draws find a wrong step that looks right.",
            ),
        ),
    ),
    Recall(
        lesson="revision_with_its_control",
        name="gain-falls",
        asks="Half of the tasks are solved by one try with chance {p:g}, the others with chance {r:g}. Tries are "
        "independent, and solved tasks are not tried again. Which share of the tasks that are left does the second "
        "trial solve?",
        right=Choice(
            "{second:.2f}",
            "Every task keeps its chance, but most of the easy ones have left. This is the mean chance of the rest.",
        ),
        wrong=(
            Choice(
                "{first:.2f}",
                "So many the first trial solves. After it the easy tasks are no longer half of what is tried.",
            ),
            Choice(
                "{r:.2f}",
                "That is the end, when only hard tasks are left. After one trial some easy ones are still there.",
            ),
        ),
        draw=_second_trial,
    ),
    Recall(
        lesson="revision_with_its_control",
        name="cold-control",
        asks="A method that reflects is compared with a retry whose actions are drawn at temperature 0. Why is this no "
        "control for repeated sampling?",
        right=Choice(
            "The retry writes nearly the same again",
            "At temperature 0 the most likely action is taken each time. More trials bring hardly any new attempt.",
        ),
        wrong=(
            Choice(
                "It makes fewer trials than the method",
                "Then one would compare at the shorter number. The trials that there are do not sample.",
            ),
            Choice(
                "It starts from a worse first trial",
                "Both start from the same first trial here. What differs is what a second one can bring.",
            ),
        ),
    ),
    Recall(
        lesson="revision_with_its_control",
        name="random-restart",
        asks="A revision keeps the steps before the first doubted one. Which control tells what the doubt is worth?",
        right=Choice(
            "Keep the steps before a random one",
            "It keeps and rewrites as the revision does, without sight. On the small reasoner it gained little.",
        ),
        wrong=(
            Choice(
                "Keep all steps",
                "Then nothing would be written anew.",
            ),
            Choice(
                "Stop at a random attempt",
                "That controls for when to stop. The question is where to begin again.",
            ),
        ),
    ),
    Recall(
        lesson="game_of_24",
        name="through-all-rounds",
        asks="In each round a search has a live state among its proposals with chance {proposes:g} and then keeps one "
        "with chance {keeps:g}. How often does it get through {rounds} rounds?",
        right=Choice(
            "{through:.3f}",
            "Every round must propose and keep, and the chances multiply.",
        ),
        wrong=(
            Choice(
                "{proposed:.3f}",
                "So often with a judge that always keeps a live state. Here keeping fails too.",
            ),
            Choice(
                "{one:.3f}",
                "So often it gets through one round. There are {rounds}.",
            ),
        ),
        draw=_rounds,
    ),
    Recall(
        lesson="game_of_24",
        name="ties",
        asks="In its first pruning the recorded search of GPT-4 lost some good states. How did that mostly come about?",
        right=Choice(
            "The good state tied with states that were kept",
            "The judge called nearly every state likely, and the order of the list decided among equals.",
        ),
        wrong=(
            Choice(
                "The judge called the good state impossible",
                "That was rare. In most cases the good state had the same value as a kept one.",
            ),
            Choice(
                "The good state had not been proposed",
                "What is not proposed cannot be pruned. Such losses belong to the round of proposals.",
            ),
        ),
    ),
    Recall(
        lesson="game_of_24",
        name="fair-rival",
        asks="A tree search is reported to solve far more puzzles than one chain of thought. Which rival writes about "
        "as much as the tree?",
        right=Choice(
            "A hundred chains, with a check that picks one",
            "Against these the tree’s lead is much smaller. The tree also reads far more, for its judgements.",
        ),
        wrong=(
            Choice(
                "One chain, since both hand in an answer",
                "One chain writes about a hundredth of what the tree writes.",
            ),
            Choice(
                "One chain for each state that is kept",
                "Five states are kept in a round. The tree also writes all proposals and all judgements.",
            ),
        ),
    ),
    Recall(
        lesson="compute_optimal",
        name="two-amounts",
        asks="On {easy:.0%} of the problems a vote solves {vote:g} more than a search, on the others the search solves "
        "{search:g} more. What does a choice without error add to the better of the two?",
        right=Choice(
            "{smaller:.3f}",
            "The better one already has its own lead. A choice adds the other lead, for its share of the problems.",
        ),
        wrong=(
            Choice(
                "{larger:.3f}",
                "That is gained over the worse of the two strategies used for all problems.",
            ),
            Choice(
                "{sum:.3f}",
                "That is gained over a choice that always goes wrong. One strategy for all goes wrong on one side "
                "only.",
            ),
        ),
        draw=_two_amounts,
    ),
    Recall(
        lesson="compute_optimal",
        name="no-factor",
        asks="You would like to say how many times less compute a beam needs than best-of-N. When is there no such "
        "number?",
        right=Choice(
            "When best-of-N never reaches the beam’s height",
            "A saving compares two budgets that reach the same height. Best-of-N with an erring judge has a peak.",
        ),
        wrong=(
            Choice(
                "When the two use different numbers of checks",
                "Then there are two numbers, one for steps and one for checks. Each can be stated.",
            ),
            Choice(
                "When the beam wins only on hard problems",
                "The curves over all problems can still be compared at the same height.",
            ),
        ),
    ),
    Recall(
        lesson="compute_optimal",
        name="shuffled",
        asks="Beside a choice by estimated difficulty stands one whose estimates are dealt out at random. What does "
        "this control show?",
        right=Choice(
            "What the procedure gives without knowing anything",
            "The shuffled choice pays for its pilot too. What the real choice has beyond it comes from the estimate.",
        ),
        wrong=(
            Choice(
                "What a perfect estimate would give",
                "That is the oracle, which chooses by the true chance.",
            ),
            Choice(
                "What picking and judging on the same problems gives",
                "That is peeking. It counts noise as gain.",
            ),
        ),
    ),
    Recall(
        lesson="its_own_opinion",
        name="added-logs",
        asks="Answer A was given {often} times, each with log-probability −1. Answer B was given once, with −{rare:g}. "
        "A vote adds up the log-probabilities, and the largest sum wins. Which answer wins?",
        right=Choice(
            "B, with −{rare:g} against −{often}",
            "Every further vote adds a negative number, so the rarest answer wins. Weights must not be below zero.",
        ),
        wrong=(
            Choice(
                "A, because it has {often} votes",
                "Each of its votes takes 1 away: A ends at −{often}, below B.",
            ),
            Choice(
                "A, because −1 is larger than −{rare:g}",
                "So a single answer A is the likelier one. The sum over {often} of them is −{often}.",
            ),
        ),
        draw=_negative_weights,
    ),
    Recall(
        lesson="its_own_opinion",
        name="high-when-pooled",
        asks="Pooled over all questions a model’s log-probability has a high AUC, within a question a poor one. What "
        "does the log-probability know?",
        right=Choice(
            "Which questions are easy",
            "Answers to easy questions have high scores. That helps to see where tries are needed, not to pick one.",
        ),
        wrong=(
            Choice(
                "Which of the answers to a question is right",
                "That is the AUC within a question, and it is poor.",
            ),
            Choice(
                "Nothing: a pooled AUC is chance",
                "It is no chance. Even the mean score of each question, which cannot choose at all, has a high pooled "
                "AUC.",
            ),
        ),
    ),
    Recall(
        lesson="its_own_opinion",
        name="an-opinion-that-votes",
        asks="You draw very many answers and take the one with the highest log-probability. Which answer is that, "
        "compared with the vote’s, if each answer is one text?",
        right=Choice(
            "The same: the model’s favourite",
            "The answer that the model writes most often is also the one that it finds most likely.",
        ),
        wrong=(
            Choice(
                "Another one: it is a second opinion",
                "Both read the same probabilities, one by counting and one directly.",
            ),
            Choice(
                "The right one, more often than the vote’s",
                "Where the favourite is wrong, both end at the same wrong answer.",
            ),
        ),
    ),
    Recall(
        lesson="sixty_lines",
        name="equal-comparisons",
        asks="A text has {tokens} tokens. For the token in place {place} all comparisons of its query with keys come "
        "out equal. What weight does each token that it sees get?",
        right=Choice(
            "1/{place}",
            "It sees the tokens up to itself, itself included, and equal comparisons give equal weights.",
        ),
        wrong=(
            Choice(
                "1/{tokens}",
                "That would let it look at later tokens. Their comparisons are set to minus infinity.",
            ),
            Choice(
                "1/{others}",
                "A token also sees itself: its own key is among those that its query meets.",
            ),
        ),
        draw=_equal_comparisons,
    ),
    Recall(
        lesson="sixty_lines",
        name="kept-keys",
        asks="When a token is added, the keys and values of all earlier tokens need not be computed again. Why not?",
        right=Choice(
            "No earlier row depends on a later token",
            "Attention gathers only from tokens up to its own, and all other parts work on each row alone.",
        ),
        wrong=(
            Choice(
                "The weights of the model stay the same",
                "They do, and that is not enough: if earlier tokens saw later ones, their rows would still change.",
            ),
            Choice(
                "A new token changes them too little to matter",
                "It changes them by nothing at all.",
            ),
        ),
    ),
    Recall(
        lesson="sixty_lines",
        name="places",
        asks="Attention compares queries with keys. How does it learn where in the text a token stands?",
        right=Choice(
            "Queries and keys are turned, by an angle that grows with the place",
            "Comparing two turned rows then depends on how far apart their tokens stand.",
        ),
        wrong=(
            Choice(
                "The order of the rows tells it, since the first row comes first",
                "Without turning, one layer gives the same last row when two earlier tokens are exchanged.",
            ),
            Choice(
                "The feed-forward network counts the tokens before each row",
                "That network works on each row alone and sees no other token.",
            ),
        ),
    ),
)

"""The bad-input corpus: every public function, every argument, values that are not what the argument is.

`CALLS` holds one valid call for each public function and the kind of each argument. Each argument in turn is
replaced by every bad value of its kind; the answer must be a ValueError that names the argument. `RULES`
adds the rules that bind arguments together.
"""

import inspect
import math
import re
from collections.abc import Callable
from typing import NamedTuple

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling import laws, verifiers
from inference_scaling.samples import SampleSet

RAGGED = [[1, 2], [3]]
NOT_NUMBERS = [
    math.nan,
    math.inf,
    -math.inf,
    "0.5",
    None,
    True,
    [0.1, math.nan],
    RAGGED,
    np.array([0.5, None]),
    1j,
]
PROBABILITIES = [*NOT_NUMBERS, -0.1, 1.0000001, 10**400]
COUNTS = [*NOT_NUMBERS, -1, 1.5, 10**30]
BAD = {
    "probability": PROBABILITIES,
    "inner probability": [*PROBABILITIES, 0.0, 1.0],
    "optional inner probability": [bad for bad in [*PROBABILITIES, 0.0, 1.0] if bad is not None],
    "positive probability": [*PROBABILITIES, 0.0],
    "count": COUNTS,
    "positive count": [*COUNTS, 0],
    "number": NOT_NUMBERS,
    "number from 1": [*NOT_NUMBERS, 0.0, 0.99],
    "price": [*NOT_NUMBERS, -1.0],
    "optional price": [bad for bad in [*NOT_NUMBERS, -1.0] if bad is not None],
    "positive number": [*NOT_NUMBERS, 0.0, -1.0],
    "optional positive number": [bad for bad in [*NOT_NUMBERS, 0.0, -1.0] if bad is not None],
    "curve": [None, 3, [0.1, 0.2], SampleSet.from_counts([3, 3], [1, 2])],
    "roc": [None, 0.8, "auc", [(0, 0), (1, 1)]],
    "other samples": [3, [1, 0], {"problem": [1], "correct": [1]}],
    "samples": [None, [1, 0], {"problem": [1], "correct": [1]}],
    "word": [None, 3, "other", ["product"]],
    "optional word": [3, "other", ["product"]],
    "bools": [
        None,
        [0.5, 0.2, 1, 0],
        ["yes", "no", "no", "yes"],
        [True],
        [[True, False], [True, False]],
        [],
        [math.nan] * 4,
    ],
    "scores": [
        None,
        [0.1, math.nan, 0.2, 0.3],
        [0.1, math.inf, 0, 0],
        ["a", "b", "c", "d"],
        [1.0],
        [],
        [[1, 2], [3, 4]],
    ],
    "shares": [
        None,
        [0.1, math.nan, 0.2, 0.3],
        [0.1, 1.5, 0, 0],
        [0.1, -0.5, 0, 0],
        ["a", "b", "c", "d"],
        [],
        [[0.5, 0.5], [0.5, 0.5]],
    ],
    "optional scores": [[0.1, math.nan], ["a", "b"], [1.0], [], [[1, 2], [3, 4]]],
    "answers so far": [None, "42", 3],
    "answers": [None, "42", RAGGED, [0, 1, 0], [[0, 1], [0, 1]], []],
    "optional count": [bad for bad in COUNTS if bad is not None],
    "rows of numbers": [bad for bad in NOT_NUMBERS if bad is not RAGGED],
    "rows of text": [
        None,
        0.5,
        "0.5",
        [],
        ["0.5", "much"],
        [0.5, None],
        [0.5, True],
        [math.nan],
        [-0.1],
        [42.0],
        RAGGED,
    ],
    "selectors": [3, "other", ["other"], [], ["majority", 3], {"majority": 1}],
    "costs": [1.0, "free", (1.0, 0.1)],
    "token costs": [1.0, "money", (1.0, 0.1), its.CostModel(1.0), ["tokens"]],
    "prices": [1.0, "USD", (1.0, 0.1), its.CostModel(1.0)],
    "name": [None, 3, ["seconds"]],
    "unit": [None, 3, "", "USD", "USD per thousand tokens", "per million tokens", ["USD per million tokens"]],
    "units of 24": [3, "exam", [1, 2], ["a"] * 24, ["a", None] * 12, [1.0, math.nan] * 12, [["a"], ["b"]] * 12],
    "units of 3": [3, "exam", [1, 2], ["a"] * 3, ["a", None, "b"], [1.0, math.nan, 2.0], [["a"], ["b"], ["c"]]],
    "stopping rule": [None, "beta", 0.95, its.BetaRule, []],
    "flag": [None, 1, 0.0, "yes"],
    "two names": [None, 3, "ab", ("one",), ("same", "same"), (1, 2)],
    "systems": [None, [1, 0], {}, {"only": [1]}, 3],
    "settings": [None, [1, 0], {}, {0.2: SampleSet.from_counts([3], [1])}, {0.2: [1], 0.4: [0]}, 3],
    "free": [],
}
ROC = verifiers.Roc.binormal(0.8)
SAMPLES = SampleSet.from_matrix(
    [[1, 0, 0, 1], [0, 0, 1, 0], [1, 1, 1, 0]] * 8, score=[[1, 2, 3, 4.0]] * 24, answer=[[0, 1, 2, 0]] * 24
)
TOKENED = SampleSet.from_columns(
    {"problem": [0, 0, 1, 1, 2, 2], "correct": [1, 0] * 3, "tokens": [5, 3, 9, 2, 2, 7], "prompt_tokens": [4] * 6}
)
ANSWERED = SampleSet.from_columns(
    {"problem": [0, 0, 1, 1], "correct": [1, 0] * 2, "answer": list("abab"), "tokens": [5, 3, 9, 2]}
)
COUNTED = its.TokenCost(prompt="shared")
SPENT = its.curve(TOKENED, "pass", [1, 2], cost=COUNTED)
REWARDED = SampleSet.from_columns({"problem": list("abc") * 8, "reward": [0.0, 0.5, 1.0, 0.25] * 6})
FIT = laws.BetaBinomial.fit([10, 10, 10, 10], [0, 2, 5, 9])
MIXING = its.MixingDistribution.fit([10, 10], [1, 5])
INFLATED = its.InflatedBetaBinomial.fit([10] * 4, [0, 1, 5, 6])
POWER = laws.PowerLaw.fit([1, 2, 4, 8], [0.2, 0.3, 0.4, 0.5])


class Call(NamedTuple):
    """A valid call of `function`: the value and the kind of each argument."""

    function: Callable
    arguments: dict

    @property
    def name(self) -> str:
        return self.function.__qualname__


def call(function: Callable, **arguments: tuple) -> Call:
    return Call(function, arguments)


P, K = (0.3, "probability"), (4, "positive count")
K0 = (4, "count")
PRICES = its.CostModel(1.0, 0.1)
ASKED = {
    "objective": ("accuracy", "word"),
    "target": (0.4, "optional inner probability"),
    "cost": (PRICES, "costs"),
    "selectors": (["majority"], "selectors"),
    "stop_early": (False, "flag"),
    "prefer": ("highest", "word"),
    "level": (0.9, "inner probability"),
}
CORRECT = ([True, False, True, False], "bools")
SCORE = ([0.4, 0.1, 0.3, 0.2], "scores")
REWARD = ([True, False, True, False], "scores")
CALLS = [
    # estimates
    call(its.pass_at_k, n=([10, 8], "positive count"), c=([1, 5], "count"), k=K),
    call(its.pass_hat_k, n=([10, 8], "positive count"), c=([1, 5], "count"), k=K),
    call(
        its.g_pass_at_k,
        n=([10, 8], "positive count"),
        c=([1, 5], "count"),
        k=K,
        tau=(0.5, "positive probability"),
    ),
    call(its.solved_shares, samples=(SAMPLES, "samples"), k=(2, "optional count"), level=(0.9, "inner probability")),
    call(
        its.audit,
        values=(["0.5", "0.25"], "rows of text"),
        tasks=(4, "positive count"),
        decimals=(2, "optional count"),
        roundings=(2, "positive count"),
    ),
    call(
        its.TokenPrices,
        input=(0.1, "price"),
        output=(0.4, "price"),
        unit=("USD per million tokens", "unit"),
        verifier=(0.2, "optional price"),
    ),
    call(
        its.TokenCost,
        prompt=("each", "optional word"),
        verifier=(1.0, "price"),
        prices=(None, "prices"),
        quantile=(0.9, "inner probability"),
    ),
    call(
        its.sample_cost,
        samples=(TOKENED, "samples"),
        selector=("pass", "word"),
        k=([1, 2], "positive count"),
        cost=(COUNTED, "token costs"),
    ),
    call(
        its.curve,
        samples=(TOKENED, "samples"),
        selector=("pass", "word"),
        k=([1, 2], "positive count"),
        level=(0.9, "inner probability"),
        interval=("logit", "word"),
        negative=("add", "word"),
        cost=(COUNTED, "token costs"),
        unit=(list("aab"), "units of 3"),
    ),
    call(its.best_of_n, correct=CORRECT, score=SCORE, k=(1, "positive count")),
    call(
        its.first_accepted,
        correct=CORRECT,
        score=SCORE,
        threshold=(0.3, "number"),
        k=(1, "positive count"),
        otherwise=("last", "word"),
    ),
    call(
        its.soft_best_of_n,
        correct=CORRECT,
        score=SCORE,
        k=(1, "positive count"),
        temperature=(0.5, "positive number"),
    ),
    call(its.best_of_poisson, correct=CORRECT, score=SCORE, samples=(1.1, "number from 1")),
    call(its.highest_reward, reward=([0.5, 1.0, 0.0, 0.5], "shares"), k=(1, "positive count")),
    call(its.best_of_n_reward, reward=([0.5, 1.0, 0.0, 0.5], "shares"), score=SCORE, k=(1, "positive count")),
    call(
        its.majority_reward,
        answer=([0, 1, 0, 2], "answers"),
        reward=([0.5, 1.0, 0.0, 0.5], "shares"),
        k=(1, "positive count"),
    ),
    call(
        its.reward_curve,
        samples=(REWARDED, "samples"),
        selector=("highest", "word"),
        k=([1, 2], "positive count"),
        level=(0.9, "inner probability"),
        interval=("logit", "word"),
        unit=(list("aab"), "units of 3"),
    ),
    call(its.chi_square_weights, score=([0.4, 0.1], "number"), beta=(0.5, "price")),
    call(its.pessimistic_pick, correct=CORRECT, score=SCORE, k=(1, "positive count"), beta=(0.5, "price")),
    call(its.majority_vote, answer=([0, 1, 0, 2], "answers"), correct=CORRECT, k=(1, "positive count")),
    call(
        its.weighted_vote,
        answer=([0, 1, 0, 2], "answers"),
        correct=CORRECT,
        score=SCORE,
        k=(1, "positive count"),
        negative=("add", "word"),
        permutations=(10, "positive count"),
    ),
    call(
        its.stopped_vote,
        answer=([0, 1, 0, 2], "answers"),
        correct=CORRECT,
        rule=(its.BetaRule(0.9), "stopping rule"),
        budget=(3, "positive count"),
        states=(1, "positive count"),
        orders=(10, "positive count"),
    ),
    call(
        its.capped_vote,
        answer=([0, 1, 0, 2], "answers"),
        correct=CORRECT,
        rule=(its.BetaRule(0.9), "stopping rule"),
        budget=(3, "positive count"),
        states=(1, "positive count"),
        orders=(10, "positive count"),
    ),
    call(
        its.stopping_frontier,
        samples=(SAMPLES, "samples"),
        budget=(3, "positive count"),
        price=([0.0, 0.01], "price"),
        states=(100, "positive count"),
    ),
    call(
        its.best_stopping,
        answer=([0, 1, 0, 2], "answers"),
        correct=CORRECT,
        budget=(3, "positive count"),
        price=(0.01, "price"),
        states=(100, "positive count"),
        orders=(10, "positive count"),
    ),
    call(
        its.stopped_votes,
        samples=(ANSWERED, "samples"),
        rule=(its.BetaRule(0.9), "stopping rule"),
        budget=(2, "positive count"),
        level=(0.9, "inner probability"),
        cost=("tokens", "token costs"),
        states=(100, "positive count"),
        orders=(10, "positive count"),
    ),
    call(
        its.vote_stops,
        answers=(["7", None], "answers so far"),
        rule=(its.BetaRule(0.9), "stopping rule"),
        budget=(3, "positive count"),
    ),
    call(its.FixedRule, k=K),
    call(its.BetaRule, confidence=(0.9, "inner probability")),
    call(its.DirichletRule, confidence=(0.9, "inner probability")),
    call(its.DoublingRule, first=(4, "positive count"), confidence=(0.9, "inner probability")),
    call(its.WindowRule, size=(4, "positive count")),
    call(
        its.problem_interval,
        per_problem=([0.1, 0.5, 0.9] * 8, "probability"),
        level=(0.9, "inner probability"),
        method=("logit", "word"),
        unit=(list("abcd") * 6, "units of 24"),
    ),
    call(
        its.paired_interval,
        a=([0.1, 0.5, 0.9] * 8, "probability"),
        b=([0.2, 0.4, 0.9] * 8, "probability"),
        level=(0.9, "inner probability"),
        method=("t", "word"),
        unit=(list("abcd") * 6, "units of 24"),
    ),
    call(
        its.compare,
        a=(SAMPLES, "samples"),
        b=(SAMPLES, "samples"),
        selector=("best_of_n", "word"),
        k=([1, 2], "optional count"),
        level=(0.9, "inner probability"),
        method=("t", "word"),
        shared=(True, "flag"),
        names=(("a", "b"), "two names"),
        negative=("add", "word"),
        unit=(list("abcd") * 6, "units of 24"),
    ),
    call(
        its.compare_at_cost,
        a=(SPENT, "curve"),
        b=(SPENT, "curve"),
        budget=(9.0, "optional positive number"),
        level=(0.9, "inner probability"),
        method=("t", "word"),
        names=(("a", "b"), "two names"),
        unit=(list("aab"), "units of 3"),
    ),
    call(
        its.compare_settings,
        sets=({0.2: SAMPLES, 1.0: SAMPLES}, "settings"),
        selector=("majority", "word"),
        k=([2, 4], "positive count"),
        level=(0.9, "inner probability"),
        shared=(False, "flag"),
    ),
    call(
        its.rank,
        systems=({"one": SAMPLES, "other": SAMPLES}, "systems"),
        selector=("majority", "word"),
        k=([1, 2], "optional count"),
        level=(0.9, "inner probability"),
        method=("t", "word"),
        shared=(False, "flag"),
        negative=("add", "word"),
    ),
    call(
        its.split_variance, samples=(SAMPLES, "samples"), k=(2, "positive count"), baseline=(SAMPLES, "other samples")
    ),
    # laws of one problem
    call(its.coverage, p=P, k=K0),
    call(its.marginal_gain, p=P, k=K),
    call(its.marginal_derivative, p=P, k=(4.0, "price")),
    call(its.samples_needed, p=P, target=(0.9, "probability")),
    call(its.halving_cost, p=(0.3, "positive probability")),
    call(its.best_p, k=(4, "positive count")),
    call(its.expected_draws, p=P, k=K0),
    call(its.poisson_coverage, p=P, k=K0),
    call(its.linear_coverage, p=P, k=K0),
    # laws of a benchmark
    call(its.BetaBinomial, a=(0.5, "positive number"), b=(2.0, "positive number")),
    call(its.BetaBinomial.fit, n=([10, 10], "positive count"), c=([1, 5], "count")),
    call(FIT.coverage, k=K0),
    call(FIT.interval, k=K0, level=(0.9, "inner probability"), selector=("all", "word")),
    call(FIT.pass_hat_k, k=K0),
    call(FIT.cdf, p=P),
    call(FIT.chances, n=(4, "positive count")),
    call(FIT.posterior, n=(4, "count"), c=(2, "count"), level=(0.9, "inner probability")),
    call(its.MixingDistribution.fit, n=([10, 10], "positive count"), c=([1, 5], "count")),
    call(MIXING.coverage, k=K0),
    call(MIXING.range, k=K0, level=(0.9, "inner probability")),
    call(
        its.InflatedBetaBinomial,
        a=(0.5, "positive number"),
        b=(2.0, "positive number"),
        zero=(0.1, "probability"),
        sure=(0.1, "probability"),
    ),
    call(its.InflatedBetaBinomial.fit, n=([10] * 4, "positive count"), c=([0, 1, 5, 6], "count")),
    call(INFLATED.coverage, k=K0),
    call(INFLATED.interval, k=K0, level=(0.9, "inner probability")),
    call(its.PowerLaw.fit, k=([1, 2, 4], "positive count"), value=([0.2, 0.3, 0.4], "probability")),
    call(POWER.coverage, k=K),
    call(
        its.forecast,
        samples=(SAMPLES, "samples"),
        k=K,
        level=(0.9, "inner probability"),
        family=("beta", "word"),
        selector=("all", "word"),
    ),
    call(its.inverse_binomial, c=(3, "count"), n=(9, "positive count"), wanted=(4, "optional count")),
    call(its.effective_samples, k=K, correlation=(0.2, "probability")),
    call(its.coverage_equivalent, p=(0.3, "inner probability"), k=K, correlation=(0.2, "probability")),
    # chains and prices
    call(
        its.best_chain_length,
        ceiling=(0.6, "inner probability"),
        scale=(400.0, "positive number"),
        start=(50.0, "positive number"),
    ),
    call(its.best_delay, q=(0.8, "inner probability"), check=(0.5, "positive number")),
    call(
        its.chain_coverage,
        budget=(6400.0, "price"),
        length=(400.0, "positive number"),
        ceiling=P,
        scale=(400.0, "positive number"),
        start=(20.0, "price"),
    ),
    call(its.chain_success, length=(400.0, "price"), ceiling=P, scale=(400.0, "positive number")),
    call(
        its.solved_within,
        budget=(24, "count"),
        length=(12, "positive count"),
        q=(0.8, "positive probability"),
        delay=(3, "positive count"),
    ),
    call(
        its.steps_late_alarm,
        length=(12, "positive count"),
        q=(0.8, "positive probability"),
        delay=(3, "positive count"),
    ),
    call(
        its.steps_to_solve, length=(12, "positive count"), q=(0.8, "positive probability"), delay=(3, "positive count")
    ),
    call(its.steps_with_restart, length=(12, "positive count"), q=(0.8, "positive probability")),
    call(
        its.break_even_queries,
        cost=(1e6, "price"),
        before=(0.001, "positive probability"),
        after=(0.1, "positive probability"),
        target=(0.9, "inner probability"),
        generate=(1.0, "price"),
        verify=(0.1, "price"),
    ),
    call(
        its.inference_multiplier,
        size=(10.0, "positive number"),
        pretrain_tokens=(1e9, "price"),
        inference_tokens=(1e9, "positive number"),
    ),
    # verifiers
    call(its.Roc.from_scores, score=SCORE, correct=CORRECT),
    call(its.Roc.piecewise_linear, points=([(0.1, 0.6), (0.4, 0.9)], "probability")),
    call(its.Roc.binormal, auc=(0.8, "inner probability"), ratio=(1.0, "positive number")),
    call(ROC.true_positive, false_positive=P),
    call(ROC.slope_at_zero, level=(0.9, "inner probability")),
    call(its.best_of_n_law, p=P, roc=(ROC, "roc"), k=K),
    call(its.divergence_bound, n=K),
    call(its.poisson_divergence, samples=(4.0, "number from 1")),
    call(its.best_of_n_axis, score=SCORE, reward=REWARD, n=K),
    call(its.best_of_poisson_axis, score=SCORE, reward=REWARD, samples=(4.0, "number from 1")),
    call(its.soft_best_of_n_axis, score=SCORE, reward=REWARD, n=K, temperature=(1.0, "positive number")),
    call(
        its.roc_axis,
        p=P,
        roc=(ROC, "roc"),
        samples=(4.0, "number from 1"),
        pick=("poisson", "word"),
        discrete=(False, "flag"),
    ),
    call(
        its.OverOptimisation.fit,
        divergence=([0.1, 0.3], "price"),
        gain=([[0.1, 0.2], [0.0, 0.1]], "number"),
        level=(0.9, "inner probability"),
    ),
    call(its.peak_n, p=P, roc=(ROC, "roc"), most=(10, "positive count")),
    call(its.capped_roc, roc=(ROC, "roc"), false_positive=(0.2, "probability"), above=("drop", "word")),
    call(its.two_checks_roc, first=(ROC, "roc"), second=(ROC, "roc")),
    call(its.best_of_n_limit, p=P, roc=(ROC, "roc")),
    call(its.best_of_n_range, p=P, auc=(0.8, "probability"), k=K),
    call(its.gain_per_log_k, p=P, roc=(ROC, "roc"), k=K),
    call(its.gain_per_auc, p=P, roc=(ROC, "roc"), k=K),
    call(its.accuracy_times_coverage, p=P, v=(0.8, "probability"), k=K),
    call(its.mixed_pool_law, p=P, v=(0.8, "probability"), k=K),
    call(its.knock_out, p=P, v=(0.8, "probability"), k=K),
    call(its.aggregate, step_scores=([[0.9, 0.8], [0.5]], "rows of numbers"), how=("min", "word")),
    call(its.rejection, p=P, false_positive=(0.2, "probability"), true_positive=(0.7, "probability"), k=K),
    call(
        its.rejection_law,
        p=P,
        roc=(ROC, "roc"),
        draws=(2.5, "positive number"),
        most=(4, "optional count"),
        otherwise=("last", "word"),
    ),
    call(its.odds_after_check, p=P, true_positive=(0.7, "probability"), false_positive=(0.2, "probability")),
    call(
        its.step_check,
        q=(0.8, "positive probability"),
        true_positive=(0.9, "positive probability"),
        false_positive=(0.2, "probability"),
        length=(5, "positive count"),
    ),
    call(its.verifier_tax, generate=(1.0, "positive number"), verify=(0.5, "price"), k=K0),
    call(
        its.best_split,
        p=P,
        options=([(ROC, 0.5)], "free"),
        budget=(100.0, "positive number"),
        generate=(1.0, "positive number"),
    ),
    call(
        its.break_even_price,
        p=P,
        roc=(ROC, "roc"),
        better=(verifiers.Roc.binormal(0.9), "roc"),
        budget=(100.0, "positive number"),
        generate=(1.0, "positive number"),
        verify=(0.5, "price"),
    ),
    call(its.vote_weight, p=(0.3, "inner probability"), answers=(5, "positive count"), log_ratio=(0.5, "number")),
    call(
        its.binary_looks,
        true_positive=(0.7, "probability"),
        false_positive=(0.2, "probability"),
        looks=K,
        shared=(0.3, "probability"),
    ),
    call(
        its.graded_looks,
        right=([0.2, 0.8], "probability"),
        wrong=([0.7, 0.3], "probability"),
        values=([0.0, 1.0], "number"),
        looks=K,
        shared=(0.3, "probability"),
    ),
    call(its.many_looks, roc=(ROC, "roc"), looks=K, shared=(0.3, "probability"), values=(None, "free")),
    call(its.looks_ceiling, roc=(ROC, "roc"), shared=(0.3, "probability")),
    call(
        its.look_split,
        p=P,
        roc=(ROC, "roc"),
        budget=(9.0, "positive number"),
        generate=(1.0, "positive number"),
        verify=(0.5, "price"),
        shared=(0.3, "probability"),
        values=(None, "free"),
        most=K,
        answers=(5, "optional count"),
    ),
    call(its.even_vote_law, p=P, answers=(5, "positive count"), k=K),
    call(
        its.tournament,
        p=P,
        v=(0.8, "probability"),
        k=K,
        looks=K,
        shared=(0.3, "probability"),
    ),
    call(
        its.judge_price,
        candidate=(500, "positive number"),
        rationale=(200, "price"),
        question=(50, "price"),
        read=(0.1, "price"),
        size=(2.0, "positive number"),
    ),
    call(
        its.shared_part,
        looks=([[0.1, 0.4], [0.3, 0.2], [0.5, 0.1], [0.7, 0.9], [0.2, 0.2], [0.6, 0.5]] * 2, "number"),
        correct=([True, False] * 6, "bools"),
        problem=([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3], "scores"),
        within=(False, "flag"),
        level=(0.9, "inner probability"),
    ),
    # decisions
    call(
        its.CostModel,
        generate=(1.0, "positive number"),
        verify=(0.1, "price"),
        start=(2.0, "price"),
        start_verify=(0.5, "price"),
        unit=("seconds", "name"),
    ),
    call(PRICES.buys, selector=("majority", "word"), budget=(3.0, "price")),
    call(PRICES.of, selector=("majority", "word"), k=K),
    call(its.plan, pilot=(SAMPLES, "samples"), for_problems=(5, "optional count"), **ASKED),
    call(
        its.backtest,
        samples=(SAMPLES, "samples"),
        pilot_size=(2, "positive count"),
        problems=(5, "optional count"),
        repeats=(2, "positive count"),
        **ASKED,
    ),
    call(
        its.try_remedies,
        samples=(SAMPLES, "samples"),
        k=(2, "positive count"),
        second=([1.0, 3.0, 2.0, 4.0] * 24, "optional scores"),
        uncertainty=([1.0, 3.0, 2.0, 4.0] * 24, "optional scores"),
        ensemble=(None, "free"),
        level=(0.9, "inner probability"),
    ),
    call(
        its.checks_dependence,
        samples=(SampleSet.from_matrix([[1, 0, 0, 0]] * 24, score=[[1, 2, 3, 4.0]] * 24), "samples"),
        second=([1.0, 3.0, 2.0, 4.0] * 24, "scores"),
        correct=(False, "flag"),
        least=(3, "positive count"),
        level=(0.9, "inner probability"),
    ),
    call(its.hold_out, samples=(SAMPLES, "samples"), problems=(2, "positive count"), k=(2, "positive count")),
]

# Not functions of the reader's numbers, or held by tests of their own (reading and joining tables, names of records).
ELSEWHERE = {"concat", "counts", "read_samples", "write_samples"}
# Arguments with no values of their own to refuse, or that exclude an argument of the row.
FREE = {"rng", "stop_early", "budget", "total_budget", "scores", "executor", "top", "mean", "note"}


def rows():
    for one in CALLS:
        for argument, (_, kind) in one.arguments.items():
            yield pytest.param(one, argument, kind, id=f"{one.name}({argument})")


@pytest.mark.parametrize("one", CALLS, ids=lambda one: one.name)
def test_the_corpus_starts_from_calls_that_are_valid(one):
    one.function(**{argument: value for argument, (value, _) in one.arguments.items()})


# All values of an argument in one test: pytest needs longer for a test than a function for a refusal.
@pytest.mark.parametrize(("one", "argument", "kind"), list(rows()))
def test_every_bad_value_is_refused_by_a_value_error_that_names_its_argument(one, argument, kind):
    valid = {name: good for name, (good, _) in one.arguments.items()}
    wrong = [(value, said) for value in BAD[kind] if (said := unnamed(one.function, valid, argument, value))]
    assert wrong == []


def unnamed(function, valid, argument, value):
    """Return what happened to a bad value, or nothing where it was refused as it should be."""
    try:
        function(**valid | {argument: value})
    except Exception as error:
        named = isinstance(error, ValueError) and re.search(rf"\b{argument}\b", str(error))
        return "" if named else repr(error)
    return "it was taken"


def public_functions():
    for name in its.__all__:
        thing = getattr(its, name)
        if inspect.isfunction(thing):
            yield name


def test_no_public_function_is_missing_from_the_corpus():
    assert set(public_functions()) - ELSEWHERE <= {one.function.__name__ for one in CALLS}


@pytest.mark.parametrize("one", CALLS, ids=lambda one: one.name)
def test_no_argument_of_a_function_is_missing_from_its_row(one):
    known = {name for name in inspect.signature(one.function).parameters if not name.startswith("_")}
    assert known - set(one.arguments) <= FREE


RULES = {
    "more samples allowed than recorded": (lambda: its.pass_at_k(3, 1, 4), "k"),
    "more right than recorded": (lambda: its.pass_at_k(3, 4, 1), "c"),
    "counts that do not broadcast": (lambda: its.pass_at_k([3, 3], [1, 1, 1], 1), "n|c|shape"),
    "a curve beyond the fewest samples": (lambda: its.curve(SAMPLES, "pass", [5], rng=0), "k"),
    "a vote that stops, without answers": (
        lambda: its.stopped_votes(SampleSet.from_counts([4, 4], [2, 1]), its.BetaRule(), 3),
        "answer",
    ),
    "a vote that stops on one problem": (
        lambda: its.stopped_votes(SAMPLES.select([0]), its.BetaRule(), 3),
        "samples",
    ),
    "a vote that stops beyond the fewest samples": (lambda: its.stopped_votes(SAMPLES, its.BetaRule(), 5), "budget"),
    "no budgets": (lambda: its.curve(SAMPLES, "pass", [], rng=0), "k"),
    "a vote without answers": (lambda: its.curve(SampleSet.from_counts([4], [2]), "majority", [1], rng=0), "answer"),
    "best-of-k without scores": (lambda: its.curve(SampleSet.from_counts([4], [2]), "best_of_n", [1], rng=0), "score"),
    "a fit with c above n": (lambda: its.BetaBinomial.fit([3, 3], [1, 4]), "c"),
    "a fit of unequal lengths": (lambda: its.BetaBinomial.fit([3, 3, 3], [1, 2]), "n has 3 entries and c has 2"),
    "a paired interval of one problem": (lambda: its.paired_interval([0.5], [0.4]), "one problem"),
    "pairs of unequal lengths": (lambda: its.paired_interval([0.5, 0.4], [0.4]), "b has shape"),
    "a fit of nothing": (lambda: its.BetaBinomial.fit([], []), "n|c|problem"),
    "a power law through one point": (lambda: its.PowerLaw.fit([4], [0.5]), "k"),
    "successes above draws": (lambda: its.inverse_binomial(5, 4), "c"),
    "successes above those wanted": (lambda: its.inverse_binomial(5, 9, wanted=4), "wanted"),
    "a training that makes worse": (lambda: its.break_even_queries(1.0, 0.2, 0.1, 0.9), "before|after"),
    "a delay beyond the length": (lambda: its.steps_to_solve(4, 0.9, 5), "delay"),
    "a delay that does not divide the length": (lambda: its.solved_within(24, 12, 0.9, 5), "delay"),
    "scores of another length": (lambda: its.Roc.from_scores([1.0, 2.0], [True]), "score|correct"),
    "scores of right answers only": (lambda: its.Roc.from_scores([1.0, 2.0], [True, True]), "correct"),
    "a published curve that falls": (lambda: its.Roc.piecewise_linear([(0.2, 0.8), (0.4, 0.7)]), "points"),
    "a better binormal without direction": (lambda: its.gain_per_auc(0.3, EMPIRICAL, 4), "roc"),
    "a knock-out of three": (lambda: its.knock_out(0.3, 0.8, 3), "k"),
    "a solution without steps": (lambda: its.aggregate([[0.5], []], "min"), "step_scores"),
    "a product of what are no probabilities": (lambda: its.aggregate([[1.5]], "product"), "step_scores"),
    "a tax of neither candidates nor budget": (lambda: its.verifier_tax(1.0, 0.5), "k|budget"),
    "a plan for neither a target nor a budget": (lambda: its.plan(SAMPLES, objective="accuracy"), "target|budget"),
    "a plan for both": (lambda: its.plan(SAMPLES, objective="accuracy", target=0.5, budget=2), "target|budget"),
    "a plan within no budget": (lambda: its.plan(SAMPLES, objective="accuracy", budget=math.inf), "budget"),
    "a plan for one problem and for all": (
        lambda: its.plan(SAMPLES, objective="accuracy", budget=2, total_budget=9),
        "budget|total_budget",
    ),
    "no budget for all": (lambda: its.plan(SAMPLES, objective="accuracy", total_budget=math.nan), "total_budget"),
    "a score that the pilot has not": (
        lambda: its.plan(SAMPLES, objective="accuracy", budget=2, scores={"prm": 1.0}),
        "scores",
    ),
    "scores without names": (lambda: its.plan(SAMPLES, objective="accuracy", budget=2, scores=0.5), "scores"),
    "a check that scores": (
        lambda: its.backtest(SAMPLES, 2, objective="coverage", budget=2, scores=["prm"]),
        "scores",
    ),
    "accuracy that a check picks": (
        lambda: its.plan(SAMPLES, objective="accuracy", budget=2, selectors=["pass"]),
        "selectors",
    ),
    "a vote that stops early": (
        lambda: its.plan(SAMPLES, objective="accuracy", budget=2, stop_early=True, selectors="majority"),
        "stop_early",
    ),
    "a pilot of all the samples": (
        lambda: its.backtest(SAMPLES, 4, objective="accuracy", budget=2),
        "pilot_size",
    ),
    "a tax of both": (lambda: its.verifier_tax(1.0, 0.5, k=4, budget=6.0), "k|budget"),
}
EMPIRICAL = its.Roc.from_scores([0.1, 0.2, 0.3, 0.4], [False, True, False, True])


@pytest.mark.parametrize("rule", RULES)
def test_arguments_that_contradict_each_other_are_refused_by_name(rule):
    wrong, named = RULES[rule]
    with pytest.raises(ValueError, match=rf"\b({named})\b"):
        wrong()

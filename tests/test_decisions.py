"""Plans: what they choose, what they promise, what they refuse, and whether recordings bear them out."""

import math
import warnings

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import CostModel, PlanError, SampleSet, backtest, plan
from inference_scaling.decisions import rule
from inference_scaling.decisions.options import Question, Table, candidate_ks
from scipy.special import expit, logit

SEEDS = st.integers(0, 10**6)

pytestmark = pytest.mark.filterwarnings("ignore::inference_scaling.IntervalWarning")


def scored_pilot(problems=40, n=6, seed=0, sharpness=1.5):
    """A pilot with answers and scores: right samples agree and score higher."""
    rng = np.random.default_rng(seed)
    correct = rng.random((problems, n)) < rng.beta(1, 1.5, (problems, 1))
    answer = np.where(correct, 0, rng.integers(1, 4, correct.shape))
    return SampleSet.from_matrix(correct, score=rng.normal(size=correct.shape) + sharpness * correct, answer=answer)


def options_of(samples, cost, selectors=("majority", "best_of_n")):
    """Every option of a pilot, computed anew: selector, k, cost, and what each problem gets."""
    most = int(samples.n.min())
    for selector in selectors:
        curve = its.curve(samples, selector, range(1, most + 1))
        for k in range(1, most + 1):
            price = cost.generate + (cost.verify if selector != "majority" and k > 1 else 0)
            yield selector, k, k * price, curve.per_problem[:, k - 1]


# -- prices --------------------------------------------------------------------------------------------------


def test_a_vote_pays_no_verifier_a_score_pays_it_from_two_samples_on_and_a_check_always():
    cost = CostModel(2.0, 0.5)
    assert cost.of("majority", [1, 4]).tolist() == [2.0, 8.0]
    for selector in ("best_of_n", "weighted"):
        assert cost.of(selector, [1, 2, 4]).tolist() == [2.0, 5.0, 10.0]
    assert cost.of("pass", [1, 4]).tolist() == [2.5, 10.0]


# -- exact cases ---------------------------------------------------------------------------------------------

# pass@1 = 1/2 and pass@2 = 1 for each problem.
HALF = SampleSet.from_counts([2] * 6, [1] * 6)


@pytest.mark.parametrize(
    ("budget", "verify", "k", "cost", "value"),
    [(1, 0, 1, 1, 0.5), (1.9, 0, 1, 1, 0.5), (2, 0, 2, 2, 1.0), (2, 0.5, 1, 1.5, 0.5), (3, 0.5, 2, 3, 1.0)],
)
def test_coverage_within_a_budget_by_hand(budget, verify, k, cost, value):
    found = plan(HALF, objective="coverage", budget=budget, cost=CostModel(1, verify), rng=0)
    assert found.choice[:4] == ("pass", k, cost, pytest.approx(value))
    assert found.choice.estimate == pytest.approx(value)
    assert found.extrapolates == k / 2


def test_a_cost_that_meets_the_budget_up_to_rounding_is_within_it():
    pilot = SampleSet.from_counts([4] * 5, [1] * 5)
    assert plan(pilot, objective="coverage", budget=0.3, cost=CostModel(0.1), rng=0).choice.k == 3
    assert plan(pilot, objective="coverage", budget=0.29999, cost=CostModel(0.1), rng=0).choice.k == 2


@pytest.mark.parametrize(("target", "k"), [(0.3, 1), (0.5, 1), (0.51, 2), (0.99, 2)])
def test_a_target_takes_the_cheapest_option_that_reaches_it(target, k):
    assert plan(HALF, objective="coverage", target=target, rng=0).choice.k == k


def test_stopping_at_the_first_success_costs_the_expected_draws_and_buys_a_higher_cap():
    # The second sample is drawn where the first was wrong: 1 + 1/2 draws.
    found = plan(HALF, objective="coverage", budget=1.5, stop_early=True, rng=0)
    assert (found.choice.k, found.choice.cost) == (2, pytest.approx(1.5))
    assert plan(HALF, objective="coverage", budget=1.49, stop_early=True, rng=0).choice.k == 1
    # With many samples it is (1 − (1 − p)^k)/p draws, each made and checked.
    pilot = SampleSet.from_counts([2000] * 3, [400] * 3)
    found = plan(pilot, objective="coverage", budget=4.5 * 1.25, cost=CostModel(1, 0.25), stop_early=True, rng=0)
    assert found.choice.k == 10
    assert found.choice.cost == pytest.approx(1.25 * its.expected_draws(0.2, 10), rel=0.01)


def test_the_choice_is_the_cheapest_option_not_told_apart_from_the_highest_estimate():
    cost = CostModel(1.0, 0.3)
    for seed in range(3):
        pilot = scored_pilot(30, n=5, seed=seed)
        for budget in (2.5, 4.2, 30):
            options = [each for each in options_of(pilot, cost) if each[2] <= budget]
            best = max(options, key=lambda each: (round(each[3].mean(), 12), -each[2]))
            alike = [each for each in options if its.paired_interval(best[3], each[3]).low <= 0]
            cheapest = min(alike, key=lambda each: (each[2], -each[3].mean()))
            found = plan(pilot, objective="accuracy", budget=budget, cost=cost, rng=0)
            assert found.best[:3] == (*best[:2], pytest.approx(best[2]))
            assert found.best.estimate == pytest.approx(best[3].mean())
            assert found.choice.k == cheapest[1] and found.choice.cost == pytest.approx(cheapest[2])
            highest = plan(pilot, objective="accuracy", budget=budget, cost=cost, prefer="highest", rng=0)
            assert highest.choice[:2] == highest.best[:2] == best[:2]
            assert found.choice[:2] == highest.choice[:2] or found.choice[:2] in [each[:2] for each in highest.compared]


def test_with_ten_problems_or_fewer_each_is_judged_by_the_choice_of_all_others():
    for seed in (3, 4):
        pilot = scored_pilot(7, n=4, seed=seed)
        options = list(options_of(pilot, CostModel(1.0)))
        reached = []
        for out in range(7):
            others = np.arange(7) != out
            best = max(options, key=lambda each, rest=others: (round(each[3][rest].mean(), 12), -each[2]))
            reached.append(best[3][out])
        found = plan(pilot, objective="accuracy", budget=99, prefer="highest", rng=0)
        assert found.choice.value == pytest.approx(np.mean(reached))
        assert (found.choice.low, found.choice.high) == pytest.approx(outer(reached, options_of_choice(pilot, found)))


def outer(*tables):
    """The lowest and the highest end of the intervals of several tables."""
    ends = [its.problem_interval(values) for values in tables]
    return min(low[0] for low, _ in ends), max(high[0] for _, high in ends)


def test_a_target_that_is_just_reached_is_judged_by_choices_that_buy_more():
    # Without one of the two problems that can be solved, one sample does not reach the target, and two are bought.
    pilot = SampleSet.from_counts([4] * 6, [0, 0, 0, 0, 1, 1])
    found = plan(pilot, objective="coverage", target=2 / 24, rng=0).choice
    judged, own = [0, 0, 0, 0, 0.5, 0.5], [0, 0, 0, 0, 0.25, 0.25]
    assert (found.k, found.estimate, found.value) == (1, pytest.approx(1 / 12), pytest.approx(1 / 6))
    assert (found.low, found.high) == pytest.approx(outer(judged, own))
    assert outer(own)[0] < outer(judged)[0]


def options_of_choice(pilot, found):
    return its.curve(pilot, found.choice.selector, found.choice.k).per_problem[:, 0]


def test_where_the_data_have_no_say_the_interval_is_that_of_the_curve():
    pilot = scored_pilot(30)
    found = plan(pilot, objective="coverage", budget=4, rng=0).choice
    curve = its.curve(pilot, "pass", 4)
    assert (found.value, found.low, found.high) == pytest.approx((curve.value[0], curve.low[0], curve.high[0]))
    assert found.estimate == pytest.approx(found.value)


def test_a_sharp_score_beats_a_vote_and_a_blind_one_does_not():
    sharp = plan(scored_pilot(150, sharpness=8.0), objective="accuracy", budget=6, cost=CostModel(1, 0.1), rng=0)
    assert sharp.choice.selector == "best_of_n" and sharp.choice.k > 1
    assert any(other.selector == "majority" and other.told_apart for other in sharp.compared)
    blind = plan(scored_pilot(150, sharpness=0.0), objective="accuracy", budget=6, rng=0)
    assert blind.choice.selector == "majority" and blind.choice.k > 1


def test_a_dear_score_gives_way_to_a_vote():
    pilot = scored_pilot(60, sharpness=2.0)
    assert plan(pilot, objective="accuracy", budget=6, cost=CostModel(1, 0.0), rng=0).best.selector == "best_of_n"
    dear = plan(pilot, objective="accuracy", budget=6, cost=CostModel(1, 4.0), rng=0)
    assert dear.best.selector == "majority"


# -- beyond the pilot ----------------------------------------------------------------------------------------


def beta_pilot(problems=80, n=8, a=0.6, b=1.2, seed=0):
    rng = np.random.default_rng(seed)
    return SampleSet.from_counts([n] * problems, rng.binomial(n, rng.beta(a, b, problems)))


def beyond(pilot, k):
    """Coverage of k samples from the count on: the family says what share of the misses is left."""
    end = int(pilot.n.min())
    family = its.BetaBinomial.fit(pilot.n, pilot.c)
    missed = 1 - its.curve(pilot, "pass", [end]).value[0]
    return 1 - missed * (1 - np.asarray(family.coverage(k))) / (1 - family.coverage(end))


def test_coverage_beyond_the_pilot_is_the_forecast_and_says_so():
    pilot = beta_pilot()
    found = plan(pilot, objective="coverage", budget=40, cost=CostModel(1, 0.25), rng=0)
    ahead = its.forecast(pilot, [32])
    assert (found.choice.k, found.choice.cost, found.extrapolates) == (32, 40.0, 4.0)
    assert found.choice.value == pytest.approx(beyond(pilot, 32))
    # The wider ends of the forecast's interval and of the family's own moved in log-odds as far as its value.
    step = logit(found.choice.value) - logit(ahead.value[0])
    own = ahead.family_low[0], ahead.family_high[0]
    assert found.choice.low == pytest.approx(min(ahead.low[0], expit(logit(own[0]) + step)))
    assert found.choice.high == pytest.approx(max(ahead.high[0], expit(logit(own[1]) + step)))
    assert found.forecast.data_end == 8
    assert "4 times the 8" in str(found) and "Beta distribution" in str(found)
    # Also at a few times the pilot: what rests on the family, and what does not.
    said = " ".join(str(found).split())
    assert "Above the pilot's 8 samples only the fitted family supports the expected value" in said
    assert "The interval does not assume it" in said and "buy in steps" not in said
    far = plan(pilot, objective="coverage", budget=200, rng=0)
    assert far.extrapolates == 25 and "buy in steps" in " ".join(str(far).split())


def test_a_target_beyond_the_pilot_takes_the_least_k_whose_forecast_reaches_it():
    pilot = beta_pilot()
    target = float(beyond(pilot, 30)) - 1e-9
    found = plan(pilot, objective="coverage", target=target, rng=0)
    assert found.choice.k == 30
    assert found.choice.value == pytest.approx(target, abs=1e-6)
    assert found.sure is None or found.sure.k > 30


def test_stopping_early_beyond_the_pilot_adds_the_draws_that_the_family_expects():
    pilot = beta_pilot()
    found = plan(pilot, objective="coverage", budget=6, stop_early=True, rng=0)
    assert 8 < found.choice.k <= 80
    counted = 1 + (1 - its.curve(pilot, "pass", range(1, 9)).value).sum()
    draws = counted + sum(1 - beyond(pilot, j) for j in range(9, found.choice.k))
    assert found.choice.cost == pytest.approx(draws) and draws <= 6 < draws + 1 - beyond(pilot, found.choice.k)
    capped = plan(pilot, objective="coverage", budget=60, stop_early=True, rng=0)
    assert capped.choice.k == 80 and "higher cap" in str(capped)


def test_accuracy_is_never_taken_beyond_the_pilot_and_the_plan_says_why():
    pilot = scored_pilot(40, n=5)
    found = plan(pilot, objective="accuracy", budget=1000, rng=0)
    assert found.choice.k <= 5 and found.extrapolates <= 1 and found.forecast is None
    assert "may rise, level off or fall" in " ".join(found.reasons)
    assert "may rise" not in str(plan(pilot, objective="accuracy", budget=5, rng=0))


def test_the_cheapest_option_whose_whole_interval_reaches_the_target_is_named():
    pilot = beta_pilot(n=16)
    found = plan(pilot, objective="coverage", target=0.55, rng=0)
    curve = its.curve(pilot, "pass", range(1, 17))
    assert found.choice.k == int(curve.k[np.argmax(curve.value >= 0.55)])
    assert found.sure.k == int(curve.k[np.argmax(curve.low >= 0.55)])
    assert f"{found.sure.k} samples" in " ".join(found.reasons)


# -- what is refused -----------------------------------------------------------------------------------------

ALL_WRONG, ALL_RIGHT = (SampleSet.from_matrix(np.full((12, 4), right), answer=[[0] * 4] * 12) for right in (0, 1))


@pytest.mark.parametrize(
    ("pilot", "question", "said"),
    [
        (HALF, {"objective": "coverage", "budget": 0.9}, r"budget = 0\.9: buys less than one sample, which costs 1"),
        (ALL_RIGHT, {"objective": "accuracy", "budget": 0.5}, r"less than one sample"),
        (SampleSet.from_counts([9], [3]), {"objective": "coverage", "budget": 4}, "one problem"),
        (ALL_WRONG, {"objective": "coverage", "target": 0.5}, r"target = 0\.5: no sample of the pilot is correct"),
        (ALL_WRONG, {"objective": "accuracy", "target": 0.5}, r"target = 0\.5: the highest estimate .* 0\.000"),
        (
            scored_pilot(),
            {"objective": "accuracy", "target": 0.99},
            r"0\.99: the highest estimate .* is 0\.\d+",
        ),
        (SampleSet.from_counts([1] * 9, [1, 0, 0] * 3), {"objective": "coverage", "budget": 4}, "one sample.*budget"),
        (
            SampleSet.from_counts([5] * 9, [5, 0, 0] * 3),
            {"objective": "coverage", "target": 0.9},
            "never reaches the target",
        ),
        (
            beta_pilot(a=0.1, b=1),
            {"objective": "coverage", "target": 0.9},
            r"times the pilot's, but a plan forecasts no further than 80",
        ),
    ],
)
def test_what_the_pilot_does_not_give_is_refused_with_what_it_gives(pilot, question, said):
    with pytest.raises(PlanError, match=said):
        plan(pilot, rng=0, **question)


@pytest.mark.parametrize(("pilot", "value"), [(ALL_WRONG, 0.0), (ALL_RIGHT, 1.0)])
@pytest.mark.parametrize("objective", ["coverage", "accuracy"])
@pytest.mark.parametrize("budget", [3, 50])
def test_a_pilot_without_any_difference_asks_for_one_sample_and_says_so(pilot, value, objective, budget):
    found = plan(pilot, objective=objective, budget=budget, rng=0)
    assert (found.choice.k, found.choice.value) == (1, value)
    assert found.choice.high - found.choice.low == pytest.approx(1 - 0.05 ** (1 / 12))
    assert "sample of the pilot is correct" in str(found)


def test_problems_that_are_all_right_or_all_wrong_ask_for_one_sample():
    pilot = SampleSet.from_counts([5] * 12, [5, 0, 0] * 4)
    assert plan(pilot, objective="coverage", budget=40, rng=0).choice.k == 1


def test_unequal_numbers_of_samples_end_the_counting_at_the_fewest():
    pilot = SampleSet.from_counts([3, 12, 12] * 10, [1, 4, 7] * 10)
    found = plan(pilot, objective="coverage", budget=3, rng=0)
    assert (found.samples, found.choice.k, found.extrapolates) == (3, 3, 1)
    assert "3 to 12 samples" in str(found)
    further = plan(pilot, objective="coverage", budget=9, rng=0)
    assert further.choice.k == 9
    assert further.choice.value == pytest.approx(float(beyond(pilot, 9)))


TWO_HUMPS = SampleSet.from_counts([20] * 20, [0] * 4 + [1] * 6 + [20] * 10)


@pytest.mark.parametrize("question", [{}, {"stop_early": True}])
@pytest.mark.parametrize("pilot", [TWO_HUMPS, its.sources.recorded.load("smollm2")])
def test_more_money_is_never_promised_less(pilot, question):
    end = int(pilot.n.min())
    budgets = [end // 8, end // 4, end // 2, end - 1, end, end + 1, end + 2, 2 * end, 5 * end]
    found = [plan(pilot, objective="coverage", budget=budget, rng=0, **question).choice for budget in budgets]
    for name in ("value", "k", "cost"):
        assert np.all(np.diff([getattr(choice, name) for choice in found]) >= -1e-12), name
    assert found[-1].low <= found[-1].value <= found[-1].high


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({}, "target = None, budget = None"),
        ({"target": 0.5, "budget": 2}, r"target = 0\.5, budget = 2"),
        ({"budget": 2, "selectors": ["pass"]}, "selectors = 'pass'"),
        ({"budget": 2, "selectors": []}, "selectors"),
        ({"budget": 2, "stop_early": True, "selectors": ["majority"]}, r"stop_early = True: .*no vote that stops"),
        ({"budget": 2, "stop_early": True, "selectors": "best_of_n"}, r"stop_early = True: .*'certain', 'adaptive'"),
        ({"budget": -1}, "budget = -1"),
        ({"target": 1}, "target = 1"),
        ({"budget": 1e30}, r"budget = 1e\+30: buys more than"),
    ],
)
def test_questions_that_contradict_themselves_are_refused_by_name(question, said):
    with pytest.raises(ValueError, match=said):
        plan(scored_pilot(5), objective="accuracy", **question)


def test_accuracy_needs_something_that_picks_and_names_the_missing_column():
    with pytest.raises(ValueError, match=r"'answer'.*'score'"):
        plan(HALF, objective="accuracy", budget=2)
    with pytest.raises(ValueError, match=r"selectors = 'best_of_n'.*'score'"):
        plan(ALL_RIGHT, objective="accuracy", budget=2, selectors=["best_of_n"])
    with pytest.raises(ValueError, match="selectors = 'majority'"):
        plan(HALF, objective="coverage", budget=2, selectors=["majority"])


def test_a_weighted_vote_is_an_option_only_where_it_is_asked_for():
    pilot = scored_pilot(20, n=4)
    pilot = pilot.with_score(np.exp(pilot.score))
    assert "weighted" not in str(plan(pilot, objective="accuracy", budget=9, rng=0))
    found = plan(pilot, objective="accuracy", budget=9, selectors="weighted", rng=0)
    assert found.choice.selector == "weighted"


# -- votes that stop -----------------------------------------------------------------------------------------


def voting_pilot(problems=30, n=9, seed=0):
    """A pilot where votes help and problems differ: the right answer is more frequent than each wrong one."""
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.25, 0.8, (problems, 1))
    answer = np.where(rng.random((problems, n)) < p, 0, rng.integers(1, 6, (problems, n)))
    return SampleSet.from_matrix(answer == 0, answer=answer)


def test_a_vote_that_stops_is_an_option_with_its_own_accuracy_and_expected_cost():
    pilot = voting_pilot()
    for name, kind in (
        ("certain", its.CertainRule()),
        ("adaptive", its.BetaRule(0.95)),
        ("windows", its.WindowRule(4)),
    ):
        found = plan(
            pilot, objective="accuracy", budget=100, cost=CostModel(2), selectors=name, prefer="highest", rng=0
        )
        votes = its.stopped_votes(pilot, kind, found.choice.k)
        assert found.choice.selector == name
        assert (found.choice.estimate, found.choice.cost) == pytest.approx((votes.accuracy, 2 * votes.samples))
        assert f"it draws {votes.samples:.3g} samples a problem on average, and at most {found.choice.k}" in " ".join(
            str(found).split()
        )


def test_votes_stop_only_where_samples_may_come_one_after_the_other():
    pilot = voting_pilot(60, 15)
    stays, stops = (
        plan(pilot, objective="accuracy", budget=8, prefer="highest", stop_early=early, rng=0)
        for early in (False, True)
    )
    assert stays.choice.selector == "majority" and "stops" not in str(stays)
    assert stops.choice.selector in ("certain", "adaptive", "windows")
    # A mean of eight samples buys a cap above eight: what easy problems leave over goes to the hard ones.
    assert stops.choice.k > 8 >= stops.choice.cost
    assert stops.best.estimate > stays.best.estimate
    assert f"single problems may cost up to {stops.choice.k}" in " ".join(str(stops).split())


@given(seed=SEEDS)
@settings(max_examples=3, deadline=None)
def test_stopping_never_promises_less_and_more_money_never_promises_less(seed):
    pilot = voting_pilot(12, 6, seed)
    estimates = []
    for budget in (1, 2, 3, 4.5, 6):
        stays, stops = (
            plan(pilot, objective="accuracy", budget=budget, prefer="highest", stop_early=early, rng=0).best
            for early in (False, True)
        )
        assert stops.estimate >= stays.estimate - 1e-12
        assert stops.cost <= budget + 1e-9
        estimates.append(stops.estimate)
    assert np.all(np.diff(estimates) >= -1e-12)
    # The same target costs no more.
    target = float(estimates[-1]) - 0.05
    stays, stops = (
        plan(pilot, objective="accuracy", target=target, stop_early=early, rng=0).choice for early in (False, True)
    )
    assert stops.cost <= stays.cost + 1e-9


def test_many_answers_are_followed_in_random_orders_and_the_order_of_the_record_does_not_matter():
    rng = np.random.default_rng(3)
    answer = np.where(rng.random((6, 40)) < 0.3, 0, rng.integers(1, 25, (6, 40)))
    order = rng.permutation(6)
    mixed = answer[order][:, rng.permutation(40)]
    one, two = (
        plan(SampleSet.from_matrix(each == 0, answer=each), objective="accuracy", budget=12, stop_early=True, rng=0)
        for each in (answer, mixed)
    )
    assert one.choice[:2] == two.choice[:2]
    assert one.choice[2:] == pytest.approx(two.choice[2:], abs=1e-9)


def test_a_back_test_judges_votes_that_stop_as_it_does_the_others():
    recording = voting_pilot(60, 24, 5)
    found = backtest(recording, 8, objective="accuracy", budget=4, stop_early=True, prefer="highest", repeats=40, rng=0)
    fixed = backtest(recording, 8, objective="accuracy", budget=4, prefer="highest", repeats=40, rng=0)
    assert {name for name, _, _ in found.choices} <= {"majority", "certain", "adaptive", "windows"}
    assert found.best.selector in ("certain", "adaptive", "windows")
    assert found.best.value > fixed.best.value
    assert found.held >= 0.85
    assert abs(found.expected - found.reached) < 0.03


def test_a_vote_that_stops_needs_answers():
    pilot = SampleSet.from_matrix([[1, 0], [0, 1]], score=[[0.3, 0.1], [0.2, 0.9]])
    with pytest.raises(ValueError, match=r"stop_early = True: .*no column 'answer'"):
        plan(pilot, objective="accuracy", budget=2, stop_early=True)
    with pytest.raises(ValueError, match="selectors = 'adaptive': the samples have no column 'answer'"):
        plan(pilot, objective="accuracy", budget=2, selectors="adaptive")


# -- properties ----------------------------------------------------------------------------------------------


@given(seed=SEEDS, budgets=st.tuples(st.floats(1, 8), st.floats(1, 8)), verify=st.floats(0, 2))
@settings(max_examples=12, deadline=None)
def test_more_money_never_lowers_the_highest_estimate(seed, budgets, verify):
    pilot = scored_pilot(12, n=5, seed=seed)
    less, more = (
        plan(pilot, objective="accuracy", budget=budget, cost=CostModel(1, verify), prefer="highest", rng=0)
        for budget in sorted(budgets)
    )
    assert less.best.estimate <= more.best.estimate + 1e-12


@given(end=st.integers(1, 3000))
@settings(max_examples=50, deadline=None)
def test_the_numbers_of_samples_on_offer_rise_by_small_steps_from_one_to_all(end):
    for objective in ("coverage", "accuracy"):
        tries = candidate_ks(end, objective)
        assert tries[0] == 1 and tries[-1] == end
        assert np.all(np.diff(tries) >= 1) and np.all(np.diff(tries) <= np.maximum(1, 0.06 * tries[:-1]))


@given(seed=SEEDS, objective=st.sampled_from(["coverage", "accuracy"]))
@settings(max_examples=10, deadline=None)
def test_the_order_of_problems_and_samples_does_not_matter(seed, objective):
    rng = np.random.default_rng(seed)
    pilot = scored_pilot(14, n=4, seed=seed)
    order = rng.permutation(14)
    mixed = np.concatenate([rng.permutation(4) + 4 * problem for problem in order])
    other = SampleSet.from_matrix(
        pilot.correct[mixed].reshape(14, 4),
        score=pilot.score[mixed].reshape(14, 4),
        answer=pilot.answer[mixed].reshape(14, 4),
    )
    one, two = (plan(each, objective=objective, budget=4, rng=0) for each in (pilot, other))
    assert one.choice[:2] == two.choice[:2]
    assert one.choice[2:] == pytest.approx(two.choice[2:], abs=1e-9)


@given(seed=SEEDS, unit=st.floats(1e-9, 1e9), objective=st.sampled_from(["coverage", "accuracy"]))
@settings(max_examples=12, deadline=None)
def test_the_unit_of_cost_does_not_matter(seed, unit, objective):
    pilot = scored_pilot(12, n=4, seed=seed)
    one = plan(pilot, objective=objective, budget=4.3, cost=CostModel(1, 0.25), rng=0)
    other = plan(pilot, objective=objective, budget=4.3 * unit, cost=CostModel(unit, 0.25 * unit), rng=0)
    assert one.choice[:2] == other.choice[:2]
    assert other.choice.cost == pytest.approx(one.choice.cost * unit)
    assert one.choice[3:] == pytest.approx(other.choice[3:])


def test_the_same_seed_gives_the_same_plan():
    pilot = scored_pilot(40)
    one, two = (str(plan(pilot, objective="accuracy", budget=6, rng=7)) for _ in range(2))
    assert one == two


# -- how many more problems ----------------------------------------------------------------------------------


def test_more_problems_are_as_many_as_tell_the_two_apart_in_four_of_five_recordings():
    rng = np.random.default_rng(5)
    seen = np.clip(rng.normal(0.03, 0.25, 60), -1, 1)
    more = rule.more_problems(seen, 0.95)
    assert 300 < more < 1500
    apart = 0
    for _ in range(400):
        again = rng.choice(seen, 60 + more)
        found = its.paired_interval(np.maximum(again, 0), np.maximum(-again, 0))
        apart += not found.low <= 0 <= found.high
    assert 0.74 < apart / 400 < 0.86


def test_more_problems_are_counted_from_the_pilot_that_there_is():
    seen = np.array([0.5, -0.2, 0.1, 0.3, -0.4, 0.0])
    assert rule.more_problems(seen, 0.95) == 6 + rule.more_problems(np.tile(seen, 2), 0.95)


def test_no_number_of_problems_tells_equals_apart_and_a_clear_difference_needs_few():
    assert rule.more_problems(np.zeros(20), 0.95) is None
    assert rule.more_problems(np.array([1, -1] * 5000 + [1e-5]), 0.95) is None
    assert rule.more_problems(np.array([0.3, 0.1, 0.2, 0.2]), 0.95) < 30


def test_the_plan_says_what_it_cannot_tell_apart_and_how_many_more_problems_would():
    pilot = scored_pilot(25, seed=2)
    found = plan(pilot, objective="accuracy", budget=6, rng=0)
    (other,) = [each for each in found.compared if each[:2] == found.best[:2]]
    difference = its.paired_interval(
        its.curve(pilot, other.selector, other.k).per_problem[:, 0], options_of_choice(pilot, found)
    )
    assert (other.difference, other.low, other.high) == pytest.approx(tuple(difference))
    assert not other.told_apart and other.more_problems > 0 and other.cost > found.choice.cost
    assert "the difference is not significant, and the cheaper is taken" in str(found).replace("\n  ", " ")


def test_beside_a_single_sample_the_best_of_every_selector_is_shown():
    found = plan(scored_pilot(9, n=4, sharpness=2.0), objective="accuracy", budget=4, rng=0)
    assert found.choice[:2] == ("majority", 1) and found.best.selector == "best_of_n"
    assert "one sample, with nothing to pick" in str(found)
    assert {other.selector for other in found.compared if other.k > 1} == {"majority", "best_of_n"}


# -- known truths --------------------------------------------------------------------------------------------


def simulated(truth, problems, repeats, share, seed, **question):
    """Plans from simulated tables whose options have known means; problems are shared between options in part."""
    rng = np.random.default_rng(seed)
    asked = Question("accuracy", None, 1e9, CostModel(1.0), ("majority",), False, "cheaper", 0.95)
    asked = Question(**(vars(asked) | question))
    options = np.arange(1, len(truth) + 1)
    for _ in range(repeats):
        own, common = rng.random((2, problems, len(truth)))
        hard = np.where(rng.random(own.shape) < share, common[:, :1], own)
        values = (hard < truth).astype(float)
        spent = np.broadcast_to(options.astype(float), values.shape)
        n = np.full(problems, len(truth))
        table = Table(("majority",) * len(truth), options, values, spent, n, n // 2, np.ones(problems))
        choice, best, _ = rule.select_option(table, asked, rng)
        yield choice, best, truth[choice.k - 1], truth[best.k - 1]


def test_the_expected_result_of_the_winner_among_equals_is_not_flattered():
    truth = np.full(12, 0.5)
    rows = list(simulated(truth, 50, 80, 0.5, seed=1, prefer="highest"))
    expected = np.array([choice.value for choice, *_ in rows])
    estimate = np.array([choice.estimate for choice, *_ in rows])
    error = expected.std() / math.sqrt(len(rows))
    assert abs(expected.mean() - 0.5) < 3 * error
    assert estimate.mean() - 0.5 > 6 * error


def test_the_expected_result_of_the_rule_is_not_flattered_and_its_interval_holds():
    truth = np.linspace(0.4, 0.6, 12)
    rows = list(simulated(truth, 80, 60, 0.7, seed=2))
    bias = np.array([choice.value - real for choice, _, real, _ in rows])
    held = np.mean([choice.low <= real <= choice.high for choice, _, real, _ in rows])
    error = bias.std() / math.sqrt(len(rows))
    assert abs(bias.mean()) < 3 * error
    assert np.mean([choice.estimate - real for choice, _, real, _ in rows]) > 4 * error
    assert 0.91 <= held <= 1


def test_scores_that_say_nothing_are_not_planned_to_help():
    # Whatever k, the best-scored of k samples is right with the mean of p.
    rng = np.random.default_rng(3)
    values, estimates = [], []
    for _ in range(40):
        p = rng.beta(1, 1, (30, 1))
        pilot = SampleSet.from_matrix(rng.random((30, 6)) < p, score=rng.random((30, 6)))
        found = plan(pilot, objective="accuracy", budget=6, prefer="highest", rng=rng)
        values.append(found.choice.value)
        estimates.append(found.choice.estimate)
    assert abs(np.mean(values) - 0.5) < 3 * np.std(values) / math.sqrt(40)
    assert np.mean(estimates) - np.mean(values) > 0.005


# -- back-tests ----------------------------------------------------------------------------------------------


def test_a_back_test_judges_by_the_whole_recording():
    recording = scored_pilot(25, n=13, seed=4)
    cost = CostModel(1, 0.1)
    found = backtest(recording, 6, objective="accuracy", budget=5.5, cost=cost, repeats=20, rng=0)
    reached = {
        (selector, k): values.mean() for selector, k, price, values in options_of(recording, cost) if price <= 5.5
    }
    in_reach = {option: value for option, value in reached.items() if option[1] <= 6}
    assert found.best[:2] == max(in_reach, key=in_reach.get)
    assert found.best.value == pytest.approx(max(in_reach.values()))
    assert found.reached == pytest.approx(sum(share * reached[name, k] for name, k, share in found.choices))
    assert found.regret == pytest.approx(found.best.value - found.reached)
    assert sum(share for *_, share in found.choices) == pytest.approx(1)
    assert found.regret >= 0 and 0 <= found.held <= 1 and found.refused == found.unjudged == 0
    assert found.highest_spent >= found.spent
    rich = backtest(recording, 6, objective="accuracy", budget=22, cost=cost, repeats=5, rng=0)
    assert rich.best.k <= 6 < rich.uncapped.k and rich.best.value < rich.uncapped.value
    assert "With more samples than the pilots had" in str(rich)


def test_a_back_test_shows_that_the_highest_estimate_promises_too_much():
    rng = np.random.default_rng(6)
    recording = SampleSet.from_matrix(rng.random((60, 40)) < rng.beta(1, 1, (60, 1)), score=rng.random((60, 40)))
    found = backtest(recording, 8, objective="accuracy", budget=8, repeats=40, problems=30, rng=0)
    assert found.highest_expected - found.highest_reached > 0.01
    assert abs(found.expected - found.reached) < 0.03
    assert found.held > 0.85


def test_a_back_test_of_a_forecast_holds_where_the_family_is_true():
    recording = beta_pilot(problems=300, n=200, seed=8)
    found = backtest(recording, 8, objective="coverage", budget=60, problems=60, repeats=20, rng=0)
    assert found.choices == (("pass", 60, 1.0),)
    assert found.held >= 0.85
    assert found.expected == pytest.approx(found.reached, abs=0.04)


def test_a_back_test_of_a_target_counts_refusals_and_plans_that_miss():
    recording = scored_pilot(40, n=16, seed=4)
    curve = its.curve(recording, "best_of_n", range(1, 17))
    target = float(curve.value[5])
    found = backtest(recording, 6, objective="accuracy", target=target, repeats=30, problems=15, rng=0)
    assert 0 < found.refused < 1
    assert 0 <= found.on_target <= 1
    assert found.regret == pytest.approx(found.spent - found.best.cost)
    assert "gave no plan" in str(found) and "reached the target" in str(found)
    far = backtest(recording, 6, objective="coverage", target=0.995, repeats=10, rng=0)
    assert far.refused + far.unjudged > 0
    assert math.isnan(far.expected) == (far.refused + far.unjudged == 1)


def test_a_back_test_needs_samples_to_judge_by():
    recording = SampleSet.from_counts([12, 8], [3, 4], problems=["a", "b"])
    with pytest.raises(ValueError, match=r"pilot_size = 8.*'b'"):
        backtest(recording, 8, objective="coverage", budget=4)
    with pytest.raises(PlanError, match="budget = 9: buys more than the 8"):
        backtest(recording, 4, objective="coverage", budget=9)
    with pytest.raises(PlanError, match="less than one sample"):
        backtest(recording, 4, objective="coverage", budget=0.5)


def test_the_parts_of_a_back_test_are_disjoint_while_the_samples_last():
    from inference_scaling.decisions import backtests

    recording = SampleSet.from_matrix(np.zeros((3, 16)), score=np.arange(48.0).reshape(3, 16))
    parts = backtests._subsamples(recording, 2, np.random.default_rng(0))
    assert len(parts) == backtests.SUBSAMPLES
    assert sorted(np.concatenate([part.score for part in parts])) == list(range(48))
    assert all((part.score // 16 == part.problem).all() for part in parts)


# -- on the record -------------------------------------------------------------------------------------------


def test_warnings_speak_of_the_choice_alone():
    nearly = SampleSet.from_counts([8] * 200, [8] * 199 + [7])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        plan(nearly, objective="coverage", budget=1, rng=0)
        calm = len(caught)
        plan(scored_pilot(40), objective="accuracy", budget=6, rng=0)
    assert calm == 1 and len(caught) == 1
    assert issubclass(caught[0].category, its.IntervalWarning)

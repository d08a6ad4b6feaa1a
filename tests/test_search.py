"""The search strategies against what can be worked out exactly, and against puzzles that break their protocol."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import laws, search
from inference_scaling.search import Budget, Chain, Tree

ALL = {
    "best_of_n": search.best_of_n,
    "beam": search.beam,
    "lookahead": search.lookahead,
    "dvts": search.dvts,
    "rebase": search.rebase,
    "best_first": search.best_first,
    "backtracking": search.backtracking,
    "particle_filter": search.particle_filter,
    "mcts": search.mcts,
}


# Widths at which a search of a chain of three steps costs little; without n, best_of_n goes on to its budget.
SMALL = {"best_of_n": {"n": 8}, "rebase": {"width": 8}}


def rate(strategy, puzzle, verifier, runs=500, budget=None, **options):
    """Success rate over runs with one generator."""
    rng = np.random.default_rng(0)
    budget = budget or Budget(steps=10_000)
    return np.mean([strategy(puzzle, verifier, budget, rng, **options).correct for _ in range(runs)])


def near(measured, p, runs=500):
    """Whether a rate lies within four standard errors of its probability."""
    return abs(measured - p) <= 4 * np.sqrt(max(p * (1 - p), 1e-4) / runs)


class Plain:
    """A chain without any of the optional methods, whose steps can be made to misbehave."""

    def __init__(self, length=4, q=0.6, children=None):
        self.chain, self.children = Chain(length, q), children

    def start(self, rng):
        return 0, True

    def expand(self, state, k, rng):
        drawn = [self.chain.expand(state, 1, rng)[0] for _ in range(k)]
        return drawn if self.children is None else self.children(drawn)

    def is_done(self, state):
        return state[0] == self.chain.length

    def is_correct(self, state):
        return state[1]


class Tokens(Chain):
    """A chain whose steps cost 1 to 5 tokens by depth."""

    max_step_tokens = 5

    def step_tokens(self, states):
        return [1 + depth % 5 for depth, _ in states]


# -- laws on chains --------------------------------------------------------------------------------------


@pytest.mark.parametrize("delay", [1, 2, 3, 6])
def test_backtracking_follows_the_cost_law_with_a_perfect_verifier(delay):
    q, length, rng = 0.7, 6, np.random.default_rng(delay)
    runs = [
        search.backtracking(Chain(length, q), Chain.check, Budget(steps=5000), rng, delay=delay) for _ in range(500)
    ]
    assert all(run.correct for run in runs)
    steps = np.array([run.ledger.steps for run in runs])
    assert abs(steps.mean() - laws.steps_to_solve(length, q, delay)) <= 4 * steps.std() / np.sqrt(len(runs))


def test_backtracking_within_a_budget_solves_as_often_as_the_law_says():
    found = rate(search.backtracking, Chain(6, 0.7), Chain.check, budget=Budget(steps=12), delay=2)
    assert near(found, laws.solved_within(12, 6, 0.7, 2))


def test_best_of_n_with_a_perfect_verifier_has_the_coverage_of_n_chains():
    assert near(rate(search.best_of_n, Chain(3, 0.6), Chain.check, n=4), 1 - (1 - 0.6**3) ** 4)


def test_a_beam_with_a_perfect_verifier_needs_one_right_step_at_each_depth():
    assert near(rate(search.beam, Chain(4, 0.5), Chain.check, width=1, expand=3), (1 - 0.5**3) ** 4)


def test_subtrees_are_independent_greedy_searches():
    one = (1 - 0.5**2) ** 4
    assert near(rate(search.dvts, Chain(4, 0.5), Chain.check, subtrees=3, expand=2), 1 - (1 - one) ** 3)


def test_cold_rebase_with_a_perfect_verifier_gives_all_draws_to_good_states():
    found = rate(search.rebase, Chain(4, 0.5), Chain.check, width=3, temperature=1e-3)
    assert near(found, (1 - 0.5**3) ** 4)


def test_looking_ahead_to_the_end_picks_among_whole_rollouts():
    # Width 1, all the way ahead, of two steps: the first is kept right if any of its rollouts came out right.
    q, k = 0.5, 2
    first = 1 - (1 - q * q) ** k
    kept = first + (1 - first) * q * (1 - q) / (1 - q * q)
    assert near(rate(search.lookahead, Chain(2, q), Chain.check, width=1, expand=k, ahead=1), kept * (1 - 0.5**2))


@pytest.mark.parametrize("name", ALL)
def test_a_verifier_that_knows_nothing_is_no_better_than_one_sample(name):
    verifier = search.random_verifier(1)
    assert near(rate(ALL[name], Chain(3, 0.6), verifier, budget=Budget(steps=100), **SMALL.get(name, {})), 0.6**3)


@pytest.mark.parametrize("name", sorted(set(ALL) - {"backtracking"}))
def test_a_constant_verifier_is_a_random_choice(name):
    constant = lambda states: np.zeros(len(states))  # noqa: E731
    assert near(rate(ALL[name], Chain(3, 0.6), constant, budget=Budget(steps=100), **SMALL.get(name, {})), 0.6**3)


@pytest.mark.parametrize("name", sorted(set(ALL) - {"backtracking"}))
def test_equal_scores_favour_no_place_in_the_order(name):
    constant = lambda states: np.zeros(len(states))  # noqa: E731
    options = {"best_of_n": {"n": 3}, "rebase": {"width": 3}, "dvts": {"subtrees": 2}, "lookahead": {"width": 1}}
    tree, rng = Tree({"": ["a", "b", "c"]}, correct={"c"}), np.random.default_rng(2)
    runs = [ALL[name](tree, constant, Budget(steps=9), rng, **options.get(name, {})).state for _ in range(300)]
    assert all(near(runs.count(leaf) / 300, 1 / 3, 300) for leaf in "abc")


def test_a_noisy_verifier_multiplies_the_odds_of_a_step():
    q, tau, phi = 0.6, 0.9, 0.3
    check = search.noisy(Chain.check, tau, phi, rng=3)
    assert near(rate(search.backtracking, Chain(1, q), check, runs=1500), q * tau / (q * tau + 0.4 * phi), 1500)


# -- trees followed by hand ------------------------------------------------------------------------------

TREE = Tree(
    {"": ["a", "b", "c"], "a": ["aa", "ab"], "b": ["ba", "bb"], "c": ["ca", "cb"]},
    correct={"bb"},
)
SCORES = {"a": 0.9, "b": 0.6, "c": 0.1, "aa": 0.2, "ab": 0.3, "ba": 0.1, "bb": 0.95, "ca": 0.5, "cb": 0.4}


def by_table(states):
    return [SCORES[state] for state in states]


@pytest.mark.parametrize(
    ("strategy", "options", "state", "steps"),
    [
        (search.beam, {"width": 1, "expand": 3}, "ab", 5),
        (search.beam, {"width": 2, "expand": 3}, "bb", 7),
        (search.dvts, {"subtrees": 3, "expand": 2}, "bb", 9),
        (search.best_first, {"expand": 3}, "bb", 7),
        (search.rebase, {"width": 3, "temperature": 1e-3}, "ab", 5),
    ],
)
def test_each_strategy_walks_a_small_tree_as_by_hand(strategy, options, state, steps):
    result = strategy(TREE, by_table, Budget(steps=100), 0, **options)
    assert (result.state, result.correct, result.ledger.steps) == (state, state == "bb", steps)


def test_lookahead_scores_a_state_by_where_it_leads():
    tree = Tree({"": ["a", "b"], "a": ["aa"], "b": ["bb"]}, correct={"bb"})
    result = search.lookahead(tree, by_table, Budget(steps=9), 0, width=1, expand=2, ahead=1, trace=True)
    assert result.state == "bb"
    assert [node.fate for node in result.trace].count("rollout") == 2
    assert search.beam(tree, by_table, Budget(steps=9), 0, width=1, expand=2).state == "aa"


def test_backtracking_gives_up_a_block_after_its_patience():
    tree = Tree({"": ["a", "b"], "a": ["aa"], "b": ["bb"]}, correct={"bb"})
    accept = {"a": 1, "b": 1, "aa": 0, "bb": 1}
    verifier = lambda states: [accept[state] for state in states]  # noqa: E731
    patient = [search.backtracking(tree, verifier, Budget(steps=30), seed, patience=2).correct for seed in range(20)]
    stubborn = [search.backtracking(tree, verifier, Budget(steps=30), seed).correct for seed in range(20)]
    assert all(patient)
    assert 0 < sum(stubborn) < 20


def test_rebase_shares_sum_to_the_width_and_follow_the_softmax():
    shares = search._shares([0.0, np.log(3)], 8, 1.0)
    assert shares == [2, 6]
    assert sum(search._shares([0.1, 0.5, 0.3], 7, 0.2)) == 7


# -- budgets, ledger, trace ------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(ALL)),
    steps=st.none() | st.integers(2, 40),
    tokens=st.none() | st.integers(10, 120),
    calls=st.none() | st.integers(1, 30),
    seed=st.integers(0, 99),
)
def test_no_search_exceeds_its_budget(name, steps, tokens, calls, seed):
    if steps is tokens is calls is None:
        steps = 7
    budget = Budget(steps=steps, tokens=tokens, calls=calls)
    ledger = ALL[name](Tokens(5, 0.5), search.random_verifier(seed), budget, seed).ledger
    for field in ("steps", "tokens", "calls"):
        limit = getattr(budget, field)
        assert limit is None or getattr(ledger, field) <= limit


@pytest.mark.parametrize("name", ALL)
def test_the_trace_is_a_tree_that_agrees_with_the_ledger(name):
    asked = []

    def verifier(states):
        asked.extend(states)
        return np.random.default_rng(len(asked)).random(len(states))

    result = ALL[name](Tokens(4, 0.5), verifier, Budget(steps=60), 0, trace=True)
    nodes = result.trace
    assert [node.id for node in nodes] == list(range(len(nodes)))
    assert all(node.parent < node.id and node.depth == nodes[node.parent].depth + 1 for node in nodes[1:])
    assert [node.state for node in nodes if node.fate == "chosen"] == [result.state]
    assert {node.fate for node in nodes} <= {"kept", "pruned", "finished", "chosen", "rollout"}
    assert result.ledger.steps == len(nodes) - 1
    assert result.ledger.calls == len(asked)
    assert result.ledger.tokens == sum(1 + node.depth % 5 for node in nodes[1:])
    assert not ALL[name](Tokens(4, 0.5), verifier, Budget(steps=60), 0).trace


@pytest.mark.parametrize("name", ALL)
def test_the_same_seed_gives_the_same_search(name):
    runs = [ALL[name](Chain(5, 0.5), search.random_verifier(3), Budget(steps=50), 11, trace=True) for _ in range(2)]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("name", ALL)
def test_a_puzzle_without_batches_is_searched_too(name):
    assert ALL[name](Plain(4, 1.0), Chain.check, Budget(steps=200), 0).correct


def test_equal_width_costs_as_many_steps_as_best_of_n():
    puzzle, budget = Chain(6, 0.5), Budget(steps=96)
    runs = [
        search.best_of_n(puzzle, Chain.check, budget, 0, n=16),
        search.beam(puzzle, Chain.check, budget, 0, width=4, expand=4),
        search.dvts(puzzle, Chain.check, budget, 0, subtrees=4, expand=4),
        search.rebase(puzzle, Chain.check, budget, 0, width=16),
    ]
    assert {run.ledger.steps for run in runs} == {96}


def test_a_search_cut_off_by_its_budget_returns_an_unfinished_state_as_not_correct():
    result = search.beam(Chain(9, 1.0), Chain.check, Budget(steps=8), 0, width=1, expand=2)
    assert result.state == (4, True)
    assert not result.correct
    assert result.finished == ()


def test_best_of_n_without_n_draws_until_the_budget_is_spent():
    assert search.best_of_n(Chain(3, 0.0), Chain.check, Budget(steps=10), 0).ledger.calls == 3


# -- bad input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"steps": 0}, {"calls": -1}, {"tokens": 2.5}, {"steps": True}])
def test_a_budget_needs_a_whole_limit_of_at_least_one(given):
    with pytest.raises(ValueError, match=r"budget|steps|calls|tokens"):
        Budget(**given)


def test_a_budget_below_one_expansion_is_refused():
    with pytest.raises(ValueError, match="at least 3 steps"):
        search.lookahead(Chain(5, 0.5), Chain.check, Budget(steps=2), 0, ahead=2)
    with pytest.raises(ValueError, match="at least 4 steps"):
        search.backtracking(Chain(5, 0.5), Chain.check, Budget(steps=3), 0, delay=4)
    with pytest.raises(ValueError, match="at least 1 step"):
        search.beam(Tokens(5, 0.5), Chain.check, Budget(tokens=4), 0)


def test_tokens_are_limited_only_where_the_puzzle_counts_them():
    with pytest.raises(ValueError, match="step_tokens"):
        search.beam(Chain(5, 0.5), Chain.check, Budget(tokens=100), 0)


@pytest.mark.parametrize("name", ALL)
def test_a_puzzle_that_expands_to_nothing_is_refused(name):
    with pytest.raises(ValueError, match=r"returned no states for \(0, True\)"):
        ALL[name](Plain(children=lambda drawn: []), Chain.check, Budget(steps=50), 0)


def test_a_puzzle_that_returns_more_than_it_was_asked_for_is_refused():
    with pytest.raises(ValueError, match="asked for"):
        search.beam(Plain(children=lambda drawn: drawn * 2), Chain.check, Budget(steps=50), 0)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (lambda states: [np.nan] * len(states), "nan"),
        (lambda states: [np.inf] * len(states), "inf"),
        (lambda states: np.zeros((len(states), 2)), "shape"),
        (lambda states: 0.5, "shape"),
        (lambda states: ["good"] * len(states), "one number"),
    ],
)
def test_a_verifier_must_return_one_finite_number_a_state(name, bad, said):
    with pytest.raises(ValueError, match=said):
        ALL[name](Chain(3, 0.5), bad, Budget(steps=50), 0)


@pytest.mark.parametrize(
    ("strategy", "options"),
    [
        (search.beam, {"width": 0}),
        (search.beam, {"expand": 1.5}),
        (search.best_of_n, {"n": -2}),
        (search.rebase, {"temperature": 0}),
        (search.rebase, {"temperature": float("nan")}),
        (search.backtracking, {"threshold": float("nan")}),
        (search.backtracking, {"patience": 0}),
        (search.dvts, {"subtrees": None}),
        (search.particle_filter, {"particles": 0}),
        (search.particle_filter, {"temperature": 0}),
        (search.particle_filter, {"temperature": float("nan")}),
        (search.particle_filter, {"weights": "odds"}),
        (search.particle_filter, {"resampling": None}),
        (search.mcts, {"expand": 0}),
        (search.mcts, {"exploration": -1}),
        (search.mcts, {"exploration": float("nan")}),
        (search.mcts, {"exploration": float("inf")}),
    ],
)
def test_options_outside_their_range_are_named(strategy, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        strategy(Chain(3, 0.5), Chain.check, Budget(steps=50), 0, **options)


def test_a_search_refuses_what_is_no_budget_and_a_finished_start():
    with pytest.raises(ValueError, match="Budget"):
        search.beam(Chain(3, 0.5), Chain.check, 50, 0)
    finished = Chain(3, 0.5)
    finished.start = lambda rng: (3, True)
    with pytest.raises(ValueError, match="finished"):
        search.beam(finished, Chain.check, Budget(steps=50), 0)


@pytest.mark.parametrize("made", [lambda: Chain(0, 0.5), lambda: Chain(3, 1.5), lambda: Tree({"": []}, set())])
def test_small_puzzles_check_their_arguments(made):
    with pytest.raises(ValueError):
        made()


def test_a_noisy_verifier_needs_probabilities():
    with pytest.raises(ValueError, match="false_positive"):
        search.noisy(Chain.check, 0.9, 1.5)

"""The particle filter and Monte Carlo tree search against exact enumeration, cases worked by hand, and controls."""

import itertools
from collections import Counter, defaultdict
from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling import search
from inference_scaling.search import Budget, Chain, Ledger, Tree, mcts, particle_filter

PLENTY = Budget(steps=10_000)
CHILDREN = {"": ["a", "b"], "a": ["aa", "ab"], "b": ["ba", "bb"], "bb": ["bba", "bbb"], "ab": ["aba", "abb"]}
# Solutions of two lengths: "aa" and "ba" are finished a step before the others.
UNEVEN = Tree(CHILDREN, correct={"bba"})
EVEN = Tree({**CHILDREN, "aa": ["aaa", "aab"], "ba": ["baa", "bab"]}, correct={"bba"})
EIGHTHS = {"a": 2, "b": 6, "aa": 8, "ab": 1, "ba": 3, "bb": 5, "bba": 7, "bbb": 1, "aba": 4, "abb": 2, "aaa": 1}
EIGHTHS |= {"aab": 6, "baa": 2, "bab": 0}


def by_table(states):
    return [EIGHTHS[state] / 8 for state in states]


def constant(states):
    return np.full(len(states), 0.5)


def near(measured, exact, runs):
    """Whether a rate lies within four standard errors of its probability."""
    return abs(measured - exact) <= 4 * np.sqrt(max(exact * (1 - exact), 1e-4) / runs)


# -- the particle filter by exact enumeration --------------------------------------------------------------


def copies(states, resampling):
    """Each way to draw particles anew from states in this order, with its probability, all exact."""
    weights = [Fraction(EIGHTHS[state], 8) for state in states]
    n, total = len(states), sum(weights)
    if total == 0:
        return [(tuple(states), Fraction(1))]
    shares = [weight / total for weight in weights]
    if resampling == "multinomial":
        places = itertools.product(range(n), repeat=n)
        return [
            (tuple(states[i] for i in drawn), Fraction(np.prod([shares[i] for i in drawn], initial=Fraction(1))))
            for drawn in places
        ]
    # Between two neighbouring cuts, the offset gives every particle one number of copies.
    ends = list(itertools.accumulate(shares))
    cuts = sorted({Fraction(0), Fraction(1), *(end * n % 1 for end in ends)})
    found = []
    for low, high in itertools.pairwise(cuts):
        points = [(i + (low + high) / 2) / n for i in range(n)]
        found.append((tuple(states[next(i for i in range(n) if p < ends[i])] for p in points), high - low))
    return found


def law(tree, n, resampling):
    """The exact distribution of the last particles, in the order of their names."""
    now, last = {("",) * n: Fraction(1)}, defaultdict(Fraction)
    while now:
        later = defaultdict(Fraction)
        for held, chance in now.items():
            options = [tree.children.get(state, [state]) for state in held]
            for moved in itertools.product(*options):
                p = chance / np.prod([len(option) for option in options], dtype=object)
                if all(map(tree.is_done, moved)):
                    last[tuple(sorted(moved))] += p
                    continue
                for order in itertools.permutations(moved):
                    for drawn, q in copies(order, resampling):
                        later[tuple(sorted(drawn))] += p * q / factorial(n)
        now = later
    return last


@pytest.mark.parametrize("resampling", ["systematic", "multinomial"])
@pytest.mark.parametrize("tree", [EVEN, UNEVEN], ids=["even", "uneven"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_last_particles_follow_the_enumerated_distribution(tree, n, resampling):
    exact, rng, runs = law(tree, n, resampling), np.random.default_rng(n), 500
    assert sum(exact.values()) == 1
    options = {"particles": n, "weights": "score", "temperature": 1, "resampling": resampling}
    found = Counter(
        tuple(sorted(state for state, _ in particle_filter(tree, by_table, PLENTY, rng, **options).finished))
        for _ in range(runs)
    )
    assert found.keys() <= {held for held, p in exact.items() if p}
    # The statistic over all outcomes, rare ones taken together, has its degrees of freedom as mean and half variance.
    likely = {held: p for held, p in exact.items() if p * runs >= 5}
    rows = [(found[held], float(p) * runs) for held, p in likely.items()]
    rare = float(1 - sum(likely.values())) * runs
    rows += [(runs - sum(count for count, _ in rows), rare)] if rare else []
    statistic = sum((count - mean) ** 2 / mean for count, mean in rows)
    assert statistic <= len(rows) - 1 + 4 * np.sqrt(2 * len(rows))


@pytest.mark.parametrize("resampling", ["systematic", "multinomial"])
@pytest.mark.parametrize("weights", ["score", "softmax"])
@pytest.mark.parametrize("n", [1, 4])
def test_the_product_of_mean_weights_is_unbiased_whole_and_for_each_answer(n, weights, resampling):
    def weight(state):
        return EIGHTHS[state] / 8 if weights == "score" else np.exp(EIGHTHS[state] / 8)

    leaves = [state for state in EIGHTHS if EVEN.is_done(state)]
    exact = np.array([np.prod([weight(leaf[:depth]) / 2 for depth in (1, 2, 3)]) for leaf in leaves])
    rng, found = np.random.default_rng(n), []
    for _ in range(800):
        options = {"particles": n, "weights": weights, "temperature": 1, "resampling": resampling}
        run = particle_filter(EVEN, by_table, PLENTY, rng, **options)
        held = [state for state, _ in run.finished]
        each = np.array([weight(leaf) * held.count(leaf) for leaf in leaves])
        found.append(np.exp(run.log_normaliser) * each / max(each.sum(), 1e-300))
    found = np.array(found)
    error = found.std(axis=0) / np.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - exact) <= 4 * error + 1e-12).all()
    whole = found.sum(axis=1)
    assert abs(whole.mean() - exact.sum()) <= 4 * whole.std() / np.sqrt(len(whole)) + 1e-12


def test_systematic_copies_are_the_share_rounded_down_or_up():
    logs = np.log([0.1, 0.55, 0.05, 0.3])
    rng = np.random.default_rng(0)
    counts = np.array([np.bincount(search.particles._drawn(logs, "systematic", rng), minlength=4) for _ in range(4000)])
    ideal = 4 * np.exp(logs)
    assert ((counts >= np.floor(ideal)) & (counts <= np.ceil(ideal))).all()
    assert np.allclose(counts.mean(axis=0), ideal, atol=0.04)


@pytest.mark.parametrize("resampling", ["systematic", "multinomial"])
def test_a_weight_of_zero_is_never_drawn(resampling):
    logs = np.array([-np.inf, 0.0, -np.inf, 0.3, -np.inf])
    rng = np.random.default_rng(1)
    assert {i for _ in range(500) for i in search.particles._drawn(logs, resampling, rng)} == {1, 3}


class Edge:
    """A generator whose numbers are as close to 1 as they can be."""

    def random(self, size=None):
        return np.full(size, np.nextafter(1, 0)) if size else float(np.nextafter(1, 0))


@pytest.mark.parametrize("resampling", ["systematic", "multinomial"])
def test_the_largest_random_number_still_draws_a_particle(resampling):
    assert max(search.particles._drawn(np.zeros(16), resampling, Edge())) == 15


def rate(strategy, puzzle, verifier, runs=500, budget=PLENTY, **options):
    rng = np.random.default_rng(0)
    return np.mean([strategy(puzzle, verifier, budget, rng, **options).correct for _ in range(runs)])


def test_a_cold_filter_with_a_perfect_verifier_gives_all_particles_to_good_states():
    found = rate(particle_filter, Chain(4, 0.5), Chain.check, particles=3, temperature=1e-3)
    assert near(found, (1 - 0.5**3) ** 4, 500)


def test_a_hot_filter_is_best_of_n():
    found = rate(particle_filter, Chain(4, 0.6), Chain.check, particles=3, temperature=1e9)
    assert near(found, 1 - (1 - 0.6**4) ** 3, 500)


def test_a_tempered_score_is_the_score_to_that_power():
    power = lambda states: np.power(by_table(states), 2.5)  # noqa: E731
    for seed in range(20):
        tempered = particle_filter(EVEN, by_table, PLENTY, seed, particles=5, weights="score", temperature=0.4)
        powered = particle_filter(EVEN, power, PLENTY, seed, particles=5, weights="score", temperature=1)
        assert [state for state, _ in tempered.finished] == [state for state, _ in powered.finished]
        assert tempered.log_normaliser == pytest.approx(powered.log_normaliser)


@pytest.mark.parametrize("weights", ["score", "softmax"])
def test_a_constant_verifier_makes_a_systematic_filter_independent_samples_at_the_same_cost(weights):
    rng, runs, p = np.random.default_rng(3), 600, 0.7**3
    found = Counter()
    for _ in range(runs):
        run = particle_filter(Chain(3, 0.7), constant, PLENTY, rng, particles=4, weights=weights)
        assert run.ledger == Ledger(steps=12, tokens=0, calls=12)
        found[sum(good for (_, good), _ in run.finished)] += 1
    assert search.best_of_n(Chain(3, 0.7), constant, PLENTY, rng, n=4).ledger.steps == 12
    binomial = [factorial(4) / factorial(k) / factorial(4 - k) * p**k * (1 - p) ** (4 - k) for k in range(5)]
    assert all(near(found[k] / runs, binomial[k], runs) for k in range(5))


@pytest.mark.filterwarnings("error")
def test_particles_whose_weights_are_all_zero_go_on_and_the_normaliser_is_zero():
    run = particle_filter(Chain(3, 0.0), Chain.check, PLENTY, 0, particles=4, weights="score")
    assert (run.state, run.correct, run.ledger.steps) == ((3, False), False, 12)
    assert run.log_normaliser == -np.inf
    assert particle_filter(Chain(3, 1.0), Chain.check, PLENTY, 0, weights="score").log_normaliser == 0


def test_a_filter_that_is_cut_off_has_no_normaliser_and_no_answer():
    run = particle_filter(Chain(5, 1.0), Chain.check, Budget(steps=7), 0, particles=4, trace=True)
    assert (run.log_normaliser, run.finished, run.correct) == (None, (), False)
    assert run.ledger == Ledger(steps=7, tokens=0, calls=7)
    assert sorted(node.depth for node in run.trace) == [0, 1, 1, 1, 1, 2, 2, 2]


def test_a_budget_for_fewer_than_all_particles_buys_those():
    run = particle_filter(Chain(1, 1.0), Chain.check, Budget(calls=3), 0, particles=16)
    assert (run.correct, run.ledger.calls, len(run.finished), run.log_normaliser) == (True, 3, 3, 5)


def test_where_the_budget_ends_within_a_round_chance_says_who_goes_on():
    # One of three particles makes the fourth step: by its share of all weight, whatever the order of the three.
    scores = {"a": 0.75, "b": 0.125, "c": 0.125}
    tree = Tree({"": list("abc"), **{state: [state + "1"] for state in "abc"}}, correct=())
    verifier = lambda states: [scores[state[0]] for state in states]  # noqa: E731
    rng, runs = np.random.default_rng(4), 1500
    options = {"particles": 3, "weights": "score", "temperature": 1}
    went = [particle_filter(tree, verifier, Budget(steps=4), rng, **options).state for _ in range(runs)]
    triples = [[scores[state] for state in moved] for moved in itertools.product("abc", repeat=3)]
    share = np.mean([sum(w for w in triple if w == 0.75) / sum(triple) for triple in triples])
    assert near(went.count("a1") / runs, share, runs)


@pytest.mark.parametrize("calls", range(1, 14))
def test_a_limit_of_calls_alone_is_kept_by_every_number_of_particles(calls):
    for n in (1, 3, 4, 20):
        ledger = particle_filter(Chain(3, 0.5), Chain.check, Budget(calls=calls), 0, particles=n).ledger
        assert ledger.calls == ledger.steps == min(calls, 3 * min(n, calls))


def test_a_score_below_zero_is_no_weight_but_may_be_in_a_softmax():
    verifier = lambda states: [-0.25] * len(states)  # noqa: E731
    with pytest.raises(ValueError, match=r"-0.25 for \(1, (True|False)\).*softmax"):
        particle_filter(Chain(3, 0.5), verifier, PLENTY, 0, weights="score")
    assert particle_filter(Chain(3, 0.5), verifier, PLENTY, 0).log_normaliser == pytest.approx(-0.25 / 0.2 * 3)


@pytest.mark.parametrize("weights", ["score", "softmax"])
def test_a_temperature_too_small_for_the_scores_is_named(weights):
    verifier = lambda states: [2.0] * len(states)  # noqa: E731
    with pytest.raises(ValueError, match=r"temperature = 1e-320"):
        particle_filter(Chain(3, 0.5), verifier, PLENTY, 0, weights=weights, temperature=1e-320)


# -- Monte Carlo tree search ---------------------------------------------------------------------------------

ARMS = Tree({"": ["a", "b"], **{arm: [f"{arm}{i}" for i in range(9)] for arm in "ab"}}, correct={"a0"})


def visits(
    seed=0,
    budget=PLENTY,
    scores=lambda states: [float(state[0] == "a") for state in states],
    exploration=2**0.5,
    tree=ARMS,
):
    """The arms of the scored solutions in the order of the visits, and the result; arm a scores 1 and b scores 0."""
    arms = []

    def verifier(states):
        arms.extend(state[0] for state in states)
        return scores(states)

    result = mcts(tree, verifier, budget, seed, expand=400, exploration=exploration, trace=True)
    return "".join(arms), result


def test_visits_follow_the_upper_confidence_bounds_worked_by_hand():
    # Arm a always scores 1, arm b always 0. With c = sqrt 2 and both tried once:
    #   N = 2: a 1 + sqrt(2 ln 2 / 1) = 2.18, b sqrt(2 ln 2 / 1) = 1.18
    #   N = 3: a 1 + sqrt(2 ln 3 / 2) = 2.05, b 1.48     N = 4: a 1.96, b 1.67     N = 5: a 1.90, b 1.79
    #   N = 6: a 1 + sqrt(2 ln 6 / 5) = 1.85, b 1.89: b's turn
    #   N = 7: a 1.88, b sqrt(2 ln 7 / 2) = 1.39         N = 8: a 1 + sqrt(2 ln 8 / 6) = 1.83, b 1.44
    orders = [visits(seed, Budget(calls=9))[0] for seed in range(8)]
    assert {order[:2] for order in orders} == {"ab", "ba"}
    assert {order[2:] for order in orders} == {"aaaabaa"}


@pytest.mark.parametrize("exploration", [0.2, 2**0.5, 3.0])
def test_visits_are_those_of_a_bandit_with_the_same_rule(exploration):
    worth, visited, expected = {"a": 0.75, "b": 0.7, "c": 0.25}, Counter(), ""
    tree = Tree({"": list("abc"), **{arm: [f"{arm}{i}" for i in range(90)] for arm in "abc"}}, correct=())
    order, _ = visits(5, Budget(calls=80), lambda states: [worth[state[0]] for state in states], exploration, tree=tree)
    assert set(order[:3]) == {"a", "b", "c"}
    for arm in order[:3]:
        visited[arm], expected = 1, expected + arm
    for n in range(3, 80):
        bounds = {arm: worth[arm] + exploration * np.sqrt(np.log(n) / visited[arm]) for arm in "abc"}
        arm = max(bounds, key=bounds.get)
        visited[arm], expected = visited[arm] + 1, expected + arm
    assert order == expected


def test_children_are_drawn_together_also_where_the_calls_are_fewer():
    _, run = visits(budget=Budget(calls=1))
    assert run.ledger == Ledger(steps=3, tokens=0, calls=1)


def test_without_exploration_all_visits_go_to_the_better_arm_until_nothing_is_left_there():
    order, _ = visits(exploration=0.0)
    # One rollout from a and its nine leaves, then b in the same way.
    assert sorted(order[:2]) == ["a", "b"]
    assert order[2:] == "a" * 9 + "b" * 9


def test_a_tree_is_searched_in_full_and_no_further():
    _, run = visits()
    tree_nodes = [node.state for node in run.trace if node.fate != "rollout" and node.state]
    assert set(tree_nodes) == {"a", "b", *(arm + str(i) for arm in "ab" for i in range(9))}
    # The arms and their leaves are drawn once, and one rollout from each arm.
    assert run.ledger == Ledger(steps=22, tokens=0, calls=20)


@pytest.mark.parametrize("rollouts", [True, False])
def test_the_right_leaf_is_found_with_a_probability_that_goes_to_one(rollouts):
    # Sixteen leaves; the best one lies among the worst, and a state scores as the mean of the leaves below it.
    children = {"".join(w): ["".join(w) + c for c in "ab"] for k in range(4) for w in itertools.product("ab", repeat=k)}
    leaf = {"".join(w): (0.5 if w[0] == "b" else 0.1) for w in itertools.product("ab", repeat=4)} | {"aaaa": 1.0}

    def scores(states):
        return [np.mean([v for w, v in leaf.items() if w.startswith(state)]) for state in states]

    tree = Tree(children, correct={"aaaa"})
    found = [
        rate(mcts, tree, scores, 60, Budget(steps=steps), expand=2, rollouts=rollouts) for steps in (8, 24, 48, 100)
    ]
    assert all(low <= high + 0.15 for low, high in itertools.pairwise(found))
    assert found[0] < 0.5
    assert found[-1] == 1


def test_more_of_the_visits_go_to_the_better_of_two_random_arms():
    tree = Tree({"": ["a", "b"], **{arm: [f"{arm}{i}" for i in range(400)] for arm in "ab"}}, correct=())

    def share(calls):
        rng = np.random.default_rng(calls)
        noisy = lambda states: rng.random(len(states)) < [0.8 if s[0] == "a" else 0.4 for s in states]  # noqa: E731
        runs = [visits(rng, Budget(calls=calls), noisy, tree=tree)[0] for _ in range(15)]
        return np.mean([arms.count("a") / calls for arms in runs])

    assert share(20) < share(300)
    assert share(300) > 0.85


def test_a_constant_verifier_visits_all_arms_alike_and_finds_what_one_sample_finds():
    tree = Tree({"": list("abcd"), **{arm: [f"{arm}{i}" for i in range(9)] for arm in "abcd"}}, correct={"a0", "b3"})
    arms, _ = visits(0, Budget(calls=24), constant, tree=tree)
    assert set(Counter(arms).values()) == {6}
    found = rate(mcts, tree, constant, 800, Budget(calls=24), expand=9)
    assert near(found, 2 / 36, 800)


def test_without_rollouts_the_verifier_scores_states_and_steps_are_only_those_of_the_tree():
    run = mcts(Chain(4, 0.5), Chain.check, Budget(steps=60), 0, rollouts=False, exploration=0.1, trace=True)
    assert run.correct
    assert not [node for node in run.trace if node.fate == "rollout"]


def test_a_search_cut_off_within_its_first_solution_returns_where_it_stood():
    run = mcts(Chain(9, 1.0), Chain.check, Budget(steps=6), 0)
    assert (run.state, run.correct, run.finished) == ((3, True), False, ())
    assert run.ledger == Ledger(steps=6, tokens=0, calls=0)


# -- budgets, on any small tree --------------------------------------------------------------------------------


class Counted(Tree):
    """A tree whose steps cost 1 to 3 tokens by depth, and that counts what is asked of it."""

    max_step_tokens = 3

    def step_tokens(self, states):
        return [1 + len(state) % 3 for state in states]


@st.composite
def puzzles(draw):
    """Trees of 1 to 3 children a state and 1 to 4 levels, with leaves at different depths."""
    children, open_states = {}, [""]
    while open_states:
        state = open_states.pop()
        names = [state + name for name in "abc"[: draw(st.integers(1, 3))]]
        children[state] = names
        open_states += [name for name in names if len(name) < 4 and draw(st.booleans())]
    return Counted(children, correct={"a", "ab", "abc", "aaaa"})


limit = st.none() | st.integers(1, 40)
STRATEGIES = {
    "particle_filter": st.fixed_dictionaries(
        {
            "particles": st.integers(1, 20),
            "weights": st.sampled_from(["softmax", "score"]),
            "resampling": st.sampled_from(["systematic", "multinomial"]),
        }
    ),
    "mcts": st.fixed_dictionaries({"expand": st.integers(1, 4), "rollouts": st.booleans()}),
}


@settings(max_examples=100, deadline=None)
@given(data=st.data(), puzzle=puzzles(), steps=limit, calls=limit, tokens=st.none() | st.integers(3, 60))
def test_no_budget_is_passed_on_any_small_tree_and_the_ledger_is_what_was_asked(data, puzzle, steps, calls, tokens):
    name = data.draw(st.sampled_from(sorted(STRATEGIES)))
    options, seed = data.draw(STRATEGIES[name]), data.draw(st.integers(0, 99))
    if steps is calls is tokens is None:
        steps = 5
    rng, asked = np.random.default_rng(seed), []

    def verifier(states):
        asked.extend(states)
        # Zeros are common, so that all weights may be zero at once.
        return rng.integers(0, 3, len(states)) / 2

    budget = Budget(steps=steps, calls=calls, tokens=tokens)
    run = getattr(search, name)(puzzle, verifier, budget, rng, trace=True, **options)
    for field in ("steps", "calls", "tokens"):
        assert getattr(budget, field) is None or getattr(run.ledger, field) <= getattr(budget, field)
    nodes = run.trace
    assert run.ledger.steps == len(nodes) - 1
    assert run.ledger.calls == len(asked)
    assert run.ledger.tokens == sum(1 + node.depth % 3 for node in nodes[1:])
    assert run.correct == (run.state in puzzle.correct and puzzle.is_done(run.state))
    assert [node.state for node in nodes if node.fate == "chosen"] == [run.state]
    assert not np.isnan(getattr(run, "log_normaliser", None) or 0.0)


@pytest.mark.parametrize("strategy", [particle_filter, mcts])
def test_a_puzzle_that_ends_after_one_step_is_answered_and_one_that_begins_finished_is_refused(strategy):
    assert strategy(Tree({"": ["a"]}, correct={"a"}), lambda s: [1.0] * len(s), Budget(steps=1), 0).correct
    finished = Chain(3, 0.5)
    finished.start = lambda rng: (3, True)
    with pytest.raises(ValueError, match="finished state, "):
        strategy(finished, Chain.check, PLENTY, 0)


@pytest.mark.parametrize("strategy", [particle_filter, mcts])
def test_a_budget_of_tokens_below_one_step_is_refused(strategy):
    with pytest.raises(ValueError, match="must pay for at least 1 step"):
        strategy(Counted({"": ["a"]}, correct={"a"}), constant, Budget(tokens=2), 0)

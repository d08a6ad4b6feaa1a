"""The shapes that docstrings state are read and tried: arrays of these shapes are taken, others refused by name."""

import inspect
import re

import inference_scaling as its
import numpy as np
import pytest

SIZES = {"samples": 6, "problems": 5, "points": 3, "n": 6, "m": 4, "prices": 3}
# A valid value of each parameter in a shape; the docstrings say which shapes.
VALUES = {
    "correct": lambda shape: np.arange(np.prod(shape)).reshape(shape) % 2 == 0,
    "answer": lambda shape: np.arange(np.prod(shape)).reshape(shape) % 3,
    "reward": lambda shape: np.linspace(0.2, 1, int(np.prod(shape))).reshape(shape),
    "score": lambda shape: np.linspace(0.1, 1, int(np.prod(shape))).reshape(shape),
    "per_problem": lambda shape: np.linspace(0.2, 0.8, int(np.prod(shape))).reshape(shape),
    "a": lambda shape: np.linspace(0.2, 0.8, int(np.prod(shape))).reshape(shape),
    "b": lambda shape: np.linspace(0.3, 0.7, int(np.prod(shape))).reshape(shape),
    "unit": lambda shape: np.arange(np.prod(shape)).reshape(shape) % 3,
    "price": lambda shape: np.linspace(0.1, 0.3, int(np.prod(shape))).reshape(shape),
    "points": lambda shape: np.linspace(0.1, 0.9, int(np.prod(shape))).reshape(shape),
}
FUNCTIONS = {
    "best_of_n": its.best_of_n,
    "highest_reward": its.highest_reward,
    "best_of_n_reward": its.best_of_n_reward,
    "majority_reward": its.majority_reward,
    "first_accepted": its.first_accepted,
    "soft_best_of_n": its.soft_best_of_n,
    "best_of_poisson": its.best_of_poisson,
    "chi_square_weights": its.chi_square_weights,
    "pessimistic_pick": its.pessimistic_pick,
    "majority_vote": its.majority_vote,
    "weighted_vote": its.weighted_vote,
    "stopped_vote": its.stopped_vote,
    "best_stopping": its.best_stopping,
    "stopping_frontier": its.stopping_frontier,
    "problem_interval": its.problem_interval,
    "paired_interval": its.paired_interval,
    "curve": its.curve,
    "reward_curve": its.reward_curve,
    "compare": its.compare,
    "compare_at_cost": its.compare_at_cost,
    "Roc.from_scores": its.Roc.from_scores,
    "Roc.piecewise_linear": its.Roc.piecewise_linear,
}
FIVE = its.SampleSet.from_columns(
    {"problem": list("abcde") * 2, "correct": [1, 0, 1, 0, 1, 0, 0, 1, 0, 1], "reward": [0.1] * 10, "tokens": [5] * 10}
)
SPENT = its.curve(FIVE, "pass", [1, 2], cost="tokens")
# What else a function needs, where it takes samples or curves.
BESIDE = {
    its.curve: {"samples": FIVE, "selector": "pass"},
    its.reward_curve: {"samples": FIVE, "selector": "highest"},
    its.compare: {"a": FIVE, "b": FIVE},
    its.compare_at_cost: {"a": SPENT, "b": SPENT, "budget": 10.0},
}


def section(function: object, name: str) -> str:
    """Return one section of a numpydoc docstring."""
    found = re.search(rf"^{name}\n-+\n(.*?)(?:\n\n\S|\Z)", inspect.getdoc(function), re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def sizes(text: str) -> list[tuple[int, ...]]:
    """Return the shapes in a text such as "shape (problems,) or (problems, points)", as numbers."""
    if "shape (" not in text:
        return []
    shapes = re.findall(r"\(([a-z0-9, ]+)\)", text.partition("shape ")[2])
    return [
        tuple(int(one) if one.isdigit() else SIZES[one] for one in re.findall(r"[a-z0-9]+", shape)) for shape in shapes
    ]


def stated(function: object) -> dict[str, list[tuple[int, ...]]]:
    """Return the shapes that a docstring states for each parameter."""
    found = {}
    for line in section(function, "Parameters").splitlines():
        names, colon, kind = line.partition(" : ")
        if colon and not line.startswith(" ") and sizes(kind):
            found |= dict.fromkeys(names.split(", "), sizes(kind))
    return found


def call(function: object, given: dict[str, np.ndarray], k: object = 2) -> object:
    """Call a function with these arrays; with k, and what a vote that stops needs, where it takes them."""
    single = {"k": k, "rule": its.BetaRule(), "budget": 2, "price": 0.1, "threshold": 0.5}
    single |= {"temperature": 0.5, "samples": 1.1, "beta": 0.5}
    if function is its.stopping_frontier:
        single["samples"] = its.SampleSet.from_columns(
            {"problem": [0, 0, 1, 1], "correct": [1, 0] * 2, "answer": list("abab")}
        )
    single |= BESIDE.get(function, {})
    taken = inspect.signature(function).parameters.keys() - given.keys()
    return function(**given, **{name: value for name, value in single.items() if name in taken})


def test_no_function_that_states_a_shape_is_left_out() -> None:
    public = {name: getattr(its, name) for name in its.estimates.__all__}
    stating = {name for name, one in public.items() if inspect.isfunction(one) and stated(one)}
    assert stating == {name for name in FUNCTIONS if "." not in name}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_stated_shapes_are_taken(name: str) -> None:
    function, shapes = FUNCTIONS[name], stated(FUNCTIONS[name])
    for choice in range(max(map(len, shapes.values()))):
        # What has one shape, such as a label for each problem, keeps it.
        call(function, {key: VALUES[key](options[min(choice, len(options) - 1)]) for key, options in shapes.items()})


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_shape_that_is_not_stated_is_refused(name: str) -> None:
    function, shapes = FUNCTIONS[name], stated(FUNCTIONS[name])
    given = {key: VALUES[key](options[0]) for key, options in shapes.items()}
    for key in shapes:
        with pytest.raises(ValueError, match=rf"\b{key}\b.* \(2, 2, 2\)"):
            call(function, given | {key: VALUES[key]((2, 2, 2))})


@pytest.mark.parametrize(
    "name", ["best_of_n", "majority_vote", "weighted_vote", "highest_reward", "best_of_n_reward", "majority_reward"]
)
@pytest.mark.parametrize("shape", [(), (2,), (2, 3)])
def test_where_the_result_has_the_shape_of_k_it_has(name: str, shape: tuple[int, ...]) -> None:
    function = FUNCTIONS[name]
    assert "the shape of k" in section(function, "Returns")
    given = {key: VALUES[key](options[0]) for key, options in stated(function).items()}
    found = call(function, given, np.full(shape, 2))
    for value in found if isinstance(found, tuple) else (found,):
        assert np.shape(value) == shape
        assert isinstance(value, np.ndarray) is bool(shape)


def test_intervals_and_curves_have_the_shapes_that_they_state() -> None:
    (expected,) = sizes(section(its.problem_interval, "Returns"))
    for bound in its.problem_interval(VALUES["per_problem"]((5, 3))):
        assert bound.shape == expected
    curve = its.curve(its.SampleSet.from_counts([9] * 5, [1, 3, 4, 6, 8]), "pass", [1, 2, 4], unit=list("aabbc"))
    for line in section(its.Curve, "Attributes").splitlines():
        names, _, kind = line.partition(" : ")
        for name in names.split(", ") if sizes(kind) else ():
            assert getattr(curve, name).shape == sizes(kind)[0], name

"""One recipe for uncertainty: no lesson, exercise or benchmark makes an interval over problems of its own.

Intervals of means and differences over problems come from `problem_interval`, `curve` and `paired_interval`. This test
reads the syntax tree of the lessons' modules, the code cells of the notebooks and the benchmarks, and names each line
that looks like another recipe: a normal quantile such as 1.96, the tails of resampled values, Student's t, a standard
error or a bootstrap of SciPy. What is allowed stands below, each with its reason. The error of a simulation's runs,
a root of `runs` or `studies`, is no interval over problems, and passes by itself.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]

RUNS = "the unit is a simulated run, pilot or draw, independent of the others, and no problem"
TAUGHT = "the page or the task teaches this recipe, and says so"
MISTAKE = "shown as the mistake that it is"
STATISTIC = "the statistic is no mean and no difference: the library has no interval for it"
CUT = "a place for a cut on the scores, and no end of an interval"
RIVAL = "the other side of a comparison with the library's own"
CUT = "the threshold of a judge, no interval"
# File, a piece of the line, and the reason.
ALLOWED = (
    ("lib/inference_scaling/lessons/confusions/estimator_clinic.py", "ndtri((1 + level) / 2)", MISTAKE),
    ("lib/inference_scaling/lessons/confusions/exercises.py", "1.96", TAUGHT),
    ("lib/inference_scaling/lessons/laboratory/exercises.py", "1.96", TAUGHT),
    ("lib/inference_scaling/lessons/workshop/capstone.py", "value * (1 - value)", MISTAKE),
    ("benchmarks/interval_coverage.py", "stdtrit(drawn - 1, (1 + LEVEL) / 2)", RIVAL),
    ("benchmarks/paired_intervals.py", "bias = ndtri(", RIVAL),
    ("benchmarks/plans.py", "size.repeats", RUNS),
    ("benchmarks/usual.py", "np.quantile(means, ", RIVAL),
    ("benchmarks/usual.py", "scipy.stats.bootstrap(", RIVAL),
    ("benchmarks/usual.py", "np.quantile(differences, ", RIVAL),
    ("book/confusions/estimator_clinic.ipynb", "values.std(ddof=1) / len(values)", RUNS),
    ("book/confusions/not_substitutes.ipynb", "draws.std() / 100_000**0.5", RUNS),
    ("book/confusions/voting_is_not_optimal.ipynb", "/ 100_000) ** 0.5", RUNS),
    ("book/laboratory/compute_optimal.ipynb", 'np.quantile(found, (0.025, 0.975), method="nearest")', STATISTIC),
    ("book/laboratory/small_reasoner.ipynb", "assert np.mean(np.abs(seen - p) < 1.96 * error)", RUNS),
    ("book/phenomena/forecast_fifty_times_out.ipynb", "np.quantile(each, [0.025, 0.975])", RUNS),
    ("book/phenomena/tree_search.ipynb", "spent.std() / 4_000**0.5", RUNS),
    ("book/remedies/eight_remedies.ipynb", "bar = np.quantile(score[~right], 1 - 0.19)", CUT),
    ("book/remedies/fall_on_one_axis.ipynb", "1.96 * error", RUNS),
    ("book/reliability/auditing.ipynb", "equal.std() / len(equal)", RUNS),
    ("book/reliability/pass_hat_k.ipynb", "np.quantile(guess[name], [0.025, 0.975], axis=0)", RUNS),
    ("book/reliability/pass_hat_k.ipynb", "gap.std() / len(gap)", RUNS),
    ("book/reliability/repeats_or_problems.ipynb", "1.96 * spread / 4000**0.5", RUNS),
    ("book/remedies/eight_remedies.ipynb", "bar = np.quantile(score[~right], 1 - 0.19)", CUT),
    ("book/remedies/fall_on_one_axis.ipynb", "1.96 * error", RUNS),
    ("book/setup/primer_measuring.ipynb", "np.quantile(means, ", TAUGHT),
    ("book/setup/reward_models.ipynb", "score.std() / len(score)", RUNS),
    ("book/theorem/dependent_samples.ipynb", "np.quantile(worths, (0.025, 0.975), axis=0)", STATISTIC),
    ("book/theorem/dependent_samples.ipynb", "(mean_p * (1 - mean_p) / ", MISTAKE),
    ("book/theorem/dependent_samples.ipynb", 'glue("mixed-scatter", 1.96 / 164**0.5)', STATISTIC),
    ("book/theorem/diminishing_returns.ipynb", "1.96 * error", RUNS),
    ("book/theorem/power_law.ipynb", "np.quantile(found, (0.025, 0.975))", STATISTIC),
    ("book/theorem/what_it_costs.ipynb", "first.std() / len(first)", RUNS),
    ("exercises/source/confusions.ipynb", "np.var(share, ddof=1) / m", TAUGHT),
    ("exercises/source/laboratory.ipynb", "gaps.std(ddof=1) / math.sqrt(gaps.size)", TAUGHT),
    ("exercises/source/workshop/sampling.ipynb", "0.7 * 0.3 / len(us)", RUNS),
    ("exercises/source/workshop/spending.ipynb", "paid.std() / len(paid)", RUNS),
    ("exercises/source/workshop/sampling.ipynb", "computed * (1 - computed) / len(drawn)", RUNS),
)


class Found(NamedTuple):
    """A line that makes an interval by hand."""

    file: str
    place: str
    line: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}, {self.place}: {self.why}\n    {self.line}"


# Quantiles of the normal distribution that only intervals need.
NORMAL = (1.645, 1.96, 2.326, 2.576)
TAILS = (0.005, 0.01, 0.025, 0.05, 0.95, 0.975, 0.99, 0.995)
OF_VALUES = {"quantile", "nanquantile", "percentile", "nanpercentile"}
OF_A_LAW = {"ppf", "isf", "interval"}
LAWS = {"t", "norm"}
OF_A_SAMPLING_LAW = {"ndtri", "stdtrit"}
OF_RUNS = {"runs", "studies"}


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _numbers(node: ast.AST) -> list[float]:
    return [
        float(one.value) for one in ast.walk(node) if isinstance(one, ast.Constant) and type(one.value) in (int, float)
    ]


def _names(node: ast.AST) -> set[str]:
    return {_name(one) for one in ast.walk(node) if isinstance(one, (ast.Name, ast.Attribute))}


def _tail(node: ast.AST) -> bool:
    """Whether a probability is that of a tail: .025, 97.5 of a percentile, (1 − level)/2."""
    near = [any(abs(one - scale * tail) < 1e-9 for tail in TAILS for scale in (1, 100)) for one in _numbers(node)]
    return any(near) or bool(_names(node) & {"level", "LEVEL", "alpha", "ALPHA", "confidence"})


def _why(node: ast.AST) -> str:
    """Why this piece of code looks like an interval by hand; empty where it does not."""
    if _errors(node):
        return "standard errors on both sides of a mean"
    if isinstance(node, ast.Constant) and type(node.value) is float and any(abs(node.value - z) < 6e-3 for z in NORMAL):
        return "a quantile of the normal distribution"
    if not isinstance(node, ast.Call):
        return ""
    name, asked = _name(node.func), [*node.args, *(one.value for one in node.keywords)]
    if name in OF_VALUES and any(map(_tail, asked[1:])):
        return "the tails of resampled values"
    of_a_law = name in OF_A_LAW and isinstance(node.func, ast.Attribute) and _name(node.func.value) in LAWS
    if of_a_law or (name in OF_A_SAMPLING_LAW and any(map(_tail, asked))):
        return "a quantile of a sampling distribution"
    if name == "sem" or (name == "bootstrap" and isinstance(node.func, ast.Attribute)):
        return "SciPy's own recipe"
    return ""


def _errors(node: ast.AST) -> bool:
    """Whether this multiplies a standard error, written out, by a number such as 2 or 2.11."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, (ast.Mult, ast.Div)):
        return False
    factors = [
        one.value
        for inner in ast.walk(node)
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Mult)
        for one in (inner.left, inner.right)
        if isinstance(one, ast.Constant) and type(one.value) in (int, float)
    ]
    named = _names(node)
    root = "sqrt" in named or any(
        isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow) and _numbers(inner.right) == [0.5]
        for inner in ast.walk(node)
    )
    return root and bool(named & {"std", "var"}) and any(1.6 <= one <= 3.3 for one in factors)


def by_hand(code: str, file: str, cell: int | None = None) -> Iterator[Found]:
    """Yield each line of a piece of code that makes an interval by hand, in order."""
    lines, told = code.splitlines(), set()
    tree = ast.parse(code)
    # Of the statements around a node the innermost is walked last.
    statements = [statement for statement in ast.walk(tree) if isinstance(statement, ast.stmt)]
    around = {id(inner): statement for statement in statements for inner in ast.walk(statement)}
    for node in ast.walk(tree):
        why = _why(node)
        if not why or node.lineno in told:
            continue
        if isinstance(node, (ast.Constant, ast.BinOp)) and _names(around[id(node)]) & OF_RUNS:
            continue
        told.add(node.lineno)
        place = f"line {node.lineno}" if cell is None else f"cell {cell}, line {node.lineno}"
        yield Found(file, place, lines[node.lineno - 1].strip(), why)


def everywhere() -> list[Found]:
    """Every line by hand in lessons, notebooks and benchmarks."""
    found = []
    for folder in ("lib/inference_scaling/lessons", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            found += by_hand(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    for folder in ("book", "exercises/source"):
        for path in sorted((ROOT / folder).rglob("*.ipynb")):
            if path.parent == ROOT / "book/workshop":
                continue  # made from the sources of the exercises
            for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1):
                if cell["cell_type"] == "code":
                    found += by_hand("".join(cell["source"]), path.relative_to(ROOT).as_posix(), number)
    return found


def allowed(one: Found) -> bool:
    return any(one.file == file and piece in one.line for file, piece, _ in ALLOWED)


def test_every_interval_over_problems_comes_from_the_library():
    found = everywhere()
    others = [one for one in found if not allowed(one)]
    assert not others, "use its.problem_interval, its.curve or its.paired_interval, or allow it with a reason:\n" + (
        "\n".join(map(str, others))
    )
    unused = [entry for entry in ALLOWED if not any(one.file == entry[0] and entry[1] in one.line for one in found)]
    assert not unused, f"allowed, and no longer there: {unused}"
    assert all(len(reason.split()) > 3 for *_, reason in ALLOWED)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("gain = values.mean(); half = 1.96 * values.std(ddof=1) / len(values) ** 0.5", "standard errors"),
        ("half = 2 * np.std(gaps, ddof=1) / np.sqrt(gaps.size)", "standard errors"),
        ("half = 2.11 * gaps.std(ddof=1) / math.sqrt(18)", "standard errors"),
        ("low, high = np.percentile(means, [2.5, 97.5])", "tails"),
        ("low, high = np.quantile(means, (0.025, 0.975))", "tails"),
        ("low = np.quantile(means, (1 - level) / 2)", "tails"),
        ("ends = stats.t.interval(0.95, 23, loc=m, scale=s)", "sampling distribution"),
        ("z = norm.ppf(0.975)", "sampling distribution"),
        ("reach = stdtrit(23, 0.975)", "sampling distribution"),
        ("reach = t.ppf(0.975, 23) * stats.sem(values)", "sampling distribution"),
        ("error = scipy.stats.sem(values)", "SciPy"),
        ("found = scipy.stats.bootstrap((values,), np.mean)", "SciPy"),
        ("Z = 1.959964", "normal"),
    ],
)
def test_an_interval_made_by_hand_is_named_with_its_line(code, why):
    (found,) = by_hand(f"values = read()\n{code}\n", "book/theorem/new.ipynb", 4)
    assert (found.file, found.place) == ("book/theorem/new.ipynb", "cell 4, line 2")
    assert why in found.why and not allowed(found)


@pytest.mark.parametrize(
    "code",
    [
        "found = its.paired_interval(a, b)",
        "fifths = np.quantile(difficulty, (0.2, 0.4, 0.6, 0.8))",
        "error = 1.96 * hit.std() / runs**0.5",
        "ends = its.BetaBinomial.fit(n, c).interval([1, 10])",
        "scale = 2 * np.sqrt(x) + rng.normal()",
        "shift = ndtri(auc)",
        "cut = np.quantile(wrong, 0.9)",
    ],
)
def test_what_makes_no_interval_is_left_alone(code):
    assert list(by_hand(code, "book/theorem/new.ipynb", 1)) == []

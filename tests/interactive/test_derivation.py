"""A derivation is right, or the build stops and says where it is wrong."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from importlib.resources import files

import mpmath
import numpy as np
import pytest
import sympy
from inference_scaling import laws, verifiers
from inference_scaling.display.output import rounded
from inference_scaling.interactive.derivation import (
    BoundedApproximation,
    Definition,
    Derivation,
    DerivationError,
    Equality,
    Form,
    Inequality,
    Limit,
    Mistake,
    Plot,
    Solution,
    Special,
    Symbol,
    established,
    expressions,
    to_html,
)
from inference_scaling.interactive.derivation import check as engine
from inference_scaling.interactive.derivation.bounds import boxes_needed
from inference_scaling.lessons.phenomena.derivations import best_of_n_any_roc
from inference_scaling.lessons.theorem.derivations import diminishing_returns
from inference_scaling.site import derivations as report
from inference_scaling.site.derivations import derivations

P = Symbol("p", "chance", 0.01, 0.99)
K = Symbol("k", "samples", 1, 100, integer=True)
p, k = P.expr, K.expr


def derivation(*steps, symbols=(P, K)) -> Derivation:
    return Derivation(id="trial", title="Trial", symbols=symbols, steps=steps)


START = Definition(tex="C", right=1 - (1 - p) ** k, reason="given")
RIGHT = {
    "equality": Equality(tex="C", right=1 - sympy.exp(k * sympy.log(1 - p)), reason="powers"),
    "special": Special(tex="C", at={"k": 2}, right=2 * p - p**2, reason="two samples"),
    "solution": Solution(
        tex="p", equation=1 - (1 - p) ** 2 - sympy.Rational(3, 4), of="p", right=sympy.Rational(1, 2), reason="solve"
    ),
    "approximation": BoundedApproximation(
        tex="C", right=k * p, least=0, most=k * (k - 1) / 2 * p**2, bound_tex="b", reason="first order", algebra=False
    ),
    "limit": Limit(tex="C", of="k", to=sympy.oo, right=sympy.Integer(1), reason="for ever"),
    "inequality": Inequality(tex="C", sense="<=", right=k * p, reason="union bound", algebra=False),
}
WRONG = {
    "equality": (replace(RIGHT["equality"], right=1 - (1 - p) ** (k + 1)), "the sides differ at p = 0.01, k = 1.0"),
    "special": (replace(RIGHT["special"], right=2 * p), "the sides differ at p = 0.01: left"),
    "solution": (replace(RIGHT["solution"], right=sympy.Rational(1, 3)), "the sides differ"),
    "approximation, upper bound": (replace(RIGHT["approximation"], most=p**2), "leaves its bound"),
    "approximation, lower bound": (replace(RIGHT["approximation"], least=p**2), "leaves its bound"),
    "limit": (replace(RIGHT["limit"], right=p), "no steady approach to the limit at p = 0.01"),
    "inequality": (replace(RIGHT["inequality"], sense=">="), "the inequality fails at p = 0.01, k = 100.0"),
}


@pytest.fixture(autouse=True)
def _no_memory(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(engine, "_folder", lambda: tmp_path / "cache")


@pytest.mark.parametrize("relation", RIGHT)
def test_right_step_is_established(relation: str) -> None:
    found = established(derivation(START, RIGHT[relation]))
    assert str(found[0]) == "a definition: nothing to check"
    assert found[1].how


@pytest.mark.parametrize("relation", WRONG)
def test_wrong_step_stops_the_build_with_place_and_point(relation: str) -> None:
    step, message = WRONG[relation]
    with pytest.raises(DerivationError, match=r"trial, step 2: .*" + message):
        established(derivation(START, step))


def test_mistake_that_equals_the_answer_is_refused() -> None:
    step = replace(RIGHT["equality"], mistakes=(Mistake(1 - (1 - p) ** k, "not a mistake"),))
    with pytest.raises(DerivationError, match=r"step 2: the mistake .* equals the answer"):
        established(derivation(START, step))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: derivation(Equality(tex="x", right=p, reason="r")), "needs its left side"),
        (lambda: derivation(START, replace(RIGHT["special"], at={"z": 1})), "'z' has no domain"),
        (lambda: derivation(replace(START, right=sympy.Symbol("y"))), "'y' has no domain"),
        (lambda: derivation(START, symbols=(P, P, K)), "declared twice"),
        (lambda: derivation(), "at least one step"),
        (lambda: derivation(START, symbols=(Symbol("p", "m", 1, 0), K)), "trial, symbol p: .*is empty"),
        (lambda: derivation(START, symbols=(Symbol("p", "m", 0, 1, log=True), K)), "trial, symbol p: .*above 0"),
        (lambda: derivation(START, symbols=(Symbol("p", "m", 0, 1, start=2), K)), "symbol p: the slider starts at 2"),
        (lambda: derivation(START, symbols=(P, Symbol("k", "m", 1.5, 9, integer=True))), "symbol k: .*integers"),
        (lambda: derivation(replace(START, right=sympy.sin(p))), "trial, step 1: .*no expression"),
        (lambda: derivation(START, replace(RIGHT["inequality"], sense="<")), "step 2: the sense"),
        (lambda: derivation(START, replace(RIGHT["limit"], side="left")), "step 2: the side"),
        (
            lambda: derivation(START, replace(RIGHT["special"], form=Form(says="s", uses=("sin",)))),
            "form speaks of 'sin'",
        ),
        (lambda: derivation(START, replace(RIGHT["special"], form=Form(says="s", most=1))), "step 2: the line itself"),
        (lambda: derivation(START, replace(RIGHT["special"], form=Form(says="s", avoids=("ln",)))), "asks for nothing"),
        (lambda: derivation(replace(START, tex=r"\\phantom{C} = 1")), "step 1: .*screen reader"),
        (
            lambda: Derivation(
                "trial", "T", (P, K), (START,), Plot(over="p", lines={1: "C"}, label="C", low=0, high=1)
            ),
            "trial, plot: 'p' is no symbol with a slider",
        ),
        (
            lambda: Derivation(
                "trial",
                "T",
                (replace(P, start=0.1), K),
                (START, RIGHT["special"]),
                Plot(over="p", lines={0: "C", 2: "D"}, label="C", low=0, high=1),
            ),
            "trial, plot: there is no line 0; its lines have the numbers 1 to 2",
        ),
    ],
)
def test_malformed_derivation_is_refused_with_its_reason(make, message: str) -> None:
    with pytest.raises(DerivationError, match=message):
        make()


@pytest.mark.parametrize("one", list(derivations()), ids=lambda one: one.id)
def test_every_step_and_mistake_of_the_book_holds(one) -> None:
    # Once in a run: what the build or a page has established with this very engine stands.
    told = [step.how for step in established(one)]
    assert len(told) == len(one.steps)
    assert not [how for how in told if re.search(r"\de[+-]?\d", how)], "a number as no person says it"


def test_the_book_has_its_derivations() -> None:
    found = list(derivations())
    assert diminishing_returns in found
    assert len({one.id for one in found}) == len(found) >= 10


def test_report_lists_every_step(monkeypatch, capsys) -> None:
    monkeypatch.setattr(report, "derivations", lambda: iter([derivation(START, RIGHT["special"])]))
    assert report.main() == 0
    said = capsys.readouterr().out
    assert "trial, step 2: proved by computer algebra" in said
    assert "1 of 1 derivations hold" in said


def test_report_ends_with_1_and_names_a_wrong_step(monkeypatch, capsys) -> None:
    wrong = derivation(START, WRONG["equality"][0])
    monkeypatch.setattr(report, "derivations", lambda: iter([derivation(START), wrong]))
    assert report.main() == 1
    said = capsys.readouterr()
    assert "wrong: trial, step 2: the sides differ" in said.err
    assert "1 of 2" in said.out


@pytest.mark.parametrize(("form", "claim"), [(1 / sympy.log(k + 1), 0.03), (1 + 1 / sympy.log(k + 1), 1.04)])
@pytest.mark.parametrize("algebra", [True, False])
def test_slow_approach_to_a_near_miss_is_no_limit(form, claim, algebra) -> None:
    step = Limit(tex="x", left=form, of="k", to=sympy.oo, right=sympy.Float(claim), reason="r", algebra=algebra)
    with pytest.raises(DerivationError, match=r"step 1: no "):
        established(derivation(step))


def test_watched_limit_states_its_rate() -> None:
    step = replace(RIGHT["limit"], left=1 + 1 / k, algebra=False)
    assert "shrinking like the power −1.0" in established(derivation(START, step))[1].how


def test_limit_from_one_side_only_is_refused_when_both_are_claimed() -> None:
    t = Symbol("t", "t", -1, 1)
    step = Limit(tex="x", left=sympy.Abs(t.expr) / t.expr, of="t", to=0, right=sympy.Integer(1), reason="r")
    with pytest.raises(DerivationError, match=r"step 1: no "):
        established(derivation(step, symbols=(t,)))
    assert established(derivation(replace(step, side="above"), symbols=(t,)))


def test_tiny_values_are_compared_by_their_digits() -> None:
    small = Symbol("p", "chance", 0.01, 0.5)
    step = Equality(tex="x", left=small.expr**90, right=2 * small.expr**90, reason="r")
    with pytest.raises(DerivationError, match=r"step 1: the sides differ"):
        established(derivation(step, symbols=(small,)))


def test_points_where_both_sides_vanish_prove_nothing() -> None:
    zero = sympy.binomial(k, k + 200)
    step = Equality(tex="x", left=zero, right=zero * (1 + p), reason="r", algebra=False)
    with pytest.raises(DerivationError, match=r"could be compared at 0 points only"):
        established(derivation(step))


@pytest.mark.parametrize("form", [p**300, (1 - p) ** (2000 * k) * (k - 3)])
def test_high_powers_do_not_hang_computer_algebra(form) -> None:
    step = Equality(tex="x", left=form, right=form * sympy.exp(sympy.log(1 + p)) / (1 + p), reason="r")
    assert len(established(derivation(step))) == 1


def test_approximation_may_be_of_nothing() -> None:
    step = replace(RIGHT["approximation"], left=(1 - (1 - p) ** (k - 1)), right=(k - 1) * p, algebra=False)
    assert "the error is up to " in established(derivation(step))[0].how


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ("1674.2", "up to 1,700 times the exact value"),
        ("5.94", "up to 5.9 times the exact value"),
        ("0.9999", "up to as large as the exact value"),
        ("0.0834", "up to 8.3 % of the exact value"),
        ("0.00017", "up to 0.017 % of the exact value"),
        ("0.00000002", "below 0.01 % of the exact value"),
        ("0", "no error seen"),
    ],
)
def test_size_of_an_error_is_said_without_powers_of_ten(share, said) -> None:
    found = engine._error_in_words(mpmath.mpf(share))
    assert found.endswith(said) and "e+" not in found and "e-" not in found


def test_interval_proof_counts_its_boxes_and_fails_honestly() -> None:
    assert boxes_needed(p * (1 - p), [P]) >= 1
    assert boxes_needed(sympy.log(2) / p + sympy.log(2) / sympy.log(1 - p), [P]) > 1
    assert boxes_needed(p - sympy.Rational(1, 2), [P]) is None
    assert boxes_needed(sympy.gamma(k) - p, [P, K]) is None


def test_solution_outside_its_domain_or_not_alone_is_refused() -> None:
    # The other root of this equation is 3/2.
    with pytest.raises(DerivationError, match=r"step 2: the solution p = 1.5 at k = 1.0 is outside"):
        established(derivation(START, replace(RIGHT["solution"], right=sympy.Rational(3, 2))))
    two = replace(RIGHT["solution"], equation=p**2 - p * sympy.Rational(3, 4) + sympy.Rational(1, 8))
    with pytest.raises(DerivationError, match=r"vanishes for another p too"):
        established(derivation(START, two))


def test_value_put_in_must_lie_in_the_domain() -> None:
    with pytest.raises(DerivationError, match=r"step 2: the value put in, k = 0.5"):
        established(derivation(START, replace(RIGHT["special"], at={"k": 0.5}, right=1 - sympy.sqrt(1 - p))))


def test_mistakes_differ_from_one_another() -> None:
    same = (Mistake(p, "one"), Mistake(p + 0 * k, "two"))
    with pytest.raises(DerivationError, match=r"step 2: the mistake p equals the mistake p"):
        established(derivation(START, replace(RIGHT["equality"], mistakes=same)))


def test_line_without_a_value_somewhere_is_refused_with_the_place() -> None:
    step = replace(START, right=1 / (k - 1))
    with pytest.raises(DerivationError, match=r"trial, step 1: .*no value at p = 0.01, k = 1.0"):
        established(derivation(step))


def test_results_are_remembered_by_content_and_damage_is_harmless(tmp_path) -> None:
    first = derivation(START, RIGHT["equality"])
    said = established(first)
    (path,) = (tmp_path / "cache").iterdir()
    assert established(derivation(START, RIGHT["equality"])) == said
    path.write_text("{not json", encoding="utf-8")
    assert established(derivation(START, RIGHT["equality"])) == said
    with pytest.raises(DerivationError):
        established(derivation(START, WRONG["equality"][0]))


def test_trees_hold_sums_integrals_and_exact_decimals() -> None:
    i, u = sympy.symbols("i u")
    point = {"p": 0.3, "k": 5.0}
    total = expressions.tree(sympy.Sum(sympy.binomial(k, i) * p**i, (i, 0, k)))
    area = expressions.tree(sympy.Integral(u**k, (u, 0, p)))
    assert expressions.evaluate(total, point, expressions.FLOATS) == pytest.approx(1.3**5)
    assert expressions.evaluate(area, point, expressions.FLOATS) == pytest.approx(0.3**6 / 6)
    assert expressions.tree(sympy.Float("0.123456")) == ["/", 1929, 15625]


def test_lines_compute_what_the_library_computes() -> None:
    chance, tries = np.array([0.01, 0.05, 0.3]), np.array([1, 8, 64])
    np.testing.assert_allclose(diminishing_returns.function(1)(chance, tries), laws.coverage(chance, tries), rtol=1e-12)
    np.testing.assert_allclose(
        diminishing_returns.function(3)(chance, tries), laws.marginal_gain(chance, tries), rtol=1e-12
    )
    np.testing.assert_allclose(diminishing_returns.function(4)(chance), laws.halving_cost(chance), rtol=1e-12)


def test_best_of_n_lines_compute_what_the_library_computes() -> None:
    p, k, area, slope = 0.1, np.array([1, 2, 16, 300]), 0.7, 9.0
    corner = (2 * area - 1) / (slope - 1)
    roc = verifiers.Roc.piecewise_linear([(corner, slope * corner)])
    law = verifiers.best_of_n_law(p, roc, k)
    assert roc.auc == pytest.approx(area)
    np.testing.assert_allclose(best_of_n_any_roc.function(1)(p, k, area, slope), law, rtol=1e-9)
    assert best_of_n_any_roc.function(3)(p, area) == pytest.approx(law[1])
    assert best_of_n_any_roc.function(4)(p, slope) == pytest.approx(verifiers.best_of_n_limit(p, roc))


def test_page_holds_every_line_and_no_code(monkeypatch) -> None:
    how = engine.Established("proved by computer algebra")
    monkeypatch.setattr(engine, "established", lambda one: (how,) * len(one.steps))
    page = to_html(rounded(diminishing_returns.payload()))
    assert page.count('class="its-step"') == len(diminishing_returns.steps)
    assert page.count("<script") == 1
    assert 'type="application/json"' in page
    assert "tabindex" not in page
    assert '<svg class="its-plot"' in page
    for step in diminishing_returns.steps:
        assert step.reason[:20] in page


def test_script_style_and_data_are_small(monkeypatch) -> None:
    said = "bound proved by interval arithmetic over 2175 boxes; the error is up to 5.9 times the exact value"
    how = engine.Established(said)
    monkeypatch.setattr(engine, "established", lambda one: (how,) * len(one.steps))
    static = files("inference_scaling.display") / "static"
    parts = ("js/core.js", "js/expr.js", "js/derivation.js", "css/derivation.css")
    ours = "".join((static / part).read_text(encoding="utf-8") for part in parts)
    assert len(gzip.compress(ours.encode())) <= 25_000
    for one in derivations():
        assert len(gzip.compress(json.dumps(rounded(one.payload())).encode())) <= 5_000, one.id


def test_text_form_lists_every_line_with_how_it_was_established() -> None:
    text = repr(diminishing_returns)
    assert text.count("proved by computer algebra") == 3
    assert "bound proved by interval arithmetic over" in text
    assert "6. " in text

"""Derivations of the part Laboratory."""

from __future__ import annotations

import sympy
from sympy import Sum, binomial

from ...interactive.derivation import (
    Definition,
    Derivation,
    Equality,
    Inequality,
    Limit,
    Mistake,
    Plot,
    Symbol,
)

_Q = Symbol("q", "chance that the model writes a right step", 0.05, 0.9, start=0.3)
_A = Symbol("a", "weight of a right step", 0.5, 1, start=0.9)
_B = Symbol("b", "weight of a wrong step", 0.1, 0.5, start=0.3)
_N = Symbol("n", "particles", 1, 12, integer=True, start=4)
_q, _a, _b, _n = _Q.expr, _A.expr, _B.expr, _N.expr
_i = sympy.Symbol("i", integer=True, nonnegative=True)
_aim = _q * _a / (_q * _a + (1 - _q) * _b)
_chance = binomial(_n, _i) * _q**_i * (1 - _q) ** (_n - _i)
_share = _i * _a / (_i * _a + (_n - _i) * _b)
_weight = (_i * _a + (_n - _i) * _b) / _n
_mean = Sum(_chance * _share, (_i, 0, _n))

few_particles = Derivation(
    id="few-particles",
    title="What n particles make of one step",
    symbols=(_Q, _A, _B, _N),
    steps=(
        Definition(
            tex=r"S = \frac{q\,a}{q\,a + (1-q)\,b}",
            right=_aim,
            reason="What the filter is after: how often the model writes a step, times the weight of the step. This is "
            "the share of right steps in it.",
            question="Steps count by how often the model writes them, times their weight. Which share is right?",
            mistakes=(
                Mistake(_a / (_a + _b), "This forgets how often the model writes a right step."),
                Mistake(_q * _a, "This is the weight of the right steps. Divide it by the weight of all."),
            ),
        ),
        Definition(
            tex=r"X_n = \sum_{i=0}^{n} \binom{n}{i} q^i (1-q)^{n-i}\, \frac{i\,a}{i\,a + (n-i)\,b}",
            right=_mean,
            reason="Each of n particles takes one step, and i of them take a right one. Drawn anew with the weights, "
            "this share of the new particles is right on average.",
        ),
        Equality(
            tex=r"X_1 = q",
            left=_q * (1 * _a / (1 * _a + 0 * _b)),
            right=_q,
            reason="One particle has no rival. Whatever its weight, it is drawn again.",
            question="What is the share with one particle?",
            mistakes=(
                Mistake(_aim, "That is the aim. One particle cannot be weighed against another."),
                Mistake(_q * _a, "A weight is not a chance to survive: somebody is always drawn."),
            ),
        ),
        Equality(
            tex=r"X_2 = q^2 + 2q(1-q)\,\frac{a}{a+b}",
            left=_mean.subs(_n, 2).doit(),
            right=_q**2 + 2 * _q * (1 - _q) * _a / (_a + _b),
            reason="Both right; or one of each, and the weights decide.",
        ),
        Inequality(
            tex=r"X_n \ge q",
            left=_mean,
            sense=">=",
            right=_q,
            reason="A right step weighs at least as much as a wrong one, so drawing anew loses no right ones on "
            "average.",
            algebra=False,
        ),
        Inequality(
            tex=r"X_n \le S",
            left=_mean,
            sense="<=",
            right=_aim,
            reason="The share of right particles after the draw, as a function of the share before, bends down. So "
            "its mean lies below its value at the mean, which is S.",
            algebra=False,
            question="Does the filter reach S with few particles?",
            mistakes=(Mistake(_q, "That is what one particle does. With two rivals the weights begin to count."),),
        ),
        Inequality(
            tex=r"S - X_n \le \frac{a\,(a-b)\,q\,(1-q)}{b^2\,n}",
            left=_aim - _mean,
            sense="<=",
            right=_a * (_a - _b) * _q * (1 - _q) / (_b**2 * _n),
            reason="How much is lost by the bend: at most half of its strongest curvature, 2a(a − b)/b², times the "
            "variance q(1 − q)/n of the share before. So X tends to S, and the distance falls like 1/n.",
            algebra=False,
        ),
        Equality(
            tex=r"\sum_{i=0}^{n} \binom{n}{i} q^i (1-q)^{n-i}\, \frac{i\,a + (n-i)\,b}{n} \cdot "
            r"\frac{i\,a}{i\,a + (n-i)\,b} = q\,a",
            left=Sum(_chance * _weight * _share, (_i, 0, _n)),
            right=_q * _a,
            reason="Now multiply the share by the mean weight of the round. The sum of the weights cancels, and what "
            "is left is a times the mean of i/n. This holds for every n, so round after round it can be chained: the "
            "product of the mean weights, times the last share, is right on average.",
            question="Multiply the share by the mean weight of the n particles. What is its mean?",
            mistakes=(
                Mistake(_aim, "That is the aim itself. Here the weights are not divided out."),
                Mistake(_q * _a / _n, "The mean weight divides by n, and there are n particles."),
            ),
        ),
    ),
    plot=Plot(over="n", lines={1: "the aim", 2: "n particles"}, label="share of right steps", low=0, high=1),
)

_W = Symbol("w", "share of easy tasks", 0.05, 0.95, start=0.5)
_P = Symbol("p", "chance of one try on an easy task", 0.4, 0.95, start=0.6)
_R = Symbol("r", "chance of one try on a hard task", 0.01, 0.35, start=0.05)
_T = Symbol("t", "tries", 1, 12, integer=True, start=3)
_w, _p, _r, _t = _W.expr, _P.expr, _R.expr, _T.expr


def _solved(t: sympy.Expr) -> sympy.Expr:
    return _w * (1 - (1 - _p) ** t) + (1 - _w) * (1 - (1 - _r) ** t)


def _easy_left(t: sympy.Expr) -> sympy.Expr:
    easy, hard = _w * (1 - _p) ** (t - 1), (1 - _w) * (1 - _r) ** (t - 1)
    return easy / (easy + hard)


def _hazard(t: sympy.Expr) -> sympy.Expr:
    easy, hard = _w * (1 - _p) ** (t - 1), (1 - _w) * (1 - _r) ** (t - 1)
    return (easy * _p + hard * _r) / (easy + hard)


_left = _easy_left(_t)

who_is_left = Derivation(
    id="who-is-left",
    title="Why each further trial solves fewer of the tasks that are left",
    symbols=(_W, _P, _R, _T),
    steps=(
        Definition(
            tex=r"C_t = w\,(1-(1-p)^t) + (1-w)\,(1-(1-r)^t)",
            right=_solved(_t),
            reason="Independent tries of easy and hard tasks: what is solved within t of them.",
            question="Which share of all tasks is solved within t independent tries?",
            mistakes=(
                Mistake(
                    1 - (1 - _w * _p - (1 - _w) * _r) ** _t,
                    "This repeats the mean chance. Repeat each kind by itself, then take the mean.",
                ),
            ),
        ),
        Definition(
            tex=r"h_t = \frac{C_t - C_{t-1}}{1 - C_{t-1}}",
            right=(_solved(_t) - _solved(_t - 1)) / (1 - _solved(_t - 1)),
            reason="The gain of trial t among the tasks that are still tried: those not solved before.",
        ),
        Definition(
            tex=r"u_t = \frac{w\,(1-p)^{t-1}}{w\,(1-p)^{t-1} + (1-w)\,(1-r)^{t-1}}",
            right=_left,
            reason="The share of easy tasks among those that are left before trial t. It falls.",
        ),
        Equality(
            tex=r"h_t = u_t\,p + (1-u_t)\,r",
            left=(_solved(_t) - _solved(_t - 1)) / (1 - _solved(_t - 1)),
            right=_left * _p + (1 - _left) * _r,
            reason="The gain is the mean chance of the tasks that are left. No chance has changed; the mixture has.",
            question="Write the gain of trial t as a mean over the tasks that are left.",
            mistakes=(
                Mistake(_w * _p + (1 - _w) * _r, "This is the mixture before the first trial. Easy tasks have left."),
            ),
        ),
        Equality(
            tex=r"h_t - h_{t+1} = \frac{u_t\,(1-u_t)\,(p-r)^2}{1-h_t}",
            left=_hazard(_t) - _hazard(_t + 1),
            right=_left * (1 - _left) * (_p - _r) ** 2 / (1 - _hazard(_t)),
            reason="From trial to trial it falls by the variance of the chances among the tasks that are left, divided "
            "by the share that fails. Both kinds alike: no variance, no fall.",
        ),
        Inequality(
            tex=r"h_{t+1} \le h_t",
            left=_hazard(_t + 1),
            sense="<=",
            right=_hazard(_t),
            reason="A variance is never negative. So the gain falls although every try is as good as the first.",
            algebra=False,
            question="Can the gain among the tasks that are left rise, if the tries are independent?",
            mistakes=(Mistake(_p, "That is the gain if only easy tasks were left. They are the first to leave."),),
        ),
        Limit(
            tex=r"\lim_{t\to\infty} h_t = r",
            left=_hazard(_t),
            of="t",
            to=sympy.oo,
            right=_r,
            reason="In the end only hard tasks are tried.",
            question="Where does the gain end?",
            mistakes=(
                Mistake(sympy.Integer(0), "Hard tasks keep their chance. It would be 0 for tasks that cannot succeed."),
            ),
        ),
    ),
    plot=Plot(over="t", lines={2: "gain among the tasks that are left"}, label="share", low=0, high=1),
)

"""Derivations of the part Reliability."""

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
    Solution,
    Special,
    Symbol,
)

_N = Symbol("n", "trials recorded", 12, 30, integer=True, start=16)
_C = Symbol("c", "of them successes", 6, 11, integer=True, start=10)
_K = Symbol("k", "trials that must all succeed", 2, 6, integer=True, start=4)
_P = Symbol("p", "chance that one trial succeeds", 0.01, 0.99, start=0.6)
_i = sympy.Symbol("i", integer=True, nonnegative=True)
_n, _c, _k, _p = _N.expr, _C.expr, _K.expr, _P.expr
_chance = binomial(_n, _i) * _p**_i * (1 - _p) ** (_n - _i)

every_time = Derivation(
    id="every-time",
    title="Why counting sets of successes estimates pass^k without bias",
    symbols=(_N, _C, _K, _P),
    steps=(
        Definition(
            tex=r"\hat R = \binom{c}{k} \Big/ \binom{n}{k}",
            right=binomial(_c, _k) / binomial(_n, _k),
            reason="Of all sets of k recorded trials, the share that holds successes only.",
            question="Which share of the sets of k recorded trials holds successes only?",
            mistakes=(
                Mistake((_c / _n) ** _k, "This may take the same trial twice; its mean is too high."),
                Mistake(
                    1 - binomial(_n - _c, _k) / binomial(_n, _k), "This is the share with at least one success: pass@k."
                ),
            ),
        ),
        Equality(
            tex=r"\binom{n}{c}\binom{c}{k} \Big/ \binom{n}{k} = \binom{n-k}{c-k}",
            left=binomial(_n, _c) * binomial(_c, _k) / binomial(_n, _k),
            right=binomial(_n - _k, _c - _k),
            reason="Choosing c successes and k among them is choosing the k first, and then the other c − k.",
            algebra=False,
        ),
        Definition(
            tex=r"\mathrm{E}\,\hat R = \sum_{i=0}^{n} \binom{n}{i} p^i (1-p)^{n-i} \binom{i}{k} \Big/ \binom{n}{k}",
            right=Sum(_chance * binomial(_i, _k) / binomial(_n, _k), (_i, 0, _n)),
            reason="The mean over how many of n trials succeed.",
        ),
        Equality(
            tex=r"\mathrm{E}\,\hat R = p^k \sum_{i=k}^{n} \binom{n-k}{i-k} p^{i-k} (1-p)^{n-i}",
            right=_p**_k * Sum(binomial(_n - _k, _i - _k) * _p ** (_i - _k) * (1 - _p) ** (_n - _i), (_i, _k, _n)),
            reason="Put the second line in; p^k stands before the sum.",
            algebra=False,
        ),
        Equality(
            tex=r"\mathrm{E}\,\hat R = p^k",
            right=_p**_k,
            reason="The sum is (p + 1 − p)^(n−k), which is 1: the estimate is right on average, for every k up to n.",
            question="What is the sum of all chances of a binomial distribution, and so what is left?",
            mistakes=(
                Mistake(_p**_n, "The n has gone: k trials must succeed, not n."),
                Mistake(1 - (1 - _p) ** _k, "This is pass@k: at least one of k."),
            ),
        ),
        Inequality(
            tex=r"\mathrm{E}\left[\left(\tfrac{c}{n}\right)^k\right] \ge p^k",
            left=Sum(_chance * (_i / _n) ** _k, (_i, 0, _n)),
            sense=">=",
            right=_p**_k,
            reason="The power of c/n is too high on average, because x^k bends upwards.",
            algebra=False,
        ),
    ),
    plot=Plot(over="p", lines={5: "pass^k"}, label="chance", low=0, high=1),
)

_I = Symbol("i", "successes of a task", 6, 10, integer=True, start=8)
_J = Symbol("j", "successes asked for", 1, 3, integer=True, start=2)
_M = Symbol("k", "trials in a set", 4, 6, integer=True, start=4)
_m = sympy.Symbol("m", integer=True, nonnegative=True)
_X = Symbol("x", "weight of each further success", 0.1, 1, start=0.5)
_succ, _j, _set, _x = _I.expr, _J.expr, _M.expr, _X.expr
_added = Sum((-_x) ** (_m - _j) * binomial(_m, _j) * binomial(_succ, _m), (_m, _j, _succ))

back_to_tasks = Derivation(
    id="back-to-tasks",
    title="Why alternating sums of sets count tasks",
    symbols=(_I, _J, _M, _X),
    steps=(
        Definition(
            tex=r"D(x) = \sum_{m=j}^{i} (-x)^{m-j} \binom{m}{j} \binom{i}{m}",
            right=_added,
            reason="A task with i successes has C(i, m) sets of m successes. At x = 1, D is what it adds to the sum "
            "for j.",
        ),
        Equality(
            tex=r"\binom{k}{j}\binom{i}{k} = \binom{i}{j}\binom{i-j}{k-j}",
            left=binomial(_set, _j) * binomial(_succ, _set),
            right=binomial(_succ, _j) * binomial(_succ - _j, _set - _j),
            reason="Choosing k of i and then j of the k is choosing the j first, and then the other k − j.",
            algebra=False,
            question="Choose the j first. Which product of two binomial coefficients is this?",
            mistakes=(
                Mistake(
                    binomial(_succ, _j) * binomial(_succ, _set - _j), "The j are gone: i − j are left to choose from."
                ),
                Mistake(binomial(_set, _j) * binomial(_succ - _j, _set - _j), "The j are chosen among all i."),
            ),
        ),
        Equality(
            tex=r"D(x) = \binom{i}{j} \sum_{m=0}^{i-j} \binom{i-j}{m} (-x)^m",
            left=_added,
            right=binomial(_succ, _j) * Sum(binomial(_succ - _j, _m) * (-_x) ** _m, (_m, 0, _succ - _j)),
            reason="Put the second line in, and count from the j on.",
            algebra=False,
        ),
        Equality(
            tex=r"D(x) = \binom{i}{j} (1 - x)^{i-j}",
            right=binomial(_succ, _j) * (1 - _x) ** (_succ - _j),
            reason="The sum is a binomial formula.",
            algebra=False,
            question="Which power is the sum?",
            mistakes=(
                Mistake(binomial(_succ, _j) * (1 + _x) ** (_succ - _j), "The signs alternate: −x, not x."),
                Mistake(binomial(_succ, _j) * (1 - _x) ** _succ, "The j are gone: i − j are left."),
            ),
        ),
        Special(
            tex=r"D(1) = 0 \quad (i > j)",
            at={"x": 1},
            right=sympy.Integer(0),
            reason="A power of 0. With i = j there is one term, 1, and with i < j none: only tasks with exactly j "
            "successes are counted, once each.",
        ),
    ),
)

_A = Symbol("a", "mean of p over the problems", 0.4, 0.6, start=0.5)
_V = Symbol("v", "variance of p over the problems", 0.05, 0.15, start=0.1)
_R = Symbol("n", "samples of a problem", 2, 64, log=True, start=4)
_B = Symbol("m", "problems", 10, 2000, integer=True, log=True, start=100)
_T = Symbol("t", "what a new problem costs, in samples", 10, 400, log=True, start=20)
_a, _v, _r, _b, _t = _A.expr, _V.expr, _R.expr, _B.expr, _T.expr
_rest = _a - _a**2 - _v

problems_and_samples = Derivation(
    id="problems-and-samples",
    title="Why the variance of a benchmark has two parts",
    symbols=(_A, _V, _R, _B, _T),
    steps=(
        Definition(
            tex=r"\mathrm{Var}\,x = a - a^2",
            right=_a - _a**2,
            reason="One sample of a problem that is drawn at random is 0 or 1, with mean a.",
            question="What is the variance of a number that is 1 with chance a and else 0?",
        ),
        Definition(
            tex=r"\mathrm{Cov}(x, x') = v",
            right=_v,
            reason="Two samples of one problem share its p. Given p they are independent, so the mean of their product "
            "is the mean of p², and minus a² that is the variance of p.",
            question="Two samples of the same problem: what is their covariance?",
            mistakes=(
                Mistake(
                    sympy.Integer(0), "They are independent only given p. Drawn with the problem they go together."
                ),
                Mistake(_a - _a**2, "This is the variance of one sample. Two samples of a problem can differ."),
            ),
        ),
        Equality(
            tex=r"\mathrm{Var}\,\bar x = \frac{n\,(a - a^2) + n(n-1)\,v}{n^2} = v + \frac{a - a^2 - v}{n}",
            left=(_r * (_a - _a**2) + _r * (_r - 1) * _v) / _r**2,
            right=_v + _rest / _r,
            reason="The mean of n samples of one problem: n variances and n(n − 1) covariances.",
            question="What is the variance of the mean of n samples of one problem?",
            mistakes=(
                Mistake((_a - _a**2) / _r, "This leaves out the covariances: the samples share the problem."),
                Mistake(_v + (_a - _a**2) / _r, "The covariances are n(n − 1), not n²."),
            ),
        ),
        Equality(
            tex=r"\mathrm{E}[p(1-p)] = a - a^2 - v",
            left=_a - (_v + _a**2),
            right=_rest,
            reason="The mean of p² is v + a². So what is divided by n is the mean of p(1 − p).",
        ),
        Definition(
            tex=r"S = \frac{v}{m} + \frac{a - a^2 - v}{m\,n}",
            right=_v / _b + _rest / (_b * _r),
            reason="Problems are drawn independently: the variance of their mean is that of one, divided by m.",
        ),
        Limit(
            tex=r"\lim_{n\to\infty} S = \frac{v}{m}",
            left=_v / _b + _rest / (_b * _r),
            of="n",
            to=sympy.oo,
            right=_v / _b,
            reason="However many samples of the same problems: this part stays.",
            question="What is left of S with endless samples?",
            mistakes=(
                Mistake(sympy.Integer(0), "The problems stay the same, and so does the chance of their choice."),
            ),
        ),
        Solution(
            tex=r"v - \frac{t\,(a - a^2 - v)}{n^2} = 0 \;\Rightarrow\; n = \sqrt{t\,\frac{a - a^2 - v}{v}}",
            equation=_v - _t * _rest / _r**2,
            of="n",
            right=sympy.sqrt(_t * _rest / _v),
            reason="A problem costs t samples before its first: m problems cost m(t + n). For a given sum, S is "
            "smallest where (v + (a − a² − v)/n)(t + n) is, and its slope is 0 there.",
        ),
    ),
    plot=Plot(over="n", lines={4: "variance", 5: "endless samples"}, label="variance of the mean", low=0, high=0.006),
)

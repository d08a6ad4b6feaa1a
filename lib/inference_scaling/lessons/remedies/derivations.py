"""Derivations of the part Remedies."""

from __future__ import annotations

import sympy
from sympy import Integral, log

from ...interactive.derivation import Definition, Derivation, Equality, Inequality, Limit, Mistake, Plot, Symbol

_N = Symbol("n", "samples", 2, 64, integer=True, log=True, start=8)
_U = Symbol("u", "rank of a sample among all samples, from 0 to 1", 0.02, 0.98, start=0.9)
_A = Symbol("a", "share of the samples that have the higher of two scores", 0.02, 0.9, start=0.2)
_n, _u, _a = _N.expr, _U.expr, _A.expr
_without = log(_n) - (_n - 1) / _n
_top = 1 - (1 - _a) ** _n
_tied = _top * log(_top / _a) + (1 - _top) * log((1 - _top) / (1 - _a))

how_far = Derivation(
    id="how-far",
    title="How far the best of n is from one sample",
    symbols=(_N, _U, _A),
    steps=(
        Definition(
            tex=r"f(u) = n\,u^{n-1}",
            right=_n * _u ** (_n - 1),
            reason="The rank of the picked sample is at most u if those of all n are, with chance uⁿ. This is its "
            "density; that of one sample is 1.",
            question="The picked sample has a rank of at most u with chance uⁿ. What is the density of its rank?",
            mistakes=(Mistake(_u**_n, "This is the chance itself. The density is its slope in u."),),
        ),
        Definition(
            tex=r"D = \int_0^1 n\,u^{n-1} \ln\!\left(n\,u^{n-1}\right) du",
            right=Integral(_n * _u ** (_n - 1) * (log(_n) + (_n - 1) * log(_u)), (_u, 0, 1)),
            reason="The KL divergence: the mean of the logarithm of the density, over the picked sample.",
        ),
        Equality(
            tex=r"D = \ln n + (n-1) \int_0^1 n\,u^{n-1} \ln u\,du",
            right=log(_n) + (_n - 1) * Integral(_n * _u ** (_n - 1) * log(_u), (_u, 0, 1)),
            reason="The logarithm of a product is a sum, and the density has the integral 1.",
        ),
        Equality(
            tex=r"\int_0^1 n\,u^{n-1} \ln u\,du = -\frac1n",
            left=Integral(_n * _u ** (_n - 1) * log(_u), (_u, 0, 1)),
            right=-1 / _n,
            reason="By parts: uⁿ ln u is 0 at both ends, and the integral of uⁿ/u is 1/n.",
        ),
        Equality(
            tex=r"D = \ln n - \frac{n-1}{n}",
            left=log(_n) + (_n - 1) * (-1 / _n),
            right=_without,
            reason="Put the last line in. No score ties, so that each rank is one sample.",
            question="What is D, then?",
            mistakes=(
                Mistake(log(_n), "The mean of ln u is not 0: the picked sample is not always the very best."),
                Mistake(log(_n) + (_n - 1) / _n, "ln u is negative between 0 and 1."),
            ),
        ),
        Definition(
            tex=r"P = 1 - (1-a)^n",
            right=_top,
            reason="Now scores that tie: only two of them, and a share a of the samples has the higher one. So often "
            "has the picked sample the higher score.",
            question="How often does the best of n have the higher score?",
            mistakes=(Mistake(_a**_n, "Then all n would have it. One is enough."),),
        ),
        Definition(
            tex=r"D' = P \ln\frac{P}{a} + (1-P) \ln\frac{1-P}{1-a}",
            right=_tied,
            reason="Samples of one score are picked equally often, so that only the chances of the two scores change.",
        ),
        Inequality(
            tex=r"D' \le D",
            left=_tied,
            sense="<=",
            right=_without,
            reason="Ties bring the picked sample nearer to the model: the density n uⁿ⁻¹ is replaced by its mean over "
            "each set of ties, and x ln x bends upwards.",
            algebra=False,
        ),
        Limit(
            tex=r"\lim_{n\to\infty} D' = -\ln a",
            left=_tied,
            of="n",
            to=sympy.oo,
            right=-log(_a),
            reason="In the end every picked sample has the higher score. Without ties D grows for ever.",
            question="Where does D′ end with endless samples?",
            mistakes=(Mistake(-log(1 - _a), "That is the other score: picked samples end at the higher one."),),
        ),
    ),
    plot=Plot(over="n", lines={5: "no ties", 7: "two scores"}, label="nats", low=0, high=4),
)

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

_P = Symbol("p", "chance that one answer is right", 0.02, 0.4, start=0.1)
_F = Symbol("F", "share of wrong answers above the cut", 0.02, 0.4, start=0.1)
_T = Symbol("T", "share of right answers above the cut", 0.1, 0.95, start=0.5)
_B = Symbol("b", "chance to be right where no answer lies above the cut", 0.01, 0.3, start=0.05)
_p, _f, _t, _b = _P.expr, _F.expr, _T.expr, _B.expr
_above = _p * _t + (1 - _p) * _f
_some = 1 - (1 - _above) ** _n
_cut = _some * _p * _t / _above + (1 - _some) * _b

cut_scores = Derivation(
    id="cut-scores",
    title="A cut on the scores, and rejection with its threshold",
    symbols=(_P, _F, _T, _B, _N),
    steps=(
        Definition(
            tex=r"a = p\,T + (1-p)\,F",
            right=_above,
            reason="So large a share of all answers lies above the cut: right ones and wrong ones.",
            question="Which share of all answers lies above the cut?",
            mistakes=(Mistake(_t + _f, "Shares of different kinds: weigh them by how common each kind is."),),
        ),
        Definition(
            tex=r"P = 1 - (1-a)^n",
            right=_some,
            reason="The chance that at least one of n answers lies above the cut.",
        ),
        Definition(
            tex=r"C = P\,\frac{p\,T}{a} + (1-P)\,b",
            right=_cut,
            reason="All above the cut tie, so a random one of them is handed in: right with chance pT/a. Where there "
            "is none, what is handed in is right with chance b.",
            question="How often is the best of n right, if all above the cut tie?",
            mistakes=(Mistake(_some * _t + (1 - _some) * _b, "T is the share among right answers, not among all."),),
        ),
        Equality(
            tex=r"p\,T\,\frac{1-(1-a)^n}{1-(1-a)} = P\,\frac{p\,T}{a}",
            left=_p * _t * _some / (1 - (1 - _above)),
            right=_some * _p * _t / _above,
            reason="Now draw one after the other and stop at the first above the cut. It is draw j, and right, with "
            "chance (1 − a)^(j − 1) pT. The sum over j up to n is the same part of C; the other part is, too.",
        ),
        Definition(
            tex=r"m = \frac{1-(1-a)^n}{a}",
            right=_some / _above,
            reason="Draw j is made if none before it lies above the cut: the mean number of draws is the sum of "
            "(1 − a)^(j − 1).",
            question="How many draws does that take on average?",
            mistakes=(Mistake(1 / _above, "That is without a limit on the draws. Here they end at n."),),
        ),
        Inequality(
            tex=r"m \le n",
            left=_some / _above,
            sense="<=",
            right=_n,
            reason="Each of the n terms is at most 1.",
            algebra=False,
        ),
        Limit(
            tex=r"\lim_{n\to\infty} C = \frac{p\,T}{a}",
            left=_cut,
            of="n",
            to=sympy.oo,
            right=_p * _t / _above,
            reason="In the end some answer lies above the cut. What is left is how often such an answer is right.",
            question="Where does C end with endless samples?",
            mistakes=(
                Mistake(_t / (_t + _f), "That would be so for p = 1/2. Wrong answers are more common."),
                Mistake(sympy.Integer(1), "Wrong answers lie above the cut, too, and a random one is handed in."),
            ),
        ),
        Equality(
            tex=r"C_{n+1} - C_n = a\,(1-a)^n \left(\frac{p\,T}{a} - b\right)",
            left=_cut.subs(_n, _n + 1) - _cut,
            right=_above * (1 - _above) ** _n * (_p * _t / _above - _b),
            reason="One answer more changes something only where it is the first above the cut. While b stays the "
            "same, it helps exactly where answers above the cut are right more often than what is handed in below it.",
        ),
    ),
    plot=Plot(over="n", lines={2: "tied above the cut", 6: "its end"}, label="chance to be right", low=0, high=0.6),
)

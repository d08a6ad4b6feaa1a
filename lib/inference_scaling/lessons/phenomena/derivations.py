"""Derivations of the part Phenomena."""

import sympy
from sympy import Integral, beta, gamma

from ...interactive.derivation import (
    BoundedApproximation,
    Definition,
    Derivation,
    Equality,
    Form,
    Inequality,
    Limit,
    Mistake,
    Plot,
    Solution,
    Special,
    Symbol,
)

_A = Symbol("a", "weight near p = 0 (small a: many hard problems)", 0.5, 3, start=0.7)
_B = Symbol("b", "weight near p = 1", 0.5, 10, start=1.7)
_K = Symbol("k", "samples allowed", 1, 1000, integer=True, log=True, start=64)
_x = sympy.Symbol("x", positive=True)
a, b, k = _A.expr, _B.expr, _K.expr
_ratio = gamma(a + b) * gamma(b + k) / (gamma(b) * gamma(a + b + k))
_tail = gamma(a + b) / gamma(b)

power_law_tail = Derivation(
    id="power-law-tail",
    title="A benchmark of easy and hard problems fails by a power law",
    symbols=(_A, _B, _K),
    steps=(
        Definition(
            tex=r"F = \frac{1}{B(a,b)} \int_0^1 x^{a-1} (1-x)^{b+k-1}\,dx",
            right=Integral(_x ** (a - 1) * (1 - _x) ** (b + k - 1), (_x, 0, 1)) / beta(a, b),
            reason="The mean of (1 − x)^k over problems whose chances x follow a beta distribution.",
        ),
        Equality(
            tex=r"F = \frac{B(a, b+k)}{B(a, b)}",
            right=beta(a, b + k) / beta(a, b),
            reason="The integral is a beta function again.",
            question="Which beta function is the integral?",
            mistakes=(
                Mistake(beta(a + k, b) / beta(a, b), "This is the mean of x^k: all samples right."),
                Mistake(1 - beta(a, b + k) / beta(a, b), "This is coverage; F is the failures."),
            ),
        ),
        Equality(
            tex=r"F = \frac{\Gamma(a+b)\,\Gamma(b+k)}{\Gamma(b)\,\Gamma(a+b+k)}",
            right=_ratio,
            reason="A beta function is a quotient of gamma functions; Γ(a) cancels.",
        ),
        Limit(
            tex=r"\lim_{k \to \infty} k^a F = \frac{\Gamma(a+b)}{\Gamma(b)}",
            left=k**a * _ratio,
            of="k",
            to=sympy.oo,
            right=_tail,
            reason="Γ(b + k)/Γ(a + b + k) falls like k^(−a).",
        ),
        BoundedApproximation(
            tex=r"F \approx \frac{\Gamma(a+b)}{\Gamma(b)}\,k^{-a}",
            left=_ratio,
            right=_tail * k**-a,
            least=0,
            most=_tail * k**-a * a * (a + 2 * b - 1) / (2 * k),
            bound_tex=r"0 \;\le\; \frac{\Gamma(a+b)}{\Gamma(b)}k^{-a} - F \;\le\; "
            r"\frac{\Gamma(a+b)}{\Gamma(b)}k^{-a}\,\frac{a(a+2b-1)}{2k}",
            reason="A power law with exponent a: each problem's failures fall exponentially, the benchmark's do not.",
        ),
    ),
    plot=Plot(over="k", lines={2: "failures", 5: "power law"}, label="share failed", low=1e-3, high=1, log=True),
)

_P = Symbol("p", "chance that one sample is right", 0.02, 0.98, start=0.1)
_N = Symbol("k", "samples allowed", 1, 1000, integer=True, log=True, start=16)
_V = Symbol("v", "area under the ROC curve", 0.55, 0.8, start=0.7)
_SLOPE = Symbol("l", "first slope of the ROC curve", 2.5, 20, start=9)
_u = sympy.Symbol("u", positive=True)
p, n, v, slope = _P.expr, _N.expr, _V.expr, _SLOPE.expr
# A curve of two straight pieces: any area with any first slope. Its corner lies at (c, slope * c).
_corner = (2 * v - 1) / (slope - 1)
_steep = 1 - p + slope * p
_below = 1 - _steep * _corner
_two_pieces = 1 - (1 - p) * ((1 - _below**n) / _steep + (1 - _corner) * _below ** (n - 1))
_forever = slope * p / (slope * p + 1 - p)

best_of_n_any_roc = Derivation(
    id="best-of-n-any-roc",
    title="Best-of-N: the area decides for two samples, the first slope for very many",
    symbols=(_P, _N, _V, _SLOPE),
    steps=(
        Definition(
            tex=r"A_k = 1 - k(1-p) \int_0^1 \psi(F)^{k-1}\,dF, \quad \psi(F) = (1-p)(1-F) + p\,(1-T(F))",
            right=1
            - n
            * (1 - p)
            * (
                Integral((1 - _steep * _u) ** (n - 1), (_u, 0, _corner))
                + Integral((_below * (1 - _u) / (1 - _corner)) ** (n - 1), (_u, _corner, 1))
            ),
            reason="A wrong sample above a share F of the wrong ones is on top when all k − 1 others stay below it. "
            "This holds for every ROC curve T; the values are those of two straight pieces, of area v and first "
            "slope l, that meet at F = c.",
        ),
        Equality(
            tex=r"A_k = 1 - (1-p)\left[\frac{1 - b^k}{1-p+lp} + (1-c)\,b^{k-1}\right], \quad "
            r"c = \frac{2v-1}{l-1}, \; b = 1 - (1-p+lp)\,c",
            right=_two_pieces,
            algebra=False,
            reason="On each piece ψ is straight, so its powers integrate to powers; b is ψ at the corner.",
        ),
        Special(
            tex=r"A_2 = 1 - (1-p)\,(c + b)",
            at={"k": 2},
            right=1 - (1 - p) * (_corner + _below),
            reason="Two samples: 1 − b² is (1 − b)(1 + b), and 1 − b is c times the quotient's denominator.",
        ),
        Equality(
            tex=r"A_2 = p^2 + 2p(1-p)\,v",
            right=p**2 + 2 * p * (1 - p) * v,
            reason="c + b is 1 − p(2v − 1): the slope has gone. Both right, or one right and ranked first.",
            question="Which line in p and the area v is this, with no slope left?",
            mistakes=(
                Mistake(v * (1 - (1 - p) ** 2), "Area times coverage forgets that both may be right."),
                Mistake(2 * p * (1 - p) * v, "Two right samples are missing."),
                Mistake(p**2 + p * (1 - p) * v, "The right one may be the first or the second."),
            ),
            form=Form(avoids=("l",), says="Right, but the slope l is still in it: put c and b in, and it cancels."),
        ),
        Limit(
            tex=r"\lim_{k \to \infty} A_k = \frac{l p}{l p + 1 - p}",
            left=_two_pieces,
            of="k",
            to=sympy.oo,
            near=(1e2, 1e3, 1e4),
            algebra=False,
            right=_forever,
            reason="b is below 1, so its powers vanish. Now the area has gone: the first slope alone is left.",
            question="What is left for very many samples?",
            mistakes=(
                Mistake(slope * p, "Divide by everything at the top, right or wrong."),
                Mistake(v * p / (v * p + 1 - p), "The area has gone with the powers of b; the first slope is left."),
                Mistake(1 - (1 - p) / slope, "The quotient's denominator is 1 − p + lp."),
            ),
        ),
    ),
    plot=Plot(over="k", lines={2: "best-of-N", 5: "its limit"}, label="chance", low=0, high=1),
)

_Q = Symbol("q", "chance that a step is right", 0.7, 0.99, start=0.9)
_D = Symbol("d", "steps until an error shows", 1, 48, integer=True, start=4)
_L = Symbol("L", "steps of a solution", 12, 48, integer=True, start=24)
_T = Symbol("T", "expected steps for one block", 1, 1e10, log=True)
q, d, length, T = _Q.expr, _D.expr, _L.expr, _T.expr

early_sight = Derivation(
    id="early-sight",
    title="What it is worth to see an error early",
    symbols=(_Q, _D, _L, _T),
    steps=(
        Definition(
            tex=r"P = q^d",
            right=q**d,
            reason="A block of d independent steps is right when each of them is.",
        ),
        Solution(
            tex=r"T = d + (1 - q^d)\,T \;\Rightarrow\; T = d\,q^{-d}",
            equation=T - d - (1 - q**d) * T,
            of="T",
            right=d * q**-d,
            reason="Every try costs d steps; after a failed one we stand where we began.",
            question="How many steps does a block cost on average, failed tries included?",
            mistakes=(
                Mistake(d / q, "All d steps must be right: q^d, not q."),
                Mistake(q**-d, "These are the tries; each costs d steps."),
                Mistake(d * q**d, "Turned upside down: rarer success costs more."),
            ),
        ),
        Equality(
            tex=r"W = \frac{L}{d}\,T = L\,q^{-d}",
            left=length / d * (d * q**-d),
            right=length * q**-d,
            reason="L/d blocks one after another, when d divides L.",
            question="And what do all L/d blocks cost?",
            mistakes=(
                Mistake(length * q**-length, "Only a block is repeated, not the whole solution."),
                Mistake(length / q, "This is the best case, d = 1."),
                Mistake(length * d * q**-d, "There are L/d blocks, so the d cancels."),
            ),
        ),
        Special(
            tex=r"W = L\,q^{-1} \quad (d = 1)",
            at={"d": 1},
            right=length / q,
            reason="Each error shows at once: linear in the length.",
        ),
        Special(
            tex=r"W = L\,q^{-L} \quad (d = L)",
            left=length * q**-d,
            at={"d": length},
            right=length * q**-length,
            reason="Errors show at the end only, as in best-of-N: exponential in the length.",
        ),
        Inequality(
            tex=r"L\,q^{-1} \le L\,q^{-d}",
            left=length / q,
            sense="<=",
            right=length * q**-d,
            algebra=False,
            reason="Sooner is never dearer, if looking is free.",
        ),
    ),
    plot=Plot(over="d", lines={3: "expected steps", 4: "seen at once"}, label="steps", low=10, high=1e5, log=True),
)

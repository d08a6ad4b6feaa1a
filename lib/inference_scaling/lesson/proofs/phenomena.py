"""Derivations of the part Phenomena."""

import sympy
from sympy import Integral, beta, gamma

from ..derivation import (
    Approximation,
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
        Approximation(
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

"""Derivations of the part Setup."""

import sympy
from sympy import Integral, Sum, binomial, exp, log

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
    Special,
    Symbol,
)

_P = Symbol("p", "chance that one sample is right", 1e-4, 0.5, log=True, start=0.02)
_K = Symbol("k", "samples allowed", 1, 2000, integer=True, log=True, start=64)
p, k = _P.expr, _K.expr

small_chances = Derivation(
    id="small-chances",
    title="Two short forms of coverage, and how far off they are",
    symbols=(_P, _K),
    steps=(
        Definition(
            tex=r"C = 1 - (1-p)^k",
            right=1 - (1 - p) ** k,
            reason="Coverage: at least one of k independent samples is right.",
        ),
        Equality(
            tex=r"C = 1 - e^{k \ln(1-p)}",
            right=1 - exp(k * log(1 - p)),
            reason="A power is an exponential of a logarithm; computers prefer this form for tiny p.",
            question="How does this read as an exponential?",
            mistakes=(
                Mistake(1 - exp(-k * p), "This is the approximation for small p, the next line."),
                Mistake(exp(k * log(1 - p)), "This is the chance that all are wrong."),
            ),
            form=Form(
                uses=("exp", "ln"), avoids=("^",), says="Right, and not yet an exponential of a logarithm alone."
            ),
        ),
        BoundedApproximation(
            tex=r"C \approx 1 - e^{-kp}",
            right=1 - exp(-k * p),
            least=-k * p**2 * exp(-k * p),
            most=0,
            bound_tex=r"-\,k p^2 e^{-kp} \;\le\; \left(1 - e^{-kp}\right) - C \;\le\; 0",
            algebra=False,
            reason="ln(1 − p) is about −p. The short form is too small, by at most kp² times e^(−kp).",
            question="Which exponential is close for small p?",
            mistakes=(
                Mistake(exp(-k * p), "This approximates the chance that all are wrong."),
                Mistake(1 - exp(k * p), "The sign: ln(1 − p) is about −p."),
                Mistake(k * p, "One approximation further: the next line."),
            ),
        ),
        BoundedApproximation(
            tex=r"C \approx k p",
            left=1 - (1 - p) ** k,
            right=k * p,
            least=0,
            most=k * (k - 1) / 2 * p**2,
            bound_tex=r"0 \;\le\; kp - C \;\le\; \tfrac12 k(k-1)\,p^2",
            algebra=False,
            reason="While kp is far below 1, hits hardly ever coincide: each sample adds p.",
            question="And while kp is far below 1?",
            mistakes=(
                Mistake(p, "This is one sample; k of them have k chances."),
                Mistake(p**k, "This is the chance that all are right."),
            ),
        ),
    ),
    plot=Plot(over="k", lines={2: "coverage", 3: "1 − exp(−kp)", 4: "kp"}, label="chance", low=0, high=1),
)

_N = Symbol("n", "samples recorded", 20, 40, integer=True, start=30)
_C = Symbol("c", "of them right", 0, 20, integer=True, start=5)
_KN = Symbol("k", "samples allowed", 1, 20, integer=True, start=8)
_PN = Symbol("p", "chance that one sample is right", 0.01, 0.99, start=0.2)
_i = sympy.Symbol("i", integer=True, nonnegative=True)
_n, _c, _k, _p = _N.expr, _C.expr, _KN.expr, _PN.expr
_chance = binomial(_n, _i) * _p**_i * (1 - _p) ** (_n - _i)
_mean = Sum(_chance * (1 - binomial(_n - _i, _k) / binomial(_n, _k)), (_i, 0, _n))

unbiased_estimate = Derivation(
    id="unbiased-estimate",
    title="Why counting subsets estimates coverage without bias",
    symbols=(_N, _C, _KN, _PN),
    steps=(
        Definition(
            tex=r"\hat C = 1 - \binom{n-c}{k} \Big/ \binom{n}{k}",
            right=1 - binomial(_n - _c, _k) / binomial(_n, _k),
            reason="Of all sets of k recorded samples, the share that holds at least one right one.",
            question="Which share of the sets of k recorded samples holds a right one?",
            mistakes=(
                Mistake(1 - (1 - _c / _n) ** _k, "This draws with replacement; its mean is too low."),
                Mistake(binomial(_n - _c, _k) / binomial(_n, _k), "This is the share without a right one."),
            ),
        ),
        Equality(
            tex=r"\binom{n}{c}\binom{n-c}{k} \Big/ \binom{n}{k} = \binom{n-k}{c}",
            left=binomial(_n, _c) * binomial(_n - _c, _k) / binomial(_n, _k),
            right=binomial(_n - _k, _c),
            reason="Choosing c right ones and then k wrong ones is choosing the k first and then the c.",
            algebra=False,
        ),
        Definition(
            tex=r"\mathrm{E}\,\hat C = \sum_{i=0}^{n} \binom{n}{i} p^i (1-p)^{n-i} "
            r"\left[1 - \binom{n-i}{k} \Big/ \binom{n}{k}\right]",
            right=_mean,
            reason="The mean over how many of n samples come out right.",
        ),
        Equality(
            tex=r"\mathrm{E}\,\hat C = 1 - (1-p)^k \sum_{i=0}^{n-k} \binom{n-k}{i} p^i (1-p)^{n-k-i}",
            right=1
            - (1 - _p) ** _k * Sum(binomial(_n - _k, _i) * _p**_i * (1 - _p) ** (_n - _k - _i), (_i, 0, _n - _k)),
            reason="Put the second line in; (1 − p)^k stands before the sum.",
        ),
        Equality(
            tex=r"\mathrm{E}\,\hat C = 1 - (1-p)^k",
            right=1 - (1 - _p) ** _k,
            reason="The sum is (p + 1 − p)^(n−k), which is 1. So the estimate is right on average, "
            "for every k up to n.",
            question="What is the sum of all chances of a binomial distribution, and so what is left?",
            mistakes=(
                Mistake((1 - _p) ** _k, "This is the chance that all k are wrong."),
                Mistake(1 - (1 - _p) ** _n, "The n has gone: k samples are allowed, not n."),
            ),
        ),
        Inequality(
            tex=r"\mathrm{E}\left[1 - \left(1 - \tfrac{c}{n}\right)^k\right] \le 1 - (1-p)^k",
            left=Sum(_chance * (1 - (1 - _i / _n) ** _k), (_i, 0, _n)),
            sense="<=",
            right=1 - (1 - _p) ** _k,
            reason="Putting c/n in for p is too low on average, because the curve bends.",
        ),
    ),
)

_Q = Symbol("p", "chance that one sample is right", 0.02, 0.98, start=0.1)
_L = Symbol("l", "slope of the ROC at its beginning", 1.2, 8, start=4)
_KB = Symbol("k", "samples allowed", 1, 200, integer=True, log=True, start=16)
_u = sympy.Symbol("u", positive=True)
q, slope, kb = _Q.expr, _L.expr, _KB.expr
_law = 1 - kb * (1 - q) * Integral(((1 - q) * _u + q * _u**slope) ** (kb - 1), (_u, 0, 1))
_end = slope * q / (slope * q + 1 - q)

best_of_n = Derivation(
    id="best-of-n",
    title="Best-of-N from an ROC curve: two samples, and very many",
    symbols=(_Q, _L, _KB),
    steps=(
        Definition(
            tex=r"A_k = 1 - k(1-p) \int_0^1 \left[(1-p)\,u + p\,u^{l}\right]^{k-1} du",
            right=_law,
            reason="The law of best-of-N for the ROC 1 − T = (1 − F)^l, with u = 1 − F: a wrong sample is on top "
            "when all k − 1 others stay below it.",
        ),
        Special(
            tex=r"A_2 = 1 - 2(1-p)\left[\frac{1-p}{2} + \frac{p}{l+1}\right]",
            at={"k": 2},
            right=1 - 2 * (1 - q) * ((1 - q) / 2 + q / (slope + 1)),
            reason="Two samples: the integrand is a sum of two powers.",
        ),
        Equality(
            tex=r"A_2 = p^2 + 2p(1-p)\,\frac{l}{l+1}",
            right=q**2 + 2 * q * (1 - q) * slope / (slope + 1),
            reason="Both right, or one right and ranked first: l/(l + 1) is the area under this ROC curve.",
            question="How does this read with the chance that both are right, and the area l/(l + 1)?",
            mistakes=(
                Mistake(
                    slope / (slope + 1) * (1 - (1 - q) ** 2), "Area times coverage forgets that both may be right."
                ),
                Mistake(2 * q * (1 - q) * slope / (slope + 1), "Two right samples are missing."),
                Mistake(q**2 + q * (1 - q) * slope / (slope + 1), "The right one may be the first or the second."),
            ),
        ),
        Limit(
            tex=r"\lim_{k \to \infty} A_k = \frac{l p}{l p + 1 - p}",
            left=_law,
            of="k",
            to=sympy.oo,
            near=(1e2, 1e3, 1e4),
            right=_end,
            reason="With very many samples only the very best scores count, and there right ones are l times as dense.",
        ),
        Equality(
            tex=r"\frac{A_\infty}{1 - A_\infty} = l\,\frac{p}{1-p}",
            left=_end / (1 - _end),
            right=slope * q / (1 - q),
            reason="In odds: the verifier multiplies them by the slope at the beginning, and by nothing else.",
            question="What are the odds of the limit?",
            mistakes=(
                Mistake(q / (1 - q), "These are the odds without a verifier."),
                Mistake(slope * q, "Odds divide by the chance of being wrong."),
                Mistake(q / (slope * (1 - q)), "Turned upside down: a steep beginning helps."),
            ),
        ),
    ),
    plot=Plot(over="k", lines={1: "best-of-N", 4: "its limit"}, label="chance", low=0, high=1),
)

_S = Symbol("q", "chance that a step is right", 0.3, 0.99, start=0.9)
_R = Symbol("r", "how much oftener a right step passes than a wrong one", 1, 50, log=True, start=5)
_LEN = Symbol("L", "steps of a solution", 1, 40, integer=True, start=10)
s, r, length = _S.expr, _R.expr, _LEN.expr
_step = s * r / (s * r + 1 - s)
_whole = s**length * r / (s**length * r + 1 - s**length)

step_verifier = Derivation(
    id="step-verifier",
    title="The same check at every step, or once at the end",
    symbols=(_S, _R, _LEN),
    steps=(
        Definition(
            tex=r"q' = \frac{q r}{q r + 1 - q}",
            right=_step,
            reason="Bayes' rule for a step that has passed the check.",
            question="How likely is a step right once it has passed?",
            mistakes=(
                Mistake(s * r, "Divide by everything that passes, right or wrong."),
                Mistake(s / (s + (1 - s) * r), "Turned round: right steps pass r times as often."),
            ),
        ),
        Equality(
            tex=r"\frac{q'}{1-q'} = r\,\frac{q}{1-q}",
            left=_step / (1 - _step),
            right=r * s / (1 - s),
            reason="A check multiplies the odds by r.",
            question="What does the check do to the odds?",
            mistakes=(
                Mistake(s / (1 - s), "These are the odds before the check."),
                Mistake(s / (1 - s) / r, "Turned upside down: passing speaks for the step."),
            ),
        ),
        Definition(
            tex=r"S = (q')^L = \left(\frac{q r}{q r + 1 - q}\right)^{L}",
            right=_step**length,
            reason="All L steps are right, each having passed its check.",
        ),
        Definition(
            tex=r"O = \frac{q^L r}{q^L r + 1 - q^L}",
            right=_whole,
            reason="One check of the same strength on the whole solution, right with chance q^L.",
        ),
        Inequality(
            tex=r"S \ge O",
            left=_step**length,
            sense=">=",
            right=_whole,
            algebra=False,
            reason="L checks beat one. The price: every step is checked, and failed steps are drawn again.",
        ),
        Special(
            tex=r"O = \frac{q r}{q r + 1 - q} \quad (L = 1)",
            left=_whole,
            at={"L": 1},
            right=s * r / (s * r + 1 - s),
            reason="For a single step they are the same.",
        ),
    ),
    plot=Plot(over="L", lines={3: "check each step", 4: "check at the end"}, label="chance", low=0, high=1),
)

"""Derivations of the part Theorem."""

import sympy
from sympy import Integral

from ...interactive.derivation import (
    BoundedApproximation,
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

_P = Symbol("p", "chance that one sample is right", 1e-3, 0.999, log=True, start=0.05)
_K = Symbol("k", "samples allowed", 1, 2000, integer=True, log=True, start=64)
_H = Symbol("h", "further samples", 0.01, 10000, log=True)
p, k, h = _P.expr, _K.expr, _H.expr

diminishing_returns = Derivation(
    id="diminishing-returns",
    title="From one try to the price of halving the failures",
    symbols=(_P, _K, _H),
    steps=(
        Definition(
            tex=r"F(k) = (1-p)^k",
            right=(1 - p) ** k,
            reason="All k samples are wrong. They are independent, so their chances multiply.",
            question="How likely is it that all k samples are wrong?",
        ),
        Definition(
            tex=r"C(k) = 1 - F(k) = 1 - (1-p)^k",
            right=1 - (1 - p) ** k,
            reason="Coverage: at least one is right whenever not all are wrong.",
            question="So how likely is at least one right answer?",
        ),
        Equality(
            tex=r"C(k) - C(k-1) = (1-p)^{k-1} - (1-p)^k",
            left=(1 - (1 - p) ** k) - (1 - (1 - p) ** (k - 1)),
            right=(1 - p) ** (k - 1) - (1 - p) ** k,
            reason="The gain of the k-th sample is a difference of two coverages; the ones cancel.",
            question="What does the k-th sample add?",
        ),
        Equality(
            tex=r"C(k) - C(k-1) = p\,(1-p)^{k-1}",
            right=p * (1 - p) ** (k - 1),
            reason="Take out the common factor. In words: the first k − 1 are wrong and the k-th is right.",
            question="Can you write the gain as one product?",
            mistakes=(
                Mistake(
                    -sympy.log(1 - p) * (1 - p) ** k, "This is the slope of the curve at k; the gain is a difference."
                ),
                Mistake(p * (1 - p) ** k, "This is the gain of the next sample, the one after the k-th."),
                Mistake(1 - (1 - p) ** k, "This is the coverage itself."),
            ),
        ),
        Solution(
            tex=r"(1-p)^{k+h} = \tfrac12\,(1-p)^k \;\Rightarrow\; h = \frac{\ln 2}{-\ln(1-p)}",
            equation=(1 - p) ** (k + h) - (1 - p) ** k / 2,
            of="h",
            right=sympy.log(2) / -sympy.log(1 - p),
            reason="Divide by (1 − p)^k: the k has gone. Halving the failures costs the same from wherever you stand.",
            question="How many more samples h halve the chance of failure?",
            mistakes=(
                Mistake(sympy.log(2) / sympy.log(1 - p), "The sign: ln(1 − p) is negative."),
                Mistake(k * sympy.log(2) / -sympy.log(1 - p), "This contains k, but the k divides out."),
                Mistake(sympy.log(2) / p, "This is the approximation for small p, the next line."),
            ),
        ),
        BoundedApproximation(
            tex=r"h \approx \frac{\ln 2}{p}",
            right=sympy.log(2) / p,
            least=sympy.log(2) / 2,
            most=sympy.log(2),
            bound_tex=r"\tfrac12\ln 2 \;\le\; \frac{\ln 2}{p} - h \;\le\; \ln 2",
            reason="For small p, −ln(1 − p) is about p. The short form is too large, but never by a whole sample.",
            question="What is h for small p?",
            mistakes=(
                Mistake(1 / p, "This is the average wait for a first success, not the price of a halving."),
                Mistake(p * sympy.log(2), "Turned upside down: rarer success costs more samples, not fewer."),
            ),
        ),
    ),
    plot=Plot(over="k", lines={1: "all wrong", 2: "coverage"}, label="chance", low=0, high=1),
)

_STEP = Symbol("h", "a small piece of a sample", 0, 1)
_small = _STEP.expr
_PD = Symbol("p", "chance that one sample is right", 1e-3, 0.99, log=True, start=0.05)
_KD = Symbol("k", "samples allowed", 1, 200, integer=True, log=True, start=8)
pd, kd = _PD.expr, _KD.expr
_slope = -sympy.log(1 - pd) * (1 - pd) ** kd
_gain = pd * (1 - pd) ** (kd - 1)

difference_and_derivative = Derivation(
    id="difference-and-derivative",
    title="The gain of a sample is a difference, not a derivative",
    symbols=(_PD, _KD, _STEP),
    steps=(
        Definition(
            tex=r"G = (1-p)^{k-1} - (1-p)^k",
            right=(1 - pd) ** (kd - 1) - (1 - pd) ** kd,
            reason="What the k-th sample adds to coverage.",
        ),
        Equality(
            tex=r"G = p\,(1-p)^{k-1}",
            right=_gain,
            reason="The first k − 1 are wrong and the k-th is right.",
            question="Can you write the gain as one product?",
            mistakes=(
                Mistake(_slope, "This is the slope of the curve, two lines below."),
                Mistake(pd * (1 - pd) ** kd, "This is the gain of the next sample."),
            ),
        ),
        Limit(
            tex=r"D = \lim_{h \to 0} \frac{(1-p)^k - (1-p)^{k+h}}{h} = -\ln(1-p)\,(1-p)^k",
            left=((1 - pd) ** kd - (1 - pd) ** (kd + _small)) / _small,
            of="h",
            to=0,
            side="above",
            right=_slope,
            reason="The slope of coverage at k, as if k could move by less than one.",
            question="And what is the slope of coverage at k?",
            mistakes=(
                Mistake(_gain, "This is the difference; a slope is a limit."),
                Mistake(sympy.log(1 - pd) * (1 - pd) ** kd, "The sign: coverage rises, and ln(1 − p) is negative."),
                Mistake(kd * (1 - pd) ** (kd - 1), "This is the slope in p, not in k."),
            ),
        ),
        Equality(
            tex=r"\frac{D}{G} = \frac{-(1-p)\ln(1-p)}{p}",
            left=_slope / _gain,
            right=-(1 - pd) * sympy.log(1 - pd) / pd,
            reason="The quotient does not depend on k.",
            question="How large is the slope, measured in gains?",
            mistakes=(
                Mistake(-sympy.log(1 - pd) / pd, "One factor 1 − p is left: k against k − 1."),
                Mistake(-pd / ((1 - pd) * sympy.log(1 - pd)), "Turned upside down: slope over gain."),
            ),
        ),
        Inequality(
            tex=r"\frac{D}{G} \le 1 - \frac{p}{2}",
            sense="<=",
            right=1 - pd / 2,
            reason="The slope at k is always below the gain; the two meet only for small p.",
        ),
    ),
    plot=Plot(over="k", lines={2: "gain", 3: "slope"}, label="chance a sample", low=1e-6, high=1, log=True),
)

_PT = Symbol("p", "chance that one sample is right", 1e-2, 0.9, log=True, start=0.05)
_T = Symbol("t", "wanted coverage", 0.1, 0.9999, start=0.9)
_KT = Symbol("k", "samples allowed", 1e-3, 1e5, log=True)
pt, t, kt = _PT.expr, _T.expr, _KT.expr

samples_for_target = Derivation(
    id="samples-for-target",
    title="How many samples reach a target",
    symbols=(_PT, _T, _KT),
    steps=(
        Definition(
            tex=r"t = 1 - (1-p)^k",
            right=1 - (1 - pt) ** kt,
            reason="Coverage is to be t. A whole number of samples is found by rounding up.",
        ),
        Solution(
            tex=r"k = \frac{\ln(1-t)}{\ln(1-p)}",
            equation=(1 - pt) ** kt - (1 - t),
            of="k",
            right=sympy.log(1 - t) / sympy.log(1 - pt),
            reason="The failures are (1 − p)^k = 1 − t; take logarithms.",
            question="Which k is this?",
            mistakes=(
                Mistake(sympy.log(t) / sympy.log(1 - pt), "It is the failures that shrink by powers: 1 − t, not t."),
                Mistake(sympy.log(1 - pt) / sympy.log(1 - t), "Turned upside down."),
                Mistake(t / pt, "Coverage does not rise in a straight line."),
            ),
        ),
        BoundedApproximation(
            tex=r"k \approx \frac{-\ln(1-t)}{p}",
            right=-sympy.log(1 - t) / pt,
            least=-sympy.log(1 - t) / 2,
            most=-sympy.log(1 - t),
            bound_tex=r"\tfrac12 \ln\frac{1}{1-t} \;\le\; \frac{-\ln(1-t)}{p} - k \;\le\; \ln\frac{1}{1-t}",
            algebra=False,
            reason="−ln(1 − p) is about p. Too many by at most ln(1/(1 − t)) samples: 7 for a target of 99.9 %.",
            question="What is k for small p?",
            mistakes=(
                Mistake(1 / pt, "This is the average wait for a first success."),
                Mistake(sympy.log(1 - t) / pt, "The sign: ln(1 − t) is negative."),
            ),
        ),
    ),
    plot=Plot(over="p", lines={2: "exact", 3: "for small p"}, label="samples", low=1, high=1000, log=True),
)

_PB = Symbol("p", "chance that one sample is right", 1e-3, 0.98, start=0.2)
_KB = Symbol("k", "samples allowed", 2, 500, integer=True, log=True, start=10)
_DB = Symbol("h", "a small change of p", 0, 0.01)
pb, kb, hb = _PB.expr, _KB.expr, _DB.expr


def _over_one(chance):
    return 1 - (1 - chance) ** kb - chance


best_chance = Derivation(
    id="best-chance",
    title="Where sampling helps most",
    symbols=(_PB, _KB, _DB),
    steps=(
        Definition(
            tex=r"G(p) = 1 - (1-p)^k - p",
            right=_over_one(pb),
            reason="What k samples add to a single one.",
            question="What do k samples add to a single one?",
            mistakes=(
                Mistake(1 - (1 - pb) ** kb, "This is coverage; subtract what one sample gives."),
                Mistake(pb * (1 - pb) ** (kb - 1), "This is what the k-th sample adds alone."),
            ),
        ),
        Limit(
            tex=r"G'(p) = \lim_{h \to 0} \frac{G(p+h) - G(p)}{h} = k(1-p)^{k-1} - 1",
            left=(_over_one(pb + hb) - _over_one(pb)) / hb,
            of="h",
            to=0,
            side="above",
            right=kb * (1 - pb) ** (kb - 1) - 1,
            reason="The slope in p.",
            question="What is the slope of this in p?",
            mistakes=(
                Mistake(-kb * (1 - pb) ** (kb - 1) - 1, "The inner derivative of 1 − p is −1: two signs cancel."),
                Mistake(kb * (1 - pb) ** (kb - 1), "The last term, −p, has a slope too."),
            ),
        ),
        Solution(
            tex=r"k(1-p)^{k-1} = 1 \;\Rightarrow\; p^* = 1 - k^{-1/(k-1)}",
            equation=kb * (1 - pb) ** (kb - 1) - 1,
            of="p",
            right=1 - kb ** (-1 / (kb - 1)),
            reason="Where the slope is zero, the gain is largest.",
            question="For which p is the slope zero?",
            mistakes=(
                Mistake(1 / kb, "Close for large k, up to a logarithm, but not where the slope is zero."),
                Mistake(kb ** (-1 / (kb - 1)), "This is 1 − p."),
                Mistake(1 - kb ** (-1 / kb), "The power is k − 1, not k."),
            ),
        ),
        BoundedApproximation(
            tex=r"p^* \approx \frac{\ln k}{k-1}",
            right=sympy.log(kb) / (kb - 1),
            least=0,
            most=(sympy.log(kb) / (kb - 1)) ** 2 / 2,
            bound_tex=r"0 \;\le\; \frac{\ln k}{k-1} - p^* \;\le\; \frac12\left(\frac{\ln k}{k-1}\right)^2",
            reason="For large k the exponent is small: one number of samples, one best p. It is no property of a task.",
        ),
        Special(
            tex=r"p^* = \tfrac12 \quad (k = 2)",
            left=1 - kb ** (-1 / (kb - 1)),
            at={"k": 2},
            right=sympy.Rational(1, 2),
            reason="Two samples help most where one succeeds every second time.",
        ),
    ),
    plot=Plot(over="p", lines={1: "gain over one sample"}, label="chance", low=0, high=1),
)

_PR = Symbol("p", "chance that one sample is right", 0.02, 0.4, start=0.2)
_CR = Symbol("c", "how far right answers stand above wrong ones", 0.05, 1, start=0.8)
_NR = Symbol("n", "draws, fixed or on average", 2, 500, integer=True, log=True, start=8)
pr, cr, nr = _PR.expr, _CR.expr, _NR.expr
_v = sympy.Symbol("v", positive=True)
_accepted = pr * (1 + cr * (1 - 1 / nr))
_runner_up = nr * (nr - 1) * _v * (1 - _v) ** (nr - 2)
_best = pr * (1 + cr * (nr - 1) / (nr + 1))

rejection_sampling = Derivation(
    id="rejection-sampling",
    title="Best-of-N is rejection with a threshold left to chance",
    symbols=(_PR, _CR, _NR),
    steps=(
        Definition(
            tex=r"R_n = n\,G(1/n) = p\left[1 + c\left(1 - \frac{1}{n}\right)\right], \quad "
            r"G(u) = p\,u\,(1 + c\,(1-u))",
            right=_accepted,
            reason="G(u) is the chance that an answer is right and among the best-scored share u. Rejection that takes "
            "n draws on average accepts the share 1/n. The values are those of one family of concave curves.",
        ),
        Definition(
            tex=r"A_n = \int_0^1 n(n-1)\,v\,(1-v)^{n-2}\;\frac{G(v)}{v}\;dv",
            right=Integral(sympy.expand(_runner_up / _v * pr) * _v * (1 + cr * (1 - _v)), (_v, 0, 1)),
            reason="Best-of-N accepts what lies above the second best of n, so it is rejection with the share v of the "
            "second best. The first factors are the density of v.",
        ),
        Equality(
            tex=r"A_n = p\left[1 + c\,\frac{n-1}{n+1}\right]",
            right=_best,
            algebra=False,
            reason="The mean of v is 2/(n + 1), and G(v)/v is a straight line in v.",
            question="The mean of v is 2/(n + 1). What is the integral?",
            mistakes=(
                Mistake(pr * (1 + cr * (1 - 1 / nr)), "This is rejection at the share 1/n; v has the mean 2/(n + 1)."),
                Mistake(pr * (1 + cr * nr / (nr + 1)), "The best of n has the mean share 1/(n + 1); v is the second."),
                Mistake(pr * (1 + 2 * cr / (nr + 1)), "The line falls with v: it holds 1 − v."),
            ),
        ),
        Equality(
            tex=r"R_n - A_n = \frac{p\,c\,(n-1)}{n(n+1)}",
            left=_accepted - _best,
            right=pr * cr * (nr - 1) / (nr * (nr + 1)),
            reason="The threshold that is fixed beforehand is better for every n from 2 on.",
            question="How much better is rejection?",
            mistakes=(
                Mistake(pr * cr / nr, "Take the fractions together: 2/(n + 1) − 1/n."),
                Mistake(-pr * cr * (nr - 1) / (nr * (nr + 1)), "The sign: rejection minus best-of-N."),
            ),
        ),
        Inequality(
            tex=r"R_n - A_n \ge 0",
            sense=">=",
            right=sympy.Integer(0),
            reason="For c > 0 the curve is concave. With c < 0, a curve that bends the other way, the sign turns.",
        ),
    ),
    plot=Plot(over="n", lines={1: "rejection", 3: "best-of-N"}, label="chance", low=0, high=1),
)

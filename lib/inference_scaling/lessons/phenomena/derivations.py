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

_M = Symbol("m", "problems", 2, 1000, integer=True, log=True, start=40)
_S = Symbol("n", "samples of each problem", 2, 100, integer=True, log=True)
_P = Symbol("p", "share of right samples, all problems together", 0.02, 0.98, start=0.4)
_RHO = Symbol("r", "how different the problems are: 0 all alike, 1 each all right or all wrong", 0.02, 1, start=0.6)
_IN = Symbol("A", "AUC within a problem", 0, 1, start=0.8)
_OUT = Symbol("B", "AUC of two solutions of different problems", 0, 1, start=0.93)
_m, _s, _p, _r, _in, _out = (one.expr for one in (_M, _S, _P, _RHO, _IN, _OUT))
_within = _m * _s**2 * _p * (1 - _p) * (1 - _r)
_share = (1 - _r) / _m

pooled_auc = Derivation(
    id="pooled-auc",
    title="How little of a pooled AUC lies within problems",
    symbols=(_M, _S, _P, _RHO, _IN, _OUT),
    steps=(
        Definition(
            tex=r"N = (mnp)\,(mn(1-p))",
            right=_m * _s * _p * _m * _s * (1 - _p),
            reason="A pooled AUC is a mean over pairs: every right solution, of any problem, beside every wrong one.",
            question="Of m·n solutions a share p is right. How many pairs of a right and a wrong one are there?",
            mistakes=(
                Mistake(_m * _s**2 * _p * (1 - _p), "That pairs only within a problem, and problems that are alike."),
                Mistake(_m * _s * _p * (1 - _p), "Each right solution meets every wrong one: multiply two counts."),
            ),
        ),
        Definition(
            tex=r"W = mn^2\,p\,(1-p)\,(1-r)",
            right=_within,
            reason="Problem i has n²pᵢ(1 − pᵢ) pairs of its own. The mean of pᵢ(1 − pᵢ) is p(1 − p) less the variance "
            "of the pᵢ, which is r·p(1 − p): this is what r says.",
        ),
        Equality(
            tex=r"\pi = W / N = (1-r) / m",
            left=_within / (_m * _s * _p * _m * _s * (1 - _p)),
            right=_share,
            reason="n, p and one m cancel.",
            question="Which share of the pairs lies within a problem?",
            mistakes=(
                Mistake(1 / _m, "That would be so for problems that are all alike. Problems that differ have fewer."),
                Mistake(1 - _r, "The pairs across problems grow with m², those within only with m."),
            ),
        ),
        Inequality(
            tex=r"\pi \le 1/m",
            left=_share,
            sense="<=",
            right=1 / _m,
            reason="r is not below 0. With forty problems at most one pair in forty lies within a problem.",
        ),
        Definition(
            tex=r"V = \pi\,A + (1-\pi)\,B",
            right=_share * _in + (1 - _share) * _out,
            reason="A mean over all pairs is the mean of its two kinds of pairs, each weighed by its share.",
            question="Pairs within problems have the AUC A, all others B. What is the pooled AUC?",
            mistakes=(
                Mistake((_in + _out) / 2, "The two kinds are not equally many."),
                Mistake((1 - _share) * _in + _share * _out, "The share π belongs to the pairs within problems."),
            ),
        ),
        Equality(
            tex=r"V - B = (A-B)\,(1-r) / m",
            left=_share * _in + (1 - _share) * _out - _out,
            right=(_in - _out) * (1 - _r) / _m,
            reason="How far the pooled AUC is from the AUC across problems, whatever the verifier does within them.",
        ),
        Limit(
            tex=r"\lim_{m \to \infty} (V - B) = 0",
            left=(_in - _out) * (1 - _r) / _m,
            of="m",
            to=sympy.oo,
            right=sympy.Integer(0),
            reason="With many problems the pooled AUC says nothing at all about the choice within one.",
        ),
    ),
    plot=Plot(over="m", lines={3: "share within", 5: "pooled AUC"}, label="share, AUC", low=0, high=1),
)

_E = Symbol("s", "share of the problems that differ", 0.05, 0.5, start=0.3)
_D = Symbol("d", "their chance, where it is not 0", 0.0001, 0.01, log=True, start=0.001)
_N = Symbol("n", "samples recorded", 5, 50, integer=True, start=20)
_FAR = Symbol("k", "samples forecast", 200, 5000, integer=True, log=True, start=1000)
_e, _d, _n, _far = _E.expr, _D.expr, _N.expr, _FAR.expr
_seen = _e * (1 - (1 - _d) ** _n)
_moved = _e * (1 - (1 - _d) ** _far)

unseen_share = Derivation(
    id="unseen-share",
    title="Why few samples cannot tell hopeless problems from very hard ones",
    symbols=(_E, _D, _N, _FAR),
    steps=(
        Definition(
            tex=r"V = s\,\bigl(1 - (1-d)^n\bigr)",
            right=_seen,
            reason="A problem is one of the share s, and one of its n samples is right: only then do the two "
            "benchmarks look different.",
            question="How often does a problem of the share s show in n samples that its chance is d and not 0?",
            mistakes=(
                Mistake(_e * (1 - _d) ** _n, "This is how often it hides."),
                Mistake(1 - (1 - _d) ** _n, "Only the share s of the problems differs."),
            ),
        ),
        Inequality(
            tex=r"V \le s\,n\,d",
            left=_seen,
            sense="<=",
            right=_e * _n * _d,
            reason="A right one among n samples is no likelier than the sum of their chances.",
            algebra=False,
        ),
        Special(
            tex=r"V \le s\,\tfrac{n}{k} \quad (d = 1/k)",
            at={"d": 1 / _far},
            right=_e * _n / _far,
            reason="With a chance of 1/k a share of n/k of these problems shows itself.",
        ),
        Definition(
            tex=r"C = s\,\bigl(1 - (1-d)^k\bigr)",
            right=_moved,
            reason="By so much coverage at k differs: the share s is solved with this chance, or never.",
        ),
        Inequality(
            tex=r"C \ge s\,\bigl(1 - \mathrm{e}^{-kd}\bigr)",
            left=_moved,
            sense=">=",
            right=_e * (1 - sympy.exp(-_far * _d)),
            reason="1 − d is at most exp(−d), so all k fail at most this often.",
            algebra=False,
        ),
        Special(
            tex=r"C \ge s\,\bigl(1 - \mathrm{e}^{-1}\bigr) \quad (d = 1/k)",
            at={"d": 1 / _far},
            right=_e * (1 - sympy.exp(-1)),
            reason="Take d = 1/k: coverage moves by 0.63 of the share or more, and one in fifty of the share shows "
            "when k is fifty times n.",
        ),
    ),
)

_Q1 = Symbol("q", "chance that one sample fails, first prompt", 0.9, 0.999, start=0.99)
_Q2 = Symbol("r", "second prompt", 0.9, 0.999, start=0.95)
_Q3 = Symbol("s", "third prompt", 0.9, 0.999, start=0.999)
_EACH = Symbol("m", "samples of each prompt", 1, 100, integer=True, log=True, start=30)
_q, _r, _s, _each = _Q1.expr, _Q2.expr, _Q3.expr, _EACH.expr
_mean_failure = (_q ** (3 * _each) + _r ** (3 * _each) + _s ** (3 * _each)) / 3

equal_shares = Derivation(
    id="equal-shares",
    title="Why equal shares of three prompts cover no less than one prompt drawn at random",
    symbols=(_Q1, _Q2, _Q3, _EACH),
    steps=(
        Definition(
            tex=r"F_{\mathrm{one}} = \tfrac{1}{3}\bigl(q^{3m} + r^{3m} + s^{3m}\bigr)",
            right=_mean_failure,
            reason="One prompt, drawn at random, gets all 3m samples: the mean of its three failures.",
        ),
        Definition(
            tex=r"F_{\mathrm{equal}} = q^m r^m s^m",
            right=_q**_each * _r**_each * _s**_each,
            reason="Each prompt gets m samples, and all must fail.",
            question="With m samples of each prompt, how often do all fail?",
            mistakes=(
                Mistake((_q**_each + _r**_each + _s**_each) / 3, "All three prompts are used, not one of them."),
                Mistake(((_q + _r + _s) / 3) ** (3 * _each), "This draws the prompt anew for each sample."),
            ),
        ),
        Inequality(
            tex=r"F_{\mathrm{equal}} = \bigl(q^{3m} r^{3m} s^{3m}\bigr)^{1/3} \le F_{\mathrm{one}}",
            left=_q**_each * _r**_each * _s**_each,
            sense="<=",
            right=_mean_failure,
            reason="A geometric mean is at most the arithmetic mean of the same numbers.",
            algebra=False,
        ),
        Inequality(
            tex=r"F_{\mathrm{equal}} \le \Bigl(\tfrac{q + r + s}{3}\Bigr)^{3m}",
            left=_q**_each * _r**_each * _s**_each,
            sense="<=",
            right=((_q + _r + _s) / 3) ** (3 * _each),
            reason="And so it is at most the failure where each sample draws its prompt anew.",
            algebra=False,
        ),
    ),
)

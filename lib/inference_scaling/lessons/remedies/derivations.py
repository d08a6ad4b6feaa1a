"""Derivations of the part Remedies."""

from __future__ import annotations

import sympy
from sympy import Integral, exp, log

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
    plot=Plot(over="n", lines={3: "tied above the cut", 7: "its end"}, label="chance to be right", low=0, high=0.6),
)

_SHARE = Symbol("p", "share of the first of two answers", 0.52, 0.95, start=0.7)
_LEAD = Symbol("d", "lead at which the vote ends", 1, 9, integer=True, start=3)
_NOW = Symbol("x", "lead of the first answer now", -6, 6, integer=True, start=1)
_p, _d, _x = _SHARE.expr, _LEAD.expr, _NOW.expr
_odds = (1 - _p) / _p
_ahead = 1 / (1 + _odds**_d)
_drawn = _d / (2 * _p - 1) * (1 - _odds**_d) / (1 + _odds**_d)

to_a_lead = Derivation(
    id="to-a-lead",
    title="How long a vote to a lead takes, and how often it ends right",
    symbols=(_SHARE, _LEAD, _NOW),
    steps=(
        Equality(
            tex=r"p\,r^{x+1} + (1-p)\,r^{x-1} = r^x, \quad r = \tfrac{1-p}{p}",
            left=_p * _odds ** (_x + 1) + (1 - _p) * _odds ** (_x - 1),
            right=_odds**_x,
            reason="The next vote moves the lead x by one, up with chance p. On average r to the power of the lead "
            "stays what it is, so at the end its mean is still what it was at the start: r⁰ = 1.",
        ),
        Definition(
            tex=r"A = \frac{1}{1+r^d}",
            right=_ahead,
            reason="Let A be the chance that the first answer is the one that gets d ahead. The next line shows that "
            "it is this number.",
        ),
        Equality(
            tex=r"A\,r^d + (1-A)\,r^{-d} = 1",
            left=_ahead * _odds**_d + (1 - _ahead) * _odds ** (-_d),
            right=1,
            reason="At the end the lead is d or −d, and the mean of r to its power is 1. Only one A does that.",
            question="What must the mean of r to the power of the last lead be?",
            mistakes=(
                Mistake(_odds**_d, "It does not change from vote to vote, so it is what it was before the first vote."),
                Mistake(0, "That would be the mean of the lead if both answers were equally frequent."),
            ),
        ),
        Definition(
            tex=r"T = \frac{d\,A - d\,(1-A)}{2p-1}",
            right=(_d * _ahead - _d * (1 - _ahead)) / (2 * _p - 1),
            reason="Each vote moves the lead by 2p − 1 on average, and at the end its mean is dA − d(1 − A): their "
            "quotient is the mean number of votes.",
        ),
        Equality(
            tex=r"T = \frac{d}{2p-1} \cdot \frac{1-r^d}{1+r^d}",
            left=(_d * _ahead - _d * (1 - _ahead)) / (2 * _p - 1),
            right=_drawn,
            reason="Put A in.",
            question="Put A in. What is T?",
            mistakes=(
                Mistake(_d / (2 * _p - 1), "This leaves out the votes that end on the wrong side, which end sooner."),
                Mistake(_d / _p, "This counts the votes for the first answer alone; those for the other undo them."),
            ),
        ),
        Inequality(
            tex=r"T \le \frac{d}{2p-1}",
            left=_drawn,
            sense="<=",
            right=_d / (2 * _p - 1),
            reason="The last factor is below 1. A clear favourite costs little more than d votes.",
        ),
        Inequality(
            tex=r"T \le d^2",
            left=_drawn,
            sense="<=",
            right=_d**2,
            reason="The nearer p is to one half, the longer the vote, and there it takes the square of the lead: "
            "between two equally frequent answers only chance makes a lead.",
            algebra=False,
            question="How long can a vote to a lead take on average, whatever p is?",
            mistakes=(
                Mistake(
                    2 * _d, "Chance alone makes the lead where p is near one half: twice as far, four times as long."
                ),
                Mistake(_d, "This is the least, reached where every vote is for the same answer."),
            ),
        ),
    ),
    plot=Plot(over="p", lines={4: "votes drawn"}, label="votes", low=0, high=20),
)

_VOTES = Symbol("v", "equal answers in a row", 1, 10, integer=True, start=4)
_SIZE = Symbol("y", "share of that answer", 0.02, 0.98, start=0.6)
_v, _y = _VOTES.expr, _SIZE.expr

all_alike = Derivation(
    id="all-alike",
    title="How sure the leader is after equal answers in a row",
    symbols=(_VOTES, _SIZE),
    steps=(
        Definition(
            tex=r"f(y) = (v+1)\,y^v",
            right=(_v + 1) * _y**_v,
            reason="Of two answers the first has a share y that may be anything between 0 and 1. After v votes for it, "
            "and none for the other, this is the density of y: the chance of the votes, times what makes its sum 1.",
        ),
        Equality(
            tex=r"\int_0^1 (v+1)\,y^v\,dy = 1",
            left=Integral((_v + 1) * _y**_v, (_y, 0, 1)),
            right=1,
            reason="It is a density.",
        ),
        Definition(
            tex=r"Q = \int_{1/2}^1 (v+1)\,y^v\,dy",
            right=Integral((_v + 1) * _y**_v, (_y, sympy.Rational(1, 2), 1)),
            reason="The first answer is the more frequent one where its share is above one half.",
            question="For which shares is the first answer the more frequent of the two?",
            mistakes=(Mistake((_v + 1) * _y**_v, "This is the density at one share. Asked are all shares above 1/2."),),
        ),
        Equality(
            tex=r"Q = 1 - 2^{-(v+1)}",
            left=Integral((_v + 1) * _y**_v, (_y, sympy.Rational(1, 2), 1)),
            right=1 - sympy.Rational(1, 2) ** (_v + 1),
            reason="y to the power v + 1, from one half to 1.",
            question="What is the integral?",
            mistakes=(
                Mistake(1 - sympy.Rational(1, 2) ** _v, "The exponent is v + 1: integrating raises it by one."),
                Mistake(_v / (_v + 1), "This is the share at which the density peaks in another prior, no chance."),
            ),
        ),
        Limit(
            tex=r"\lim_{v\to\infty} Q = 1",
            left=1 - sympy.Rational(1, 2) ** (_v + 1),
            of="v",
            to=sympy.oo,
            right=1,
            reason="Each further equal answer halves the doubt.",
        ),
    ),
    plot=Plot(over="v", lines={3: "leader is ahead"}, label="chance", low=0.5, high=1),
)

_LOOKS = Symbol("m", "looks at one candidate", 1, 64, log=True, start=3)
_RHO = Symbol("r", "shared part: the correlation of two looks", 0.02, 0.98, start=0.3)
_DIST = Symbol("d", "distance of right from wrong scores, in spreads of one look", 0.2, 3, start=1)
_looks, _rho, _dist = _LOOKS.expr, _RHO.expr, _DIST.expr
_spread = _rho + (1 - _rho) / _looks
_worth = _looks / (1 + (_looks - 1) * _rho)

many_looks = Derivation(
    id="many-looks",
    title="What m looks of one judge are worth",
    symbols=(_LOOKS, _RHO, _DIST),
    steps=(
        Definition(
            tex=r"\mathrm{Var}\,x = 1, \quad \mathrm{Cov}(x, x') = r",
            right=_rho,
            reason="Measure in spreads of one look. Two looks at one candidate share a part r of their variance: what "
            "the judge gets wrong about it every time.",
        ),
        Equality(
            tex=r"\mathrm{Var}\,\bar x = \frac{m + m(m-1)\,r}{m^2} = r + \frac{1-r}{m}",
            left=(_looks + _looks * (_looks - 1) * _rho) / _looks**2,
            right=_spread,
            reason="The mean of m looks: m variances and m(m − 1) covariances.",
            question="What is the variance of the mean of m looks?",
            mistakes=(
                Mistake(1 / _looks, "This leaves out the covariances: the looks are at the same candidate."),
                Mistake(_rho + 1 / _looks, "At m = 1 it must be 1. There are m(m − 1) covariances, not m²."),
            ),
        ),
        Definition(
            tex=r"d_m = d \Big/ \sqrt{r + \tfrac{1-r}{m}}",
            right=_dist / sympy.sqrt(_spread),
            reason="Right and wrong scores keep the distance of their means. In spreads of the mean it grows.",
            question="The means stay a distance d apart. How far is that in spreads of the mean of m looks?",
            mistakes=(Mistake(_dist / _spread, "This is divided by the variance. The spread is its root."),),
        ),
        Equality(
            tex=r"\left(\frac{d_m}{d}\right)^2 = \frac{m}{1 + (m-1)\,r}",
            left=1 / _spread,
            right=_worth,
            reason="Independent looks would make this m. So m looks do as much as this number of independent ones: "
            "call it their worth.",
        ),
        Inequality(
            tex=r"\frac{m}{1 + (m-1)\,r} \le \frac1r",
            left=_worth,
            sense="<=",
            right=1 / _rho,
            reason="Multiply out: m r is at most 1 + (m − 1) r, because r is at most 1.",
        ),
        Limit(
            tex=r"\lim_{m \to \infty} \frac{m}{1 + (m-1)\,r} = \frac1r",
            left=_worth,
            of="m",
            to=sympy.oo,
            right=1 / _rho,
            reason="Endless looks come as near to the bound as you like, and no nearer than the bound.",
            question="What are endless looks worth?",
            mistakes=(
                Mistake(sympy.Integer(1), "That is one look. The unshared part does average out."),
                Mistake(1 - _rho, "This is the part of one look's variance that averages out."),
            ),
        ),
    ),
    plot=Plot(over="m", lines={4: "worth of m looks", 6: "endless looks"}, label="independent looks", low=0, high=12),
)

_M = Symbol("m", "mean number of other samples", 0.2, 60, log=True, start=7)
_V = Symbol("u", "rank of a sample among all samples, from 0 to 1", 0.02, 0.98, start=0.9)
_m, _v = _M.expr, _V.expr
_t = sympy.Symbol("t", positive=True)
_up_to = _v * exp(_m * (_v - 1))
_density = (1 + _m * _v) * exp(_m * (_v - 1))
_left = Integral(exp(_t - 1 - _m) / _t, (_t, 1, 1 + _m)) / _m

poisson = Derivation(
    id="how-far-poisson",
    title="How far best-of-Poisson is from one sample",
    symbols=(_M, _V),
    steps=(
        Definition(
            tex=r"G(u) = u\,e^{m(u-1)}",
            right=_up_to,
            reason="The picked sample has a rank of at most u if the first one has, with chance u, and none of the "
            "others lies above. Their number above u is Poisson with mean m(1 − u).",
            question="There is one sample, and a Poisson number of others with mean m. With which chance have all of "
            "them a rank of at most u?",
            mistakes=(
                Mistake(exp(_m * (_v - 1)), "The first sample must lie below u, too."),
                Mistake(_v ** (_m + 1), "That is for exactly m others. Their number is random."),
            ),
        ),
        Equality(
            tex=r"g(u) = G'(u) = (1 + m u)\,e^{m(u-1)}",
            left=sympy.diff(_up_to, _v),
            right=_density,
            reason="Its slope is the density of the rank.",
        ),
        Definition(
            tex=r"D = \int_0^1 g(u)\,\ln g(u)\,du",
            right=Integral(_density * (log(1 + _m * _v) + _m * (_v - 1)), (_v, 0, 1)),
            reason="The KL divergence, as for a fixed number.",
        ),
        Equality(
            tex=r"D = \ln(1+m) - \int_0^1 G(u) \left(\frac{m}{1+mu} + m\right) du",
            right=log(1 + _m) - Integral(_up_to * (_m / (1 + _m * _v) + _m), (_v, 0, 1)),
            reason="By parts: G ln g is 0 at u = 0 and ln(1 + m) at 1, and the slope of ln g stands in brackets.",
        ),
        Equality(
            tex=r"\int_0^1 m\,G(u)\,du = 1 - \frac{1-e^{-m}}{m}",
            left=Integral(_m * _up_to, (_v, 0, 1)),
            right=1 - (1 - exp(-_m)) / _m,
            reason="By parts again.",
        ),
        Equality(
            tex=r"\int_0^1 \frac{m\,G(u)}{1+mu}\,du = \frac{1-e^{-m}}{m} "
            r"- \frac1m \int_1^{1+m} \frac{e^{t-1-m}}{t}\,dt",
            left=Integral(_m * _up_to / (1 + _m * _v), (_v, 0, 1)),
            right=(1 - exp(-_m)) / _m - _left,
            reason="mu/(1 + mu) is 1 − 1/(1 + mu); then t = 1 + mu.",
        ),
        Equality(
            tex=r"D = \ln(1+m) - 1 + \frac1m \int_1^{1+m} \frac{e^{t-1-m}}{t}\,dt",
            left=log(1 + _m) - (1 - (1 - exp(-_m)) / _m) - ((1 - exp(-_m)) / _m - _left),
            right=log(1 + _m) - 1 + _left,
            reason="Put both in. The integral of eᵗ/t is the exponential integral, Ei(1 + m) − Ei(1).",
        ),
    ),
)

"""Derivations of the part Confusions."""

import sympy
from sympy import exp, log, sqrt

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

_M = Symbol("M", "how many times larger the large model is", 1, 20, start=14)
_R = Symbol("R", "tokens of training for each token of use", 0, 100, start=1)
_K = Symbol("k", "times the inference of the small model", 1, 10000, log=True)
M, R, k = _M.expr, _R.expr, _K.expr

train_or_sample = Derivation(
    id="train-or-sample",
    title="A larger model, or more samples from the small one, at equal compute",
    symbols=(_M, _R, _K),
    steps=(
        Definition(
            tex=r"X_{\mathrm{large}} = 3MR + M",
            right=3 * M * R + M,
            reason="Six operations a parameter and token to train, two to use; in units of the small model's use.",
            question="What do training and use of the large model cost?",
            mistakes=(
                Mistake(3 * R + M, "The large model's training grows with M too."),
                Mistake(M * R + M, "A token costs three times as much to train on as to make."),
            ),
        ),
        Definition(
            tex=r"X_{\mathrm{small}} = 3R + k",
            right=3 * R + k,
            reason="The small model is trained once and used k times as much.",
        ),
        Solution(
            tex=r"3R + k = 3MR + M \;\Rightarrow\; k = M + 3R(M-1)",
            equation=3 * R + k - 3 * M * R - M,
            of="k",
            right=M + 3 * R * (M - 1),
            reason="At equal compute the small model may use what the large one spends beyond it.",
            question="Which k makes the two equal?",
            mistakes=(
                Mistake(M + 3 * R * M, "The small model had to be trained too."),
                Mistake(M, "This forgets training: right only where R is 0."),
                Mistake(3 * R * (M - 1), "The large model's use is missing."),
            ),
        ),
        Limit(
            tex=r"\lim_{R \to 0} k = M",
            of="R",
            to=0,
            right=M,
            reason="Models that are used very much: training is spread thin, and k is the ratio of sizes.",
        ),
        Special(
            tex=r"k = 4M - 3 \quad (R = 1)",
            left=M + 3 * R * (M - 1),
            at={"R": 1},
            right=4 * M - 3,
            reason="As many tokens of training as of use.",
        ),
        Inequality(
            tex=r"M + 3R(M-1) \ge M",
            left=M + 3 * R * (M - 1),
            sense=">=",
            right=M,
            reason="The small model may always draw at least M times as much; whether that helps is another question.",
        ),
    ),
    plot=Plot(over="R", lines={3: "equal compute", 4: "ratio of sizes"}, label="times", low=0, high=4000),
)

_N = Symbol("k", "samples", 2, 64, integer=True, log=True, start=10)
_A = Symbol("A", "wrong answers beside the first one", 1, 20, integer=True, start=3)
_G = Symbol("g", "by how much the first answer's logit leads", 0.2, 3, start=1)
_B = Symbol("b", "coldness, 1 divided by the temperature T", 0.3, 20, log=True, start=2)
_n, _a, _g, _b = _N.expr, _A.expr, _G.expr, _B.expr
_rest = _a * exp(-_g * _b)
_most = 1 / (1 + _rest)

answers_agree = Derivation(
    id="answers-agree",
    title="How much a rule can gain when a low temperature makes answers agree",
    symbols=(_N, _A, _G, _B),
    steps=(
        Definition(
            tex=r"m = \frac{1}{1 + A\,e^{-gb}}",
            right=_most,
            reason="The share of the first answer at temperature T = 1/b, if A other answers all lie g below it. If "
            "some lie deeper, its share is larger.",
            question="The first answer's logit leads A others by g. What is its share at the coldness b?",
            mistakes=(
                Mistake(
                    1 / (1 + _a * exp(-_g / _b)), "Logits are multiplied by the coldness: divided by the temperature."
                ),
                Mistake(1 / (1 + exp(-_g * _b)), "That is with one other answer. There are A of them."),
            ),
        ),
        Inequality(
            tex=r"1 - m \le A\,e^{-gb}",
            left=1 - _most,
            sense="<=",
            right=_rest,
            reason="1 − m is x/(1 + x) with x = A e^(−gb), which is at most x.",
        ),
        Definition(
            tex=r"D = 1 - m^k",
            right=1 - _most**_n,
            reason="The chance that not all k answers are the first one. Else every rule hands in that answer, as "
            "one sample does: so much, at most, can a rule gain or lose.",
        ),
        Inequality(
            tex=r"1 - m^k \le k\,(1-m)",
            left=1 - _most**_n,
            sense="<=",
            right=_n * (1 - _most),
            reason="One of k answers differs at most k times as often as a single one.",
            question="At most how often is one of k answers another one?",
            mistakes=(
                Mistake(1 - _most, "That is one answer. Any of the k may be the one that differs."),
                Mistake((1 - _most) ** _n, "That is how often all k differ from the first answer."),
            ),
            algebra=False,
        ),
        Inequality(
            tex=r"1 - m^k \le k\,A\,e^{-gb}",
            left=1 - _most**_n,
            sense="<=",
            right=_n * _rest,
            reason="Both bounds together.",
            algebra=False,
        ),
        Limit(
            tex=r"\lim_{b \to \infty} k\,A\,e^{-gb} = 0",
            left=_n * _rest,
            of="b",
            to=sympy.oo,
            right=sympy.Integer(0),
            reason="The colder, the larger gb. No rule gains anything in the end, be it a vote or a perfect checker.",
        ),
    ),
    plot=Plot(over="b", lines={3: "answers differ", 5: "bound"}, label="chance", low=0, high=1),
)

_D = Symbol("d", "log-odds of the right answer at temperature 1", 0.3, 3, start=0.8)
_d = _D.expr
_p = 1 / (1 + exp(-_d * _b))
_P = Symbol("p", "chance of the right one of two answers", 0.5, 0.999, start=0.7)
_q = _P.expr
_best = (3 + sqrt(3)) / 6

vote_by_temperature = Derivation(
    id="vote-by-temperature",
    title="The temperature at which a vote of three gains most",
    symbols=(_D, _B, _P),
    steps=(
        Definition(
            tex=r"V = p^3 + 3p^2(1-p)",
            right=_q**3 + 3 * _q**2 * (1 - _q),
            reason="Three independent answers, two kinds: the right one wins with three votes or with two.",
            question="One answer is right with chance p, the other two are new draws. When does the vote win?",
            mistakes=(
                Mistake(_q**3, "Two votes of three are enough."),
                Mistake(1 - (1 - _q) ** 3, "That is one right answer of three. The vote needs two."),
            ),
        ),
        Equality(
            tex=r"V - p = p\,(1-p)\,(2p-1)",
            left=_q**3 + 3 * _q**2 * (1 - _q) - _q,
            right=_q * (1 - _q) * (2 * _q - 1),
            reason="What the vote gains over one of the three. It is 0 for p = 1/2, for p = 1, and above 0 between.",
            question="Take p off and factor.",
            mistakes=(
                Mistake(_q * (1 - _q), "The factor 2p − 1 is missing: a vote on a coin gains nothing."),
                Mistake((1 - _q) * (2 * _q - 1), "One factor p is missing."),
            ),
        ),
        Inequality(
            tex=r"p\,(1-p)\,(2p-1) \le \frac{1}{6\sqrt{3}}",
            left=_q * (1 - _q) * (2 * _q - 1),
            sense="<=",
            right=1 / (6 * sqrt(3)),
            reason="The slope 6p − 6p² − 1 vanishes at p = (3 + √3)/6, which is 0.79: there the two sides are equal.",
            algebra=False,
        ),
        Definition(
            tex=r"p(b) = \frac{1}{1 + e^{-db}}",
            right=_p,
            reason="Now the temperature T = 1/b: it divides the log-odds d of the right answer.",
            question="The log-odds are d at temperature 1. What is p at the coldness b = 1/T?",
            mistakes=(
                Mistake(
                    1 / (1 + exp(-_d / _b)), "Log-odds are multiplied by the coldness: divided by the temperature."
                ),
                Mistake(exp(-_d * _b), "Odds are no chance yet."),
            ),
        ),
        Solution(
            tex=r"d\,b = \ln(2+\sqrt3) \;\Rightarrow\; b^* = \frac{\ln(2+\sqrt3)}{d}",
            equation=_d * _b - log(2 + sqrt(3)),
            of="b",
            right=log(2 + sqrt(3)) / _d,
            reason="The best p has the odds 2 + √3, and the best temperature is d/ln(2 + √3). Colder, one answer is "
            "nearly always right; warmer, the vote is nearly a coin.",
        ),
        Limit(
            tex=r"\lim_{b \to \infty} p\,(1-p)\,(2p-1) = 0",
            left=_p * (1 - _p) * (2 * _p - 1),
            of="b",
            to=sympy.oo,
            right=sympy.Integer(0),
            reason="In the cold the three answers agree.",
        ),
        Definition(
            tex=r"V(b) = p(b)^2\,(3 - 2\,p(b))",
            right=_p**2 * (3 - 2 * _p),
            reason="The vote itself. It grows with p, so it is right most often in the cold, where it gains least.",
        ),
    ),
    plot=Plot(over="b", lines={4: "one sample", 7: "vote of three"}, label="chance to be right", low=0, high=1),
)

_P = Symbol("p", "mean chance that an answer is right", 0.35, 0.65, start=0.5)
_V = Symbol("v", "variance of the chance over the problems", 0.01, 0.2, start=0.15)
_S = Symbol("s", "how far half the problems lie above the mean, and half below", 0.05, 0.3, start=0.25)
_T = Symbol("k", "answers", 2, 10, integer=True, start=10)
_p, _v, _s, _t = _P.expr, _V.expr, _S.expr, _T.expr
_disagree = 2 * (_p - _p**2 - _v)

skill_and_disagreement = Derivation(
    id="skill-and-disagreement",
    title="Why answers that disagree cover more and are all right less often",
    symbols=(_P, _V, _S, _T),
    steps=(
        Definition(
            tex=r"R_2 = p^2 + v",
            right=_p**2 + _v,
            reason="pass^2 is the mean of the square of the chance over the problems: the square of its mean, and its "
            "variance.",
            question="What is the mean of the square of a number with mean p and variance v?",
            mistakes=(Mistake(_p**2, "This is the square of the mean: right only where all problems are alike."),),
        ),
        Definition(
            tex=r"D = 2\,(p - p^2 - v)",
            right=_disagree,
            reason="Two answers to a problem of chance x disagree with chance 2x(1 − x), and the mean of x² is p² + v.",
            question="How often is exactly one of two answers right, on average over the problems?",
            mistakes=(
                Mistake(2 * (_p - _p**2), "This leaves out that problems differ, and so that answers go together."),
                Mistake(_p - _p**2 - _v, "Either of the two may be the right one."),
            ),
        ),
        Equality(
            tex=r"R_2 = p - \tfrac{1}{2} D",
            left=_p**2 + _v,
            right=_p - _disagree / 2,
            reason="Put D in: half of what disagrees is lost where both must be right.",
        ),
        Equality(
            tex=r"C_2 = 2p - R_2 = p + \tfrac{1}{2} D",
            left=2 * _p - (_p**2 + _v),
            right=_p + _disagree / 2,
            reason="pass@2 counts both answers and takes off where both are right. The same half is won where one "
            "must be right.",
            question="Two answers with mean chance p. How often is at least one right?",
            mistakes=(
                Mistake(2 * _p, "This counts a problem twice where both answers are right."),
                Mistake(_p + _disagree, "Of the answers that disagree only half make up for a wrong first one."),
            ),
        ),
        Inequality(
            tex=r"\tfrac{1}{2}(p+s)^k + \tfrac{1}{2}(p-s)^k \;\ge\; p^k",
            left=((_p + _s) ** _t + (_p - _s) ** _t) / 2,
            sense=">=",
            right=_p**_t,
            reason="x^k bends upwards. Problems that lie apart are all right more often than problems that lie "
            "together, at the same mean.",
            algebra=False,
        ),
        Inequality(
            tex=r"\tfrac{1}{2}(1-p-s)^k + \tfrac{1}{2}(1-p+s)^k \;\ge\; (1-p)^k",
            left=((1 - _p - _s) ** _t + (1 - _p + _s) ** _t) / 2,
            sense=">=",
            right=(1 - _p) ** _t,
            reason="So does (1 − x)^k: they also all fail more often, which is less coverage.",
            algebra=False,
        ),
    ),
)

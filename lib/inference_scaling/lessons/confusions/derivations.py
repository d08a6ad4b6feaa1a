"""Derivations of the part Confusions."""

from ...interactive.derivation import (
    Definition,
    Derivation,
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

"""A question before the figure: every belief has a reply, every number is computed, nothing needs a script."""

from __future__ import annotations

import math
import re
from importlib import import_module

import numpy as np
import pytest
from inference_scaling import estimates, laws, search, verifiers
from inference_scaling.display.output import rounded, to_html
from inference_scaling.interactive import prediction
from inference_scaling.interactive.prediction import Belief, Choice, Prediction
from inference_scaling.lessons.confusions import predictions as confusions
from inference_scaling.lessons.laboratory import comparisons
from inference_scaling.lessons.setup.replays import ANSWERS_REPLAY
from inference_scaling.sources import reasoner, recorded

BOOK = {
    "setup": "S2 S4 S5 S6 S11 S12 TOOLS1 TOOLS2 S7 S8 S9",
    "theorem": "T1 T2 T5 T6 T7 T8 T9",
    "phenomena": "P2 P3 P4 P5 P6 P9 P10 P11",
    "confusions": "C3 C5 C6 C7 C8 C10",
    "laboratory": "L8 L17",
    "reliability": "R1 R2 R3 R4",
    "remedies": "M1 M2 M3 M4",
}
EVERY = [(part, name) for part, names in BOOK.items() for name in names.split()]


def asked(part: str, name: str) -> Prediction:
    return getattr(import_module(f"inference_scaling.lessons.{part}.predictions"), name)


def made(**changes) -> Prediction:
    values = {
        "id": "X1",
        "question": "How many of {n}?",
        "choices": (Choice("one", "Because."), Choice("two", "It is {n}.")),
        "right": 1,
        "truth": "{n} it is.",
        "numbers": {"n": 2},
    }
    return Prediction(**(values | changes))


def number(**changes) -> Prediction:
    belief = Belief(0, 1, "any", "No: {n}.")
    values = {"choices": (), "right": None, "value": 0.5, "tolerance": 0.1, "beliefs": (belief,)}
    return made(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"choices": (Choice("one", " "), Choice("two", "x"))}, "'one' has no reply"),
        ({"choices": (Choice("one", "x"),)}, "2 to 4 choices"),
        ({"choices": (Choice("one", "x"), Choice("one", "y"))}, "read the same"),
        ({"right": 2}, "no choice 2"),
        ({"right": None}, "no choice None"),
        ({"truth": "{m}"}, "name 'm'"),
        ({"numbers": {"n": 2, "m": 3}}, "'m', which no text names"),
        ({"numbers": {"n": float("nan")}}, "not finite"),
        ({"truth": "Many."}, "no number"),
        ({"value": 1.0}, "not both"),
        ({"answered_in": "See it"}, r"answered_in is a sequence of headings: write \('See it',\)"),
        ({"answered_in": ("See it", "See it")}, "each heading once, got 'See it'"),
        ({"answered_in": (" ",)}, "each heading once, got ' '"),
    ],
)
def test_malformed_prediction_is_refused_by_its_id(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=f"X1.*{message}"):
        made(**changes)


def test_id_is_letters_digits_and_hyphens() -> None:
    with pytest.raises(ValueError, match="letters, digits and hyphens, got 'X1 a'"):
        made(id="X1 a")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"beliefs": (Belief(0, 0.2, "low", "No."),)}, "the wrong number 0.21 has no reply"),
        ({"beliefs": (Belief(0, 1, "any", ""),)}, "needs a reply"),
        ({"tolerance": 0}, "tolerance must be above 0"),
        ({"value": 1.2}, "must lie in"),
    ],
)
def test_malformed_number_is_refused(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=f"X1.*{message}"):
        number(**changes)


@pytest.mark.parametrize(("part", "name"), EVERY)
def test_page_holds_question_beliefs_replies_and_truth_without_a_script(part: str, name: str) -> None:
    one = asked(part, name)
    assert one.id == name
    payload = rounded(one.payload())
    page = to_html("prediction", payload)
    outside = re.sub(r"<script.*?</script>", "", page)
    told = payload.get("choices") or payload["beliefs"]
    for text in (payload["question"], payload["truth"], *(t[key] for t in told for key in ("text", "reply"))):
        assert prediction.html.escape(text) in outside
    assert outside.count("<details") == len(told) + 1
    assert not re.search(r"\{\w", outside)


@pytest.mark.parametrize(("part", "name"), EVERY)
def test_text_holds_question_and_choices_and_no_answer(part: str, name: str) -> None:
    one = asked(part, name)
    payload = rounded(one.payload())
    text = one.text()
    assert payload["question"] in text
    assert all(f"- {choice['text']}" in text for choice in payload.get("choices", ()))
    told = payload.get("choices") or payload["beliefs"]
    assert not any(answer in text for answer in (payload["truth"], *(each["reply"] for each in told)))
    # Of what is printed nothing tells the right choice from the others.
    assert "right]" not in text and "not so" not in text


@pytest.mark.parametrize(("part", "name"), EVERY)
def test_no_reply_answers_another_question_of_its_part(part: str, name: str) -> None:
    told = str(asked(part, name).payload())
    others = [asked(part, other) for other in BOOK[part].split() if other != name]
    assert all(other.finding not in told for other in others)


def test_ids_are_unique() -> None:
    ids = [asked(*each).id for each in EVERY] + [ANSWERS_REPLAY.bet.id]
    assert len(set(ids)) == len(ids)


def test_right_choices_are_recomputed_another_way() -> None:
    def right(part: str, name: str) -> str:
        payload = asked(part, name).payload()
        return payload["choices"][payload["right"]]["text"]

    chain = {
        length: 1 - (1 - 0.6 * (1 - 2.718281828 ** (-length / 400))) ** (6400 / length) for length in (6400, 400, 100)
    }
    assert right("setup", "S2") == f"{6400 // max(chain, key=chain.__getitem__)} of 100"
    # Of 1,000 answers 100 are right; 90 of them pass, and 180 of the 900 wrong ones.
    assert right("setup", "TOOLS1") == {1 / 3: "One in three"}[90 / (90 + 180)]
    small, large = (recorded.load(f"evalperf/{name}") for name in ("gemma-2-9b-it", "gemma-2-27b-it"))
    ahead = large.c / large.n - small.c / small.n
    assert ahead.mean() > 4 * ahead.std() / 118**0.5
    assert "task by task" in right("setup", "TOOLS2")
    assert right("setup", "S4") == f"{1 - 56 / 252:.3f}"
    assert (right("setup", "S5") == "A") == (0.8**3 > 0.93**10)
    by = [verifiers.best_of_n_law(0.1, verifiers.Roc.binormal(auc), k) for auc, k in ((0.7, 40), (0.85, 11))]
    assert right("setup", "S6").startswith("The dear") == (by[1] > by[0])
    logits = recorded.table("next_token_logits")
    lead = -np.diff(logits["logit"][(logits["prompt"] == "violets") & (logits["rank"] <= 2)])[0]
    assert right("setup", "S11").startswith(f"{np.exp(2 * lead):.1f}")
    rows, wins = recorded.table("smollm2_samples"), 0
    for problem in range(24):
        given = rows["answer"][(rows["problem"] == problem) & ~np.isnan(rows["answer"])]
        answers, votes = np.unique(given, return_counts=True)
        mine = (rows["problem"] == problem) & (rows["correct"] == 1)
        wins += answers[votes.argmax()] in rows["answer"][mine]
    assert right("setup", "S12").startswith(f"{wins}: ")
    # A right step passes in 76 of 100 cases, a wrong one in 4: of what passes 95 % is right.
    assert right("setup", "S7") == f"About {(0.76 / 0.80) ** 12:.0%}"
    scores = [0.97, 0.99, 0.93, 0.90]
    kept = scores.index(max(scores)) == [s**20 for s in scores].index(max(s**20 for s in scores))
    assert right("setup", "S9").startswith("Exactly") == kept
    assert right("theorem", "T1") == f"About {5 * 0.95**63:.1f} points"
    assert right("theorem", "T2") == f"{sum(0.8**i for i in range(10)):.2f}"
    # A right answer costs 1/0.05 small samples of price 1, or 1/P large ones of price 10.
    assert right("theorem", "T7").startswith(f"{10 / (1 / 0.05):.2f}")
    # Failures of a Beta mixture as a product, the chance that the j-th sample fails when all before it did.
    failures = np.cumprod([(2.0 + j) / (2.5 + j) for j in range(1000)])
    assert right("theorem", "T8") == f"About {int((failures > failures[99] / 2).sum()) + 1}"
    assert right("phenomena", "P4") == f"{10 / 0.8:.1f}"
    chains = {
        k: verifiers.best_of_n_law(0.3 * (1 - 2.718281828 ** (-4 / k)), verifiers.Roc.binormal(0.8), k)
        for k in (1, 2, 3, 4, 10, 40)
    }
    lab = reasoner.load(reasoner.Config(seed=14))
    sums = comparisons.sums_by_difficulty(lab.reasoner, [14, 31])
    judge = lab.prm.on("product")
    greedy_beams = {
        m: comparisons.solved(sums.search(search.beam, m, lambda _: judge, [1, m], width=1, expand=m))[0].mean()
        for m in (2, 4, 16, 128)
    }
    assert right("confusions", "C5") == str(max(chains, key=chains.__getitem__))
    files = [recorded.table("reflexion_trials")[part] for part in ("arm", "trial", "solved")]
    said = {t: files[2][(files[0] == "retry") & (files[1] == t)].tolist() for t in (5, 6)}
    assert right("laboratory", "L17").startswith("No: the retries may be") == (said[5] == said[6])
    assert right("laboratory", "L8") == f"About {max(greedy_beams, key=greedy_beams.__getitem__)}"
    perfect, mediocre = (
        1 - 0.9**8,
        [verifiers.best_of_n_law(0.1, verifiers.Roc.binormal(0.7, r), 100) for r in (0.5, 2)],
    )
    same = [verifiers.best_of_n_law(0.1, verifiers.Roc.binormal(0.8, ratio), 100) for ratio in (0.5, 2)]
    assert right("phenomena", "P9").startswith("From below one sample") == (same[0] < 0.1 and same[1] > 0.95)
    assert right("phenomena", "P6").startswith("The AUC") == (mediocre[0] < perfect < mediocre[1])


def test_the_vote_of_ten_cold_answers_is_counted_without_the_library() -> None:
    columns = recorded.table("low_temperature_votes")
    mine = columns["direction"] == "output"
    codes, right = columns["answer"][mine].reshape(800, 10), columns["correct"][mine].reshape(800, 10)
    voted = []
    for row, flags in zip(codes, right, strict=True):
        votes = np.bincount(row)
        first = np.flatnonzero(votes == votes.max())
        voted.append(np.mean([flags[row == code][0] for code in first]))
    one = asked("confusions", "C8")
    assert one.numbers["vote"] == pytest.approx(100 * np.mean(voted))
    assert one.numbers["covered"] == pytest.approx(100 * right.any(axis=1).mean())
    assert one.choices[one.right].text == "About {one:.0f} %: it gains nothing"


def test_the_two_aucs_of_the_reward_model_are_counted_pair_by_pair() -> None:
    columns = recorded.table("prm_math500")
    right, score = columns["correct"] == 1, columns["prm_score"]

    def above(rows: np.ndarray) -> float:
        ahead = np.subtract.outer(score[rows & right], score[rows & ~right])
        return float((np.sign(ahead) + 1).mean() / 2)

    problems = [columns["problem"] == i for i in range(40)]
    within = [above(rows) for rows in problems if 0 < right[rows].sum() < rows.sum()]
    one = asked("phenomena", "P10")
    assert one.numbers["pooled"] == pytest.approx(100 * above(np.full(960, True)))
    assert (one.numbers["within"], one.numbers["mixed"]) == (pytest.approx(100 * np.mean(within)), 27)
    assert one.choices[one.right].text == "About {within:.0f} in 100"


def test_the_vote_that_loses_is_counted_by_drawing_answers() -> None:
    """Draw 16 of the 64 answers again and again, let them vote, and count where one answer is better."""
    rng, worse = np.random.default_rng(5), 0
    for pool in recorded.load("smollm2").pools():
        won = 0.0
        for _ in range(2_000):
            drawn = pool.answer[rng.choice(64, 16, replace=False)]
            # Where no number was given, no vote is cast.
            votes = np.bincount(drawn[drawn >= 0])
            tied = np.flatnonzero(votes == votes.max())
            won += np.mean([pool.correct[pool.answer == answer].any() for answer in tied])
        worse += won / 2_000 < pool.correct.mean() - 0.002
    payload = asked("setup", "S8").payload()
    assert payload["choices"][payload["right"]]["text"] == str(worse)


def test_measured_truths_are_those_of_the_recorded_programs() -> None:
    samples = recorded.load("humaneval_codet")
    # Two programs of one problem are both right more often than two of different ones: the correlation, by counting.
    p = samples.c / samples.n
    both = (samples.c * (samples.c - 1) / (samples.n * (samples.n - 1))).mean()
    alike = (both - p.mean() ** 2) / (p.mean() * (1 - p.mean()))
    worth = asked("theorem", "T5").payload()["number"]
    assert abs(worth["value"] - 100 / (1 + 99 * alike)) < worth["tolerance"] / 2
    # A false pass in 100, program by program, on the problems that none of the programs solves.
    never = int((samples.c == 0).sum())
    added = 100 * never * (1 - 0.99**100) / len(samples.n)
    assert f"By {added:.1f} points" in asked("confusions", "C7").finding
    # Ten of ten recorded answers: a right one among them, and ten right ones, counted on the table itself.
    table = recorded.table("direct_against_chain")
    mine = table["model"] == "GPT-3.5-Turbo-0301"
    direct, chain = table["c_direct"][mine], table["c_chain"][mine]
    some, every = ([100 * np.mean(of(c)) for c in (chain, direct)] for of in (lambda c: c > 0, lambda c: c == 10))
    said = f"{some[0]:.0f} % instead of {some[1]:.0f} % have a right one among ten; {every[0]:.0f} % instead of "
    assert said in asked("confusions", "C10").finding
    rows = recorded.table("gsm8k_cobbe_outcomes")
    gains = [100 * (rows[f"ver{size}"].mean() - rows[f"ft{size}"].mean()) for size in ("175b", "6b")]
    said = f"{gains[0]:.1f} points, and {gains[1]:.1f} to the small model."
    assert asked("confusions", "C6").finding.startswith(said)


def test_vote_is_the_multinomial_one() -> None:
    # Three samples of two answers: the right one wins with two or three of three.
    p = 0.6
    assert confusions.vote_of(3, p, [1 - p]) == pytest.approx(p**3 + 3 * p**2 * (1 - p))
    a, b, c = 0.5, 0.3, 0.2
    # Two samples: both right, or a tie of right with one of the others.
    assert confusions.vote_of(2, a, [b, c]) == pytest.approx(a * a + (2 * a * b + 2 * a * c) / 2)


def test_first_prediction_of_the_theorem_is_the_library_s() -> None:
    assert asked("theorem", "T1").numbers["gain"] == pytest.approx(100 * laws.marginal_gain(0.05, 64))


def test_both_plans_of_ten_draws_are_right_as_often_as_the_question_says() -> None:
    told, rng, runs = asked("theorem", "T9").numbers, np.random.default_rng(6), 40_000
    # Equal spread and AUC 0.8: the two means lie 1.19 spreads apart.
    right = rng.random((runs, 300)) < told["p"]
    score = rng.normal(size=right.shape) + right * 1.19023
    picked = right[np.arange(runs), score[:, : int(told["draws"])].argmax(axis=1)]
    passing = np.quantile(score, 1 - 1 / told["draws"])
    first = right[np.arange(runs), (score > passing).argmax(axis=1)]
    for drawn, name in ((picked, "picked"), (first, "first")):
        assert abs(100 * drawn.mean() - told[name]) < 400 * drawn.std() / runs**0.5


def test_rare_answers_that_fool_are_drawn_as_often_as_the_question_says() -> None:
    told, rng, runs = asked("theorem", "T6").numbers, np.random.default_rng(5), 20_000
    for k, expected in ((int(told["peak"]), told["top"]), (int(told["odds"]), told["at_odds"])):
        # A place from the top: right answers lie below one in a thousand, four in five of them in the best fifth.
        best_right, best_wrong = np.ones(runs), np.ones(runs)
        number = rng.binomial(k, told["p"], runs)
        for i in range(runs):
            place = np.interp(rng.random(number[i]), [0, 0.8, 1], [0.001, 0.2, 1])
            best_right[i] = place.min(initial=1)
            best_wrong[i] = rng.random(k - number[i]).min(initial=1)
        drawn = best_right < best_wrong
        assert abs(drawn.mean() - expected) < 4 * drawn.std() / runs**0.5


def test_right_answers_of_reliability_follow_from_the_recorded_trials() -> None:
    counts = np.bincount(recorded.load("agents_airline").c, minlength=5)
    every_time, rows = (asked("reliability", name) for name in ("R1", "R2"))
    assert counts[4] == 10 and every_time.text().count("About 20 %") >= 1
    assert f"{100 * counts[4] / 50:.0f} % of the tasks" in every_time.finding
    assert rows.finding.startswith("60 of 74 rows")


def test_right_answers_on_reinforcement_learning_follow_from_the_counts() -> None:
    columns = recorded.table("rl_against_base")
    failures = [[math.comb(128 - c, k) / math.comb(128, k) for k in range(1, 129)] for c in range(129)]
    lead = np.array(failures)[columns["c_base"]].mean(axis=0) - np.array(failures)[columns["c_rl"]].mean(axis=0)
    crossing, repeats = (asked("reliability", name) for name in ("R3", "R4"))
    assert f"from about k = {1 + int(np.argmax(lead < 0))} on" in crossing.text()
    assert f"ahead by {-100 * lead[-1]:.1f} points" in crossing.finding
    p = columns["c_base"] / 128
    within = (p * (1 - p)).mean() * 128 / 127
    one = math.sqrt((p.var(ddof=1) - within / 128 + within) / 1060)
    assert f"About {one:.3f}: hardly larger" in repeats.text()


def test_right_answer_of_remedies_is_that_of_two_rules_at_one_distance() -> None:
    pools = list(recorded.load("humaneval_codet").pools())
    soft = [verifiers.soft_best_of_n_axis(pool.score, pool.correct, 100, 0.3) for pool in pools]
    hard = [verifiers.best_of_n_axis(pool.score, pool.correct, 64) for pool in pools]
    assert np.mean([axis.divergence for axis in soft]) == pytest.approx(
        np.mean([axis.divergence for axis in hard]), abs=0.02
    )
    shares = [100 * np.mean([axis.reward for axis in axes]) for axes in (soft, hard)]
    assert asked("remedies", "M1").finding.startswith(
        f"The soft rule is right for {shares[0]:.1f} % of the problems, the best of 64 for {shares[1]:.1f} %"
    )


def test_a_cut_and_rejection_are_right_as_often() -> None:
    tests = recorded.table("humaneval_codet_problems")["n_tests"]
    pools = list(zip(recorded.load("humaneval_codet").pools(), tests, strict=True))
    # The first rule is counted with tied scores; the prediction counts the second.
    tied = [estimates.best_of_n(pool.correct, np.minimum(pool.score / max(n, 1), 0.25), 64) for pool, n in pools]
    assert asked("remedies", "M2").finding.startswith(f"Both are right for {100 * np.mean(tied):.1f} % of the problems")


def test_right_answer_on_a_vote_to_a_lead_is_that_of_a_walk_counted_out() -> None:
    # Chances of each lead, vote by vote, until nearly all votes have ended.
    walk, ended, drawn = {0: 1.0}, {5: 0.0, -5: 0.0}, 0.0
    for _ in range(2000):
        drawn += sum(walk.values())
        after: dict[int, float] = {}
        for lead, chance in walk.items():
            for step, part in ((1, 0.6), (-1, 0.4)):
                place = ended if abs(lead + step) == 5 else after
                place[lead + step] = place.get(lead + step, 0.0) + part * chance
        walk = after
    fixed = sum(math.comb(19, right) * 0.6**right * 0.4 ** (19 - right) for right in range(10, 20))
    asks = asked("remedies", "M3")
    assert f"needs {drawn:.1f} samples on average. The vote of 19 ends right in {100 * fixed:.0f} of 100" in asks.text()
    assert asks.finding.startswith(f"The vote that stops ends right in {100 * ended[5]:.0f} of 100 cases")


def test_right_answer_on_looks_is_what_the_log_says() -> None:
    rows = recorded.table("game24_values")
    use = (rows["kind"] == "state") & (rows["value_source"] == "model") & (rows["step"] == 0) & (rows["solvable"] == 1)
    sure = rows["n_sure"][use & (rows["n_sure"] + rows["n_likely"] + rows["n_impossible"] == 3)]
    one = sure.sum() / (3 * len(sure))
    asked_once = asked("remedies", "M4")
    assert asked_once.finding.startswith(f"{100 * (sure > 0).mean():.0f} % are called “sure” at least once")
    assert f"About {100 * (1 - (1 - one) ** 3):.0f} %: it has three chances" in asked_once.text()

"""A question before the figure: every belief has a reply, every number is computed, nothing needs a script."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from inference_scaling import estimates, laws, verifiers
from inference_scaling.display.output import rounded, to_html
from inference_scaling.interactive import prediction
from inference_scaling.interactive.prediction import Belief, Choice, Prediction
from inference_scaling.lessons.confusions import predictions as confusions
from inference_scaling.lessons.setup.replays import AGAIN
from inference_scaling.sources import recorded

BOOK = {
    "setup": "S1 S2 S3 S4 S5 S6",
    "theorem": "T1 T2 T3 T4",
    "phenomena": "P1 P2 P3 P4 P5",
    "confusions": "C1 C2 C3 C4",
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
    for text in (payload["question"], payload["truth"]):
        assert text in one.text()


@pytest.mark.parametrize(("part", "name"), EVERY)
def test_no_reply_answers_another_question_of_its_part(part: str, name: str) -> None:
    one = asked(part, name)
    others = [asked(part, other) for other in BOOK[part].split() if other != name]
    assert all(other.finding not in one.text() for other in others)


def test_ids_are_unique() -> None:
    ids = [asked(*each).id for each in EVERY] + [AGAIN.bet.id]
    assert len(set(ids)) == len(ids)


def test_right_choices_are_recomputed_another_way() -> None:
    def right(part: str, name: str) -> str:
        payload = asked(part, name).payload()
        return payload["choices"][payload["right"]]["text"]

    assert right("setup", "S1") == "About 21: one in three"
    chain = {
        length: 1 - (1 - 0.6 * (1 - 2.718281828 ** (-length / 400))) ** (6400 / length) for length in (6400, 400, 100)
    }
    assert right("setup", "S2") == f"{6400 // max(chain, key=chain.__getitem__)} of 100"
    assert right("setup", "S4") == f"{1 - 56 / 252:.3f}"
    assert (right("setup", "S5") == "A") == (0.8**3 > 0.93**10)
    by = [verifiers.best_of_n_law(0.1, verifiers.Roc.binormal(auc), k) for auc, k in ((0.7, 40), (0.85, 11))]
    assert right("setup", "S6").startswith("The dear") == (by[1] > by[0])
    assert right("theorem", "T1") == f"About {5 * 0.95**63:.1f} points"
    assert right("theorem", "T2") == f"{sum(0.8**i for i in range(10)):.2f}"
    assert right("phenomena", "P4") == f"{10 / 0.8:.1f}"
    assert right("confusions", "C2") == "147"


def test_measured_truths_are_those_of_the_recorded_programs() -> None:
    samples = recorded.load("humaneval_codet")
    measured = estimates.pass_at_k(samples.n, samples.c, 16).mean()
    assert asked("theorem", "T3").payload()["number"]["value"] == pytest.approx(measured, abs=5e-4)
    t4 = asked("theorem", "T4").numbers
    assert t4["peak"] == 5 and t4["first"] < t4["best"] and t4["last"] < t4["best"]
    assert t4["fall_high"] < 0 and t4["low"] < 0 < t4["high"]


def test_vote_is_the_multinomial_one() -> None:
    # Three samples of two answers: the right one wins with two or three of three.
    p = 0.6
    assert confusions.vote_of(3, p, [1 - p]) == pytest.approx(p**3 + 3 * p**2 * (1 - p))
    a, b, c = 0.5, 0.3, 0.2
    # Two samples: both right, or a tie of right with one of the others.
    assert confusions.vote_of(2, a, [b, c]) == pytest.approx(a * a + (2 * a * b + 2 * a * c) / 2)


def test_first_prediction_of_the_theorem_is_the_library_s() -> None:
    assert asked("theorem", "T1").numbers["gain"] == pytest.approx(100 * laws.marginal_gain(0.05, 64))

"""The recorded next tokens: what the tables hold is told as it is, and nothing is made up for other texts."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from inference_scaling.lessons.setup import live
from inference_scaling.sources import language_model as lm
from inference_scaling.sources import next_tokens, recorded


@pytest.mark.parametrize("name", next_tokens.texts())
def test_named_tokens_and_bins_are_a_whole_vocabulary_in_falling_order(name: str) -> None:
    found = next_tokens.after(name)
    assert len(found.logits) == 49_152 and len(found.tokens) == 30
    assert (np.diff(found.logits) <= 0).all()
    chances = lm.softmax(found.logits)
    assert dict(found.likeliest(30)) == pytest.approx(dict(zip(found.tokens, chances[:30], strict=True)))


def test_temperature_zero_leaves_one_token_and_top_p_a_few() -> None:
    found = next_tokens.after("violets")
    assert found.likeliest(5, temperature=0) == [(" white", 1.0)]
    kept = found.likeliest(30, top_p=0.5)
    full = dict(found.likeliest(30))
    assert sum(full[token] for token, _ in kept) >= 0.5 > sum(full[token] for token, _ in kept[:-1])


def test_an_answer_ends_where_its_stop_was_drawn() -> None:
    for one in next_tokens.answers():
        assert "\n" not in one.text and one.text.endswith(".")
        assert one.log_probability == pytest.approx(sum(one.logs))
    table = recorded.table("next_token_answers")
    assert [one.correct for one in next_tokens.answers()] == [
        bool(table["correct"][table["answer"] == number].all()) for number in range(8)
    ]


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: next_tokens.after("capitol"), "name is one of 'capital', .*, got 'capitol'"),
        (lambda: next_tokens.after("capital").likeliest(31), "most is from 1 to 30, .*got 31"),
        (lambda: next_tokens.after("capital").likeliest(0), "most is from 1 to 30, .*got 0"),
        (lambda: next_tokens.after("capital").likeliest(2, temperature=-1), "a temperature is 0"),
        (lambda: next_tokens.after("capital").likeliest(2, top_p=0), "top-p is a probability"),
        (lambda: next_tokens.Record().likeliest("Hello"), "'Hello' is none of the 7 recorded texts; `make model`"),
    ],
    ids=["name", "many", "none", "temperature", "top-p", "text"],
)
def test_what_is_not_recorded_is_refused(ask, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ask()


def broken_weights(tmp_path, monkeypatch) -> None:
    (tmp_path / lm.WEIGHTS.name).write_bytes(b"GGUF, but another")
    monkeypatch.setenv(lm.FOLDER, str(tmp_path))


def no_weights(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(lm.FOLDER, str(tmp_path / "nowhere"))


def no_package(tmp_path, monkeypatch) -> None:
    (tmp_path / lm.WEIGHTS.name).write_bytes(b"weights")
    monkeypatch.setenv(lm.FOLDER, str(tmp_path))
    monkeypatch.setitem(sys.modules, "gguf", None)


@pytest.mark.parametrize(
    ("lack", "says"),
    [
        (broken_weights, "not the weights of the model"),
        (no_weights, "`make model` in the project's folder fetches them once"),
        (no_package, "the model needs the package 'gguf'"),
    ],
)
def test_without_the_model_a_lesson_shows_the_record_and_says_why_in_one_line(
    lack, says: str, tmp_path, monkeypatch
) -> None:
    lack(tmp_path, monkeypatch)
    notes: list[str] = []
    monkeypatch.setattr(live, "_note", notes.append)
    found = live.model_or_record()
    assert found.likeliest("The capital of France is", 1) == [(" Paris", pytest.approx(0.7725, abs=0.001))]
    assert live.first_token("The capital of France is", lambda tokens, model: None)[0] == " Paris"
    assert len(notes) == 2 and notes[0] == notes[1] and says in notes[0] and "\n" not in notes[0]


def test_a_forward_pass_of_a_reader_is_asked_where_the_model_is(monkeypatch) -> None:
    small = lm.random_model(rng=np.random.default_rng(1))
    monkeypatch.setattr(lm, "load", lambda: small)
    found = live.first_token("7+8=", lambda tokens, model: model.logits(model.decode(tokens))[None])
    token, chance = small.likeliest("7+8=", 1)[0]
    assert found == (token, pytest.approx(chance))

"""The language model: its forward pass against a slow one from the formulas, its draws against their chances."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_scaling.sources import language_model as lm
from inference_scaling.sources import next_tokens

WORDS = 64
SMALL = lm.random_model(rng=np.random.default_rng(1))
SHAPE = SMALL.shape


@pytest.fixture(scope="module")
def model() -> lm.LanguageModel:
    return SMALL


def slow(tokens: list[int]) -> np.ndarray:
    """The logits after each token, token by token and head by head, in double precision, from the formulas."""
    layers = [{name: value.astype(float) for name, value in one.items()} for one in SMALL.layers]
    embedding, last = SMALL.embedding.astype(float), SMALL.last_norm.astype(float)
    norm = lambda x, w: x / np.sqrt(np.mean(x**2) + SHAPE.epsilon) * w  # noqa: E731
    x = [embedding[token] for token in tokens]
    for w in layers:
        queries, keys, values = [], [], []
        for place, one in enumerate(x):
            normed = norm(one, w["attn_norm"])
            queries.append(turned(w["attn_q"] @ normed, place))
            keys.append(turned(w["attn_k"] @ normed, place))
            values.append((w["attn_v"] @ normed).reshape(SHAPE.groups, SHAPE.head))
        for place in range(len(x)):
            mixed = []
            for head in range(SHAPE.heads):
                group = head // (SHAPE.heads // SHAPE.groups)
                scores = [queries[place][head] @ keys[past][group] / SHAPE.head**0.5 for past in range(place + 1)]
                share = np.exp(scores) / np.exp(scores).sum()
                mixed.append(sum(share[past] * values[past][group] for past in range(place + 1)))
            x[place] = x[place] + w["attn_output"] @ np.concatenate(mixed)
            normed = norm(x[place], w["ffn_norm"])
            gate = w["ffn_gate"] @ normed
            x[place] = x[place] + w["ffn_down"] @ (gate / (1 + np.exp(-gate)) * (w["ffn_up"] @ normed))
    return np.array([embedding @ norm(one, last) for one in x])


def turned(flat: np.ndarray, place: int) -> np.ndarray:
    heads = flat.reshape(-1, SHAPE.head // 2, 2)
    angle = place * SHAPE.base ** (-2 * np.arange(SHAPE.head // 2) / SHAPE.head)
    pairs = heads[..., 0] + 1j * heads[..., 1]
    moved = pairs * np.exp(1j * angle)
    return np.stack([moved.real, moved.imag], -1).reshape(-1, SHAPE.head)


def log_softmax(x: np.ndarray) -> np.ndarray:
    return x - x.max() - np.log(np.exp(x - x.max()).sum())


# The forward pass


@pytest.mark.parametrize("text", ["A", "WHAT IS 7+8?", "0123456789" * 3])
def test_logits_are_those_of_the_formulas(model: lm.LanguageModel, text: str) -> None:
    np.testing.assert_allclose(model.logits(text), slow(model.encode(text))[-1], atol=2e-4)


def test_a_long_prompt_is_read_in_pieces_with_the_same_result(model, monkeypatch) -> None:
    whole = model.logits("TAKE THE SUM OF ALL")
    monkeypatch.setattr(lm, "CHUNK", 5)
    np.testing.assert_allclose(model.logits("TAKE THE SUM OF ALL"), whole, atol=2e-4)


def test_the_chance_of_an_answer_is_the_product_over_its_tokens(model) -> None:
    prompt, answer = "7+8=", "15."
    told = model.encode(prompt + answer)
    rows = slow(told)
    by_hand = sum(log_softmax(rows[len(prompt) - 1 + i])[told[len(prompt) + i]] for i in range(len(answer)))
    assert model.log_probability(prompt, answer) == pytest.approx(by_hand, abs=1e-3)


def test_samples_drawn_together_have_the_chances_of_samples_scored_alone(model) -> None:
    answers = model.sample("7+8=", 9, rng=np.random.default_rng(3), temperature=1.3, most_tokens=6, stop=())
    whole = [one for one in answers if not one.ended]
    assert len({one.text for one in whole}) > 3
    for one in whole:
        assert model.log_probability("7+8=", one.text) == pytest.approx(one.log_probability, abs=1e-3)


def test_an_answer_tells_its_tokens_and_the_chance_of_each(model) -> None:
    for one in model.sample("7+8=", 9, rng=np.random.default_rng(3), temperature=1.3, most_tokens=6, stop=("E",)):
        assert len(one.drawn) == len(one.logs) == one.tokens
        assert sum(one.logs) == pytest.approx(one.log_probability)
        assert model.decode(one.drawn).startswith(one.text)
        told = model.log_probabilities("7+8=", model.decode(one.drawn))
        assert [token for token, _ in told] == [model.decode([token]) for token in one.drawn]
        assert [log for _, log in told] == pytest.approx(one.logs, abs=1e-3)


def test_first_tokens_come_as_often_as_their_chance(model) -> None:
    n = 4000
    chances = dict(model.likeliest("7+8=", WORDS, temperature=0.8, top_p=0.7))
    drawn = model.sample("7+8=", n, rng=np.random.default_rng(5), temperature=0.8, top_p=0.7, most_tokens=1, stop=())
    counts = {token: sum(one.text == token for one in drawn) for token in chances}
    # The end of a text is a token like others, with an empty text.
    assert sum(counts.values()) + sum(one.ended for one in drawn) >= n
    for token, chance in chances.items():
        if model.encode(token) != [SHAPE.end]:
            assert abs(counts[token] - n * chance) <= 4.5 * np.sqrt(n * chance * (1 - chance)) + 1


def test_blocks_do_not_change_how_many_answers_there_are(model, monkeypatch) -> None:
    monkeypatch.setattr(lm, "BLOCK", 4)
    assert len(model.sample("7+8=", 10, rng=np.random.default_rng(1), most_tokens=2)) == 10


def test_ten_thousand_answers_take_the_memory_of_their_texts_and_of_one_block(model) -> None:
    def peak(n: int) -> int:
        tracemalloc.start()
        try:
            answers = model.sample("7+8=", n, rng=np.random.default_rng(1), most_tokens=3, stop=())
            assert len(answers) == n
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # An answer is a few small objects; all keys and values of 10,000 samples at once would be thirty times as much.
    assert peak(10_000) - peak(64) < 10_000 * 1_500


def test_greedy_answers_are_all_the_likeliest_token(model) -> None:
    best = model.likeliest("7+8=", 1)[0][0]
    answers = model.sample("7+8=", 3, rng=np.random.default_rng(1), temperature=0, most_tokens=1, stop=())
    assert {one.text for one in answers} == {best}


def test_an_answer_ends_before_its_stop(model) -> None:
    for one in model.sample("A", 40, rng=np.random.default_rng(2), temperature=2.0, most_tokens=30, stop=("E", "7")):
        assert "E" not in one.text and "7" not in one.text
        assert one.ended or one.tokens == 30


# From logits to one token

NUMBERS = st.lists(st.floats(-30, 30), min_size=1, max_size=12)


@given(NUMBERS, st.floats(0.01, 50), st.floats(0.01, 1))
@settings(max_examples=60, deadline=None)
def test_a_distribution_keeps_the_order_and_sums_to_one(logits: list[float], temperature: float, p: float) -> None:
    full, cut = lm.softmax(logits, temperature), lm.distribution(logits, temperature, p)
    assert full.sum() == pytest.approx(1) and cut.sum() == pytest.approx(1)
    assert np.argmax(full) == np.argmax(logits) or np.isclose(full.max(), full[np.argmax(logits)])
    kept = cut > 0
    # The kept tokens reach p together, and without the least likely of them they do not.
    assert full[kept].sum() >= min(p, 1) - 1e-9
    assert full[kept].sum() - full[kept].min() < p + 1e-9
    assert full[kept].min() >= full[~kept].max(initial=0) - 1e-12


@given(NUMBERS)
@settings(max_examples=30, deadline=None)
def test_a_small_temperature_is_greedy_and_a_large_one_even(logits: list[float]) -> None:
    assert lm.softmax(logits, 0)[np.argmax(logits)] == 1
    assert np.allclose(lm.softmax(logits, 1e9), 1 / len(logits), atol=1e-6)


@pytest.mark.parametrize("temperature", [-1, float("nan"), float("inf"), "warm", None])
def test_a_temperature_that_is_none_is_refused(model, temperature) -> None:
    with pytest.raises(ValueError, match="a temperature is 0"):
        lm.softmax([1.0, 2.0], temperature)
    with pytest.raises(ValueError, match="a temperature is 0"):
        model.sample("A", 1, rng=np.random.default_rng(1), temperature=temperature)


@pytest.mark.parametrize("p", [0, -0.1, 1.01, float("nan"), float("inf")])
def test_a_top_p_outside_of_its_range_is_refused(model, p: float) -> None:
    with pytest.raises(ValueError, match=r"top-p is a probability in \(0, 1\]"):
        model.sample("A", 1, rng=np.random.default_rng(1), top_p=p)


@pytest.mark.parametrize("logits", [[], [1.0, float("nan")]])
def test_logits_that_are_none_are_refused(logits: list[float]) -> None:
    with pytest.raises(ValueError, match="logits are one number a token"):
        lm.softmax(logits)


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"prompt": None}, ValueError, "a prompt is a text of at least one letter, got None"),
        ({"prompt": ""}, ValueError, "a prompt is a text of at least one letter"),
        ({"prompt": "A" * 390}, ValueError, "the prompt has 390 tokens with 32 more .* context holds 400"),
        ({"n": 0}, ValueError, "n is a whole number from 1 on, got 0"),
        ({"n": 2.5}, ValueError, r"n is a whole number from 1 on, got 2\.5"),
        ({"most_tokens": 0}, ValueError, "most_tokens is a whole number"),
        ({"rng": 7}, TypeError, "rng is a numpy.random.Generator"),
    ],
    ids=["none", "no prompt", "long prompt", "no answer", "half an answer", "no token", "a seed"],
)
def test_what_cannot_be_sampled_is_refused(model, changed, error, says: str) -> None:
    asked = {"prompt": "A", "n": 1, "rng": np.random.default_rng(1)} | changed
    with pytest.raises(error, match=says):
        model.sample(asked.pop("prompt"), asked.pop("n"), **asked)


def test_a_sign_that_the_small_model_does_not_know_is_named(model) -> None:
    with pytest.raises(ValueError, match="knows plain letters, digits and signs, got '≤'"):
        model.logits("3 ≤ 4")
    with pytest.raises(TypeError, match=r"rng is a numpy\.random\.Generator"):
        lm.random_model(rng=1)


def test_a_prompt_longer_than_the_context_is_refused_whatever_is_asked(model) -> None:
    for ask in (model.logits, model.likeliest, lambda prompt: model.log_probability(prompt, "15")):
        with pytest.raises(ValueError, match="the model's context holds 400"):
            ask("A" * 401)
        with pytest.raises(ValueError, match="a prompt is a text of at least one letter"):
            ask("")


# The weights


def test_weights_that_are_not_there_say_how_to_get_them(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(lm.FOLDER, raising=False)
    with pytest.raises(lm.ModelMissing, match=r"`make model` .* fetches them once"):
        lm.load()
    monkeypatch.setenv(lm.FOLDER, str(tmp_path / "elsewhere"))
    with pytest.raises(lm.ModelMissing, match="elsewhere"):
        lm.load()


def test_exchanged_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.gguf").write_bytes(b"GGUF, but another")
    with pytest.raises(lm.ModelMissing, match=r"not the weights of the model .* `make model` again"):
        lm.load(tmp_path / "weights.gguf")


def test_too_little_memory_is_said_before_reading(tmp_path: Path, monkeypatch) -> None:
    import hashlib

    (tmp_path / "weights.gguf").write_bytes(b"small")
    monkeypatch.setattr(lm, "SHA256", hashlib.sha256(b"small").hexdigest())
    monkeypatch.setattr(lm, "_free_bytes", lambda: 300_000_000)
    with pytest.raises(MemoryError, match=r"needs 1\.1 GB of memory and 0\.3 GB are free"):
        lm.load(tmp_path / "weights.gguf")


# The real weights: `make model` fetches them, and CI runs it first.

HERE = Path(__file__).resolve().parents[1] / lm.WEIGHTS


@pytest.fixture(scope="module")
def real() -> lm.LanguageModel:
    if not HERE.is_file() and not os.environ.get("CI"):
        pytest.skip("the weights are not there: `make model` fetches them")
    return lm.load(HERE)


def test_the_real_model_knows_a_capital(real: lm.LanguageModel) -> None:
    token, chance = real.likeliest("The capital of France is", 1)[0]
    assert token == " Paris"
    assert chance == pytest.approx(0.7725, abs=0.002)


def test_the_real_model_splits_numbers_into_digits_and_keeps_its_marks(real: lm.LanguageModel) -> None:
    tokens = real.encode("What is 24 + 15?<|im_end|>")
    assert [real.decode([one]) for one in tokens] == [
        "What",
        " is",
        " ",
        "2",
        "4",
        " +",
        " ",
        "1",
        "5",
        "?",
        "<|im_end|>",
    ]
    assert real.decode(real.encode("naïve — 3 ≤ 4")) == "naïve — 3 ≤ 4"


def test_answers_of_the_real_model_have_the_chance_that_it_gives_them(real: lm.LanguageModel) -> None:
    prompt = real.chat("What is 24 + 15?")
    answers = real.sample(prompt, 8, rng=np.random.default_rng(1), temperature=0.7, most_tokens=6)
    assert len({one.text for one in answers}) > 2
    one = next(one for one in answers if not one.ended)
    assert real.log_probability(prompt, one.text) == pytest.approx(one.log_probability, abs=0.02)


def test_the_real_model_draws_in_blocks_that_fit_beside_its_weights_in_two_gigabytes(real: lm.LanguageModel) -> None:
    tracemalloc.start()
    try:
        assert len(real.sample("Roses are red,", 200, rng=np.random.default_rng(1), most_tokens=2, stop=())) == 200
        # The weights, 0.54 GB, were read before.
        assert tracemalloc.get_traced_memory()[1] < 1_300_000_000
    finally:
        tracemalloc.stop()


SHORT = ("capital", "chat")
LONG = [pytest.param(name, marks=pytest.mark.evidence) for name in next_tokens.texts() if name not in SHORT]


@pytest.mark.parametrize("name", [*SHORT, *LONG])
def test_the_recorded_distributions_are_those_of_the_live_model(real: lm.LanguageModel, name: str) -> None:
    recorded = next_tokens.after(name)
    logits = np.sort(real.logits(recorded.text))[::-1].astype(float)
    assert len(recorded.logits) == len(logits)
    np.testing.assert_allclose(recorded.logits[: len(recorded.tokens)], logits[: len(recorded.tokens)], atol=0.01)
    for temperature in (0, 0.1, 0.7, 1, 2):
        live = real.likeliest(recorded.text, 8, temperature=temperature)
        told = dict(recorded.likeliest(30, temperature=temperature))
        for token, chance in live:
            assert told[token] == pytest.approx(chance, abs=0.003)
        # What the bins leave out does not move the mass of the tokens without a name.
        others = lm.softmax(logits, temperature)[30:].sum()
        assert lm.softmax(recorded.logits, temperature)[30:].sum() == pytest.approx(others, abs=0.003)


@pytest.mark.parametrize("scored", [slice(2), pytest.param(slice(2, None), marks=pytest.mark.evidence)], ids=str)
def test_the_recorded_answers_have_the_chance_that_the_live_model_gives_them(
    real: lm.LanguageModel, scored: slice
) -> None:
    prompt, answers = next_tokens.texts()["farm"], next_tokens.answers()
    assert len(answers) == 8
    for one in answers[scored]:
        told = real.log_probabilities(prompt, "".join(one.tokens))
        assert [token for token, _ in told] == list(one.tokens)
        assert [log for _, log in told] == pytest.approx(one.logs, abs=0.02)
        assert one.correct == one.text.endswith("The answer is 5.")


def test_the_greedy_answer_of_the_live_model_is_the_likeliest_of_the_recorded(real: lm.LanguageModel) -> None:
    prompt = next_tokens.texts()["farm"]
    greedy = real.sample(prompt, 1, rng=np.random.default_rng(1), temperature=0, stop=("\n",), most_tokens=40)[0]
    best = max(next_tokens.answers(), key=lambda one: one.log_probability)
    assert greedy.text.strip() == best.text and not best.correct


def test_the_real_model_holds_its_numbers_where_the_lesson_says(real: lm.LanguageModel) -> None:
    from inference_scaling.lessons.laboratory import predictions

    attention = sum(
        value.size for one in real.layers for name, value in one.items() if name.startswith("attn_") and value.ndim == 2
    )
    whole = attention + real.embedding.size
    whole += sum(
        value.size for one in real.layers for name, value in one.items() if name.startswith("ffn_") and value.ndim == 2
    )
    assert predictions.L11.numbers["attention"] == pytest.approx(attention / whole)
    assert predictions.L11.numbers["millions"] == pytest.approx(whole / 1e6)


def test_the_lines_of_the_lesson_run_the_real_weights(real: lm.LanguageModel) -> None:
    from lessons.test_sixty_lines import parts

    names = {"np": np, "softmax": lm.softmax}
    exec("\n\n\n".join(parts()), names)
    logits = names["forward"](real.encode("The capital of France is"), real)[-1]
    np.testing.assert_allclose(logits, real.logits("The capital of France is"), atol=0.01)

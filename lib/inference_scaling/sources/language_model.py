"""A real language model of 135 million parameters, run in NumPy: logits, next-token distributions, samples.

The model is SmolLM2-135M-Instruct (Apache-2.0) with weights of four bits. `load` reads them from the folder into which
``make model`` unpacked them; nothing is fetched here. It answers badly, and that is what makes it useful: one sample is
often wrong, and many samples differ.

The form is that of Llama (Touvron et al., 2023, https://arxiv.org/abs/2302.13971): layers of attention and of a gated
feed-forward network, each behind an RMS norm, with rotary positions. `_layer` is all of it. Samples of one prompt share
the prompt's keys and values, and are advanced together, a token at a time.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = [
    "FOLDER",
    "WEIGHTS",
    "LanguageModel",
    "ModelMissing",
    "SampledAnswer",
    "Shape",
    "distribution",
    "load",
    "random_model",
    "softmax",
    "top_p",
]

Floats = NDArray[np.float32]
Tokens = NDArray[np.intp]

# Where `make model` puts the weights, below the project's folder; FOLDER, an environment variable, names another place.
WEIGHTS = Path(".cache") / "model" / "SmolLM2-135M-Instruct.Q4_1.gguf"
FOLDER = "INFERENCE_SCALING_MODEL"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
# The numbers of the model as float32, and as much again while they are unpacked.
NEEDED_BYTES = 1_100_000_000
# How many samples are advanced together, and how many tokens of a prompt: both bound the memory, not the result.
BLOCK, CHUNK = 64, 256


class ModelMissing(FileNotFoundError):
    """The weights are not there, or are not those of the model."""


# From logits to one token


def softmax(logits: Any, temperature: float = 1.0) -> NDArray[np.float64]:
    """Return the probabilities that logits stand for at a temperature.

    ``p_i = exp(l_i / T) / sum_j exp(l_j / T)``. As T goes to 0 the largest logit takes everything: T = 0 is that limit,
    called greedy; where several are largest, the first.

    Parameters
    ----------
    logits : array_like, shape (..., tokens)
    temperature : float
        At least 0 and finite.

    Returns
    -------
    ndarray, shape (..., tokens)
        Sums to 1 along the last axis.

    Raises
    ------
    ValueError
        When `temperature` is negative, infinite or NaN, or `logits` hold a NaN or nothing at all.

    Examples
    --------
    >>> softmax([2.0, 1.0, 0.0]).round(3).tolist()
    [0.665, 0.245, 0.09]
    >>> softmax([2.0, 1.0, 0.0], temperature=0.5).round(3).tolist()
    [0.867, 0.117, 0.016]
    >>> softmax([2.0, 1.0, 0.0], temperature=0).tolist()
    [1.0, 0.0, 0.0]
    """
    values = np.asarray(logits, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0 or np.isnan(values).any():
        raise ValueError(f"logits are one number a token, none of them NaN; got an array of shape {values.shape}")
    _temperature(temperature)
    if temperature == 0:
        greedy = np.zeros_like(values)
        np.put_along_axis(greedy, values.argmax(-1, keepdims=True), 1.0, -1)
        return greedy
    # The largest is taken off before dividing, so that a tiny temperature overflows nothing.
    raised: NDArray[np.float64] = np.exp((values - values.max(-1, keepdims=True)) / temperature)
    raised /= raised.sum(-1, keepdims=True)
    return raised


def top_p(probabilities: Any, p: float) -> NDArray[np.float64]:
    """Return probabilities cut to the likeliest tokens that together reach `p`, and scaled to sum to 1 again.

    Called nucleus sampling (Holtzman et al., 2020, https://arxiv.org/abs/1904.09751). The likeliest token always stays.

    Parameters
    ----------
    probabilities : array_like, shape (..., tokens)
    p : float
        In (0, 1]; 1 cuts nothing.

    Raises
    ------
    ValueError
        When `p` lies outside of (0, 1].

    Examples
    --------
    >>> top_p([0.6, 0.3, 0.1], 0.8).round(3).tolist()
    [0.667, 0.333, 0.0]
    """
    if not 0 < p <= 1:
        raise ValueError(f"top-p is a probability in (0, 1], got {p!r}")
    values = np.asarray(probabilities, dtype=np.float64)
    if p == 1:
        return values
    order = np.argsort(-values, axis=-1, kind="stable")
    ranked = np.take_along_axis(values, order, -1)
    # A token stays while those before it have not reached p.
    kept = np.where(ranked.cumsum(-1) - ranked < p, ranked, 0.0)
    cut = np.zeros_like(values)
    np.put_along_axis(cut, order, kept, -1)
    cut /= cut.sum(-1, keepdims=True)
    return cut


def distribution(logits: Any, temperature: float = 1.0, p: float = 1.0) -> NDArray[np.float64]:
    """Return the distribution that the next token is drawn from: `softmax` at a temperature, then `top_p`."""
    return top_p(softmax(logits, temperature), p)


def _temperature(temperature: float) -> None:
    if not (isinstance(temperature, (int, float)) and math.isfinite(temperature) and temperature >= 0):
        raise ValueError(f"a temperature is 0 (greedy) or a positive finite number, got {temperature!r}")


# The model


class SampledAnswer(NamedTuple):
    """One sample of the model.

    `text` ends before the stop; `tokens` counts what was drawn, the stop included. `log_probability` is the natural
    logarithm of the chance of these tokens at temperature 1, whatever temperature they were drawn at. `ended` says
    whether a stop was reached before the tokens ran out. `drawn` are the numbers of the tokens, the stop included, and
    `logs` the logarithm of the chance of each, after all before it: they sum to `log_probability`.
    """

    text: str
    tokens: int
    log_probability: float
    ended: bool
    drawn: tuple[int, ...]
    logs: tuple[float, ...]


@dataclass(frozen=True)
class Shape:
    """The numbers that fix the form of the model.

    `heads` share the keys and values of `groups`; `head` is how many numbers a head has. `context` is the largest
    number of tokens, `base` that of the rotary angles, `epsilon` what keeps the norm from dividing by 0, `end` the
    token that ends a text.
    """

    layers: int
    width: int
    heads: int
    groups: int
    head: int
    context: int
    base: float
    epsilon: float
    end: int


class _Past(NamedTuple):
    """Keys and values of one layer: of tokens that all samples share, and of each sample's own.

    Shapes (groups, shared, head) and (samples, groups, own, head).
    """

    shared_keys: Floats
    shared_values: Floats
    keys: Floats
    values: Floats


def _norm(x: Floats, weight: Floats, epsilon: float) -> Floats:
    normed: Floats = x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + np.float32(epsilon)) * weight
    return normed


def _turned(x: Floats, cosine: Floats, sine: Floats) -> Floats:
    """Turn each pair of numbers of a head by the angle of its token's place (rotary positions, interleaved form)."""
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = np.empty_like(x)
    turned[..., 0::2] = even * cosine - odd * sine
    turned[..., 1::2] = even * sine + odd * cosine
    return turned


def _layer(x: Floats, weights: Mapping[str, Floats], shape: Shape, angles: tuple[Floats, Floats], past: _Past) -> Any:
    """Return what one layer makes of `x`, shape (samples, tokens, width), and the keys and values of these tokens."""
    samples, tokens, width = x.shape
    many, groups, head = shape.heads // shape.groups, shape.groups, shape.head
    # One matrix of all tokens of all samples: a product for each sample alone is twenty times slower.
    flat = _norm(x, weights["attn_norm"], shape.epsilon).reshape(-1, width)
    query = (flat @ weights["attn_q"].T).reshape(samples, tokens, groups, many, head)
    key = (flat @ weights["attn_k"].T).reshape(samples, tokens, groups, head)
    value = (flat @ weights["attn_v"].T).reshape(samples, tokens, groups, head).transpose(0, 2, 1, 3)
    cosine, sine = angles
    query = _turned(query, cosine[:, None, None], sine[:, None, None])
    key = _turned(key, cosine[:, None], sine[:, None]).transpose(0, 2, 1, 3)
    keys, values = np.concatenate([past.keys, key], 2), np.concatenate([past.values, value], 2)

    # How much each token attends to each one before it.
    query = query.transpose(0, 2, 3, 1, 4).reshape(samples, groups, many * tokens, head) / np.float32(math.sqrt(head))
    own = (query @ keys.transpose(0, 1, 3, 2)).reshape(samples, groups, many, tokens, -1)
    before = own.shape[-1] - tokens
    later = np.arange(own.shape[-1])[None] > np.arange(tokens)[:, None] + before
    own = np.where(later, np.float32(-np.inf), own).reshape(samples, groups, many * tokens, -1)
    shared = query @ past.shared_keys.transpose(0, 2, 1)
    scores = np.concatenate([shared, own], -1)
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    scores /= scores.sum(-1, keepdims=True)
    split = shared.shape[-1]
    mixed = scores[..., :split] @ past.shared_values + scores[..., split:] @ values
    mixed = mixed.reshape(samples, groups, many, tokens, head).transpose(0, 3, 1, 2, 4).reshape(-1, width)
    x = x + (mixed @ weights["attn_output"].T).reshape(x.shape)

    # What a token has gathered is worked on alone.
    flat = _norm(x, weights["ffn_norm"], shape.epsilon).reshape(-1, width)
    gate = flat @ weights["ffn_gate"].T
    gated = gate / (1 + np.exp(-gate)) * (flat @ weights["ffn_up"].T)
    return x + (gated @ weights["ffn_down"].T).reshape(x.shape), keys, values


class LanguageModel:
    """A language model: it gives each text a distribution of the next token. `load` makes it.

    Examples
    --------
    With the weights in place::

        model = load()
        model.likeliest("The capital of France is", most=3)
        model.sample(model.chat("What is 24 + 15?"), 64, rng=np.random.default_rng(1), temperature=0.7)
    """

    def __init__(self, tokenizer: Tokenizer, shape: Shape, weights: Mapping[str, Floats]) -> None:
        self._tokenizer, self._shape, self._weights = tokenizer, shape, weights

    @cached_property
    def _of_layer(self) -> list[dict[str, Floats]]:
        names = [name for name in self._weights if name.startswith("blk.0.")]
        short = [name.removeprefix("blk.0.").removesuffix(".weight") for name in names]
        return [
            {one: self._weights[f"blk.{layer}.{one}.weight"] for one in short} for layer in range(self._shape.layers)
        ]

    @property
    def shape(self) -> Shape:
        """The numbers that fix the form of the model."""
        return self._shape

    @property
    def embedding(self) -> Floats:
        """What stands for each token, shape (tokens of the vocabulary, width): the first step, and the last one."""
        return self._weights["token_embd.weight"]

    @property
    def layers(self) -> list[dict[str, Floats]]:
        """The matrices of each layer, by name."""
        return self._of_layer

    @property
    def last_norm(self) -> Floats:
        """The weights of the norm before the last step, shape (width,)."""
        return self._weights["output_norm.weight"]

    @property
    def context(self) -> int:
        """The largest number of tokens of a prompt and an answer together."""
        return self._shape.context

    def encode(self, text: str) -> list[int]:
        """Return the numbers of the tokens of a text; marks such as ``<|im_end|>`` are one token."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, tokens: Sequence[int]) -> str:
        """Return the text of tokens; bytes that are no whole letter become the replacement sign."""
        return str(self._tokenizer.decode([int(one) for one in tokens], skip_special_tokens=False))

    def chat(
        self, message: str, system: str = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
    ) -> str:
        """Return the prompt in the form that the model was trained to answer."""
        return f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{message}<|im_end|>\n<|im_start|>assistant\n"

    def logits(self, prompt: str) -> NDArray[np.float32]:
        """Return the logit of each token to come next, shape (tokens of the vocabulary,).

        Raises
        ------
        ValueError
            For an empty prompt or one longer than the context.
        """
        return self._read(self._prompt(prompt, 0))[0]

    def likeliest(
        self, prompt: str, most: int = 10, *, temperature: float = 1.0, top_p: float = 1.0
    ) -> list[tuple[str, float]]:
        """Return the likeliest next tokens with their probabilities, the likeliest first."""
        chances = distribution(self.logits(prompt), temperature, top_p)
        order = np.argsort(-chances, kind="stable")[:most]
        return [(self.decode([one]), float(chances[one])) for one in order if chances[one] > 0]

    def log_probability(self, prompt: str, answer: str) -> float:
        """Return the natural logarithm of the chance of `answer` after `prompt` at temperature 1.

        The chance of an answer is the product of the chances of its tokens, each after all before it.
        """
        return math.fsum(log for _, log in self.log_probabilities(prompt, answer))

    def log_probabilities(self, prompt: str, answer: str) -> list[tuple[str, float]]:
        """Return each token of `answer` with the natural logarithm of its chance, after `prompt` and those before it.

        Raises
        ------
        ValueError
            For an empty prompt, or one that with the answer is longer than the context.
        """
        told = self.encode(answer)
        logits, past = self._read(self._prompt(prompt, len(told)))
        found = []
        for token in told:
            found.append((self.decode([token]), float(_log_softmax(logits)[token])))
            step, past = self._step(np.array([token]), past)
            logits = step[0]
        return found

    def sample(
        self,
        prompt: str,
        n: int,
        *,
        rng: np.random.Generator,
        temperature: float = 1.0,
        top_p: float = 1.0,
        stop: Sequence[str] = ("<|im_end|>", "<|endoftext|>"),
        most_tokens: int = 32,
    ) -> list[SampledAnswer]:
        """Return `n` independent answers to one prompt.

        Parameters
        ----------
        prompt : str
        n : int
            At least 1. Answers are drawn in blocks, so the memory does not grow with their number.
        rng : numpy.random.Generator
        temperature : float
            0 is greedy: all answers are the same.
        top_p : float
            In (0, 1].
        stop : sequence of str
            An answer ends before the first of these.
        most_tokens : int
            How long an answer may get.

        Raises
        ------
        TypeError, ValueError
            Naming the argument: an empty prompt, one that leaves no room in the context, a temperature below 0, a
            top-p outside of (0, 1], fewer than one answer or token, a generator that is none.
        """
        if not isinstance(rng, np.random.Generator):
            raise TypeError(f"rng is a numpy.random.Generator, such as numpy.random.default_rng(1), got {rng!r}")
        for name, value in (("n", n), ("most_tokens", most_tokens)):
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
                raise ValueError(f"{name} is a whole number from 1 on, got {value!r}")
        # Refused before the model works, not after the first token.
        distribution([0.0], temperature, top_p)
        logits, past = self._read(self._prompt(prompt, most_tokens))
        found: list[SampledAnswer] = []
        for start in range(0, n, BLOCK):
            count = min(BLOCK, n - start)
            found += self._drawn(logits, past, count, rng, (temperature, top_p), tuple(stop), most_tokens)
        return found

    def _drawn(
        self,
        logits: Floats,
        past: list[_Past],
        count: int,
        rng: np.random.Generator,
        drawing: tuple[float, float],
        stop: tuple[str, ...],
        most: int,
    ) -> Iterator[SampledAnswer]:
        """Draw `count` answers token by token; those that have stopped are left out of the next step."""
        told: list[list[int]] = [[] for _ in range(count)]
        logs: list[list[float]] = [[] for _ in range(count)]
        ended, texts = np.zeros(count, dtype=bool), [""] * count
        going = np.arange(count)
        every = np.broadcast_to(logits, (count, len(logits)))
        for _ in range(most):
            chances = distribution(every, *drawing)
            picked = _pick(chances, rng.random(len(going)))
            log = _log_softmax(every)[np.arange(len(going)), picked]
            for one, token, its_log in zip(going, picked, log, strict=True):
                told[one].append(int(token))
                logs[one].append(float(its_log))
                texts[one] = self.decode(told[one])
                cut = min((at for mark in stop if (at := texts[one].find(mark)) >= 0), default=-1)
                if cut >= 0 or token == self._shape.end:
                    ended[one] = True
                    texts[one] = texts[one][:cut] if cut >= 0 else self.decode(told[one][:-1])
            left = ~ended[going]
            going = going[left]
            if not len(going):
                break
            every, past = self._step(picked[left], _kept(past, left))
        for text, tokens, each, done in zip(texts, told, logs, ended, strict=True):
            yield SampledAnswer(text, len(tokens), math.fsum(each), bool(done), tuple(tokens), tuple(each))

    def _prompt(self, prompt: str, further: int) -> list[int]:
        if not isinstance(prompt, str) or not prompt:
            raise ValueError(f"a prompt is a text of at least one letter, got {prompt!r}")
        tokens = self.encode(prompt)
        if len(tokens) + further > self.context:
            room = f" with {further} more for the answer" if further else ""
            raise ValueError(f"the prompt has {len(tokens)} tokens{room}; the model's context holds {self.context}")
        return tokens

    def _read(self, tokens: Sequence[int]) -> tuple[Floats, list[_Past]]:
        """Return the logits after a prompt, and its keys and values as those that samples share."""
        shape = self._shape
        nothing = np.zeros((shape.groups, 0, shape.head), dtype=np.float32)
        none = np.zeros((1, shape.groups, 0, shape.head), dtype=np.float32)
        past = [_Past(nothing, nothing, none, none) for _ in range(shape.layers)]
        logits = np.zeros(0, dtype=np.float32)
        for start in range(0, len(tokens), CHUNK):
            chunk = np.asarray(tokens[start : start + CHUNK], dtype=np.intp)[None]
            logits, past = self._advance(chunk, past)
            logits = logits[0]
            past = [_Past(one.keys[0], one.values[0], none, none) for one in _merged(past)]
        return logits, past

    def _step(self, tokens: Tokens, past: list[_Past]) -> tuple[Floats, list[_Past]]:
        """Add one token to each sample; return its logits, shape (samples, vocabulary)."""
        if len(past[0].keys) != len(tokens):
            past = [
                one._replace(keys=np.repeat(one.keys, len(tokens), 0), values=np.repeat(one.values, len(tokens), 0))
                for one in past
            ]
        return self._advance(tokens[:, None], past)

    def _advance(self, tokens: Tokens, past: list[_Past]) -> tuple[Floats, list[_Past]]:
        shape = self._shape
        begun = past[0].shared_keys.shape[1] + past[0].keys.shape[2]
        places = np.arange(begun, begun + tokens.shape[1], dtype=np.float64)
        turn = places[:, None] * shape.base ** (-np.arange(0, shape.head, 2) / shape.head)
        angles = np.cos(turn).astype(np.float32), np.sin(turn).astype(np.float32)
        x = self._weights["token_embd.weight"][tokens]
        after = []
        for weights, one in zip(self._of_layer, past, strict=True):
            x, keys, values = _layer(x, weights, shape, angles, one)
            after.append(one._replace(keys=keys, values=values))
        last = _norm(x[:, -1], self._weights["output_norm.weight"], shape.epsilon)
        return last @ self._weights["token_embd.weight"].T, after


def _merged(past: list[_Past]) -> list[_Past]:
    """Return the past with what was shared before put in front of what came since; of one sample."""
    return [
        one._replace(
            keys=np.concatenate([one.shared_keys[None], one.keys], 2),
            values=np.concatenate([one.shared_values[None], one.values], 2),
        )
        for one in past
    ]


def _kept(past: list[_Past], left: NDArray[np.bool_]) -> list[_Past]:
    if len(past[0].keys) != len(left):
        return past
    return [one._replace(keys=one.keys[left], values=one.values[left]) for one in past]


def _log_softmax(logits: Floats) -> NDArray[np.float64]:
    values = logits.astype(np.float64)
    values = values - values.max(-1, keepdims=True)
    logs: NDArray[np.float64] = values - np.log(np.exp(values).sum(-1, keepdims=True))
    return logs


def _pick(chances: NDArray[np.float64], uniform: NDArray[np.float64]) -> Tokens:
    """Return for each row the token whose share of [0, 1) holds the row's uniform number."""
    summed = chances.cumsum(-1)
    # The sum of the last one can fall short of 1 by rounding.
    picked: Tokens = (summed > (uniform * summed[:, -1])[:, None]).argmax(-1)
    return picked


# A small one that has learnt nothing


class _Letters:
    """A tokenizer with a token for each sign from the blank to the underscore; small letters are read as capitals."""

    def encode(self, text: str, add_special_tokens: bool) -> Any:
        class Encoded(NamedTuple):
            ids: list[int]

        numbers = [ord(sign.upper()[0]) - 32 for sign in text]
        if unknown := [sign for sign, number in zip(text, numbers, strict=True) if not 0 <= number < 64]:
            raise ValueError(f"this small model knows plain letters, digits and signs, got {unknown[0]!r}")
        return Encoded(numbers)

    def decode(self, tokens: list[int], skip_special_tokens: bool) -> str:
        return "".join(chr(token + 32) for token in tokens)


def random_model(*, rng: np.random.Generator) -> LanguageModel:
    """Return a model of the same form with two layers and random weights: it has learnt nothing, and fits anywhere.

    Examples
    --------
    >>> small = random_model(rng=np.random.default_rng(1))
    >>> small.embedding.shape, len(small.layers), sorted(small.layers[0])[:3]
    ((64, 24), 2, ['attn_k', 'attn_norm', 'attn_output'])
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is a numpy.random.Generator, such as numpy.random.default_rng(1), got {rng!r}")
    shape = Shape(layers=2, width=24, heads=6, groups=2, head=4, context=400, base=1e4, epsilon=1e-5, end=10)
    inner, narrow = 40, shape.groups * shape.head
    sizes = {
        "attn_q": (shape.width, shape.width),
        "attn_k": (narrow, shape.width),
        "attn_v": (narrow, shape.width),
        "attn_output": (shape.width, shape.width),
        "ffn_gate": (inner, shape.width),
        "ffn_up": (inner, shape.width),
        "ffn_down": (shape.width, inner),
        "attn_norm": (shape.width,),
        "ffn_norm": (shape.width,),
    }
    made = {
        f"blk.{layer}.{name}.weight": rng.normal(0, 0.4, size)
        for layer in range(shape.layers)
        for name, size in sizes.items()
    }
    made |= {
        "token_embd.weight": rng.normal(0, 0.6, (64, shape.width)),
        "output_norm.weight": rng.normal(1, 0.1, shape.width),
    }
    letters: Any = _Letters()
    return LanguageModel(letters, shape, {name: value.astype(np.float32) for name, value in made.items()})


# Reading the weights


def weights_file(path: str | Path | None = None) -> Path:
    """Return where the weights are.

    Raises
    ------
    ModelMissing
        When they are not there; the message says how to get them.
    """
    places = [Path(path)] if path is not None else []
    if not places and os.environ.get(FOLDER):
        places = [Path(os.environ[FOLDER]) / WEIGHTS.name]
    if not places:
        here = Path.cwd()
        places = [folder / WEIGHTS for folder in (here, *here.parents)]
    for place in places:
        if place.is_file():
            return place
    raise ModelMissing(
        f"the model's weights are not at {places[0]}: `make model` in the project's folder fetches them once (93 MB); "
        f"elsewhere, name their folder in the environment variable {FOLDER}"
    )


@cache
def _loaded(place: Path) -> LanguageModel:
    try:
        from gguf import GGUFReader, dequantize
        from tokenizers import Tokenizer as Made
        from tokenizers import decoders, models, pre_tokenizers
    except ImportError as error:
        raise ModuleNotFoundError(
            f"the model needs the package {error.name!r}: pip install 'inference-scaling[model]'", name=error.name
        ) from None
    found = hashlib.sha256(place.read_bytes()).hexdigest()
    if found != SHA256:
        raise ModelMissing(
            f"{place}: these are not the weights of the model (SHA-256 {found[:12]}…, wanted {SHA256[:12]}…); "
            "remove the file and run `make model` again"
        )
    free = _free_bytes()
    if free is not None and free < NEEDED_BYTES:
        raise MemoryError(
            f"the model needs {NEEDED_BYTES / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free; close something "
            "and try again"
        )
    reader = GGUFReader(place)

    def told(name: str) -> Any:
        return reader.fields[name].contents()

    heads, width = told("llama.attention.head_count"), told("llama.embedding_length")
    shape = Shape(
        layers=told("llama.block_count"),
        width=width,
        heads=heads,
        groups=told("llama.attention.head_count_kv"),
        head=width // heads,
        context=told("llama.context_length"),
        base=told("llama.rope.freq_base"),
        epsilon=told("llama.attention.layer_norm_rms_epsilon"),
        end=told("tokenizer.ggml.eos_token_id"),
    )
    weights = {
        one.name: np.ascontiguousarray(dequantize(one.data, one.tensor_type), dtype=np.float32)
        for one in reader.tensors
    }
    names, kinds = told("tokenizer.ggml.tokens"), told("tokenizer.ggml.token_type")
    merges = [tuple(one.split(" ", 1)) for one in told("tokenizer.ggml.merges")]
    tokenizer = Made(models.BPE(vocab={name: at for at, name in enumerate(names)}, merges=merges))
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    # Kind 3 in the file: marks of a conversation, never split.
    tokenizer.add_special_tokens([name for name, kind in zip(names, kinds, strict=True) if kind == 3])
    return LanguageModel(tokenizer, shape, weights)


def load(path: str | Path | None = None) -> LanguageModel:
    """Return the model, reading its weights at the first call (some seconds, half a gigabyte).

    Parameters
    ----------
    path : path, optional
        Of the weights; without, where ``make model`` put them, or the folder that the environment variable
        ``INFERENCE_SCALING_MODEL`` names.

    Raises
    ------
    ModelMissing
        When the weights are not there or are others; it says how to get them.
    ModuleNotFoundError
        When the extra ``model`` is not installed.
    MemoryError
        When less memory is free than the model needs.
    """
    return _loaded(weights_file(path).resolve())


def _free_bytes() -> int | None:
    """Return the memory that is free, or None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    sizes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return sizes["MemAvailable"] * 1024 if "MemAvailable" in sizes else None

"""Search by a particle filter: all partial solutions go on at random, then are drawn anew by their scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .strategies import Budget, Puzzle, Rng, SearchResult, Verifier, _Node, _Run, _short, _whole

__all__ = ["ParticleResult", "particle_filter"]


@dataclass(frozen=True)
class ParticleResult(SearchResult):
    """What a particle filter returns: a ``SearchResult`` whose ``finished`` are particles, with one number more.

    Parameters
    ----------
    log_normaliser : float or None
        Natural logarithm of the product over the rounds of the particles' mean weight; minus infinity once all
        weights of a round were zero. None if the budget ended before every particle was finished.
    """

    log_normaliser: float | None = None


def particle_filter(
    puzzle: Puzzle,
    verifier: Verifier,
    budget: Budget,
    rng: Rng = None,
    *,
    particles: int = 16,
    weights: str = "softmax",
    temperature: float = 0.2,
    resampling: str = "systematic",
    trace: bool = False,
) -> ParticleResult:
    """Let every particle go on by one random step, then draw all particles anew with their weights; repeat.

    Parameters
    ----------
    puzzle, verifier, budget, rng, trace
        See ``beam``.
    particles : int, optional
        Partial solutions held at once, n; fewer where the budget does not pay for the first step of all.
    weights : {"softmax", "score"}, optional
        What a score becomes: exp(score / temperature), or score^(1 / temperature) for scores that are not negative.
    temperature : float, optional
        Above 0: small is greedy, large is even. With 1, "score" weights are the scores themselves.
    resampling : {"systematic", "multinomial"}, optional
        Systematic: n equally spaced points with one random offset, so that a particle with the share s of all weight
        gets n s copies, rounded down or up. Multinomial: n independent draws.

    Returns
    -------
    ParticleResult
        ``finished`` holds the particles of the last round before they are drawn anew, a state as often as there are
        particles at it, so their weights still count; the state returned is the one with the highest score.

    Raises
    ------
    ValueError
        As ``beam``; also for an unknown kind of weights or resampling, a temperature that is not above 0, or a
        negative score where the weights are scores; the state with that score is named.

    Notes
    -----
    A finished particle stays where it is and competes with its score in every later round, without a new step or
    call. Where all weights of a round are zero the particles are kept as they are and go on. A last round that the
    budget cannot pay for in full is made by particles chosen at random.

    Where all solutions have equally many steps T, the mean weights' product times the weighted share of a state among
    the last particles has the expectation: probability that the puzzle draws the state, times the weights of
    its T steps. Summed over the states: exp(``log_normaliser``) is unbiased, with any number of particles and either
    resampling: given a round, each particle has n times its share of copies on average (by induction over the rounds,
    backwards from the last).

    References
    ----------
    Puri et al. (2025), arXiv 2502.01618, algorithm 1: softmax of the scores at temperature 1, independent draws.
    The temperature of the weights is our own choice of form; its default is that of ``rebase``.

    Examples
    --------
    >>> from inference_scaling.search import Chain
    >>> result = particle_filter(Chain(length=10, q=0.5), Chain.check, Budget(steps=160), rng=0)
    >>> result.correct, result.ledger
    (True, Ledger(steps=160, tokens=0, calls=160))
    """
    run = _Run(puzzle, verifier, budget, rng, trace)
    n = min(_whole("particles", particles), run.affordable(calls=1))
    if not 0 < temperature < np.inf:
        raise ValueError(f"temperature = {temperature!r}: must be finite and above 0")
    if weights not in ("softmax", "score"):
        raise ValueError(f'weights = {weights!r}: must be "softmax" or "score"')
    if resampling not in ("systematic", "multinomial"):
        raise ValueError(f'resampling = {resampling!r}: must be "systematic" or "multinomial"')
    held, total, complete = [run.root] * n, 0.0, True
    while True:
        # A random order, so that chance says who goes on where the budget ends within a round.
        held = run.mixed(held)
        going = [i for i, node in enumerate(held) if not node.done]
        # Each particle draws by itself, also where several are at one state: only so are they independent.
        children = run.expand([held[i] for i in going], [1] * len(going))
        run.score(children)
        for i, child in zip(going, children, strict=False):
            held[i] = child
        complete = len(children) == len(going)
        if not complete or all(node.done for node in held):
            break
        logs = _log_weights(held, weights, temperature)
        total += _log_mean(logs)
        chosen = _drawn(logs, resampling, run.rng)
        held = run.keep([held[i] for i in chosen], held)
    if complete:
        total += _log_mean(_log_weights(held, weights, temperature))
    result = run.result([node for node in held if node.done], [node for node in held if not node.done])
    return ParticleResult(**vars(result), log_normaliser=total if complete else None)


def _log_weights(nodes: list[_Node], weights: str, temperature: float) -> np.ndarray:
    """The logarithm of each node's weight; minus infinity for a weight of zero."""
    scores = np.array([node.scored for node in nodes])
    if weights == "score" and (scores < 0).any():
        i = int(np.argmax(scores < 0))
        raise ValueError(
            f"verifier returned {scores[i]} for {_short(nodes[i].state)}: scores as weights must not be negative; "
            'weights="softmax" takes any score'
        )
    with np.errstate(divide="ignore", over="ignore"):
        logs = scores / temperature if weights == "softmax" else np.log(scores) / temperature
    # A weight may be zero only because its score is.
    lost = ~np.isfinite(logs) & ((scores != 0) | (weights == "softmax"))
    if lost.any():
        i = int(np.argmax(lost))
        raise ValueError(f"temperature = {temperature!r}: too small for the score {scores[i]} to become a weight")
    return logs


def _log_mean(logs: np.ndarray) -> float:
    """The logarithm of the mean weight, without overflow."""
    most = float(logs.max())
    return most if np.isneginf(most) else most + float(np.log(np.mean(np.exp(logs - most))))


def _drawn(logs: np.ndarray, resampling: str, rng: np.random.Generator) -> list[int]:
    """As many places as there are weights, drawn in proportion to them; every place once if all weights are zero."""
    n, most = len(logs), logs.max()
    if np.isneginf(most):
        return list(range(n))
    ends = np.cumsum(np.exp(logs - most))
    points = (np.arange(n) + rng.random()) / n if resampling == "systematic" else rng.random(n)
    # The last end is exactly 1 and all points are kept below it: no weight of zero is drawn.
    points = np.minimum(points, np.nextafter(1, 0))
    places: list[int] = np.searchsorted(ends / ends[-1], points, side="right").tolist()
    return places
